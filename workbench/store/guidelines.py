"""The guidelines: versions of one Markdown document, none ever overwritten."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guideline:
    """A version of the guidelines; its number is what decisions carry."""

    guideline_id: int
    at: str
    agent: str
    content: str


class Guidelines:
    """The repository of the guidelines."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, *, at: str, agent: str, content: str) -> int:
        """Append a version; return its number. An event must put it in force."""
        cursor = self._connection.execute(
            "INSERT INTO guideline (at, agent, content) VALUES (?, ?, ?)", (at, agent, content)
        )
        return int(cursor.lastrowid or 0)

    def current(self) -> Guideline | None:
        """Return the version in force, or None."""
        row = self._connection.execute(
            "SELECT guideline_id, at, agent, content FROM current_guideline"
        ).fetchone()
        return Guideline(*row) if row else None

    def current_id(self) -> int | None:
        """Return the number of the version in force, or None."""
        row = self._connection.execute("SELECT guideline_id FROM current_guideline").fetchone()
        return row[0] if row else None

    def get(self, guideline_id: int) -> Guideline | None:
        """Return a version, or None."""
        row = self._connection.execute(
            "SELECT guideline_id, at, agent, content FROM guideline WHERE guideline_id = ?",
            (guideline_id,),
        ).fetchone()
        return Guideline(*row) if row else None

    def versions(self) -> list[Guideline]:
        """Return every version, oldest first."""
        rows = self._connection.execute(
            "SELECT guideline_id, at, agent, content FROM guideline ORDER BY guideline_id"
        )
        return [Guideline(*row) for row in rows]
