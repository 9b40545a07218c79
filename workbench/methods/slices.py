"""How well labels are predicted slice by slice of the data, and how sure the scores are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels
from workbench.methods.imbalance import (
    ClassReport,
    class_report,
    confusion_matrix,
    macro_f1,
)
from workbench.methods.intervals import wilson
from workbench.methods.multiple_testing import holm

MAX_SLICES = 200
"""A column with more values than this is none to slice by."""


@dataclass(frozen=True, slots=True)
class SliceReport:
    """How well labels are predicted in one slice.

    Attributes
    ----------
    name
        The value of the column.
    report
        The figures of the slice.
    difference
        Its accuracy less that of all other rows; below 0 = worse.
    adjusted_p
        That it is as good as the others (Fisher's exact test, Holm over slices); 1 for a slice that
        holds all rows.
    """

    name: str
    report: ClassReport
    difference: float
    adjusted_p: float


@dataclass(frozen=True, slots=True)
class ScoreIntervals:
    """95 % intervals of scores that are no plain share.

    Attributes
    ----------
    macro_f1_low, macro_f1_high, balanced_accuracy_low, balanced_accuracy_high
        Of the scores over all classes.
    f1_low, f1_high
        Of each class, shape (K,); NaN where it neither occurs nor is predicted.
    """

    macro_f1_low: float
    macro_f1_high: float
    balanced_accuracy_low: float
    balanced_accuracy_high: float
    f1_low: npt.NDArray[np.float64]
    f1_high: npt.NDArray[np.float64]


def slice_reports(
    true: npt.ArrayLike, predicted: npt.ArrayLike, slices: npt.ArrayLike, n_classes: int
) -> tuple[SliceReport, ...]:
    """Report each slice of the rows, the worst first.

    Parameters
    ----------
    true
        True class indices, shape (n,), n >= 1.
    predicted
        Out-of-fold predictions, shape (n,).
    slices
        The slice of each row, shape (n,), such as a metadata column.
    n_classes
        K, the number of classes.

    Returns
    -------
    tuple of SliceReport
        One a value of `slices`, by rising difference.

    Raises
    ------
    MethodError
        Where labels are off, lengths differ, or there are more than 200 slices.
    """
    from scipy.stats import fisher_exact

    truth = check_labels(true, n_classes, name="true labels")
    guess = check_labels(predicted, n_classes, n_rows=len(truth), name="predicted labels")
    column = np.asarray(slices)
    if column.shape != truth.shape:
        raise MethodError(f"slices has shape {column.shape}, not {truth.shape}")
    names, code = np.unique(column.astype(str), return_inverse=True)
    if len(names) > MAX_SLICES:
        raise MethodError(
            f"the column has {len(names):,} values, too many to slice by",
            hint=f"Name a column of up to {MAX_SLICES} values.",
        )
    hit = truth == guess
    size, hits = np.bincount(code), np.bincount(code, hit).astype(np.int64)
    rest, rest_hits = len(truth) - size, int(hit.sum()) - hits
    p_values = [
        fisher_exact([[h, n - h], [rh, r - rh]]).pvalue
        for h, n, rh, r in zip(hits, size, rest_hits, rest, strict=True)
    ]
    difference = np.where(rest > 0, hits / size - rest_hits / np.maximum(rest, 1), 0)
    adjusted = holm(np.minimum(p_values, 1))
    return tuple(
        SliceReport(
            name=str(names[i]),
            report=class_report(truth[code == i], guess[code == i], n_classes),
            difference=float(difference[i]),
            adjusted_p=float(adjusted[i]),
        )
        for i in np.argsort(difference, kind="stable")
    )


def score_intervals(
    true: npt.ArrayLike,
    predicted: npt.ArrayLike,
    n_classes: int,
    *,
    rng: np.random.Generator,
    n_bootstrap: int = 1_000,
) -> ScoreIntervals:
    """Return intervals of F1, macro-F1 and balanced accuracy.

    The F1 of a class is 2 J / (1 + J), where J is the share of hits among the rows that are of the
    class or predicted as it: the Wilson interval of that share, carried over, is as honest with 4
    rows as with 4,000. Those of the scores over all classes are percentiles of a bootstrap:
    drawing rows with replacement is drawing the occupied cells of the confusion matrix from a
    multinomial distribution (Efron and Tibshirani 1993, section 13.3). Where a class has fewer than
    about 10 rows these are too narrow.

    Parameters
    ----------
    true
        True class indices, shape (n,), n >= 1.
    predicted
        Out-of-fold predictions, shape (n,).
    n_classes
        K, the number of classes.
    rng
        Source of the bootstrap samples.
    n_bootstrap
        Number of bootstrap samples.

    Returns
    -------
    ScoreIntervals
        The bounds.

    Raises
    ------
    MethodError
        Where labels are off, differ in number, or there are none.
    """
    confusion = confusion_matrix(true, predicted, n_classes)
    n = int(confusion.sum())
    if not n:
        raise MethodError("there are no rows to report on", hint="Label some rows first.")
    row, column = np.nonzero(confusion)
    cells = confusion[row, column]
    drawn = rng.multinomial(n, cells / n, size=n_bootstrap).astype(np.float64)
    in_class, as_class = np.eye(n_classes)[row], np.eye(n_classes)[column]
    support, guessed = drawn @ in_class, drawn @ as_class
    hits = drawn @ (in_class * as_class)
    recall = hits / np.maximum(support, 1)
    occurs = support > 0
    balanced = (recall * occurs).sum(axis=1) / occurs.sum(axis=1)
    bounds = [0.025, 0.975]
    macro_low, macro_high = np.quantile(macro_f1(hits, support, guessed), bounds)
    balanced_low, balanced_high = np.quantile(balanced, bounds)
    f1_low, f1_high = _f1_bounds(confusion)
    return ScoreIntervals(
        macro_f1_low=float(macro_low),
        macro_f1_high=float(macro_high),
        balanced_accuracy_low=float(balanced_low),
        balanced_accuracy_high=float(balanced_high),
        f1_low=f1_low,
        f1_high=f1_high,
    )


def _f1_bounds(
    confusion: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the bounds of each class's F1, NaN where it neither occurs nor is predicted."""
    hits = confusion.diagonal()
    either = confusion.sum(axis=0) + confusion.sum(axis=1) - hits
    low, high = (
        np.where(either > 0, 2 * share / (1 + share), np.nan) for share in wilson(hits, either)
    )
    return low, high
