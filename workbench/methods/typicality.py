"""Typical rows of clusters that nothing annotated covers yet: TypiClust, plain and weighted."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.methods.row_choice import (
    check_weights,
    choosable,
    sample_rows,
    squared_lengths,
)
from workbench.methods.threads import single_threaded

MAX_CLUSTERS: Final = 500
"""As in TypiClust: more clusters than this are too small to have a typical row."""

NEIGHBOURS: Final = 20
"""Typicality is the inverse of the mean distance to so many neighbours (TypiClust, section 3.2)."""

FEWEST_NEIGHBOURS: Final = 5
"""For many clusters: these are small, and 20 neighbours would be all of their rows."""

NEIGHBOURS_OF_ALL: Final = 400
"""Neighbours times clusters: 20 of each of 20 clusters, and fewer the more clusters there are."""

MAX_REFERENCES: Final = 1_000
"""Neighbours are looked for among at most so many rows of a cluster, so that cost stays linear."""


SAME_PLACE: Final = 1e-4
"""Centres that are no farther apart, as a share of the farthest one from their mean, are one."""


@dataclass(frozen=True, slots=True)
class TypicalRows:
    """Chosen rows and what each stands for; arrays of shape (n,).

    Attributes
    ----------
    rows
        Distinct row indices in the order chosen, int64.
    sizes
        Rows in the cluster of each that had no label before, those of `others` included, int64.
    typicality
        1 / (1 + mean distance to the neighbours), in (0, 1], higher = more typical.
    """

    rows: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    typicality: npt.NDArray[np.float64]


def typical_rows(
    X: npt.NDArray[Any],
    n: int,
    *,
    rng: np.random.Generator,
    already: npt.NDArray[np.int64],
    others: Iterable[npt.NDArray[Any]] = (),
) -> TypicalRows:
    """Choose the most typical row of each cluster that holds no chosen row yet.

    TypiClust (Hacohen, Dekel and Weinshall, "Active Learning on a Budget", ICML 2022, section 3):
    cluster into as many clusters as there will be labels, at most 500; take the clusters with the
    fewest labels, the largest first; of each take the row with the smallest mean distance to its
    nearest neighbours in the cluster. These are 20 for up to 20 clusters, as in the paper, and
    fewer for more, down to 5: the clusters are smaller then.

    Parameters
    ----------
    X
        Dense features of shape (n_rows, d), for instance of `features.reduce`.
    n
        How many rows to choose; all that are left where there are no more.
    rng
        Source of the clusters' start.
    already
        Indices of the rows that have labels, shape (n_labelled,); never chosen again.
    others
        Blocks of rows without a label, each of shape (any, d), that are too many to cluster and to
        choose from; they count to the cluster that is nearest.

    Returns
    -------
    TypicalRows
        Up to `n` rows, those of the largest clusters first.

    Raises
    ------
    MethodError
        Where `n` is negative or an index is out of range.
    """
    is_labelled = ~choosable(len(X), n, already=already)[1]
    if not n or is_labelled.all():
        return _typical_rows([], [], [])
    rows: list[int] = []
    sizes: list[int] = []
    scores: list[float] = []
    with single_threaded():
        clusters = _Clusters(X, n, is_labelled, rng)
        size, covered = clusters.size, clusters.covered
        free = size - covered + clusters.count(others)
        queues: dict[int, list[tuple[float, int]]] = {}
        open_clusters = [c for c in np.lexsort((-size, covered)) if size[c] > covered[c]]
        while len(rows) < n and open_clusters:
            # A round takes one row from each cluster with the fewest labels so far.
            fewest = min(covered[c] for c in open_clusters)
            for c in [c for c in open_clusters if covered[c] == fewest][: n - len(rows)]:
                if c not in queues:
                    members, typicality = clusters.members(c)
                    order = np.argsort(typicality, kind="stable")
                    queues[c] = [
                        (float(typicality[i]), int(members[i]))
                        for i in order
                        if not is_labelled[members[i]]
                    ]
                score, row = queues[c].pop()
                rows.append(row)
                sizes.append(int(free[c]))
                scores.append(score)
                covered[c] += 1
            open_clusters = [c for c in open_clusters if size[c] > covered[c]]
    return _typical_rows(rows, sizes, scores)


def weighted_typical_rows(
    X: npt.NDArray[Any],
    weights: npt.ArrayLike,
    n: int,
    *,
    rng: np.random.Generator,
    already: npt.NDArray[np.int64],
    others: Iterable[npt.NDArray[Any]] = (),
) -> TypicalRows:
    """Choose typical rows where the weight is: TypiClust that asks where a model is in doubt.

    The clusters are those of TypiClust. The next one is that with the most weight for each label
    it would have then; of it comes the row with the largest product of typicality and weight. With
    even weights this is close to TypiClust; with the uncertainty of a model as weight, clusters
    that it has learnt fall away by themselves, as in clustering by uncertainty (Zhdanov, "Diverse
    mini-batch active learning", 2019; Prabhu et al., CLUE, ICCV 2021), so that there is no moment
    to guess at which to turn from the one to the other.

    Parameters
    ----------
    X
        Dense features of shape (n_rows, d).
    weights
        Non-negative weights of shape (n_rows,), for instance `uncertainty`.
    n
        How many rows to choose.
    rng
        Source of the clusters' start.
    already
        Indices of the rows that have labels, shape (n_labelled,).
    others
        As in `typical_rows`.

    Returns
    -------
    TypicalRows
        Up to `n` rows.

    Raises
    ------
    MethodError
        Where `n` is negative, an index is out of range, or weights are off.
    """
    is_labelled = ~choosable(len(X), n, already=already)[1]
    weight = check_weights(weights, len(X))
    rows: list[int] = []
    sizes: list[int] = []
    scores: list[float] = []
    if not n or is_labelled.all():
        return _typical_rows(rows, sizes, scores)
    # Rows without weight come last, the typical ones first.
    weight = np.where(is_labelled, 0, np.maximum(weight, 1e-9))
    with single_threaded():
        clusters = _Clusters(X, n, is_labelled, rng)
        size, covered = clusters.size, clusters.covered
        free = size - covered + clusters.count(others)
        mass = np.bincount(clusters.of_row, weight, minlength=len(size))
        promise = np.where(size > covered, mass / (1 + covered), -1)
        found: dict[int, tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]] = {}
        while len(rows) < n and promise.max() >= 0:
            c = int(promise.argmax())
            if c not in found:
                found[c] = clusters.members(c)
            members, typicality = found[c]
            best = int(np.argmax(typicality * weight[members]))
            row = int(members[best])
            rows.append(row)
            sizes.append(int(free[c]))
            scores.append(float(typicality[best]))
            covered[c] += 1
            mass[c] -= weight[row]
            weight[row] = 0
            promise[c] = max(mass[c], 0) / (1 + covered[c]) if size[c] > covered[c] else -1
    return _typical_rows(rows, sizes, scores)


class _Clusters:
    """The clusters of rows, as many as there will be labels; ``covered`` counts labels in each."""

    def __init__(
        self,
        X: npt.NDArray[Any],
        n: int,
        is_labelled: npt.NDArray[np.bool_],
        rng: np.random.Generator,
    ) -> None:
        n_clusters = min(int(is_labelled.sum()) + n, MAX_CLUSTERS, len(X))
        self._X, self._rng = X, rng
        self._n_neighbours = _neighbours_of(n_clusters)
        self._kmeans = _fit_kmeans(X, n_clusters, rng)
        self._place = _coinciding(self._kmeans.cluster_centers_)
        self.of_row = self._place[self._kmeans.labels_]
        self.size = np.bincount(self.of_row, minlength=n_clusters)
        self.covered = np.bincount(self.of_row[is_labelled], minlength=n_clusters)
        by_cluster = np.argsort(self.of_row, kind="stable")
        self._members = np.split(by_cluster, np.cumsum(self.size)[:-1])

    def members(self, c: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Return the rows of a cluster and the typicality of each."""
        members = self._members[c]
        return members, _typicality(self._X[members], self._n_neighbours, self._rng)

    def count(self, blocks: Iterable[npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
        """Return how many rows of some blocks are nearest to each cluster."""
        count = np.zeros(len(self.size), np.int64)
        for block in blocks:
            count += np.bincount(self._place[self._kmeans.predict(block)], minlength=len(count))
        return count


def _coinciding(centres: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return for each centre the first that is in the same place, but for rounding.

    Copies of a text differ by what rounding makes of them, so that one kind has several centres
    where there are fewer kinds than clusters.
    """
    from scipy.spatial.distance import cdist

    spread = float(np.linalg.norm(centres - centres.mean(axis=0), axis=1).max())
    return np.asarray((cdist(centres, centres) <= SAME_PLACE * spread).argmax(axis=1), np.int64)


def cluster_rows(
    X: npt.NDArray[Any], n_clusters: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Return the cluster of each row, by k-means on small batches (Sculley, WWW 2010).

    Parameters
    ----------
    X
        Dense features of shape (n_rows, d).
    n_clusters
        How many clusters, from 1 to n_rows; some stay empty where fewer rows differ.
    rng
        Source of the start.

    Returns
    -------
    ndarray
        Shape (n_rows,), int64, in 0 .. n_clusters - 1.
    """
    return np.asarray(_fit_kmeans(X, n_clusters, rng).labels_, np.int64)


def _fit_kmeans(X: npt.NDArray[Any], n_clusters: int, rng: np.random.Generator) -> Any:
    """Return scikit-learn's MiniBatchKMeans, fitted: see `cluster_rows`."""
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning

    start = sample_rows(np.arange(len(X)), max(3 * n_clusters, 2_048), rng)
    kmeans = MiniBatchKMeans(
        n_clusters,
        init=X[start[_spread_rows(X[start], n_clusters, rng)]],
        n_init=1,
        batch_size=2_048,
        max_iter=50,
        init_size=n_clusters,
        random_state=int(rng.integers(2**31)),
    )
    with warnings.catch_warnings():
        # Fewer distinct rows than clusters only leave some clusters empty.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return kmeans.fit(X)


def _spread_rows(X: npt.NDArray[Any], n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return rows for k-means to start from: k-means++, the best of a few draws for each row.

    As scikit-learn's, which takes three times as long. A row comes again only where fewer differ.
    """
    # Around their mean and of any size, so that single precision holds squared distances.
    points = X - X.mean(axis=0, dtype=np.float64)
    points = (points / (np.abs(points).max() or 1.0)).astype(np.float32)
    squares = squared_lengths(points)[:, None]
    ones = np.ones_like(squares)
    # The product of a row of the one and a row of the other is their squared distance.
    rows = np.hstack([points, squares, ones]).astype(np.float32)
    others = np.hstack([-2 * points, ones, squares]).astype(np.float32).T
    n_draws = 2 + int(np.log(n))
    chosen = np.empty(n, np.int64)
    chosen[0] = rng.integers(len(X))
    distance = np.maximum(rows[chosen[0]] @ others, 0)
    for i in range(1, n):
        total = np.cumsum(distance, dtype=np.float64)
        drawn = np.searchsorted(total, rng.random(n_draws) * total[-1], side="right")
        drawn = np.minimum(drawn, len(X) - 1)
        gaps = np.clip(rows[drawn] @ others, 0, distance)
        best = int(gaps.sum(axis=1).argmin())
        chosen[i], distance = drawn[best], gaps[best]
    return chosen


def _neighbours_of(n_clusters: int) -> int:
    """Return by how many neighbours a row is typical of one of so many clusters."""
    return max(FEWEST_NEIGHBOURS, min(NEIGHBOURS, NEIGHBOURS_OF_ALL // n_clusters))


def _typicality(
    X: npt.NDArray[Any], n_neighbours: int, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return 1 / (1 + mean distance to the nearest neighbours) of each row of one cluster."""
    if len(X) == 1:
        return np.ones(1)
    references = X[sample_rows(np.arange(len(X)), MAX_REFERENCES, rng)]
    k = min(n_neighbours, len(references) - 1)
    squares = squared_lengths(X)
    reference_squares = squared_lengths(references)
    mean_distance = np.empty(len(X))
    for start in range(0, len(X), 4_096):
        block = slice(start, start + 4_096)
        gap = squares[block, None] + reference_squares - 2.0 * (X[block] @ references.T)
        # The nearest of k + 1 is the row itself (or, of a sample, one neighbour is left out).
        nearest = np.sort(np.partition(gap, k, axis=1)[:, : k + 1], axis=1)[:, 1:]
        mean_distance[block] = np.sqrt(np.maximum(nearest, 0)).mean(axis=1)
    return 1 / (1 + mean_distance)


def _typical_rows(rows: list[int], sizes: list[int], scores: list[float]) -> TypicalRows:
    """Return lists as arrays."""
    return TypicalRows(np.array(rows, np.int64), np.array(sizes, np.int64), np.array(scores))
