"""Confidence intervals for shares."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import MethodError


def wilson(
    successes: ArrayLike, n: ArrayLike, *, confidence: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson score interval of a binomial share.

    Parameters
    ----------
    successes
        Counts of successes, any shape that broadcasts with `n`; 0 <= successes <= n.
    n
        Counts of trials. Where it is 0 nothing is known and the interval is (0, 1).
    confidence
        Nominal coverage, strictly between 0 and 1.

    Returns
    -------
    low, high
        Bounds in [0, 1], float64, of the broadcast shape.

    Raises
    ------
    MethodError
        If a count is negative or exceeds its `n`, or `confidence` is out of range.

    References
    ----------
    Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22;
    recommended over the Wald interval by Brown, Cai and DasGupta (2001), section 4.1.1.
    """
    if not 0 < confidence < 1:
        raise MethodError(
            f"The confidence is {confidence!r}.", hint="Give a number strictly between 0 and 1."
        )
    k = np.asarray(successes, dtype=np.float64)
    total = np.asarray(n, dtype=np.float64)
    if not np.all((k >= 0) & (k <= total)):
        raise MethodError("A count of successes lies outside 0..n.", hint="Check both counts.")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    # Brown et al. write the half-width with shares; on counts, n = 0 needs no special case:
    # z sqrt(n p q + z^2 / 4) / (n + z^2), and n p q is 0 there.
    variance = k * (total - k) / np.maximum(total, 1)
    centre = (k + z**2 / 2) / (total + z**2)
    half = z * np.sqrt(variance + z**2 / 4) / (total + z**2)
    return np.clip(centre - half, 0.0, 1.0), np.clip(centre + half, 0.0, 1.0)
