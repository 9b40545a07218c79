"""Answers of models that have not seen the rows they are asked about."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels
from workbench.methods.learner import SoftLabelClassifier, assign_folds

N_SPLITS: Final = 5

FEW_SPLITS_FROM: Final = 20_000
"""From so many rows on, three folds leave each model enough to learn from."""

MAX_LEARNT: Final = 20_000
"""A model learns from at most so many rows, drawn at random: more hardly change its opinion."""


class TooFewGroupsError(MethodError):
    """There are no two rows that could stand in different folds."""


def deal_folds(
    labels: npt.NDArray[np.int64],
    *,
    groups: npt.ArrayLike | None = None,
    rng: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Deal rows into folds, stratified by class, groups whole.

    Parameters
    ----------
    labels
        Class indices, shape (n,).
    groups
        Integers of shape (n,): rows with one value, such as near-duplicates, share a fold. By
        default each row is alone.
    rng
        Source of the order.

    Returns
    -------
    ndarray
        Fold of each row, shape (n,), int64: five folds, or three from 20,000 rows on.

    Raises
    ------
    TooFewGroupsError
        Where there are fewer than two groups.
    MethodError
        Where the groups are off.
    """
    n = len(labels)
    rows = np.arange(n) if groups is None else np.asarray(groups)
    if rows.shape != (n,):
        raise MethodError(f"groups has shape {rows.shape}, not ({n:,},)")
    _, group = np.unique(rows, return_inverse=True)
    n_groups = int(group.max()) + 1 if n else 0
    n_splits = min(N_SPLITS if n < FEW_SPLITS_FROM else 3, n_groups)
    if n_splits < 2:
        raise TooFewGroupsError(
            f"out-of-fold probabilities need two folds; there are {n_groups} distinct rows",
            hint="Label more rows that are not near-duplicates of each other.",
        )
    return assign_folds(labels, group, n_splits, rng=rng)


def cross_fit(
    X: Any,
    labels: npt.ArrayLike,
    n_classes: int,
    fold: npt.NDArray[np.int64],
    *,
    learnt: npt.ArrayLike | None = None,
    otherwise: npt.NDArray[np.float64] | None = None,
    rng: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """Predict each fold by a model of the others.

    Parameters
    ----------
    X
        Features of shape (n, n_features), sparse or dense.
    labels
        Class indices, shape (n,).
    n_classes
        K, the number of classes.
    fold
        The fold of each row, shape (n,), of `deal_folds`.
    learnt
        Mask of shape (n,): rows that models may learn from; the others are only predicted. All by
        default. Of more than 20,000 rows a model learns from that many, drawn at random.
    otherwise
        Shape (n, K): the answers for a fold whose model would have no row to learn from; by default
        the shares of the classes.
    rng
        Source of the draws.

    Returns
    -------
    ndarray
        Shape (n, K), float64, rows summing to 1. A class that a model has not seen has its share of
        the rows.

    Raises
    ------
    MethodError
        Where shapes or values are off.
    """
    given = check_labels(labels, n_classes, n_rows=X.shape[0])
    may_learn = check_learnt(learnt, len(given))
    share = np.bincount(given, minlength=n_classes) / max(len(given), 1)
    probs = np.tile(share, (len(given), 1)) if otherwise is None else otherwise.copy()
    for held_out in range(int(fold.max()) + 1):
        inside = fold == held_out
        rows = np.flatnonzero(may_learn & ~inside)
        if not len(rows):
            continue
        if len(rows) > MAX_LEARNT:
            rows = np.sort(rng.choice(rows, MAX_LEARNT, replace=False))
        model = SoftLabelClassifier(n_classes).fit(X[rows], given[rows])
        unseen = np.where(np.isneginf(model.intercept_), share, 0)
        probs[inside] = model.predict_proba(X[inside]) * (1 - unseen.sum()) + unseen
    return probs


def check_learnt(learnt: npt.ArrayLike | None, n: int) -> npt.NDArray[np.bool_]:
    """Return which rows may be learnt from.

    Parameters
    ----------
    learnt
        Mask of shape (n,); all rows by default.
    n
        How many rows there are.

    Returns
    -------
    ndarray
        Shape (n,), bool.

    Raises
    ------
    MethodError
        For another shape or type.
    """
    if learnt is None:
        return np.ones(n, np.bool_)
    mask = np.asarray(learnt)
    if mask.shape != (n,) or mask.dtype != bool:
        raise MethodError(f"learnt must be {n:,} booleans, not {mask.dtype} of {mask.shape}")
    return mask
