"""Runs: found by how they ended and by what they read; what was the newest event at their end."""

from __future__ import annotations

import sqlite3

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
        assert run.run_id not in [done.run_id for done in runs.newest(outcome="done")]
        with run.finish({}):
            pass
    assert runs.newest(outcome="running") == runs.running() == []
    assert runs.newest(outcome="done")[0].run_id == run.run_id


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
