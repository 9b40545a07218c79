from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, hypergeom

from workbench.errors import MethodError
from workbench.methods.intervals import (
    count_in_population,
    paired_difference,
    rows_to_exclude,
    rows_to_part,
    wilson,
)


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (3, 10), (50, 100), (999, 1000)])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.99])
def test_equals_scipy(successes: int, n: int, confidence: float) -> None:
    low, high = wilson(successes, n, confidence=confidence)
    expected = binomtest(successes, n).proportion_ci(confidence, method="wilson")
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_nothing_is_known_without_trials() -> None:
    low, high = wilson([0, 5], [0, 10])
    assert (low[0], high[0]) == (0, 1)
    assert 0 < low[1] < 0.5 < high[1] < 1


@given(n=st.integers(1, 10_000), share=st.floats(0, 1))
@settings(deadline=None, max_examples=50)
def test_holds_the_share_and_narrows_with_more_trials(n: int, share: float) -> None:
    k = round(n * share)
    low, high = wilson([k, 10 * k], [n, 10 * n])
    assert np.all(low <= k / n + 1e-12)
    assert np.all(k / n - 1e-12 <= high)
    assert high[1] - low[1] < high[0] - low[0]


@pytest.mark.parametrize(("successes", "n"), [(2, 1), (-1, 3), (np.nan, 3)])
def test_impossible_counts_are_refused(successes: float, n: float) -> None:
    with pytest.raises(MethodError, match=r"0\.\.n"):
        wilson(successes, n)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0])
def test_impossible_confidence_is_refused(confidence: float) -> None:
    with pytest.raises(MethodError, match="confidence"):
        wilson(1, 2, confidence=confidence)


@given(size=st.integers(1, 40), data=st.data())
@settings(deadline=None, max_examples=100)
def test_a_count_in_a_population_is_held_in_95_of_100_samples_however_rare(size: int, data) -> None:
    n, count = data.draw(st.integers(0, size)), data.draw(st.integers(0, size))
    found = range(max(0, n - (size - count)), min(n, count) + 1)
    bounds = {k: count_in_population(k, n, size) for k in found}
    assert all(k <= low <= high <= size - (n - k) for k, (low, high) in bounds.items())
    held = [k for k, (low, high) in bounds.items() if low <= count <= high]
    assert hypergeom(size, count, n).pmf(held).sum() >= 0.95


@pytest.mark.parametrize(("successes", "n"), [(0, 20), (1, 60), (9, 86), (86, 86)])
def test_of_a_large_population_it_is_the_exact_binomial_interval(successes: int, n: int) -> None:
    expected = binomtest(successes, n).proportion_ci(0.95, method="exact")
    low, high = np.array(count_in_population(successes, n, 1_000_000)) / 1_000_000
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-4)


def test_who_has_seen_all_knows_and_who_has_seen_none_does_not() -> None:
    assert count_in_population(3, 10, 10) == (3, 3)
    assert count_in_population(0, 0, 10) == (0, 10)
    with pytest.raises(MethodError, match="cannot be"):
        count_in_population(3, 10, 9)
    with pytest.raises(MethodError, match="confidence"):
        count_in_population(3, 10, 20, confidence=1)


@given(one=st.floats(0, 1), other=st.floats(0, 1))
@settings(deadline=None, max_examples=50)
def test_no_sample_of_so_many_rows_fits_both_shares(one: float, other: float) -> None:
    assume(abs(one - other) > 0.02)
    n = rows_to_part(one, other)
    assert n == rows_to_part(other, one)
    low, high = wilson(np.arange(n + 1), n)
    assert not np.any((low <= min(one, other)) & (high >= max(one, other)))


def test_a_sample_of_fewer_rows_may_fit_both_shares() -> None:
    n = int(0.95 * rows_to_part(0.87, 0.85))
    low, high = wilson(np.arange(n + 1), n)
    assert np.any((low <= 0.85) & (high >= 0.87))


@pytest.mark.parametrize(("one", "other"), [(0.5, 0.5), (-0.1, 0.5), (0.5, 1.1), (0.5, np.nan)])
def test_shares_that_cannot_be_parted_are_refused(one: float, other: float) -> None:
    with pytest.raises(MethodError, match="shares"):
        rows_to_part(one, other)


@pytest.mark.parametrize(("share", "observed"), [(0.9, 0.85), (0.5, 0.52), (0.02, 0.1)])
def test_from_so_many_rows_on_an_interval_leaves_a_share_out(share, observed):
    n = rows_to_exclude(share, observed)
    low, high = wilson(observed * n, n)
    assert not low <= share <= high
    fewer = int(0.97 * n)
    low, high = wilson(observed * fewer, fewer)
    assert low <= share <= high


def test_a_share_cannot_be_told_from_itself():
    with pytest.raises(MethodError, match="two different"):
        rows_to_exclude(0.5, 0.5)


def test_a_paired_difference_has_tangos_published_bounds():
    # Fagerland, Lydersen and Laake (2014), airway hyper-responsiveness of 21 children.
    low, high = paired_difference(1, 7, 21)
    assert (round(low, 3), round(high, 3)) == (-0.517, -0.026)
    assert paired_difference(7, 1, 21) == pytest.approx((-high, -low))


@pytest.mark.parametrize("n", [1, 40, 10_000])
def test_a_paired_difference_is_uncertain_where_no_row_or_every_row_differs(n):
    low, high = paired_difference(0, 0, n)
    assert low == pytest.approx(-high)
    assert high == pytest.approx(1.959964**2 / (n + 1.959964**2), abs=1e-6)
    low, high = paired_difference(n, 0, n)
    assert low < 1 == high


@pytest.mark.parametrize(
    ("gained", "lost", "n", "confidence"),
    [(0, 0, 0, 0.95), (-1, 0, 5, 0.95), (3, 3, 5, 0.95), (1, 1, 5, 1)],
)
def test_counts_that_cannot_be_of_pairs_are_refused(gained, lost, n, confidence):
    with pytest.raises(MethodError):
        paired_difference(gained, lost, n, confidence=confidence)
