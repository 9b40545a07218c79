"""Answers of models that have not seen the rows they are asked about."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.figures import counted
from workbench.methods.checks import check_mask
from workbench.methods.learner import SoftLabelClassifier, as_targets
from workbench.methods.row_choice import sample_rows

N_SPLITS: Final = 5

FEW_SPLITS_FROM: Final = 20_000
"""From so many rows on, three folds leave each model enough to learn from."""

MAX_LEARNT: Final = 20_000
"""A model learns from at most so many rows, drawn at random: more hardly change its opinion."""


COPIED_FROM: Final = 0.9
"""From this share of its own rows on, near-copies of one another are all there is to a class."""

LEAST_COPIES: Final = 5
"""Of fewer rows the interval of a figure says well enough how little is known."""


class TooFewGroupsError(MethodError):
    """There are no two rows that could stand in different folds."""


def out_of_fold_probabilities(
    X: Any,
    targets: npt.ArrayLike,
    n_classes: int,
    *,
    groups: npt.ArrayLike | None = None,
    n_splits: int = N_SPLITS,
    class_weight: Literal["balanced"] | None = None,
    rng: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """Give each row the probabilities of a model that has seen neither it nor its group.

    Cross-validation, stratified by the top class: `deal_folds`, then `cross_fit`.

    Parameters
    ----------
    X
        Features of shape (n, n_features). The vocabulary may come from the same texts, since it is
        learnt without labels.
    targets
        Class probabilities of shape (n, K), or labels of shape (n,).
    n_classes
        K, the number of classes.
    groups
        Integers of shape (n,): rows with one value, such as near-duplicates, share a fold.
    n_splits
        Number of folds, at least 2; fewer where there are fewer groups.
    class_weight
        See `SoftLabelClassifier`.
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
    weighted = as_targets(targets, n_classes, n_rows=X.shape[0])
    fold = deal_folds(weighted.argmax(axis=1), groups=groups, n_splits=n_splits, rng=rng)
    return cross_fit(X, weighted, n_classes, fold, class_weight=class_weight, rng=rng)


