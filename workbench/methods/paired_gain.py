"""Two predictions of the same rows: how much better the second is, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels
from workbench.methods.imbalance import macro_f1

N_RESAMPLES: Final = 1_000


@dataclass(frozen=True, slots=True)
class PairedGain:
    """Scores of two predictions of the same rows; the bounds are 95 % of the change."""

    accuracy_before: float
    accuracy_after: float
    accuracy_low: float
    accuracy_high: float
    macro_f1_before: float
    macro_f1_after: float
    macro_f1_low: float
    macro_f1_high: float


def paired_gain(
    true: npt.ArrayLike,
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    n_classes: int,
    *,
    n_resamples: int = N_RESAMPLES,
    rng: np.random.Generator,
) -> PairedGain:
    """Compare two predictions by a paired bootstrap of the rows (percentile interval).

    Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13; both predictions
    are resampled together, so that what they share cancels.

    Parameters
    ----------
    true
        Trusted labels, shape (n,), n at least 1.
    before, after
        Predicted classes, shape (n,).
    n_classes
        K, the number of classes.
    n_resamples
        Bootstrap samples.
    rng
        Source of the samples.

    Returns
    -------
    PairedGain
        Accuracy and macro-F1 (over classes that occur), and intervals of their change.

    Raises
    ------
    MethodError
        Where there are no rows, or labels are off.
    """
    truth = check_labels(true, n_classes)
    n = len(truth)
    first = check_labels(before, n_classes, n_rows=n, name="before")
    second = check_labels(after, n_classes, n_rows=n, name="after")
    if not n or n_resamples < 1:
        raise MethodError("a comparison needs rows and resamples")
    one_hot = np.eye(n_classes)
    # Rows that are alike in all three count together: what is drawn is how many of each kind.
    kinds, kind = np.unique(np.stack([truth, first, second]), axis=1, return_inverse=True)
    drawn = np.stack(
        [
            np.bincount(kind[rng.integers(0, n, n)], minlength=kinds.shape[1])
            for _ in range(n_resamples)
        ]
    )
    counts = np.vstack([np.bincount(kind), drawn])
    is_true = one_hot[kinds[0]]
    accuracy, f1 = np.empty((2, len(counts))), np.empty((2, len(counts)))
    for i, predicted in enumerate(one_hot[kinds[1:]]):
        hits = counts @ (is_true * predicted)
        accuracy[i] = hits.sum(axis=1) / n
        f1[i] = macro_f1(hits, counts @ is_true, counts @ predicted)
    bounds = (0.025, 0.975)
    accuracy_low, accuracy_high = np.quantile(accuracy[1, 1:] - accuracy[0, 1:], bounds)
    f1_low, f1_high = np.quantile(f1[1, 1:] - f1[0, 1:], bounds)
    return PairedGain(
        accuracy_before=float(accuracy[0, 0]),
        accuracy_after=float(accuracy[1, 0]),
        accuracy_low=float(accuracy_low),
        accuracy_high=float(accuracy_high),
        macro_f1_before=float(f1[0, 0]),
        macro_f1_after=float(f1[1, 0]),
        macro_f1_low=float(f1_low),
        macro_f1_high=float(f1_high),
    )
