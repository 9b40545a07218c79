"""Are probabilities what they say they are: calibration error, and one temperature to mend it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_probs

N_BINS: Final = 15
"""Bins of confidence, as is usual for the expected calibration error."""

DOUBT: Final = 0.01
"""Share of a uniform guess mixed into probabilities before their logarithm: nothing is certain."""

PRIOR_ROWS: Final = 10.0
"""How many rows the prior belief in temperature 1 counts for: few labels change little."""


def expected_calibration_error(probs: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Mean distance between confidence and accuracy, over 15 bins of equal width.

    Parameters
    ----------
    probs
        Class probabilities, (n, K), n >= 1.
    labels
        True classes, (n,).

    Returns
    -------
    float
        In [0, 1], lower = better calibrated. Small samples are biased upwards: with n rows, noise
        alone gives about 0.8 times the root of the number of filled bins times p (1 - p) / n.

    Raises
    ------
    MethodError
        If there is no row, or shapes or values are off.

    References
    ----------
    Guo, Pleiss, Sun and Weinberger (2017), "On calibration of modern neural networks", ICML,
    equation 3.
    """
    matrix, truth = _checked(probs, labels)
    confidence = matrix.max(axis=1)
    right = matrix.argmax(axis=1) == truth
    bins = np.minimum((confidence * N_BINS).astype(np.int64), N_BINS - 1)
    gap = np.bincount(bins, right - confidence, minlength=N_BINS)
    return float(np.abs(gap).sum() / len(truth))


def fit_temperature(probs: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Find the temperature at which probabilities fit labels best.

    Parameters
    ----------
    probs
        Class probabilities, (n, K), n >= 1.
    labels
        True classes, (n,), of rows that the probabilities were not fitted on.

    Returns
    -------
    float
        In [0.1, 10]; above 1: the probabilities were too sure. It is shrunk towards 1 as if ten
        further rows had said so.

    Raises
    ------
    MethodError
        If there is no row, or shapes or values are off.

    References
    ----------
    Guo, Pleiss, Sun and Weinberger (2017), section 4.2.
    """
    from scipy.optimize import minimize_scalar

    matrix, truth = _checked(probs, labels)
    scores = log_scores(matrix)

    def loss(log_temperature: float) -> float:
        scaled = scores / np.exp(log_temperature)
        normaliser = np.log(np.exp(scaled - scaled.max(axis=1, keepdims=True)).sum(axis=1))
        picked = scaled[np.arange(len(truth)), truth] - scaled.max(axis=1)
        return float((normaliser - picked).sum() + PRIOR_ROWS * log_temperature**2 / 2)

    bound = np.log(10)
    found = minimize_scalar(loss, bounds=(-bound, bound), method="bounded")
    return float(np.exp(found.x))


def with_temperature(probs: npt.ArrayLike, temperature: float) -> npt.NDArray[np.float64]:
    """Return probabilities made less sure (temperature above 1) or surer (below); (n, K).

    The order of the classes stays, ties stay ties.
    """
    if not temperature > 0:
        raise MethodError(f"The temperature is {temperature}.", hint="Give a positive number.")
    scaled = np.exp(log_scores(check_probs(probs)) / temperature)
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))


def log_scores(probs: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return log-probabilities centred on 0 in each row, with a hundredth of doubt mixed in.

    A flat row has scores 0: it says nothing.
    """
    scores = np.log((1 - DOUBT) * np.asarray(probs, np.float64) + DOUBT / probs.shape[1])
    return np.asarray(scores - scores.mean(axis=1, keepdims=True))


def _checked(
    probs: npt.ArrayLike, labels: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Validate probabilities and labels together."""
    matrix = np.asarray(check_probs(probs), np.float64)
    truth = check_labels(labels, matrix.shape[1], n_rows=len(matrix))
    if not len(truth):
        raise MethodError("There is no labelled row to calibrate on.", hint="Label some rows.")
    return matrix, truth