def deal_folds(
    strata: npt.NDArray[np.int64],
    *,
    groups: npt.ArrayLike | None = None,
    n_splits: int | None = None,
    rng: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Deal rows into folds: each group whole, each class as evenly as the groups allow.

    Parameters
    ----------
    strata
        Class of each row, shape (n,).
    groups
        Integers of shape (n,): rows with one value, such as near-duplicates, share a fold. By
        default each row is alone.
    n_splits
        Number of folds, at least 2; by default five, or three from 20,000 rows on. There are fewer
        where there are fewer groups.
    rng
        Source of the order.

    Returns
    -------
    ndarray
        Fold of each row, shape (n,), int64, numbered from 0; no fold is empty.

    Raises
    ------
    TooFewGroupsError
        Where there are fewer than two groups.
    MethodError
        Where the groups are off.
    """
    n = len(strata)
    rows = np.arange(n) if groups is None else np.asarray(groups)
    if rows.shape != (n,):
        raise MethodError(f"groups has shape {rows.shape}, not ({n:,},)")
    _, group = np.unique(rows, return_inverse=True)
    n_groups = int(group.max()) + 1 if n else 0
    if n_splits is None:
        n_splits = N_SPLITS if n < FEW_SPLITS_FROM else 3
    n_splits = min(n_splits, n_groups)
    if n_splits < 2:
        raise TooFewGroupsError(
            f"out-of-fold probabilities need two folds; there {'is' if n_groups == 1 else 'are'}"
            f" {counted(n_groups, 'distinct row')}",
            hint="Label more rows that are not near-duplicates of each other.",
        )
    return _compute_folds(strata, group, n_groups, n_splits, rng)


def copied_classes(
    labels: npt.NDArray[np.int64], groups: npt.ArrayLike, n_classes: int
) -> npt.NDArray[np.int64]:
    """Find the classes that cannot be judged out of fold, as their rows are copies of each other.

    Such rows share a fold, so that no model is shown the class before it is asked about them: that
    it misses them says nothing of how well the class can be learnt. Own rows of a class are those
    of the groups where no other class has more; wrong labels of copies of other classes are none.

    Parameters
    ----------
    labels
        Class of each row, shape (n,).
    groups
        Integers of shape (n,): rows with one value, such as near-duplicates, share a fold.
    n_classes
        K, the number of classes.

    Returns
    -------
    ndarray
        Shape (K,), int64: the size of the largest group of a class, where it is of 5 rows or more
        and holds 90 % of its own rows; 0 for a class that can be judged.
    """
    found, group = np.unique(np.asarray(groups), return_inverse=True)
    cells, size = np.unique(group * n_classes + labels, return_counts=True)
    of_group, of_class = np.divmod(cells, n_classes)
    most = np.zeros(len(found), np.int64)
    np.maximum.at(most, of_group, size)
    leads = size == most[of_group]
    own, largest = np.zeros((2, n_classes), np.int64)
    np.add.at(own, of_class[leads], size[leads])
    np.maximum.at(largest, of_class[leads], size[leads])
    is_copied = (largest >= LEAST_COPIES) & (largest >= COPIED_FROM * own)
    return np.where(is_copied, largest, 0)


def cross_fit(
    X: Any,
    targets: npt.ArrayLike,
    n_classes: int,
    fold: npt.NDArray[np.int64],
    *,
    learnt: npt.ArrayLike | None = None,
    otherwise: npt.NDArray[np.float64] | None = None,
    sample_weight: npt.NDArray[np.float64] | None = None,
    class_weight: Literal["balanced"] | None = None,
    fill_unseen: bool = True,
    rng: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """Predict each fold by a model of the others.

    A fold whose model has not met a class that occurs elsewhere (a class with a single row, or with
    all its rows in one group) cannot predict it: there it gets its share of all targets, the base
    rate, and the other classes are scaled down.

    Parameters
    ----------
    X
        Features of shape (n, n_features), sparse or dense, or what gives them by ``X[rows]``.
    targets
        Class probabilities of shape (n, K), or labels of shape (n,).
    n_classes
        K, the number of classes.
    fold
        The fold of each row, shape (n,), of `deal_folds`.
    learnt
        Mask of shape (n,): rows that models may learn from; the others are only predicted. All by
        default. Of more than 20,000 rows a model learns from that many, drawn at random.
    otherwise
        Shape (n, K): the answers for a fold whose model would have no row to learn from; by default
        the base rates of the classes.
    sample_weight
        Non-negative weights of shape (n,); 1 by default.
    class_weight
        See `SoftLabelClassifier`.
    fill_unseen
        Whether such a class gets its base rate; otherwise it has probability 0. The base rate
        gives away which classes a fold holds, which flatters a model of few rows and many classes.
    rng
        Source of the draws.

    Returns
    -------
    ndarray
        Shape (n, K), float64, rows summing to 1.

    Raises
    ------
    MethodError
        Where shapes or values are off.
    """
    weighted = as_targets(targets, n_classes, n_rows=X.shape[0])
    n = len(weighted)
    may_learn = check_mask(learnt, n, name="learnt")
    weight = np.ones(n) if sample_weight is None else sample_weight
    base_rate = weighted.mean(axis=0)
    probs = np.tile(base_rate, (n, 1)) if otherwise is None else otherwise.copy()
    for held_out in range(int(fold.max()) + 1):
        inside = np.flatnonzero(fold == held_out)
        rows = np.flatnonzero(may_learn & (fold != held_out))
        if not len(rows):
            continue
        rows = sample_rows(rows, MAX_LEARNT, rng)
        model = SoftLabelClassifier(n_classes, class_weight=class_weight)
        model.fit(X[rows], weighted[rows], sample_weight=weight[rows])
        probs[inside] = model.predict_proba(X, inside)
        if fill_unseen:
            unseen = np.where(np.isneginf(model.intercept_), base_rate, 0)
            probs[inside] = probs[inside] * (1 - unseen.sum()) + unseen
    return probs


def _compute_folds(
    strata: npt.NDArray[np.int64],
    groups: npt.NDArray[np.int64],
    n_groups: int,
    n_splits: int,
    rng: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Deal groups, which are numbered without a gap: large ones first, then single rows."""
    size = np.bincount(groups, minlength=n_groups)
    # A group counts for the class of its first row; near-duplicates rarely differ in class.
    group_class = np.empty(n_groups, np.int64)
    group_class[groups[::-1]] = strata[::-1]
    shuffled = rng.permutation(n_groups)
    load = np.zeros((int(strata.max()) + 1, n_splits), np.int64)
    group_fold = np.empty(n_groups, np.int64)
    large = shuffled[size[shuffled] > 1]
    for g in large[np.argsort(-size[large], kind="stable")]:
        row = load[group_class[g]]
        group_fold[g] = np.lexsort((load.sum(axis=0), row))[0]
        row[group_fold[g]] += size[g]
    single = shuffled[size[shuffled] == 1]
    for c in np.unique(group_class[single]):
        members = single[group_class[single] == c]
        # The lowest places to stack single rows on, over all folds: their order evens the class
        # out, and ties go to the fold that is emptiest over all classes.
        height = load[c][:, None] + np.arange(len(members))
        total = np.broadcast_to(load.sum(axis=0)[:, None], height.shape)
        place = np.lexsort((total.ravel(), height.ravel()))[: len(members)]
        group_fold[members] = place // len(members)
        load[c] += np.bincount(group_fold[members], minlength=n_splits)
    return group_fold[groups]
