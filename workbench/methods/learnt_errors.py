"""Labels that are wrong by a rule: models learn them, agree with them, and doubt none."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.errors import MethodError
from workbench.methods.intervals import wilson


class LearntErrors(NamedTuple):
    """How far models agree with the labels that they learnt from, and with trusted ones.

    Attributes
    ----------
    agreement
        Share of the labels that out-of-fold predictions agree with.
    accuracy
        Share of the trusted labels that predictions agree with.
    least_wrong
        Low end of the 95 % interval of the first less the second; the labels of at least so many
        rows are wrong if the trusted rows are like them. Not below 0.
    """

    agreement: float
    accuracy: float
    least_wrong: float


def learnt_errors(
    given: NDArray[np.int64],
    predicted: NDArray[np.int64],
    trusted: NDArray[np.int64],
    trusted_predicted: NDArray[np.int64],
) -> LearntErrors:
    """Bound the share of wrong labels, those that no model doubts included.

    A prediction that agrees with a label is right, or the label is wrong: the share of agreement is
    at most that of right predictions and that of wrong labels together, whatever the errors are.
    How often predictions are right, trusted rows tell. Where these have the classes in other
    shares, a difference may be of these shares alone: the bound is the lower one of that of all
    trusted rows, and of that with each class weighted as the labels have it.

    Parameters
    ----------
    given
        The labels, (n,).
    predicted
        What models that have not seen them say, (n,).
    trusted
        Right labels of other rows, which no model has seen, (m,).
    trusted_predicted
        What the models say of these, (m,).

    Raises
    ------
    MethodError
        If there are no labels, or no trusted ones.

    References
    ----------
    The interval of a difference is the tenth method of Newcombe (1998), "Interval estimation for
    the difference between independent proportions", Statistics in Medicine 17.
    """
    if not len(given) or not len(trusted):
        raise MethodError(
            f"{len(given)} labels are held against {len(trusted)} trusted ones.",
            hint="Give one at least of each.",
        )
    agrees, is_right = given == predicted, trusted == trusted_predicted
    bounds = [
        _least_difference(float(agrees.mean()), len(given), float(is_right.mean()), len(trusted))
    ]
    n_trusted = np.bincount(trusted, minlength=int(max(given.max(), trusted.max())) + 1)
    is_measured = n_trusted[given] > 0
    if is_measured.any():
        share = np.bincount(given[is_measured], minlength=len(n_trusted)) / is_measured.sum()
        weight = share[trusted] / n_trusted[trusted]
        # So many rows of equal weight have the same variance (Kish).
        n_equal = 1 / float((weight**2).sum())
        accuracy = min(float(weight[is_right].sum()), 1.0)
        agreement = float(agrees[is_measured].mean())
        bounds.append(_least_difference(agreement, int(is_measured.sum()), accuracy, n_equal))
    return LearntErrors(float(agrees.mean()), float(is_right.mean()), max(min(bounds), 0.0))


def _least_difference(first: float, n_first: float, second: float, n_second: float) -> float:
    """Return the low end of the interval of one share less another, of other rows."""
    low, _ = wilson(first * n_first, n_first)
    _, high = wilson(second * n_second, n_second)
    return first - second - math.hypot(first - float(low), float(high) - second)
