"""What each labeling function adds to a label model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import MethodError
from workbench.methods.checks import check_labels
from workbench.methods.label_model import contradicts_votes, top_classes
from workbench.methods.pattern_model import PatternModel
from workbench.methods.votes import VotePatterns, Votes, check_votes, unique_patterns
from workbench.types import ABSTAIN, NO_LABEL


@dataclass(frozen=True, slots=True)
class MarginalValue:
    """What a label model loses when a labeling function abstains; arrays of shape (m,).

    Attributes
    ----------
    covered_alone
        Share of the rows that only this LF votes on.
    labels_changed
        Share of the rows whose top classes change without it. Those that only it votes on are
        lost, or get the class of rows without a vote: they count unless they had just that.
    accuracy_gain
        Expected share of the labelled rows that are labelled right with it, less that without it;
        negative where the LF does harm, nan where there are no labelled rows. A row that no other
        LF votes on is lost without it.
    n_judged
        Labelled rows that it votes on, from which the gain comes.
    """

    covered_alone: NDArray[np.float64]
    labels_changed: NDArray[np.float64]
    accuracy_gain: NDArray[np.float64]
    n_judged: NDArray[np.int64]


def marginal_value(
    model: PatternModel,
    votes: ArrayLike,
    labels: ArrayLike | None = None,
    *,
    unfair: Mapping[int, NDArray[np.int64]] | None = None,
    default: int | None = None,
) -> MarginalValue:
    """Measure what each labeling function adds, given all others.

    Its votes are taken away and the rows are predicted again; what was learnt of the other LFs
    stays. Copies that share their evidence (`PatternModel.share`) stand in for each other. A row
    that no vote is left on has no label any more, whatever the model believes of such
    rows, and is as little right as one whose top class nobody votes for. Takes time in proportion
    to the distinct rows of votes, times the functions.

    Parameters
    ----------
    model
        A fitted label model.
    votes
        (n, m) votes, n >= 1.
    labels
        (n,) trusted labels, -1 where there is none.
    unfair
        By column, distinct rows whose labels do not judge an LF: they chose it.
    default
        The class that rows without a vote get; None where they stay without a label.

    Returns
    -------
    MarginalValue
        Shares of the n rows.

    Raises
    ------
    MethodError
        If there is no row, or votes or labels are malformed.
    """
    matrix = check_votes(votes, model.n_classes)
    n, m = matrix.shape
    if n == 0:
        raise MethodError("There are no rows to measure on.", hint="Import some rows.")
    if labels is None:
        labels = np.full(n, NO_LABEL)
    truth = check_labels(labels, model.n_classes, n_rows=n, allow_none=True)
    labelled = truth != NO_LABEL
    # Rows with the same votes fare alike: the distinct ones are few.
    patterns = unique_patterns(matrix)
    said, counts = patterns.votes, patterns.counts
    of_class = np.zeros((len(said), model.n_classes))
    np.add.at(of_class, (patterns.inverse[labelled], truth[labelled]), 1)
    probs = model.predict_patterns(patterns)
    top, credit = top_classes(probs), _credit(said, probs, default)
    n_votes = np.count_nonzero(said != ABSTAIN, axis=1)
    alone, changed, gain = np.zeros(m), np.zeros(m), np.full(m, np.nan)
    n_judged = np.zeros(m, dtype=np.int64)
    for j in range(m):
        rows = np.flatnonzero(said[:, j] != ABSTAIN)
        without = said[rows]
        without[:, j] = _stand_in(without, j, model.copy_of_)
        left = model.predict_patterns(VotePatterns(without, counts[rows], rows))
        is_alone = n_votes[rows] == 1
        alone[j] = counts[rows] @ is_alone / n
        is_other = np.where(
            is_alone,
            True if default is None else credit[rows, default] < 1,
            (top[rows] != top_classes(left)).any(axis=1),
        )
        changed[j] = counts[rows] @ is_other / n
        judging, n_labelled = of_class[rows], np.count_nonzero(labelled)
        if unfair is not None and j in unfair:
            out = unfair[j][labelled[unfair[j]]]
            lost = np.zeros_like(of_class)
            np.add.at(lost, (patterns.inverse[out], truth[out]), 1)
            judging, n_labelled = judging - lost[rows], n_labelled - len(out)
        n_judged[j] = judging.sum()
        if n_labelled:
            less = credit[rows] - _credit(without, left, default)
            gain[j] = (judging * less).sum() / n_labelled
    return MarginalValue(alone, changed, gain, n_judged)


def _stand_in(votes: Votes, j: int, copy_of: NDArray[np.int64] | None) -> Votes:
    """Return what the copies of an LF say in its place, (u,): nothing where it has none."""
    left = np.full(len(votes), ABSTAIN, dtype=votes.dtype)
    if copy_of is not None:
        for twin in np.flatnonzero(copy_of == copy_of[j]):
            if twin != j:
                left = np.where(left == ABSTAIN, votes[:, twin], left)
    return left


def _credit(votes: Votes, probs: NDArray[np.float64], default: int | None) -> NDArray[np.float64]:
    """Chance of each class (u, K) to be the label when ties at the top are broken at random.

    It is 0 for all classes where the row gets no label.
    """
    top = top_classes(probs)
    credit = np.asarray(top / top.sum(axis=1, keepdims=True))
    credit[contradicts_votes(votes, probs)] = 0
    has_no_vote = (votes == ABSTAIN).all(axis=1)
    credit[has_no_vote] = 0
    if default is not None:
        credit[has_no_vote, default] = 1
    return credit
