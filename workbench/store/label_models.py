"""What label models learnt, so that any row can be weighed again without a fit."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A fitted label model.

    ``log_prior`` is (K,), ``log_likelihood`` (m, K + 1, K) as in
    `workbench.methods.pattern_model.PatternModel`; the columns of the votes are those of
    ``lf_version_ids``.
    """

    lf_version_ids: tuple[int, ...]
    log_prior: NDArray[np.float64]
    log_likelihood: NDArray[np.float64]


class LabelModels:
    """The repository of fitted label models, and of the classes that a run's columns stand for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add_columns(self, run_id: int, class_ids: Sequence[int]) -> None:
        """Record which class each column of a run's probabilities stands for."""
        self._connection.executemany(
            "INSERT INTO belief_column (run_id, position, class_id) VALUES (?, ?, ?)",
            [(run_id, position, class_id) for position, class_id in enumerate(class_ids)],
        )

    def columns(self, run_id: int, n_columns: int) -> NDArray[np.int64]:
        """Return the class number of each of a run's columns."""
        rows = self._connection.execute(
            "SELECT class_id FROM belief_column WHERE run_id = ? ORDER BY position", (run_id,)
        ).fetchall()
        return np.array([row[0] for row in rows] or range(n_columns), dtype=np.int64)

    def add(self, run_id: int, model: str, stored: StoredModel) -> None:
        """Append a fitted model."""
        self._connection.execute(
            "INSERT INTO label_model (run_id, model, log_prior) VALUES (?, ?, ?)",
            (run_id, model, stored.log_prior.astype("<f8").tobytes()),
        )
        self._connection.executemany(
            "INSERT INTO label_model_weight (run_id, model, position, lf_version_id,"
            " log_likelihood) VALUES (?, ?, ?, ?, ?)",
            [
                (run_id, model, position, lf_version_id, table.astype("<f8").tobytes())
                for position, (lf_version_id, table) in enumerate(
                    zip(stored.lf_version_ids, stored.log_likelihood, strict=True)
                )
            ],
        )

    def get(self, run_id: int, model: str) -> StoredModel | None:
        """Return a fitted model, or None: runs of the first schema kept none."""
        row = self._connection.execute(
            "SELECT log_prior FROM label_model WHERE run_id = ? AND model = ?", (run_id, model)
        ).fetchone()
        if row is None:
            return None
        log_prior = np.frombuffer(row[0], dtype="<f8")
        rows = self._connection.execute(
            "SELECT lf_version_id, log_likelihood FROM label_model_weight"
            " WHERE run_id = ? AND model = ? ORDER BY position",
            (run_id, model),
        ).fetchall()
        n_classes = len(log_prior)
        tables = [np.frombuffer(blob, "<f8").reshape(n_classes + 1, n_classes) for _, blob in rows]
        return StoredModel(tuple(row[0] for row in rows), log_prior, np.stack(tables))
