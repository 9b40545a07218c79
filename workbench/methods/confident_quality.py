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
from workbench.methods.confident_blocks import checked_blocks, own_entries
from workbench.methods.confident_input import (
    EPSILON,
    as_given,
    as_matrix,
    check_own,
    with_exact_sums,
)
from workbench.methods.confident_pass import ConfidentPass, class_means

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
        ``self_confidence``: the probability p of the given label. ``normalized_margin``: p less the
        largest other probability, from [-1, 1] to [0, 1]. ``confidence_weighted_entropy``:
        log(1 + e) / e, where e is the normalised entropy over p. Where e is below 1e-6 cleanlab
        divides by 1e-6 instead and falls to 0 with e, whatever the label; here the score is the
        limit, 1, if the given class has more than half of the probability, else 0.
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
    matrix = as_matrix(probs)
    given = as_given(labels, matrix)
    return with_exact_sums(
        matrix, lambda exact: _compute_quality(given, exact, method, adjust=adjust)
    )


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
        own = seen.self_confidence
        return _adjusted(seen.labels, seen.probs, own, seen.thresholds, method)
    if method == "self_confidence":
        return _as_score(seen.self_confidence.copy())
    if method == "normalized_margin":
        return _margin(seen.self_confidence.copy(), seen.best_other)
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
    return np.asarray(margin)


def _compute_quality(
    given: npt.NDArray[Any], matrix: npt.NDArray[Any], method: QualityMethod, *, adjust: bool
) -> npt.NDArray[np.float64]:
    """Score checked labels, reading the matrix no more often than the method needs."""
    if method == "self_confidence" and not adjust:
        return _as_score(own_entries(given, matrix, is_all=True))
    if adjust:
        own = own_entries(given, matrix)
        counts = np.bincount(given, minlength=matrix.shape[1])
        return _adjusted(given, matrix, own, class_means(given, own, counts), method)
    if method == "normalized_margin":
        return _margin(*_own_and_best_other(given, matrix))
    return _weighted_entropy(own_entries(given, matrix), matrix)


def _margin(own: npt.NDArray[Any], best_other: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Turn the probability of the given label into the normalized margin, in place."""
    own -= best_other
    own += 1
    own /= 2
    return _as_score(own)


def _own_and_best_other(
    given: npt.NDArray[Any], matrix: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return the probability of the given class, and the largest of another one."""
    own, best = np.empty((2, len(given)), matrix.dtype)
    for block in checked_blocks(matrix):
        labels = given[block.rows]
        own[block.rows] = block.own(labels)
        best[block.rows] = block.largest_other(labels)
    check_own(own, matrix)
    return own, best


def _adjusted(
    given: npt.NDArray[Any],
    matrix: npt.NDArray[Any],
    own: npt.NDArray[Any],
    thresholds: npt.NDArray[np.float64],
    method: QualityMethod,
) -> npt.NDArray[np.float64]:
    """Return a score of the probabilities less the thresholds of their classes."""
    raise_by = (thresholds.max() - thresholds).astype(matrix.dtype)
    raised = raise_by.sum()
    is_margin = method == "normalized_margin"
    quality = np.empty(len(given))
    for block in checked_blocks(matrix):
        block.least()
        labels = given[block.rows]
        score = own[block.rows] + raise_by[labels]
        if is_margin:
            score -= block.largest_other(labels, raise_by)
        quality[block.rows] = score / (block.sums + raised)
    if is_margin:
        quality += 1
        quality /= 2
    return _as_score(quality)


def _weighted_entropy(own: npt.NDArray[Any], matrix: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the confidence-weighted entropy."""
    n_classes = matrix.shape[1]
    if n_classes == 1:
        return np.ones(len(own))
    quality = np.empty(len(own))
    smallest = np.finfo(matrix.dtype).tiny
    logs: npt.NDArray[Any] | None = None
    for block in checked_blocks(matrix):
        entries = block.entries
        if block.least() < smallest:
            entries = np.maximum(entries, smallest, out=block.scratch)
        # Fresh memory for each block would take longer than the logarithms.
        is_fit = logs is not None and logs.shape == entries.shape
        logs = np.log2(entries, out=logs if is_fit else None)
        entropy = block.inner_products(entries, logs) / -np.log2(n_classes)
        mine = own[block.rows]
        weighted = np.maximum(entropy, 0) / np.maximum(mine, EPSILON)
        score = np.log1p(weighted) / np.maximum(weighted, EPSILON)
        quality[block.rows] = np.where(weighted < EPSILON, mine > 0.5, score)
    return _as_score(quality)


def _as_score(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return values as float64 within [0, 1]; float noise may lie a little outside."""
    scores = values.astype(np.float64, copy=False)
    return np.clip(scores, 0, 1, out=scores)
