from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.label_model import LABEL_MODELS, make_label_model
from workbench.methods.lf_analysis import marginal_value
from workbench.methods.majority import MajorityVote

VOTES = np.array([[0, 0, -1], [1, -1, -1], [0, 1, 1], [-1, -1, 0], [-1, -1, -1]])


def test_says_what_each_function_adds() -> None:
    value = marginal_value(MajorityVote(2).fit(VOTES), VOTES, [0, 1, 1, 1, 0])
    assert value.covered_alone.tolist() == [0.2, 0, 0.2]
    # Without the first, row 2 loses its label; row 3 keeps it. Without the second, row 3 is tied.
    assert value.labels_changed.tolist() == [0.2, 0.2, 0.4]
    # Row 2 is right with the first and lost without; row 4 is wrong or lost, and so never right.
    assert value.accuracy_gain == pytest.approx([0.2, 0.1, 0.1])
    assert value.n_judged.tolist() == [3, 2, 2]


def test_harm_is_negative() -> None:
    votes = np.array([[0, 0, 1], [1, -1, 0], [-1, -1, 0]])
    value = marginal_value(MajorityVote(2).fit(votes), votes, [0, 1, 1])
    assert value.accuracy_gain[2] == pytest.approx(-0.5 / 3)


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
    # The first is alone on three rows, of which two are right with it; the third on a wrong one.
    assert value.accuracy_gain == pytest.approx([2 / 8, 0, 0])


def test_rows_that_chose_a_function_do_not_judge_it() -> None:
    model, labels = MajorityVote(2).fit(VOTES), [0, 1, 1, 1, 0]
    value = marginal_value(model, VOTES, labels, unfair={0: np.array([0, 2]), 2: np.arange(5)})
    every = marginal_value(model, VOTES, labels)
    assert value.n_judged.tolist() == [1, 2, 0]
    # Of rows 1, 3 and 4 it votes on the first alone, where it is right.
    assert value.accuracy_gain[:2] == pytest.approx([1 / 3, every.accuracy_gain[1]])
    assert np.isnan(value.accuracy_gain[2])
    assert value.labels_changed.tolist() == every.labels_changed.tolist()


def _alone_on_the_common_class() -> tuple[np.ndarray, np.ndarray]:
    """Votes of three functions on a fifth of the rows, and of one, right, on most of the others."""
    rng = np.random.default_rng(0)
    truth = (rng.random(2_000) < 0.15).astype(np.int64)
    votes = np.full((2_000, 4), -1)
    for j in range(3):
        rows = rng.random(400) < 0.9
        votes[:400][rows, j] = np.where(rng.random(rows.sum()) < 0.9, truth[:400][rows], 0)
    votes[:400, 3] = truth[:400]
    votes[800:, 3] = truth[800:]
    return votes, truth


@pytest.mark.parametrize("name", LABEL_MODELS)
@pytest.mark.parametrize("balance", [None, [0.85, 0.15]])
def test_rows_that_a_function_alone_covers_are_lost_without_it(
    name: str, balance: list[float] | None
) -> None:
    votes, truth = _alone_on_the_common_class()
    model = make_label_model(name, 2, seed=0).fit(votes, class_balance=balance)
    value = marginal_value(model, votes, truth)
    probs = model.predict_proba(votes[800:])
    n_right = int((probs.argmax(axis=1) == votes[800:, 3]).sum())
    assert n_right > 900
    assert value.covered_alone[3] == pytest.approx(1_200 / 2_000)
    # What the model believes of rows without a vote, most often right here, is no label.
    assert value.accuracy_gain[3] >= n_right / 2_000 - 0.01


def test_rows_without_a_vote_may_have_a_label_by_default() -> None:
    votes, truth = _alone_on_the_common_class()
    model = MajorityVote(2).fit(votes)
    gain = marginal_value(model, votes, truth, default=0).accuracy_gain[3]
    assert gain == pytest.approx((truth[800:] == 1).sum() / 2_000, abs=0.01)


def test_by_default_a_row_that_had_that_class_alone_does_not_change() -> None:
    votes = np.array([[0, -1]] * 5 + [[-1, 1]] * 3 + [[0, 1]] * 2)
    labels = np.array([0] * 5 + [1] * 5)
    model = MajorityVote(2).fit(votes)
    value = marginal_value(model, votes, labels, default=0)
    # Of the first only the ties change: where it is alone, the default says the same.
    assert value.labels_changed.tolist() == [0.2, 0.5]
    assert value.covered_alone.tolist() == [0.5, 0.3]
    assert value.accuracy_gain == pytest.approx([-0.1, 0.4])
    assert marginal_value(model, votes, labels).labels_changed.tolist() == [0.7, 0.5]


def test_a_row_whose_class_nobody_votes_for_is_not_right() -> None:
    votes, _ = _alone_on_the_common_class()
    model = make_label_model("snorkel", 2, seed=0).fit(votes, class_balance=[0.85, 0.15])
    contradicted = (np.arange(len(votes)) >= 800) & (votes[:, 3] == 1)
    assert (model.predict_proba(votes[contradicted]).argmax(axis=1) == 0).all()
    labels = np.where(contradicted, 0, -1)
    assert marginal_value(model, votes, labels).accuracy_gain[3] == 0
