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
    assert blame.q_value[1] == 1
    assert not blame.is_blamed.any()


@pytest.mark.parametrize(
    ("votes", "issues"),
    [(np.zeros(2, np.int8), np.zeros(2, bool)), (np.zeros((2, 1), np.int8), np.zeros(3, bool))],
)
def test_shapes_that_differ_are_refused(votes, issues):
    with pytest.raises(MethodError):
        function_blame(votes, [0, 0], [0, 0], issues)
