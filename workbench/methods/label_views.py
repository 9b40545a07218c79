"""Views on the labels of texts: several out-of-sample opinions, each wrong in its own way.

What `label_ranking` pools: the probabilities of the audit, a more regularised model that follows
single wrong labels less, a model that learns from the undisputed rows only (Northcutt et al., JAIR
70 (2021), "learning with cleaned data"), and the neighbours' labels.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_probs
from workbench.methods.label_ranking import pool_views
from workbench.methods.learner import (
    SoftLabelClassifier,
    assign_folds,
    out_of_fold_probabilities,
)
from workbench.methods.neighbours import Neighbours

N_NEIGHBORS: Final = 30
REGULARISED_C: Final = 1.0
N_SPLITS: Final = 5


REPEATED_BELOW: Final = 2_000
"""With fewer rows the folds decide much: their answers are averaged over several deals."""

N_REPEATS: Final = 3


def audit_probabilities(
    X: Any,
    labels: npt.ArrayLike,
    n_classes: int,
    *,
    groups: npt.ArrayLike | None = None,
    n_repeats: int | None = None,
    rng: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """Return calibrated out-of-fold probabilities, repeated where there are few rows.

    Folds are stratified by class and keep groups whole (`learner.out_of_fold_probabilities`).
    Calibration is temperature and class offsets (Guo et al., "On calibration of modern neural
    networks", ICML 2017, section 4.2), fitted to the given labels: K + 1 numbers from n rows.

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
    probs = sum(
        out_of_fold_probabilities(X, given, n_classes, groups=groups, rng=rng, n_splits=N_SPLITS)
        for _ in range(n_repeats)
    )
    return pool_views(given, [probs / n_repeats])[0]


def label_views(
    X: Any,
    labels: npt.ArrayLike,
    probs: npt.ArrayLike,
    neighbours: Neighbours,
    *,
    groups: npt.ArrayLike | None = None,
    rng: np.random.Generator,
) -> list[npt.NDArray[np.float64]]:
    """Return four out-of-sample views on the labels of texts.

    Parameters
    ----------
    X
        Features of shape (n, n_features), sparse or dense.
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample probabilities of the audit, shape (n, K).
    neighbours
        The nearest rows of each row (`neighbours.nearest_neighbours`), near-duplicates left out.
    groups
        Integers of shape (n,): rows with one value, such as near-duplicates, share a fold.
    rng
        Source of the folds.

    Returns
    -------
    list of ndarray
        Four of shape (n, K), rows summing to 1; the first is `probs`.

    Raises
    ------
    MethodError
        Where shapes or values are off.
    """
    matrix = check_probs(probs).astype(np.float64)
    n, k = matrix.shape
    given = check_labels(labels, k, n_rows=n)
    regularised = out_of_fold_probabilities(
        X, given, k, groups=groups, rng=rng, C=REGULARISED_C, n_splits=N_SPLITS
    )
    pruned = undisputed_probabilities(X, given, matrix, groups=groups, rng=rng)
    return [matrix, regularised, pruned, neighbour_probabilities(given, neighbours, k)]


def undisputed_probabilities(
    X: Any,
    labels: npt.ArrayLike,
    probs: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
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
    groups
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
    own_groups = np.arange(n) if groups is None else np.asarray(groups)
    if own_groups.shape != (n,):
        raise MethodError(f"groups has shape {own_groups.shape}, not ({n:,},)")
    _, group = np.unique(own_groups, return_inverse=True)
    undisputed = matrix[np.arange(n), given] >= matrix.max(axis=1)
    n_splits = min(N_SPLITS, int(group.max()) + 1)
    if n_splits < 2:
        return matrix
    fold = assign_folds(given, group, n_splits, rng=rng)
    pruned = matrix.copy()
    for held_out in range(n_splits):
        inside = fold == held_out
        learnt = undisputed & ~inside
        if learnt.any():
            model = SoftLabelClassifier(k).fit(X[learnt], given[learnt])
            pruned[inside] = model.predict_proba(X[inside])
    return pruned


def neighbour_probabilities(
    labels: npt.ArrayLike, neighbours: Neighbours, n_classes: int
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

    Returns
    -------
    ndarray
        Shape (n, K), float64, rows summing to 1.

    Raises
    ------
    MethodError
        Where the labels are off.
    """
    n = len(neighbours.rows)
    given = check_labels(labels, n_classes, n_rows=n)
    weight = np.where(neighbours.rows >= 0, np.maximum(neighbours.similarity, 0), 0)
    cells = np.arange(n)[:, None] * n_classes + given[neighbours.rows]
    votes = np.bincount(cells.ravel(), weight.ravel().astype(np.float64), minlength=n * n_classes)
    probs = votes.reshape(n, n_classes) + np.bincount(given, minlength=n_classes) / max(n, 1)
    return np.asarray(probs / probs.sum(axis=1, keepdims=True))
