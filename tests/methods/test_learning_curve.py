"""The learning curve's numbers: unbiased where the rows were chosen, honest where there are few."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from workbench.errors import MethodError
from workbench.methods.learning_curve import importance_weights, score


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
