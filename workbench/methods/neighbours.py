"""The nearest rows of each row by cosine similarity: exact, in blocks, no index to build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.threads import single_threaded

BLOCK_ENTRIES: Final = 1 << 22
"""Similarities held at a time: 16 MiB of float32."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest other rows of each row, the nearest first; arrays of shape (n, n_neighbors).

    Attributes
    ----------
    rows
        Which rows, int64; -1 where there are fewer than asked for.
    similarity
        Cosine similarity to them, float32, in [-1, 1]; 0 where there is none.
    """

    rows: npt.NDArray[np.int64]
    similarity: npt.NDArray[np.float32]


def nearest_neighbours(
    vectors: npt.ArrayLike, n_neighbors: int, *, groups: npt.ArrayLike | None = None
) -> Neighbours:
    """Find the nearest rows outside a row's own group.

    Every row is held against every other: n squared times d multiplications, memory linear in n.

    Parameters
    ----------
    vectors
        Shape (n, d), finite, rows of length 1 or 0, as `features.reduce` returns them.
    n_neighbors
        How many, at least 1.
    groups
        Shape (n,), integers: rows with one value, such as near-duplicates, are never neighbours of
        each other. By default each row is alone.

    Returns
    -------
    Neighbours
        Rows and similarities.

    Raises
    ------
    MethodError
        Where vectors or groups are off, or fewer than one neighbour is asked for.
    """
    points = check_vectors(vectors)
    n = len(points)
    if n_neighbors < 1:
        raise MethodError(f"n_neighbors is {n_neighbors}, but must be at least 1")
    group = np.arange(n) if groups is None else np.asarray(groups)
    if group.shape != (n,):
        raise MethodError(f"groups has shape {group.shape}, not ({n:,},)")
    k = min(n_neighbors, n)
    rows = np.full((n, n_neighbors), -1, np.int64)
    similarity = np.zeros((n, n_neighbors), np.float32)
    size = max(BLOCK_ENTRIES // max(n, 1), 1)
    with single_threaded():
        for start in range(0, n, size):
            block = slice(start, start + size)
            near = points[block] @ points.T
            near[group[block, None] == group] = -np.inf
            found = np.argpartition(-near, k - 1, axis=1)[:, :k]
            value = np.take_along_axis(near, found, axis=1)
            # Ties in the order of the rows, so that the answer does not hang on the block.
            order = np.lexsort((found, -value), axis=1)
            found = np.take_along_axis(found, order, axis=1)
            value = np.take_along_axis(value, order, axis=1)
            is_there = np.isfinite(value)
            rows[block, :k] = np.where(is_there, found, -1)
            similarity[block, :k] = np.where(is_there, value, 0)
    return Neighbours(rows, similarity)


def check_vectors(vectors: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return vectors as a float32 matrix, or raise.

    Parameters
    ----------
    vectors
        Shape (n, d).

    Returns
    -------
    ndarray
        Shape (n, d), float32.

    Raises
    ------
    MethodError
        For another shape, or values that are not finite.
    """
    points: npt.NDArray[Any] = np.asarray(vectors)
    if points.ndim != 2:
        raise MethodError(f"the vectors have shape {points.shape}, not (rows, dimensions)")
    points = points.astype(np.float32, copy=False)
    if not np.isfinite(points).all():
        raise MethodError("the vectors hold NaN or infinite values")
    return points
