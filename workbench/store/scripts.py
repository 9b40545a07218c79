"""The files of labeling functions as an apply found them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping


class Scripts:
    """The repository of the scripts' digests."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, run_id: int, digests: Mapping[str, str]) -> None:
        """Record the SHA-256 of each file, by its path in the folder."""
        self._connection.executemany(
            "INSERT INTO script (run_id, file, sha256) VALUES (?, ?, ?)",
            [(run_id, file, digest) for file, digest in sorted(digests.items())],
        )

    def of_run(self, run_id: int) -> dict[str, str]:
        """Return the digests that a run recorded."""
        rows = self._connection.execute(
            "SELECT file, sha256 FROM script WHERE run_id = ?", (run_id,)
        )
        return dict(rows.fetchall())

    def last_run(self) -> int | None:
        """Return the newest apply of all functions that ended well, or None.

        It recorded every file that there was; where there was none, none.
        """
        row = self._connection.execute(
            "SELECT max(run_id) FROM run JOIN run_end USING (run_id)"
            " WHERE kind = 'apply' AND outcome = 'done'"
            " AND json_array_length(parameters, '$.only') = 0"
        ).fetchone()
        return None if row[0] is None else int(row[0])
