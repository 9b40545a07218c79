"""The counts of confident learning: thresholds, confident joint, noise matrices, label health.

Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR
70 (2021), section 3.1. The numbers are those of cleanlab 2.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_mask, check_probs
from workbench.methods.confident_pass import ConfidentPass, confident_pass

LEAST_ROWS: Final = 5
"""A class of fewer rows is missing from, or alone in, some of the folds that its rows are dealt to.
"""

SURELY_LEARNT_FROM: Final = 20
"""A class of so many rows is believed, whoever else is counted for it."""

LEAST_RECOGNISED: Final = 2
"""Fewer rows of a class that are recognised may be so by chance."""


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
class ClassHealth:
    """How far the labels of each class can be trusted; arrays of shape (K,).

    Attributes
    ----------
    n_given_in_error
        Estimated rows given the class that belong to another, int64.
    n_missed
        Estimated rows of the class that were given another, int64.
    label_noise
        P(true is another | given the class), in [0, 1].
    inverse_label_noise
        P(given another | true is the class), in [0, 1].
    label_quality
        1 less `label_noise`: higher = better. A class without rows has 1, as in cleanlab.
    """

    n_given_in_error: npt.NDArray[np.int64]
    n_missed: npt.NDArray[np.int64]
    label_noise: npt.NDArray[np.float64]
    inverse_label_noise: npt.NDArray[np.float64]
    label_quality: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ClassOverlap:
    """Pairs of classes that are taken for each other, most often first; arrays of shape (n_pairs,).

    Attributes
    ----------
    first, second
        The classes, first < second, int64.
    n_rows
        Estimated rows given one of the two that belong to the other, int64.
    share
        The same as a share of all rows.
    """

    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    n_rows: npt.NDArray[np.int64]
    share: npt.NDArray[np.float64]


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
    return confident_pass(labels, probs).thresholds


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
    return joint_of(confident_pass(labels, probs), calibrate=calibrate)


def learnable_classes(
    labels: npt.ArrayLike,
    probs: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    recognised: npt.ArrayLike | None = None,
) -> npt.NDArray[np.bool_]:
    """Tell which classes have been learnt well enough for their counts to mean anything.

    Models give the few rows of a rare class next to no probability of it. Its threshold, their
    mean, is then so low that rows of all other classes reach it by chance. Too rare is a class of
    fewer than 5 rows, and one of fewer than 20 that more rows of others are counted for than are
    labelled with it. Of a class of any size fewer than two of whose different rows are recognised,
    the models know nothing: one may be so by chance.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample class probabilities, shape (n, K).
    groups
        Integers of shape (n,): rows with one value, such as near-duplicates, are recognised once,
        as no model has learnt from some of them when it is asked about the others. By default
        each row is alone.
    recognised
        Mask of shape (n,): rows whose label is recognised, by more views than these probabilities;
        by default those that are counted for their own class.

    Returns
    -------
    ndarray
        Shape (K,), bool; False for a class without rows.

    Raises
    ------
    MethodError
        Where labels, probabilities, groups or the mask are off.
    """
    seen = confident_pass(labels, probs)
    n = len(seen.labels)
    group = np.arange(n) if groups is None else np.asarray(groups)
    if group.shape != (n,):
        raise MethodError(f"groups has shape {group.shape}, not ({n:,},)")
    joint = joint_of(seen, calibrate=False)
    n_strangers = joint.sum(axis=0) - joint.diagonal()
    is_recognised = seen.confident == seen.labels
    if recognised is not None:
        is_recognised = check_mask(recognised, n, name="recognised")
    pairs = np.column_stack([seen.labels.astype(np.int64), group])[is_recognised]
    n_recognised = np.bincount(np.unique(pairs, axis=0)[:, 0], minlength=seen.n_classes)
    is_common = (seen.counts >= SURELY_LEARNT_FROM) | (n_strangers <= seen.counts)
    is_known = n_recognised >= LEAST_RECOGNISED
    return np.asarray((seen.counts >= LEAST_ROWS) & is_common & is_known)


def among_classes(
    probs: npt.NDArray[np.float64], kept: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return probabilities given that some classes do not occur.

    Parameters
    ----------
    probs
        Class probabilities, shape (n, K).
    kept
        The classes that occur, shape (K,), one at least.

    Returns
    -------
    ndarray
        Shape (n, K), float64, rows summing to 1, 0 in the other columns; even where a row believed
        in none of those kept.

    Raises
    ------
    MethodError
        Where the probabilities are off.
    """
    matrix = check_probs(probs)
    if kept.all():
        return matrix
    part = np.where(kept, np.maximum(matrix, np.finfo(np.float64).tiny), 0)
    return np.asarray(part / part.sum(axis=1, keepdims=True))


