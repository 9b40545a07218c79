"""What labels have bought so far, without a test set.

The rows that a batch drew evenly from its pool are the yardstick: models that never saw them are
held to them, each weighted by the rows that it stands for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.answer_trust import LabelDoubt
from workbench.methods.checks import check_labels
from workbench.methods.intervals import wilson

FEW_ROWS: Final = 10
"""Which classes of fewer judged rows are there at all is chance."""

LEVEL: Final = 1e-9
"""A model whose certainty differs by less is as sure of all rows."""

MOST_TILT: Final = 3.0
"""A row of which a model is surer by one standard deviation counts e to this more, at most."""


ENOUGH: Final = 0.9
"""How likely rows of all strata are enough, at least, after so many draws."""

MOST_WRONG: Final = 0.4
"""Where more answers are taken to be wrong, a label tells too little to correct for it."""


@dataclass(frozen=True, slots=True)
class Score:
    """Accuracy and macro-F1 with 95 % intervals, all in [0, 1], higher = better."""

    accuracy: float
    accuracy_low: float
    accuracy_high: float
    macro_f1: float
    macro_f1_low: float
    macro_f1_high: float

    def spanning(self, other: Score) -> Score:
        """Return it with the intervals of either, where nobody knows which of both is right."""
        return replace(
            self,
            accuracy_low=min(self.accuracy_low, other.accuracy_low),
            accuracy_high=max(self.accuracy_high, other.accuracy_high),
            macro_f1_low=min(self.macro_f1_low, other.macro_f1_low),
            macro_f1_high=max(self.macro_f1_high, other.macro_f1_high),
        )


def stratified_weights(
    n_draws: npt.ArrayLike, stratum: npt.ArrayLike, sizes: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Weigh rows that were drawn evenly so that each stratum counts by the rows that it has.

    A row stands only for rows that could have been drawn in its place, and for as many as each
    other draw of its stratum (poststratification: Cochran, "Sampling Techniques", 1977, section
    5A.9).

    Parameters
    ----------
    n_draws
        Even draws that the row stands for, shape (n,): 0 where it was chosen, above 1 where copies
        of it were drawn too.
    stratum
        Stratum of each row, shape (n,), 0 .. S - 1.
    sizes
        Rows of each stratum that the random ones stand for, shape (S,). Where it is 0 the stratum
        is left out; so is one without a random row, for which the others stand in then.

    Returns
    -------
    ndarray
        Shape (n,), float64, summing to 1, 0 where a row is not random; all 0 where none is.

    Raises
    ------
    MethodError
        Where shapes are off, or a number is negative.
    """
    draws, of_row = np.asarray(n_draws, np.int64), np.asarray(stratum, np.int64)
    rows_in = np.asarray(sizes, np.int64)
    if of_row.shape != draws.shape or draws.ndim != 1:
        raise MethodError("n_draws and stratum must be one value a row")
    if (draws < 0).any() or (rows_in < 0).any():
        raise MethodError("n_draws or sizes holds a negative number")
    drawn = np.bincount(of_row, draws, minlength=len(rows_in))
    each = np.divide(rows_in, drawn, out=np.zeros(len(rows_in)), where=drawn > 0)
    weights = np.multiply(draws, each[of_row], dtype=np.float64)
    total = float(weights.sum())
    return np.asarray(weights / (total or 1.0))


