from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError
from workbench.methods.review_estimates import (
    Estimate,
    errors_missed,
    errors_unseen,
    recalibrate,
    summed,
)


def test_where_all_rows_are_controls_the_errors_are_counted():
    """31 / 58 * 58 is less than 31."""
    assert errors_missed(31, 58, 58) == Estimate(31, 31, 31)


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
    waiting = recalibrate(np.arange(n) < wrong, data.draw(quality)).errors_among(left)
    assert 0 <= waiting.low <= waiting.value <= waiting.high <= len(left)


def test_without_a_review_models_are_taken_at_their_word_and_anything_may_be():
    learnt = recalibrate(np.zeros(0, bool), [])
    assert learnt.errors_among([0.25, 0.25]) == Estimate(1.5, 0.0, 2.0)
    assert errors_missed(0, 0, 100) is None


def test_doubts_become_what_the_review_found():
    # 80 % were expected to be wrong and 40 % were: as many of their like are among those that wait.
    learnt = recalibrate(np.arange(500) < 200, [0.2] * 500)
    assert learnt.errors_among([0.2] * 1_000).value == pytest.approx(400, abs=15)
    # What the models doubt less is wrong less often, but nobody has seen by how much.
    less = learnt.errors_among([0.6] * 1_000)
    assert less.value < 350
    assert less.high - less.low > 200


def test_chance_among_the_rows_that_wait_is_in_the_interval():
    learnt = recalibrate(np.arange(20_000) < 10_000, [0.5] * 20_000)
    found = learnt.errors_among([0.5] * 100)
    assert found.value == pytest.approx(50, abs=1)
    # 95 % of a binomial distribution: 1.96 times 5 on both sides.
    assert (found.low, found.high) == (pytest.approx(40, abs=1), pytest.approx(60, abs=1))


def test_where_all_reviewed_were_wrong_all_that_wait_may_be():
    assert recalibrate(np.ones(8, bool), [0.3] * 8).errors_among([0.4] * 20).high == 20
    assert recalibrate(np.zeros(8, bool), [0.3] * 8).errors_among([0.4] * 20).low == 0


@pytest.mark.slow
def test_the_interval_of_errors_that_wait_holds_the_truth_in_95_of_100_reviews():
    rng = np.random.default_rng(0)
    held = []
    for shift, slope in [(0, 1), (1.5, 1), (-1.5, 0.5), (1, 2), (2, 0.4)] * 25:
        odds = np.sort(rng.normal(0.5, 1.8, 250))[::-1]
        # Models are off by a line, and by something else on every row.
        true_odds = shift + slope * odds + rng.normal(0, 0.5, 250)
        wrong = rng.random(250) < 1 / (1 + np.exp(-true_odds))
        quality = 1 - 1 / (1 + np.exp(-odds))
        for n in (10, 40, 120, 200):
            found = recalibrate(wrong[:n], quality[:n]).errors_among(quality[n:])
            held.append(found.low <= wrong[n:].sum() <= found.high)
    assert np.mean(held) >= 0.95
    assert np.min(np.reshape(held, (25, 5, 4)).mean(axis=(0, 2))) >= 0.9


def test_the_interval_of_missed_errors_holds_the_truth_in_95_of_100_samples():
    rng = np.random.default_rng(0)
    n_rows, n_errors = 2_000, 120
    held = 0
    for wrong in rng.hypergeometric(n_errors, n_rows - n_errors, 50, 400):
        found = errors_missed(int(wrong), 50, n_rows)
        assert found is not None
        held += found.low <= n_errors <= found.high
    assert held / 400 >= 0.93


