"""Rows that fit nowhere, and rows that fit in two places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.neighbours import Neighbours
from workbench.methods.uncertainty import margin

N_NEIGHBORS: Final = 10
FENCE: Final = 3.0
"""A score is far out so many interquartile ranges above the upper quartile (Tukey 1977)."""


def outlier_scores(
    neighbours: Neighbours, *, n_neighbors: int = N_NEIGHBORS
) -> npt.NDArray[np.float64]:
    """Score rows by their mean cosine distance to the nearest ones.

    Kuan and Mueller, "Back to the basics: revisiting out-of-distribution detection baselines",
    ICML PODS workshop 2022.

    Parameters
    ----------
    neighbours
        The nearest rows of each row, near-duplicates left out or not, as wanted.
    n_neighbors
        How many of them count, at least 1.

    Returns
    -------
    ndarray
        `outlier_score`, shape (n,), float64, in [0, 1]: higher = further from all others. A
        neighbour that is not there, or points away, is as far as can be.

    Raises
    ------
    MethodError
        Where fewer than one neighbour is asked for.
    """
    if n_neighbors < 1:
        raise MethodError(f"n_neighbors is {n_neighbors}, but must be at least 1")
    near = neighbours.similarity[:, :n_neighbors].astype(np.float64)
    return np.asarray(np.clip(1 - np.maximum(near, 0).mean(axis=1), 0, 1))


def find_outliers(scores: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Mark the scores that are far out above the rest.

    Parameters
    ----------
    scores
        Shape (n,), higher = further out.

    Returns
    -------
    ndarray
        Shape (n,), bool: above the upper quartile by more than 3 interquartile ranges, "far out"
        in Tukey, "Exploratory Data Analysis" (1977).

    Raises
    ------
    MethodError
        Where the scores are not a row of finite numbers.
    """
    values = np.asarray(scores, np.float64)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise MethodError("outlier scores must be a row of finite numbers")
    if not len(values):
        return np.zeros(0, bool)
    lower, upper = np.quantile(values, (0.25, 0.75))
    return np.asarray(values > upper + FENCE * (upper - lower))


def ambiguity(views: Sequence[npt.ArrayLike]) -> npt.NDArray[np.float64]:
    """Score rows that lie between two classes by every view.

    Parameters
    ----------
    views
        Out-of-sample class probabilities, each of shape (n, K), of `label_views.label_views`.

    Returns
    -------
    ndarray
        `ambiguity`, shape (n,), float64, in [0, 1]: the least margin uncertainty over the views,
        higher = more ambiguous. One sure view is enough to settle a row.

    Raises
    ------
    MethodError
        Where there is no view, or they are off or differ in length.
    """
    if not len(views):
        raise MethodError("there is no view on the labels", hint="Give one matrix at least.")
    unsure = [margin(view) for view in views]
    if len({len(view) for view in unsure}) > 1:
        raise MethodError("the views differ in length")
    return np.asarray(np.min(unsure, axis=0))
