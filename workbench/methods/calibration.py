"""Are probabilities what they say they are: calibration error, and one temperature to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_probs
from workbench.methods.reliability import bins_of

N_BINS: Final = 15
"""Bins of confidence, as is usual for the expected calibration error."""

DOUBT: Final = 0.01
"""Share of a uniform guess mixed into probabilities before their logarithm: nothing is certain."""

PRIOR_ROWS: Final = 10.0
"""How many rows the prior belief in temperature 1 counts for: few labels change little."""


_N_DRAWS: Final = 400
_UP_TO: Final = 0.95


@dataclass(frozen=True, slots=True)
class CalibrationCheck:
    """A calibration error, and what chance alone gives.

    ``error`` is the expected calibration error, ``by_chance`` what that of calibrated probabilities
    stays below in 95 % of samples of this size. ``excess`` is mean confidence less accuracy, in
    [-error, error]: at its ends all bins are too sure, or too timid.
    """

    error: float
    by_chance: float
    excess: float

    @property
    def is_off(self) -> bool:
        """Whether the error is beyond chance."""
        return self.error > self.by_chance


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
    return _error(matrix.max(axis=1).clip(0, 1), matrix.argmax(axis=1) == truth)


def check_calibration(
    probs: npt.ArrayLike, labels: npt.ArrayLike, *, seed: int = 0
) -> CalibrationCheck:
    """Hold the calibration error against that of calibrated probabilities.

    Parameters
    ----------
    probs
        Class probabilities, (n, K), n >= 1.
    labels
        True classes, (n,).
    seed
        For the 400 samples of what is right where confidence is what it says.

    Raises
    ------
    MethodError
        If there is no row, or shapes or values are off.

    References
    ----------
    Bröcker and Smith (2007), "Increasing the reliability of reliability diagrams", Weather and
    Forecasting 22: consistency resampling.
    """
    matrix, truth = _checked(probs, labels)
    confidence = matrix.max(axis=1).clip(0, 1)
    is_right = matrix.argmax(axis=1) == truth
    rng = np.random.default_rng(seed)
    # Nothing is certain: else one wrong label would put a model that is always sure off.
    chance = (1 - DOUBT) * confidence + DOUBT / matrix.shape[1]
    drawn = [_error(confidence, rng.random(len(truth)) < chance) for _ in range(_N_DRAWS)]
    return CalibrationCheck(
        error=_error(confidence, is_right),
        by_chance=float(np.quantile(drawn, _UP_TO)),
        excess=float(confidence.mean() - is_right.mean()),
    )


def _error(confidence: npt.NDArray[np.float64], is_right: npt.NDArray[np.bool_]) -> float:
    """Return the calibration error of predictions that are right or wrong, (n,) each."""
    bins = bins_of(confidence, N_BINS)
    expected = np.bincount(bins, confidence, minlength=N_BINS)
    right = np.bincount(bins[is_right], minlength=N_BINS)
    return float(np.abs(right - expected).sum()) / len(is_right)


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
    from scipy.special import log_softmax

    matrix, truth = _checked(probs, labels)
    scores = log_scores(matrix)

    def loss(log_temperature: float) -> float:
        logs = log_softmax(scores / np.exp(log_temperature), axis=1)
        picked = logs[np.arange(len(truth)), truth]
        return float(PRIOR_ROWS * log_temperature**2 / 2 - picked.sum())

    bound = np.log(10)
    found = minimize_scalar(loss, bounds=(-bound, bound), method="bounded")
    return float(np.exp(found.x))


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