@pytest.mark.parametrize("n_controls", [60, 300])
@pytest.mark.parametrize(
    ("n_rows", "n_errors"),
    [
        ([1_800, 1_350, 1_830], [2, 88, 4]),
        ([1_200, 300], [3, 45]),
        ([750, 740, 730, 700], [0, 4, 12, 90]),
        ([130] * 77, [i % 7 for i in range(77)]),
    ],
    ids=["three vendors", "a small one", "four vendors", "77 classes"],
)
def test_unlike_groups_are_each_judged_by_their_own_controls(n_rows, n_errors, n_controls):
    rng = np.random.default_rng(0)
    rows, errors = np.array(n_rows), np.array(n_errors)
    held, apart = np.zeros(len(rows)), np.zeros(len(rows))
    n_draws = 400 if len(rows) < 10 else 100
    for drawn in rng.multivariate_hypergeometric(rows, n_controls, n_draws):
        wrong = rng.hypergeometric(errors, rows - errors, drawn)
        left = errors - wrong
        for i in range(len(rows)):
            found = errors_unseen(int(wrong[i]), int(drawn[i]), int(rows[i] - drawn[i]))
            held[i] += found.low <= left[i] <= found.high
            apart[i] += found.value / rows[i]
    assert (held / n_draws).min() >= 0.95
    if len(rows) < 10:  # where each has controls, the one with most errors comes out so
        assert apart.argmax() == (errors / rows).argmax()


def test_without_controls_of_its_own_all_that_a_group_has_left_may_be_wrong():
    assert errors_unseen(0, 0, 40) == Estimate(0, 0, 40)
    assert errors_unseen(2, 20, 0) == Estimate(0, 0, 0)


def test_rows_of_the_sample_that_are_lost_may_all_be_wrong_or_all_right():
    rng = np.random.default_rng(1)
    n_rows, n_drawn, n_errors = 2_000, 150, 120
    held = 0
    for _ in range(200):
        is_wrong = np.arange(n_rows) < n_errors
        drawn = rng.choice(n_rows, n_drawn, replace=False)
        # Most of the wrong ones cannot be judged any more, and a few of the others.
        is_lost = rng.random(n_drawn) < np.where(is_wrong[drawn], 0.8, 0.02)
        judged = is_wrong[drawn][~is_lost]
        n_lost, n_wrong = int(is_lost.sum()), int(judged.sum())
        found = errors_unseen(n_wrong, len(judged), n_rows - len(judged), n_lost=n_lost)
        held += found.low <= n_errors - n_wrong <= found.high
    assert held / 200 >= 0.95
    assert errors_unseen(1, 20, 40, n_lost=0) == errors_unseen(1, 20, 40)


@pytest.mark.slow
def test_groups_with_models_of_unlike_calibration_are_each_judged_by_their_own_suspects():
    rng = np.random.default_rng(0)
    held = []
    for _ in range(60):
        for shift in rng.normal(0, 1, 3):
            wrong = rng.random(150) < rng.choice([0.1, 0.5, 0.95])
            odds = np.where(wrong, 1.2, -0.3) + shift + rng.normal(0, 1.2, 150)
            order = np.argsort(-odds)
            wrong, quality = wrong[order], 1 - 1 / (1 + np.exp(-odds[order]))
            found = recalibrate(wrong[:60], quality[:60]).errors_among(quality[60:])
            held.append(found.low <= wrong[60:].sum() <= found.high)
    assert np.mean(held) >= 0.95


def test_a_sum_is_surer_than_its_terms_together():
    one, two = Estimate(10, 4, 20), Estimate(5, 2, 9)
    total = summed([one, two])
    assert total.value == 15
    assert total.low == pytest.approx(15 - np.hypot(6, 3))
    assert total.high == pytest.approx(15 + np.hypot(10, 4))
    assert summed([one]) == one


def test_nonsense_is_refused():
    with pytest.raises(MethodError, match="controls"):
        errors_missed(3, 2, 10)
    with pytest.raises(MethodError, match="mask of errors"):
        recalibrate(np.ones(2, bool), [0.5])
    with pytest.raises(MethodError, match="from 0 to 1"):
        recalibrate(np.ones(1, bool), [1.5])
    with pytest.raises(MethodError, match="from 0 to 1"):
        recalibrate(np.ones(1, bool), [0.5]).errors_among([-1])
