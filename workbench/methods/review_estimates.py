"""What a review of suspects and of a random control sample says of the errors that are left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_mask
from workbench.methods.intervals import count_in_population

DOUBT_FLOOR: Final = 1e-3
"""Least and, from 1, greatest probability of an error that models are believed."""

INTERCEPT_SPREAD: Final = 2.0
"""Standard deviation of how far off the log-odds of models may be altogether, before a review."""

SLOPE_SPREAD: Final = 1.0
"""Standard deviation of how much too steep or flat they may be; they are not upside down."""

LAPSE: Final = 0.02
"""Least chance that a label is wrong, and that it is right, however sure the models are.

Wichmann and Hill, "The psychometric function: I", Perception and Psychophysics 63 (2001).
"""


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
        The share in the sample times the rows, with an exact interval
        (`workbench.methods.intervals.count_in_population`); None without a sample.

    Raises
    ------
    MethodError
        Where the counts contradict each other.
    """
    if not 0 <= n_wrong <= n_controls <= n_rows:
        raise MethodError(f"{n_wrong} errors of {n_controls} controls of {n_rows} rows")
    if not n_controls:
        return None
    low, high = count_in_population(n_wrong, n_controls, n_rows)
    value = n_wrong * n_rows / n_controls
    return Estimate(value, min(low, value), max(high, value))


def errors_unseen(n_wrong: int, n_controls: int, n_unseen: int, *, n_lost: int = 0) -> Estimate:
    """Estimate the errors among the rows that are left of those that a sample was drawn from.

    Of a part of them too, such as a vendor, from the rows of the sample that fall into it: what was
    drawn elsewhere says nothing of it, as an audit misses more errors here than there.

    Parameters
    ----------
    n_wrong
        Errors found in the sample.
    n_controls
        Rows in the sample.
    n_unseen
        Rows that are left.
    n_lost
        How many of these belong to the sample and cannot be judged any more. Maybe they were lost
        because they are wrong: the interval allows for all of them being wrong, and all right.

    Returns
    -------
    Estimate
        Without a sample nothing is known: none of the rows, or all of them.

    Raises
    ------
    MethodError
        Where the counts contradict each other.
    """
    n_rows = n_controls + n_unseen
    missed = errors_missed(n_wrong, n_controls, n_rows)
    if missed is None:
        return Estimate(0, 0, n_unseen)
    low, high = missed.low, missed.high
    if n_lost:
        n_sample = n_controls + n_lost
        low = min(low, float(count_in_population(n_wrong, n_sample, n_rows)[0]))
        high = max(high, float(count_in_population(n_wrong + n_lost, n_sample, n_rows)[1]))
    return shifted(Estimate(missed.value, max(low, n_wrong), high), -n_wrong)


@dataclass(frozen=True, slots=True)
class Recalibration:
    """What a review says of the probabilities of errors: of models, as it found them to be.

    The log-odds of an error are ``intercept`` plus ``slope`` times those of the models. Arrays are
    of shape (n_lines,): lines that may be true, and how probable each is after the review.
    """

    intercept: npt.NDArray[np.float64]
    slope: npt.NDArray[np.float64]
    weight: npt.NDArray[np.float64]
    n_reviewed: int

    def errors_among(self, quality: npt.ArrayLike) -> Estimate:
        """Estimate the errors among suspects that nobody has looked at yet.

        The interval holds 95 % of what may be: the lines that may be true, and chance among the
        rows themselves. Without a review the models are taken at their word, and anything may be.

        Parameters
        ----------
        quality
            Label quality of the rows that wait, in [0, 1].

        Returns
        -------
        Estimate
            Rows among them, at most all.

        Raises
        ------
        MethodError
            Where a quality lies outside [0, 1].
        """
        doubts = _doubts(quality)
        n = len(doubts)
        if not n:
            return Estimate(0.0, 0.0, 0.0)
        if not self.n_reviewed:
            return Estimate(float(doubts.sum()), 0.0, float(n))
        odds, counts = _binned(doubts)
        chances = _chances(self.intercept, self.slope, odds)
        mean = chances @ counts
        spread = np.sqrt((chances * (1 - chances)) @ counts) + np.finfo(float).tiny
        value = float(self.weight @ mean)

        def quantile(share: float) -> float:
            low, high = -0.5, n + 0.5
            for _ in range(50):
                middle = (low + high) / 2
                is_low = float(self.weight @ _normal_share((middle - mean) / spread)) < share
                low, high = (middle, high) if is_low else (low, middle)
            # A count: the first one up to which so much of what may be lies.
            return float(min(max(0, np.ceil(high - 0.5)), n))

        return Estimate(value, min(quantile(0.025), value), max(quantile(0.975), value))


