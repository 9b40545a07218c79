from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.lf_analysis import marginal_value
from workbench.methods.majority import MajorityVote

VOTES = np.array([[0, 0, -1], [1, -1, -1], [0, 1, 1], [-1, -1, 0], [-1, -1, -1]])


def test_says_what_each_function_adds() -> None:
    value = marginal_value(MajorityVote(2).fit(VOTES), VOTES, [0, 1, 1, 1, 0])
    assert value.covered_alone.tolist() == [0.2, 0, 0.2]
    # Without the first, row 2 loses its label; row 3 keeps it. Without the second, row 3 is tied.
    assert value.labels_changed.tolist() == [0.2, 0.2, 0.4]
    assert value.accuracy_gain == pytest.approx([0.1, 0.1, (0.5 - 0.5) / 5])
    assert value.n_judged.tolist() == [3, 2, 2]


def test_harm_is_negative() -> None:
    votes = np.array([[0, 0, 1], [1, 1, 0], [-1, -1, 0]])
    value = marginal_value(MajorityVote(2).fit(votes), votes, [0, 1, 1])
    assert value.accuracy_gain[2] < 0


def test_without_labels_there_is_no_gain() -> None:
    value = marginal_value(MajorityVote(2).fit(VOTES), VOTES)
    assert np.isnan(value.accuracy_gain).all()
    assert value.n_judged.tolist() == [0, 0, 0]


def test_a_function_that_never_votes_adds_nothing() -> None:
    votes = np.column_stack([VOTES, np.full(5, -1)])
    value = marginal_value(MajorityVote(2).fit(votes), votes)
    assert value.labels_changed[3] == value.covered_alone[3] == 0


def test_needs_rows() -> None:
    model = MajorityVote(2).fit(VOTES)
    with pytest.raises(MethodError, match="no rows"):
        marginal_value(model, np.empty((0, 3), dtype=np.int64))


def test_repeated_rows_count_each_time() -> None:
    votes, labels = np.repeat(VOTES, [1, 3, 2, 1, 1], axis=0), [0, 1, 0, 1, 1, 0, 1, 0]
    value = marginal_value(MajorityVote(2).fit(votes), votes, labels)
    assert value.covered_alone.tolist() == [3 / 8, 0, 1 / 8]
    assert value.n_judged.tolist() == [6, 3, 3]
    # Alone on three rows, of which two are right with it, and one and a half by chance.
    assert value.accuracy_gain == pytest.approx([0.5 / 8, 0, -0.5 / 8])


def test_rows_that_chose_a_function_do_not_judge_it() -> None:
    model, labels = MajorityVote(2).fit(VOTES), [0, 1, 1, 1, 0]
    value = marginal_value(model, VOTES, labels, unfair={0: np.array([0, 2]), 2: np.arange(5)})
    every = marginal_value(model, VOTES, labels)
    assert value.n_judged.tolist() == [1, 2, 0]
    # Of rows 1, 3 and 4 it votes on the first alone, where it is right, and half without it.
    assert value.accuracy_gain[:2] == pytest.approx([0.5 / 3, every.accuracy_gain[1]])
    assert np.isnan(value.accuracy_gain[2])
    assert value.labels_changed.tolist() == every.labels_changed.tolist()
