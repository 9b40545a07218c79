"""Whether predictions say anything about the classes at all."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.methods.shift import permutation_p

N_DEALT: Final = 199
"""How often the labels are dealt anew."""


def tells_classes(
    predicted: npt.NDArray[np.int64],
    labels: npt.NDArray[np.int64],
    *,
    rng: np.random.Generator,
    alpha: float = 0.05,
) -> bool:
    """Tell whether predictions are right more often than if the labels were dealt at random.

    One prediction for all rows tells nothing, however often it is right.

    Parameters
    ----------
    predicted
        Classes predicted out of fold, shape (n,).
    labels
        The classes, shape (n,).
    rng
        Source of the permutations.
    alpha
        Level of the test.

    Returns
    -------
    bool
        Whether the labels that are right are more than chance explains.
    """
    null = [(rng.permutation(labels) == predicted).mean() for _ in range(N_DEALT)]
    by_rank, _ = permutation_p(float((labels == predicted).mean()), np.array(null))
    return by_rank <= alpha
