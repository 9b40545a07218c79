"""How labeling functions vote together: copies, dependence, and what their agreement implies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.methods.checks import check_probs
from workbench.methods.majority import MajorityVote
from workbench.methods.votes import VotePatterns, Votes, unique_patterns
from workbench.methods.votes_together import expected_together, vote_together
from workbench.types import ABSTAIN

COPY_SIMILARITY: Final = 0.95
"""Copies vote alike on at least this share of the rows on which either votes."""

COPY_DIFFERENCES: Final = 0.25
"""Copies differ on at most this share of the rows on which independent functions would.

Functions that are right nearly always are alike too, but differ as independent ones do: each adds
what the other misses.
"""

MIN_DIFFERENCES: Final = 20.0
"""Where independent functions would differ on fewer rows than this, alike votes show no copy.

Of 20 such rows a quarter or less is left by chance once in 14,000 pairs (Poisson).
"""

MIN_SAME: Final = 20
"""Fewer votes than this, all the same, show no copy."""

MIN_SAME_DIFFERENCES: Final = 10.0
"""Where independent functions would differ on fewer rows, votes that are all the same show no copy.

Of 10 such rows none is left by chance once in 22,000 pairs (Poisson).
"""

MIN_MEETINGS: Final = 200.0
"""Fewer meetings of two votes do not tell how good functions are."""

MAX_COMPARED: Final = 2_000
"""More functions than this are not compared pair by pair."""

_LEAST_NOISE: Final = 0.01
"""Variance of a single agreement, at least."""

MIN_EXCESS: Final = 0.25
"""Correlated: so much of the rarer function's votes is shared beyond what the classes explain."""

MIN_VOTES: Final = 10
"""Functions with fewer votes than this are not compared."""

MAX_PAIRS: Final = 20
"""At most so many pairs are named, the most alike first."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often labeling functions that could differ agree.

    Attributes
    ----------
    accuracy
        That of independent, equally good LFs that agree as often, in [1 / K, 1].
    n_meetings
        Pairs of their votes on one row.
    unevenness
        Variance of the agreement of two LFs, from pair to pair, as a multiple of what chance leaves
        of equally good ones.
    """

    accuracy: float
    n_meetings: float
    unevenness: float


@dataclass(frozen=True, slots=True)
class FunctionPair:
    """Two labeling functions that do not vote independently.

    Attributes
    ----------
    first, second
        Their columns, ``first < second``.
    similarity
        Rows on which both vote alike, as a share of the rows on which either votes.
    excess
        Rows on which both vote alike beyond what independence given the class explains, as a
        share of the votes of the rarer one.
    is_copy
        `find_copies` takes them for one: one of the two can go.
    """

    first: int
    second: int
    similarity: float
    excess: float
    is_copy: bool

    @property
    def is_alike(self) -> bool:
        """Whether they vote as much alike as copies do, whether or not they are taken for such."""
        return self.similarity >= COPY_SIMILARITY


def find_copies(patterns: VotePatterns, n_classes: int) -> NDArray[np.int64]:
    """Find labeling functions that are so alike that they cannot be independent opinions.

    Copies vote alike on 95 % of the rows on which either votes. So do LFs that are right nearly
    always; but copies are also wrong together, so they differ on at most a quarter of the rows that
    LFs which are independent given the class would differ on. These have to be 20 at least: what
    hardly votes, or would hardly differ anyway, proves nothing. Copies of a copy are copies.

    The class is that of the majority vote, in which columns that are the same vote once, or copies
    could outvote what tells them apart. LFs that can name different classes are compared where both
    vote: that they vote on the same rows proves nothing, as annotators of one batch do. LFs of one
    class can differ only in where they vote.

    Columns of 20 votes or more that are the same, row by row, are copies, unless what the others
    say on their rows shows that they are right nearly always (annotators of a small batch). Copies
    that differ here and there may outvote the rest, and look like LFs that are right nearly always.
    They are judged by the others too, of which two at least have to meet: how often these agree
    with each other tells how good they are, and how often with a copy how good that is. Where that
    cannot be told nothing is joined: `dependent_pairs` names such pairs.

    Parameters
    ----------
    patterns
        Unique votes and their counts.
    n_classes
        Number of classes K.

    Returns
    -------
    ndarray
        (m,) int64: the first of the columns that are copies of each other; an LF that is no copy
        has its own number. More than 2,000 LFs are not compared.
    """
    from scipy.sparse.csgraph import connected_components

    votes, counts = patterns.votes, patterns.counts.astype(np.float64)
    m = votes.shape[1]
    itself = np.arange(m)
    if not 2 <= m <= MAX_COMPARED or len(votes) == 0:
        return itself
    same = _same_columns(votes)
    different = VotePatterns(votes[:, list(same)], patterns.counts, patterns.inverse)
    believed = MajorityVote(n_classes).fit_patterns(different).predict_patterns(different)
    together, alike = vote_together(votes, n_classes, counts)
    would_meet, would_agree = expected_together(votes, believed * counts[:, None])
    both = np.add.outer(np.diag(alike), np.diag(alike))
    can_differ = _could_differ(votes, n_classes)
    differ = np.where(can_differ, together, both - together) - alike
    would_differ = np.where(
        can_differ,
        together * (1 - would_agree / np.maximum(would_meet, 1e-12)),
        both - would_meet - would_agree,
    )
    is_copy = alike >= COPY_SIMILARITY * (both - together)
    is_copy &= (would_differ >= MIN_DIFFERENCES) & (differ <= COPY_DIFFERENCES * would_differ)
    is_near = can_differ & (alike >= COPY_SIMILARITY * (both - together)) & (both > 0)
    by_others = _differences_by_others(together, alike, can_differ, is_near, n_classes)
    is_copy |= is_near & (by_others >= MIN_DIFFERENCES) & (differ <= COPY_DIFFERENCES * by_others)
    if len(same) < m:
        tally = _tally(different.votes, n_classes)
        for first, columns in same.items():
            if len(columns) > 1:
                is_copy[first, columns] |= _are_copies(votes[:, first], tally, counts)
    _, group = connected_components(is_copy, directed=False)
    _, kept = np.unique(group, return_index=True)
    copy_of: NDArray[np.int64] = kept[group]
    return copy_of


