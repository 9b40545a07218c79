"""Two predictions of the same rows: how much better the second is, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels
from workbench.methods.imbalance import macro_f1
from workbench.methods.intervals import paired_difference

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
    """Compare two predictions of the same rows, so that what they share cancels.

    The interval of the accuracy's change is Tango's score interval for paired shares (1998), which
    has a width also where both predict alike. That of macro-F1 is a percentile bootstrap of the
    rows with both predictions (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993,
    chapter 13), which has none there: it reaches at least as far to each side as that of the
    accuracy.

    Parameters
    ----------
    true
        Trusted labels, shape (n,), n at least 1.
    before, after
        Predicted classes, shape (n,).
    n_classes
        K, the number of classes.
    n_resamples
        Bootstrap samples for macro-F1.
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
    accuracy, f1 = np.empty(2), np.empty((2, len(counts)))
    for i, predicted in enumerate(one_hot[kinds[1:]]):
        hits = counts @ (is_true * predicted)
        accuracy[i] = hits[0].sum() / n
        f1[i] = macro_f1(hits, counts @ is_true, counts @ predicted)
    was_right, is_right = first == truth, second == truth
    low, high = paired_difference(
        int((is_right & ~was_right).sum()), int((was_right & ~is_right).sum()), n
    )
    change, f1_change = accuracy[1] - accuracy[0], f1[1] - f1[0]
    f1_low, f1_high = np.quantile(f1_change[1:], (0.025, 0.975))
    return PairedGain(
        accuracy_before=float(accuracy[0]),
        accuracy_after=float(accuracy[1]),
        accuracy_low=low,
        accuracy_high=high,
        macro_f1_before=float(f1[0, 0]),
        macro_f1_after=float(f1[1, 0]),
        macro_f1_low=float(max(-1, min(f1_low, f1_change[0] - (change - low)))),
        macro_f1_high=float(min(1, max(f1_high, f1_change[0] + (high - change)))),
    )
