"""The counts of confident learning: thresholds, confident joint, noise matrices.

Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR
70 (2021), section 3.1. The numbers are those of cleanlab 2.9; the work is one pass over blocks of
rows that keeps vectors of length n only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_probs

EPSILON: Final = 1e-6
"""Slack in comparisons of probabilities, as in cleanlab."""

BLOCK: Final = 32_768
ABSENT_THRESHOLD: Final = 2.0
"""The threshold of a class that no row is labelled with: no probability reaches it."""


@dataclass(frozen=True, slots=True)
class NoiseMatrices:
    """How given labels relate to the true ones.

    Attributes
    ----------
    noise
        Shape (K, K): [given, true] holds P(given | true); columns sum to 1.
    inverse_noise
        Shape (K, K): [true, given] holds P(true | given); columns sum to 1.
    true_prior
        Shape (K,): P(true), summing to 1.
    """

    noise: npt.NDArray[np.float64]
    inverse_noise: npt.NDArray[np.float64]
    true_prior: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ConfidentPass:
    """What one pass over the probabilities keeps: a few numbers a row.

    Attributes
    ----------
    labels, probs
        The checked input.
    thresholds
        Mean self-confidence of each class, shape (K,).
    self_confidence
        Probability of the given label, shape (n,).
    best
        Largest probability, shape (n,).
    predicted
        Class of the largest probability, shape (n,), int64.
    confident
        Class that the row is counted for, shape (n,), int64; -1 where no class is confident.
    """

    labels: npt.NDArray[np.int64]
    probs: npt.NDArray[Any]
    thresholds: npt.NDArray[np.float64]
    self_confidence: npt.NDArray[Any]
    best: npt.NDArray[Any]
    predicted: npt.NDArray[np.int64]
    confident: npt.NDArray[np.int64]

    @property
    def n_classes(self) -> int:
        """K."""
        return len(self.thresholds)

    @property
    def agrees(self) -> npt.NDArray[np.bool_]:
        """Rows whose given label is predicted, or as probable as the prediction: never issues."""
        raised = self.self_confidence + EPSILON
        first_of_tie = (raised == self.best) & (self.labels < self.predicted)
        return np.asarray((self.predicted == self.labels) | (raised > self.best) | first_of_tie)

    def joint(self, *, calibrate: bool) -> npt.NDArray[np.int64]:
        """Return the confident joint [given, true], shape (K, K)."""
        k = self.n_classes
        counted = self.confident >= 0
        cells = self.labels[counted] * k + self.confident[counted]
        joint = np.bincount(cells, minlength=k * k).reshape(k, k)
        np.fill_diagonal(joint, np.maximum(joint.diagonal(), 1))
        return _calibrate(joint, np.bincount(self.labels, minlength=k)) if calibrate else joint


def class_thresholds(labels: npt.ArrayLike, probs: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the confidence that a row must reach to count for a class.

    The mean probability of the class among the rows labelled with it (equation 2).

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample class probabilities, shape (n, K).

    Returns
    -------
    ndarray
        Shape (K,), float64, in (0, 1]; 2, which no row reaches, for a class without rows.

    Raises
    ------
    MethodError
        Where labels or probabilities are off.
    """
    return _thresholds(*check_labels_and_probs(labels, probs))


def confident_joint(
    labels: npt.ArrayLike, probs: npt.ArrayLike, *, calibrate: bool = True
) -> npt.NDArray[np.int64]:
    """Count rows by given label and by the class that they confidently belong to.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample class probabilities, shape (n, K).
    calibrate
        Scale the counts (equation 3), so that each row sums to the rows given its label.

    Returns
    -------
    ndarray
        Shape (K, K), int64: [given, true]; the diagonal is at least 1 before calibration.

    Raises
    ------
    MethodError
        Where labels or probabilities are off.
    """
    return confident_pass(labels, probs).joint(calibrate=calibrate)


