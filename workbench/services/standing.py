"""What the decisions about a row say by now: whose word stands, and what settles it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from workbench.store.decisions import ADJUDICATE, ANSWERS, CORRECTIONS, Event

_SETTLING = (ADJUDICATE, *CORRECTIONS)


def standing_answers(events: Iterable[Event]) -> dict[str, Event]:
    """Return the last word of each annotator on one row, where it names a class."""
    last = {e.annotator: e for e in events if e.kind in ANSWERS}
    return {who: e for who, e in last.items() if e.kind == "label" and e.class_id is not None}


def settling(events: Iterable[Event]) -> Event | None:
    """Return what decides one row over the heads of its annotators; None where they decide.

    The newest correction, else what settled it last.

    Parameters
    ----------
    events
        The row's decisions that stand, oldest first.
    """
    last = {event.kind in CORRECTIONS: event for event in events if event.kind in _SETTLING}
    return last.get(True, last.get(False))


def skipping(events: Iterable[Event]) -> tuple[str, ...]:
    """Return who skipped one row to which nobody says anything else by now; else nobody.

    The last word of each annotator counts: a skip takes back what they said before it. A row that
    somebody labels or flags, or that was settled, is skipped no more.

    Parameters
    ----------
    events
        The row's decisions that stand, oldest first.
    """
    last = {event.annotator: event.kind for event in events}
    return tuple(last) if {*last.values()} == {"skip"} and settling(events) is None else ()


def by_example(events: Iterable[Event]) -> dict[int, list[Event]]:
    """Return decisions by their example, in their order.

    Parameters
    ----------
    events
        Those that stand, as a rule: `workbench.store.decisions.Decisions.active`.
    """
    found: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        if event.example_id is not None:
            found[event.example_id].append(event)
    return found
