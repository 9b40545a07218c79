"""Lists that runs make for people: proposals, suspects, near-duplicates, exports."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Proposed:
    """An example that the active learner asks for, and why."""

    run_id: int
    rank: int
    example_id: int
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """An example whose label is doubted; ``label_quality``: higher is better."""

    run_id: int
    rank: int
    example_id: int
    given_class: int
    suggested_class: int
    label_quality: float


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An example that nearly repeats its cluster's representative."""

    run_id: int
    example_id: int
    representative_id: int
    similarity: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Export:
    """A file that was written, and its digest."""

    run_id: int
    path: str
    sha256: str
    format: str
    n_rows: int


NOT_EXPORTED = 0xFFFF
_BLOCK = 65_536


class Queues:
    """The repository of proposals, suspects and near-duplicates."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add_proposal(self, run_id: int, rows: Iterable[tuple[int, float, str]]) -> None:
        """Append a batch: (example_id, score, reason) in order."""
        self._connection.executemany(
            "INSERT INTO proposal (run_id, rank, example_id, score, reason) VALUES (?, ?, ?, ?, ?)",
            [(run_id, rank, *row) for rank, row in enumerate(rows, start=1)],
        )

    def proposal(self, run_id: int) -> list[Proposed]:
        """Return a batch in order."""
        return self._proposed("run_id = ? ORDER BY rank", run_id)

    def proposals_of(self, example_id: int) -> list[Proposed]:
        """Return the batches that asked for an example, oldest first."""
        return self._proposed("example_id = ? ORDER BY run_id", example_id)

    def _proposed(self, which: str, number: int) -> list[Proposed]:
        rows = self._connection.execute(
            f"SELECT run_id, rank, example_id, score, reason FROM proposal WHERE {which}", (number,)
        )
        return [Proposed(*row) for row in rows]

    def add_suspects(self, run_id: int, rows: Iterable[tuple[int, int, int, float]]) -> None:
        """Append suspects: (example_id, given, suggested, label quality), worst first."""
        self._connection.executemany(
            "INSERT INTO suspect (run_id, rank, example_id, given_class, suggested_class,"
            " label_quality) VALUES (?, ?, ?, ?, ?, ?)",
            [(run_id, rank, *row) for rank, row in enumerate(rows, start=1)],
        )

    def suspects(self, run_id: int) -> list[Suspect]:
        """Return the suspects of an audit, worst first."""
        return self._suspects("run_id = ? ORDER BY rank", run_id)

    def suspicions_of(self, example_id: int) -> list[Suspect]:
        """Return the audits that doubted an example, oldest first."""
        return self._suspects("example_id = ? ORDER BY run_id", example_id)

    def _suspects(self, which: str, number: int) -> list[Suspect]:
        rows = self._connection.execute(
            "SELECT run_id, rank, example_id, given_class, suggested_class, label_quality"
            f" FROM suspect WHERE {which}",
            (number,),
        )
        return [Suspect(*row) for row in rows]

    def add_duplicates(self, run_id: int, rows: Iterable[tuple[int, int, float, bool]]) -> None:
        """Append near-duplicates: (example_id, representative_id, similarity, exact)."""
        self._connection.executemany(
            "INSERT INTO duplicate (run_id, example_id, representative_id, similarity, exact)"
            " VALUES (?, ?, ?, ?, ?)",
            [(run_id, *row) for row in rows],
        )

    def duplicates(self, run_id: int) -> list[Duplicate]:
        """Return the near-duplicates that a diagnosis found."""
        return self._duplicates("run_id = ? ORDER BY representative_id, example_id", run_id)

    def duplicates_of(self, run_id: int, example_id: int) -> list[Duplicate]:
        """Return what an example nearly repeats, and what nearly repeats it."""
        which = "run_id = ? AND (example_id = ? OR representative_id = ?) ORDER BY example_id"
        return self._duplicates(which, run_id, example_id, example_id)

    def _duplicates(self, which: str, *numbers: int) -> list[Duplicate]:
        rows = self._connection.execute(
            "SELECT run_id, example_id, representative_id, similarity, exact FROM duplicate"
            f" WHERE {which}",
            numbers,
        )
        return [
            Duplicate(run, example, other, similarity, bool(exact))
            for run, example, other, similarity, exact in rows
        ]


class Exports:
    """The repository of exports and of the labels that they held."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(
        self,
        run_id: int,
        *,
        path: str,
        sha256: str,
        format: str,
        labels: NDArray[np.int64],
    ) -> None:
        """Record a written file and the label (-1: left out) that it gave the examples 1 to n."""
        codes = np.where(labels < 0, NOT_EXPORTED, labels).astype("<u2")
        self._connection.execute(
            "INSERT INTO export (run_id, path, sha256, format, n_rows) VALUES (?, ?, ?, ?, ?)",
            (run_id, path, sha256, format, int((labels >= 0).sum())),
        )
        for start in range(0, len(codes), _BLOCK):
            part = codes[start : start + _BLOCK]
            self._connection.execute(
                "INSERT INTO export_block (run_id, start_id, n, classes) VALUES (?, ?, ?, ?)",
                (run_id, start + 1, len(part), part.tobytes()),
            )

    def of_example(self, example_id: int) -> list[tuple[Export, int]]:
        """Return the exports that hold an example, with the class it had there, oldest first."""
        rows = self._connection.execute(
            "SELECT x.run_id, x.path, x.sha256, x.format, x.n_rows,"
            " substr(b.classes, 2 * (? - b.start_id) + 1, 2)"
            " FROM export_block AS b JOIN export AS x USING (run_id)"
            " WHERE b.start_id <= ? AND b.start_id + b.n > ? ORDER BY x.run_id",
            (example_id, example_id, example_id),
        )
        found = [(Export(*row[:5]), int.from_bytes(row[5], "little")) for row in rows]
        return [(export, code) for export, code in found if code != NOT_EXPORTED]

    def newest(self, limit: int) -> list[Export]:
        """Return the newest exports, newest first."""
        rows = self._connection.execute(
            "SELECT run_id, path, sha256, format, n_rows FROM export ORDER BY run_id DESC LIMIT ?",
            (limit,),
        )
        return [Export(*row) for row in rows]

    def of(self, run_id: int) -> Export | None:
        """Return what a run wrote, or None."""
        row = self._connection.execute(
            "SELECT run_id, path, sha256, format, n_rows FROM export WHERE run_id = ?", (run_id,)
        ).fetchone()
        return Export(*row) if row else None
