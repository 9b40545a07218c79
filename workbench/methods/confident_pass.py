"""One pass over the probabilities that keeps what every estimate of confident learning needs.

A few numbers a row stay, in the narrowest type; the matrix itself is read in blocks, never copied,
and may be a memory-mapped file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.methods.confident_blocks import checked_blocks, own_entries, rows_by_class
from workbench.methods.confident_input import EPSILON, as_given, as_matrix, with_exact_sums

ABSENT_THRESHOLD: Final = 2.0
"""The threshold of a class that no row is labelled with: no probability reaches it."""


@dataclass(frozen=True, slots=True)
class ConfidentPass:
    """What one pass over the probabilities keeps: a few numbers a row.

    Attributes
    ----------
    labels
        Given labels, shape (n,), in the narrowest integer type.
    probs
        The probabilities, shape (n, K): the very input where that is float32 or float64 and its
        rows sum to 1.
    thresholds
        Mean self-confidence of each class, shape (K,); 2, which no row reaches, without rows.
    counts
        Rows given each class, shape (K,), int64.
    self_confidence
        Probability of the given label, shape (n,).
    best_other
        Largest probability of any other class, shape (n,); 0 where there is one class only.
    predicted
        Class of the largest probability, the first of a tie, shape (n,).
    confident
        Class that the row is counted for, shape (n,); -1 where no class is confident.
    """

    labels: npt.NDArray[Any]
    probs: npt.NDArray[Any]
    thresholds: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]
    self_confidence: npt.NDArray[Any]
    best_other: npt.NDArray[Any]
    predicted: npt.NDArray[Any]
    confident: npt.NDArray[Any]

    @property
    def n_classes(self) -> int:
        """K."""
        return len(self.thresholds)

    @property
    def agrees(self) -> npt.NDArray[np.bool_]:
        """Rows whose given label is predicted, or as probable as the prediction: never issues."""
        raised = self.self_confidence + self.self_confidence.dtype.type(EPSILON)
        agrees = raised > self.best_other
        tie = np.flatnonzero(raised == self.best_other)
        agrees[tie] = self.labels[tie] < self.predicted[tie]
        agrees |= self.predicted == self.labels
        return np.asarray(agrees)


def confident_pass(labels: npt.ArrayLike, probs: npt.ArrayLike) -> ConfidentPass:
    """Go over the probabilities once and keep what every estimate needs.

    Rows whose sum is off by rounding are scaled, in a copy; others are taken as they are, since
    scaling float noise would move ties.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample class probabilities, shape (n, K); may be a ``numpy.memmap``, which is read
        in blocks, its pages given back on the way.

    Returns
    -------
    ConfidentPass
        Vectors of length n.

    Raises
    ------
    MethodError
        Where labels or probabilities are off.
    """
    matrix = as_matrix(probs)
    given = as_given(labels, matrix)
    return with_exact_sums(matrix, lambda exact: _compute_pass(given, exact))


def class_means(
    given: npt.NDArray[Any], own: npt.NDArray[Any], counts: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return the mean self-confidence of each class.

    Parameters
    ----------
    given
        Checked labels, shape (n,).
    own
        Probability of the given label, shape (n,).
    counts
        Rows given each class, shape (K,).

    Returns
    -------
    ndarray
        Shape (K,), float64; 2 for a class without rows.
    """
    thresholds = np.full(len(counts), ABSENT_THRESHOLD)
    for c, rows in rows_by_class(given, counts):
        # A mean over the very numbers, in the order, that cleanlab averages: the same last bit.
        thresholds[c] = own[rows].mean()
    return np.asarray(np.maximum(thresholds, 2 * EPSILON))


def _compute_pass(given: npt.NDArray[Any], matrix: npt.NDArray[Any]) -> ConfidentPass:
    """Go over checked labels and probabilities once."""
    n, k = matrix.shape
    own = own_entries(given, matrix)
    counts = np.bincount(given, minlength=k)
    thresholds = class_means(given, own, counts)
    reachable = thresholds.astype(matrix.dtype) - matrix.dtype.type(EPSILON)
    best_other = np.empty(n, matrix.dtype)
    predicted = given.copy()
    confident = np.empty(n, given.dtype)
    for block in checked_blocks(matrix):
        mine = block.rows
        best_other[mine] = best = block.largest_other(given[mine])
        # The first of the largest is the given label itself unless another is as large.
        doubted = np.flatnonzero(own[mine] <= best)
        predicted[mine][doubted] = matrix[mine][doubted].argmax(axis=1)
        largest = np.maximum(own[mine], best)
        confident[mine] = block.confident(reachable, predicted[mine], largest)
    return ConfidentPass(given, matrix, thresholds, counts, own, best_other, predicted, confident)
