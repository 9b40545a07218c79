"""Views on the labels of texts: several out-of-sample opinions, each wrong in its own way.

What `label_ranking` pools: the probabilities of the audit, a model that learns from the undisputed
rows only (Northcutt et al., JAIR 70 (2021), "learning with cleaned data"), and the neighbours'
labels. A third, more regularised model was tried and dropped: it cost as much and ranked no better.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_mask, check_probs
from workbench.methods.cross_fitting import TooFewGroupsError, cross_fit, deal_folds
from workbench.methods.label_ranking import pool_views
from workbench.methods.neighbours import Neighbours

N_NEIGHBORS: Final = 30

REPEATED_BELOW: Final = 2_000
"""With fewer rows the folds decide much: their answers are averaged over several deals."""

N_REPEATS: Final = 3


def audit_probabilities(
    X: Any,
    labels: npt.ArrayLike,
    n_classes: int,
    *,
    groups: npt.ArrayLike | None = None,
    learnt: npt.ArrayLike | None = None,
    told: npt.ArrayLike | None = None,
    n_repeats: int | None = None,
    rng: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """Return calibrated out-of-fold probabilities, repeated where there are few rows.

    Folds are stratified by class and keep groups whole. Calibration is temperature and class
    offsets (Guo et al., "On calibration of modern neural networks", ICML 2017, section 4.2), fitted
    to the given labels: K + 1 numbers from n rows.

    Parameters
    ----------
    X
        Features of shape (n, n_features), sparse or dense.
    labels
        Given labels, shape (n,).
    n_classes
        K, the number of classes.
    groups
        Integers of shape (n,): rows with one value, such as near-duplicates, share a fold.
    learnt
        Mask of shape (n,): rows that models may learn from; the others, such as evaluation rows,
        are only predicted. All by default.
    told
        Mask of shape (n,): rows whose label is one, that calibration may read. All by default.
    n_repeats
        How many deals of the folds; by default 3 below 2,000 rows, otherwise 1.
    rng
        Source of the folds.

    Returns
    -------
    ndarray
        Shape (n, K), float64, rows summing to 1.

    Raises
    ------
    MethodError
        Where there are fewer than two groups, or shapes or values are off.
    """
    given = check_labels(labels, n_classes, n_rows=X.shape[0])
    if n_repeats is None:
        n_repeats = N_REPEATS if len(given) < REPEATED_BELOW else 1
    if n_repeats < 1:
        raise MethodError(f"n_repeats is {n_repeats}, but must be at least 1")
    probs = np.zeros((len(given), n_classes))
    for _ in range(n_repeats):
        fold = deal_folds(given, groups=groups, rng=rng)
        probs += cross_fit(X, given, n_classes, fold, learnt=learnt, rng=rng)
    return pool_views(given, [probs / n_repeats], told=told)[0]


def label_views(
    X: Any,
    labels: npt.ArrayLike,
    probs: npt.ArrayLike,
    neighbours: Neighbours | None = None,
    *,
    groups: npt.ArrayLike | None = None,
    learnt: npt.ArrayLike | None = None,
    rng: np.random.Generator,
) -> list[npt.NDArray[np.float64]]:
    """Return out-of-sample views on the labels of texts.

    Parameters
    ----------
    X
        Features of shape (n, n_features), sparse or dense.
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample probabilities of the audit, shape (n, K).
    neighbours
        The nearest rows of each row (`neighbours.nearest_neighbours`), near-duplicates left out;
        without them that view is missing.
    groups
        Integers of shape (n,): rows with one value, such as near-duplicates, share a fold.
    learnt
        See `audit_probabilities`.
    rng
        Source of the folds.

    Returns
    -------
    list of ndarray
        Two or three of shape (n, K), rows summing to 1: `probs`, those of
        `undisputed_probabilities`, those of the neighbours.

    Raises
    ------
    MethodError
        Where shapes or values are off.
    """
    matrix = check_probs(probs).astype(np.float64)
    views = [
        matrix,
        undisputed_probabilities(X, labels, matrix, groups=groups, learnt=learnt, rng=rng),
    ]
    if neighbours is not None:
        views.append(neighbour_probabilities(labels, neighbours, matrix.shape[1], learnt=learnt))
    return views


def undisputed_probabilities(
    X: Any,
    labels: npt.ArrayLike,
    probs: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    learnt: npt.ArrayLike | None = None,
    rng: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """Give each row the probabilities of a model that learnt from other, undisputed rows.

    Parameters
    ----------
    X
        Features of shape (n, n_features), sparse or dense.
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample probabilities, shape (n, K); a row is disputed where another class leads.
    groups, learnt
        See `label_views`.
    rng
        Source of the folds.

    Returns
    -------
    ndarray
        Shape (n, K), float64, rows summing to 1; `probs` where a fold leaves nothing undisputed.

    Raises
    ------
    MethodError
        Where shapes or values are off.
    """
    matrix = check_probs(probs).astype(np.float64)
    n, k = matrix.shape
    given = check_labels(labels, k, n_rows=n)
    undisputed = matrix[np.arange(n), given] >= matrix.max(axis=1)
    may_learn = check_mask(learnt, n, name="learnt") & undisputed
    try:
        fold = deal_folds(given, groups=groups, rng=rng)
    except TooFewGroupsError:
        return matrix
    return cross_fit(X, given, k, fold, learnt=may_learn, otherwise=matrix, rng=rng)


def neighbour_probabilities(
    labels: npt.ArrayLike,
    neighbours: Neighbours,
    n_classes: int,
    *,
    learnt: npt.ArrayLike | None = None,
) -> npt.NDArray[np.float64]:
    """Return the labels of the neighbours as probabilities, weighted by similarity.

    One more vote is split by the shares of all labels, so that no class has probability 0 for lack
    of neighbours alone.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    neighbours
        The nearest rows of each row.
    n_classes
        K, the number of classes.
    learnt
        Mask of shape (n,): rows that may vote; all by default.

    Returns
    -------
    ndarray
        Shape (n, K), float64, rows summing to 1.

    Raises
    ------
    MethodError
        Where the labels or the mask are off.
    """
    n = len(neighbours.rows)
    given = check_labels(labels, n_classes, n_rows=n)
    may_vote = (neighbours.rows >= 0) & check_mask(learnt, n, name="learnt")[neighbours.rows]
    weight = np.where(may_vote, np.maximum(neighbours.similarity, 0), 0)
    cells = np.arange(n)[:, None] * n_classes + given[neighbours.rows]
    votes = np.bincount(cells.ravel(), weight.ravel().astype(np.float64), minlength=n * n_classes)
    probs = votes.reshape(n, n_classes) + np.bincount(given, minlength=n_classes) / max(n, 1)
    return np.asarray(probs / probs.sum(axis=1, keepdims=True))
