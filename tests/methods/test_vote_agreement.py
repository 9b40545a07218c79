from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from workbench.methods.majority import MajorityVote
from workbench.methods.vote_agreement import (
    Agreement,
    agreement_of,
    count_once,
    dependent_pairs,
    find_copies,
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
    found = agreement_of(unique_patterns(votes), 2)
    assert found is not None
    assert found.accuracy == pytest.approx(accuracy, abs=0.01)
    # Each row has two or more votes of eight, and pairs of functions of one quality agree alike.
    assert found.n_meetings == sum(n * (n - 1) / 2 for n in (votes >= 0).sum(axis=1))
    assert 0.3 < found.unevenness < 3


def test_agreement_is_uneven_where_functions_are_not_equally_good() -> None:
    votes = independent(20_000, 8, accuracy=0.7)
    votes[:, 0] = independent(20_000, 1, accuracy=0.95)[:, 0]
    found = agreement_of(unique_patterns(votes), 2)
    assert found is not None
    assert found.unevenness > 10


def test_functions_of_one_class_are_not_held_to_agreement() -> None:
    votes = np.array([[0, 1, -1], [0, -1, 1], [-1, 1, 1]])
    assert agreement_of(unique_patterns(votes), 2) == Agreement(
        accuracy=1, n_meetings=0, unevenness=0
    )


def test_functions_that_never_meet_imply_nothing() -> None:
    assert agreement_of(unique_patterns(np.array([[0, -1], [-1, 1]])), 2) is None


def noisy(truth: Votes, accuracy: float, *, seed: int, share: float = 1.0) -> Votes:
    """One function that votes on a share of the rows."""
    rng = np.random.default_rng(seed)
    votes = np.where(rng.random(len(truth)) < accuracy, truth, 1 - truth)
    return np.where(rng.random(len(truth)) < share, votes, -1)


TRUTH = np.random.default_rng(0).integers(0, 2, 5000)
FIRST_HALF = np.arange(5000) < 2500


def alone_on_its_half() -> Votes:
    copied = np.where(FIRST_HALF, noisy(TRUTH, 0.8, seed=1), -1)
    others = [np.where(FIRST_HALF, -1, noisy(TRUTH, a, seed=2)) for a in (0.8, 0.9)]
    return np.stack([copied, copied, *others], axis=1)


def of_one_class() -> Votes:
    copied = np.where(noisy(TRUTH, 0.9, seed=1) == 1, 1, -1)
    return np.stack([copied, copied, np.where(copied == 1, -1, 0)], axis=1)


def two_and_no_other() -> Votes:
    return noisy(TRUTH, 0.8, seed=1)[:, None][:, [0, 0]]


def beside_one_other() -> Votes:
    votes = np.stack([noisy(TRUTH, 0.8, seed=1), noisy(TRUTH, 0.9, seed=2)], axis=1)
    return votes[:, [0, 0, 1]]


@pytest.mark.parametrize(
    "case", [alone_on_its_half, of_one_class, two_and_no_other, beside_one_other]
)
def test_what_is_the_same_is_a_copy_where_hardly_anybody_else_votes(
    case: Callable[[], Votes],
) -> None:
    votes = case()
    assert copies_in(votes) == [0, 0, *range(2, votes.shape[1])]
    assert copies_in(votes[::-1, ::-1])[-2:] == [votes.shape[1] - 2] * 2


@pytest.mark.parametrize(("n_votes", "expected"), [(19, [0, 1]), (20, [0, 0])])
def test_twenty_votes_that_are_the_same_are_enough(n_votes: int, expected: list[int]) -> None:
    votes = np.full((400, 2), -1)
    votes[:n_votes] = np.arange(n_votes)[:, None] % 2
    assert copies_in(votes) == expected


@pytest.mark.parametrize("seed", range(5))
def test_annotators_who_are_right_on_a_whole_small_batch_are_no_copies(seed: int) -> None:
    truth = np.random.default_rng(seed).integers(0, 2, 600)
    votes = np.full((600, 100), -1)
    for batch in range(20):
        rows, five = np.arange(30) + 30 * batch, np.arange(5) + 5 * batch
        votes[np.ix_(rows, five)] = truth[rows, None]
        votes[rows[0], five[0]] = 1 - truth[rows[0]]  # one of the five, once
    assert copies_in(votes) == list(range(100))


def nearly(votes: Votes, *, seed: int) -> Votes:
    """A copy that says something else on 2 % of the rows."""
    return np.where(np.random.default_rng(seed).random(len(votes)) < 0.02, 1 - votes, votes)


def two_sparse(accuracy: float = 0.85) -> list[Votes]:
    return [noisy(TRUTH, accuracy, seed=20 + i, share=0.3) for i in range(2)]


@pytest.mark.parametrize("n_copies", [1, 3])
def test_near_copies_that_outvote_the_rest_are_found(n_copies: int) -> None:
    base = noisy(TRUTH, 0.8, seed=1)
    copies = [nearly(base, seed=9 + i) for i in range(n_copies)]
    votes = np.stack([base, *copies, *two_sparse()], axis=1)
    assert copies_in(votes) == [0] * (n_copies + 1) + [n_copies + 1, n_copies + 2]


@pytest.mark.parametrize("m", [2, 5])
def test_those_who_are_nearly_always_right_among_poor_ones_are_no_copies(m: int) -> None:
    good = [noisy(TRUTH, 0.985, seed=30 + i) for i in range(m)]
    votes = np.stack([*good, *two_sparse(0.75), noisy(TRUTH, 0.75, seed=3)], axis=1)
    assert copies_in(votes) == list(range(m + 3))


@pytest.mark.parametrize("n_copies", [2, 4])
def test_copies_among_the_poor_do_not_make_good_ones_copies(n_copies: int) -> None:
    """They agree with each other always, which does not tell how good they are."""
    good = [noisy(TRUTH, 0.985, seed=30 + i) for i in range(2)]
    poor = [noisy(TRUTH, 0.7, seed=40 + i) for i in range(2)]
    votes = np.stack([*good, *[noisy(TRUTH, 0.65, seed=50)] * n_copies, *poor], axis=1)
    assert copies_in(votes) == [0, 1, *[2] * n_copies, n_copies + 2, n_copies + 3]


def test_copies_leave_room_for_the_pairs_that_may_be_some() -> None:
    """Seven make 21 pairs, of 20 that are returned."""
    first = noisy(TRUTH, 0.8, seed=60)
    alike = noisy(TRUTH, 0.985, seed=61), noisy(TRUTH, 0.985, seed=62)
    votes = np.stack([*[first] * 7, *alike], axis=1)
    pairs = dependent_pairs(votes, believed(votes))
    assert (pairs[0].first, pairs[0].second, pairs[0].is_copy) == (7, 8, False)
    assert len(pairs) == 20


def test_what_may_be_a_copy_is_named() -> None:
    base = noisy(TRUTH, 0.8, seed=1)
    votes = np.stack([base, nearly(base, seed=9), noisy(TRUTH, 0.9, seed=2)], axis=1)
    (pair,) = [p for p in dependent_pairs(votes, believed(votes)) if p.is_alike]
    assert (pair.first, pair.second, pair.is_copy) == (0, 1, False)
    assert pair.similarity == pytest.approx(0.96, abs=0.03)


@pytest.mark.parametrize("rate", [0.05, 0.5])
def test_sparse_and_dense_votes_are_compared_alike(rate: float) -> None:
    votes = independent(3000, 5, accuracy=0.8)
    votes[np.random.default_rng(4).random(votes.shape) > rate] = -1
    said = believed(votes)
    (pair,) = [p for p in dependent_pairs(votes[:, [0, 1, 2, 0]], said) if p.is_alike]
    assert (pair.first, pair.second, pair.similarity) == (0, 3, 1)
    mean = (votes[:, [1]] == votes[:, [2]])[(votes[:, [1]] >= 0) & (votes[:, [2]] >= 0)].mean()
    found = agreement_of(unique_patterns(votes[:, [1, 2]]), 2)
    assert found is not None
    assert found.accuracy == pytest.approx((1 + np.sqrt(max(0, 2 * mean - 1))) / 2)