def _differences_by_others(
    together: NDArray[np.float64],
    alike: NDArray[np.float64],
    can_differ: NDArray[np.bool_],
    is_near: NDArray[np.bool_],
    n_classes: int,
) -> NDArray[np.float64]:
    """Rows on which functions that vote alike would differ, judged by all others; (m, m).

    Independent functions agree beyond chance by the product of what each is better than chance. So
    how often the others agree with each other tells how good they are, and how often they agree
    with a function how good that is. 0 where fewer than `MIN_MEETINGS` votes tell it.
    """
    from scipy.sparse.csgraph import connected_components

    K = n_classes
    meet = np.where(can_differ, together, 0.0)
    np.fill_diagonal(meet, 0)
    beyond = np.where(meet > 0, (K * alike - together) / (K - 1), 0.0)
    found = np.zeros_like(together)
    _, family = connected_components(is_near, directed=False)
    # That copies among the others agree tells nothing of how good they are.
    is_apart = family[:, None] != family
    meet, beyond = meet * is_apart, beyond * is_apart
    all_meet, all_beyond = meet.sum(), beyond.sum()
    for one in np.flatnonzero(np.bincount(family) > 1):
        own = np.flatnonzero(family == one)
        with_own, among = meet[own].sum(axis=1), all_meet - 2 * meet[own].sum()
        shared = all_beyond - 2 * beyond[own].sum()
        if among < MIN_MEETINGS or shared <= 0:
            continue
        better = beyond[own].sum(axis=1) / np.maximum(with_own, 1)
        better = np.clip(better / np.sqrt(shared / among), 0, 1)
        is_told = with_own >= MIN_MEETINGS
        would = (1 - 1 / K) * (1 - np.outer(better, better)) * np.outer(is_told, is_told)
        found[np.ix_(own, own)] = together[np.ix_(own, own)] * would
    return found


def _same_columns(votes: Votes) -> dict[int, list[int]]:
    """Return the columns that are the same, by the first of them, in order."""
    same: dict[bytes, list[int]] = {}
    for j in range(votes.shape[1]):
        same.setdefault(votes[:, j].tobytes(), []).append(j)
    return {columns[0]: columns for columns in same.values()}


def _tally(votes: Votes, n_classes: int) -> NDArray[np.int16]:
    """Count the votes for each class, (n, K)."""
    tally = np.empty((len(votes), n_classes), np.int16)
    for k in range(n_classes):
        (votes == k).sum(axis=1, out=tally[:, k])
    return tally


def _are_copies(column: Votes, tally: NDArray[np.int16], counts: NDArray[np.float64]) -> bool:
    """Tell whether functions that vote the same everywhere, as ``column``, can only be copies.

    They need not be where the majority of the others sides with them so often that independent
    ones would vote the same. Where nobody else votes they are taken to be wrong on half of the
    rows. ``tally`` (n, K) counts the votes of the others, and theirs once.
    """
    rows = np.flatnonzero(column != ABSTAIN)
    said, n_votes = column[rows], counts[rows].sum()
    if n_votes < MIN_SAME:
        return False
    if (said == said[0]).all():
        return True
    others, own = tally[rows], (np.arange(len(rows)), said)
    others[own] -= 1
    most = others.max(axis=1)
    leads = others == most[:, None]
    right = leads[own] / leads.sum(axis=1)
    judged = counts[rows] * (most > 0)
    wrong = (judged @ (1 - right) + 1) / (judged.sum() + 2)
    return bool(2 * wrong * (1 - wrong) * n_votes >= MIN_SAME_DIFFERENCES)


