"""How well the meetings of labeling functions tell how right each of them is."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.methods.votes import VotePatterns
from workbench.methods.votes_together import vote_together

MIN_TELLING: Final = 80.0
"""So many telling meetings for each class that a function names tell how right it is."""

MIN_TELLING_SHARE: Final = 0.5
"""Fewer do, too, where they are such a share of its meetings.

Of three functions that meet each other equally often it is 0.67, of many 1, across two sides 0: of
few rows the votes tell little, but no more of one function than of another.
"""

_UNMET: Final = 1e-3
"""Meetings with a known function that each function is given, so that a matrix has an inverse."""


def told_by_meetings(
    patterns: VotePatterns, n_classes: int, *, silence_tells: bool
) -> NDArray[np.bool_]:
    """Tell which functions meet others such that votes tell how right they are.

    How often two independent labeling functions (LFs) agree gives the product of what each is
    better than chance, so log agreement = u_i + u_j. Where i and j meet on w_ij rows, least squares
    gives each u_j a variance of (Q^-1)_jj, with Q = diag(sum_i w_ij) + w, the signless Laplacian
    of the graph of meetings. Its inverse is the number of meetings with LFs of known accuracy that
    would tell as much of j: its telling meetings. Q is singular where LFs that are linked by
    meetings fall into two sides, and meet across only: a star, a tree, a chain. There the
    accuracies of one side can be raised and those of the other lowered without a trace. A cycle of
    odd length, such as three LFs that meet each other, ends that, as far as it has rows.

    Parameters
    ----------
    patterns
        Unique votes and their counts.
    n_classes
        Number of classes K.
    silence_tells
        LFs of one class meet others on rows where they abstain, too: how often two speak together
        tells of them as much as whether they agree. So it is for models that account for this
        (Snorkel's), where LFs speak independently of each other given the class.

    Returns
    -------
    ndarray
        (m,) whether an LF has 80 telling meetings for each class that it names, or half of its
        meetings are.
    """
    votes, counts = patterns.votes, patterns.counts.astype(np.float64)
    meet, _ = vote_together(votes, n_classes, counts)
    n_votes = np.diag(meet).copy()
    named = np.stack([(votes == k).any(axis=0) for k in range(n_classes)]).sum(axis=0)
    if silence_tells:
        is_single = named == 1
        would_meet = np.outer(n_votes, n_votes) / max(counts.sum(), 1)
        meet = np.where(is_single[:, None] | is_single, np.maximum(meet, would_meet), meet)
    np.fill_diagonal(meet, 0)
    n_meetings = meet.sum(axis=1)
    telling = 1 / np.diag(np.linalg.inv(np.diag(n_meetings + _UNMET) + meet))
    is_spread = (n_meetings > 0) & (telling >= MIN_TELLING_SHARE * n_meetings)
    return np.asarray(is_spread | (telling >= MIN_TELLING * named))
