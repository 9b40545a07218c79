"""Choosing rows that differ: k-means++ seeding, and the typical row of each cluster."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.threads import single_threaded

MAX_CLUSTERS = 500
"""As in TypiClust: more clusters than this are too small to have a typical row."""

NEIGHBOURS = 20
"""Typicality is the inverse of the mean distance to so many neighbours (TypiClust, section 3.2)."""

MAX_REFERENCES = 1_000
"""Neighbours are looked for among at most so many rows of a cluster, so that cost stays linear."""


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
    squares = _squared_lengths(X)
    distance = np.full(n_rows, np.inf)
    free = np.ones(n_rows, bool)
    chosen = np.empty(min(n, n_rows), np.int64)
    with single_threaded():
        for step in range(len(chosen)):
            row = _draw(weight, distance, free, rng) if step else _draw(weight, None, free, rng)
            chosen[step] = row
            free[row] = False
            products = _as_vector(X @ _as_vector(X[row]))
            gap = squares + squares[row] - 2 * products
            gap[gap <= 1e-6 * (squares + squares[row])] = 0  # float noise of equal rows
            np.minimum(distance, gap, out=distance)
    return chosen


def typicality_clusters(
    X: npt.NDArray[Any],
    n: int,
    *,
    rng: np.random.Generator,
    already: npt.ArrayLike | None = None,
) -> npt.NDArray[np.int64]:
    """Choose the most typical row of each cluster that holds no chosen row yet.

    TypiClust (Hacohen, Dekel and Weinshall, "Active Learning on a Budget", ICML 2022, section 3):
    cluster into as many clusters as there will be labels, at most 500; take the clusters with the
    fewest labels, the largest first; of each take the row with the smallest mean distance to its
    20 nearest neighbours in the cluster.

    Parameters
    ----------
    X
        Dense features of shape (n_rows, d), for instance of `features.reduce`.
    n
        How many rows to choose; all that are left where there are no more.
    rng
        Source of the clusters' start.
    already
        Indices of the rows that have labels; never chosen again.

    Returns
    -------
    ndarray
        Distinct row indices, largest uncovered cluster first, int64.

    Raises
    ------
    MethodError
        Where `n` is negative or an index is out of range.
    """
    labelled = np.zeros(0, np.int64) if already is None else np.asarray(already, np.int64)
    return typical_rows(X, n, rng=rng, already=labelled)[0]


def typical_rows(
    X: npt.NDArray[Any],
    n: int,
    *,
    rng: np.random.Generator,
    already: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Choose as `typicality_clusters` does, and say what each choice stands for.

    Parameters
    ----------
    X
        Dense features of shape (n_rows, d).
    n
        How many rows to choose.
    rng
        Source of the clusters' start.
    already
        Indices of the rows that have labels, shape (n_labelled,).

    Returns
    -------
    rows : ndarray
        Row indices, shape (n,), int64.
    sizes : ndarray
        Rows in the cluster of each, shape (n,), int64.
    typicality : ndarray
        1 / (1 + mean distance to the neighbours), shape (n,), in (0, 1], higher = more typical.

    Raises
    ------
    MethodError
        Where `n` is negative or an index is out of range.
    """
    n_rows = len(X)
    if n < 0:
        raise MethodError(f"{n} rows cannot be chosen")
    if len(already) and not (already.min() >= 0 and already.max() < n_rows):
        raise MethodError(f"an index of a labelled row is not in 0 to {n_rows - 1}")
    is_labelled = np.zeros(n_rows, bool)
    is_labelled[already] = True
    n_clusters = min(int(is_labelled.sum()) + n, MAX_CLUSTERS, n_rows)
    rows: list[int] = []
    sizes: list[int] = []
    scores: list[float] = []
    if not n or is_labelled.all():
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    with single_threaded():
        cluster = _cluster(X, n_clusters, rng)
        size = np.bincount(cluster, minlength=n_clusters)
        covered = np.bincount(cluster[is_labelled], minlength=n_clusters)
        by_cluster = np.split(np.argsort(cluster, kind="stable"), np.cumsum(size)[:-1])
        queues: dict[int, list[tuple[float, int]]] = {}
        open_clusters = [c for c in np.lexsort((-size, covered)) if size[c] > covered[c]]
        while len(rows) < n and open_clusters:
            # A round takes one row from each cluster with the fewest labels so far.
            fewest = min(covered[c] for c in open_clusters)
            for c in [c for c in open_clusters if covered[c] == fewest][: n - len(rows)]:
                if c not in queues:
                    members = by_cluster[c]
                    typicality = _typicality(X[members], rng)
                    order = np.argsort(typicality, kind="stable")
                    queues[c] = [
                        (float(typicality[i]), int(members[i]))
                        for i in order
                        if not is_labelled[members[i]]
                    ]
                score, row = queues[c].pop()
                rows.append(row)
                sizes.append(int(size[c]))
                scores.append(score)
                covered[c] += 1
            open_clusters = [c for c in open_clusters if size[c] > covered[c]]
    return np.array(rows, np.int64), np.array(sizes, np.int64), np.array(scores)


def _cluster(
    X: npt.NDArray[Any], n_clusters: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Return the cluster of each row."""
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning

    kmeans = MiniBatchKMeans(
        n_clusters,
        n_init=1,
        batch_size=2_048,
        max_iter=50,
        init_size=max(3 * n_clusters, 2_048),
        random_state=int(rng.integers(2**31)),
    )
    with warnings.catch_warnings():
        # Fewer distinct rows than clusters only leave some clusters empty.
        warnings.simplefilter("ignore", ConvergenceWarning)
        labels: npt.NDArray[np.int64] = kmeans.fit_predict(X).astype(np.int64)
    return labels


def _typicality(X: npt.NDArray[Any], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return 1 / (1 + mean distance to the nearest neighbours) of each row of one cluster."""
    if len(X) == 1:
        return np.ones(1)
    many = len(X) > MAX_REFERENCES
    sample = np.sort(rng.choice(len(X), MAX_REFERENCES, replace=False)) if many else slice(None)
    references = X[sample]
    k = min(NEIGHBOURS, len(references) - 1)
    squares = _squared_lengths(X)
    reference_squares = _squared_lengths(references)
    mean_distance = np.empty(len(X))
    for start in range(0, len(X), 4_096):
        block = slice(start, start + 4_096)
        gap = squares[block, None] + reference_squares - 2.0 * (X[block] @ references.T)
        # The nearest of k + 1 is the row itself (or, of a sample, one neighbour is left out).
        nearest = np.sort(np.partition(gap, k, axis=1)[:, : k + 1], axis=1)[:, 1:]
        mean_distance[block] = np.sqrt(np.maximum(nearest, 0)).mean(axis=1)
    return 1 / (1 + mean_distance)


def _draw(
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


def _squared_lengths(X: Any) -> npt.NDArray[np.float64]:
    """Return the squared Euclidean length of each row."""
    if hasattr(X, "tocsr"):
        return _as_vector(X.multiply(X).sum(axis=1))
    dense = np.asarray(X)
    return _as_vector(np.einsum("ij,ij->i", dense, dense))


def _as_vector(values: Any) -> npt.NDArray[np.float64]:
    """Return a row, column or vector, sparse or dense, as a flat float64 vector."""
    dense = values.toarray() if hasattr(values, "toarray") else values
    return np.asarray(dense, np.float64).ravel()
