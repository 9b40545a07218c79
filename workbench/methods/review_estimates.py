"""What a review of suspects and of a random control sample says of the errors that are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.intervals import wilson

DOUBT_FLOOR: Final = 1e-3
"""Least and, from 1, greatest probability of an error that models are believed."""

MAX_SHIFT: Final = 50.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number of rows, and its 95 % interval."""

    value: float
    low: float
    high: float


def errors_missed(n_wrong: int, n_controls: int, n_rows: int) -> Estimate | None:
    """Estimate the errors among rows from a random sample of them.

    Parameters
    ----------
    n_wrong
        Errors found in the sample.
    n_controls
        Rows in the sample.
    n_rows
        Rows that it was drawn from.

    Returns
    -------
    Estimate or None
        The share in the sample times the rows, with its Wilson interval, at least the errors seen;
        None without a sample.

    Raises
    ------
    MethodError
        Where the counts contradict each other.
    """
    if not 0 <= n_wrong <= n_controls <= n_rows:
        raise MethodError(f"{n_wrong} errors of {n_controls} controls of {n_rows} rows")
    if not n_controls:
        return None
    low, high = (float(bound) * n_rows for bound in wilson(n_wrong, n_controls))
    value = n_wrong / n_controls * n_rows
    return Estimate(value, min(max(low, n_wrong), value), max(high, value))


def errors_waiting(
    n_wrong: int, reviewed_quality: npt.ArrayLike, waiting_quality: npt.ArrayLike
) -> Estimate:
    """Estimate the errors among the suspects that nobody has looked at yet.

    The label quality of a suspect is the probability that its label is right, as far as the models
    know. All their log-odds are shifted by one amount so that the errors expected among the
    reviewed suspects are those that were found: recalibration of the intercept (Cox, "Two further
    applications of a model for binary regression", Biometrika 45 (1958)). The interval is that of
    the share of errors found (Wilson); for the value, the models' word counts as one more reviewed
    row. Without a review they are taken at their word, and anything may be true.

    Parameters
    ----------
    n_wrong
        Errors among the reviewed suspects.
    reviewed_quality, waiting_quality
        Label quality of the reviewed suspects and of those that wait, in [0, 1].

    Returns
    -------
    Estimate
        Rows among those that wait, at most all of them.

    Raises
    ------
    MethodError
        Where there are more errors than reviewed rows, or a quality lies outside [0, 1].
    """
    reviewed, waiting = _doubts(reviewed_quality), _doubts(waiting_quality)
    n = len(reviewed)
    if not 0 <= n_wrong <= n:
        raise MethodError(f"{n_wrong} errors of {n} reviewed rows")
    if not n:
        return Estimate(float(waiting.sum()), 0.0, float(len(waiting)))
    shares = ((n_wrong + reviewed.mean()) / (n + 1), *wilson(n_wrong, n))
    value, low, high = (_recalibrated(reviewed, waiting, float(share)) for share in shares)
    return Estimate(value, min(low, value), max(high, value))


def _recalibrated(
    reviewed: npt.NDArray[np.float64], waiting: npt.NDArray[np.float64], share: float
) -> float:
    """Return the expected errors that wait, if this share of the reviewed rows were errors."""
    from scipy.special import expit, logit

    known, asked = (logit(np.clip(p, DOUBT_FLOOR, 1 - DOUBT_FLOOR)) for p in (reviewed, waiting))
    if share <= 0 or share >= 1:
        return float(len(waiting)) if share >= 1 else 0.0
    low, high = -MAX_SHIFT, MAX_SHIFT
    for _ in range(60):
        middle = (low + high) / 2
        too_few = float(expit(known + middle).mean()) < share
        low, high = (middle, high) if too_few else (low, middle)
    return float(expit(asked + (low + high) / 2).sum())


def weighted_sum(estimates: Sequence[Estimate], weights: npt.ArrayLike | None = None) -> Estimate:
    """Add independent estimates, and their intervals.

    MOVER, the method of variance estimates recovery: Zou, Huang and Zhang, "A note on confidence
    interval estimation for a linear function of binomial proportions", Computational Statistics
    and Data Analysis 53 (2009), equation 3; weights are not negative here.

    Parameters
    ----------
    estimates
        The terms.
    weights
        Of each term, not negative; 1 by default.

    Returns
    -------
    Estimate
        Their weighted sum.

    Raises
    ------
    MethodError
        Where weights are negative or differ in number.
    """
    given = np.ones(len(estimates)) if weights is None else np.asarray(weights, np.float64)
    if given.shape != (len(estimates),) or (given < 0).any():
        raise MethodError("a sum needs one weight a term, none below 0")
    value = np.array([estimate.value for estimate in estimates])
    below = value - [estimate.low for estimate in estimates]
    above = [estimate.high for estimate in estimates] - value
    total = float(value @ given)
    return Estimate(
        total,
        max(total - float(np.sqrt(((given * below) ** 2).sum())), 0.0),
        total + float(np.sqrt(((given * above) ** 2).sum())),
    )


def _doubts(quality: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return one less each label quality, or raise."""
    values = np.asarray(quality, np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise MethodError("label quality must be a row of numbers from 0 to 1")
    return np.asarray(1 - values)
