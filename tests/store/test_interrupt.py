"""Ctrl-C inside the database: a cancelled run, not a failed one, and never one without an end."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from workbench.services.annotate import Session
from workbench.services.classes import rename_class
from workbench.services.export.export import export_labels
from workbench.services.project import Project
from workbench.services.relabel import relabel_rows
from workbench.services.running import record_run
from workbench.services.snapshots import take_snapshot
from workbench.services.undo import redo, undo
from workbench.services.verify import verify
from workbench.store import seals
from workbench.store.named_errors import NamingConnection

Arm = Callable[[str, int], None]


@pytest.fixture
def arm(monkeypatch: pytest.MonkeyPatch) -> Arm:
    """What lets Ctrl-C come right after a statement, when it is met for the n-th time."""
    execute = NamingConnection.execute
    left: dict[str, int] = {}

    def interrupted(self: NamingConnection, sql: str, parameters: Any = (), /) -> Any:
        found = execute(self, sql, parameters)
        if sql in left:
            left[sql] -= 1
            if left[sql] == 0:
                raise KeyboardInterrupt
        return found

    def arm(sql: str, n: int) -> None:
        left[sql] = n

    monkeypatch.setattr(NamingConnection, "execute", interrupted)
    return arm


def test_an_interrupt_in_a_trigger_stays_an_interrupt(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = seals.row_digest
    calls = []

    def interrupted(*values: int | float | str | bytes | None) -> bytes:
        calls.append(values)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return digest(*values)

    def work() -> None:
        with record_run(project.store, "apply") as run:
            monkeypatch.setattr(seals, "row_digest", interrupted)
            with run.finish({}):
                project.store.runs.add_artifact(run.run_id, "apply", {})

    with pytest.raises(KeyboardInterrupt):
        work()
    run = project.store.runs.newest(kind="apply")[0]
    assert run.outcome == "cancelled"
    assert project.store.runs.artifact(run.run_id, "apply") is None


def decide(project: Project) -> None:
    """Leave something to undo, and something to redo."""
    with Session(project) as session:
        for example_id in range(1, 5):
            session.label(example_id, "spam")
    for _ in range(2):
        undo(project)


ACTS: dict[str, Callable[[Project, Path, int], Any]] = {
    "undo": lambda project, _, n: undo(project),
    "redo": lambda project, _, n: redo(project),
    "class": lambda project, _, n: rename_class(project, project.classes[1], f"junk {n}"),
    "relabel": lambda project, _, n: relabel_rows(project, "ham", uids=[f"r{2 * n + 3}"]),
    "snapshot": lambda project, _, n: take_snapshot(project, f"s{n}"),
    "export": lambda project, path, n: export_labels(project, path, replace=True),
}


@pytest.mark.parametrize("kind", ACTS)
def test_an_interrupt_after_any_commit_leaves_no_run_without_its_end(
    filled: Project, tmp_path: Path, arm: Arm, kind: str
) -> None:
    decide(filled)
    for n in count(1):
        arm("COMMIT", n)
        try:
            ACTS[kind](filled, tmp_path / "out.csv", n)
        except KeyboardInterrupt:
            assert not filled.store.runs.running()
            continue
        break
    outcomes = [run.outcome for run in filled.store.runs.newest(kind=kind)]
    # After the first commit of a run it is cancelled, after the last one it is done.
    assert outcomes[:3] == ["done", "done", "cancelled"]
    assert verify(filled).is_sound


def test_an_interrupt_after_the_first_decision_ends_the_sitting(filled: Project, arm: Arm) -> None:
    def sit() -> None:
        with Session(filled) as session:
            arm("COMMIT", 1)
            session.label(1, "spam")

    with pytest.raises(KeyboardInterrupt):
        sit()
    (run,) = filled.store.runs.newest(kind="annotate")
    assert (run.outcome, run.counts) == ("cancelled", {"decisions": 1})


def test_a_sitting_goes_on_after_interrupts(filled: Project, arm: Arm) -> None:
    session = Session(filled)
    acts = [
        lambda: session.label(1, "spam"),
        lambda: session.label(2, "spam"),
        lambda: session.label(3, "ham"),
        session.close,
    ]
    stood = []
    for act in acts:
        arm("COMMIT", 1)
        with pytest.raises(KeyboardInterrupt):
            act()
        stood.append(session.n_decisions)
    session.close()
    assert stood[:3] == [1, 2, 3]
    (run,) = filled.store.runs.newest(kind="annotate")
    assert (run.outcome, run.counts) == ("done", {"decisions": 3})
    assert [event.example_id for event in filled.store.decisions.active()] == [1, 2, 3]


def test_an_interrupt_before_anything_is_committed_leaves_nothing(
    filled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    session = Session(filled)
    with monkeypatch.context() as patch:
        patch.setattr(filled.store.decisions, "append", stop)
        with pytest.raises(KeyboardInterrupt):
            session.label(1, "spam")
    with Project(filled.root) as other, Session(other, annotator="bo") as theirs:
        theirs.label(1, "ham")  # in a run of the number that was given up
        session.label(2, "spam")
        session.close()
        mine, other_run = filled.store.runs.newest(kind="annotate")
        assert (mine.outcome, mine.counts) == ("done", {"decisions": 1})
        assert (other_run.outcome, other_run.parameters) == ("running", {"annotator": "bo"})


def test_an_interrupt_right_behind_the_lock_lets_it_go(filled: Project, arm: Arm) -> None:
    def write() -> None:
        with filled.store.transaction():
            raise AssertionError

    arm("PRAGMA busy_timeout = 30000", 1)
    with pytest.raises(KeyboardInterrupt):
        write()
    with Project(filled.root) as other, other.store.transaction():
        pass
