"""What annotators agree on: the outcomes of weighing their answers, one set a run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

_NEWEST_AT = "9999"
_NEWEST_EVENT = 2**62


@dataclass(frozen=True, slots=True)
class Outcome:
    """The consensus of one example; ``class_id`` is a class number, None where no class wins.

    ``run_id`` is the run that weighed the answers, or the newest in which the class was chosen.
    """

    run_id: int
    class_id: int | None
    confidence: float


class Consensus:
    """The repository of weighed answers."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, run_id: int, rows: Iterable[tuple[int, int | None, float]]) -> None:
        """Append outcomes: (example_id, class number or None, confidence)."""
        self._connection.executemany(
            "INSERT INTO consensus (run_id, example_id, class_id, confidence) VALUES (?, ?, ?, ?)",
            [(run_id, *row) for row in rows],
        )

    def of_example(self, example_id: int) -> Outcome | None:
        """Return what the answers to one example agree on by the policy in force, or None."""
        row = self._connection.execute(
            "SELECT run_id, class_id, confidence FROM annotation_consensus WHERE example_id = ?",
            (example_id,),
        ).fetchone()
        return Outcome(*row) if row else None

    def holding(self, *, at: str | None = None, until: int | None = None) -> dict[int, Outcome]:
        """Return the outcomes that hold, by example: nothing happened to it since the run.

        Parameters
        ----------
        at, until
            As it was at a moment, with its newest event; now by default. Then it is what the view
            ``weighed_consensus`` shows, whatever the policy.
        """
        rows = self._connection.execute(
            "WITH newest AS ("
            "  SELECT r.run_id, json_extract(r.parameters, '$.last_event_id') AS last_event_id"
            "  FROM run AS r JOIN run_end AS e USING (run_id)"
            "  WHERE r.kind = 'consensus' AND e.outcome = 'done' AND e.ended_at <= :at"
            "  ORDER BY r.run_id DESC LIMIT 1)"
            " SELECT c.example_id, c.run_id, c.class_id, c.confidence"
            " FROM newest AS m JOIN consensus AS c USING (run_id)"
            " WHERE NOT EXISTS (SELECT 1 FROM event AS e WHERE e.example_id = c.example_id"
            "   AND e.event_id > m.last_event_id AND e.event_id <= :until)"
            " AND NOT EXISTS (SELECT 1 FROM event AS e JOIN event AS t ON t.target_id = e.act_id"
            "   WHERE e.example_id = c.example_id"
            "   AND t.event_id > m.last_event_id AND t.event_id <= :until)",
            {"at": at or _NEWEST_AT, "until": _NEWEST_EVENT if until is None else until},
        )
        return {row[0]: Outcome(*row[1:]) for row in rows}
