from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.function_blame import FunctionBlame, function_blame
from workbench.methods.intervals import wilson


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


def test_a_function_is_not_blamed_for_one_text_that_came_often():
    rng = np.random.default_rng(0)
    labels = np.r_[np.zeros(12, int), rng.integers(0, 2, 1_000)]
    texts = np.r_[np.zeros(12, int), np.arange(1, 1_001)]
    issues = np.r_[np.ones(12, bool), rng.random(1_000) < 0.05]
    # It knows a word: of that text, and of every tenth other one.
    votes = np.where(np.r_[np.ones(12, bool), np.arange(1_000) % 10 == 0], labels, -1)[:, None]
    assert function_blame(votes, labels, 1 - labels, issues).is_blamed[0]
    blame = function_blame(votes, labels, 1 - labels, issues, clusters=texts)
    assert not blame.is_blamed[0]
    assert (blame.n_votes[0], blame.n_texts[0]) == (112, 101)
    assert blame.n_pushed[0] == (issues & (votes[:, 0] == labels)).sum()
    # As if each text had come once.
    once = function_blame(votes[11:], labels[11:], 1 - labels[11:], issues[11:])
    assert blame.ratio[0] == once.ratio[0]
    assert blame.q_value[0] == once.q_value[0]
    assert once.low[0] < blame.low[0] < blame.rate[0] < blame.high[0]


def test_without_copies_the_blame_of_functions_differs_in_no_digit():
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, 800)
    votes = np.where(rng.random((800, 6)) < 0.3, rng.integers(0, 3, (800, 6)), -1)
    issues = rng.random(800) < 0.1
    plain = function_blame(votes, labels, labels, issues)
    alone = function_blame(votes, labels, labels, issues, clusters=rng.permutation(800))
    for field in fields(FunctionBlame):
        assert np.array_equal(getattr(plain, field.name), getattr(alone, field.name)), field
    assert np.array_equal([plain.low, plain.high], wilson(plain.n_pushed, plain.n_votes))
