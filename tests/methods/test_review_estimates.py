from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError
from workbench.methods.review_estimates import (
    Estimate,
    errors_missed,
    errors_waiting,
    weighted_sum,
)


@given(st.data())
@settings(deadline=None, max_examples=50)
def test_estimates_lie_in_their_intervals_and_among_the_rows(data):
    n = data.draw(st.integers(1, 60))
    wrong = data.draw(st.integers(0, n))
    rows = data.draw(st.integers(n, 5_000))
    missed = errors_missed(wrong, n, rows)
    assert missed is not None
    assert wrong <= missed.low <= missed.value <= missed.high <= rows + 1e-9
    quality = st.lists(st.floats(0, 1), min_size=n, max_size=n)
    left = data.draw(st.lists(st.floats(0, 1), max_size=40))
    waiting = errors_waiting(wrong, data.draw(quality), left)
    assert 0 <= waiting.low <= waiting.value <= waiting.high <= len(left)


def test_without_a_review_models_are_taken_at_their_word_and_anything_may_be():
    assert errors_waiting(0, [], [0.25, 0.25]) == Estimate(1.5, 0.0, 2.0)
    assert errors_missed(0, 0, 100) is None


def test_doubts_are_shifted_to_what_the_review_found():
    # 80 % were expected to be wrong and 4.8 of 11 were: the odds go from 4 to 4.8 / 6.2, and those
    # of the rows that wait, 1.5, in proportion.
    odds = 1.5 * (4.8 / 6.2) / 4
    found = errors_waiting(4, [0.2] * 10, [0.4] * 10)
    assert found.value == pytest.approx(10 * odds / (1 + odds))


def test_where_all_reviewed_were_wrong_all_that_wait_may_be():
    assert errors_waiting(8, [0.3] * 8, [0.4] * 20).high == pytest.approx(20)
    assert errors_waiting(0, [0.3] * 8, [0.4] * 20).low == 0


def test_the_interval_of_missed_errors_holds_the_truth_in_95_of_100_samples():
    rng = np.random.default_rng(0)
    n_rows, n_errors = 2_000, 120
    held = 0
    for wrong in rng.hypergeometric(n_errors, n_rows - n_errors, 50, 400):
        found = errors_missed(int(wrong), 50, n_rows)
        assert found is not None
        held += found.low <= n_errors <= found.high
    assert held / 400 >= 0.93


def test_a_sum_is_surer_than_its_terms_together():
    one, two = Estimate(10, 4, 20), Estimate(5, 2, 9)
    total = weighted_sum([one, two], [1, 2])
    assert total.value == 20
    assert total.low == pytest.approx(20 - np.hypot(6, 6))
    assert total.high == pytest.approx(20 + np.hypot(10, 8))
    assert weighted_sum([one]) == one


def test_nonsense_is_refused():
    with pytest.raises(MethodError, match="controls"):
        errors_missed(3, 2, 10)
    with pytest.raises(MethodError, match="reviewed rows"):
        errors_waiting(2, [0.5], [])
    with pytest.raises(MethodError, match="from 0 to 1"):
        errors_waiting(0, [1.5], [])
    with pytest.raises(MethodError, match="weight"):
        weighted_sum([Estimate(1, 0, 2)], [-1])
