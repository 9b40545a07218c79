"""The log of people's acts: append-only, hash-chained, with undo and redo as events."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from operator import attrgetter
from typing import Any, Final

from workbench.store.clock import Clock

DECISIONS: Final = ("label", "skip", "flag", "keep", "relabel", "adjudicate")
"""Acts about one example."""

CHOOSING: Final = ("label", "keep", "relabel", "adjudicate")
"""Those of them that name a class."""

ANSWERS: Final = ("label", "skip", "flag")
"""What each annotator says of an example for themselves."""

ADJUDICATE: Final = "adjudicate"
"""Settles what annotators differ on: their consensus from then on."""

KEEP: Final = "keep"
"""Says that a doubted label is right."""

CORRECTIONS: Final = (KEEP, "relabel")
"""What a review says of a label, which outranks what annotators say."""

FLAG: Final = "flag"
"""Says that a row is ambiguous or unusable."""

REVIEWS: Final = (*CORRECTIONS, FLAG)
"""What a review may say of a row; a flag: it fits several classes."""

CLASS_ACTS: Final = ("class-add", "class-rename", "class-merge", "class-split", "class-retire")

PROJECT_ACTS: Final = (*CLASS_ACTS, "guideline", "publish")
"""Acts about the project."""

_COLUMNS: Final = (
    "event_id, at, annotator, kind, run_id, example_id, class_id, seconds, batch_run_id,"
    " guideline_id, note, target_id, act_id, detail"
)
_INSERT: Final = (
    f"INSERT INTO event ({_COLUMNS}, hash) VALUES (?{', ?' * (_COLUMNS.count(',') + 1)})"
)

_STANDS: Final = (
    "e.kind NOT IN ('undo', 'redo') AND e.event_id <= :until AND coalesce((SELECT t.kind FROM event"
    " AS t WHERE t.target_id = coalesce(e.act_id, e.event_id) AND t.event_id <= :until"
    " ORDER BY t.event_id DESC LIMIT 1), 'redo') = 'redo'"
)
"""The view ``active_event``, as it was after an event."""

_NEWEST: Final = 2**62

_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Event:
    """One act, undo or redo, as it was made.

    The events of one act that reaches several examples share ``act_id``, the first one's number;
    the first one itself, and an act that stands alone, have none. ``detail`` is a JSON document.
    """

    event_id: int
    at: str
    annotator: str
    kind: str
    run_id: int
    example_id: int | None
    class_id: int | None
    seconds: float | None
    batch_run_id: int | None
    guideline_id: int | None
    note: str | None
    target_id: int | None
    act_id: int | None
    detail: str | None


_values: Final = attrgetter(*(field.name for field in fields(Event)))
"""Returns the values of an event, in the order of the columns."""

_encode: Final = json.JSONEncoder(default=repr).encode


@dataclass(frozen=True, slots=True)
class Said:
    """A decision about an example that is recorded with others: see `Decisions.extend`."""

    kind: str
    example_id: int
    annotator: str
    class_id: int | None = None
    seconds: float | None = None
    batch_run_id: int | None = None
    note: str | None = None


class Decisions:
    """The repository of the event log."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._active: tuple[bytes, list[Event]] | None = None

    def append(
        self,
        kind: str,
        *,
        at: str,
        annotator: str,
        run_id: int,
        example_id: int | None = None,
        class_id: int | None = None,
        seconds: float | None = None,
        batch_run_id: int | None = None,
        guideline_id: int | None = None,
        note: str | None = None,
        target_id: int | None = None,
        act_id: int | None = None,
        detail: Any = None,
    ) -> Event:
        """Append an event to the chain; call it inside a write transaction."""
        last_id, last_hash = self._last()
        event = Event(
            event_id=last_id + 1,
            at=self._clock.after_all(at),
            annotator=annotator,
            kind=kind,
            run_id=run_id,
            example_id=example_id,
            class_id=class_id,
            seconds=None if seconds is None else float(seconds),  # as it is stored and hashed
            batch_run_id=batch_run_id,
            guideline_id=guideline_id,
            note=note,
            target_id=target_id,
            act_id=act_id,
            detail=None if detail is None else json.dumps(detail, ensure_ascii=False),
        )
        values = _values(event)
        self._connection.execute(_INSERT, (*values, _chain(last_hash, values)))
        return event

    def extend(
        self, said: Iterable[Said], *, at: str, run_id: int, guideline_id: int | None
    ) -> int | None:
        """Append decisions in their order, many at once; those of one annotator are one act.

        Call it inside a write transaction.

        Parameters
        ----------
        said
            The decisions.
        at
            When they are recorded: each has a time of its own from then on.
        run_id
            The run that records them.
        guideline_id
            The version of the guidelines in force.

        Returns
        -------
        int or None
            The first event; None for no decision.
        """
        before, last_hash = self._last()

        def rows() -> Iterator[tuple[Any, ...]]:
            acts: dict[str, int] = {}
            previous = last_hash
            for event_id, one in enumerate(said, start=before + 1):
                values = (
                    event_id,
                    self._clock.after_all(at),
                    one.annotator,
                    one.kind,
                    run_id,
                    one.example_id,
                    one.class_id,
                    None if one.seconds is None else float(one.seconds),
                    one.batch_run_id,
                    guideline_id,
                    one.note,
                    None,
                    acts.get(one.annotator),
                    None,
                )
                acts.setdefault(one.annotator, event_id)
                previous = _chain(previous, values)
                yield (*values, previous)

        self._connection.executemany(_INSERT, rows())
        return before + 1 if self._last()[0] > before else None

    def _last(self) -> tuple[int, bytes]:
        """Return number and hash of the newest event."""
        row = self._connection.execute(
            "SELECT event_id, hash FROM event ORDER BY event_id DESC LIMIT 1"
        ).fetchone()
        return (0, b"") if row is None else (row[0], row[1])

    def get(self, event_id: int) -> Event | None:
        """Return one event, or None."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM event WHERE event_id = ?",
            (event_id,),
        ).fetchone()
        return Event(*row) if row else None

    def active(self, *, example_id: int | None = None, until: int | None = None) -> list[Event]:
        """Return the decisions about examples that stand, oldest first.

        Parameters
        ----------
        example_id
            Of this example only.
        until
            As they stood after this event.
        """
        if example_id is not None:
            return self._find_active(example_id, until)
        if until is None:
            return list(self._all_active())
        if self.is_turned_after(until):
            return self._find_active(None, until)
        # What stood then stands now, but for what came after.
        events = self._all_active()
        return events[: bisect_right(events, until, key=lambda event: event.event_id)]

    def is_turned_after(self, event_id: int) -> bool:
        """Tell whether anything was undone or put back after an event."""
        row = self._connection.execute(
            "SELECT 1 FROM event WHERE target_id IS NOT NULL AND event_id > ? LIMIT 1", (event_id,)
        ).fetchone()
        return row is not None

    def _all_active(self) -> list[Event]:
        """Return every decision that stands; the log is read again only after it has changed."""
        # The chain makes the newest hash the name of the whole log.
        _, newest = self._last()
        if self._active is None or self._active[0] != newest:
            self._active = newest, self._find_active(None, None)
        return self._active[1]

    def _find_active(self, example_id: int | None, until: int | None) -> list[Event]:
        which = "e.example_id IS NOT NULL" if example_id is None else "e.example_id = :example"
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM event AS e WHERE {which} AND {_STANDS} ORDER BY e.event_id",
            {"example": example_id, "until": _NEWEST if until is None else until},
        )
        return [Event(*row) for row in rows]

    def labelled_at(self, moments: Iterable[str]) -> dict[str, set[int]]:
        """Return the examples that people had given a class, as of each of some moments.

        The log is read once, however many moments there are.
        """
        rows = self._connection.execute(
            "SELECT at, kind, coalesce(act_id, event_id), example_id, target_id FROM event"
            " WHERE kind IN ('undo', 'redo') OR example_id IS NOT NULL AND class_id IS NOT NULL"
            " ORDER BY event_id"
        )
        found: dict[str, set[int]] = {}
        standing: dict[int, list[int]] = {}
        undone: dict[int, list[int]] = {}
        coming = sorted(set(moments), reverse=True)
        for at, kind, act_id, example_id, target_id in rows:
            while coming and coming[-1] < at:
                found[coming.pop()] = set(chain.from_iterable(standing.values()))
            if not coming:
                return found
            if kind == "undo" and target_id in standing:
                undone[target_id] = standing.pop(target_id)
            elif kind == "redo" and target_id in undone:
                standing[target_id] = undone.pop(target_id)
            elif kind not in ("undo", "redo"):
                standing.setdefault(act_id, []).append(example_id)
        return found | {at: set(chain.from_iterable(standing.values())) for at in coming}

    def active_acts(self, kinds: Sequence[str]) -> list[Event]:
        """Return the acts about the project, of some kinds, that stand; oldest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM event AS e WHERE e.example_id IS NULL AND e.kind IN"
            f" ({_quoted(kinds)}) AND {_STANDS} ORDER BY e.event_id",
            {"until": _NEWEST},
        )
        return [Event(*row) for row in rows]

    def of_example(self, example_id: int) -> list[Event]:
        """Return every event about one example, undone ones and undos too, oldest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM event WHERE example_id = ? ORDER BY event_id",
            (example_id,),
        )
        return [Event(*row) for row in rows]

    def n_standing(self, run_id: int, annotator: str) -> int:
        """Return how many decisions that someone made in a run stand."""
        row = self._connection.execute(
            "SELECT count(*) FROM event AS e WHERE e.annotator = :who AND e.run_id = :run"
            f" AND e.example_id IS NOT NULL AND {_STANDS}",
            {"who": annotator, "run": run_id, "until": _NEWEST},
        ).fetchone()
        return int(row[0])

    def of_act(self, event_id: int) -> list[Event]:
        """Return the events of the act that begins with an event."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM event WHERE event_id = ? OR act_id = ? ORDER BY event_id",
            (event_id, event_id),
        )
        return [Event(*row) for row in rows]

    def recent(self, limit: int) -> list[Event]:
        """Return the newest decisions that stand, newest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM active_event WHERE example_id IS NOT NULL"
            " ORDER BY event_id DESC LIMIT ?",
            (limit,),
        )
        return [Event(*row) for row in rows]

    def newest_of(self, annotator: str) -> Iterator[Event]:
        """Yield everything that someone did, newest first; read only as far as is asked for."""
        before = _NEWEST
        query = (
            f"SELECT {_COLUMNS} FROM event WHERE annotator = ? AND event_id < ?"
            " ORDER BY event_id DESC LIMIT ?"
        )
        while page := self._connection.execute(query, (annotator, before, _PAGE)).fetchall():
            events = [Event(*row) for row in page]
            yield from events
            before = events[-1].event_id

    def last_event_id(self, *, at: str | None = None) -> int:
        """Return the number of the newest event, now or at a moment; 0 when there is none."""
        if at is None:
            query = "SELECT coalesce(max(event_id), 0) FROM event"
            return int(self._connection.execute(query).fetchone()[0])
        row = self._connection.execute(
            "SELECT event_id FROM event WHERE at <= ? ORDER BY event_id DESC LIMIT 1", (at,)
        ).fetchone()
        return int(row[0]) if row else 0

    def last_decision_id(self, *, until: int | None = None) -> int:
        """Return the number of the newest event about an example; 0 when there is none."""
        row = self._connection.execute(
            "SELECT event_id FROM event WHERE example_id IS NOT NULL AND event_id <= ?"
            " ORDER BY event_id DESC LIMIT 1",
            (_NEWEST if until is None else until,),
        ).fetchone()
        return int(row[0]) if row else 0

    def next_to_undo(self, annotator: str, *, kinds: Sequence[str]) -> Event | None:
        """Return the first event of the annotator's newest act that stands, or None."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM event AS e WHERE e.annotator = :who AND e.act_id IS NULL"
            f" AND e.kind IN ({_quoted(kinds)}) AND {_STANDS} ORDER BY e.event_id DESC LIMIT 1",
            {"who": annotator, "until": _NEWEST},
        ).fetchone()
        return Event(*row) if row else None

    def newest_standing(self, *, kinds: Sequence[str]) -> Event | None:
        """Return the first event of the newest act of anybody that stands, or None."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM event AS e WHERE e.act_id IS NULL"
            f" AND e.kind IN ({_quoted(kinds)}) AND {_STANDS} ORDER BY e.event_id DESC LIMIT 1",
            {"until": _NEWEST},
        ).fetchone()
        return Event(*row) if row else None

    def next_to_redo(self, annotator: str, *, kinds: Sequence[str]) -> Event | None:
        """Return the act that the annotator undid last, or None after a newer act."""
        row = self._connection.execute(
            "SELECT t.target_id FROM event AS t JOIN event AS d ON d.event_id = t.target_id"
            f" WHERE t.annotator = ? AND t.kind = 'undo' AND d.kind IN ({_quoted(kinds)})"
            " AND t.event_id > coalesce((SELECT a.event_id FROM event AS a"
            f"   WHERE a.annotator = ? AND a.kind IN ({_quoted(kinds)})"
            "    ORDER BY a.event_id DESC LIMIT 1), 0)"
            " AND NOT EXISTS (SELECT 1 FROM event AS r WHERE r.target_id = t.target_id"
            "   AND r.event_id > t.event_id)"
            " ORDER BY t.event_id DESC LIMIT 1",
            (annotator, annotator),
        ).fetchone()
        return self.get(row[0]) if row else None

    def broken_link(self) -> int | None:
        """Return the first event whose hash does not follow from the chain, or None."""
        previous = b""
        rows = self._connection.execute(f"SELECT {_COLUMNS}, hash FROM event ORDER BY event_id")
        for expected_id, row in enumerate(rows, start=1):
            if row[0] != expected_id or row[-1] != _chain(previous, row[:-1]):
                return expected_id
            previous = row[-1]
        return None


def _quoted(kinds: Sequence[str]) -> str:
    """Return kinds of ours as SQL literals."""
    return ", ".join(f"'{kind}'" for kind in kinds)


def _chain(previous: bytes, values: tuple[Any, ...]) -> bytes:
    """Return the digest of an event; the first schema had neither act nor detail.

    A damaged value may be of any type that SQLite has.
    """
    if values[-2:] == (None, None):
        values = values[:-2]
    return hashlib.sha256(previous + _encode(values).encode()).digest()
