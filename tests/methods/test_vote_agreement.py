from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from workbench.methods.majority import MajorityVote
from workbench.methods.vote_agreement import (
    count_once,
    dependent_pairs,
    find_copies,
    implied_accuracy,
)
from workbench.methods.votes import unique_patterns

Votes = NDArray[np.int64]


def independent(n: int, m: int, *, accuracy: float, seed: int = 0) -> Votes:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, n)
    votes = np.where(rng.random((n, m)) < accuracy, truth[:, None], 1 - truth[:, None])
    return np.where(rng.random((n, m)) < 0.4, votes, -1)


def believed(votes: Votes) -> NDArray[np.float64]:
    return MajorityVote(2).fit(votes).predict_proba(votes)


def test_a_copy_is_found() -> None:
    votes = independent(2000, 6, accuracy=0.8)
    votes[:, 4] = votes[:, 1]
    (pair,) = [p for p in dependent_pairs(votes, believed(votes)) if p.is_copy]
    assert (pair.first, pair.second) == (1, 4)
    assert pair.similarity == 1


def copies_in(votes: Votes) -> list[int]:
    return find_copies(unique_patterns(votes), 2).tolist()


def test_what_is_nearly_the_same_is_a_copy_whatever_the_order() -> None:
    votes = independent(2000, 6, accuracy=0.8)
    votes[:, 4] = votes[:, 2] = votes[:, 1]
    votes[:20, 4] = -1
    assert copies_in(votes) == [0, 1, 1, 3, 1, 5]
    assert copies_in(votes[:, ::-1]) == [0, 1, 2, 1, 1, 5]
    assert (
        count_once(votes, np.array([0, 1, 1, 3, 1, 5]), 2).tolist()
        == votes[:, [0, 1, 3, 5]].tolist()
    )


def test_most_of_the_copies_speak_for_all() -> None:
    votes = np.array([[0, 0, 1], [-1, 1, -1], [0, 1, -1], [-1, -1, -1]])
    assert count_once(votes, np.zeros(3, dtype=np.int64), 2).ravel().tolist() == [0, 1, -1, -1]


def test_copies_that_outvote_all_others_are_found() -> None:
    votes = independent(2000, 4, accuracy=0.8)
    assert copies_in(votes[:, [0, 0, 0, 0, 0, 0, 1, 2, 3]]) == [0, 0, 0, 0, 0, 0, 6, 7, 8]


def test_functions_that_are_nearly_always_right_are_no_copies() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 4000)
    votes = np.where(rng.random((4000, 5)) < 0.985, truth[:, None], 1 - truth[:, None])
    assert (votes[:, 0] == votes[:, 1]).mean() > 0.95
    assert copies_in(votes) == [0, 1, 2, 3, 4]


def test_annotators_of_one_batch_are_no_copies() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 800)
    votes = np.full((800, 40), -1)
    for start in range(0, 800, 100):
        batch, five = (
            np.arange(start, start + 100),
            np.arange(start // 100 * 5, start // 100 * 5 + 5),
        )
        votes[np.ix_(batch, five)] = truth[batch, None] ^ (rng.random((100, 5)) < 0.02)
    assert copies_in(votes) == list(range(40))


@pytest.mark.parametrize(("n_votes", "is_copy"), [(3, False), (60, True)])
def test_a_few_votes_alike_are_no_evidence(n_votes: int, is_copy: bool) -> None:
    votes = independent(4000, 6, accuracy=0.8)
    rows = np.flatnonzero(votes[:, 0] == 1)[:n_votes]
    sparse = np.full((4000, 2), -1)
    sparse[rows] = 1
    assert (copies_in(np.hstack([votes, sparse]))[-1] == 6) is is_copy


def test_a_function_that_follows_another_is_correlated() -> None:
    votes = independent(4000, 6, accuracy=0.8)
    follows = np.random.default_rng(1).random(4000) < 0.7
    votes[:, 3] = np.where(follows, votes[:, 0], votes[:, 3])
    first = dependent_pairs(votes, believed(votes))[0]
    assert (first.first, first.second, first.is_copy) == (0, 3, False)
    assert first.excess > 0.3


def test_independent_functions_are_not_accused() -> None:
    votes = independent(4000, 8, accuracy=0.75)
    assert dependent_pairs(votes, believed(votes)) == []


def test_functions_that_hardly_vote_are_not_compared() -> None:
    votes = np.full((100, 2), -1)
    votes[:5] = 1
    assert dependent_pairs(votes, believed(votes)) == []


@pytest.mark.parametrize("accuracy", [0.7, 0.9])
def test_agreement_implies_the_accuracy(accuracy: float) -> None:
    votes = independent(20_000, 8, accuracy=accuracy)
    assert implied_accuracy(unique_patterns(votes), 2) == pytest.approx(accuracy, abs=0.01)


def test_functions_of_one_class_are_not_held_to_agreement() -> None:
    votes = np.array([[0, 1, -1], [0, -1, 1], [-1, 1, 1]])
    assert implied_accuracy(unique_patterns(votes), 2) == 1


def test_functions_that_never_meet_imply_nothing() -> None:
    assert implied_accuracy(unique_patterns(np.array([[0, -1], [-1, 1]])), 2) is None
