"""LF versions, which of them are in force, and their votes as blobs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.types import ABSTAIN


@dataclass(frozen=True, slots=True)
class LFVersion:
    """A labeling function at one content hash."""

    lf_version_id: int
    name: str
    version: str
    kind: str
    file: str | None
    line: int | None
    source: str
    run_id: int


@dataclass(frozen=True, slots=True)
class LFNeed:
    """What an LF version learns from; ``hash`` is that of the function alone."""

    lf_version_id: int
    hash: str
    kind: str
    arguments: str


@dataclass(frozen=True, slots=True)
class LFTotals:
    """What all applies of one LF version brought."""

    n_rows: int
    n_votes: int
    n_errors: int
    seconds: float
    quarantined: str | None


@dataclass(frozen=True, slots=True)
class LFError:
    """A row that an LF failed on."""

    lf: str
    uid: str
    example_id: int
    type: str
    message: str
    line: int | None
    traceback: str


_COLUMNS = "lf_version_id, name, version, kind, file, line, source, run_id"

_TOTALS = (
    "coalesce(sum(n_rows), 0), coalesce(sum(n_votes), 0), coalesce(sum(n_errors), 0),"
    " coalesce(sum(seconds), 0.0), max(quarantined)"
)


class Votes:
    """The repository of LF versions and votes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def version(
        self,
        *,
        run_id: int,
        name: str,
        version: str,
        kind: str,
        file: str | None,
        line: int | None,
        source: str,
    ) -> LFVersion:
        """Return the LF version of this name and hash; record it when it is new."""
        known = self.find(name, version)
        if known is not None:
            return known
        cursor = self._connection.execute(
            "INSERT INTO lf_version (run_id, name, version, kind, file, line, source)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (run_id, name, version, kind, file, line, source),
        )
        return self.get(int(cursor.lastrowid or 0))

    def find(self, name: str, version: str) -> LFVersion | None:
        """Return the LF version of this name and hash, or None."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM lf_version WHERE name = ? AND version = ?",
            (name, version),
        ).fetchone()
        return LFVersion(*row) if row else None

    def get(self, lf_version_id: int) -> LFVersion:
        """Return an LF version by its number."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM lf_version WHERE lf_version_id = ?", (lf_version_id,)
        ).fetchone()
        return LFVersion(*row)

    def add_need(self, need: LFNeed) -> None:
        """Record what an LF version learns from, where that is not known yet."""
        self._connection.execute(
            "INSERT INTO lf_need (lf_version_id, hash, kind, arguments)"
            " SELECT :version, :hash, :kind, :arguments"
            " WHERE NOT EXISTS (SELECT 1 FROM lf_need WHERE lf_version_id = :version)",
            {
                "version": need.lf_version_id,
                "hash": need.hash,
                "kind": need.kind,
                "arguments": need.arguments,
            },
        )

    def needs_in_force(self) -> dict[int, LFNeed]:
        """Return what the LF versions that count now learn from, by their numbers."""
        rows = self._connection.execute(
            "SELECT n.lf_version_id, n.hash, n.kind, n.arguments"
            " FROM current_lf AS c JOIN lf_need AS n USING (lf_version_id)"
        )
        return {row[0]: LFNeed(*row) for row in rows}

    def put_in_force(self, run_id: int, name: str, lf_version_id: int | None) -> None:
        """Say which version of an LF counts from this run on; None withdraws it."""
        self._connection.execute(
            "INSERT INTO lf_state (run_id, name, lf_version_id) VALUES (?, ?, ?)",
            (run_id, name, lf_version_id),
        )

    def in_force(self) -> list[LFVersion]:
        """Return the LF versions that count now, by name."""
        rows = self._connection.execute(
            "SELECT v.lf_version_id, v.name, v.version, v.kind, v.file, v.line, v.source, v.run_id"
            " FROM current_lf AS c JOIN lf_version AS v USING (lf_version_id) ORDER BY v.name"
        )
        return [LFVersion(*row) for row in rows]

    def names_before(self, run_id: int) -> set[str]:
        """Return the LFs that were ever in force before a run, also those withdrawn since."""
        rows = self._connection.execute(
            "SELECT DISTINCT s.name FROM lf_state AS s JOIN run_end AS e USING (run_id)"
            " WHERE e.outcome = 'done' AND s.lf_version_id IS NOT NULL AND s.run_id < ?",
            (run_id,),
        )
        return {row[0] for row in rows}

    def in_force_since(self) -> dict[str, int]:
        """Return the run that first brought each LF in force there, by name.

        It may have been edited since, and withdrawn, or its run undone, and put back as it was:
        only what differs from all that was there before begins anew.
        """
        rows = self._connection.execute(
            "SELECT s.name, s.lf_version_id, s.run_id, s.run_id NOT IN ("
            "  SELECT p.run_id FROM event AS p WHERE p.example_id IS NULL AND p.kind = 'publish'"
            "  AND (SELECT t.kind FROM event AS t WHERE t.target_id = p.event_id"
            "       ORDER BY t.event_id DESC LIMIT 1) = 'undo')"
            " FROM lf_state AS s"
            " JOIN run_end AS e ON e.run_id = s.run_id AND e.outcome = 'done' ORDER BY s.run_id"
        )
        since: dict[str, int] = {}
        first: dict[int, int] = {}
        for name, lf_version_id, run_id, stands in rows:
            if lf_version_id is not None:
                begun = first.setdefault(lf_version_id, since.get(name, run_id))
                if stands:
                    since[name] = begun
            elif stands:
                since.pop(name, None)
        return since

    def runs_in_force(self) -> list[int]:
        """Return the runs that made the votes of the LFs in force, or put them in force."""
        rows = self._connection.execute(
            "SELECT since_run_id FROM current_lf UNION"
            " SELECT v.run_id FROM current_lf AS c JOIN vote_block AS v USING (lf_version_id)"
        )
        return sorted(row[0] for row in rows)

    def runs_that_voted(self) -> list[int]:
        """Return the runs that made the votes of the LFs in force."""
        rows = self._connection.execute(
            "SELECT DISTINCT v.run_id FROM current_lf AS c JOIN vote_block AS v"
            " USING (lf_version_id)"
        )
        return sorted(row[0] for row in rows)

    def extent(self, lf_version_id: int) -> int:
        """Return the number of the last example that an LF version has voted on; 0 for none."""
        row = self._connection.execute(
            "SELECT start_id + n - 1 FROM vote_block WHERE lf_version_id = ?"
            " ORDER BY start_id DESC LIMIT 1",
            (lf_version_id,),
        ).fetchone()
        return int(row[0]) if row else 0

    def add_block(
        self, lf_version_id: int, start_id: int, votes: NDArray[np.integer], *, run_id: int
    ) -> None:
        """Append the votes on consecutive examples."""
        self._connection.execute(
            "INSERT INTO vote_block (lf_version_id, start_id, n, votes, run_id)"
            " VALUES (?, ?, ?, ?, ?)",
            (lf_version_id, start_id, len(votes), _little_endian(votes).tobytes(), run_id),
        )

    def matrix(
        self, lf_version_ids: Sequence[int], n_examples: int, dtype: np.dtype[np.signedinteger]
    ) -> NDArray[np.signedinteger]:
        """Return the vote matrix (n_examples, m) of some LF versions; abstain where none voted."""
        # By column first, as the blocks lie: turning the whole is faster than writing strided.
        columns = np.full((len(lf_version_ids), n_examples), ABSTAIN, dtype=dtype)
        for column, lf_version_id in zip(columns, lf_version_ids, strict=True):
            rows = self._connection.execute(
                "SELECT start_id, n, votes FROM vote_block WHERE lf_version_id = ?",
                (lf_version_id,),
            )
            for start_id, n, blob in rows:
                wanted = max(0, n_examples - start_id + 1)
                column[start_id - 1 : start_id - 1 + n] = _decode(blob, n)[:wanted]
        return np.ascontiguousarray(columns.T)

    def of_example(self, lf_version_ids: Sequence[int], example_id: int) -> list[int | None]:
        """Return each LF version's vote on one example; None where it has not been applied."""
        found: list[int | None] = []
        for lf_version_id in lf_version_ids:
            row = self._connection.execute(
                "SELECT n, length(votes) / n,"
                " substr(votes, (? - start_id) * (length(votes) / n) + 1, length(votes) / n)"
                " FROM vote_block WHERE lf_version_id = ? AND start_id <= ?"
                " ORDER BY start_id DESC LIMIT 1",
                (example_id, lf_version_id, example_id),
            ).fetchone()
            value = None
            if row is not None and row[2]:
                value = int.from_bytes(row[2], "little", signed=True)
            found.append(value)
        return found

    def block_run(self, lf_version_id: int, example_id: int) -> int | None:
        """Return the run that made one vote, or None."""
        row = self._connection.execute(
            "SELECT run_id, start_id + n FROM vote_block WHERE lf_version_id = ? AND start_id <= ?"
            " ORDER BY start_id DESC LIMIT 1",
            (lf_version_id, example_id),
        ).fetchone()
        return row[0] if row and row[1] > example_id else None

    def add_lf_run(
        self,
        *,
        run_id: int,
        lf_version_id: int,
        n_rows: int,
        n_votes: int,
        n_errors: int,
        seconds: float,
        quarantined: str | None,
    ) -> None:
        """Record what one apply did with one LF version."""
        self._connection.execute(
            "INSERT INTO lf_run (run_id, lf_version_id, n_rows, n_votes, n_errors, seconds,"
            " quarantined) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (run_id, lf_version_id, n_rows, n_votes, n_errors, seconds, quarantined),
        )

    def totals(self, lf_version_id: int) -> LFTotals:
        """Return what all applies of one LF version brought."""
        row = self._connection.execute(
            f"SELECT {_TOTALS} FROM lf_run WHERE lf_version_id = ?", (lf_version_id,)
        ).fetchone()
        return LFTotals(*row)

    def all_totals(self) -> dict[int, LFTotals]:
        """Return what all applies brought, for each LF version that was ever applied."""
        rows = self._connection.execute(
            f"SELECT lf_version_id, {_TOTALS} FROM lf_run GROUP BY lf_version_id"
        )
        return {version_id: LFTotals(*totals) for version_id, *totals in rows}

    def add_errors(
        self,
        run_id: int,
        lf_version_id: int,
        errors: Iterable[tuple[int, str, str, int | None, str]],
    ) -> None:
        """Keep failed rows: (example_id, type, message, line, traceback)."""
        self._connection.executemany(
            "INSERT INTO lf_error (run_id, lf_version_id, example_id, type, message, line,"
            " traceback) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(run_id, lf_version_id, *error) for error in errors],
        )

    def errors(self, lf_version_id: int) -> list[LFError]:
        """Return the rows that an LF version failed on, as far as they were kept."""
        rows = self._connection.execute(
            "SELECT v.name, x.uid, e.example_id, e.type, e.message, e.line, e.traceback"
            " FROM lf_error AS e JOIN lf_version AS v USING (lf_version_id)"
            " JOIN example AS x USING (example_id)"
            " WHERE e.lf_version_id = ? ORDER BY e.example_id",
            (lf_version_id,),
        )
        return [LFError(*row) for row in rows]

    def error_of(self, run_id: int, lf_version_id: int, example_id: int) -> str | None:
        """Return how an LF version failed on one example in a run; None where that is not kept."""
        row = self._connection.execute(
            "SELECT type || ': ' || message FROM lf_error"
            " WHERE run_id = ? AND lf_version_id = ? AND example_id = ?",
            (run_id, lf_version_id, example_id),
        ).fetchone()
        return row[0] if row else None

    def n_unkept_errors(self, run_id: int, lf_version_id: int) -> int:
        """Return on how many rows an LF version failed in a run that are not kept by name."""
        row = self._connection.execute(
            "SELECT r.n_errors - (SELECT count(*) FROM lf_error AS e"
            "   WHERE e.run_id = r.run_id AND e.lf_version_id = r.lf_version_id)"
            " FROM lf_run AS r WHERE r.run_id = ? AND r.lf_version_id = ?",
            (run_id, lf_version_id),
        ).fetchone()
        return int(row[0]) if row else 0


def _little_endian(votes: NDArray[np.integer]) -> NDArray[np.integer]:
    return votes.astype(votes.dtype.newbyteorder("<"), copy=False)


def _decode(blob: bytes, n: int) -> NDArray[np.signedinteger]:
    return np.frombuffer(blob, dtype=np.int8 if len(blob) == n else np.dtype("<i2"))
