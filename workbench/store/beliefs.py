"""What models believe: probabilities as blobs, and their top class for people's queries."""

from __future__ import annotations

import sqlite3

import numpy as np
from numpy.typing import NDArray

NO_TOP = 0xFFFF
"""The class code of a row without a unique top class."""

_BLOCK_CELLS = 131_072
"""Probabilities in a block, half a megabyte: one row's are read from it in under a millisecond."""


class Beliefs:
    """The repository of probabilities, one blob for each run, model and block of examples."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(
        self,
        run_id: int,
        model: str,
        probs: NDArray[np.floating],
        informed: NDArray[np.bool_],
    ) -> None:
        """Append the beliefs of a model about the examples 1 to n.

        Parameters
        ----------
        run_id
            The run that made them.
        model
            The model's name.
        probs
            Probabilities, (n, K).
        informed
            Rows with a unique top class, (n,).
        """
        n_classes = probs.shape[1]
        top = np.empty((len(probs), 2), dtype="<u2")
        top[:, 0] = np.where(informed, probs.argmax(axis=1), NO_TOP)
        top[:, 1] = np.rint(probs.max(axis=1).clip(0, 1) * 65535)
        n_block = max(1, _BLOCK_CELLS // n_classes)
        for start in range(0, len(probs), n_block):
            part = slice(start, start + n_block)
            self._connection.execute(
                "INSERT INTO belief_block (run_id, model, start_id, n, n_classes, probs, top)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    run_id,
                    model,
                    start + 1,
                    len(probs[part]),
                    n_classes,
                    probs[part].astype("<f4").tobytes(),
                    top[part].tobytes(),
                ),
            )

    def probabilities(self, run_id: int, model: str) -> NDArray[np.float32] | None:
        """Return a model's probabilities (n, K) for the examples 1 to n, or None."""
        rows = self._connection.execute(
            "SELECT n, n_classes, probs FROM belief_block WHERE run_id = ? AND model = ?"
            " ORDER BY start_id",
            (run_id, model),
        ).fetchall()
        if not rows:
            return None
        return np.concatenate(
            [np.frombuffer(blob, dtype="<f4").reshape(n, k) for n, k, blob in rows]
        )

    def informed(self, run_id: int, model: str) -> NDArray[np.bool_] | None:
        """Return which examples have a unique top class, (n,), or None."""
        rows = self._connection.execute(
            "SELECT top FROM belief_block WHERE run_id = ? AND model = ? ORDER BY start_id",
            (run_id, model),
        ).fetchall()
        if not rows:
            return None
        return np.concatenate(
            [np.frombuffer(blob, dtype="<u2").reshape(-1, 2)[:, 0] != NO_TOP for (blob,) in rows]
        )

    def of_example(self, run_id: int, model: str, example_id: int) -> NDArray[np.float32] | None:
        """Return a model's probabilities (K,) for one example, or None."""
        row = self._connection.execute(
            "SELECT substr(probs, 4 * n_classes * (? - start_id) + 1, 4 * n_classes)"
            " FROM belief_block WHERE run_id = ? AND model = ? AND start_id <= ?"
            " AND start_id + n > ?",
            (example_id, run_id, model, example_id, example_id),
        ).fetchone()
        return np.frombuffer(row[0], dtype="<f4") if row else None

    def models(self, run_id: int) -> list[str]:
        """Return the models that a run holds beliefs of."""
        rows = self._connection.execute(
            "SELECT DISTINCT model FROM belief_block WHERE run_id = ? ORDER BY model", (run_id,)
        )
        return [row[0] for row in rows]
