"""Confident learning: which given labels are probably wrong, and how many.

Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR
70 (2021). Masks and scores are those of cleanlab 2.9. Probabilities must be out of sample: of a
model that has not seen the row (`cross_fitting.out_of_fold_probabilities`).

Where cleanlab refuses or errs: a value a little above 1 (rows that sum to 1.00002) is taken as it
is; with a single class nothing is suspect; a class without rows has no threshold to reach and a
class with a single row is never pruned; certain rows score by whether they are right.

This module is the door to all of it. It is a library beside the audit, which takes a few of these
functions: tests and benchmarks hold every filter and score against cleanlab.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.confident_blocks import gather, rows_by_class
from workbench.methods.confident_input import EPSILON
from workbench.methods.confident_joint import (
    LEAST_ROWS,
    ClassHealth,
    ClassOverlap,
    NoiseMatrices,
    among_classes,
    class_health,
    class_overlap,
    class_thresholds,
    confident_joint,
    joint_of,
    learnable_classes,
    noise_matrices,
)
from workbench.methods.confident_pass import ConfidentPass, confident_pass
from workbench.methods.confident_quality import (
    QUALITY_METHODS,
    QualityMethod,
    label_quality,
    margin_of,
    quality_of,
)
from workbench.methods.error_rates import GroupRates, error_rates_by

__all__ = [
    "FILTERS",
    "LEAST_ROWS",
    "QUALITY_METHODS",
    "ClassHealth",
    "ClassOverlap",
    "ConfidentPass",
    "FilterBy",
    "GroupRates",
    "NoiseMatrices",
    "QualityMethod",
    "among_classes",
    "class_health",
    "class_overlap",
    "class_thresholds",
    "confident_joint",
    "confident_pass",
    "error_rates_by",
    "find_label_issues",
    "issues_of",
    "joint_of",
    "label_quality",
    "learnable_classes",
    "noise_matrices",
    "quality_of",
    "suggested_labels",
]

FilterBy = Literal[
    "prune_by_class",
    "prune_by_noise_rate",
    "both",
    "confident_learning",
    "predicted_neq_given",
    "low_self_confidence",
    "low_normalized_margin",
]

FILTERS: Final[tuple[FilterBy, ...]] = (
    "prune_by_class",
    "prune_by_noise_rate",
    "both",
    "confident_learning",
    "predicted_neq_given",
    "low_self_confidence",
    "low_normalized_margin",
)


SAMPLE_STRIDE: Final = 64
"""One value in so many is looked at before the k-th smallest of all is searched for."""


def find_label_issues(
    labels: npt.ArrayLike,
    probs: npt.ArrayLike,
    *,
    filter_by: FilterBy = "prune_by_noise_rate",
) -> npt.NDArray[np.bool_]:
    """Mark the rows whose given label is probably wrong.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample class probabilities, shape (n, K); may be memory-mapped.
    filter_by
        ``prune_by_class``: in each class the estimated number of errors, least self-confidence
        first (section 3.2, method 3). ``prune_by_noise_rate``: for each pair of classes the
        estimated number of flips, largest margin first (method 4). ``both``: what these two agree
        on (method 5). ``confident_learning``: the rows off the diagonal of the confident joint
        (method 2). ``predicted_neq_given``: the model predicts another class (method 1).
        ``low_self_confidence``, ``low_normalized_margin``: as many as ``confident_learning``
        finds, lowest `label_quality` first.

    Returns
    -------
    ndarray
        Shape (n,), bool. A row whose label is the most probable class is never marked, except by
        the two ``low_`` filters, and at least one row a class is left unmarked by pruning.

    Raises
    ------
    MethodError
        Where labels or probabilities are off, or the filter is unknown.
    """
    check_filter(filter_by)
    return _compute_issues(confident_pass(labels, probs), filter_by)


def issues_of(seen: ConfidentPass, filter_by: FilterBy) -> npt.NDArray[np.bool_]:
    """Mark the issues of a pass: several filters share one.

    Parameters
    ----------
    seen
        What one pass kept.
    filter_by
        As in `find_label_issues`.

    Returns
    -------
    ndarray
        Shape (n,), bool.

    Raises
    ------
    MethodError
        Where the filter is unknown.
    """
    check_filter(filter_by)
    return _compute_issues(seen, filter_by)


def suggested_labels(labels: npt.ArrayLike, probs: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the most probable class of each row, and the given label where it ties.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample class probabilities, shape (n, K).

    Returns
    -------
    ndarray
        Class indices, shape (n,), int64.

    Raises
    ------
    MethodError
        Where labels or probabilities are off.
    """
    seen = confident_pass(labels, probs)
    return np.where(seen.agrees, seen.labels, seen.predicted).astype(np.int64)


