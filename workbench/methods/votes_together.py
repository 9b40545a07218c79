"""How often each two labeling functions vote together, and alike."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.methods.pattern_model import BLOCK_ROWS
from workbench.methods.votes import Votes, vote_indicators
from workbench.types import ABSTAIN

DENSE_GAIN: Final = 80.0
"""A product of dense votes takes about so much less time for an entry than one of sparse votes."""


def vote_together(
    votes: Votes, n_classes: int, weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Count the weighted rows on which both of two functions vote, and on which they vote alike.

    Parameters
    ----------
    votes
        (n, m) validated votes.
    n_classes
        Number of classes K.
    weights
        (n,) what each row counts for.

    Returns
    -------
    tuple of ndarray
        (m, m) where both vote, and (m, m) where both vote alike; on the diagonals where one votes.
    """
    from scipy import sparse

    m = votes.shape[1]
    together, alike = np.zeros((m, m)), np.zeros((m, m))
    is_dense = DENSE_GAIN * np.count_nonzero(votes != ABSTAIN) ** 2 > n_classes * votes.size**2
    for start in range(0, len(votes), BLOCK_ROWS):
        block, weight = votes[start : start + BLOCK_ROWS], weights[start : start + BLOCK_ROWS]
        if is_dense:
            together += _weighed(block != ABSTAIN, weight)
            for k in range(n_classes):
                alike += _weighed(block == k, weight)
            continue
        root = sparse.diags_array(np.sqrt(weight))
        says = (root @ vote_indicators(block, n_classes)).tocsc()
        weighted = root @ sparse.csc_array((block != ABSTAIN).astype(np.float64))
        together += (weighted.T @ weighted).toarray()
        for k in range(n_classes):
            column = says[:, k::n_classes]
            alike += (column.T @ column).toarray()
    return together, alike


def _weighed(is_vote: NDArray[np.bool_], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted rows that each two columns share; (m, m)."""
    shares = is_vote.astype(np.float64)
    return (shares * weight[:, None]).T @ shares


def expected_together(
    votes: Votes, believed: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what `vote_together` would be of functions that are independent given the class.

    Parameters
    ----------
    votes
        (n, m) validated votes.
    believed
        (n, K) how many of the rows are of each class.

    Returns
    -------
    tuple of ndarray
        (m, m) where both would vote, and (m, m) where both would vote alike.
    """
    m, K = votes.shape[1], believed.shape[1]
    by_class = np.zeros((m * K, K))
    for start in range(0, len(votes), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        by_class += vote_indicators(votes[rows], K).T @ believed[rows]
    says = by_class.reshape(m, K, K)
    size = np.maximum(believed.sum(axis=0), 1e-12)
    voted = says.sum(axis=1)
    together, alike = (voted / size) @ voted.T, np.zeros((m, m))
    for k in range(K):
        alike += (says[:, k] / size) @ says[:, k].T
    return together, alike
