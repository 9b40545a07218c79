"""What people said since an audit: how it is counted, and how little has to be read for it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from tests.services.reviewing import review_all
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.audit.audited_labels import count_unseen, labels_before_reviews, labels_then
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.next_step import loop
from workbench.services.project import Project
from workbench.services.review_log import reviews
from workbench.services.running import record_run
from workbench.services.staleness import stale
from workbench.services.undo import undo


@contextmanager
def calls_of(function: Callable[..., Any]) -> Iterator[list[str]]:
    """Note who calls a function; it runs all the same."""
    callers: list[str] = []

    def look(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code is function.__code__ and frame.f_back is not None:
            callers.append(frame.f_back.f_code.co_name)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield callers
    finally:
        sys.setprofile(before)


def relabel(project: Project, first: int, last: int) -> None:
    """Give some rows another class, in no review."""
    labels = resolve_labels(project).labels
    with Session(project, annotator="ana") as session:
        for i in range(first, last + 1):
            session.relabel(i, project.classes[1 - labels[i - 1]])


def asked_label(project: Project, run_id: int, row: int) -> int:
    """Return the label of a row that an audit read."""
    run = project.store.runs.get(run_id)
    assert run is not None
    return int(labels_then(project, run).labels[row])


def test_a_few_answers_resolve_no_label_and_many_resolve_them_once(audited: Project) -> None:
    relabel(audited, 1, 3)
    with calls_of(resolve_labels) as callers:
        assert stale(audited, ["audit"]) == ()
    assert callers == []
    review_all(audited, 20)
    relabel(audited, 100, 160)
    with calls_of(resolve_labels) as callers:
        found = loop(audited)
    assert {stage.name: stage.state for stage in found.stages}["audit"] == "stale"
    # Those of now, and those that the audit read.
    assert len(callers) == 2


def test_reviews_of_many_rounds_are_not_resolved_anew(audited: Project) -> None:
    for n in (5, 10, 10):
        review_all(audited, n)
        relabel(audited, 200 + n, 202 + n)
        audit_labels(audited)
    labels = resolve_labels(audited)
    with calls_of(resolve_labels) as callers:
        before = labels_before_reviews(audited, labels)
    assert callers == []
    asked: dict[int, int] = {}
    for event in reviews(audited):
        if event.batch_run_id is not None and event.example_id is not None:
            asked.setdefault(event.example_id - 1, event.batch_run_id)
    train = [row for row in asked if row < 240]
    came = [asked_label(audited, asked[row], row) for row in train]
    assert len(set(asked.values())) == 3
    assert (labels.labels[train] != came).any()
    assert np.array_equal(before.labels[train], came)
    assert {before.order[code] for code in before.origin[train]} <= {"given", "correction"}
    # What was reviewed since is a question of that audit.
    review_all(audited, 3)
    with calls_of(resolve_labels) as callers:
        again = labels_before_reviews(audited, resolve_labels(audited))
    assert len(callers) == 2
    assert np.array_equal(again.labels[train], came)


def test_decisions_that_were_taken_back_count_as_labels_that_it_did_not_see(
    audited: Project,
) -> None:
    relabel(audited, 100, 160)
    audit_labels(audited)
    run = audited.store.runs.last_done("audit")
    assert run is not None
    for _ in range(61):
        undo(audited, annotator="ana")
    assert count_unseen(audited, run) == 61


def test_few_answers_are_few_of_the_labels_that_the_audit_read(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    """An audit of labels by models, of which people gave none."""
    made = [{"id": f"r{i}", "text": f"message {i}"} for i in range(200)]
    import_files(project, [write_csv("rows.csv", made)])
    counts = {"rows": 2_000, "suspects": 0, "controls": 0}
    with record_run(project.store, "audit") as run, run.finish(counts):
        pass
    with Session(project, annotator="ana") as session:
        for i in range(1, 40):
            session.label(i, project.classes[0])
        assert stale(project, ["audit"]) == ()
        session.label(40, project.classes[0])
    (found,) = stale(project, ["audit"])
    assert found.because == "40 labels that people gave were not audited"
