"""How uneven the classes are, and how well each is predicted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels
from workbench.methods.intervals import wilson


@dataclass(frozen=True, slots=True)
class ClassReport:
    """How well labels are predicted, by class and over all; arrays of shape (K,).

    Attributes
    ----------
    support
        Rows of each class.
    predicted
        Rows predicted as each class.
    precision, precision_low, precision_high
        Share of rows predicted as the class that are of it, with its 95 % Wilson interval; NaN
        where none is predicted.
    recall, recall_low, recall_high
        Share of rows of the class that are predicted as it, likewise; NaN where there is none.
    f1
        Harmonic mean of precision and recall: 0 where a class is never predicted or never hit, NaN
        where it neither occurs nor is predicted.
    n
        Rows.
    accuracy, accuracy_low, accuracy_high
        Share of rows predicted right, with its 95 % Wilson interval.
    balanced_accuracy
        Mean recall over the classes that occur.
    macro_f1
        Mean F1 over the classes that occur or are predicted.
    majority_baseline
        Accuracy of always predicting the largest class.
    """

    support: npt.NDArray[np.int64]
    predicted: npt.NDArray[np.int64]
    precision: npt.NDArray[np.float64]
    precision_low: npt.NDArray[np.float64]
    precision_high: npt.NDArray[np.float64]
    recall: npt.NDArray[np.float64]
    recall_low: npt.NDArray[np.float64]
    recall_high: npt.NDArray[np.float64]
    f1: npt.NDArray[np.float64]
    n: int
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    balanced_accuracy: float
    macro_f1: float
    majority_baseline: float


def class_counts(labels: npt.ArrayLike, n_classes: int) -> npt.NDArray[np.int64]:
    """Count the rows of each class; rows without a label (-1) are left out.

    Parameters
    ----------
    labels
        Class indices or -1, shape (n,).
    n_classes
        K, the number of classes.

    Returns
    -------
    ndarray
        Shape (K,), int64.

    Raises
    ------
    MethodError
        Where labels are off.
    """
    given = check_labels(labels, n_classes, allow_none=True)
    return np.bincount(given[given >= 0], minlength=n_classes)


def imbalance_ratio(counts: npt.ArrayLike) -> float:
    """Return the size of the largest class over that of the smallest.

    Parameters
    ----------
    counts
        Rows of each class, shape (K,).

    Returns
    -------
    float
        At least 1; 1 for classes of equal size, infinite where a class has no row.

    Raises
    ------
    MethodError
        Where no class has a row or a count is negative.
    """
    given = _counts(counts)
    return float(given.max() / given.min()) if given.all() else float("inf")


def effective_classes(counts: npt.ArrayLike) -> float:
    """Return how many equally large classes would be as uncertain: exp of the Shannon entropy.

    The Hill number of order 1 (Hill, "Diversity and Evenness", Ecology 54, 1973).

    Parameters
    ----------
    counts
        Rows of each class, shape (K,).

    Returns
    -------
    float
        From 1 (a single class occurs) to the number of classes that occur (all equally large).

    Raises
    ------
    MethodError
        Where no class has a row or a count is negative.
    """
    given = _counts(counts)
    share = given[given > 0] / given.sum()
    return float(np.exp(-(share * np.log(share)).sum()))


def confusion_matrix(
    true: npt.ArrayLike, predicted: npt.ArrayLike, n_classes: int
) -> npt.NDArray[np.int64]:
    """Count rows by true and by predicted class.

    Parameters
    ----------
    true
        True class indices, shape (n,).
    predicted
        Predicted class indices, shape (n,).
    n_classes
        K, the number of classes.

    Returns
    -------
    ndarray
        Shape (K, K), int64: [true, predicted].

    Raises
    ------
    MethodError
        Where labels are off or differ in number.
    """
    truth = check_labels(true, n_classes, name="true labels")
    guess = check_labels(predicted, n_classes, n_rows=len(truth), name="predicted labels")
    cells = np.bincount(truth * n_classes + guess, minlength=n_classes * n_classes)
    return cells.reshape(n_classes, n_classes)


def class_report(true: npt.ArrayLike, predicted: npt.ArrayLike, n_classes: int) -> ClassReport:
    """Report precision, recall and F1 of each class, and the accuracies over all.

    Parameters
    ----------
    true
        True class indices, shape (n,), n >= 1.
    predicted
        Predicted class indices, shape (n,).
    n_classes
        K, the number of classes.

    Returns
    -------
    ClassReport
        Figures with Wilson intervals.

    Raises
    ------
    MethodError
        Where labels are off, differ in number, or there are none.
    """
    confusion = confusion_matrix(true, predicted, n_classes)
    n = int(confusion.sum())
    if not n:
        raise MethodError("there are no rows to report on", hint="Label some rows first.")
    hits = confusion.diagonal()
    support, guessed = confusion.sum(axis=1), confusion.sum(axis=0)
    precision, precision_low, precision_high = _measured_share(hits, guessed)
    recall, recall_low, recall_high = _measured_share(hits, support)
    accuracy_low, accuracy_high = wilson(hits.sum(), n)
    return ClassReport(
        support=support,
        predicted=guessed,
        precision=precision,
        precision_low=precision_low,
        precision_high=precision_high,
        recall=recall,
        recall_low=recall_low,
        recall_high=recall_high,
        f1=np.where(support + guessed > 0, f1_scores(hits, support, guessed), np.nan),
        n=n,
        accuracy=float(hits.sum() / n),
        accuracy_low=float(accuracy_low),
        accuracy_high=float(accuracy_high),
        balanced_accuracy=float(recall[support > 0].mean()),
        macro_f1=float(macro_f1(hits, support, guessed)),
        majority_baseline=float(support.max() / n),
    )


def f1_scores(
    hits: npt.NDArray[Any], support: npt.NDArray[Any], predicted: npt.NDArray[Any]
) -> npt.NDArray[np.float64]:
    """Return the F1 of each class from counts.

    Parameters
    ----------
    hits, support, predicted
        Rows rightly predicted, truly of, and predicted as each class, shape (..., K).

    Returns
    -------
    ndarray
        Shape (..., K), in [0, 1]; 0 for a class that does not occur.
    """
    return np.asarray(2 * hits / np.maximum(support + predicted, 1))


def macro_f1(
    hits: npt.NDArray[Any], support: npt.NDArray[Any], predicted: npt.NDArray[Any]
) -> npt.NDArray[np.float64]:
    """Return the mean F1 of the classes that occur, as true or as predicted ones.

    Parameters
    ----------
    hits, support, predicted
        As of `f1_scores`; at least one class occurs.

    Returns
    -------
    ndarray
        Shape (...,), in [0, 1].
    """
    n_occurring = np.count_nonzero(support + predicted, axis=-1)
    return np.asarray(f1_scores(hits, support, predicted).sum(axis=-1) / n_occurring)


def _measured_share(
    hits: npt.NDArray[np.int64], n: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], ...]:
    """Return shares with their Wilson intervals, NaN where there is nothing to have a share of."""
    figures = (hits / np.maximum(n, 1), *wilson(hits, n))
    return tuple(np.where(n > 0, figure, np.nan) for figure in figures)


def _counts(counts: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the counts, or raise where they are off or no class has a row."""
    given = np.asarray(counts, np.float64)
    if given.ndim != 1 or not np.isfinite(given).all() or (given < 0).any():
        raise MethodError("counts must be one non-negative number a class")
    if not given.any():
        raise MethodError("no class has a row", hint="Label some rows first.")
    return given
