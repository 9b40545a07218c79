"""The label set and the settings that decide which label an example has."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence


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
