"""What the log of decisions answers, held against its events read one by one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workbench.services.annotate import Session
from workbench.services.classes import add_classes
from workbench.services.project import Project
from workbench.services.relabel import relabel_rows
from workbench.services.undo import ACTS, redo, undo
from workbench.store import decisions as module
from workbench.store.decisions import DECISIONS, Event


def log(project: Project) -> list[Event]:
    """Return every event, oldest first."""
    decisions = project.store.decisions
    found: Iterator[Event | None] = map(decisions.get, range(1, decisions.last_event_id() + 1))
    return [event for event in found if event is not None]


@pytest.fixture
def busy(filled: Project) -> dict[int, list[int]]:
    """Two people's acts; by the newest event of each moment, the decisions that stood then."""
    stood: dict[int, list[int]] = {}

    def note() -> None:
        events = filled.store.decisions.active()
        assert filled.store.decisions.recent(99) == events[::-1]  # which a view tells
        stood[filled.store.decisions.last_event_id()] = [event.event_id for event in events]

    with Session(filled, annotator="ana") as ana, Session(filled, annotator="bo") as bo:
        note()
        for turn in (
            lambda: ana.label(1, "ham"),
            lambda: bo.label(1, "spam"),
            lambda: ana.label(2, "ham"),
            lambda: undo(filled, annotator="ana"),
            lambda: redo(filled, annotator="ana"),
            lambda: undo(filled, annotator="ana"),
            lambda: bo.flag(1),
            lambda: relabel_rows(filled, "spam", uids=["r0", "r2", "r4"], annotator="ana"),
            lambda: undo(filled, annotator="ana"),
            lambda: redo(filled, annotator="ana"),
            lambda: add_classes(filled, ["scam"], annotator="ana"),
        ):
            turn()
            note()
    return stood


def test_the_decisions_of_every_moment_can_be_read(
    filled: Project, busy: dict[int, list[int]]
) -> None:
    assert len(busy) == 12
    for event_id, standing in busy.items():
        found = filled.store.decisions.active(until=event_id)
        assert [event.event_id for event in found] == standing


def test_whom_people_had_labelled_at_many_moments_is_read_at_once(
    filled: Project, busy: dict[int, list[int]]
) -> None:
    events, decisions = log(filled), filled.store.decisions
    expected = {
        event.at: {
            e.example_id
            for e in decisions.active(until=decisions.last_event_id(at=event.at))
            if e.class_id is not None
        }
        for event in events
    }
    moments = ["2000-01-01T00:00:00", *reversed(expected), "2999-01-01T00:00:00"]
    found = decisions.labelled_at(moments)
    assert found.pop(moments[0]) == set()
    assert found.pop(moments[-1]) == expected[events[-1].at]
    assert found == expected
    assert len({frozenset(examples) for examples in expected.values()}) > 3


def test_turns_of_what_is_about_no_row_leave_whom_people_had_labelled(filled: Project) -> None:
    with Session(filled, annotator="ana") as session:
        session.label(1, "ham")
        session.skip(2)
    add_classes(filled, ["scam"], annotator="ana")
    for turn in (undo, redo, undo, undo):  # the class, and the skip
        turn(filled, annotator="ana")
    assert filled.store.decisions.labelled_at(["2999-01-01"]) == {"2999-01-01": {1}}


def test_the_newest_of_the_log_by_number_and_by_time(
    filled: Project, busy: dict[int, list[int]]
) -> None:
    events, decisions = log(filled), filled.store.decisions
    assert decisions.last_event_id() == len(events) == max(busy)
    for event in events:
        same_time = [e.event_id for e in events if e.at == event.at]
        assert decisions.last_event_id(at=event.at) == max(same_time)
        of_examples = [e.event_id for e in events[: event.event_id] if e.example_id is not None]
        assert decisions.last_decision_id(until=event.event_id) == max(of_examples)
    assert events[-1].kind == "class-add"
    assert decisions.last_decision_id() == max(e.event_id for e in events if e.example_id)


def test_an_empty_log_has_no_newest(filled: Project) -> None:
    decisions = filled.store.decisions
    assert decisions.last_event_id() == decisions.last_decision_id() == 0
    assert decisions.last_event_id(at="2000-01-01T00:00:00+00:00") == 0
    assert decisions.recent(5) == decisions.active() == list(decisions.newest_of("ana")) == []
    assert decisions.next_to_undo("ana", kinds=DECISIONS) is None
    assert decisions.next_to_redo("ana", kinds=DECISIONS) is None


def test_events_are_found_by_example_act_and_age(
    filled: Project, busy: dict[int, list[int]]
) -> None:
    events, decisions = log(filled), filled.store.decisions
    assert decisions.of_example(1) == [e for e in events if e.example_id == 1]
    assert decisions.recent(4) == decisions.active()[::-1][:4]
    bulk = [e for e in events if e.kind == "relabel"]
    assert len(bulk) == 3
    assert [e.act_id for e in bulk] == [None, bulk[0].event_id, bulk[0].event_id]
    assert decisions.of_act(bulk[0].event_id) == bulk
    assert decisions.next_to_undo("ana", kinds=DECISIONS) == bulk[0]


def test_what_someone_did_is_read_in_pages(
    filled: Project, busy: dict[int, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAGE", 3)
    for who in ("ana", "bo"):
        theirs = [e for e in log(filled) if e.annotator == who]
        assert list(filled.store.decisions.newest_of(who)) == theirs[::-1]


def test_only_acts_of_the_kinds_asked_for_are_put_back(
    filled: Project, busy: dict[int, list[int]]
) -> None:
    added = filled.store.decisions.next_to_undo("ana", kinds=ACTS)
    undo(filled, annotator="ana")
    assert added is not None
    assert added.kind == "class-add"
    assert filled.store.decisions.next_to_redo("ana", kinds=ACTS) == added
    assert filled.store.decisions.next_to_redo("ana", kinds=DECISIONS) is None


def test_the_newest_act_of_anybody_is_found_by_its_first_event(
    filled: Project, busy: dict[int, list[int]]
) -> None:
    decisions, events = filled.store.decisions, log(filled)
    assert decisions.newest_standing(kinds=ACTS) == events[-1]
    assert decisions.newest_standing(kinds=DECISIONS) == next(
        e for e in events if e.kind == "relabel"
    )
    for _ in range(2):
        undo(filled, annotator="ana")
    assert decisions.newest_standing(kinds=ACTS) == decisions.newest_standing(kinds=DECISIONS)
    assert decisions.newest_standing(kinds=DECISIONS) == next(e for e in events if e.kind == "flag")


def test_without_an_act_none_is_the_newest(filled: Project) -> None:
    assert filled.store.decisions.newest_standing(kinds=ACTS) is None


def test_a_setting_counts_from_the_very_moment_of_its_change(filled: Project) -> None:
    settings, then, later = filled.store.settings, "2090-01-01T00:00:00", "2091-01-01T00:00:00"
    with filled.store.transaction():
        settings.put("min_confidence", "0.7", at=then)
        settings.put("min_confidence", "0.9", at=later)
    assert settings.get("min_confidence", at=then) == "0.7"
    assert settings.get("min_confidence", at=later) == settings.get("min_confidence") == "0.9"
    assert settings.get("min_confidence", at="2000-01-01T00:00:00") is None
