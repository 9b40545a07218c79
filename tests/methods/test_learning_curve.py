"""The learning curve's numbers: unbiased where the rows were chosen, honest where there are few."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from workbench.errors import MethodError
from workbench.methods.answer_trust import LabelDoubt, shared_error
from workbench.methods.learning_curve import (
    draws_to_reach,
    score,
    stratified_weights,
    tilted_weights,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_weights_count_the_draws_that_a_row_stands_for():
    """Two thirds of the pool are copies of row 0: shown once, and weighed as often as drawn."""
    estimates = []
    is_right = np.arange(101) > 50
    is_right[0] = True
    kind = np.concatenate([np.zeros(200, np.int64), np.arange(1, 101)])
    for seed in range(300):
        drawn, n_draws = np.unique(rng(seed).choice(kind, 30, replace=False), return_counts=True)
        weights = stratified_weights(n_draws, np.zeros(len(drawn)), [300])
        estimates.append(weights @ is_right[drawn])
    assert np.mean(estimates) == pytest.approx(250 / 300, abs=0.01)


def test_without_a_random_row_nothing_has_weight():
    assert stratified_weights([0, 0], [0, 1], [9, 9]).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("n_draws", "stratum", "sizes"),
    [([1], [0, 0], [5]), ([-1], [0], [5]), ([1], [0], [-5]), ([[1]], [[0]], [5])],
)
def test_weights_refuse_bad_shapes(n_draws, stratum, sizes):
    with pytest.raises(MethodError):
        stratified_weights(n_draws, stratum, sizes)


def drawn_of_arrivals(draws, sizes, n_batches):
    """Return five random rows of each batch, drawn from what had come by then, and all arrivals."""
    came = np.repeat(np.arange(len(sizes)), sizes)
    is_left = np.ones(len(came), bool)
    rows = []
    for arrived, n in enumerate(n_batches):
        for _ in range(n):
            drawn = draws.choice(np.flatnonzero(is_left & (came <= arrived)), 5, replace=False)
            is_left[drawn] = False
            rows.append(drawn)
    return np.concatenate(rows), came


@pytest.mark.parametrize(
    ("sizes", "right", "n_batches"),
    [
        ([800, 2400], [1, 0.6], [8, 5]),
        ([1350, 150], [0.98, 0.5], [40, 8]),
        ([400] * 5, None, [6] * 5),
    ],
)
def test_arrivals_count_by_how_many_they_are(sizes, right, n_batches) -> None:
    """Most random rows were drawn before half of the rows came, which a model knows less."""
    right = np.linspace(0.95, 0.6, len(sizes)) if right is None else np.array(right)
    errors, naive, covered = [], [], []
    for seed in range(200):
        draws = rng(seed)
        rows, came = drawn_of_arrivals(draws, sizes, n_batches)
        is_right = draws.random(len(came)) < right[came]
        arrival = came[rows]
        weights = stratified_weights(np.ones(len(rows)), arrival, sizes)
        predicted = np.where(is_right, 0, 1)[rows]
        found = score(predicted, 0 * rows, 2, strata=arrival, weights=weights)
        errors.append(found.accuracy - is_right.mean())
        naive.append(is_right[rows].mean() - is_right.mean())
        covered.append(found.accuracy_low <= is_right.mean() <= found.accuracy_high)
        assert found.macro_f1_low <= found.macro_f1 - (found.accuracy - found.accuracy_low) + 1e-9
    assert abs(np.mean(errors)) < 0.012
    assert np.mean(naive) > 0.03
    assert np.mean(covered) >= 0.92


def test_an_arrival_counts_by_its_size_whatever_was_chosen_of_it() -> None:
    draws, arrival = [1, 1, 0, 1, 2, 0], [0, 0, 0, 1, 1, 1]
    weights = stratified_weights(draws, arrival, [100, 300])
    assert weights == pytest.approx([0.125, 0.125, 0, 0.25, 0.5, 0])
    # One that is left out, or has no random row, leaves the others their proportions.
    assert stratified_weights(draws, arrival, [100, 0])[:2] == pytest.approx([0.5, 0.5])
    only_old = stratified_weights([1, 1, 0, 0, 0, 0], arrival, [100, 300])
    assert only_old[:2] == pytest.approx([0.5, 0.5])


def test_rows_in_holes_are_weighed_to_be_as_sure_as_those_that_they_stand_for() -> None:
    """Held-out rows are less sure than the rest, and right as often as the model is sure."""
    weighed, plain = [], []
    for seed in range(300):
        draws = rng(seed)
        rest = draws.beta(8, 2, 5_000)  # 80 % right
        held_out = draws.beta(5, 3, 40)
        is_right = draws.random(40) < held_out
        weights = tilted_weights(np.ones(40), held_out, float(rest.mean()))
        weighed.append(weights @ is_right)
        plain.append(is_right.mean())
    assert np.mean(weighed) == pytest.approx(0.8, abs=0.02)
    assert np.mean(plain) < 0.65


@given(
    certainty=st.lists(st.floats(0.01, 1), min_size=1, max_size=30),
    target=st.floats(0, 1),
    data=st.data(),
)
def test_tilted_weights_come_near_the_target_and_keep_their_order(certainty, target, data) -> None:
    n = len(certainty)
    base = data.draw(st.lists(st.floats(0.1, 5), min_size=n, max_size=n))
    weights = tilted_weights(base, certainty, target)
    assert weights.sum() == pytest.approx(1)
    before = float(np.average(certainty, weights=base))
    after = float(weights @ certainty)
    slack = 1e-9
    assert min(before, target) - slack <= after <= max(before, target) + slack
    change = weights / np.divide(base, np.sum(base))
    in_order = np.argsort(certainty)
    steps = np.diff(change[in_order])
    assert (steps >= -1e-6).all() or (steps <= 1e-6).all()


def test_weights_stay_where_judged_rows_are_as_sure_as_the_rest_or_all_alike() -> None:
    assert tilted_weights([1, 3], [0.2, 0.6], 0.5) == pytest.approx([0.25, 0.75])
    assert tilted_weights([1, 1], [0.7, 0.7], 0.9) == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(
    ("weights", "certainty"), [([1.0], [0.5, 0.5]), ([0.0, 0.0], [0.1, 0.2]), ([-1.0, 2.0], [1, 1])]
)
def test_tilted_weights_refuse_what_is_no_weight(weights, certainty) -> None:
    with pytest.raises(MethodError):
        tilted_weights(weights, certainty, 0.5)


@pytest.mark.parametrize(
    ("n_rows", "n_needed", "n_pool"),
    [([60], [1], 1000), ([400], [4], 1000), ([400, 40], [4, 1], 1000), ([6], [4], 9)],
)
def test_draws_reach_all_strata_as_often_as_asked_and_are_no_more(n_rows, n_needed, n_pool) -> None:
    n = draws_to_reach(n_rows, n_needed, n_pool, n_most=200)
    assert n is not None
    of_others = [n_pool - sum(n_rows)]
    draws = rng()

    def chance(n: int) -> float:
        found = draws.multivariate_hypergeometric([*n_rows, *of_others], n, size=20_000)
        return float((found[:, :-1] >= n_needed).all(axis=1).mean())

    assert chance(n) > 0.89
    assert chance(n - 1) < 0.91


@pytest.mark.parametrize(("n_rows", "n_most"), [([4], 200), ([9], 100)])
def test_no_number_of_draws_reaches_what_is_too_rare(n_rows, n_most) -> None:
    assert draws_to_reach(n_rows, [5], 1000, n_most=n_most) is None


def test_scores_are_those_of_scikit_learn_within_their_intervals():
    truth = rng(1).integers(0, 3, 120)
    predicted = np.where(rng(2).random(120) < 0.75, truth, rng(3).integers(0, 3, 120))
    found = score(predicted, truth, 3)
    assert found.accuracy == pytest.approx((predicted == truth).mean())
    assert found.macro_f1 == pytest.approx(f1_score(truth, predicted, average="macro"))
    assert found.accuracy_low < found.accuracy < found.accuracy_high
    assert found.macro_f1_low < found.macro_f1 < found.macro_f1_high


def test_uneven_weights_widen_the_interval():
    truth = np.zeros(50, np.int64)
    predicted = (np.arange(50) % 5 == 0).astype(np.int64)
    even = score(predicted, truth, 2)
    uneven = score(predicted, truth, 2, weights=np.where(np.arange(50) < 10, 1, 0.05))
    assert uneven.accuracy_high - uneven.accuracy_low > even.accuracy_high - even.accuracy_low


def test_all_right_on_few_rows_is_no_certainty():
    found = score([0, 1, 1], [0, 1, 1], 2)
    assert found.accuracy == found.macro_f1 == 1
    assert found.accuracy_low < 0.5
    assert found.macro_f1_low < 0.5


def test_the_accuracy_interval_covers_the_truth_as_often_as_it_says():
    covered = 0
    for seed in range(300):
        is_right = rng(seed).random(60) < 0.8
        found = score(np.where(is_right, 0, 1), np.zeros(60, np.int64), 2)
        covered += found.accuracy_low <= 0.8 <= found.accuracy_high
    assert covered / 300 > 0.92


@pytest.mark.parametrize("n_meant", [10, 20, 200])
def test_the_interval_holds_the_share_of_few_other_rows(n_meant: int) -> None:
    """48 rows judge; of those that are meant, more or fewer may be right by chance."""
    held = {True: 0, False: 0}
    for seed in range(400):
        draws = rng(seed)
        predicted = np.where(draws.random(48) < 0.9, 0, 1)
        meant = (draws.random(n_meant) < 0.9).mean()
        for is_finite in held:
            sizes = [n_meant] if is_finite else None
            found = score(predicted, 0 * predicted, 2, sizes=sizes)
            held[is_finite] += found.accuracy_low <= meant <= found.accuracy_high
    assert held[True] >= 0.93 * 400
    assert n_meant == 200 or held[False] < 0.9 * 400


@pytest.mark.parametrize("accuracy", [0.9, 0.75])
@pytest.mark.parametrize("n_judged", [35, 70, 214, 500])
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
        found = score(predicted, actual, n_classes)
        covered.append(found.macro_f1_low <= truth <= found.macro_f1_high)
    assert np.mean(covered) >= 0.93


def of_two(n_rare: float, recall: float, recall_of_rare: float) -> np.ndarray:
    """Return how often each pair of true and predicted class occurs, of a common and a rare one."""
    common = (1 - n_rare) * np.array([recall, 1 - recall])
    rare = n_rare * np.array([1 - recall_of_rare, recall_of_rare])
    return np.array([common, rare])


def macro_f1_of(joint: np.ndarray) -> float:
    return float(np.mean(2 * np.diag(joint) / (joint.sum(axis=0) + joint.sum(axis=1))))


@pytest.mark.parametrize("n_judged", [35, 100])
@pytest.mark.parametrize(
    "joint",
    [of_two(0.05, 0.995, 0.7), of_two(0.05, 0.99, 0.5), of_two(0.02, 0.998, 0.7)],
    ids=["5 %", "5 %, half found", "2 %"],
)
def test_the_macro_f1_interval_covers_the_truth_of_a_rare_class(joint, n_judged: int) -> None:
    """It has mostly one to five judged rows, which may all be right."""
    draws = rng(7)
    found = []
    while len(found) < 200:
        actual, predicted = np.divmod(draws.choice(4, n_judged, p=joint.ravel()), 2)
        if actual.any() and not actual.all():
            found.append(score(predicted, actual, 2))
    truth = macro_f1_of(joint)
    assert np.mean([one.macro_f1_low <= truth <= one.macro_f1_high for one in found]) >= 0.93
    width = np.median([one.macro_f1_high - one.macro_f1_low for one in found])
    assert width < 4 * np.std([one.macro_f1 for one in found])


def test_the_macro_f1_interval_covers_the_truth_of_weighted_rows() -> None:
    """Rows of which the model is sure, and right, were drawn less often; weights mend it."""
    joint, n_rows, n_judged = of_two(0.05, 0.99, 0.5), 4_000, 100
    truth, draws = macro_f1_of(joint), rng(8)
    covered = []
    while len(covered) < 150:
        actual, predicted = np.divmod(draws.choice(4, n_rows, p=joint.ravel()), 2)
        is_right = predicted == actual
        sure = np.where(is_right, draws.beta(7, 2, n_rows), draws.beta(3, 3, n_rows))
        chance = np.exp(-0.7 * (sure - sure.mean()) / sure.std())
        rows = draws.choice(n_rows, n_judged, replace=False, p=chance / chance.sum())
        weights = tilted_weights(np.ones(n_judged), sure[rows], float(sure.mean()))
        if actual[rows].any():
            found = score(predicted[rows], actual[rows], 2, weights=weights)
            covered.append(found.macro_f1_low <= truth <= found.macro_f1_high)
    assert np.mean(covered) >= 0.93


def test_three_right_rows_of_a_class_leave_its_f1_wide_open() -> None:
    actual = np.repeat([0, 1], [97, 3])
    found = score(actual, actual, 2)
    assert found.macro_f1 == 1
    assert found.accuracy_low > 0.95
    assert 0.75 < found.macro_f1_low < 0.85  # three of three: 0.44 at least, and so an F1 of 0.61


def test_a_class_of_a_row_that_stands_for_nothing_takes_nothing_from_macro_f1() -> None:
    """27 rows of 27 classes, 7 of them wrong, which the weights take away."""
    truth = np.arange(27)
    predicted = np.where(truth < 7, 27 + truth, truth)
    weights = np.where(truth < 7, 1e-4, 1.0)
    found = score(predicted, truth, 150, weights=weights)
    assert found.accuracy > 0.99
    assert found.macro_f1 > 0.99
    assert found.macro_f1_high == pytest.approx(1)
    even = score(predicted, truth, 150)
    assert even.macro_f1 == pytest.approx(20 / 27)


def test_classes_of_many_rows_are_not_taken_for_better_than_they_look() -> None:
    """A class that is found in half of the cases, and always right then, has F1 0.67."""
    truth = np.repeat([0, 1], [400, 40_000])
    predicted = np.where(np.arange(len(truth)) < 200, 0, 1)
    found = score(predicted, truth, 2)
    assert found.macro_f1_high < (2 / 3 + 1) / 2 + 0.03


@pytest.mark.parametrize("weights", [[0, 0], [1, 1, 1]])
def test_scores_need_a_row_with_weight(weights):
    with pytest.raises(MethodError):
        score([0, 1], [0, 1], 2, weights=weights)
    with pytest.raises(MethodError, match="2 strata"):
        score([0, 1], [0, 1], 2, strata=[0, 1], sizes=[5])
    with pytest.raises(MethodError):
        score([], [], 2)
    with pytest.raises(MethodError):
        score([0, 1], [0, 1], 2, strata=[0])


@pytest.mark.parametrize("gathers", [False, True])
def test_the_interval_holds_the_truth_where_several_people_err(gathers: bool) -> None:
    missed = plain_missed = 0
    off = []
    for seed in range(200):
        draws = rng(seed)
        truth = draws.integers(0, 2, 90)
        is_hard = draws.random(90) < 0.2
        # Where errors gather they are on rows on which the model errs, too.
        errs = np.where(is_hard, 0.3, 0.05) if gathers else np.full(90, 0.1)
        is_right = draws.random(90) >= np.where(is_hard, 0.2, 0.025)
        n_wrong = draws.binomial(3, errs)
        label = np.where(n_wrong >= 2, 1 - truth, truth)
        lead = np.where(n_wrong % 3 == 0, 3.0, 1.0)
        other = np.where(lead == 1, 1 - label, -1)
        error = shared_error(3 * 90, 2 * int((lead == 1).sum()))
        predicted = np.where(is_right, truth, 1 - truth)
        found = score(predicted, label, 2, doubt=LabelDoubt(lead, other, error))
        plain = score(predicted, label, 2)
        true = 0.8 * 0.975 + 0.2 * 0.8
        missed += not found.accuracy_low <= true <= found.accuracy_high
        missed += not found.macro_f1_low <= true <= found.macro_f1_high
        plain_missed += not plain.accuracy_low <= true <= plain.accuracy_high
        off.append(found.accuracy - true)
    assert missed <= 0.05 * 400
    assert plain_missed > 0.05 * 200
    assert abs(np.mean(off)) < 0.025


def test_labels_that_are_sure_are_taken_as_they_are() -> None:
    truth = rng().integers(0, 3, 60)
    predicted = np.where(rng(1).random(60) < 0.8, truth, 0)
    sure = LabelDoubt(np.full(60, np.inf), np.full(60, -1), 0.2)
    assert score(predicted, truth, 3, doubt=sure) == score(predicted, truth, 3)
