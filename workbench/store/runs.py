"""Runs: who did what, when, from which inputs, and how it ended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.store.clock import Clock
from workbench.store.named_errors import read_json
from workbench.store.seals import seal_rows


@dataclass(frozen=True, slots=True)
class Run:
    """One activity as it is recorded.

    ``outcome`` is ``running`` while there is no end; ``counts`` is empty then.
    """

    run_id: int
    kind: str
    started_at: str
    ended_at: str | None
    agent: str
    process: str = field(repr=False)
    outcome: str
    versions: Mapping[str, Any] = field(repr=False)
    parameters: Mapping[str, Any]
    seed: int | None
    fingerprint: str | None = field(repr=False)
    counts: Mapping[str, Any]
    error: str | None

    @property
    def last_known_at(self) -> str:
        """When it ended; while it is under way, when it began."""
        return self.ended_at or self.started_at


_SELECT = """
    SELECT r.run_id, r.kind, r.started_at, e.ended_at, r.agent, r.process,
           coalesce(e.outcome, 'running'), r.versions, r.parameters, r.seed, r.fingerprint,
           coalesce(e.counts, '{}'), e.error
    FROM run AS r LEFT JOIN run_end AS e USING (run_id)
"""


class Runs:
    """The repository of runs, their inputs, ends and artefacts."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def start(
        self,
        kind: str,
        *,
        started_at: str,
        agent: str,
        process: str,
        versions: Mapping[str, str],
        parameters: Mapping[str, Any],
        seed: int | None,
        fingerprint: str | None,
        inputs: Iterable[int],
        since: str | None = None,
    ) -> int:
        """Record the start of a run and what it reads; return its id.

        It begins at ``since``, the moment as of which it has read (`Store.one_moment`); else now.
        """
        cursor = self._connection.execute(
            "INSERT INTO run (kind, started_at, agent, process, versions, parameters, seed,"
            " fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                kind,
                since or self._clock.after_all(started_at),
                agent,
                process,
                json.dumps(versions),
                json.dumps(parameters),
                seed,
                fingerprint,
            ),
        )
        run_id = int(cursor.lastrowid or 0)
        self._connection.executemany(
            "INSERT INTO run_input (run_id, input_run_id) VALUES (?, ?)",
            [(run_id, input_id) for input_id in sorted(set(inputs))],
        )
        return run_id

    def end(
        self,
        run_id: int,
        outcome: str,
        *,
        ended_at: str,
        counts: Mapping[str, Any] | None = None,
        error: str | None = None,
    ) -> None:
        """Record how a run ended and which event was the newest then; seal the rows that it made.

        ``outcome`` is ``done``, ``failed``, ``cancelled`` or ``crashed``.
        """
        self._connection.execute(
            "INSERT INTO run_end (run_id, ended_at, outcome, counts, error) VALUES (?, ?, ?, ?, ?)",
            (run_id, self._clock.after_all(ended_at), outcome, json.dumps(counts or {}), error),
        )
        self._connection.execute(
            "INSERT INTO event_witness (run_id, event_id, hash)"
            " SELECT ?, event_id, hash FROM event ORDER BY event_id DESC LIMIT 1",
            (run_id,),
        )
        seal_rows(self._connection, run_id)

    def get(self, run_id: int) -> Run | None:
        """Return one run, or None."""
        row = self._connection.execute(_SELECT + "WHERE r.run_id = ?", (run_id,)).fetchone()
        return _run(row) if row else None

    def newest(
        self,
        *,
        kind: str | None = None,
        since: str | None = None,
        until: str | None = None,
        agent: str | None = None,
        outcome: str | None = None,
        limit: int = -1,
    ) -> list[Run]:
        """Return the runs, newest first.

        Parameters
        ----------
        kind, outcome
            Only those.
        since, until
            Only runs that began in this span, ends included; ISO 8601, or a beginning of it.
        agent
            Only runs of this agent: ``user@host``, or the user on any host.
        limit
            The most to return.
        """
        rows = self._connection.execute(
            _SELECT + "WHERE (:kind IS NULL OR r.kind = :kind)"
            " AND (:since IS NULL OR r.started_at >= :since)"
            " AND (:until IS NULL OR substr(r.started_at, 1, length(:until)) <= :until)"
            " AND (:agent IS NULL OR r.agent = :agent OR"
            " substr(r.agent, 1, length(:agent) + 1) = :agent || '@')"
            " AND (:outcome IS NULL OR coalesce(e.outcome, 'running') = :outcome)"
            " ORDER BY r.run_id DESC LIMIT :limit",
            {
                "kind": kind,
                "since": since,
                "until": until,
                "agent": agent,
                "outcome": outcome,
                "limit": limit,
            },
        )
        return [_run(row) for row in rows]

    def last_done(self, kind: str, *, at: str | None = None) -> Run | None:
        """Return the newest run of a kind that had ended well, now or at a moment, or None."""
        row = self._connection.execute(
            _SELECT + "WHERE r.kind = ? AND e.outcome = 'done' AND (? IS NULL OR e.ended_at <= ?)"
            " ORDER BY r.run_id DESC LIMIT 1",
            (kind, at, at),
        ).fetchone()
        return _run(row) if row else None

    def done_ids(self, *kinds: str) -> list[int]:
        """Return the ids of the runs of some kinds that ended well, oldest first."""
        marks = ", ".join("?" * len(kinds))
        rows = self._connection.execute(
            "SELECT run_id FROM run JOIN run_end USING (run_id)"
            f" WHERE outcome = 'done' AND kind IN ({marks}) ORDER BY run_id",
            kinds,
        )
        return [row[0] for row in rows]

    def running(self) -> list[Run]:
        """Return the runs that have no end."""
        rows = self._connection.execute(_SELECT + "WHERE e.run_id IS NULL ORDER BY r.run_id")
        return [_run(row) for row in rows]

    def inputs(self, run_id: int) -> list[int]:
        """Return the runs that a run read."""
        rows = self._connection.execute(
            "SELECT input_run_id FROM run_input WHERE run_id = ? ORDER BY input_run_id", (run_id,)
        )
        return [row[0] for row in rows]

    def outputs(self, run_id: int) -> list[int]:
        """Return the runs that read a run."""
        rows = self._connection.execute(
            "SELECT run_id FROM run_input WHERE input_run_id = ? ORDER BY run_id", (run_id,)
        )
        return [row[0] for row in rows]

    def artifact_names(self, run_id: int) -> list[str]:
        """Return the names of the documents that a run left."""
        rows = self._connection.execute(
            "SELECT name FROM artifact WHERE run_id = ? ORDER BY name", (run_id,)
        )
        return [row[0] for row in rows]

    def add_artifact(self, run_id: int, name: str, content: Any) -> None:
        """Keep a JSON document that a run made."""
        self._connection.execute(
            "INSERT INTO artifact (run_id, name, content) VALUES (?, ?, ?)",
            (run_id, name, json.dumps(content)),
        )

    def artifact(self, run_id: int, name: str) -> Any:
        """Return a document of a run, or None."""
        row = self._connection.execute(
            "SELECT content FROM artifact WHERE run_id = ? AND name = ?", (run_id, name)
        ).fetchone()
        return read_json(row[0]) if row else None


def _run(row: tuple[Any, ...]) -> Run:
    (
        run_id,
        kind,
        started_at,
        ended_at,
        agent,
        process,
        outcome,
        versions,
        parameters,
        seed,
        fingerprint,
        counts,
        error,
    ) = row
    return Run(
        run_id=run_id,
        kind=kind,
        started_at=started_at,
        ended_at=ended_at,
        agent=agent,
        process=process,
        outcome=outcome,
        versions=read_json(versions),
        parameters=read_json(parameters),
        seed=seed,
        fingerprint=fingerprint,
        counts=read_json(counts),
        error=error,
    )
