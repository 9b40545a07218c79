"""What a run read is what it says that it read, whatever others decide at the same time."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from workbench.services import running
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.classes import rename_class
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.export.export import export_labels
from workbench.services.moments import beginning_of, one_moment
from workbench.services.past_label import label_of_export
from workbench.services.project import Project
from workbench.services.relabel import relabel_rows
from workbench.services.snapshots import take_snapshot
from workbench.services.split import split_rows
from workbench.services.staleness import stale
from workbench.services.train import train_end_model

STAGES: dict[str, tuple[str, Callable[[Project, Path], Any]]] = {
    "aggregate": ("aggregate", lambda project, _: aggregate_votes(project)),
    "train": ("train", lambda project, _: train_end_model(project)),
    "audit": ("audit.audit", lambda project, _: audit_labels(project)),
    "diagnose": ("diagnose.diagnose", lambda project, _: diagnose(project)),
    "split": ("split", lambda project, _: split_rows(project)),
    "snapshot": ("snapshots", lambda project, _: take_snapshot(project, "now")),
    "relabel": ("relabel", lambda project, _: relabel_rows(project, "ham", uids=["r1"])),
    "export": ("export.export", lambda project, path: export_labels(project, path, role="all")),
}


@pytest.fixture(params=STAGES)
def overtaken(
    request: pytest.FixtureRequest,
    filled: Project,
    cast_votes: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """A stage that somebody overtakes: they decide when it has read, before its run is recorded."""
    stage: str = request.param
    module, run = STAGES[stage]
    cast_votes(filled)
    if stage != "aggregate":
        aggregate_votes(filled)

    def late(store: Any, kind: str, **how: Any) -> AbstractContextManager[running.RunRecorder]:
        with Project(filled.root) as other, Session(other, annotator="bo") as session:
            session.label(1, "spam")
        return running.record_run(store, kind, **how)

    monkeypatch.setattr(f"workbench.services.{module}.record_run", late)
    run(filled, tmp_path / "out.csv")
    return stage


def test_a_decision_in_between_is_later_than_the_run(filled: Project, overtaken: str) -> None:
    run = filled.store.runs.last_done(overtaken)
    assert run is not None
    (decision,) = filled.store.decisions.of_example(1)
    assert beginning_of(filled, run).event_id == decision.event_id - 1


@pytest.mark.parametrize("overtaken", ["export", "train"], indirect=True)
def test_a_decision_in_between_makes_stale(filled: Project, overtaken: str) -> None:
    assert [item.because for item in stale(filled, [overtaken])] == ["people have decided since"]


@pytest.mark.parametrize("overtaken", ["export"], indirect=True)
def test_an_export_says_which_label_it_wrote(
    filled: Project, overtaken: str, tmp_path: Path
) -> None:
    run = filled.store.runs.last_done("export")
    assert run is not None
    told = label_of_export(filled, run, 1)
    assert told is not None
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        written = next(csv.DictReader(file))
    assert (told.name, told.origin) == (written["label"], written["origin"])


@pytest.fixture
def crowd(filled: Project) -> Iterator[None]:
    """Somebody who decides all the time, through a connection of their own."""
    stop = threading.Event()

    def annotate() -> None:
        with Project(filled.root) as other, Session(other, annotator="bo") as session:
            while not stop.is_set():
                session.label(1 + session.n_decisions % 80, "spam")

    thread = threading.Thread(target=annotate)
    thread.start()
    yield
    stop.set()
    thread.join()


def test_what_is_read_at_a_moment_is_what_was_there_then(filled: Project, crowd: None) -> None:
    decisions, seen = filled.store.decisions, set[int]()
    while len(seen) < 12:
        with one_moment(filled) as at:
            newest = decisions.last_event_id()
            assert decisions.last_event_id(at=at) == newest
            assert decisions.last_event_id() == newest
        seen.add(newest)
        assert decisions.last_event_id(at=at) == newest


def test_the_classes_are_those_of_the_moment(filled: Project) -> None:
    assert filled.classes == ("ham", "spam")
    with Project(filled.root) as other:
        rename_class(other, "spam", "junk")
    with one_moment(filled):
        assert filled.classes == ("ham", "junk")
