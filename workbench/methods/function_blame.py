"""Which labeling functions pushed the wrong label into the suspects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_mask
from workbench.methods.error_rates import ACCUSED_UP_TO, against_rest
from workbench.methods.intervals import wilson
from workbench.types import ABSTAIN


@dataclass(frozen=True, slots=True)
class FunctionBlame:
    """What labeling functions voted on suspects; arrays of shape (m,), one entry a function.

    Attributes
    ----------
    n_votes
        Rows on which it voted for the given label, int64.
    n_pushed
        Suspects among them: rows whose doubted label it voted for, int64.
    n_warned
        Suspects on which it voted for the suggested label instead, int64.
    rate, low, high
        Pushed over votes and its 95 % Wilson interval; 0 and (0, 1) without votes.
    ratio
        How often the labels that it voted for are doubted, over how often the other rows with these
        labels are (Mantel-Haenszel over the classes).
    q_value
        Of these being doubted alike (`error_rates.error_rates_by`, strata by class; Benjamini and
        Hochberg over the functions). Within classes, so that no function is blamed for a class that
        is hard, nor for the rows that it shares with others. Ratio and q-value are NaN where it
        votes for all rows of its classes, or for none.
    """

    n_votes: npt.NDArray[np.int64]
    n_pushed: npt.NDArray[np.int64]
    n_warned: npt.NDArray[np.int64]
    rate: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    ratio: npt.NDArray[np.float64]
    q_value: npt.NDArray[np.float64]

    @property
    def is_blamed(self) -> npt.NDArray[np.bool_]:
        """Functions whose labels are surely doubted more often than their like, shape (m,)."""
        return (self.q_value <= ACCUSED_UP_TO) & (self.ratio > 1)


def function_blame(
    votes: npt.NDArray[np.signedinteger[npt.NBitBase]],
    labels: npt.ArrayLike,
    suggested: npt.ArrayLike,
    issues: npt.ArrayLike,
) -> FunctionBlame:
    """Count how often each labeling function voted for a label that is now doubted.

    The rows of function j: ``issues & (votes[:, j] == labels)``.

    Parameters
    ----------
    votes
        Vote matrix, shape (n, m), -1 = abstain.
    labels
        Given labels, shape (n,).
    suggested
        Suggested labels, shape (n,).
    issues
        Mask of suspects, shape (n,).

    Returns
    -------
    FunctionBlame
        Counts, rates and q-values by function.

    Raises
    ------
    MethodError
        Where the shapes differ.
    """
    cast = np.asarray(votes)
    if cast.ndim != 2:
        raise MethodError(f"the votes have shape {cast.shape}, not (rows, functions)")
    n = len(cast)
    n_classes = max(int(np.max(values, initial=0)) + 1 for values in (cast, labels, suggested))
    given = check_labels(labels, n_classes, n_rows=n)
    other = check_labels(suggested, n_classes, n_rows=n, name="suggested")
    doubted = check_mask(issues, n, name="the mask of issues")
    agrees = (cast == given[:, None]) & (cast != ABSTAIN)
    n_votes = agrees.sum(axis=0)
    n_pushed = agrees[doubted].sum(axis=0)
    warned = (cast == other[:, None]) & ~agrees & (cast != ABSTAIN)
    rate = n_pushed / np.maximum(n_votes, 1)
    low, high = wilson(n_pushed, n_votes)
    ratio, _, q_value = against_rest(
        _by_class(agrees & doubted[:, None], given, n_classes),
        _by_class(agrees, given, n_classes),
        np.bincount(given[doubted], minlength=n_classes),
        np.bincount(given, minlength=n_classes),
    )
    n_warned = warned[doubted].sum(axis=0)
    return FunctionBlame(n_votes, n_pushed, n_warned, rate, low, high, ratio, q_value)


def _by_class(
    chosen: npt.NDArray[np.bool_], given: npt.NDArray[np.int64], n_classes: int
) -> npt.NDArray[np.int64]:
    """Count the chosen rows of each class for each function, shape (n_classes, m)."""
    counts = np.zeros((n_classes, chosen.shape[1]), np.int64)
    for j in range(chosen.shape[1]):
        counts[:, j] = np.bincount(given[chosen[:, j]], minlength=n_classes)
    return counts