def noise_matrices(joint: npt.ArrayLike) -> NoiseMatrices:
    """Return how labels were flipped, from a confident joint (section 3.1).

    Parameters
    ----------
    joint
        Calibrated confident joint [given, true], shape (K, K).

    Returns
    -------
    NoiseMatrices
        P(given | true), P(true | given) and P(true). A class without any count is kept as it is.

    Raises
    ------
    MethodError
        Where the joint is not a square matrix of finite, non-negative counts with a positive sum.
    """
    counts = np.asarray(joint, np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise MethodError(f"the joint has shape {counts.shape}, not (K, K)")
    if not np.isfinite(counts).all() or (counts < 0).any() or not counts.sum() > 0:
        raise MethodError("the joint must hold finite counts, none negative and some positive")

    def columns_to_one(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        total = matrix.sum(axis=0)
        return np.where(total > 0, matrix, np.eye(len(matrix))) / np.where(total > 0, total, 1)

    return NoiseMatrices(
        noise=columns_to_one(counts),
        inverse_noise=columns_to_one(counts.T),
        true_prior=counts.sum(axis=0) / counts.sum(),
    )


def check_labels_and_probs(
    labels: npt.ArrayLike, probs: npt.ArrayLike
) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any]]:
    """Return checked given labels and probabilities of the same rows.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Class probabilities, shape (n, K).

    Returns
    -------
    labels : ndarray
        Shape (n,), int64.
    probs : ndarray
        Shape (n, K), rows summing to 1.

    Raises
    ------
    MethodError
        Where either is off, or there are no rows.
    """
    matrix = check_probs(probs)
    given = check_labels(labels, matrix.shape[1], n_rows=len(matrix))
    if not len(given):
        raise MethodError("there are no labelled rows", hint="Label some rows first.")
    return given, matrix


def confident_pass(labels: npt.ArrayLike, probs: npt.ArrayLike) -> ConfidentPass:
    """Go over the probabilities once and keep what every estimate needs.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample class probabilities, shape (n, K).

    Returns
    -------
    ConfidentPass
        Vectors of length n.

    Raises
    ------
    MethodError
        Where labels or probabilities are off.
    """
    given, matrix = check_labels_and_probs(labels, probs)
    n = len(given)
    thresholds = _thresholds(given, matrix)
    reachable = thresholds.astype(matrix.dtype) - matrix.dtype.type(EPSILON)
    best = np.empty(n, matrix.dtype)
    predicted = np.empty(n, np.int64)
    confident = np.empty(n, np.int64)
    for start in range(0, n, BLOCK):
        block = slice(start, start + BLOCK)
        rows = matrix[block]
        reached = rows >= reachable
        n_reached = np.count_nonzero(reached, axis=1)
        predicted[block] = top = rows.argmax(axis=1)
        best[block] = np.take_along_axis(rows, top[:, None], axis=1)[:, 0]
        # Of several confident classes the most probable one counts.
        only = np.where(n_reached, reached.argmax(axis=1), -1)
        confident[block] = np.where(n_reached > 1, top, only)
    return ConfidentPass(
        labels=given,
        probs=matrix,
        thresholds=thresholds,
        self_confidence=matrix[np.arange(n), given],
        best=best,
        predicted=predicted,
        confident=confident,
    )


def round_rows(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Round a matrix to whole numbers so that each row keeps its rounded total.

    Parameters
    ----------
    matrix
        Non-negative, shape (K, K).

    Returns
    -------
    ndarray
        Shape (K, K), int64; the entries furthest from their rounding carry the difference.
    """
    rounded = matrix.round()
    wanted = matrix.sum(axis=1).round()
    for i in np.flatnonzero(rounded.sum(axis=1) != wanted):
        while missing := int(wanted[i] - rounded[i].sum()):
            step = 1 if missing > 0 else -1
            order = np.argsort(matrix[i] - rounded[i])[::-step]
            rounded[i, order[: abs(missing)]] += step
    return rounded.astype(np.int64)


def _thresholds(labels: npt.NDArray[np.int64], probs: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the mean self-confidence of each class."""
    k = probs.shape[1]
    thresholds = np.full(k, ABSENT_THRESHOLD)
    order = np.argsort(labels, kind="stable")
    ends = np.cumsum(np.bincount(labels, minlength=k))
    for c in np.flatnonzero(np.bincount(labels, minlength=k)):
        # A mean over the very numbers, in the order, that cleanlab averages: the same last bit.
        thresholds[c] = probs[order[ends[c - 1] if c else 0 : ends[c]], c].mean()
    return np.asarray(np.maximum(thresholds, 2 * EPSILON))


def _calibrate(
    joint: npt.NDArray[np.int64], label_counts: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Scale the rows of a joint to the number of rows given each label."""
    # Column by column in memory, as in cleanlab: the last bit of this sum decides how counts that
    # end in one half are rounded.
    scaled = (np.ascontiguousarray(joint.T) / joint.sum(axis=1) * label_counts).T
    return round_rows(scaled / scaled.sum() * label_counts.sum())
