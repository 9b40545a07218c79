"""What a review of suspects and of a random control sample says of the errors that are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.intervals import wilson


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
    return Estimate(n_wrong / n_controls * n_rows, max(low, n_wrong), max(high, n_wrong))


def errors_waiting(
    n_wrong: int, reviewed_quality: npt.ArrayLike, waiting_quality: npt.ArrayLike
) -> Estimate:
    """Estimate the errors among the suspects that nobody has looked at yet.

    The label quality of a suspect is the probability that its label is right, as far as the models
    know. The errors that it made expect among the reviewed suspects are held against those that
    were found: a ratio of observed to expected (indirect standardisation), whose interval is that
    of the share of errors found (Wilson). Without a review the models are taken at their word, and
    anything may be true.

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
    n, left = len(reviewed), float(len(waiting))
    if not 0 <= n_wrong <= n:
        raise MethodError(f"{n_wrong} errors of {n} reviewed rows")
    expected = float(waiting.sum())
    if not n:
        return Estimate(expected, 0.0, left)
    # Expected errors next to nothing would make any ratio: the plain share is the fallback.
    per_share = expected / max(float(reviewed.mean()), 1e-3)
    shares = (n_wrong / n, *wilson(n_wrong, n))
    value, low, high = (min(float(share) * per_share, left) for share in shares)
    return Estimate(value, low, high)


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
