"""Rows around the corners of a simplex: a task that a linear model can learn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix


def blobs(
    n: int, n_classes: int, seed: int, spread: float = 0.4
) -> tuple[csr_matrix, NDArray[np.int64]]:
    """Rows around one corner a class, and their classes."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, n_classes, n)
    X = np.eye(n_classes)[labels] + spread * rng.standard_normal((n, n_classes))
    return csr_matrix(X), labels
