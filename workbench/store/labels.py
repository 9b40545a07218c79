"""The label set and the settings that decide which label an example has."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass


class Classes:
    """The repository of classes: index in code, name for people."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def names(self) -> list[str]:
        """Return the names by index."""
        rows = self._connection.execute("SELECT name FROM class ORDER BY class_id")
        return [row[0] for row in rows]

    def add(self, names: Sequence[str], *, run_id: int) -> None:
        """Append classes behind those there are."""
        first = len(self.names())
        self._connection.executemany(
            "INSERT INTO class (class_id, name, run_id) VALUES (?, ?, ?)",
            [(first + i, name, run_id) for i, name in enumerate(names)],
        )


class Settings:
    """The repository of settings, as they were from a moment on."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> str | None:
        """Return the value in force."""
        row = self._connection.execute(
            "SELECT value FROM setting WHERE key = ? ORDER BY setting_id DESC LIMIT 1", (key,)
        ).fetchone()
        return row[0] if row else None

    def put(self, key: str, value: str, *, at: str) -> None:
        """Record a value from now on; nothing is written when it is the one in force."""
        if self.get(key) != value:
            self._connection.execute(
                "INSERT INTO setting (at, key, value) VALUES (?, ?, ?)", (at, key, value)
            )


@dataclass(frozen=True, slots=True)
class Resolved:
    """The label that one example has now, and the run that it came from."""

    class_id: int
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
            "SELECT class_id, confidence, origin, run_id FROM resolved_label WHERE example_id = ?",
            (example_id,),
        ).fetchone()
        return Resolved(*row) if row else None
