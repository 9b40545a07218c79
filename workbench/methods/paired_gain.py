"""Two predictions of the same rows: how much better the second is, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels
from workbench.methods.imbalance import class_report

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
    change = np.empty((n_resamples, 2))
    for i in range(n_resamples):
        drawn = rng.integers(0, n, n)
        old = class_report(truth[drawn], first[drawn], n_classes)
        new = class_report(truth[drawn], second[drawn], n_classes)
        change[i] = new.accuracy - old.accuracy, new.macro_f1 - old.macro_f1
    low, high = np.quantile(change, (0.025, 0.975), axis=0)
    old, new = class_report(truth, first, n_classes), class_report(truth, second, n_classes)
    return PairedGain(
        accuracy_before=float(old.accuracy),
        accuracy_after=float(new.accuracy),
        accuracy_low=float(low[0]),
        accuracy_high=float(high[0]),
        macro_f1_before=float(old.macro_f1),
        macro_f1_after=float(new.macro_f1),
        macro_f1_low=float(low[1]),
        macro_f1_high=float(high[1]),
    )
