"""Choosing rows that are far apart: k-means++ seeding."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.methods.row_choice import (
    as_vector,
    check_finite,
    check_weights,
    choosable,
    draw_row,
    squared_lengths,
)
from workbench.methods.threads import single_threaded


def kmeans_plus_plus(
    X: Any,
    n: int,
    *,
    rng: np.random.Generator,
    weights: npt.ArrayLike | None = None,
) -> npt.NDArray[np.int64]:
    """Choose rows that are far apart, by k-means++ seeding.

    Each next row is drawn with probability proportional to its weight times the squared distance
    to the nearest row chosen before (Arthur and Vassilvitskii, SODA 2007, section 2.2). Once every
    row left equals a chosen one, the rest is drawn by weight alone. O(n_rows · n · d).

    Parameters
    ----------
    X
        Features of shape (n_rows, d), sparse or dense.
    n
        How many rows to choose; all where there are no more.
    rng
        Source of the draws.
    weights
        Non-negative weights of shape (n_rows,); 1 by default. Rows of weight 0 come last.

    Returns
    -------
    ndarray
        Distinct row indices in the order chosen, shape (min(n, n_rows),), int64.

    Raises
    ------
    MethodError
        Where weights are off, features are not finite, or `n` is negative.
    """
    n_rows = X.shape[0]
    check_finite(X)
    _, free = choosable(n_rows, n)
    weight = np.ones(n_rows) if weights is None else check_weights(weights, n_rows)
    squares = squared_lengths(X)
    distance = np.full(n_rows, np.inf)
    chosen = np.empty(min(n, n_rows), np.int64)
    with single_threaded():
        for step in range(len(chosen)):
            row = draw_row(weight, distance if step else None, free, rng)
            chosen[step] = row
            free[row] = False
            products = as_vector(X @ as_vector(X[row], X.dtype))
            gap = squares + squares[row] - 2 * products
            gap[gap <= 1e-6 * (squares + squares[row])] = 0  # float noise of equal rows
            np.minimum(distance, gap, out=distance)
    return chosen