def joint_of(seen: ConfidentPass, *, calibrate: bool = True) -> npt.NDArray[np.int64]:
    """Return the confident joint of a pass.

    Parameters
    ----------
    seen
        What one pass kept.
    calibrate
        As in `confident_joint`.

    Returns
    -------
    ndarray
        Shape (K, K), int64: [given, true].
    """
    k = seen.n_classes
    is_counted = seen.confident >= 0
    cells = seen.labels[is_counted].astype(np.int32) * k + seen.confident[is_counted]
    joint = np.bincount(cells, minlength=k * k).reshape(k, k)
    np.fill_diagonal(joint, np.maximum(joint.diagonal(), 1))
    return _calibrate(joint, seen.counts) if calibrate else joint


def noise_matrices(joint: npt.ArrayLike) -> NoiseMatrices:
    """Return how labels were flipped, from a confident joint (section 3.1).

    Parameters
    ----------
    joint
        Calibrated confident joint [given, true], shape (K, K).

    Returns
    -------
    NoiseMatrices
        P(given | true), P(true | given) and P(true). A class without any count is kept as it is;
        cleanlab divides by 0 there.

    Raises
    ------
    MethodError
        Where the joint is not a square matrix of finite, non-negative counts with a positive sum.
    """
    counts = _check_joint(joint)

    def columns_to_one(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        total = matrix.sum(axis=0)
        return np.where(total > 0, matrix, np.eye(len(matrix))) / np.where(total > 0, total, 1)

    return NoiseMatrices(
        noise=columns_to_one(counts),
        inverse_noise=columns_to_one(counts.T),
        true_prior=counts.sum(axis=0) / counts.sum(),
    )


def class_health(joint: npt.ArrayLike) -> ClassHealth:
    """Estimate how many labels of each class are wrong, and how many of its rows were missed.

    Parameters
    ----------
    joint
        Calibrated confident joint [given, true], shape (K, K), of whole rows.

    Returns
    -------
    ClassHealth
        Counts and shares by class, those of ``cleanlab.dataset.rank_classes_by_label_quality``.

    Raises
    ------
    MethodError
        Where the joint is off.
    """
    counts = _check_joint(joint)
    given, true, agree = counts.sum(axis=1), counts.sum(axis=0), counts.diagonal()
    label_noise = (given - agree) / np.where(given > 0, given, 1)
    inverse = (true - agree) / np.where(true > 0, true, 1)
    return ClassHealth(
        n_given_in_error=np.rint(given - agree).astype(np.int64),
        n_missed=np.rint(true - agree).astype(np.int64),
        label_noise=label_noise,
        inverse_label_noise=inverse,
        label_quality=1 - label_noise,
    )


def class_overlap(joint: npt.ArrayLike) -> ClassOverlap:
    """Rank the pairs of classes that are taken for each other.

    Parameters
    ----------
    joint
        Calibrated confident joint [given, true], shape (K, K), of whole rows.

    Returns
    -------
    ClassOverlap
        The pairs that share a row, as in ``cleanlab.dataset.find_overlapping_classes``.

    Raises
    ------
    MethodError
        Where the joint is off.
    """
    counts = _check_joint(joint)
    both = np.triu(counts + counts.T, k=1)
    first, second = np.nonzero(both)
    n_rows = both[first, second]
    order = np.argsort(-n_rows, kind="stable")
    return ClassOverlap(
        first=first[order],
        second=second[order],
        n_rows=np.rint(n_rows[order]).astype(np.int64),
        share=n_rows[order] / counts.sum(),
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


def _calibrate(
    joint: npt.NDArray[np.int64], label_counts: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Scale the rows of a joint to the number of rows given each label."""
    # Column by column in memory, as in cleanlab: the last bit of this sum decides how counts that
    # end in one half are rounded.
    scaled = (np.ascontiguousarray(joint.T) / joint.sum(axis=1) * label_counts).T
    return round_rows(scaled / scaled.sum() * label_counts.sum())


def _check_joint(joint: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return a joint as a float64 matrix, or raise."""
    counts = np.asarray(joint, np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise MethodError(f"the joint has shape {counts.shape}, not (K, K)")
    if not np.isfinite(counts).all() or (counts < 0).any() or not counts.sum() > 0:
        raise MethodError("the joint must hold finite counts, none negative and some positive")
    return counts
