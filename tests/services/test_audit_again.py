"""After a review that corrected much another audit is due; else none."""

from __future__ import annotations

import pytest

from tests.services.reviewing import review_all
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.next_step import loop
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.review import audit_again
from workbench.services.review.review import record_review, review_queue
from workbench.services.staleness import stale
from workbench.services.train import train_end_model
from workbench.services.undo import undo


def due(project: Project) -> list[str]:
    return [found.because for found in stale(project, ("audit",))]


def suspects(project: Project) -> int:
    return sum(not item.is_control for item in review_queue(project))


def test_corrections_make_an_audit_due_once_no_suspect_waits(audited: Project) -> None:
    n = suspects(audited)
    review_all(audited, n - 1)
    # Whoever reviews is not called away from what waits.
    assert due(audited) == []
    review_all(audited)
    (reason,) = due(audited)
    assert reason.startswith("its review corrected ")
    assert reason.endswith(" labels, and models that learn of it may doubt more")
    undo(audited, annotator="ana")
    while suspects(audited) < n // 2:
        undo(audited, annotator="ana")
    assert due(audited) == []


def test_status_asks_for_the_audit_after_the_training_and_comes_to_an_end(
    audited: Project,
) -> None:
    diagnose(audited)
    train_end_model(audited)
    batch = propose_batch(audited, n=5)
    with Session(audited, annotator="ana") as session:
        for row in batch.rows:
            example_id = audited.store.examples.id_of(row.uid)
            example = audited.store.examples.get(example_id or 0)
            assert example is not None
            session.label(example.example_id, str(example.metadata["true"]))
    commands = []
    for _ in range(20):
        command = loop(audited).next_command.split(" FILE")[0]
        commands.append(command)
        if command == "workbench review":
            review_all(audited)
        elif command == "workbench train":
            train_end_model(audited)
        elif command == "workbench audit":
            audit_labels(audited)
        elif command == "workbench diagnose":
            diagnose(audited)
        else:
            break
    first = commands.index("workbench review")
    assert commands[first + 1 : first + 3] == ["workbench train", "workbench audit"]
    assert commands[-1].startswith(("workbench export", "workbench propose"))
    assert due(audited) == []


def test_a_review_that_corrected_nothing_makes_no_audit_due(audited: Project) -> None:
    with Session(audited, annotator="ana") as session:
        for item in review_queue(audited):
            record_review(audited, session, item, item.given)
    assert due(audited) == []


@pytest.mark.parametrize(("n_wrong", "is_due"), [(0, False), (4, False), (12, True)])
def test_few_corrections_are_enough_where_random_rows_show_that_it_missed_many(
    audited: Project, monkeypatch: pytest.MonkeyPatch, n_wrong: int, is_due: bool
) -> None:
    monkeypatch.setattr(audit_again, "is_few", lambda n, n_labels: True)
    queue = review_queue(audited)
    wrong = [item.example_id for item in queue if item.is_control][:n_wrong]
    with Session(audited, annotator="ana") as session:
        for item in queue:
            other = next(name for name in audited.classes if name != item.given)
            label = other if item.example_id in wrong else item.given
            record_review(audited, session, item, label)
    assert [reason.endswith("it missed many errors") for reason in due(audited)] == [True] * is_due
