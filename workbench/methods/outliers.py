"""Rows that fit nowhere, and rows that fit in two places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.neighbours import Neighbours
from workbench.methods.uncertainty import margin

N_NEIGHBORS: Final = 10
CUTOFF: Final = 3.5
"""A score is far out from this modified z-score on (Iglewicz and Hoaglin 1993)."""

_PAIRS_A_BLOCK: Final = 10_000
_LEAST: Final = 1e-6
"""Scores keep this distance from 0 and 1, where log-odds end."""

_SIGMAS: Final = {0.75: 0.6745, 0.95: 1.6449}
"""How many standard deviations of a normal distribution lie between its median and a quantile."""


def outlier_scores(
    X: Any, candidates: Neighbours, *, n_neighbors: int = N_NEIGHBORS
) -> npt.NDArray[np.float64]:
    """Score rows by their mean cosine distance to the nearest ones.

    Kuan and Mueller, "Back to the basics: revisiting out-of-distribution detection baselines",
    ICML PODS workshop 2022. The distance is that of all features: on their leading directions
    alone, words that no other row has leave no trace, and a row of such words is near something.

    Parameters
    ----------
    X
        Features of shape (n, n_features), a sparse matrix.
    candidates
        Rows that may be the nearest of each row, such as those on the leading directions: more of
        them than count.
    n_neighbors
        How many of them count, at least 1.

    Returns
    -------
    ndarray
        `outlier_score`, shape (n,), float64, in [0, 1]: higher = further from all others. A
        neighbour that is not there, or points away, is as far as can be.

    Raises
    ------
    MethodError
        Where fewer than one neighbour is asked for, or the candidates are of other rows.
    """
    if n_neighbors < 1:
        raise MethodError(f"n_neighbors is {n_neighbors}, but must be at least 1")
    n, n_candidates = candidates.rows.shape
    if X.shape[0] != n:
        raise MethodError(f"there are features of {X.shape[0]:,} rows and candidates of {n:,}")
    length = np.sqrt(np.asarray(X.multiply(X).sum(axis=1), np.float64)).ravel()
    scores = np.empty(n)
    size = max(_PAIRS_A_BLOCK // max(n_candidates, 1), 1)
    for start in range(0, n, size):
        block = slice(start, start + size)
        other = candidates.rows[block]
        own = np.repeat(np.arange(n)[block], n_candidates)
        there = np.maximum(other.ravel(), 0)
        product = np.asarray(X[own].multiply(X[there]).sum(axis=1), np.float64).ravel()
        cosine = product / np.maximum(length[own] * length[there], 1e-30)
        near = np.where(other >= 0, cosine.reshape(other.shape), 0).clip(0, 1)
        scores[block] = (
            1 - np.sort(near, axis=1)[:, ::-1][:, :n_neighbors].sum(axis=1) / n_neighbors
        )
    return scores.clip(0, 1)


def find_outliers(scores: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Mark the scores that are far out above the rest.

    By the modified z-score of Iglewicz and Hoaglin, "How to detect and handle outliers" (1993), of
    log-odds: distances end at 1, and a fence on their own scale may lie beyond. Short texts lie on
    the near side with a long tail of near-copies, so the spread is that of the upper half. Where
    most texts are alike (lines of a log) and more than half of the scores are one, the upper
    quartile tells none, or next to none, so that it is the 95 % quantile that tells it.

    Parameters
    ----------
    scores
        Shape (n,), in [0, 1], higher = further out.

    Returns
    -------
    ndarray
        Shape (n,), bool: more than 3.5 standard deviations above the median, by the larger of
        those that the distances from the median to the two quantiles tell.

    Raises
    ------
    MethodError
        Where the scores are not a row of numbers from 0 to 1.
    """
    values = np.asarray(scores, np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise MethodError("outlier scores must be a row of numbers from 0 to 1")
    if not len(values):
        return np.zeros(0, bool)
    inside = values.clip(_LEAST, 1 - _LEAST)
    log_odds = np.log(inside / (1 - inside))
    median = np.median(log_odds)
    sigma = max((np.quantile(log_odds, q) - median) / z for q, z in _SIGMAS.items())
    return np.asarray(log_odds > median + CUTOFF * sigma)


def ambiguity(views: Sequence[npt.ArrayLike]) -> npt.NDArray[np.float64]:
    """Score rows that lie between two classes by every view.

    Parameters
    ----------
    views
        Out-of-sample class probabilities, each of shape (n, K), of `label_views.label_views`.

    Returns
    -------
    ndarray
        `ambiguity`, shape (n,), float64, in [0, 1]: the least margin uncertainty over the views,
        higher = more ambiguous. One sure view is enough to settle a row.

    Raises
    ------
    MethodError
        Where there is no view, or they are off or differ in length.
    """
    if not len(views):
        raise MethodError("there is no view on the labels", hint="Give one matrix at least.")
    unsure = [margin(view) for view in views]
    if len({len(view) for view in unsure}) > 1:
        raise MethodError("the views differ in length")
    return np.asarray(np.min(unsure, axis=0))
