"""The log of human decisions: append-only, hash-chained, with undo and redo as events."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from typing import Any, Final

DECISIONS: Final = ("label", "skip", "flag", "keep", "relabel")

_COLUMNS: Final = (
    "event_id, at, annotator, kind, run_id, example_id, class_id, seconds, batch_run_id,"
    " guideline_id, note, target_id"
)


@dataclass(frozen=True, slots=True)
class Event:
    """One decision, undo or redo, as it was made."""

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


class Decisions:
    """The repository of the event log."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

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
    ) -> Event:
        """Append an event to the chain; call it inside a write transaction."""
        last = self._connection.execute(
            "SELECT event_id, hash FROM event ORDER BY event_id DESC LIMIT 1"
        ).fetchone()
        event = Event(
            event_id=(last[0] if last else 0) + 1,
            at=at,
            annotator=annotator,
            kind=kind,
            run_id=run_id,
            example_id=example_id,
            class_id=class_id,
            seconds=seconds,
            batch_run_id=batch_run_id,
            guideline_id=guideline_id,
            note=note,
            target_id=target_id,
        )
        values = _values(event)
        self._connection.execute(
            f"INSERT INTO event ({_COLUMNS}, hash) VALUES ({', '.join('?' * 13)})",
            (*values, _chain(last[1] if last else b"", values)),
        )
        return event

    def get(self, event_id: int) -> Event | None:
        """Return one event, or None."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM event WHERE event_id = ?",
            (event_id,),
        ).fetchone()
        return Event(*row) if row else None

    def active(self, *, example_id: int | None = None) -> list[Event]:
        """Return the decisions that stand, oldest first, of one example or of all."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM active_event"
            " WHERE ? IS NULL OR example_id = ? ORDER BY event_id",
            (example_id, example_id),
        )
        return [Event(*row) for row in rows]

    def of_example(self, example_id: int) -> list[Event]:
        """Return every event about one example, undone ones and undos too, oldest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM event WHERE example_id = ? ORDER BY event_id",
            (example_id,),
        )
        return [Event(*row) for row in rows]

    def recent(self, limit: int) -> list[Event]:
        """Return the newest decisions that stand, newest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM active_event ORDER BY event_id DESC LIMIT ?",
            (limit,),
        )
        return [Event(*row) for row in rows]

    def last_event_id(self) -> int:
        """Return the number of the newest event; 0 when there is none."""
        row = self._connection.execute("SELECT coalesce(max(event_id), 0) FROM event").fetchone()
        return int(row[0])

    def next_to_undo(self, annotator: str) -> Event | None:
        """Return the annotator's newest decision that stands, or None."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM active_event WHERE annotator = ?"
            " ORDER BY event_id DESC LIMIT 1",
            (annotator,),
        ).fetchone()
        return Event(*row) if row else None

    def next_to_redo(self, annotator: str) -> Event | None:
        """Return the decision that the annotator undid last, or None after a newer decision."""
        row = self._connection.execute(
            "SELECT t.target_id FROM event AS t WHERE t.annotator = ? AND t.kind = 'undo'"
            " AND t.event_id > coalesce((SELECT max(d.event_id) FROM event AS d"
            "   WHERE d.annotator = ? AND d.kind NOT IN ('undo', 'redo')), 0)"
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


def _values(event: Event) -> tuple[Any, ...]:
    return (
        event.event_id,
        event.at,
        event.annotator,
        event.kind,
        event.run_id,
        event.example_id,
        event.class_id,
        event.seconds,
        event.batch_run_id,
        event.guideline_id,
        event.note,
        event.target_id,
    )


def _chain(previous: bytes, values: tuple[Any, ...]) -> bytes:
    return hashlib.sha256(previous + json.dumps(values).encode()).digest()
