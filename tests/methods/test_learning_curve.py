"""The learning curve's numbers: unbiased where the rows were chosen, honest where there are few."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score

from workbench.errors import MethodError
from workbench.methods.learning_curve import (
    ExpectedGain,
    expected_gain,
    importance_weights,
    prediction_stability,
    score,
    stability_partners,
    stopping_reasons,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_importance_weights_make_the_accuracy_unbiased_where_hard_rows_were_chosen():
    estimates, naive = [], []
    is_right = np.arange(400) >= 120  # the truth: 70 %
    for seed in range(200):
        draws = rng(seed)
        left = np.ones(400, bool)
        rows, batch, random, sizes = [], [], [], []
        for t in range(3):
            sizes.append(int(left.sum()))
            drawn = draws.choice(np.flatnonzero(left), 10, replace=False)
            left[drawn] = False
            hard = np.flatnonzero(left)[:30]  # rows that a model is wrong about
            left[hard] = False
            rows += [*drawn, *hard]
            batch += [t] * 40
            random += [1] * 10 + [0] * 30
        weights = importance_weights(batch, random, sizes)
        estimates.append(weights @ is_right[rows])
        naive.append(is_right[rows].mean())
    assert np.mean(estimates) == pytest.approx(0.7, abs=0.02)
    assert np.mean(naive) < 0.4


def test_weights_count_the_draws_that_a_row_stands_for():
    """Two thirds of the pool are copies of row 0: shown once, and weighed as often as drawn."""
    estimates = []
    is_right = np.arange(101) > 50
    is_right[0] = True
    kind = np.concatenate([np.zeros(200, np.int64), np.arange(1, 101)])
    for seed in range(300):
        drawn, n_draws = np.unique(rng(seed).choice(kind, 30, replace=False), return_counts=True)
        weights = importance_weights(np.zeros(len(drawn)), n_draws, [300])
        estimates.append(weights @ is_right[drawn])
    assert np.mean(estimates) == pytest.approx(250 / 300, abs=0.01)


def test_without_a_random_row_nothing_has_weight():
    assert importance_weights([0, 0], [False, False], [9]).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("batch", "random", "sizes"), [([0, 1], [True], [5]), ([3], [True], [5]), ([0], [-1], [5])]
)
def test_weights_refuse_bad_shapes(batch, random, sizes):
    with pytest.raises(MethodError):
        importance_weights(batch, random, sizes)


def test_scores_are_those_of_scikit_learn_within_their_intervals():
    truth = rng(1).integers(0, 3, 120)
    predicted = np.where(rng(2).random(120) < 0.75, truth, rng(3).integers(0, 3, 120))
    found = score(predicted, truth, 3, rng=rng())
    assert found.accuracy == pytest.approx((predicted == truth).mean())
    assert found.macro_f1 == pytest.approx(f1_score(truth, predicted, average="macro"))
    assert found.accuracy_low < found.accuracy < found.accuracy_high
    assert found.macro_f1_low < found.macro_f1 < found.macro_f1_high


def test_uneven_weights_widen_the_interval():
    truth = np.zeros(50, np.int64)
    predicted = (np.arange(50) % 5 == 0).astype(np.int64)
    even = score(predicted, truth, 2, rng=rng())
    uneven = score(predicted, truth, 2, rng=rng(), weights=np.where(np.arange(50) < 10, 1, 0.05))
    assert uneven.accuracy_high - uneven.accuracy_low > even.accuracy_high - even.accuracy_low


def test_all_right_on_few_rows_is_no_certainty():
    found = score([0, 1, 1], [0, 1, 1], 2, rng=rng())
    assert found.accuracy == found.macro_f1 == 1
    assert found.accuracy_low < 0.5
    assert found.macro_f1_low < 0.5


def test_the_accuracy_interval_covers_the_truth_as_often_as_it_says():
    covered = 0
    for seed in range(300):
        is_right = rng(seed).random(60) < 0.8
        found = score(np.where(is_right, 0, 1), np.zeros(60, np.int64), 2, rng=rng(), n_resamples=5)
        covered += found.accuracy_low <= 0.8 <= found.accuracy_high
    assert covered / 300 > 0.92


@pytest.mark.parametrize("accuracy", [0.9, 0.75])
@pytest.mark.parametrize("n_judged", [214, 500])
def test_the_macro_f1_interval_covers_the_truth_of_many_classes(n_judged: int, accuracy) -> None:
    """77 classes, each confused with four others, so that most have a few judged rows."""
    n_classes, draws = 77, rng(3)
    joint = np.zeros((n_classes, n_classes))
    for k, right in enumerate(draws.beta(12 * accuracy, 12 * (1 - accuracy), n_classes)):
        others = draws.choice(np.delete(np.arange(n_classes), k), 4, replace=False)
        joint[k, others] = (1 - right) * draws.dirichlet(np.ones(4))
        joint[k, k] = right
    joint /= n_classes
    truth = np.mean(2 * np.diag(joint) / (joint.sum(axis=0) + joint.sum(axis=1)))
    covered = []
    for _ in range(150):
        actual, predicted = np.divmod(
            draws.choice(n_classes**2, n_judged, p=joint.ravel()), n_classes
        )
        found = score(predicted, actual, n_classes, rng=draws, n_resamples=100)
        covered.append(found.macro_f1_low <= truth <= found.macro_f1_high)
    assert np.mean(covered) >= 0.93


def test_classes_of_many_rows_are_not_taken_for_better_than_they_look() -> None:
    """A class that is found in half of the cases, and always right then, has F1 0.67."""
    truth = np.repeat([0, 1], [400, 40_000])
    predicted = np.where(np.arange(len(truth)) < 200, 0, 1)
    found = score(predicted, truth, 2, rng=rng())
    assert found.macro_f1_high < (2 / 3 + 1) / 2 + 0.03


@pytest.mark.parametrize("weights", [[0, 0], [1, 1, 1]])
def test_scores_need_a_row_with_weight(weights):
    with pytest.raises(MethodError):
        score([0, 1], [0, 1], 2, rng=rng(), weights=weights)
    with pytest.raises(MethodError):
        score([], [], 2, rng=rng())


def curve_of(spent: list[int], error_of, n: int = 4_000) -> np.ndarray:
    hardness = rng(5).random(n)
    return np.array([hardness >= error_of(m) for m in spent])


def test_the_gain_of_a_power_law_is_found():
    spent = [50, 100, 150, 200, 300, 400]
    gain = expected_gain(spent, curve_of(spent, lambda m: 0.05 + 4 / m), 100)
    assert gain is not None
    assert gain.accuracy == pytest.approx(4 / 400 - 4 / 500, abs=0.001)
    assert gain.low <= gain.accuracy <= gain.high


LAWS = [
    (0.04, 1.5, 0.5, range(30, 241, 30)),
    (0.0, 5, 0.75, range(25, 301, 25)),
    (0.12, 8, 1.0, range(30, 301, 30)),
    (0.2, 0.5, 0.2, range(50, 501, 50)),
    (0.02, 2, 0.4, range(100, 901, 100)),
    (0.05, 40, 2.0, range(20, 201, 20)),
]
"""The floor, the factor and the exponent of the error, and the labels at each point."""


@pytest.mark.parametrize("flips", [0, 0.2], ids=["steady", "flipping"])
@pytest.mark.parametrize("n_judged", [28, 60, 200])
@pytest.mark.parametrize(("floor", "factor", "exponent", "points"), LAWS)
def test_the_interval_of_the_gain_covers_the_truth(
    floor, factor, exponent, points, n_judged: int, flips: float
) -> None:
    """Rows turn right at their own number of labels; of a share it is drawn anew at each point."""
    spent = np.array(points)
    error = floor + factor * spent**-exponent
    truth = error[-1] - floor - factor * (spent[-1] + 100.0) ** -exponent
    draws = rng(n_judged)
    gains = []
    for _ in range(100):
        hardness = np.tile(draws.random(n_judged), (len(spent), 1))
        flip = draws.random(n_judged) < flips
        hardness[:, flip] = draws.random((len(spent), int(flip.sum())))
        gains.append(expected_gain(spent.tolist(), hardness >= error[:, None], 100))
    covered = [gain.low <= truth <= gain.high for gain in gains if gain]
    assert len(covered) >= 99  # chance looks like a jump now and then
    assert np.mean(covered) >= 0.9
    if not flips and n_judged == 200:
        mean = np.mean([gain.accuracy for gain in gains if gain])
        assert mean == pytest.approx(truth, rel=0.3, abs=0.002)


def jumping(spent: np.ndarray, n_after: int, n_judged: int, seed: int) -> np.ndarray:
    """Half is wrong up to a jump; after that the error is 0.1 + 1.5 / sqrt(m)."""
    draws = rng(seed)
    error = 0.1 + 1.5 * spent**-0.5
    error[:-n_after] = 0.5
    hardness = np.tile(draws.random(n_judged), (len(spent), 1))
    flip = draws.random(n_judged) < 0.1
    hardness[:, flip] = draws.random((len(spent), int(flip.sum())))
    return hardness >= error[:, None]


@pytest.mark.parametrize("n_judged", [28, 60, 200])
@pytest.mark.parametrize("n_after", [3, 4, 6])
def test_of_a_curve_that_jumped_only_what_came_after_counts(n_after: int, n_judged: int) -> None:
    spent = np.arange(30.0, 301, 30)
    truth = 1.5 * (300**-0.5 - 400**-0.5)
    found = [expected_gain(spent, jumping(spent, n_after, n_judged, k), 100) for k in range(60)]
    gains = [gain for gain in found if gain]
    assert len(gains) >= 57
    assert np.mean([gain.low <= truth <= gain.high for gain in gains]) >= 0.95
    assert np.median([gain.n_before for gain in gains]) == len(spent) - n_after
    # As few rows and points tell no more, the interval is wide; what is expected is not.
    assert np.mean([gain.accuracy for gain in gains]) == pytest.approx(truth, abs=0.008)


@pytest.mark.parametrize("n_after", [1, 2])
def test_what_a_jump_that_has_just_been_leads_to_cannot_be_told(n_after: int) -> None:
    spent = np.arange(30.0, 301, 30)
    for seed in range(20):
        assert expected_gain(spent, jumping(spent, n_after, 60, seed), 100) is None


@pytest.mark.parametrize("n_wrong", [0, 1, 2, 3])
def test_no_gain_is_larger_than_what_is_left(n_wrong: int) -> None:
    """Steep steps to the very end, as no law of many labels would have them."""
    n = 30
    right = np.ones((4, n))
    for point, wrong in enumerate((9, 6, 4, n_wrong)):
        right[point, :wrong] = 0
    gain = expected_gain([20, 40, 60, 80], right, 10_000)
    now = score(1 - right[-1].astype(np.int64), np.zeros(n, np.int64), 2, rng=rng())
    assert gain is not None
    assert gain.low <= gain.accuracy <= gain.high
    assert gain.accuracy <= gain.high <= 1 - now.accuracy_low + 1e-9
    assert gain.low <= 1 - now.accuracy_high + 1e-9


@pytest.mark.parametrize("is_even", [True, False])
def test_a_model_that_is_wrong_on_every_row_is_no_error(is_even: bool) -> None:
    """Weights sum to 1 but for rounding, and so does the share of the wrong rows."""
    for n in range(1, 400):
        weights = np.ones(n) if is_even else rng().random(n) + 0.1
        for right in (0, 1):
            gain = expected_gain([50, 100, 150], np.full((3, n), right), 100, weights=weights)
            assert gain is None or 0 <= gain.low <= gain.accuracy <= gain.high <= 1


def test_few_rows_without_an_error_do_not_rule_a_gain_out() -> None:
    right = np.ones((8, 28))
    right[0, :3] = right[:, 0] = 0
    gain = expected_gain(range(60, 281, 30)[:8], right, 100)
    assert gain is not None
    assert gain.high > 0.01
    assert not stopping_reasons([0.999] * 3, 0.5, gain)[0]


def test_a_small_gain_that_may_be_a_large_one_is_no_sign_to_stop():
    stop, reasons = stopping_reasons([0.999] * 3, 0.5, ExpectedGain(0.001, 0.0, 0.03))
    assert not stop
    assert reasons[-1].endswith("too few judged rows to be sure")
    assert stopping_reasons([0.999] * 3, 0.5, ExpectedGain(0.001, 0.0, 0.009))[0]


def test_a_flat_curve_promises_nothing_and_a_falling_one_no_loss():
    spent = [50, 100, 150, 200]
    flat = expected_gain(spent, curve_of(spent, lambda _: 0.2), 100)
    falling = expected_gain(spent, curve_of(spent, lambda m: 0.1 + m / 5e4), 100)
    assert flat is not None
    assert falling is not None
    assert flat.accuracy == pytest.approx(0, abs=0.001)
    assert falling.accuracy < 0.02
    assert falling.low >= 0


def test_a_steep_loss_is_no_curve_of_learning():
    spent = [50, 100, 150, 200]
    assert expected_gain(spent, curve_of(spent, lambda m: 0.1 + m / 1e3), 100) is None


def test_two_points_are_no_curve():
    assert expected_gain([10, 20], np.ones((2, 5)), 100) is None
    with pytest.raises(MethodError):
        expected_gain([10, 20, 30], np.ones((2, 5)), 100)


def test_stability_is_cohens_kappa():
    before, after = rng(1).integers(0, 4, 200), rng(2).integers(0, 4, 200)
    after[:150] = before[:150]
    assert prediction_stability(before, after) == pytest.approx(cohen_kappa_score(before, after))
    assert prediction_stability([1, 1], [1, 1]) == 1
    with pytest.raises(MethodError):
        prediction_stability([], [])


def test_models_are_compared_over_a_step_of_some_size():
    assert stability_partners([20, 40, 70, 100]) == [None, None, 0, 1]
    assert stability_partners([1000, 1400, 1800, 1820, 2000]) == [None, 0, 1, 1, 2]


def test_two_signs_make_a_hint_to_stop():
    little = ExpectedGain(0.001, 0.0, 0.002)
    much = ExpectedGain(0.05, 0.01, 0.09)
    assert stopping_reasons([0.995, 0.99, 0.999], 0.05, much)[0]
    assert stopping_reasons([0.9, 0.9, 0.9], 0.05, little)[0]
    stop, reasons = stopping_reasons([0.9, 0.9, 0.9], 0.5, little)
    assert not stop
    assert len(reasons) == 3
    assert stopping_reasons([0.999], None, None) == (False, ())
