"""Which labeling functions pushed the wrong label into the suspects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_mask
from workbench.methods.error_rates import (
    ACCUSED_UP_TO,
    against_rest,
    interval_with_copies,
    once_each,
    texts_within,
)
from workbench.types import ABSTAIN


@dataclass(frozen=True, slots=True)
class FunctionBlame:
    """What labeling functions voted on suspects; arrays of shape (m,), one entry a function.

    Attributes
    ----------
    n_votes
        Rows on which it voted for the given label, int64.
    n_texts
        Texts among them: near-copies with one label count once, int64.
    n_pushed
        Suspects among them: rows whose doubted label it voted for, int64.
    n_warned
        Suspects on which it voted for the suggested label instead, int64.
    rate, low, high
        Pushed over votes and its 95 % Wilson interval, with copies as in
        `error_rates.error_rates_by`; 0 and (0, 1) without votes.
    ratio
        How often the labels that it voted for are doubted, over how often the other rows with these
        labels are (Mantel-Haenszel over the classes); of texts.
    q_value
        Of these being doubted alike (`error_rates.error_rates_by`, strata by class; Benjamini and
        Hochberg over the functions). Within classes, so that no function is blamed for a class that
        is hard, nor for the rows that it shares with others. Ratio and q-value are NaN where it
        votes for all rows of its classes, or for none.
    """

    n_votes: npt.NDArray[np.int64]
    n_texts: npt.NDArray[np.int64]
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
    *,
    clusters: npt.ArrayLike | None = None,
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
    clusters
        The near-duplicate cluster of each row, integers, shape (n,); by default each row is a text
        of its own. A function votes alike on copies: of one class, they count once among its votes
        and once among the other rows.

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
    cell, text = texts_within(given, clusters)
    # Of each class and function: of the texts that it voted for, and of these and the others.
    shape = (n_classes, cast.shape[1])
    texts, pushed, all_texts, all_issues = (np.zeros(shape, np.int64) for _ in range(4))
    squares = np.zeros(shape[1], np.int64)
    for j in range(shape[1]):
        size, is_wrong = once_each(2 * text + agrees[:, j], doubted, 2 * len(cell))
        squares[j] = (size[1::2] ** 2).sum()
        for arms, total, own in ((size > 0, all_texts, texts), (is_wrong, all_issues, pushed)):
            own[:, j] = np.bincount(cell[arms[1::2]], minlength=n_classes)
            total[:, j] = own[:, j] + np.bincount(cell[arms[::2]], minlength=n_classes)
    ratio, _, q_value = against_rest(pushed, texts, all_issues, all_texts)
    low, high = interval_with_copies(n_pushed, n_votes, squares)
    return FunctionBlame(
        n_votes=n_votes,
        n_texts=texts.sum(axis=0),
        n_pushed=n_pushed,
        n_warned=warned[doubted].sum(axis=0),
        rate=n_pushed / np.maximum(n_votes, 1),
        low=low,
        high=high,
        ratio=ratio,
        q_value=q_value,
    )