def tilted_weights(
    weights: npt.ArrayLike, certainty: npt.ArrayLike, target: float
) -> npt.NDArray[np.float64]:
    """Weigh judged rows so that a model is as sure of them as of the rows that they stand for.

    A strategy keeps away from what is labelled. So a random row that is held out leaves a hole
    where no chosen row lies, and the model is less sure of it, and less often right, than of rows
    that nobody drew. Weights times exp(l certainty) with the l that brings the mean certainty to
    the target are raking-ratio weights (Deville and Sarndal, "Calibration estimators in survey
    sampling", 1992): those of covariate shift, were the log of the densities' ratio linear in the
    certainty. In units of the deviation of the certainty, a normal prior of deviation 1 on l is
    worth one row, and l is 3 at most.

    Parameters
    ----------
    weights
        Weights of the judged rows, shape (n,), none negative, with a positive sum.
    certainty
        What a held-out model gives the class that it takes, calibrated, in [0, 1], shape (n,).
    target
        Its mean over the rows that they stand for.

    Returns
    -------
    ndarray
        Shape (n,), float64, summing to 1.

    Raises
    ------
    MethodError
        Where shapes are off, a weight is negative or all are 0.
    """
    from scipy.optimize import brentq

    base, sure = np.asarray(weights, np.float64), np.asarray(certainty, np.float64)
    if base.shape != sure.shape or base.ndim != 1:
        raise MethodError("weights and certainty must be one value a row")
    if (base < 0).any() or not base.sum() > 0:
        raise MethodError("weights must not be negative, nor all 0")
    base = base / base.sum()
    spread = float(np.sqrt(base @ np.square(sure - base @ sure)))
    if spread < LEVEL:
        return np.asarray(base)
    distance = (sure - target) / spread

    def tilted(by: float) -> npt.NDArray[np.float64]:
        each = base * np.exp(by * distance - np.max(by * distance))
        return np.asarray(each / each.sum())

    def miss(by: float) -> float:
        return float(tilted(by) @ distance) + by / len(base)

    low, high = miss(-MOST_TILT), miss(MOST_TILT)
    if low >= 0 or high <= 0:
        return tilted(-MOST_TILT if low >= 0 else MOST_TILT)
    return tilted(float(brentq(miss, -MOST_TILT, MOST_TILT)))


def draws_to_reach(
    n_rows: npt.ArrayLike, n_needed: npt.ArrayLike, n_pool: int, *, n_most: int
) -> int | None:
    """Return how many random draws bring enough rows of each stratum, most likely.

    Parameters
    ----------
    n_rows
        Rows of each stratum that can be drawn, shape (S,).
    n_needed
        How many of them are needed, shape (S,).
    n_pool
        Rows that can be drawn in all.
    n_most
        So many draws may be made.

    Returns
    -------
    int or None
        The smallest number; None where even the most are not enough.
    """
    from scipy.stats import hypergeom

    rows, needed = np.asarray(n_rows, np.int64), np.asarray(n_needed, np.int64)
    n_draws = np.arange(min(n_most, n_pool) + 1)
    lacks = hypergeom.cdf(needed[:, None] - 1, n_pool, rows[:, None], n_draws)
    # That one of them lacks is no likelier than these chances together (Bonferroni).
    is_enough = lacks.sum(axis=0) <= 1 - ENOUGH
    return int(is_enough.argmax()) if is_enough.any() else None


