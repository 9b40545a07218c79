"""What labels have bought so far, without a test set.

The rows that a batch drew evenly from its pool are the yardstick: models that never saw them are
held to them, each weighted by the rows that it stands for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels
from workbench.methods.intervals import wilson

FEW_ROWS: Final = 10
"""The F1 of a class with fewer judged rows is likely to lie low."""

LEVEL: Final = 1e-9
"""A model whose certainty differs by less is as sure of all rows."""

MOST_TILT: Final = 3.0
"""A row of which a model is surer by one standard deviation counts e to this more, at most."""


@dataclass(frozen=True, slots=True)
class Score:
    """Accuracy and macro-F1 with 95 % intervals, all in [0, 1], higher = better."""

    accuracy: float
    accuracy_low: float
    accuracy_high: float
    macro_f1: float
    macro_f1_low: float
    macro_f1_high: float


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
    n_rows: npt.ArrayLike, n_needed: npt.ArrayLike, n_pool: int, *, n_most: int, chance: float = 0.9
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
    chance
        How likely all strata have enough then, at least.

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
    is_enough = lacks.sum(axis=0) <= 1 - chance
    return int(is_enough.argmax()) if is_enough.any() else None


def score(
    predicted: npt.ArrayLike,
    truth: npt.ArrayLike,
    n_classes: int,
    *,
    rng: np.random.Generator,
    weights: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    sizes: npt.ArrayLike | None = None,
    n_resamples: int = 300,
) -> Score:
    """Score predictions on weighted rows.

    The interval of the accuracy is Wilson's at the effective number of rows (Kish, 1965, section
    11.7), and no narrower than those within strata, added up in squares (Yan and Su, "Stratified
    Wilson and Newcombe confidence intervals for multiple binomial proportions", 2010): a few rows
    of one may weigh as much as many of another. Where the scores are those on a finite number m
    of other rows, a model is right on these by chance too, so that n rows tell as much as 1 / (1
    / n + 1 / m), and the interval ends at whole rows. That of macro-F1 is a percentile bootstrap
    over rows, and never narrower. The F1 of a few rows lies low, as the harmonic mean of two
    noisy shares. The means of precision and of recall over classes do not, and no F1 lies above
    their own mean, so that the upper end takes it for classes of fewer than 10 rows.

    Parameters
    ----------
    predicted, truth
        Class indices of shape (n,), n >= 1.
    n_classes
        K; the mean goes over the classes that occur in the truth.
    rng
        Source of the resamples.
    weights
        Non-negative, shape (n,); even by default.
    strata
        Stratum of each row, shape (n,), from 0 on; one by default.
    sizes
        Rows of each stratum that the scores are those on, shape (S,); without end by default.
    n_resamples
        Bootstrap samples.

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
    drawn = rng.multinomial(len(actual), np.full(len(actual), 1 / len(actual)), n_resamples)
    times = np.concatenate([np.ones((1, len(actual)), np.int64), drawn])
    is_rare = np.bincount(actual, minlength=n_classes) < FEW_ROWS
    f1, *resampled = _macro_f1(answer, actual, times * weight, times, is_rare, most=False)
    most, *resampled_most = _macro_f1(answer, actual, times * weight, times, is_rare, most=True)
    return Score(
        accuracy=right,
        accuracy_low=low,
        accuracy_high=high,
        macro_f1=float(f1),
        macro_f1_low=float(max(0, min(np.quantile(resampled, 0.025), f1 - (right - low)))),
        macro_f1_high=float(min(1, max(np.quantile(resampled_most, 0.975), most + (high - right)))),
    )


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
    predicted: npt.NDArray[np.int64],
    truth: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float64],
    times: npt.NDArray[np.int64],
    is_rare: npt.NDArray[np.bool_],
    *,
    most: bool,
) -> npt.NDArray[np.float64]:
    """Return the macro-F1 under each row of weights, over the classes with true rows there.

    Each row of the sample is there so many `times`. A rare class counts as much among the rare ones
    as its rows do on the mean: else one of a row that stands for hardly anything would count like
    the others. At `most`, rare classes have the mean of their recall, where they have true rows,
    and of their precision, where they are predicted: each is right on the mean, however few the
    rows.
    """
    is_true = np.eye(len(is_rare))[truth]
    is_predicted = np.eye(len(is_rare))[predicted]
    hits = weights @ (is_true * is_predicted)
    support, answered = weights @ is_true, weights @ is_predicted
    occurs = support > 0
    f1 = 2 * hits / np.where(occurs, support + answered, 1)
    n_true, n_answered = times @ is_true, times @ is_predicted
    each = np.where(occurs & is_rare, support / np.maximum(n_true, 1), 0)
    if most:
        recall = _weighted_mean(hits / np.where(occurs, support, 1), each)
        is_answered = (answered > 0) & is_rare
        each_answered = np.where(is_answered, answered / np.maximum(n_answered, 1), 0)
        precision = _weighted_mean(hits / np.where(answered > 0, answered, 1), each_answered)
        of_rare = (recall + np.where(is_answered.any(axis=1), precision, recall)) / 2
    else:
        of_rare = _weighted_mean(f1, each)
    total = (f1 * (occurs & ~is_rare)).sum(axis=1) + of_rare * (occurs & is_rare).sum(axis=1)
    return np.asarray(total / np.maximum(occurs.sum(axis=1), 1))


def _weighted_mean(
    values: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the mean of each row's values; 0 where all weights are."""
    total = weights.sum(axis=1)
    return np.asarray((values * weights).sum(axis=1) / np.where(total > 0, total, 1))
