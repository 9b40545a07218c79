"""The bound on wrong labels that no model doubts, from trusted rows."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.learnt_errors import learnt_errors


@pytest.mark.parametrize("learnt", [0.0, 0.2, 0.5])
def test_the_bound_holds_and_rises_with_the_errors_that_models_have_learnt(learnt):
    """Some labels are wrong by a rule that the models repeat; of other rows they guess a tenth."""
    rng = np.random.default_rng(3)
    bounds = []
    for _ in range(200):
        true = rng.integers(0, 4, 1_000)
        is_by_rule = rng.random(1_000) < learnt
        wrong = (true + 1) % 4
        guess = np.where(rng.random(1_000) < 0.9, true, rng.integers(0, 4, 1_000))
        predicted = np.where(is_by_rule, wrong, guess)
        given = np.where(is_by_rule[:800], wrong[:800], true[:800])
        found = learnt_errors(given, predicted[:800], true[800:], predicted[800:])
        bounds.append(found.least_wrong)
    assert np.mean(np.array(bounds) <= learnt) >= 0.95
    assert np.mean(bounds) >= learnt - 0.15


def test_classes_in_other_shares_alone_are_no_wrong_labels():
    """Models are right on all of one class and on a third of the other."""
    given = np.repeat([0, 1], [950, 50])
    predicted = np.where(np.arange(1_000) < 950, 0, np.arange(1_000) % 3 == 0)
    trusted = np.repeat([0, 1], [100, 100])
    trusted_predicted = np.where(np.arange(200) < 100, 0, np.arange(200) % 3 == 0)
    found = learnt_errors(given, predicted, trusted, trusted_predicted)
    assert (found.agreement, found.accuracy) == pytest.approx((0.967, 0.665), abs=0.002)
    assert found.least_wrong == 0


def test_classes_that_have_no_trusted_row_are_left_to_the_plain_bound():
    given, trusted = np.zeros(100, np.int64), np.ones(100, np.int64)
    found = learnt_errors(given, given, trusted, given)
    assert (found.agreement, found.accuracy) == (1, 0)
    # 1 less Newcombe's reach for 100 of 100 against 0 of 100: two Wilson intervals of 3.70 points.
    assert found.least_wrong == pytest.approx(1 - 0.036995 * np.sqrt(2), abs=1e-5)


@pytest.mark.parametrize(("n", "n_trusted"), [(0, 3), (3, 0)])
def test_nothing_to_compare_is_refused(n, n_trusted):
    rows, trusted = np.zeros(n, np.int64), np.zeros(n_trusted, np.int64)
    with pytest.raises(MethodError, match="held against"):
        learnt_errors(rows, rows, trusted, trusted)
