"""From log-scores to probabilities, without scipy, which takes long to import."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn log-scores into probabilities, row by row, without overflow.

    Parameters
    ----------
    scores
        Shape (n, K); -inf for what cannot be, though not in a whole row.

    Returns
    -------
    ndarray
        Shape (n, K), float64, rows summing to 1.
    """
    probs: NDArray[np.float64] = scores - scores.max(axis=1, keepdims=True)
    np.exp(probs, out=probs)
    probs /= probs.sum(axis=1, keepdims=True)
    return probs
