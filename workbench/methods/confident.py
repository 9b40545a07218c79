"""Confident learning: which given labels are probably wrong, and how many.

Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR
70 (2021). Masks and scores are those of cleanlab 2.9. Probabilities must be out of sample: of a
model that has not seen the row (`learner.out_of_fold_probabilities`).
"""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.confident_joint import (
    EPSILON,
    ConfidentPass,
    NoiseMatrices,
    check_labels_and_probs,
    class_thresholds,
    confident_joint,
    confident_pass,
    noise_matrices,
)
from workbench.methods.error_rates import (
    GroupRates,
    LabelErrorRates,
    error_rates_by,
    label_error_rates,
)

__all__ = [
    "FILTERS",
    "QUALITY_METHODS",
    "FilterBy",
    "GroupRates",
    "LabelErrorRates",
    "NoiseMatrices",
    "QualityMethod",
    "class_thresholds",
    "confident_joint",
    "error_rates_by",
    "find_label_issues",
    "label_error_rates",
    "label_quality",
    "noise_matrices",
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
QualityMethod = Literal["normalized_margin", "self_confidence", "confidence_weighted_entropy"]

FILTERS: Final[tuple[FilterBy, ...]] = (
    "prune_by_class",
    "prune_by_noise_rate",
    "both",
    "confident_learning",
    "predicted_neq_given",
    "low_self_confidence",
    "low_normalized_margin",
)
QUALITY_METHODS: Final[tuple[QualityMethod, ...]] = (
    "normalized_margin",
    "self_confidence",
    "confidence_weighted_entropy",
)


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
        Out-of-sample class probabilities, shape (n, K).
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
    if filter_by not in FILTERS:
        raise MethodError(
            f"there is no filter {filter_by!r}", hint=f"Choose one of {', '.join(FILTERS)}."
        )
    return _compute_issues(confident_pass(labels, probs), filter_by)


def label_quality(
    labels: npt.ArrayLike,
    probs: npt.ArrayLike,
    *,
    method: QualityMethod = "normalized_margin",
) -> npt.NDArray[np.float64]:
    """Score how well each given label fits.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample class probabilities, shape (n, K).
    method
        ``self_confidence``: the probability p of the given label. ``normalized_margin``: p less
        the largest other probability, from [-1, 1] to [0, 1]. ``confidence_weighted_entropy``:
        log(1 + e) / e, where e is the normalised entropy over p. Where the entropy is 0, cleanlab
        scores 0 whatever the label; here the score is 1 if the certain class is the given one.

    Returns
    -------
    ndarray
        `label_quality`, shape (n,), float64, in [0, 1], higher = better.

    Raises
    ------
    MethodError
        Where labels or probabilities are off, or the method is unknown.
    """
    if method not in QUALITY_METHODS:
        raise MethodError(
            f"there is no label quality {method!r}",
            hint=f"Choose one of {', '.join(QUALITY_METHODS)}.",
        )
    given, matrix = check_labels_and_probs(labels, probs)
    return _compute_quality(given, matrix, method).astype(np.float64)


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
    return np.where(seen.agrees, seen.labels, seen.predicted)


def _compute_issues(seen: ConfidentPass, filter_by: FilterBy) -> npt.NDArray[np.bool_]:
    """Mark the issues of one pass by a known filter."""
    agrees = seen.agrees
    if filter_by == "predicted_neq_given":
        return ~agrees
    off_diagonal = (seen.confident >= 0) & (seen.confident != seen.labels) & ~agrees
    if filter_by == "confident_learning":
        return np.asarray(off_diagonal)
    if filter_by in ("low_self_confidence", "low_normalized_margin"):
        method: QualityMethod = (
            "self_confidence" if filter_by == "low_self_confidence" else "normalized_margin"
        )
        quality = _compute_quality(seen.labels, seen.probs, method)
        issues = np.zeros(len(quality), bool)
        issues[np.argsort(quality)[: np.count_nonzero(off_diagonal)]] = True
        return issues
    return _prune(seen, filter_by) & ~agrees


def _prune(seen: ConfidentPass, filter_by: FilterBy) -> npt.NDArray[np.bool_]:
    """Mark, class by class, as many rows as the confident joint counts off the diagonal."""
    k = seen.n_classes
    prune_counts = _keep_one_a_class(seen.joint(calibrate=True))
    by_class = np.zeros(len(seen.labels), bool)
    by_noise_rate = np.zeros(len(seen.labels), bool)
    order = np.argsort(seen.labels, kind="stable")
    counts = np.bincount(seen.labels, minlength=k)
    for given, rows in enumerate(np.split(order, np.cumsum(counts)[:-1])):
        if len(rows) <= 1:
            continue
        own = seen.self_confidence[rows]
        n_errors = len(rows) - prune_counts[given, given]
        if n_errors >= 1 and filter_by != "prune_by_noise_rate":
            # Ties are cut as in cleanlab: the same sort of the same values.
            by_class[rows[np.argsort(own)[:n_errors]]] = True
        if filter_by == "prune_by_class":
            continue
        for true in np.flatnonzero(prune_counts[given]):
            if true != given:
                margin = seen.probs[rows, true] - own
                worst = np.argsort(-margin)[: prune_counts[given, true]]
                by_noise_rate[rows[worst]] = True
    if filter_by == "both":
        return by_class & by_noise_rate
    return by_class if filter_by == "prune_by_class" else by_noise_rate


def _keep_one_a_class(joint: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the counts to prune, [given, true], with a diagonal of at least 1.

    What the diagonal gains is taken evenly from the other counts of the same given label.
    """
    pruned = joint.astype(np.float64)
    diagonal = np.maximum(pruned.diagonal(), 1)
    gained = diagonal - pruned.diagonal()
    n_others = np.maximum(np.count_nonzero(pruned, axis=1) - 1.0, 1.0)
    pruned = np.trunc(np.maximum(pruned - (gained / n_others)[:, None], 0))
    np.fill_diagonal(pruned, diagonal)
    return np.asarray(pruned, np.int64)


def _compute_quality(
    labels: npt.NDArray[np.int64], probs: npt.NDArray[Any], method: QualityMethod
) -> npt.NDArray[Any]:
    """Score checked labels by a known method, in the dtype of the probabilities."""
    own = probs[np.arange(len(labels)), labels]
    if method == "self_confidence":
        return own
    if method == "normalized_margin":
        return np.asarray((own - _best_other(labels, probs) + 1) / 2)
    n_classes = probs.shape[1]
    if n_classes == 1:
        return np.ones_like(own)
    from scipy.special import xlogy

    entropy = -xlogy(probs, probs).sum(axis=1) / np.log(n_classes)
    weighted = np.maximum(entropy, 0) / np.maximum(own, EPSILON)
    quality: npt.NDArray[Any] = np.log1p(weighted) / np.maximum(weighted, EPSILON)
    return np.where(weighted < EPSILON, own > 0.5, quality)


def _best_other(labels: npt.NDArray[np.int64], probs: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the largest probability of a class other than the given one, 0 where there is none."""
    others = np.zeros(len(labels), probs.dtype)
    for start in range(0, len(labels), 32_768):
        rows = probs[start : start + 32_768].copy()
        rows[np.arange(len(rows)), labels[start : start + 32_768]] = 0
        others[start : start + 32_768] = rows.max(axis=1)
    return others
