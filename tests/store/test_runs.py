"""Runs: found by how they ended and by what they read; what was the newest event at their end."""

from __future__ import annotations

import sqlite3

import pytest

from workbench.services.annotate import Session
from workbench.services.project import Project
from workbench.services.running import record_run


def record(project: Project, *inputs: int) -> int:
    """Record a run that ends well, and return its number."""
    with record_run(project.store, "train", inputs=inputs) as run, run.finish({}):
        return run.run_id


def test_a_run_without_an_end_is_running(filled: Project) -> None:
    runs = filled.store.runs
    assert runs.newest(outcome="running") == runs.running() == []
    with record_run(filled.store, "train") as run:
        assert runs.newest(outcome="running") == runs.running() == [runs.get(run.run_id)]
        assert runs.running()[0].outcome == "running"
        assert run.run_id not in [done.run_id for done in runs.newest(outcome="done")]
        with run.finish({}):
            pass
    assert runs.newest(outcome="running") == runs.running() == []
    assert runs.newest(outcome="done")[0].run_id == run.run_id


def test_the_newest_runs_come_first_and_documents_by_their_names(filled: Project) -> None:
    runs = filled.store.runs
    made = [record(filled) for _ in range(3)]
    assert [run.run_id for run in runs.newest(kind="train")] == made[::-1]
    assert [run.run_id for run in runs.newest(limit=2)] == made[:0:-1]
    assert [run.outcome for run in runs.newest(limit=2)] == ["done", "done"]
    assert runs.artifact_names(made[0]) == []
    with filled.store.transaction():
        for name in ("b", "a", "c"):
            runs.add_artifact(made[0], name, {"name": name})
    assert runs.artifact_names(made[0]) == ["a", "b", "c"]
    assert runs.artifact(made[0], "b") == {"name": "b"}
    assert runs.artifact(made[1], "b") is None


def test_a_run_is_done_from_its_very_end_on_if_it_ended_well(filled: Project) -> None:
    runs = filled.store.runs
    first = record(filled)
    with pytest.raises(ZeroDivisionError), record_run(filled.store, "train"):
        raise ZeroDivisionError
    assert runs.newest(limit=1)[0].outcome == "failed"
    second = record(filled)
    assert runs.done_ids("train") == [first, second]
    assert runs.done_ids("train", "import") == [*runs.done_ids("import"), first, second]
    for run_id, before in ((first, None), (second, runs.get(first))):
        run = runs.get(run_id)
        assert run is not None
        assert run.ended_at is not None
        assert runs.last_done("train", at=run.ended_at) == run
        assert runs.last_done("train", at=run.started_at) == before
    assert runs.last_done("train") == runs.get(second)
    assert runs.last_done("audit") is None


def test_runs_that_are_under_way_stand_in_the_order_of_their_beginning(filled: Project) -> None:
    with record_run(filled.store, "train") as first, record_run(filled.store, "audit") as second:
        found = [(run.run_id, run.ended_at, run.counts) for run in filled.store.runs.running()]
        assert found == [(first.run_id, None, {}), (second.run_id, None, {})]


def test_what_a_run_read_and_what_read_it_stands_in_order(filled: Project) -> None:
    runs = filled.store.runs
    first, second = runs.done_ids("import")
    readers = [record(filled, second, first, second), record(filled, first)]
    assert runs.inputs(readers[0]) == [first, second]
    assert runs.outputs(first) == readers
    assert runs.outputs(second) == readers[:1]
    assert runs.outputs(readers[1]) == runs.inputs(first) == []


def test_the_end_of_a_run_keeps_the_newest_event(filled: Project) -> None:
    with Session(filled, annotator="ana") as session:
        for example_id in (1, 2, 3):
            session.label(example_id, "ham")
    run_id = record(filled)
    connection = sqlite3.connect(filled.store.path)
    (witness,) = connection.execute(
        "SELECT w.event_id, w.hash = e.hash FROM event_witness AS w JOIN event AS e USING"
        " (event_id) WHERE w.run_id = ?",
        (run_id,),
    )
    connection.close()
    assert witness == (filled.store.decisions.last_event_id(), True) == (3, True)
