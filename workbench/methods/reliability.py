"""Reliability diagrams: how often predictions of each confidence are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_probs
from workbench.methods.intervals import wilson

N_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The predictions whose confidence lies in [``low``, ``high``).

    ``confidence`` is their mean confidence, ``accuracy`` the share that is right with its 95 %
    Wilson interval; None where ``n`` is 0.
    """

    low: float
    high: float
    n: int
    confidence: float | None
    accuracy: float | None
    accuracy_low: float | None
    accuracy_high: float | None


def confidence_counts(confidence: npt.ArrayLike, *, n_bins: int = 2 * N_BINS) -> list[int]:
    """Return how many confidences lie in each of some bins of equal width over [0, 1].

    Parameters
    ----------
    confidence
        Top probabilities, (n,).
    n_bins
        At least 1.
    """
    values = np.asarray(confidence, dtype=np.float64)
    if not ((values >= 0) & (values <= 1)).all():
        raise MethodError("A confidence lies outside 0 to 1.", hint="Give top probabilities.")
    counts: list[int] = np.bincount(bins_of(values, n_bins), minlength=n_bins).tolist()
    return counts


def reliability(
    probs: npt.ArrayLike, labels: npt.ArrayLike, *, n_bins: int = N_BINS
) -> tuple[ReliabilityBin, ...]:
    """Return how often predictions are right in each bin of confidence.

    Parameters
    ----------
    probs
        Class probabilities, (n, K).
    labels
        True classes, (n,).
    n_bins
        Bins of equal width over [0, 1].

    Returns
    -------
    tuple of ReliabilityBin
        All bins in order, empty ones too.

    Raises
    ------
    MethodError
        If shapes or values are off.

    References
    ----------
    DeGroot and Fienberg (1983), "The comparison and evaluation of forecasters", The Statistician
    32; Guo, Pleiss, Sun and Weinberger (2017), section 2.
    """
    matrix = np.asarray(check_probs(probs), np.float64)
    truth = check_labels(labels, matrix.shape[1], n_rows=len(matrix))
    confidence = matrix.max(axis=1).clip(0, 1)
    bins = bins_of(confidence, n_bins)
    n = np.bincount(bins, minlength=n_bins)
    sums = np.bincount(bins, confidence, minlength=n_bins)
    right = np.bincount(bins[matrix.argmax(axis=1) == truth], minlength=n_bins)
    low, high = wilson(right, n)
    found = []
    for i in range(n_bins):
        edges = (i / n_bins, (i + 1) / n_bins, int(n[i]))
        if n[i]:
            mean, share = float(sums[i] / n[i]), float(right[i] / n[i])
            found.append(ReliabilityBin(*edges, mean, share, float(low[i]), float(high[i])))
        else:
            found.append(ReliabilityBin(*edges, None, None, None, None))
    return tuple(found)


def bins_of(confidence: npt.NDArray[np.float64], n_bins: int) -> npt.NDArray[np.int64]:
    """Return the bin of each confidence; 1 belongs to the last.

    Parameters
    ----------
    confidence
        Top probabilities in [0, 1], (n,).
    n_bins
        Bins of equal width, at least 1.
    """
    return np.minimum((confidence * n_bins).astype(np.int64), n_bins - 1)
