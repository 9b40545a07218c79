"""What the ways to choose rows share: checks, draws, and sparse or dense rows as vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.row_blocks import row_blocks


def choosable(
    n_rows: int,
    n: int,
    *,
    already: npt.ArrayLike | None = None,
    pool: npt.NDArray[np.bool_] | None = None,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Check what rows are to be chosen from.

    Parameters
    ----------
    n_rows
        How many rows there are.
    n
        How many are to be chosen.
    already
        Indices of rows that were chosen before; none by default.
    pool
        Mask of shape (n_rows,) of the rows to choose from; all by default.

    Returns
    -------
    before : ndarray
        The rows chosen before, int64.
    free : ndarray
        Shape (n_rows,), bool, a copy: the pool without these.

    Raises
    ------
    MethodError
        Where `n` is negative, or indices or shapes are off.
    """
    before = np.zeros(0, np.int64) if already is None else np.asarray(already, np.int64)
    free = np.ones(n_rows, bool) if pool is None else pool.copy()
    if n < 0:
        raise MethodError(f"{n} rows cannot be chosen")
    if free.shape != (n_rows,):
        raise MethodError(f"the pool has shape {free.shape}, not ({n_rows:,},)")
    if len(before) and not (before.min() >= 0 and before.max() < n_rows):
        raise MethodError(f"an index of a row chosen before is not in 0 to {n_rows - 1}")
    free[before] = False
    return before, free


def check_weights(weights: npt.ArrayLike, n_rows: int) -> npt.NDArray[np.float64]:
    """Return weights of rows as a float64 vector of their own.

    Parameters
    ----------
    weights
        Non-negative, shape (n_rows,).
    n_rows
        How many rows there are.

    Returns
    -------
    ndarray
        Shape (n_rows,), float64, a copy.

    Raises
    ------
    MethodError
        For another shape, negative or infinite weights, or NaN.
    """
    weight = np.array(weights, np.float64)
    if weight.shape != (n_rows,):
        raise MethodError(f"the weights of rows have shape {weight.shape}, not ({n_rows:,},)")
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise MethodError("the weights of rows hold negative or infinite values, or NaN")
    return weight


def sample_rows(
    rows: npt.NDArray[np.int64], n: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Return the rows, or `n` of them drawn evenly, in order.

    Parameters
    ----------
    rows
        Row indices.
    n
        How many to return at most.
    rng
        Source of the draw.

    Returns
    -------
    ndarray
        Row indices, int64, rising where `rows` are.
    """
    if len(rows) <= n:
        return rows
    return rows[np.sort(rng.choice(len(rows), n, replace=False))]


def sample_by_class(
    rows: npt.NDArray[np.int64],
    classes: npt.NDArray[np.int64],
    n: int,
    rng: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Return the rows, or `n` of them drawn so that each class keeps its share, in order.

    Parameters
    ----------
    rows
        Row indices.
    classes
        Class of each of these rows.
    n
        How many to return at most.
    rng
        Source of the draw.

    Returns
    -------
    ndarray
        Row indices, int64, rising where `rows` are.
    """
    if len(rows) <= n:
        return rows
    shuffled = rng.permutation(len(rows))
    by_class = shuffled[np.argsort(classes[shuffled], kind="stable")]
    # Every so many-th of these.
    return rows[np.sort(by_class[np.arange(max(n, 0)) * len(rows) // max(n, 1)])]


def draw_row(
    weight: npt.NDArray[np.float64],
    distance: npt.NDArray[np.float64] | None,
    free: npt.NDArray[np.bool_],
    rng: np.random.Generator,
) -> int:
    """Draw a free row by weight times distance; where that is 0 for all, by weight; then evenly.

    Parameters
    ----------
    weight
        Non-negative, shape (n_rows,).
    distance
        To the nearest row chosen before, shape (n_rows,); None where there is none.
    free
        Mask of shape (n_rows,) of the rows to draw from.
    rng
        Source of the draw.

    Returns
    -------
    int
        The row.

    Raises
    ------
    MethodError
        Where no row is free.
    """
    choices = [free * weight, free.astype(np.float64)]
    if distance is not None:
        choices.insert(0, np.where(free, weight * distance, 0))
    for mass in choices:
        total = np.cumsum(mass)
        if total[-1] > 0:
            row = int(np.searchsorted(total, rng.random() * total[-1], side="right"))
            return min(row, int(np.flatnonzero(mass)[-1]))
    raise MethodError("no row is left to draw from")


def check_finite(X: Any) -> None:
    """Raise where features hold NaN or infinite values.

    Parameters
    ----------
    X
        Features of shape (n_rows, d), sparse or dense, or what gives them by ``X[rows]``.

    Raises
    ------
    MethodError
        With the first such row.
    """
    for block in row_blocks(X.shape[0]):
        _check_block(X[block], block.start)


def _check_block(X: Any, first: int) -> None:
    """Raise where features hold NaN or infinite values; their rows are numbered from `first`."""
    values = X.data if hasattr(X, "tocsr") else np.asarray(X)
    # A sum is finite where all is, unless it overflows; then each value is looked at.
    with np.errstate(all="ignore"):
        if np.isfinite(values.sum(dtype=np.float64)):
            return
    bad = ~np.isfinite(values)
    if not bad.any():
        return
    rows = X.tocoo().row[bad] if hasattr(X, "tocsr") else np.flatnonzero(bad.any(axis=1))
    raise MethodError(
        f"the features hold NaN or infinite values, first in row {first + int(rows.min()):,}",
        hint="Mend the embeddings of that row, or leave it out.",
    )


def squared_lengths(X: Any) -> npt.NDArray[np.float64]:
    """Return the squared Euclidean length of each row, sparse or dense."""
    if hasattr(X, "tocsr"):
        return as_vector(X.multiply(X).sum(axis=1))
    dense = np.asarray(X)
    # The largest float32 numbers have no float32 square.
    return as_vector(np.einsum("ij,ij->i", dense, dense, dtype=np.float64))


def as_vector(values: Any, dtype: npt.DTypeLike = np.float64) -> npt.NDArray[Any]:
    """Return a row, column or vector, sparse or dense, as a flat vector."""
    dense = values.toarray() if hasattr(values, "toarray") else values
    return np.asarray(dense, dtype).ravel()
