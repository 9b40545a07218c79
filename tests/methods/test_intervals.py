from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from workbench.errors import MethodError
from workbench.methods.intervals import wilson


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
