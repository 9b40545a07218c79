"""The settings that decide which label an example has, and that label."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from workbench.store.clock import Clock


class Settings:
    """The repository of settings, as they were from a moment on."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def get(self, key: str, *, at: str | None = None) -> str | None:
        """Return the value in force, now or at a moment."""
        row = self._connection.execute(
            "SELECT value FROM setting WHERE key = ? AND (? IS NULL OR at <= ?)"
            " ORDER BY setting_id DESC LIMIT 1",
            (key, at, at),
        ).fetchone()
        return row[0] if row else None

    def put(self, key: str, value: str, *, at: str) -> None:
        """Record a value from now on; nothing is written when it is the one in force."""
        if self.get(key) != value:
            self._connection.execute(
                "INSERT INTO setting (at, key, value) VALUES (?, ?, ?)",
                (self._clock.after_all(at), key, value),
            )


@dataclass(frozen=True, slots=True)
class Resolved:
    """The label that one example has now, and the run that it came from.

    ``class_id`` is the number of the class, ``label`` what it is called now.
    """

    class_id: int
    label: str
    confidence: float
    origin: str
    run_id: int


class ResolvedLabels:
    """The labels that the examples have now, one at a time, as the view tells them.

    For all examples at once there is `workbench.services.labels.resolve_labels`.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def of_example(self, example_id: int) -> Resolved | None:
        """Return the label of one example, or None."""
        row = self._connection.execute(
            "SELECT class_id, label, confidence, origin, run_id FROM resolved_label"
            " WHERE example_id = ?",
            (example_id,),
        ).fetchone()
        return Resolved(*row) if row else None
