"""Choosing rows that cover a pool: k-centre, facility location and ProbCover, greedily."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.methods.row_choice import (
    as_vector,
    check_weights,
    choosable,
    sample_rows,
    squared_lengths,
)
from workbench.methods.threads import single_threaded
from workbench.methods.typicality import cluster_rows

BLOCK_ROWS: Final = 8_192

MAX_CANDIDATES: Final = 10_000
"""Facility location chooses among at most so many rows, drawn evenly."""

MAX_REFERENCES: Final = 1_000
"""It covers at most so many rows, so that cost and memory stay bounded."""

MAX_BALL_ROWS: Final = 4_000
"""ProbCover needs every pair of rows: it looks at so many, drawn evenly."""

PURITY: Final = 0.95
"""ProbCover takes the widest ball that is of one cluster so often (section 3.3)."""

PURITY_BALLS: Final = 500
"""Balls by which that is told."""

BALL_SIMILARITIES: Final = tuple(step / 20 for step in range(1, 20))
"""Radii that are tried, the widest first, as cosine similarities."""


def k_centre(
    X: Any,
    n: int,
    *,
    already: npt.ArrayLike | None = None,
    pool: npt.NDArray[np.bool_] | None = None,
) -> npt.NDArray[np.int64]:
    """Choose the row that is farthest from all chosen ones, again and again.

    Sener and Savarese, "Active Learning for Convolutional Neural Networks: A Core-Set Approach"
    (ICLR 2018), algorithm 1; within twice the best radius (Gonzalez, 1985). The distance to the
    nearest centre is kept, so that a step is one product of a matrix and a vector: O(n_rows · d) a
    step. Ties go to the first row.

    Parameters
    ----------
    X
        Features of shape (n_rows, d), sparse or dense.
    n
        How many rows to choose; the whole pool where it is smaller.
    already
        Indices of rows that are centres before; without any, the first is the row nearest to the
        mean.
    pool
        Mask of shape (n_rows,) of the rows to choose from; by default all that are no centre.

    Returns
    -------
    ndarray
        Distinct row indices in the order chosen, int64.

    Raises
    ------
    MethodError
        Where `n` is negative, or indices or shapes are off.
    """
    centres, free = choosable(X.shape[0], n, already=already, pool=pool)
    squares = squared_lengths(X).astype(np.float32)
    nearest = np.full(len(squares), np.inf, np.float32)
    chosen = np.empty(min(n, int(free.sum())), np.int64)
    with single_threaded():
        if len(centres):
            centre_rows = X[centres]
            for start in range(0, len(nearest), BLOCK_ROWS):
                block = slice(start, start + BLOCK_ROWS)
                product = X[block] @ centre_rows.T
                product = product.toarray() if hasattr(product, "toarray") else product
                gap = squares[centres] - 2 * np.asarray(product, np.float32)
                nearest[block] = gap.min(axis=1) + squares[block]
        elif len(chosen):
            middle = as_vector(X.mean(axis=0), np.float32)
            nearest = -(squares - 2 * as_vector(X @ middle, np.float32))
        for step in range(len(chosen)):
            row = int(np.argmax(np.where(free, nearest, -np.inf)))
            chosen[step] = row
            free[row] = False
            if step == 0 and not len(centres):
                nearest = np.full(len(squares), np.inf, np.float32)
            product = as_vector(X @ as_vector(X[row], X.dtype), np.float32)
            np.minimum(nearest, squares - 2 * product + squares[row], out=nearest)
    return chosen


def facility_location(
    X: Any,
    n: int,
    *,
    rng: np.random.Generator,
    already: npt.ArrayLike | None = None,
    pool: npt.NDArray[np.bool_] | None = None,
) -> npt.NDArray[np.int64]:
    """Choose rows such that every row has a similar one among them.

    Maximises the sum over the pool of the largest cosine similarity to a chosen row, greedily,
    which is within 1 - 1/e of the best (Nemhauser, Wolsey and Fisher, 1978; for active learning:
    Wei, Iyer and Bilmes, ICML 2015). Large pools are sampled.

    Parameters
    ----------
    X
        Dense features of shape (n_rows, d), rows of length 1 or 0.
    n
        How many rows to choose; the whole pool where it is smaller.
    rng
        Source of the samples.
    already
        Indices of rows that cover the pool before.
    pool
        Mask of shape (n_rows,) of the rows to choose from; by default all but those.

    Returns
    -------
    ndarray
        Distinct row indices in the order chosen, int64.

    Raises
    ------
    MethodError
        Where `n` is negative, or indices or shapes are off.
    """
    covering, free = choosable(X.shape[0], n, already=already, pool=pool)
    rows = np.flatnonzero(free)
    candidates = sample_rows(rows, max(MAX_CANDIDATES, n), rng)
    references = X[sample_rows(rows, MAX_REFERENCES, rng)]
    with single_threaded():
        similarity = (references @ X[candidates].T).T.copy()
        best = np.zeros(len(references), np.float32)
        if len(covering):
            known = X[sample_rows(covering, MAX_CANDIDATES, rng)]
            best = np.maximum(best, (references @ known.T).max(axis=1))
        chosen = _greedy_cover(similarity, best, min(n, len(candidates)))
    return candidates[chosen]


def cover_by_weight(X: Any, weights: npt.ArrayLike, n: int) -> npt.NDArray[np.int64]:
    """Choose rows such that rows of weight have a similar one among them.

    Maximises the weighted sum over the rows of the largest cosine similarity to a chosen row, by
    the same greedy search as `facility_location`. Among doubtful rows it is the filtered active
    submodular selection of Wei, Iyer and Bilmes (ICML 2015, section 5). O(n_rows²) memory.

    Parameters
    ----------
    X
        Features of shape (n_rows, d), sparse or dense; a row of zeros is similar to none.
    weights
        Non-negative, shape (n_rows,).
    n
        How many rows to choose; all where there are no more.

    Returns
    -------
    ndarray
        Distinct row indices in the order chosen, int64.

    Raises
    ------
    MethodError
        Where `n` is negative, or weights are off.
    """
    _, free = choosable(X.shape[0], n)
    weight = check_weights(weights, len(free)).astype(np.float32)
    with single_threaded():
        product = X @ X.T
        product = product.toarray() if hasattr(product, "toarray") else product
        similarity = np.maximum(np.asarray(product, np.float32), 0)
        length = np.sqrt(squared_lengths(X)).astype(np.float32)
        length[length == 0] = 1
        similarity /= length[:, None]
        # The gain of a row is that of its weighted similarities: weights are not negative.
        similarity *= weight / length
        return _greedy_cover(similarity, np.zeros(len(free), np.float32), min(n, len(free)))


def _greedy_cover(
    similarity: npt.NDArray[np.float32], best: npt.NDArray[np.float32], n: int
) -> npt.NDArray[np.int64]:
    """Choose candidates one by one by what they add; old gains bound new ones (Minoux, 1978)."""
    bound = np.maximum(similarity - best, 0).sum(axis=1)
    chosen = np.empty(n, np.int64)
    for step in range(n):
        fresh = np.zeros(len(bound), bool)
        while not fresh[row := int(bound.argmax())]:
            bound[row] = np.maximum(similarity[row] - best, 0).sum()
            fresh[row] = True
        chosen[step] = row
        np.maximum(best, similarity[row], out=best)
        bound[row] = -1
    return chosen


def prob_cover(
    X: Any,
    n: int,
    *,
    rng: np.random.Generator,
    n_classes: int = 2,
    already: npt.ArrayLike | None = None,
    pool: npt.NDArray[np.bool_] | None = None,
) -> npt.NDArray[np.int64]:
    """Choose the row whose ball holds the most uncovered rows, again and again.

    ProbCover (Yehuda et al., "Active Learning Through a Covering Lens", NeurIPS 2022, algorithm 1).
    The radius is the largest at which 95 % of the rows near a row share its cluster, of as many
    clusters as there are classes (section 3.3). Once all is covered the farthest row is next. It
    needs all pairs, so that large pools are sampled down to 4,000 rows.

    Parameters
    ----------
    X
        Dense features of shape (n_rows, d), rows of length 1 or 0.
    n
        How many rows to choose; the whole pool where it is smaller.
    rng
        Source of the sample and the clusters.
    n_classes
        How many clusters stand for the classes.
    already
        Indices of rows whose balls are covered before.
    pool
        Mask of shape (n_rows,) of the rows to choose from; by default all but those.

    Returns
    -------
    ndarray
        Distinct row indices in the order chosen, int64.

    Raises
    ------
    MethodError
        Where `n` is negative, or indices or shapes are off.
    """
    covering, free = choosable(X.shape[0], n, already=already, pool=pool)
    candidates = sample_rows(np.flatnonzero(free), max(MAX_BALL_ROWS, n), rng)
    n = min(n, len(candidates))
    if not n:
        return candidates[:0]
    points = X[candidates]
    with single_threaded():
        similarity = points @ points.T
        threshold = _ball_similarity(points, similarity, n_classes, rng)
        is_open = np.ones(len(candidates), bool)
        if len(covering):
            is_open = (points @ X[covering].T).max(axis=1) < threshold
        inside = similarity >= threshold
        gain = inside[:, is_open].sum(axis=1)
        taken = np.zeros(len(candidates), bool)
        chosen: list[int] = []
        while len(chosen) < n:
            score = np.where(taken, -1, gain)
            if score.max() <= 0:
                break
            row = int(score.argmax())
            chosen.append(row)
            taken[row] = True
            covered = np.flatnonzero(is_open & inside[row])
            gain -= inside[:, covered].sum(axis=1)
            is_open[covered] = False
    rest = np.zeros(len(free), bool)
    rest[candidates[~taken]] = True
    centres = np.concatenate([covering, candidates[chosen]]).astype(np.int64)
    more = k_centre(X, n - len(chosen), already=centres, pool=rest)
    return np.concatenate([candidates[chosen], more]).astype(np.int64)


def _ball_similarity(
    points: npt.NDArray[np.float32],
    similarity: npt.NDArray[np.float32],
    n_classes: int,
    rng: np.random.Generator,
) -> float:
    """Return the cosine from which on rows are near: the lowest whose balls are pure enough."""
    cluster = cluster_rows(points, min(max(n_classes, 2), len(points)), rng)
    some = rng.choice(len(points), min(PURITY_BALLS, len(points)), replace=False)
    near = similarity[some]
    same = cluster[some, None] == cluster
    for threshold in BALL_SIMILARITIES:
        is_pure = ((near < threshold) | same).all(axis=1)
        if is_pure.mean() >= PURITY:
            return threshold
    return BALL_SIMILARITIES[-1]
