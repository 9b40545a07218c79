"""What more labels would buy: laws of learning curves, weighed by what judged rows show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.intervals import wilson

MIN_POINTS: Final = 3
"""Fewer points do not show a curve."""

JUMP: Final = 0.02
"""How likely a step of the curve is one that no law explains, beforehand."""

_OFFSETS, _SLOPES = (
    grid.ravel() for grid in np.meshgrid((0.0, 0.5, 2.0, 8.0), np.geomspace(0.1, 3, 9))
)
"""The laws: each offset, as a multiple of the labels spent, with each slope at the end."""
_EXCESSES: Final = np.linspace(0, 1, 161)[1:] ** 3


@dataclass(frozen=True, slots=True)
class ExpectedGain:
    """What more labels would add to the accuracy, with its interval, as shares.

    After the oldest ``n_before`` points the accuracy most likely jumped; the gain rests on others.
    """

    accuracy: float
    low: float
    high: float
    n_before: int = 0


def expected_gain(
    n_labels: Sequence[int],
    is_right: npt.ArrayLike,
    more: int,
    *,
    weights: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
) -> ExpectedGain | None:
    r"""Extrapolate a learning curve.

    The error is taken for :math:`a + b\,(m + d)^{-c}` of the labels m, a power law that need not
    have begun with the first label (POW4 of Viering and Loog, "The shape of learning curves: a
    review", TPAMI 2023), with unknown a, b, d >= 0. What is asked where the model is in doubt, or
    class by class, brings nearly as much each time for long, which no law without d does. Each law
    is weighed by how well it explains what the judged rows show: by how much the error fell from
    point to point, whose variance grows with the rows that changed either way, and how large it is
    at the end, at least what the law can still take off. Points share their rows, so that it is the
    steps that are independent, not the levels.

    The gain is the mean over the laws: d of 0 to 8 times the labels spent, what can still be learnt
    falling there like a power of the labels of 0.1 to 3 (on a scale of ratios), and all amounts
    that can still be learnt being equally likely beforehand. The interval holds 99 % of their
    weight; with 95 % it does not cover the true gain in 95 %. With few judged rows the mean is
    drawn to that of all laws. Neither goes beyond what the interval of the accuracy leaves to
    100 %.

    A curve that jumps follows no such law, and which law is the least unlikely says nothing then.
    So a new law may begin at each point, after a step that is as likely to be any as any other; all
    ways to cut the curve are weighed (Fearnhead, "Exact and efficient Bayesian inference for
    multiple changepoint problems", Statistics and Computing 2006), and the newest law counts.

    Parameters
    ----------
    n_labels
        Labels spent at each point, rising, shape (T,).
    is_right
        Whether the model of each point was right on each judged row, shape (T, n_judged).
    more
        How many labels more.
    weights
        Weights of the judged rows, shape (n_judged,); even by default.
    strata
        Stratum of each, shape (n_judged,); one by default. What is learnt may all be of the one
        with the fewest rows for its weight, so that no more rows count than an even sample would
        need to bring it as many.

    Returns
    -------
    ExpectedGain or None
        The gain in accuracy on rows like those that judge, as weighed; None from fewer than three
        points, without a judged row, and where there was more likely than not a jump between the
        newest three: of a law that has just begun nothing is known.

    Raises
    ------
    MethodError
        Where shapes are off.
    """
    wrong = 1 - np.asarray(is_right, np.float64)
    spent = np.asarray(n_labels, np.float64)
    if wrong.ndim != 2 or len(wrong) != len(spent):
        raise MethodError(f"is_right has shape {wrong.shape} for {len(spent)} points")
    if len(spent) < MIN_POINTS or not wrong.shape[1]:
        return None
    n = wrong.shape[1]
    weight = np.full(n, 1 / n) if weights is None else np.asarray(weights, np.float64)
    weight = weight / weight.sum()
    stratum = np.zeros(n, np.int64) if strata is None else np.asarray(strata, np.int64)
    if stratum.shape != weight.shape:
        raise MethodError("strata must be one value a judged row")
    share, squares = np.bincount(stratum, weight), np.bincount(stratum, np.square(weight))
    effective = float((share[share > 0] / squares[share > 0]).min())
    likely = _likelihood(spent, wrong, weight, effective)
    n_wrong = min(float(wrong[-1] @ weight), 1.0) * effective  # weights sum to 1 but for rounding
    likely += np.log(_can_be_learnt(n_wrong, effective))[..., None]
    of_start = np.exp(likely - likely.max())
    of_start /= of_start.sum()
    starts = of_start.sum(axis=(0, 1))
    if starts[1 - MIN_POINTS :].sum() > 0.5:
        return None
    share = of_start.sum(axis=2)
    gains = _EXCESSES[:, None] * (1 - _is_left(spent[-1:] + more, spent[-1]))
    order = np.argsort(gains, axis=None)
    below = np.cumsum(share.ravel()[order]) - share.ravel()[order] / 2
    low, high = np.interp([0.005, 0.995], below, gains.ravel()[order])
    (least,), (most,) = wilson(np.array([n_wrong]), np.array([effective]))
    return ExpectedGain(
        accuracy=float(min((share * gains).sum(), most)),
        low=float(min(low, least)),
        high=float(min(high, most)),
        n_before=int(starts.argmax()),
    )


def _likelihood(
    spent: npt.NDArray[np.float64],
    wrong: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
    effective: float,
) -> npt.NDArray[np.float64]:
    """Return how likely the steps are if the newest law is one of all, with an excess and a start.

    Logarithms, the prior of the law included; shape (n_excesses, n_laws, n_points).
    """
    from scipy.special import logsumexp

    mended = wrong[:-1] - wrong[1:]
    fell = mended @ weight
    # Rows that a later model gets wrong again; one more, since none among few is no proof.
    lost = (((mended < 0) @ weight).sum() + 1 / effective) / len(fell)
    place = np.arange(len(spent))
    lawful, jump = np.log1p(-JUMP), np.log(JUMP / 2)  # a step is in [-1, 1]
    before = np.zeros(len(spent))  # of all steps before a law that begins at each point
    for start in place[1:]:
        of_laws = _under_laws(spent[:start], fell[: start - 1], lost, effective)
        each = logsumexp(of_laws, axis=(0, 1)) + (start - 1 - place[:start]) * lawful
        before[start] = logsumexp(before[:start] + each) + jump
    found = _under_laws(spent, fell, lost, effective)
    found += before + (len(fell) - place) * lawful
    return found


def _under_laws(
    spent: npt.NDArray[np.float64],
    fell: npt.NDArray[np.float64],
    lost: float,
    effective: float,
) -> npt.NDArray[np.float64]:
    """Return the log-density of each law and the steps from each point on under it.

    All laws and all excesses at the last point are equally likely beforehand.
    """
    left = _is_left(spent, spent[-1])
    expected = _EXCESSES[:, None, None] * (left[:-1] - left[1:]).T
    variance = (expected + 2 * lost) / effective
    density = -0.5 * (np.square(fell - expected) / variance + np.log(2 * np.pi * variance))
    found = _from_each_on(density)
    # No error falls by more than 1.
    found[_from_each_on(expected) > 1] = -np.inf
    even = np.log(np.gradient(_EXCESSES) / len(_SLOPES))  # the grid is finer near 0
    found += even[:, None, None]
    return found


def _is_left(spent: npt.NDArray[np.float64], last: float) -> npt.NDArray[np.float64]:
    """Return what is left of the excess that each law has at ``last``, shape (n, n_laws)."""
    begun = 1 + _OFFSETS
    power: npt.NDArray[np.float64] = (spent[:, None] / last + _OFFSETS) / begun
    return power ** -(_SLOPES * begun)


def _from_each_on(of_step: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the sums of the steps from each point on, the last without any."""
    sums = np.zeros((*of_step.shape[:-1], of_step.shape[-1] + 1))
    sums[..., :-1] = np.cumsum(of_step[..., ::-1], axis=-1)[..., ::-1]
    return sums


def _can_be_learnt(n_wrong: float, n: float) -> npt.NDArray[np.float64]:
    """Return how likely the error is at least each excess of the grid, shape (n_excesses, 1)."""
    from scipy.special import betaincc

    found: npt.NDArray[np.float64] = betaincc(n_wrong + 0.5, n - n_wrong + 0.5, _EXCESSES)
    return np.maximum(found, np.finfo(np.float64).tiny)[:, None]
