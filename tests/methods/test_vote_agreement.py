from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from workbench.methods.majority import MajorityVote
from workbench.methods.vote_agreement import dependent_pairs, implied_accuracy
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
