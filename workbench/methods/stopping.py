"""When more labels hardly help: stable predictions, little doubt, a small expected gain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.expected_gain import ExpectedGain

STABLE_KAPPA: Final = 0.99
"""Agreement of successive models from which labels change next to nothing (Bloodgood, 3.2)."""

STABLE_POINTS: Final = 3
"""The mean of so many agreements must reach it."""

CERTAIN: Final = 0.1
"""Mean uncertainty of the pool below which little is left to ask (Zhu et al., section 3.2)."""

SMALL_GAIN: Final = 0.005
"""Half a point of accuracy for the next 100 labels is hardly worth them."""

WORTHWHILE: Final = 0.01
"""A whole point is: as long as it is not ruled out, a small gain is no sign to stop."""

TOO_FEW: Final = ", too few judged rows to be sure"

FAR_LABELS: Final = 50
FAR_SHARE: Final = 0.1
"""Models are successive, for stability, where so many labels lie between them, and such a share:
two that differ by the last few labels agree at any time."""


def prediction_stability(before: npt.ArrayLike, after: npt.ArrayLike) -> float:
    """Return Cohen's kappa between the predictions of two successive models.

    Bloodgood and Vijay-Shanker, "A Method for Stopping Active Learning Based on Stabilizing
    Predictions" (CoNLL 2009), section 3.

    Parameters
    ----------
    before, after
        Class indices of the same unlabelled rows, shape (n,).

    Returns
    -------
    float
        At most 1: the models agree on every row. 1 too where both give one and the same class.

    Raises
    ------
    MethodError
        Where shapes differ or there is no row.
    """
    first, second = np.asarray(before, np.int64), np.asarray(after, np.int64)
    if first.shape != second.shape or first.ndim != 1 or not len(first):
        raise MethodError("stability needs two predictions of the same rows")
    n_classes = int(max(first.max(), second.max())) + 1
    shares = [np.bincount(each, minlength=n_classes) / len(each) for each in (first, second)]
    observed = float((first == second).mean())
    by_chance = float(shares[0] @ shares[1])
    return 1.0 if by_chance >= 1 else (observed - by_chance) / (1 - by_chance)


def stability_partners(n_labels: Sequence[int]) -> list[int | None]:
    """Return for each model the newest earlier one that has clearly fewer labels, if any.

    Parameters
    ----------
    n_labels
        Labels that each model has, rising.

    Returns
    -------
    list of int or None
        Places in `n_labels`: at least 50 labels fewer, and a tenth of the model's own.
    """
    partners: list[int | None] = []
    for i, n in enumerate(n_labels):
        most = n - max(FAR_LABELS, FAR_SHARE * n)
        partners.append(max((j for j in range(i) if n_labels[j] <= most), default=None))
    return partners


def stopping_reasons(
    stability: Sequence[float],
    uncertainty: float | None,
    gain: ExpectedGain | None,
    *,
    is_of_all: bool = True,
) -> tuple[bool, tuple[str, ...]]:
    """Weigh the three signs that more labels hardly help; two of them make a hint to stop.

    Parameters
    ----------
    stability
        Kappa of each model with one before it (`stability_partners`), oldest first.
    uncertainty
        Mean uncertainty of the pool, in [0, 1] (overall uncertainty: Zhu, Wang and Hovy, COLING
        2008).
    gain
        What the next 100 labels are expected to bring, on new rows.
    is_of_all
        Whether the gain is that on all kinds of rows: else it is no sign to stop, were it small.

    Returns
    -------
    should_stop : bool
        Whether two signs speak for stopping.
    reasons : tuple of str
        A sentence for each sign that is known.
    """
    signs: list[bool] = []
    reasons: list[str] = []
    recent = list(stability)[-STABLE_POINTS:]
    if len(recent) == STABLE_POINTS:
        mean = float(np.mean(recent))
        signs.append(mean >= STABLE_KAPPA)
        word = "stable" if signs[-1] else "still moving"
        reasons.append(
            f"predictions are {word}: models agree with those of a tenth fewer labels with kappa"
            f" {mean:.3f}, the mean of {STABLE_POINTS} points"
        )
    if uncertainty is not None:
        signs.append(uncertainty <= CERTAIN)
        word = "little is left in doubt" if signs[-1] else "the pool is still in doubt"
        reasons.append(f"{word}: mean uncertainty {uncertainty:.2f}")
    if gain is not None:
        is_small = round(gain.accuracy, 3) <= SMALL_GAIN  # as it is shown
        is_sure = gain.high <= WORTHWHILE
        signs.append(is_small and is_sure and is_of_all)
        word = "hardly anything" if is_small else "something"
        doubt = ""
        if is_small and not signs[-1]:
            doubt = ", on rows like those that judge" if is_sure else TOO_FEW
        reasons.append(
            f"the next 100 labels bring {word}: {100 * gain.accuracy:+.1f} points of accuracy"
            f" [{100 * gain.low:+.1f}, {100 * gain.high:+.1f}] on new rows{doubt}"
        )
    return sum(signs) >= 2, tuple(reasons)
