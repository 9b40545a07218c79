"""Rows of zeros: distances say nothing of them, so that what goes by distance asks them last."""

from __future__ import annotations

import numpy as np
import pytest

from tests.methods.sampling_pools import ask, rng, unit_rows
from workbench.methods.auto_strategy import cluster_share
from workbench.methods.sampling import propose
from workbench.methods.strategies import STRATEGIES

BY_DISTANCE = [name for name, strategy in STRATEGIES.items() if strategy.by_distance]


def scattered(n: int, n_without: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows in all directions, of which each is farther from the others than zeros are from it.

    The model is most in doubt about the rows of zeros, as one is that has nothing to go by.
    """
    X = unit_rows(rng().standard_normal((n, 40)))
    X[:n_without] = 0
    probs = rng(1).dirichlet(np.full(2, 0.5), n)
    probs[:n_without] = 0.5
    return X, probs


@pytest.mark.parametrize("strategy", BY_DISTANCE)
def test_rows_without_features_are_asked_after_all_others(strategy: str) -> None:
    X, probs = scattered(200, 8)
    for seed in range(4):
        chosen = ask(X, probs, n=20, strategy=strategy, random_share=0, seed=seed)
        assert chosen.indices.min() >= 8
        assert chosen.stands_for.max() <= 192
    chosen = ask(X, probs, n=5, strategy=strategy, random_share=0, pool=np.arange(11))
    placed = chosen.indices >= 8
    np.testing.assert_array_equal(placed, [True] * 3 + [False] * 2)
    assert not chosen.stands_for[~placed].any()
    for reason, has_features in zip(chosen.reason, placed, strict=True):
        assert ("lack of features" in reason) != has_features
    assert set(chosen.chosen_by) == {strategy}
    assert not chosen.is_random.any()


@pytest.mark.parametrize("strategy", BY_DISTANCE)
def test_labels_of_rows_without_features_cover_nothing(strategy: str) -> None:
    X, probs = scattered(120, 6)
    alone, alone_probs = X[6:], probs[6:]
    with_labels = ask(X, probs, n=15, strategy=strategy, random_share=0, labelled=np.arange(6))
    without = ask(alone, alone_probs, n=15, strategy=strategy, random_share=0)
    np.testing.assert_array_equal(with_labels.indices - 6, without.indices)
    np.testing.assert_array_equal(with_labels.stands_for, without.stands_for)


def test_a_cold_start_asks_them_only_by_random_draws() -> None:
    X, _ = scattered(300, 10)
    for seed in range(5):
        chosen = propose(X, n=20, rng=rng(seed))
        assert chosen.indices[~chosen.is_random].min() >= 10
    every_row = propose(X, n=300, rng=rng(), random_share=1, strategy="random")
    assert len(every_row.indices) == 300


def test_neighbours_are_told_of_rows_that_have_some() -> None:
    """Else the nearest row of one of zeros is whichever comes first."""
    truth = np.repeat([0, 1], 30)
    X = unit_rows(np.eye(2)[truth] + 0.05 * rng().standard_normal((60, 2)))
    probs = np.eye(2)[truth] * 0.8 + 0.1
    assert cluster_share(X, probs, truth) == 1
    zeros = np.zeros((60, 2), np.float32)
    labels = np.concatenate([truth, np.tile([0, 1], 30)])
    assert cluster_share(np.vstack([X, zeros]), np.eye(2)[labels] * 0.8 + 0.1, labels) == 1
