"""The log of decisions: undo, redo and the chain, over random histories."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import opened_copy
from workbench.services.annotate import Session
from workbench.services.project import Project
from workbench.services.undo import redo, undo
from workbench.store.decisions import Event, Said

acts = st.lists(
    st.tuples(
        st.sampled_from(["label", "skip", "flag", "relabel", "keep", "undo", "redo"]),
        st.integers(1, 6),
        st.sampled_from(["ham", "spam"]),
        st.sampled_from(["ana", "bo"]),
    ),
    max_size=25,
)


def state(project: Project) -> list[tuple[object, ...]]:
    """Return the decisions that stand, as what matters of them."""
    return [(e.event_id, e.annotator, e.kind, e.example_id, e.class_id)
            for e in project.store.decisions.active()]  # fmt: skip


def act(project: Project, session: Session, kind: str, example_id: int, label: str) -> object:
    if kind in ("undo", "redo"):
        return (undo if kind == "undo" else redo)(project, annotator=session.annotator)
    if kind in ("skip", "flag"):
        return getattr(session, kind)(example_id)
    return getattr(session, kind)(example_id, label)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(history=acts)
def test_undo_restores_the_state_before_and_redo_the_one_after(
    filled_folder: Path, history: list[tuple[str, int, str, str]]
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        opened_copy(filled_folder, Path(folder)) as filled,
        Session(filled, annotator="ana") as ana,
        Session(filled, annotator="bo") as bo,
    ):
        sessions = {"ana": ana, "bo": bo}
        for kind, example_id, label, who in history:
            before = state(filled)
            act(filled, sessions[who], kind, example_id, label)
            if kind in ("undo", "redo"):
                continue
            after = state(filled)
            assert len(after) == len(before) + 1
            undo(filled, annotator=who)
            assert state(filled) == before
            redo(filled, annotator=who)
            assert state(filled) == after
        assert filled.store.decisions.broken_link() is None


def test_undo_reaches_back_over_sessions_and_to_nothing(filled: Project) -> None:
    with Session(filled, annotator="ana") as session:
        session.label(1, "ham")
        session.label(2, "spam")
    undone = [undo(filled, annotator="ana") for _ in range(3)]
    assert [turned.uids if turned else None for turned in undone] == [("r1",), ("r0",), None]
    redone = [redo(filled, annotator="ana") for _ in range(3)]
    assert [turned.uids if turned else None for turned in redone] == [("r0",), ("r1",), None]


def test_a_new_decision_ends_the_redo(filled: Project) -> None:
    with Session(filled, annotator="ana") as session:
        session.label(1, "ham")
        undo(filled, annotator="ana")
        session.label(2, "spam")
        assert redo(filled, annotator="ana") is None


def test_one_annotator_does_not_undo_the_other(filled: Project) -> None:
    with Session(filled, annotator="ana") as ana:
        ana.label(1, "ham")
        assert undo(filled, annotator="bo") is None


def test_a_changed_event_breaks_the_chain(filled: Project) -> None:
    with Session(filled, annotator="ana") as session:
        for i in range(1, 6):
            session.label(i, "ham")
    assert filled.store.decisions.broken_link() is None
    db = sqlite3.connect(filled.store.path)
    db.execute("DROP TRIGGER event_no_update")
    db.execute("UPDATE event SET class_id = 1 WHERE event_id = 3")
    db.commit()
    db.close()
    assert filled.store.decisions.broken_link() == 3


def test_decisions_of_two_connections_all_arrive(filled: Project) -> None:
    with (
        Project(filled.root) as other,
        Session(filled, annotator="ana") as ana,
        Session(other, annotator="bo") as bo,
    ):
        for i in range(1, 21):
            ana.label(i, "ham")
            bo.label(i, "spam")
    events: list[Event] = filled.store.decisions.active()
    assert len(events) == 40
    assert filled.store.decisions.broken_link() is None


def test_decisions_of_a_file_are_chained_and_one_act_for_each_annotator(filled: Project) -> None:
    decisions = filled.store.decisions
    with Session(filled, annotator="ana") as session:
        session.label(1, "ham")
    who = ("ana", "bo", "ana", "bo")
    said = [Said("label", i, name, class_id=1, seconds=2) for i, name in enumerate(who, start=2)]
    with filled.store.transaction():
        assert decisions.extend([], at="2024", run_id=2, guideline_id=None) is None
        first = decisions.extend(said, at="2024", run_id=2, guideline_id=None)
    events = decisions.active()
    assert first == 2
    assert [event.act_id for event in events] == [None, None, None, 2, 3]
    assert [event.seconds for event in events[1:]] == [2.0] * 4
    assert sorted({event.at for event in events}) == [event.at for event in events]
    assert decisions.broken_link() is None
    assert undo(filled, annotator="bo") is not None
    assert [event.annotator for event in decisions.active()] == ["ana"] * 3
