"""Label quality: how well each given label fits the probabilities of its row.

The scores of Northcutt, Jiang and Chuang, "Confident Learning", JAIR 70 (2021), and of Kuan and
Mueller, "Model-agnostic label quality scoring to detect real-world label errors", ICML DataPerf
workshop 2022; the numbers are those of cleanlab 2.9. `label_ranking` combines more evidence.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import TOLERATED_SUM
from workbench.methods.confident_pass import (
    EPSILON,
    ConfidentPass,
    as_given,
    as_matrix,
    best_other_entries,
    checked_blocks,
    confident_pass,
    own_entries,
)

QualityMethod = Literal["normalized_margin", "self_confidence", "confidence_weighted_entropy"]

QUALITY_METHODS: Final[tuple[QualityMethod, ...]] = (
    "normalized_margin",
    "self_confidence",
    "confidence_weighted_entropy",
)


def label_quality(
    labels: npt.ArrayLike,
    probs: npt.ArrayLike,
    *,
    method: QualityMethod = "normalized_margin",
    adjust: bool = False,
) -> npt.NDArray[np.float64]:
    """Score how well each given label fits.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample class probabilities, shape (n, K).
    method
        ``self_confidence``: the probability p of the given label; only that entry of a row is
        read, and checked. ``normalized_margin``: p less the largest other probability, from
        [-1, 1] to [0, 1]. ``confidence_weighted_entropy``: log(1 + e) / e, where e is the
        normalised entropy over p. Where the entropy is 0, cleanlab scores 0 whatever the label;
        here the score is 1 if the certain class is the given one.
    adjust
        Take the mean self-confidence of each class off its column first, then shift and scale
        rows to probabilities again, so that rare classes, which are predicted with less
        confidence, do not fill the bottom. Not for the entropy.

    Returns
    -------
    ndarray
        `label_quality`, shape (n,), float64, in [0, 1], higher = better.

    Raises
    ------
    MethodError
        Where labels or probabilities are off, the method is unknown or cannot be adjusted.
    """
    check_method(method, adjust=adjust)
    if adjust:
        return quality_of(confident_pass(labels, probs), method, adjust=True)
    matrix = as_matrix(probs)
    given = as_given(labels, matrix)
    own = own_entries(given, matrix)
    if method == "self_confidence":
        if not (own.min() >= -EPSILON and own.max() <= 1 + TOLERATED_SUM):
            for _ in checked_blocks(matrix):
                pass  # says which row is off
        return _as_score(own)
    if method == "normalized_margin":
        return _margin(own, best_other_entries(given, matrix))
    return _weighted_entropy(own, matrix)


def quality_of(
    seen: ConfidentPass, method: QualityMethod, *, adjust: bool = False
) -> npt.NDArray[np.float64]:
    """Return the label quality of a pass; only the entropy and adjusting read the matrix again.

    Parameters
    ----------
    seen
        What one pass kept.
    method, adjust
        As in `label_quality`.

    Returns
    -------
    ndarray
        `label_quality`, shape (n,), float64, in [0, 1], higher = better.

    Raises
    ------
    MethodError
        Where the method is unknown or cannot be adjusted.
    """
    check_method(method, adjust=adjust)
    if adjust:
        return _adjusted(seen, method)
    if method == "self_confidence":
        return _as_score(seen.self_confidence)
    if method == "normalized_margin":
        return _margin(seen.self_confidence, seen.best_other)
    return _weighted_entropy(seen.self_confidence, seen.probs)


def check_method(method: str, *, adjust: bool) -> None:
    """Raise unless a label quality is known and, where asked, can be adjusted.

    Parameters
    ----------
    method
        Its name.
    adjust
        Whether it is to be adjusted.

    Raises
    ------
    MethodError
        Where it is not so.
    """
    if method not in QUALITY_METHODS:
        raise MethodError(
            f"there is no label quality {method!r}",
            hint=f"Choose one of {', '.join(QUALITY_METHODS)}.",
        )
    if adjust and method == "confidence_weighted_entropy":
        raise MethodError(
            "confidence_weighted_entropy cannot be adjusted by the thresholds of the classes",
            hint="Adjust normalized_margin or self_confidence.",
        )


def margin_of(seen: ConfidentPass) -> npt.NDArray[Any]:
    """Return the normalized margin of a pass in the type of its probabilities, unclipped.

    Parameters
    ----------
    seen
        What one pass kept.

    Returns
    -------
    ndarray
        Shape (n,): the very numbers that cleanlab sorts, so that ties are cut alike.
    """
    margin = seen.self_confidence - seen.best_other
    margin += 1
    margin /= 2
    return margin


def _margin(own: npt.NDArray[Any], best_other: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the normalized margin."""
    margin = own - best_other
    margin += 1
    margin /= 2
    return _as_score(margin)


def _adjusted(seen: ConfidentPass, method: QualityMethod) -> npt.NDArray[np.float64]:
    """Return a score of the probabilities less the thresholds of their classes."""
    highest = seen.thresholds.max()
    raise_by = highest - seen.thresholds
    ones = np.ones(seen.n_classes, seen.probs.dtype)
    total = np.empty(len(seen.labels))
    for block, rows in checked_blocks(seen.probs):
        total[block] = rows @ ones
    total += raise_by.sum()
    own = (seen.self_confidence + raise_by[seen.labels]) / total
    if method == "self_confidence":
        return _as_score(own)
    best = best_other_entries(seen.labels, seen.probs, adjust=lambda rows: rows + raise_by)
    return _margin(own, best / total)


def _weighted_entropy(own: npt.NDArray[Any], matrix: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the confidence-weighted entropy."""
    n_classes = matrix.shape[1]
    if n_classes == 1:
        return np.ones(len(own))
    entropy = np.empty(len(own), matrix.dtype)
    smallest = np.finfo(matrix.dtype).tiny
    for block, rows in checked_blocks(matrix):
        # Turned, short rows are summed as long vectors.
        turned = np.maximum(rows.T if n_classes < rows.shape[0] else rows, 0)
        logs = np.log(np.maximum(turned, smallest))
        logs *= turned
        entropy[block] = logs.sum(axis=0 if n_classes < rows.shape[0] else 1)
    entropy /= -np.log(n_classes)
    weighted = np.maximum(entropy, 0) / np.maximum(own, EPSILON)
    quality: npt.NDArray[Any] = np.log1p(weighted) / np.maximum(weighted, EPSILON)
    return _as_score(np.where(weighted < EPSILON, own > 0.5, quality))


def _as_score(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return values as float64 within [0, 1]; float noise may lie a little outside."""
    return np.clip(values.astype(np.float64), 0, 1)