def count_once(votes: Votes, copy_of: NDArray[np.int64], n_classes: int) -> Votes:
    """Make one column of those that are copies of each other.

    Parameters
    ----------
    votes
        (n, m) validated votes.
    copy_of
        (m,) as `find_copies` returns them.
    n_classes
        Number of classes K.

    Returns
    -------
    ndarray
        (n, g) votes of the g LFs that are left, in order: what most of the copies that vote say,
        an abstain where they are divided.
    """
    kept, size = np.unique(copy_of, return_counts=True)
    once = votes[:, kept]
    for place in np.flatnonzero(size > 1):
        copies = votes[:, copy_of == kept[place]]
        tally = np.stack([(copies == y).sum(axis=1) for y in range(n_classes)], axis=1)
        leads_alone = (tally == tally.max(axis=1, keepdims=True)).sum(axis=1) == 1
        once[:, place] = np.where(leads_alone, tally.argmax(axis=1), ABSTAIN)
    return once


def dependent_pairs(
    votes: Votes, probs: ArrayLike, copy_of: NDArray[np.int64] | None = None
) -> list[FunctionPair]:
    """Find labeling functions that are copies of each other, as alike, or strongly correlated.

    Label models take LFs to be independent given the class, and count evidence that comes twice
    twice. Two LFs are expected to vote alike on sum_y P(y) P(vote_i | y) P(vote_j | y) of the
    rows; what goes beyond that is dependence.

    Parameters
    ----------
    votes
        (n, m) validated votes.
    probs
        (n, K) class probabilities, such as a label model's.
    copy_of
        (m,) what `find_copies` found on the rows that models learn from; by default it looks at
        these votes.

    Returns
    -------
    list of FunctionPair
        At most 20 pairs, the most alike first, and copies behind all others.
    """
    believed = np.asarray(check_probs(probs), np.float64)
    K = believed.shape[1]
    if copy_of is None:
        copy_of = find_copies(unique_patterns(votes), K)
    together, alike = vote_together(votes, K, np.ones(len(votes)))
    _, expected = expected_together(votes, believed)
    own = np.diag(alike)
    rarer = np.minimum(own[:, None], own)
    union = own[:, None] + own - together
    similarity = alike / np.maximum(union, 1)
    excess = (alike - expected) / np.maximum(rarer, 1)
    is_copy = copy_of[:, None] == copy_of
    is_named = is_copy | (similarity >= COPY_SIMILARITY) | (excess >= MIN_EXCESS)
    named = np.triu(is_named & (rarer >= MIN_VOTES), 1)
    first, second = np.nonzero(named)
    order = np.lexsort((-similarity[first, second], is_copy[first, second]))[:MAX_PAIRS]
    return [
        FunctionPair(
            int(i), int(j), float(similarity[i, j]), float(excess[i, j]), bool(is_copy[i, j])
        )
        for i, j in zip(first[order], second[order], strict=True)
    ]


def agreement_of(patterns: VotePatterns, n_classes: int) -> Agreement | None:
    """Measure the agreement of labeling functions (LFs), as an accuracy that would explain it.

    With errors spread evenly, two LFs of accuracy a agree with probability
    a^2 + (1 - a)^2 / (K - 1); the larger root is returned.

    Parameters
    ----------
    patterns
        Unique votes and their counts.
    n_classes
        Number of classes K.

    Returns
    -------
    Agreement or None
        Of the pairs of LFs that could both agree and disagree: two LFs of one class always agree,
        two of different classes never do. The accuracy is 1 where there are no such pairs but LFs
        meet (nothing speaks against them). None where no two LFs meet on a row.
    """
    weights = patterns.counts.astype(np.float64)
    together, alike = vote_together(patterns.votes, n_classes, weights)
    np.fill_diagonal(together, 0)
    if not together.any():
        return None
    could_differ = _could_differ(patterns.votes, n_classes)
    np.fill_diagonal(could_differ, False)
    compared = np.triu(could_differ & (together > 0))
    met, K = together[compared], n_classes
    n_meetings = float(met.sum())
    if n_meetings == 0:
        return Agreement(1.0, 0.0, 0.0)
    agreed = alike[compared] / met
    mean = float(met @ agreed) / n_meetings
    accuracy = float((1 + np.sqrt(max(0.0, (K - 1) * (K * mean - 1)))) / K)
    # A pair that always agrees, or never, is not known to the last digit.
    noise = float(np.maximum(agreed * (1 - agreed), _LEAST_NOISE).sum())
    return Agreement(accuracy, n_meetings, float(met @ (agreed - mean) ** 2) / noise)


def _could_differ(votes: Votes, n_classes: int) -> NDArray[np.bool_]:
    """Tell which pairs of functions have a class in common, and another one to name; (m, m)."""
    named = np.stack([(votes == k).any(axis=0) for k in range(n_classes)], axis=1)
    overlap = named.astype(np.int64) @ named.T
    n_named = named.sum(axis=1)
    could_differ: NDArray[np.bool_] = (overlap > 0) & (n_named[:, None] + n_named - overlap > 1)
    return could_differ