def score(
    predicted: npt.ArrayLike,
    truth: npt.ArrayLike,
    n_classes: int,
    *,
    weights: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    sizes: npt.ArrayLike | None = None,
    doubt: LabelDoubt | None = None,
) -> Score:
    """Score predictions on weighted rows.

    The interval of the accuracy is Wilson's at the effective number of rows (Kish, 1965, section
    11.7), and no narrower than those within strata, added up in squares (Yan and Su, "Stratified
    Wilson and Newcombe confidence intervals for multiple binomial proportions", 2010): a few rows
    of one may weigh as much as many of another. Where the scores are those on a finite number m
    of other rows, a model is right on these by chance too, so that n rows tell as much as 1 / (1
    / n + 1 / m), and the interval ends at whole rows.

    The F1 of a class is 2 J / (1 + J) of the share J that is right among the rows that are of the
    class or called so, and rises with it, so that Wilson's interval of J gives one of F1, however
    few the rows and though all of them are right. The distances to the ends add up to those of
    the mean as the classes' errors go together (MOVER: Zou and Donner, "Construction of confidence
    limits about effect measures", 2008): an error is one of two classes. They are no smaller than
    those of the accuracy. The F1 of few rows lies low, as it bends in J, so that the upper end
    starts higher by what the bend makes on the mean (delta method).

    Where the truth is what several people chose, who err, a model is right more often than it
    seems: a share of agreement p is one of right answers of (p - r) / (c - r), where a label is
    right with chance c and names the class of a wrong answer by chance r (Rogan and Gladen,
    "Estimating prevalence from the results of a screening test", 1978), and a row counts as one of
    its label by more than once and of the other class by less than nothing (Natarajan et al.,
    "Learning with noisy labels", NeurIPS 2013). That holds for errors that fall evenly; they may
    gather on rows where models err as well. So the interval begins where it does with labels that
    are right, and ends where it does with answers that are wrong twice as often.

    Parameters
    ----------
    predicted, truth
        Class indices of shape (n,), n >= 1.
    n_classes
        K; the mean goes over the classes that occur in the truth.
    weights
        Non-negative, shape (n,); even by default.
    strata
        Stratum of each row, shape (n,), from 0 on; one by default.
    sizes
        Rows of each stratum that the scores are those on, shape (S,); without end by default.
    doubt
        How far the truth may be wrong; it is right by default.

    Returns
    -------
    Score
        Both scores with their intervals.

    Raises
    ------
    MethodError
        Where there is no row, or shapes or values are off.
    """
    actual = check_labels(truth, n_classes)
    answer = check_labels(predicted, n_classes, n_rows=len(actual), name="predicted")
    weight = np.ones(len(actual)) if weights is None else np.asarray(weights, np.float64)
    if not len(actual) or weight.shape != actual.shape or not weight.sum() > 0:
        raise MethodError("there is no row to score on", hint="Annotate some random rows first.")
    stratum = np.zeros(len(actual), np.int64) if strata is None else np.asarray(strata, np.int64)
    if stratum.shape != actual.shape:
        raise MethodError("strata must be one value a row")
    n_strata = int(stratum.max()) + 1
    rows_in = np.full(n_strata, np.inf) if sizes is None else np.asarray(sizes, np.float64)
    if len(rows_in) < n_strata:
        raise MethodError(f"there are {n_strata} strata, but sizes of {len(rows_in)}")
    weight = weight / weight.sum()
    right = min(float(weight[answer == actual].sum()), 1.0)
    low, high = _stratified_wilson(answer == actual, weight, stratum, rows_in)
    n_meant = float(rows_in[:n_strata][np.bincount(stratum, weight) > 0].sum())
    error = 0.0 if doubt is None else min(doubt.error, MOST_WRONG)
    found = []
    for taken in dict.fromkeys((error, 0.0, min(2 * error, MOST_WRONG))):
        by_label, moved = (0.0, 1.0), np.zeros((n_classes, n_classes))
        if doubt is not None and taken:
            by_label, moved = _corrections(answer, actual, weight, n_classes, doubt, taken)
        (least, most), shares = by_label, (right, low, high)
        at, begin, end = (min(max((p - least) / (most - least), 0.0), 1.0) for p in shares)
        f1, lies_low, below, above = _macro_f1(answer, actual, weight, n_classes, n_meant, moved)
        found.append(
            Score(
                accuracy=at,
                accuracy_low=begin,
                accuracy_high=end,
                macro_f1=f1,
                macro_f1_low=max(f1 - max(below, at - begin), 0.0),
                macro_f1_high=min(f1 + lies_low + max(above, end - at), 1.0),
            )
        )
    return Score(
        accuracy=found[0].accuracy,
        accuracy_low=min(each.accuracy_low for each in found),
        accuracy_high=max(each.accuracy_high for each in found),
        macro_f1=found[0].macro_f1,
        macro_f1_low=min(each.macro_f1_low for each in found),
        macro_f1_high=max(each.macro_f1_high for each in found),
    )


def _corrections(
    answer: npt.NDArray[np.int64],
    actual: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float64],
    n_classes: int,
    doubt: LabelDoubt,
    error: float,
) -> tuple[tuple[float, float], npt.NDArray[np.float64]]:
    """Return what the agreement is of a model that is never, and always, right, and what moves.

    The latter are the weights, of shape (K, K), that the pairs of truth and answer change by.
    """
    wrong = doubt.wrong(error)
    other = np.where((doubt.other < 0) & (n_classes == 2), 1 - actual, doubt.other)
    is_known = other >= 0
    by_chance = np.where(is_known, wrong, wrong / max(n_classes - 1, 1))
    moved = np.zeros((n_classes, n_classes))
    by = weight[is_known] * wrong[is_known] / (1 - 2 * wrong[is_known])
    np.add.at(moved, (actual[is_known], answer[is_known]), by)
    np.add.at(moved, (other[is_known], answer[is_known]), -by)
    return (float(weight @ by_chance), 1 - float(weight @ wrong)), moved


