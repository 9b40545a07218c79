"""A prior that is learnt from many shares, and what it says of each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from workbench.errors import MethodError
from workbench.methods.share_prior import (
    GRID,
    fit_share_prior,
    share_interval,
    share_posterior,
)

COUNTS = st.lists(
    st.integers(0, 50).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=20
)


@settings(deadline=None, max_examples=50)
@given(COUNTS)
def test_any_counts_give_a_prior_and_intervals(counts: list[tuple[int, int]]) -> None:
    k, n = np.array(counts, int).reshape(-1, 2).T
    prior = fit_share_prior(k, n)
    assert prior.sum() == pytest.approx(1)
    assert (prior > 0).all()
    posterior = share_posterior(prior, k, n)
    low, high = share_interval(posterior, n + 1)
    assert ((low >= 0) & (low <= high) & (high <= 1)).all()
    np.testing.assert_allclose(posterior.sum(axis=1), 1)


def test_without_counts_the_prior_is_even() -> None:
    np.testing.assert_allclose(fit_share_prior([], []), 1 / len(GRID))


def test_many_shares_of_one_value_pull_a_count_towards_it() -> None:
    rng = np.random.default_rng(0)
    k = rng.binomial(20, 0.3, 500)
    prior = fit_share_prior(k, np.full(500, 20))
    assert prior[np.abs(GRID - 0.3) < 0.06].sum() > 0.8
    assert float(share_posterior(prior, [2], [2])[0] @ GRID) < 0.5


def test_two_kinds_of_shares_are_told_apart() -> None:
    rng = np.random.default_rng(0)
    true = np.where(rng.random(1_000) < 0.2, 0.9, 0.3)
    prior = fit_share_prior(rng.binomial(20, true), np.full(1_000, 20))
    assert prior[GRID > 0.75].sum() == pytest.approx(0.2, abs=0.05)
    assert prior[np.abs(GRID - 0.6) < 0.08].sum() < 0.1


def test_a_weight_is_how_often_a_count_is_there() -> None:
    repeated = fit_share_prior([1, 1, 1, 4], [5, 5, 5, 5])
    np.testing.assert_allclose(repeated, fit_share_prior([1, 4], [5, 5], [3, 1]))


@pytest.mark.parametrize("size", [1, 7, 200])
def test_an_interval_has_the_quantiles_of_the_predictive_distribution(size: int) -> None:
    prior = fit_share_prior([3, 8, 5], [10, 10, 10])
    posterior = share_posterior(prior, [8], [10])
    chance = binom.cdf(np.arange(size + 1)[:, None], size, GRID) @ posterior[0]
    (low,), (high,) = share_interval(posterior, [size])
    expected = [np.searchsorted(chance, level) / size for level in (0.025, 0.975)]
    assert [low, high] == pytest.approx(expected)


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(MethodError, match=r"outside 0\.\.n"):
        fit_share_prior([3], [2])
    with pytest.raises(MethodError, match="weights"):
        fit_share_prior([1, 1], [2, 2], [1])
