"""Rows that differ from each other, and rows that are typical of a cluster."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from workbench.errors import MethodError
from workbench.methods.diversity import kmeans_plus_plus
from workbench.methods.features import reduce
from workbench.methods.gradient_embedding import badge
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.typicality import cluster_rows, typical_rows, weighted_typical_rows


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(n_rows=st.integers(1, 30), n=st.integers(0, 40), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_kmeans_plus_plus_never_repeats_a_row(n_rows, n, seed):
    X = rng(seed).integers(0, 2, (n_rows, 2)).astype(float)  # many equal rows
    chosen = kmeans_plus_plus(X, n, rng=rng(seed))
    assert len(chosen) == len(set(chosen)) == min(n, n_rows)


def test_kmeans_plus_plus_takes_every_distinct_row_before_a_copy():
    X = np.repeat(np.eye(5), 10, axis=0)
    chosen = kmeans_plus_plus(X, 5, rng=rng())
    assert len(set(chosen // 10)) == 5
    sparse = kmeans_plus_plus(csr_matrix(X), 5, rng=rng())
    np.testing.assert_array_equal(chosen, sparse)


def test_kmeans_plus_plus_leaves_rows_of_weight_zero_for_last():
    weights = np.repeat([0.0, 1.0], [15, 5])
    chosen = kmeans_plus_plus(rng().random((20, 3)), 20, rng=rng(), weights=weights)
    assert set(chosen[:5]) == set(range(15, 20))


@pytest.mark.parametrize("weights", [[1, 2], [-1, 1, 1], [np.nan, 1, 1]])
def test_bad_weights_are_refused(weights):
    with pytest.raises(MethodError):
        kmeans_plus_plus(np.eye(3), 2, rng=rng(), weights=weights)


@pytest.mark.parametrize("as_features", [np.asarray, csr_matrix])
def test_features_that_are_not_finite_are_refused_everywhere(as_features):
    X = np.random.default_rng(0).random((30, 4))
    X[4, 1] = np.nan
    features, labels = as_features(X), np.arange(30) % 2
    probs = np.full((30, 2), 0.5)
    for use in (
        lambda: kmeans_plus_plus(features, 3, rng=rng()),
        lambda: badge(features, probs, 3, rng=rng()),
        lambda: reduce(features, 2, rng=rng()),
        lambda: SoftLabelClassifier(2).fit(features, labels),
    ):
        with pytest.raises(MethodError, match="first in row 4"):
            use()


def clusters(sizes: list[int], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points around far corners, the first of each exactly in its middle."""
    label = np.repeat(np.arange(len(sizes)), sizes)
    X = 10 * np.eye(len(sizes))[label] + 0.5 * rng(seed).standard_normal((len(label), len(sizes)))
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    X[first] = 10 * np.eye(len(sizes))
    return X, label


def test_typicality_takes_the_middle_of_each_cluster_the_largest_first():
    X, label = clusters([60, 30, 40])
    chosen = typical_rows(X, 3, rng=rng(), already=np.zeros(0, np.int64)).rows
    assert label[chosen].tolist() == [0, 2, 1]


def test_a_cold_start_of_few_rows_looks_at_all_of_them() -> None:
    """Twenty pairs, of which a start from rows drawn with repetition misses more."""
    pair = np.arange(40) % 20
    X = np.random.default_rng(5).normal(size=(20, 32))[pair] * 3
    X += np.random.default_rng(0).normal(size=(40, 32)) * 0.3
    none = np.zeros(0, np.int64)
    hit = [len(set(pair[typical_rows(X, 20, rng=rng(s), already=none).rows])) for s in range(100)]
    assert np.mean(hit) / 20 > 0.875


def knots(n_clusters: int) -> tuple[np.ndarray, np.ndarray]:
    """Clusters of 30 rows about their middle and 6 in a knot at the edge; which are of a knot."""
    in_knot = np.tile(np.arange(36) >= 30, n_clusters)
    near = rng().standard_normal((len(in_knot), 3))
    near[in_knot] = [3, 0, 0] + near[in_knot] / 100
    return np.hstack([100 * np.repeat(np.eye(n_clusters), 36, axis=0), near]), in_knot


@pytest.mark.parametrize("weighted", [False, True])
def test_many_clusters_have_their_typical_rows_among_fewer_neighbours(weighted):
    none = np.zeros(0, np.int64)
    share = {}
    for n in (20, 100):
        X, in_knot = knots(n)
        options = {"rng": rng(), "already": none}
        if weighted:
            chosen = weighted_typical_rows(X, np.ones(len(X)), n, **options)
        else:
            chosen = typical_rows(X, n, **options)
        share[n] = in_knot[chosen.rows].mean()
    assert share[20] < 0.1
    assert share[100] > 0.9


def test_typicality_turns_to_clusters_without_a_label():
    X, label = clusters([60, 30, 40])
    already = np.flatnonzero(label != 1)[[0, 60]]
    chosen = typical_rows(X, 1, rng=rng(), already=already).rows
    assert label[chosen].tolist() == [1]


@given(n_rows=st.integers(1, 40), n=st.integers(0, 50), seed=st.integers(0, 30))
@settings(deadline=None, max_examples=25)
def test_typicality_never_repeats_a_row_nor_a_labelled_one(n_rows, n, seed):
    X = rng(seed).integers(0, 2, (n_rows, 3)).astype(float)
    already = np.flatnonzero(rng(seed).random(n_rows) < 0.3)
    chosen = typical_rows(X, n, rng=rng(seed), already=already).rows
    assert len(chosen) == len(set(chosen)) == min(n, n_rows - len(already))
    assert not set(chosen) & set(already)


@pytest.mark.parametrize("offset", [0.0, 1e3])
def test_clusters_start_as_well_as_scikit_learns(offset):
    """As near to all rows as its own k-means++ on the mean, far from the origin too."""
    from sklearn.cluster import KMeans

    centres = rng(1).standard_normal((30, 8)) * 5
    X = (centres[rng(2).integers(0, 30, 1_500)] + rng(3).standard_normal((1_500, 8))) + offset
    X = X.astype(np.float32)

    def spread_within(cluster):
        return sum(((X[cluster == c] - X[cluster == c].mean(0)) ** 2).sum() for c in set(cluster))

    ours = np.mean([spread_within(cluster_rows(X, 30, rng(seed))) for seed in range(5)])
    theirs = np.mean([KMeans(30, n_init=1, random_state=s).fit(X).inertia_ for s in range(5)])
    assert ours < 1.1 * theirs


def test_equal_rows_and_the_largest_numbers_are_clustered():
    for X in (np.ones((40, 3), np.float32), np.eye(40, 3, dtype=np.float32) * 1e18):
        cluster = cluster_rows(X, 5, rng())
        assert cluster.shape == (40,)
        assert len(set(cluster[3:])) == 1
