"""Many writers at once: every decision arrives, and nobody is told that the file is locked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fire.conftest import Writers
from workbench.services.annotate import Session
from workbench.services.project import Project
from workbench.services.verify import verify


def crowd(root: Path, writers: Writers, n_decisions: int) -> None:
    """Let four annotators decide beside an apply and an audit, and count."""
    names = [f"annotator {k}" for k in range(4)]
    decide = {"activity": "annotate", "root": root, "n": n_decisions, "n_examples": 400}
    orders = [decide | {"annotator": name} for name in names]
    orders += [{"activity": "apply", "root": root}, {"activity": "audit", "root": root}]
    outcomes = writers.run(*orders)
    assert [outcome.text for outcome in outcomes if outcome.failed] == []
    assert sorted(len(outcome.did) for outcome in outcomes) == [1, 1, *[n_decisions] * 4]
    with Project(root) as project:
        acknowledged = [done[0] for o in outcomes if len(o.did) > 1 for done in o.did]
        events = project.store.decisions.active()
        assert sorted(acknowledged) == [event.event_id for event in events]
        assert {event.annotator for event in events} == set(names)
        assert len(events) == 4 * n_decisions
        assert verify(project).is_sound


def test_four_annotators_beside_an_apply_and_an_audit(busy: Path, writers: Writers) -> None:
    crowd(busy, writers, 100)


@pytest.mark.slow
def test_ten_thousand_decisions_beside_an_apply_and_an_audit(busy: Path, writers: Writers) -> None:
    crowd(busy, writers, 2_500)


def test_what_is_read_row_by_row_can_be_written_beside(busy: Path) -> None:
    """As an apply does, which reads rows and stores votes in turns."""
    with Project(busy) as reader, Project(busy) as other:
        rows = reader.store.examples.iterate()
        first = next(rows)
        with Session(other, annotator="ann") as theirs:
            theirs.label(first.example_id, "ham")
        with Session(reader, annotator="ben") as ours:
            ours.label(first.example_id, "spam")
        assert len(list(rows)) == 399
        assert len(reader.store.decisions.active()) == 2
