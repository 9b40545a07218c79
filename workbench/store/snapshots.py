"""Named states of all labels, kept as they were."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.store.named_errors import read_json
from workbench.types import NO_LABEL

_BLOCK = 65_536
_NO_CLASS = 0xFFFF
_NO_ORIGIN = 0xFF


@dataclass(frozen=True, slots=True)
class SnapshotLabels:
    """The labels of the examples 1 to n in a snapshot.

    ``class_ids`` (n,) int64 are class numbers, -1 for none; ``confidence`` (n,) float64;
    ``origin`` (n,) int64 indexes ``origins``, -1 for none; ``run_ids`` (n,) int64. ``names`` are
    what the classes were called then, by number.
    """

    class_ids: NDArray[np.int64]
    confidence: NDArray[np.float64]
    origin: NDArray[np.int64]
    run_ids: NDArray[np.int64]
    origins: tuple[str, ...]
    names: tuple[str, ...]


class Snapshots:
    """The repository of snapshots."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, run_id: int, name: str, labels: SnapshotLabels) -> None:
        """Append a snapshot."""
        self._connection.execute(
            "INSERT INTO snapshot (run_id, name, classes, origins) VALUES (?, ?, ?, ?)",
            (
                run_id,
                name,
                json.dumps(labels.names, ensure_ascii=False),
                json.dumps(labels.origins),
            ),
        )
        classes = np.where(labels.class_ids < 0, _NO_CLASS, labels.class_ids).astype("<u2")
        origin = np.where(labels.origin < 0, _NO_ORIGIN, labels.origin).astype("u1")
        for start in range(0, len(classes), _BLOCK):
            part = slice(start, start + _BLOCK)
            self._connection.execute(
                "INSERT INTO snapshot_block (run_id, start_id, n, classes, confidence, origins,"
                " runs) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    run_id,
                    start + 1,
                    len(classes[part]),
                    classes[part].tobytes(),
                    labels.confidence[part].astype("<f8").tobytes(),
                    origin[part].tobytes(),
                    labels.run_ids[part].astype("<i8").tobytes(),
                ),
            )

    def run_of(self, name: str) -> int | None:
        """Return the run that took the snapshot of a name, or None."""
        row = self._connection.execute(
            "SELECT run_id FROM snapshot WHERE name = ?", (name,)
        ).fetchone()
        return int(row[0]) if row else None

    def name_of(self, run_id: int) -> str | None:
        """Return the name of the snapshot that a run took, or None."""
        row = self._connection.execute(
            "SELECT name FROM snapshot WHERE run_id = ?", (run_id,)
        ).fetchone()
        return row[0] if row else None

    def names(self) -> list[tuple[str, int]]:
        """Return the snapshots' names and runs, oldest first."""
        return list(self._connection.execute("SELECT name, run_id FROM snapshot ORDER BY run_id"))

    def labels(self, run_id: int) -> SnapshotLabels:
        """Return the labels of a snapshot."""
        names, origins = self._connection.execute(
            "SELECT classes, origins FROM snapshot WHERE run_id = ?", (run_id,)
        ).fetchone()
        blocks = self._connection.execute(
            "SELECT classes, confidence, origins, runs FROM snapshot_block WHERE run_id = ?"
            " ORDER BY start_id",
            (run_id,),
        ).fetchall()
        classes, confidence, origin, runs = (
            np.frombuffer(b"".join(block[i] for block in blocks), dtype=dtype)
            for i, dtype in enumerate(("<u2", "<f8", "u1", "<i8"))
        )
        return SnapshotLabels(
            class_ids=np.where(classes == _NO_CLASS, NO_LABEL, classes.astype(np.int64)),
            confidence=confidence.astype(np.float64),
            origin=np.where(origin == _NO_ORIGIN, NO_LABEL, origin.astype(np.int64)),
            run_ids=runs.astype(np.int64),
            origins=tuple(read_json(origins)),
            names=tuple(read_json(names)),
        )
