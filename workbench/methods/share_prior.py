"""What many shares of one kind say of each: a prior that is learnt from all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import MethodError

GRID = (np.arange(100) + 0.5) / 100
"""Shares that a prior has weights for."""

EVEN_SHARE = 0.05
"""Part of the counts, beside one more, that the even prior is worth: no share is ruled out."""

_LEVELS = (0.025, 0.975)
"""The ends of an interval."""

_MAX_STEPS = 500
_TOLERANCE = 1e-7


def fit_share_prior(
    successes: ArrayLike, n: ArrayLike, weights: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Learn how shares are spread from counts of successes, one count for each share.

    The maximum-likelihood mixture on a grid, by EM, with a Dirichlet prior that adds 1 count and
    5 % of the others as if spread evenly. Without it the prior would be a few points, and their
    posterior far too sure. No shape is assumed: many shares may lie near one value and few apart.

    Parameters
    ----------
    successes, n
        (t,) counts, 0 <= successes <= n.
    weights
        (t,) how often each count is there, or what part of an observation it is; 1 by default.

    Returns
    -------
    ndarray
        (100,) weights of the shares in `GRID`, which sum to 1; even where there is no count.

    Raises
    ------
    MethodError
        If shapes differ, or a count or weight is out of range.

    References
    ----------
    Koenker and Mizera (2014), "Convex optimization, shape constraints, and compound decisions: the
    case of empirical Bayes rules", JASA 109.
    """
    k, total = _counts(successes, n)
    times = np.asarray(np.ones(len(k)) if weights is None else weights, np.float64)
    if times.shape != k.shape or (times < 0).any():
        raise MethodError(f"{len(k)} counts need as many weights, none below 0")
    pairs, place = np.unique(np.column_stack([k, total]), axis=0, return_inverse=True)
    mass = np.bincount(place.ravel(), weights=times, minlength=len(pairs))
    likelihood = _likelihood(pairs[:, 0], pairs[:, 1])
    even = (1 + EVEN_SHARE * mass.sum()) / len(GRID)
    prior = np.full(len(GRID), 1 / len(GRID))
    for _ in range(_MAX_STEPS):
        new = even + prior * (likelihood.T @ (mass / (likelihood @ prior)))
        new /= new.sum()
        moved = np.abs(new - prior).max()
        prior = new
        if moved < _TOLERANCE:
            break
    return prior


def share_posterior(
    prior: NDArray[np.float64], successes: ArrayLike, n: ArrayLike
) -> NDArray[np.float64]:
    """Return the (t, 100) posterior weights of the shares in `GRID`, given counts.

    Parameters
    ----------
    prior
        What `fit_share_prior` returned.
    successes, n
        (t,) counts, 0 <= successes <= n.
    """
    weights = _likelihood(*_counts(successes, n)) * prior
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def share_interval(
    posterior: NDArray[np.float64], size: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the 95 % interval of the share that is seen in `size` trials more.

    Parameters
    ----------
    posterior
        (t, 100) weights of the shares in `GRID`.
    size
        (t,) trials, 1 at least: the fewer, the wider.

    Returns
    -------
    low, high
        (t,) quantiles of the posterior predictive distribution, in [0, 1].
    """
    trials = np.asarray(size, np.int64)
    low, high = (_quantile(posterior, trials, level) / trials for level in _LEVELS)
    return low, high


def _quantile(
    posterior: NDArray[np.float64], trials: NDArray[np.int64], level: float
) -> NDArray[np.int64]:
    """Return the least count up to which the predictive distribution has a chance of `level`."""
    from scipy.special import bdtr

    low, high = np.zeros_like(trials), trials.copy()
    while (low < high).any():
        middle = (low + high) // 2
        chance = (posterior * bdtr(middle[:, None], trials[:, None], GRID)).sum(axis=1)
        enough = chance >= level
        low, high = (
            np.where(enough, low, np.minimum(middle + 1, high)),
            np.where(enough, middle, high),
        )
    return low


def _counts(successes: ArrayLike, n: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the two as arrays, checked."""
    k, total = np.asarray(successes, np.float64), np.asarray(n, np.float64)
    if k.ndim != 1 or k.shape != total.shape or not ((k >= 0) & (k <= total)).all():
        raise MethodError("A count of successes lies outside 0..n.", hint="Check both counts.")
    return k, total


def _likelihood(k: NDArray[np.float64], n: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the (t, 100) likelihoods of the shares in `GRID`, the greatest of each row 1."""
    log = k[:, None] * np.log(GRID) + (n - k)[:, None] * np.log1p(-GRID)
    return np.asarray(np.exp(log - log.max(axis=1, keepdims=True)))
