"""How labeling functions vote together: copies, dependence, and what their agreement implies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.methods.checks import check_probs
from workbench.methods.votes import VotePatterns, Votes, vote_indicators
from workbench.types import ABSTAIN

COPY_SIMILARITY: Final = 0.95
"""From this Jaccard similarity of their votes on, two functions count as one."""

MIN_EXCESS: Final = 0.25
"""Correlated: so much of the rarer function's votes is shared beyond what the classes explain."""

MIN_VOTES: Final = 10
"""Functions with fewer votes than this are not compared."""

MAX_PAIRS: Final = 20
"""At most so many pairs are named, the most alike first."""


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
        The similarity is at least 0.95: one of the two can go.
    """

    first: int
    second: int
    similarity: float
    excess: float
    is_copy: bool


def dependent_pairs(votes: Votes, probs: ArrayLike) -> list[FunctionPair]:
    """Find labeling functions that are copies of each other or strongly correlated.

    Label models take LFs to be independent given the class, and count evidence that comes twice
    twice. Two LFs are expected to vote alike on sum_y P(y) P(vote_i | y) P(vote_j | y) of the
    rows; what goes beyond that is dependence.

    Parameters
    ----------
    votes
        (n, m) validated votes.
    probs
        (n, K) class probabilities, such as a label model's.

    Returns
    -------
    list of FunctionPair
        At most 20 pairs, the most alike first.
    """
    believed = np.asarray(check_probs(probs), np.float64)
    K = believed.shape[1]
    together, alike = _vote_together(votes, K, np.ones(len(votes)))
    expected = np.zeros_like(alike)
    mass = np.maximum(believed.sum(axis=0), 1e-12)
    indicators = vote_indicators(votes, K).tocsc()
    for k in range(K):
        by_class = indicators[:, k::K].T @ believed
        expected += (by_class / mass) @ by_class.T
    own = np.diag(alike)
    rarer = np.minimum(own[:, None], own)
    union = own[:, None] + own - together
    similarity = alike / np.maximum(union, 1)
    excess = (alike - expected) / np.maximum(rarer, 1)
    is_copy = similarity >= COPY_SIMILARITY
    named = np.triu((is_copy | (excess >= MIN_EXCESS)) & (rarer >= MIN_VOTES), 1)
    first, second = np.nonzero(named)
    order = np.argsort(-similarity[first, second], kind="stable")[:MAX_PAIRS]
    return [
        FunctionPair(
            int(i), int(j), float(similarity[i, j]), float(excess[i, j]), bool(is_copy[i, j])
        )
        for i, j in zip(first[order], second[order], strict=True)
    ]


def implied_accuracy(patterns: VotePatterns, n_classes: int) -> float | None:
    """Accuracy of independent, equally good labeling functions that agree as often as these.

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
    float or None
        In [1 / K, 1], over the pairs of LFs that could both agree and disagree: two LFs of one
        class always agree, two of different classes never do. 1 where there are no such pairs but
        LFs meet (nothing speaks against them), None where no two LFs meet on a row.
    """
    weights = patterns.counts.astype(np.float64)
    together, alike = _vote_together(patterns.votes, n_classes, weights)
    np.fill_diagonal(together, 0)
    if not together.any():
        return None
    named = np.stack([(patterns.votes == k).any(axis=0) for k in range(n_classes)], axis=1)
    overlap = named.astype(np.int64) @ named.T
    n_named = named.sum(axis=1)
    could_differ = (overlap > 0) & (n_named[:, None] + n_named - overlap > 1)
    np.fill_diagonal(could_differ, False)
    pairs = together[could_differ].sum()
    if pairs == 0:
        return 1.0
    agreement = alike[could_differ].sum() / pairs
    K = n_classes
    return float((1 + np.sqrt(max(0.0, (K - 1) * (K * agreement - 1)))) / K)


def _vote_together(
    votes: Votes, n_classes: int, weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted rows on which both of two functions vote, and on which they vote alike; (m, m)."""
    from scipy import sparse

    root = sparse.diags_array(np.sqrt(weights))
    says = (root @ vote_indicators(votes, n_classes)).tocsc()
    m = votes.shape[1]
    voted = sparse.csc_array((votes != ABSTAIN).astype(np.float64))
    weighted = root @ voted
    together: NDArray[np.float64] = (weighted.T @ weighted).toarray()
    alike = np.zeros((m, m))
    for k in range(n_classes):
        column = says[:, k::n_classes]
        alike += (column.T @ column).toarray()
    return together, alike
