"""Views on the labels of texts: several out-of-sample opinions, each wrong in its own way.

What `label_ranking` pools: the probabilities of the audit, from a model that is regularised enough
not to follow single wrong labels; a model that learns from the undisputed rows only (Northcutt et
al., JAIR 70 (2021), "learning with cleaned data"); and the neighbours' labels.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_probs
from workbench.methods.label_ranking import pool_views
from workbench.methods.learner import SoftLabelClassifier, assign_folds
from workbench.methods.neighbours import Neighbours

N_NEIGHBORS: Final = 30

AUDIT_C: Final = 1.0
"""Inverse penalty of the audit's model: a weaker one learns the wrong labels by heart."""

UNDISPUTED_C: Final = 10.0
"""That of the model that learns from undisputed rows, where there is less to learn by heart."""

N_SPLITS: Final = 5

FEW_SPLITS_FROM: Final = 20_000
"""From so many rows on, three folds leave each model enough to learn from."""

MAX_LEARNT: Final = 40_000
"""A model learns from at most so many rows, drawn at random: more hardly change its opinion."""

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
    may_learn = _check_learnt(learnt, len(given))
    probs = np.zeros((len(given), n_classes))
    for _ in range(n_repeats):
        fold = _deal(given, groups, rng)
        probs += _cross_fit(X, given, n_classes, fold, may_learn, C=AUDIT_C, rng=rng)
    return pool_views(given, [probs / n_repeats])[0]


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
    may_learn = _check_learnt(learnt, n) & undisputed
    try:
        fold = _deal(given, groups, rng)
    except _TooFewGroupsError:
        return matrix
    return _cross_fit(X, given, k, fold, may_learn, C=UNDISPUTED_C, rng=rng, otherwise=matrix)


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
    may_vote = (neighbours.rows >= 0) & _check_learnt(learnt, n)[neighbours.rows]
    weight = np.where(may_vote, np.maximum(neighbours.similarity, 0), 0)
    cells = np.arange(n)[:, None] * n_classes + given[neighbours.rows]
    votes = np.bincount(cells.ravel(), weight.ravel().astype(np.float64), minlength=n * n_classes)
    probs = votes.reshape(n, n_classes) + np.bincount(given, minlength=n_classes) / max(n, 1)
    return np.asarray(probs / probs.sum(axis=1, keepdims=True))


class _TooFewGroupsError(MethodError):
    """There are no two rows that could stand in different folds."""


def _deal(
    given: npt.NDArray[np.int64], groups: npt.ArrayLike | None, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Return the fold of each row."""
    n = len(given)
    rows = np.arange(n) if groups is None else np.asarray(groups)
    if rows.shape != (n,):
        raise MethodError(f"groups has shape {rows.shape}, not ({n:,},)")
    _, group = np.unique(rows, return_inverse=True)
    n_groups = int(group.max()) + 1 if n else 0
    n_splits = min(N_SPLITS if n < FEW_SPLITS_FROM else 3, n_groups)
    if n_splits < 2:
        raise _TooFewGroupsError(
            f"out-of-fold probabilities need two folds; there are {n_groups} distinct rows",
            hint="Label more rows that are not near-duplicates of each other.",
        )
    return assign_folds(given, group, n_splits, rng=rng)


def _cross_fit(
    X: Any,
    given: npt.NDArray[np.int64],
    k: int,
    fold: npt.NDArray[np.int64],
    may_learn: npt.NDArray[np.bool_],
    *,
    C: float,
    rng: np.random.Generator,
    otherwise: npt.NDArray[np.float64] | None = None,
) -> npt.NDArray[np.float64]:
    """Predict each fold by a model of the others; a class it has not seen has its share of rows.

    Where nothing is left to learn from, the answer is `otherwise`, or the shares of the classes.
    """
    share = np.bincount(given, minlength=k) / len(given)
    probs = np.tile(share, (len(given), 1)) if otherwise is None else otherwise.copy()
    for held_out in range(int(fold.max()) + 1):
        inside = fold == held_out
        learnt = np.flatnonzero(may_learn & ~inside)
        if not len(learnt):
            continue
        if len(learnt) > MAX_LEARNT:
            learnt = np.sort(rng.choice(learnt, MAX_LEARNT, replace=False))
        model = SoftLabelClassifier(k, C=C).fit(X[learnt], given[learnt])
        unseen = np.where(np.isneginf(model.intercept_), share, 0)
        probs[inside] = model.predict_proba(X[inside]) * (1 - unseen.sum()) + unseen
    return probs


def _check_learnt(learnt: npt.ArrayLike | None, n: int) -> npt.NDArray[np.bool_]:
    """Return which rows may be learnt from, or raise."""
    if learnt is None:
        return np.ones(n, np.bool_)
    mask = np.asarray(learnt)
    if mask.shape != (n,) or mask.dtype != bool:
        raise MethodError(f"learnt must be {n:,} booleans, not {mask.dtype} of {mask.shape}")
    return mask
