"""Choosing rows that are far apart: k-means++ seeding."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
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
        Where weights are off or `n` is negative.
    """
    n_rows = X.shape[0]
    if n < 0:
        raise MethodError(f"{n} rows cannot be chosen")
    weight = np.ones(n_rows) if weights is None else np.array(weights, np.float64)
    if weight.shape != (n_rows,) or not np.isfinite(weight).all() or (weight < 0).any():
        raise MethodError("weights must be one non-negative number a row")
    squares = squared_lengths(X)
    distance = np.full(n_rows, np.inf)
    free = np.ones(n_rows, bool)
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


def draw_row(
    weight: npt.NDArray[np.float64],
    distance: npt.NDArray[np.float64] | None,
    free: npt.NDArray[np.bool_],
    rng: np.random.Generator,
) -> int:
    """Draw a free row by weight times distance; where that is 0 for all, by weight; then evenly."""
    choices = [free * weight, free.astype(np.float64)]
    if distance is not None:
        choices.insert(0, np.where(free, weight * distance, 0))
    for mass in choices:
        total = np.cumsum(mass)
        if total[-1] > 0:
            row = int(np.searchsorted(total, rng.random() * total[-1], side="right"))
            return min(row, int(np.flatnonzero(mass)[-1]))
    raise MethodError("no row is left to draw from")


def squared_lengths(X: Any) -> npt.NDArray[np.float64]:
    """Return the squared Euclidean length of each row, sparse or dense."""
    if hasattr(X, "tocsr"):
        return as_vector(X.multiply(X).sum(axis=1))
    dense = np.asarray(X)
    return as_vector(np.einsum("ij,ij->i", dense, dense))


def as_vector(values: Any, dtype: npt.DTypeLike = np.float64) -> npt.NDArray[Any]:
    """Return a row, column or vector, sparse or dense, as a flat vector."""
    dense = values.toarray() if hasattr(values, "toarray") else values
    return np.asarray(dense, dtype).ravel()
