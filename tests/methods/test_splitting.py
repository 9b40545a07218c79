from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError
from workbench.methods.splitting import split


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(
    rows=st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 12)), min_size=20, max_size=80),
    seed=st.integers(0, 50),
)
@settings(deadline=None, max_examples=50)
def test_clusters_never_straddle_and_no_part_is_empty(rows, seed):
    labels, clusters = np.array(rows).T
    clusters = np.r_[clusters, 100, 101, 102]
    labels = np.r_[labels, 0, 1, 2]
    part = split(labels, clusters, (0.8, 0.1, 0.1), n_classes=3, rng=rng(seed))
    assert set(part) == {0, 1, 2}
    for cluster in np.unique(clusters):
        assert len(set(part[clusters == cluster])) == 1


def test_classes_stay_stratified():
    labels = np.repeat([0, 1, -1], [800, 100, 300])
    part = split(labels, np.arange(1_200), (80, 10, 10), n_classes=2, rng=rng())
    for label, n in ((0, 800), (1, 100), (-1, 300)):
        counts = np.bincount(part[labels == label], minlength=3)
        np.testing.assert_allclose(counts, np.array([0.8, 0.1, 0.1]) * n, atol=1)


def test_classes_stay_about_stratified_with_clusters():
    clusters = rng(1).integers(0, 400, 2_000)
    labels = (rng(2).random(400) < 0.15).astype(int)[clusters]
    part = split(labels, clusters, (0.6, 0.2, 0.2), n_classes=2, rng=rng())
    for label in (0, 1):
        shares = np.bincount(part[labels == label], minlength=3) / (labels == label).sum()
        np.testing.assert_allclose(shares, [0.6, 0.2, 0.2], atol=0.02)


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 6])
def test_parts_have_their_shares_where_classes_are_rare(rows):
    labels = np.repeat(np.arange(50), rows)
    part = split(labels, np.arange(len(labels)), (80, 10, 10), n_classes=50, rng=rng())
    assert np.bincount(part).tolist() == [40 * rows, 5 * rows, 5 * rows]


def test_one_seed_gives_one_split():
    labels, clusters = np.arange(60) % 3, np.arange(60) // 2
    first, second, other = (
        split(labels, clusters, (0.5, 0.5), n_classes=3, rng=rng(s)) for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


@pytest.mark.parametrize(
    ("labels", "clusters", "shares", "message"),
    [
        ([0, 1, 0], [5, 5, 5], (0.5, 0.5), "1 distinct"),
        ([], [], (0.5, 0.5), "0 distinct"),
        ([0, 1], [0], (0.5, 0.5), "shape"),
        ([0, 1], [0, 1], (1.0,), "two parts"),
        ([0, 1], [0, 1], (1.0, 0.0), "above 0"),
        ([0, 1], [0, 1], (1.0, np.nan), "above 0"),
        ([0, 1], [0, 1], (1e-300, 1e300), "less than"),
        ([0, 7], [0, 1], (0.5, 0.5), "7"),
    ],
)
def test_what_cannot_be_split_is_refused(labels, clusters, shares, message):
    with pytest.raises(MethodError, match=message):
        split(labels, clusters, shares, n_classes=2, rng=rng())