def check_filter(filter_by: str) -> None:
    """Raise unless a filter is known.

    Parameters
    ----------
    filter_by
        Its name.

    Raises
    ------
    MethodError
        Where it is not.
    """
    if filter_by not in FILTERS:
        raise MethodError(
            f"there is no filter {filter_by!r}", hint=f"Choose one of {', '.join(FILTERS)}."
        )


def _compute_issues(seen: ConfidentPass, filter_by: FilterBy) -> npt.NDArray[np.bool_]:
    """Mark the issues of one pass by a known filter."""
    disagrees = ~seen.agrees
    if filter_by == "predicted_neq_given":
        return disagrees
    if filter_by in ("prune_by_class", "prune_by_noise_rate", "both"):
        return _prune(seen, disagrees, filter_by)
    off_diagonal = disagrees & (seen.confident >= 0) & (seen.confident != seen.labels)
    if filter_by == "confident_learning":
        return np.asarray(off_diagonal)
    quality = seen.self_confidence if filter_by == "low_self_confidence" else margin_of(seen)
    return _smallest(quality, int(np.count_nonzero(off_diagonal)))


def _prune(
    seen: ConfidentPass, disagrees: npt.NDArray[np.bool_], filter_by: FilterBy
) -> npt.NDArray[np.bool_]:
    """Mark, class by class, as many rows as the confident joint counts off the diagonal."""
    prune_counts = _keep_one_a_class(joint_of(seen))
    issues = np.zeros(len(seen.labels), bool)
    for given, rows in rows_by_class(seen.labels, seen.counts):
        if len(rows) < 2:
            continue
        is_doubted = disagrees[rows]
        marked = is_doubted.copy()
        if filter_by != "prune_by_noise_rate":
            n_errors = len(rows) - prune_counts[given, given]
            marked &= _smallest(seen.self_confidence[rows], n_errors)
        if filter_by != "prune_by_class":
            marked[is_doubted] &= _flipped(seen, rows, is_doubted, given, prune_counts[given])
        issues[rows] = marked
    return issues


def _flipped(
    seen: ConfidentPass,
    rows: npt.NDArray[np.int64],
    is_doubted: npt.NDArray[np.bool_],
    given: int,
    prune_counts: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    """Mark the doubted rows of a class that lead in the margin of another class over it.

    A row that is not doubted has no margin above the slack. While the last one that is counted
    for a class has, only doubted rows need to be looked at.
    """
    doubted = rows[is_doubted]
    flipped = np.zeros(len(doubted), bool)
    others = np.flatnonzero(prune_counts)
    others = others[others != given]
    own = seen.self_confidence[doubted]
    for true, shortfall in zip(others, own - gather(seen.probs, doubted, others).T, strict=True):
        n_flips = int(prune_counts[true])
        if n_flips <= len(doubted):
            last = np.partition(shortfall, n_flips - 1)[n_flips - 1]
            leads = shortfall <= last
            if last < -2 * EPSILON and np.count_nonzero(leads) == n_flips:
                flipped |= leads
                continue
        margin = gather(seen.probs, rows, true) - seen.self_confidence[rows]
        flipped |= _smallest(-margin, n_flips)[is_doubted]
    return flipped


def _smallest(values: npt.NDArray[Any], count: int) -> npt.NDArray[np.bool_]:
    """Mark so many smallest values; a tie at the cut is cut as in cleanlab, by the same sort."""
    if count <= 0 or count >= len(values):
        return np.full(len(values), count > 0)
    smallest = values <= _kth_smallest(values, count)
    if np.count_nonzero(smallest) != count:
        smallest = np.zeros(len(values), bool)
        smallest[np.argsort(values)[:count]] = True
    return np.asarray(smallest)


def _kth_smallest(values: npt.NDArray[Any], k: int) -> Any:
    """Return the k-th smallest value, looking only at those that a sample says may be it."""
    sample = values[::SAMPLE_STRIDE]
    bound = min(2 * k // SAMPLE_STRIDE + SAMPLE_STRIDE, len(sample) - 1)
    near = values[values <= np.partition(sample, bound)[bound]]
    return np.partition(near if len(near) >= k else values, k - 1)[k - 1]


def _keep_one_a_class(joint: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the counts to prune, [given, true], with a diagonal of at least 1.

    Where the diagonal gains one, every other count of the same given label loses one: cleanlab
    spreads the gain over them and cuts the fractions off.
    """
    diagonal = np.maximum(joint.diagonal(), 1)
    gained = diagonal - joint.diagonal()
    pruned = np.maximum(joint - gained[:, None], 0)
    np.fill_diagonal(pruned, diagonal)
    return np.asarray(pruned)