def _stratified_wilson(
    is_right: npt.NDArray[np.bool_],
    weight: npt.NDArray[np.float64],
    stratum: npt.NDArray[np.int64],
    rows_in: npt.NDArray[np.float64],
) -> tuple[float, float]:
    """Return the interval of a share of weights that sum to 1, on so many rows of each stratum."""
    share = np.bincount(stratum, weight)
    has_rows = share > 0
    share, meant = share[has_rows], rows_in[: len(share)][has_rows]
    told = np.square(share) / np.bincount(stratum, np.square(weight))[has_rows]
    effective = 1 / (1 / told + 1 / meant)
    right = np.minimum(np.bincount(stratum, weight * is_right)[has_rows] / share, 1.0)
    lows, highs = wilson(right * effective, effective)
    middle = min(float(share @ right), 1.0)
    below = np.sqrt(np.square(share * (right - lows)).sum())
    above = np.sqrt(np.square(share * (highs - right)).sum())
    # Where a stratum has a row or two that are right, nothing is above it, so look at all as well.
    n_meant = float(meant.sum())
    n = np.array([1 / (np.square(weight).sum() + 1 / n_meant)])
    (low,), (high,) = wilson(middle * n, n)
    low, high = max(min(middle - below, low), 0), min(max(middle + above, high), 1)
    if np.isfinite(n_meant):
        # A share of few rows is one of few numbers.
        low, high = np.floor(low * n_meant) / n_meant, np.ceil(high * n_meant) / n_meant
    return float(low), float(min(high, 1))


def _macro_f1(
    answer: npt.NDArray[np.int64],
    actual: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float64],
    n_classes: int,
    n_meant: float,
    moved: npt.NDArray[np.float64],
) -> tuple[float, float, float, float]:
    """Return macro-F1, how low it lies on the mean, and how far the truth may be below and above.

    It is over the classes with true rows. A rare class counts as much among the rare ones as its
    rows do on the mean: else one of a row that stands for hardly anything would count like the
    others.
    """
    is_wrong = answer != actual
    pairs = np.zeros((n_classes, n_classes))
    np.add.at(pairs, (actual, answer), weight)
    pairs = np.maximum(pairs + moved, 0)
    n_true, support = np.bincount(actual, minlength=n_classes), pairs.sum(axis=1)
    occurs = np.flatnonzero((n_true > 0) & (support > 0))
    n_true, support = n_true[occurs], support[occurs]
    right = np.diag(pairs)[occurs]
    errors = pairs + pairs.T
    np.fill_diagonal(errors, 0)
    # All rows that are of the class or called so, each once.
    met = right + errors[occurs].sum(axis=1)
    jaccard = np.minimum(right / met, 1.0)
    counts = np.ones(len(occurs))
    is_rare = n_true < FEW_ROWS
    each = (support / n_true)[is_rare]
    counts[is_rare] = each / (each.mean() if len(each) else 1.0)
    counts /= len(occurs)

    squares = np.square(weight)
    of_class = np.bincount(actual, squares, n_classes)
    of_class += np.bincount(answer, squares * is_wrong, n_classes)
    # Rows that weigh less than others stand for fewer of those that are meant.
    told = np.minimum(np.square(met) / of_class[occurs], met / squares.sum())
    effective = 1 / (1 / told + 1 / (met * n_meant))
    low, high = wilson(jaccard * effective, effective)
    below, above = counts * (_f1(jaccard) - _f1(low)), counts * (_f1(high) - _f1(jaccard))
    together = _correlations(errors * len(actual), occurs)

    # What is known of a class of a row or two is mostly what is known of all.
    shrunk = (jaccard * told + counts @ jaccard) / (told + 1)
    variance = shrunk * (1 - shrunk) / np.maximum(told, 1)
    lies_low = float(counts @ (2 * variance / (1 + shrunk) ** 3))
    return (
        float(counts @ _f1(jaccard)),
        lies_low,
        float(np.sqrt(below @ together @ below)),
        float(np.sqrt(above @ together @ above)),
    )


def _f1(jaccard: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return F1 where such a share is right of the rows that are of a class or called so."""
    return np.asarray(2 * jaccard / (1 + jaccard))


def _correlations(
    errors: npt.NDArray[np.float64], occurs: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return how far the F1 of classes that occur go together, as far as they share their errors.

    Of each class one more error is spread evenly over the others, since none among few is no proof.
    With two classes all errors are shared.
    """
    n_classes = len(errors)
    spread = (1 - np.eye(n_classes)) / max(n_classes - 1, 1)
    share = (errors + spread) / (errors.sum(axis=1, keepdims=True) + 1)
    found = np.sqrt(share * share.T)
    np.fill_diagonal(found, 1)
    return np.asarray(found[np.ix_(occurs, occurs)])
