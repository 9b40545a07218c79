"""How things stood at a moment: nothing is overwritten, so the past can be read."""

from __future__ import annotations

import sqlite3


class Past:
    """The repository of earlier states that have no table of their own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def n_examples(self, at: str) -> int:
        """Return how many examples there were."""
        row = self._connection.execute(
            "SELECT coalesce(sum(n_added), 0) FROM source JOIN run_end USING (run_id)"
            " WHERE outcome = 'done' AND ended_at <= ?",
            (at,),
        ).fetchone()
        return int(row[0])

    def lf_versions(self, at: str, event_id: int) -> dict[str, int]:
        """Return the LF versions in force by name.

        Parameters
        ----------
        at
            The moment.
        event_id
            The newest event by then: a publication that had been undone does not count.
        """
        rows = self._connection.execute(
            "SELECT s.name, s.lf_version_id, max(s.run_id) FROM lf_state AS s"
            " JOIN run_end AS e ON e.run_id = s.run_id AND e.outcome = 'done' AND e.ended_at <= :at"
            " WHERE coalesce((SELECT t.kind FROM event AS p"
            "   JOIN event AS t ON t.target_id = p.event_id AND t.event_id <= :until"
            "   WHERE p.example_id IS NULL AND p.kind = 'publish' AND p.run_id = s.run_id"
            "   ORDER BY t.event_id DESC LIMIT 1), 'redo') = 'redo'"
            " GROUP BY s.name",
            {"at": at, "until": event_id},
        )
        return {name: version for name, version, _ in rows if version is not None}
