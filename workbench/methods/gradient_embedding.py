"""BADGE: k-means++ on the gradients that rows would give, which are never built."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_probs
from workbench.methods.row_choice import (
    as_vector,
    check_finite,
    choosable,
    draw_row,
    sample_rows,
    squared_lengths,
)
from workbench.methods.threads import single_threaded

MAX_CANDIDATES: Final = 50_000
"""Rows that a batch is chosen from at most."""
FEW: Final = 0.25
"""Share of the rows up to which it is cheaper to gather them than to multiply all."""


def badge(
    X: Any,
    probs: npt.ArrayLike,
    n: int,
    *,
    rng: np.random.Generator,
    pool: npt.NDArray[np.bool_] | None = None,
) -> npt.NDArray[np.int64]:
    r"""Choose rows whose gradients are large and differ from each other.

    BADGE (Ash et al., "Deep Batch Active Learning by Diverse, Uncertain Gradient Lower Bounds",
    ICLR 2020, algorithm 1). For a linear model the gradient of the loss at the believed class
    :math:`\hat y` is :math:`g_i = a_i \otimes x_i` with :math:`a_i = p_i - e_{\hat y_i}`, and an
    inner product of two gradients is the product of two small ones,
    :math:`\langle g_i, g_j\rangle = \langle a_i, a_j\rangle \langle x_i, x_j\rangle`. So k-means++
    needs O(n_rows (d + K)) time a step and O(n_rows K) memory, instead of O(n_rows d K) of both.
    Most rows need no d: as :math:`|\langle x_i, x_j\rangle| \le |x_i| |x_j|`, the a alone tell of
    them that a new centre is no nearer than the nearest one so far. The choice is the same.
    Of a pool of more than 50,000 rows so many, drawn evenly, are chosen from.

    Parameters
    ----------
    X
        Features of shape (n_rows, d), sparse or dense, or what gives them by ``X[rows]``: those of
        the model.
    probs
        Class probabilities of shape (n_rows, K).
    n
        How many rows to choose; the whole pool where it is smaller.
    rng
        Source of the draws after the first row, which is the one with the largest gradient.
    pool
        Mask of shape (n_rows,) of the rows to choose from; all by default.

    Returns
    -------
    ndarray
        Distinct row indices in the order chosen, int64.

    Raises
    ------
    MethodError
        Where shapes are off, features are not finite, `probs` are no probabilities, or `n` is
        negative.
    """
    matrix = check_probs(probs)
    n_rows = X.shape[0]
    if len(matrix) != n_rows:
        raise MethodError(f"probs has {len(matrix):,} rows, the features {n_rows:,}")
    check_finite(X)
    _, free = choosable(n_rows, n, pool=pool)
    rows = sample_rows(np.flatnonzero(free), max(MAX_CANDIDATES, n), rng)
    return rows[_compute_badge(X[rows], matrix[rows], min(n, len(rows)), rng)]


def _compute_badge(
    X: Any, probs: npt.NDArray[Any], n: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Run k-means++ on factored gradients."""
    free = np.ones(len(probs), bool)
    slope = probs.astype(np.float32)
    slope[np.arange(len(slope)), probs.argmax(axis=1)] -= 1
    squared = squared_lengths(X)
    length = np.sqrt(squared)
    norm = squared * np.einsum("ij,ij->i", slope, slope)
    distance = np.full(len(norm), np.inf)
    even = np.ones(len(norm))
    chosen = np.empty(n, np.int64)
    with single_threaded():
        for step in range(n):
            if step == 0 and (norm * free).max() > 0:
                row = int(np.argmax(np.where(free, norm, -1)))
            else:
                row = draw_row(even, distance if step else None, free, rng)
            chosen[step] = row
            free[row] = False
            slopes = slope @ slope[row]
            apart = norm + norm[row]
            may_be_nearer = apart - 2 * length[row] * np.abs(slopes) * length < distance
            near = np.flatnonzero(may_be_nearer)
            rows = near if len(near) <= FEW * len(norm) else slice(None)
            inner = as_vector(X[rows] @ as_vector(X[row], X.dtype)) * slopes[rows]
            gap = apart[rows] - 2 * inner
            gap[gap <= 1e-6 * apart[rows]] = 0  # float noise of equal gradients
            distance[rows] = np.minimum(distance[rows], gap)
    return chosen
