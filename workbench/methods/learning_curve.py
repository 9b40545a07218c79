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

BEFORE_ALL: Final = -1
"""The place among the batches of what was annotated before the first of them."""


@dataclass(frozen=True, slots=True)
class Score:
    """Accuracy and macro-F1 with 95 % intervals, all in [0, 1], higher = better."""

    accuracy: float
    accuracy_low: float
    accuracy_high: float
    macro_f1: float
    macro_f1_low: float
    macro_f1_high: float


def importance_weights(
    batch: npt.ArrayLike, n_draws: npt.ArrayLike, n_rows: int
) -> npt.NDArray[np.float64]:
    """Weigh annotated rows so that they stand for all rows, those chosen for a reason included.

    When batch t was drawn, the population was the rows annotated before, each of which stands for
    itself, and a pool of the N_t others, of which each of the r_t random draws stands for
    N_t / r_t. The estimates of all batches are averaged by r_t: stratified sampling (Cochran,
    "Sampling Techniques", 1977, section 5.3), which unlike Farquhar, Gal and Rainforth (ICLR 2021)
    needs no chance of every row to be chosen.

    Parameters
    ----------
    batch
        Batch of each annotated row, shape (n,), in the order of time; `BEFORE_ALL` for those that
        were annotated before any batch was drawn.
    n_draws
        Even draws from the pool that the row stands for, shape (n,): 0 where it was chosen, above 1
        where copies of it were drawn too.
    n_rows
        How many rows there are, annotated or not; all were there when a row was drawn.

    Returns
    -------
    ndarray
        Shape (n,), float64, summing to 1; all 0 where no row is random.

    Raises
    ------
    MethodError
        Where shapes are off, or more rows are annotated than there are.
    """
    of_batch, draws = np.asarray(batch, np.int64), np.asarray(n_draws, np.int64)
    if of_batch.shape != draws.shape or of_batch.ndim != 1:
        raise MethodError("batch and n_draws must be one value a row")
    if (draws < 0).any() or (of_batch < BEFORE_ALL).any():
        raise MethodError("batch or n_draws holds a negative number")
    if len(of_batch) > n_rows:
        raise MethodError(f"{len(of_batch)} rows are annotated, but there are {n_rows}")
    weights = np.zeros(len(of_batch))
    for t in np.unique(of_batch[draws > 0]):
        mine, before = of_batch == t, of_batch < t
        weights[mine] += draws[mine] * (1 - before.sum() / n_rows)
        weights[before] += draws[mine].sum() / n_rows
    total = weights.sum()
    return weights / total if total else weights


def poststratified_weights(
    batch: npt.ArrayLike, n_draws: npt.ArrayLike, arrival: npt.ArrayLike, sizes: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Weigh random rows so that each arrival counts by the rows that it has now.

    A row stands only for rows that could have been drawn in its place. So those that came later are
    a stratum of their own, which random rows of later batches stand for, by `importance_weights`
    within it (poststratification: Cochran, 1977, section 5A.9).

    Parameters
    ----------
    batch, n_draws
        As of `importance_weights`.
    arrival
        Stratum of each row, shape (n,), 0 .. S - 1.
    sizes
        Rows of each stratum, annotated or not, shape (S,). Where it is 0 the stratum is left out;
        so is one without a random row, for which the others stand in then.

    Returns
    -------
    ndarray
        Shape (n,), float64, summing to 1, 0 where a row is not random.

    Raises
    ------
    MethodError
        Where shapes are off, or more rows are annotated than there are.
    """
    of_batch, draws = np.asarray(batch, np.int64), np.asarray(n_draws, np.int64)
    of_arrival = np.asarray(arrival, np.int64)
    if of_arrival.shape != draws.shape:
        raise MethodError("arrival must be one value a row")
    weights = np.zeros(len(draws))
    for s, size in enumerate(np.asarray(sizes, np.int64).tolist()):
        mine = np.flatnonzero(of_arrival == s)
        if not size or not draws[mine].any():
            continue
        inside = importance_weights(of_batch[mine], draws[mine], size)
        inside[draws[mine] == 0] = 0
        weights[mine] = size * inside / inside.sum()
    total = weights.sum()
    return weights / total if total else weights


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
    n_resamples: int = 300,
) -> Score:
    """Score predictions on weighted rows.

    The interval of the accuracy is Wilson's at the effective number of rows (Kish, 1965, section
    11.7), and no narrower than those within strata, added up in squares (Yan and Su, "Stratified
    Wilson and Newcombe confidence intervals for multiple binomial proportions", 2010): a few rows
    of one may weigh as much as many of another. That of macro-F1 is a percentile bootstrap over
    rows, and never narrower. The F1 of a few rows lies low, as the harmonic mean of two noisy
    shares. Their mean does not, and no F1 lies above it, so that the upper end takes it for classes
    of fewer than 10 rows.

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
    weight = weight / weight.sum()
    right = min(float(weight[answer == actual].sum()), 1.0)
    low, high = _stratified_wilson(answer == actual, weight, stratum)
    drawn = rng.multinomial(len(actual), np.full(len(actual), 1 / len(actual)), n_resamples)
    each = np.concatenate([weight[None], drawn * weight])
    is_rare = np.bincount(actual, minlength=n_classes) < FEW_ROWS
    f1, *resampled = _macro_f1(answer, actual, each, np.zeros(n_classes, np.bool_))
    most, *resampled_most = _macro_f1(answer, actual, each, is_rare)
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
) -> tuple[float, float]:
    """Return the interval of a share of weights that sum to 1."""
    share = np.bincount(stratum, weight)
    has_rows = share > 0
    share = share[has_rows]
    effective = np.square(share) / np.bincount(stratum, np.square(weight))[has_rows]
    right = np.minimum(np.bincount(stratum, weight * is_right)[has_rows] / share, 1.0)
    lows, highs = wilson(right * effective, effective)
    middle = min(float(share @ right), 1.0)
    below = np.sqrt(np.square(share * (right - lows)).sum())
    above = np.sqrt(np.square(share * (highs - right)).sum())
    # Where a stratum has a row or two that are right, nothing is above it, so look at all as well.
    n = np.array([1 / np.square(weight).sum()])
    (low,), (high,) = wilson(middle * n, n)
    return float(max(min(middle - below, low), 0)), float(min(max(middle + above, high), 1))


def _macro_f1(
    predicted: npt.NDArray[np.int64],
    truth: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float64],
    is_rare: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float64]:
    """Return the macro-F1 under each row of weights, over the classes with true rows there.

    Rare classes count with the plain mean of precision and recall.
    """
    n_classes = len(is_rare)
    is_true = np.eye(n_classes)[truth]
    is_predicted = np.eye(n_classes)[predicted]
    hits = weights @ (is_true * is_predicted)
    support, answered = weights @ is_true, weights @ is_predicted
    occurs = support > 0
    f1 = 2 * hits / np.where(occurs, support + answered, 1)
    recall = hits / np.where(occurs, support, 1)
    precision = np.divide(hits, answered, out=recall.copy(), where=answered > 0)
    of_class = np.where(is_rare, (precision + recall) / 2, f1)
    return np.asarray((of_class * occurs).sum(axis=1) / np.maximum(occurs.sum(axis=1), 1))
