"""Times that never go back: what came after what stays true when the machine's clock is set."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self

import pytest

from workbench.errors import StoreError
from workbench.services import running
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.diff import diff
from workbench.services.moments import beginning_of, end_of, one_moment
from workbench.services.project import Project
from workbench.services.snapshots import take_snapshot
from workbench.services.staleness import stale
from workbench.store.clock import Clock

T = "2026-03-01T12:00:00.{:06}+00:00"
SetClock = Callable[[float], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """What sets the clock of the machine to some seconds beside the right time."""

    def set_clock(ahead: float) -> None:
        class Shifted(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                return cls.fromtimestamp(datetime.now(UTC).timestamp() + ahead, tz)

        monkeypatch.setattr(running, "datetime", Shifted)

    return set_clock


def label(project: Project, example_id: int) -> int:
    """Decide a row in a sitting of its own; return the event."""
    with Session(project) as session:
        return session.label(example_id, "spam").event_id


@pytest.mark.parametrize("ahead", [5, 3600])
def test_runs_tell_what_came_before_them_after_the_clock_was_set_back(
    filled: Project, set_clock: SetClock, ahead: float
) -> None:
    set_clock(ahead)
    first = label(filled, 1)
    set_clock(0)
    one = take_snapshot(filled, "one")
    second = label(filled, 2)
    two = take_snapshot(filled, "two")
    label(filled, 3)
    for result, newest in ((one, first), (two, second)):
        run = filled.store.runs.get(result.run_id)
        assert run is not None
        assert beginning_of(filled, run).event_id == newest
        assert end_of(filled, run).event_id == newest
    times = [event.at for event in filled.store.decisions.active()]
    assert times == sorted(set(times))


def test_a_difference_has_its_cause_after_the_clock_was_set_back(
    filled: Project, set_clock: SetClock
) -> None:
    set_clock(3600)
    take_snapshot(filled, "one")
    set_clock(0)
    label(filled, 1)
    take_snapshot(filled, "two")
    (change,) = diff(filled, "one", "two").rows
    assert (change.uid, change.cause) == ("r0", "annotation")


def test_what_is_up_to_date_is_not_stale_after_the_clock_was_set_back(
    filled: Project, cast_votes: Callable[..., None], set_clock: SetClock
) -> None:
    set_clock(3600)
    cast_votes(filled)
    set_clock(0)
    aggregate_votes(filled)
    assert stale(filled, ["aggregate"]) == ()


def test_a_moment_lies_before_all_that_others_write_later(
    filled: Project, set_clock: SetClock
) -> None:
    set_clock(3600)
    first = label(filled, 1)
    set_clock(0)
    with Project(filled.root) as other:
        with one_moment(filled) as moment:
            label(other, 2)
        assert other.store.decisions.last_event_id(at=moment) == first


def test_the_present_of_a_running_run_holds_all(filled: Project, set_clock: SetClock) -> None:
    set_clock(3600)
    with Session(filled) as session:
        event = session.label(1, "spam")
        set_clock(0)
        (run,) = filled.store.runs.running()
        assert end_of(filled, run).event_id == event.event_id


def test_a_clock_that_is_right_is_believed(filled: Project) -> None:
    with filled.store.transaction():
        before = running.now()
        assert filled.store.clock.after_all(before) == before


def test_equal_times_are_told_apart(project: Project) -> None:
    clock: Clock = project.store.clock
    with project.store.transaction():
        late = T.format(0).replace("2026", "2100")
        assert [clock.after_all(late) for _ in range(3)] == [
            late, late.replace("000000", "000001"), late.replace("000000", "000002")
        ]  # fmt: skip


def test_a_second_is_carried_over(project: Project) -> None:
    with project.store.transaction():
        last = project.store.clock.after_all("2100-12-31T23:59:59.999999+00:00")
        after = datetime.fromisoformat(project.store.clock.after_all(last))
    assert after - datetime.fromisoformat(last) == timedelta(microseconds=1)


def test_a_damaged_time_is_named(filled: Project) -> None:
    label(filled, 1)
    with sqlite3.connect(filled.store.path) as db:
        db.execute("DROP TRIGGER run_end_no_update")
        db.execute("UPDATE run_end SET ended_at = 'when?' WHERE run_id = 2")
    with (
        Project(filled.root, settle=False) as opened,
        pytest.raises(StoreError, match="a time in it is damaged"),
    ):
        label(opened, 2)
