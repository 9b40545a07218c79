from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.function_blame import function_blame


def test_the_function_that_pushed_wrong_labels_is_blamed_and_no_other():
    rng = np.random.default_rng(0)
    true = rng.integers(0, 2, 2_000)
    votes = np.where(rng.random((2_000, 3)) < 0.4, true[:, None], -1)
    wrong = rng.random(2_000) < 0.1
    votes[wrong, 2] = 1 - true[wrong]
    labels = np.where(wrong, 1 - true, true)
    issues = wrong & (rng.random(2_000) < 0.9)
    blame = function_blame(votes.astype(np.int8), labels, true, issues)
    assert blame.is_blamed.tolist() == [False, False, True]
    assert blame.n_pushed.tolist() == [0, 0, issues.sum()]
    assert blame.n_warned[0] == (issues & (votes[:, 0] == true)).sum() > 0
    assert ((blame.low <= blame.rate) & (blame.rate <= blame.high)).all()


def test_a_function_without_votes_is_not_blamed():
    blame = function_blame(
        np.array([[0, -1], [1, -1]], np.int8), [0, 1], [1, 1], np.array([True, False])
    )
    assert blame.n_votes.tolist() == [2, 0]
    assert np.isnan(blame.q_value).all()
    assert not blame.is_blamed.any()


def test_functions_of_a_hard_class_are_blamed_in_at_most_one_audit_of_twenty():
    rng = np.random.default_rng(0)
    n_accused = n_blamed = 0
    for _ in range(200):
        labels = rng.choice(4, 2_000, p=[0.3, 0.3, 0.3, 0.1])
        issues = rng.random(2_000) < np.where(labels == 3, 0.25, 0.04)
        # Some rows are voted on by many functions, and five functions are copies of others.
        active = rng.beta(0.3, 1, 2_000)
        speaks = rng.random((2_000, 15)) < active[:, None]
        speaks = np.hstack([speaks, speaks[:, :5]]) & (labels[:, None] == np.arange(20) % 4)
        votes = np.where(speaks, labels[:, None], -1)
        suggested = np.where(issues, (labels + 1) % 4, labels)
        n_accused += function_blame(votes, labels, suggested, issues).is_blamed.any()
        # A function that is worse than its class is found all the same.
        votes[:, 0] = np.where((labels == 0) & (issues | (rng.random(2_000) < 0.1)), 0, -1)
        n_blamed += function_blame(votes, labels, suggested, issues).is_blamed[0]
    assert n_accused / 200 <= 0.05
    assert n_blamed / 200 >= 0.9


@pytest.mark.parametrize(
    ("votes", "issues"),
    [(np.zeros(2, np.int8), np.zeros(2, bool)), (np.zeros((2, 1), np.int8), np.zeros(3, bool))],
)
def test_shapes_that_differ_are_refused(votes, issues):
    with pytest.raises(MethodError):
        function_blame(votes, [0, 0], [0, 0], issues)