def recalibrate(is_wrong: npt.ArrayLike, quality: npt.ArrayLike) -> Recalibration:
    """Learn from the reviewed suspects how probable errors are among those that wait.

    The label quality of a suspect is the probability that its label is right, as far as the models
    know. Their log-odds are recalibrated: intercept and slope (Cox, "Two further applications of a
    model for binary regression", Biometrika 45 (1958)). A review goes from the worst on, so that
    those that wait lie beyond all that was seen: both are shrunk to the models' own word, 0 and 1,
    by normal priors, and the posterior is summed over a grid.

    Parameters
    ----------
    is_wrong
        Which of the reviewed suspects had a wrong label, shape (n,).
    quality
        Label quality of these, shape (n,), in [0, 1].

    Returns
    -------
    Recalibration
        Which lines may be true.

    Raises
    ------
    MethodError
        Where the two differ in length, or a quality lies outside [0, 1].
    """
    doubts = _doubts(quality)
    wrong = check_mask(is_wrong, len(doubts), name="the mask of errors")
    intercept, slope = (
        grid.ravel()
        for grid in np.meshgrid(
            INTERCEPT_SPREAD * np.linspace(-4, 4, 61),
            np.linspace(0, 1 + 3 * SLOPE_SPREAD, 31),
            indexing="ij",
        )
    )
    log_weight = -(((intercept / INTERCEPT_SPREAD) ** 2) + ((slope - 1) / SLOPE_SPREAD) ** 2) / 2
    for part, is_wrong_part in ((doubts[wrong], True), (doubts[~wrong], False)):
        odds, counts = _binned(part)
        chances = _chances(intercept, slope, odds)
        log_weight += np.log(chances if is_wrong_part else 1 - chances) @ counts
    weight = np.exp(log_weight - log_weight.max())
    return Recalibration(intercept, slope, weight / weight.sum(), len(doubts))


def _normal_share(z: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the share of a normal distribution below each z; a review shall not wait for SciPy."""
    erf = np.fromiter(map(math.erf, (z / math.sqrt(2)).tolist()), np.float64, len(z))
    return (1 + erf) / 2


def _chances(
    intercept: npt.NDArray[np.float64],
    slope: npt.NDArray[np.float64],
    odds: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Return the chance of an error at each log-odds of the models, shape (n_lines, n_odds)."""
    # The logistic function, written so that it never overflows.
    line = (1 + np.tanh((intercept[:, None] + slope[:, None] * odds) / 2)) / 2
    return np.asarray(LAPSE + (1 - 2 * LAPSE) * line)


def _binned(
    doubts: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return log-odds to a twentieth, and how many rows have each: there may be many rows."""
    inside = np.clip(doubts, DOUBT_FLOOR, 1 - DOUBT_FLOOR)
    odds = np.log(inside / (1 - inside))
    steps, counts = np.unique(np.round(odds * 20), return_counts=True)
    return steps / 20, counts.astype(np.float64)


def summed(estimates: Sequence[Estimate]) -> Estimate:
    """Add independent estimates, and their intervals.

    MOVER, the method of variance estimates recovery: Zou, Huang and Zhang, "A note on confidence
    interval estimation for a linear function of binomial proportions", Computational Statistics
    and Data Analysis 53 (2009), equation 3, with weights of 1.

    Parameters
    ----------
    estimates
        The terms.

    Returns
    -------
    Estimate
        Their sum.
    """
    value = np.array([estimate.value for estimate in estimates])
    below = value - [estimate.low for estimate in estimates]
    above = [estimate.high for estimate in estimates] - value
    total = float(value.sum())
    return Estimate(
        total,
        max(total - float(np.sqrt((below**2).sum())), 0.0),
        total + float(np.sqrt((above**2).sum())),
    )


def shifted(estimate: Estimate, n_known: float) -> Estimate:
    """Add a number that is known to an estimate.

    Parameters
    ----------
    estimate
        Of the rest.
    n_known
        Rows.
    """
    return Estimate(estimate.value + n_known, estimate.low + n_known, estimate.high + n_known)


def _doubts(quality: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return one less each label quality, or raise."""
    values = np.asarray(quality, np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise MethodError("label quality must be a row of numbers from 0 to 1")
    return np.asarray(1 - values)
