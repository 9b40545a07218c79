"""The past: how many examples there were, and which labeling functions counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.services.annotate import Session
from workbench.services.importing.import_votes import import_votes
from workbench.services.lf.publishing import publish
from workbench.services.moments import Moment, moment_at
from workbench.services.project import Project
from workbench.services.running import now, record_run
from workbench.services.undo import redo, undo


def in_force(project: Project) -> dict[str, int]:
    return {v.name: v.lf_version_id for v in project.store.votes.in_force()}


def test_examples_count_from_the_end_of_their_import_on(filled: Project) -> None:
    first, second = (filled.store.runs.get(i) for i in filled.store.runs.done_ids("import"))
    assert first is not None
    assert second is not None
    n_examples = filled.store.past.n_examples
    assert n_examples(first.started_at) == 0
    assert n_examples(first.ended_at or "") == n_examples(second.started_at) == 80
    assert n_examples(second.ended_at or "") == filled.store.examples.count() > 80


@pytest.fixture
def cast(filled: Project, write_csv: Callable[..., Path]) -> Callable[..., None]:
    """Put new versions of external functions in force."""

    def cast_votes(label: str, *names: str) -> None:
        row = {"uid": "r0"} | dict.fromkeys(names, label)
        import_votes(filled, write_csv(f"{label}-{'-'.join(names)}.csv", [row]))

    return cast_votes


def test_the_functions_of_a_moment_are_those_that_counted_then(
    filled: Project, cast: Callable[..., None]
) -> None:
    def decide() -> None:
        with Session(filled, annotator="ana") as session:
            session.label(1, "ham")
        undo(filled, annotator="ana")

    def withdraw() -> None:
        with record_run(filled.store, "apply") as run, run.finish({}):
            publish(filled, run.run_id, {"a": None})

    steps: list[Callable[[], object]] = [
        lambda: cast("spam", "a", "b"),
        lambda: cast("ham", "a"),
        decide,
        lambda: undo(filled),
        decide,
        lambda: redo(filled),
        lambda: undo(filled),
        lambda: undo(filled),
        lambda: redo(filled),
        lambda: cast("ham", "a", "c"),
        withdraw,
        lambda: undo(filled),
        lambda: cast("spam", "d"),
    ]
    noted: list[tuple[Moment, dict[str, int]]] = []
    for step in steps:
        noted.append((moment_at(filled, now()), in_force(filled)))
        step()
    assert noted[0][1] == {}
    assert [sorted(versions) for _, versions in noted[-2:]] == [["b", "c"], ["a", "b", "c"]]
    for moment, versions in noted:
        assert filled.store.past.lf_versions(moment.at, moment.event_id) == versions


def test_a_version_counts_at_the_very_end_of_its_run(
    filled: Project, cast: Callable[..., None]
) -> None:
    cast("spam", "a")
    run = filled.store.runs.last_done("import-votes")
    assert run is not None
    decisions, past = filled.store.decisions, filled.store.past
    assert past.lf_versions(run.ended_at or "", decisions.last_event_id()) == in_force(filled)
    assert past.lf_versions(run.started_at, decisions.last_event_id()) == {}
