"""What models believe: probabilities as blobs, and their top class for people's queries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NO_TOP = 0xFFFF
"""The class code of a row without a unique top class."""

UNDECIDED = 0xFFFE
"""The same where no vote decides: a default class, where there is one, is its label."""

_BLOCK_CELLS = 131_072
"""Probabilities in a block, half a megabyte: one row's are read from it in under a millisecond."""


@dataclass(frozen=True, slots=True)
class BeliefBlock:
    """Beliefs about consecutive examples, whose rows are ``rows``.

    ``probs`` is (len, K); ``informed`` (len,) marks the rows with a unique top class,
    ``undecided`` (len,) those that no vote decides.
    """

    rows: slice
    probs: NDArray[np.float32]
    informed: NDArray[np.bool_]
    undecided: NDArray[np.bool_]


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
        undecided: NDArray[np.bool_] | None = None,
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
        undecided
            Rows that no vote decides, (n,); none by default.
        """
        n_classes = probs.shape[1]
        top = np.empty((len(probs), 2), dtype="<u2")
        top[:, 0] = np.where(informed, probs.argmax(axis=1), NO_TOP)
        if undecided is not None:
            top[undecided, 0] = UNDECIDED
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

    def shape(self, run_id: int, model: str) -> tuple[int, int] | None:
        """Return the numbers of examples and of classes that a model has beliefs about, or None."""
        row = self._connection.execute(
            "SELECT start_id + n - 1, n_classes FROM belief_block WHERE run_id = ? AND model = ?"
            " ORDER BY start_id DESC LIMIT 1",
            (run_id, model),
        ).fetchone()
        return (int(row[0]), int(row[1])) if row else None

    def informed(self, run_id: int, model: str) -> NDArray[np.bool_] | None:
        """Return which examples have a unique top class, (n,), or None."""
        rows = self._connection.execute(
            "SELECT top FROM belief_block WHERE run_id = ? AND model = ? ORDER BY start_id",
            (run_id, model),
        ).fetchall()
        return np.concatenate([_informed(top) for (top,) in rows]) if rows else None

    def blocks(self, run_id: int, model: str) -> Iterator[BeliefBlock]:
        """Yield a model's beliefs block by block: all at once may be more than memory holds."""
        rows = self._connection.execute(
            "SELECT start_id, n, n_classes, probs, top FROM belief_block"
            " WHERE run_id = ? AND model = ? ORDER BY start_id",
            (run_id, model),
        )
        for start_id, n, n_classes, probs, top in rows:
            yield BeliefBlock(
                slice(start_id - 1, start_id - 1 + n),
                np.frombuffer(probs, dtype="<f4").reshape(n, n_classes),
                _informed(top),
                _codes(top) == UNDECIDED,
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


def _informed(top: bytes) -> NDArray[np.bool_]:
    """Return which rows of a block have a unique top class."""
    return _codes(top) < UNDECIDED


def _codes(top: bytes) -> NDArray[np.uint16]:
    """Return the class code of each row of a block."""
    codes: NDArray[np.uint16] = np.frombuffer(top, dtype="<u2")[::2]
    return codes
