"""What labels have bought so far, what more would buy, and when to stop; without a test set.

The rows that a batch drew evenly from its pool are the yardstick: models that never saw them are
held to them, each weighted by the rows that it stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels
from workbench.methods.intervals import wilson

STABLE_KAPPA: Final = 0.99
"""Agreement of successive models from which labels change next to nothing (Bloodgood, 3.2)."""

STABLE_POINTS: Final = 3
"""The mean of so many agreements must reach it."""

CERTAIN: Final = 0.1
"""Mean uncertainty of the pool below which little is left to ask (Zhu et al., section 3.2)."""

SMALL_GAIN: Final = 0.005
"""Half a point of accuracy for the next 100 labels is hardly worth them."""

MIN_POINTS: Final = 3
"""Fewer points do not show a curve."""

_EXPONENTS: Final = (0.25, 0.5, 0.75, 1.0, 1.5)


@dataclass(frozen=True, slots=True)
class Score:
    """Accuracy and macro-F1 with 95 % intervals, all in [0, 1], higher = better."""

    accuracy: float
    accuracy_low: float
    accuracy_high: float
    macro_f1: float
    macro_f1_low: float
    macro_f1_high: float


@dataclass(frozen=True, slots=True)
class ExpectedGain:
    """What more labels would add to the accuracy, with a 95 % interval, as shares."""

    accuracy: float
    low: float
    high: float


def importance_weights(
    batch: npt.ArrayLike, n_draws: npt.ArrayLike, pool_sizes: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Weigh annotated rows so that they stand for all rows, those chosen for a reason included.

    When batch t was drawn, the population was the rows annotated before, each of which stands for
    itself, and a pool of which each of the r_t random draws stands for N_t / r_t. The estimates of
    all batches are averaged by r_t: stratified sampling (Cochran, "Sampling Techniques", 1977,
    section 5.3), which unlike Farquhar, Gal and Rainforth (ICLR 2021) needs no chance of every row
    to be chosen.

    Parameters
    ----------
    batch
        Batch of each annotated row, shape (n,), 0 .. T - 1 in the order of time.
    n_draws
        Even draws from the pool that the row stands for, shape (n,): 0 where it was chosen, above 1
        where copies of it were drawn too.
    pool_sizes
        Rows to choose from at each batch, shape (T,).

    Returns
    -------
    ndarray
        Shape (n,), float64, summing to 1; all 0 where no row is random.

    Raises
    ------
    MethodError
        Where shapes are off.
    """
    of_batch, draws = np.asarray(batch, np.int64), np.asarray(n_draws, np.int64)
    sizes = np.asarray(pool_sizes, np.float64)
    if of_batch.shape != draws.shape or of_batch.ndim != 1:
        raise MethodError("batch and n_draws must be one value a row")
    if (draws < 0).any():
        raise MethodError("n_draws holds a negative number")
    if len(of_batch) and not (of_batch.min() >= 0 and of_batch.max() < len(sizes)):
        raise MethodError(f"a batch is not in 0 to {len(sizes) - 1}")
    weights = np.zeros(len(of_batch))
    for t, size in enumerate(sizes):
        mine = of_batch == t
        n_random = int(draws[mine].sum())
        if n_random:
            before = of_batch < t
            population = size + before.sum()
            weights[mine] += draws[mine] * size / population
            weights[before] += n_random / population
    total = weights.sum()
    return weights / total if total else weights


def score(
    predicted: npt.ArrayLike,
    truth: npt.ArrayLike,
    n_classes: int,
    *,
    rng: np.random.Generator,
    weights: npt.ArrayLike | None = None,
    n_resamples: int = 300,
) -> Score:
    """Score predictions on weighted rows.

    The interval of the accuracy is Wilson's at the effective number of rows (Kish, 1965, section
    11.7); that of macro-F1 is a percentile bootstrap over rows, and never narrower.

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
    weight = weight / weight.sum()
    right = min(float(weight[answer == actual].sum()), 1.0)
    effective = 1 / float(np.square(weight).sum())
    low, high = wilson(np.array([right * effective]), np.array([effective]))
    drawn = rng.multinomial(len(actual), np.full(len(actual), 1 / len(actual)), n_resamples)
    f1 = _macro_f1(answer, actual, weight[None], n_classes)[0]
    resampled = _macro_f1(answer, actual, drawn * weight, n_classes)
    f1_low, f1_high = np.quantile(resampled, [0.025, 0.975])
    return Score(
        accuracy=right,
        accuracy_low=float(low[0]),
        accuracy_high=float(high[0]),
        macro_f1=float(f1),
        macro_f1_low=float(max(0, min(f1_low, f1 - (right - low[0])))),
        macro_f1_high=float(min(1, max(f1_high, f1 + (high[0] - right)))),
    )


def _macro_f1(
    predicted: npt.NDArray[np.int64],
    truth: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float64],
    n_classes: int,
) -> npt.NDArray[np.float64]:
    """Return the macro-F1 under each row of weights, over the classes with true rows there."""
    is_true = np.eye(n_classes)[truth]
    is_predicted = np.eye(n_classes)[predicted]
    hits = weights @ (is_true * is_predicted)
    support, answered = weights @ is_true, weights @ is_predicted
    f1 = 2 * hits / np.where(support + answered > 0, support + answered, 1)
    occurs = support > 0
    return np.asarray((f1 * occurs).sum(axis=1) / np.maximum(occurs.sum(axis=1), 1))


def expected_gain(
    n_labels: Sequence[int],
    is_right: npt.ArrayLike,
    more: int,
    *,
    rng: np.random.Generator,
    weights: npt.ArrayLike | None = None,
    n_resamples: int = 200,
) -> ExpectedGain | None:
    r"""Extrapolate a learning curve.

    Fits the error as :math:`a + b\,m^{-c}` of the labels m (Cortes et al., NIPS 1993) by least
    squares over a grid of c, and takes the mean over bootstrap samples of the judged rows: the
    points of a curve share them, so that their errors move together.

    Parameters
    ----------
    n_labels
        Labels spent at each point, rising, shape (T,).
    is_right
        Whether the model of each point was right on each judged row, shape (T, n_judged).
    more
        How many labels more.
    rng
        Source of the resamples.
    weights
        Weights of the judged rows, shape (n_judged,); even by default.
    n_resamples
        Bootstrap samples.

    Returns
    -------
    ExpectedGain or None
        The gain in accuracy; None from fewer than three points or without a judged row.

    Raises
    ------
    MethodError
        Where shapes are off.
    """
    right = np.asarray(is_right, np.float64)
    spent = np.asarray(n_labels, np.float64)
    if right.ndim != 2 or len(right) != len(spent):
        raise MethodError(f"is_right has shape {right.shape} for {len(spent)} points")
    if len(spent) < MIN_POINTS or not right.shape[1]:
        return None
    n = right.shape[1]
    weight = np.full(n, 1 / n) if weights is None else np.asarray(weights, np.float64)
    drawn = rng.multinomial(n, np.full(n, 1 / n), n_resamples) * weight
    errors = (drawn @ (1 - right).T) / np.maximum(drawn.sum(axis=1, keepdims=True), 1e-12)
    gains = np.array([_extrapolate(spent, error, more) for error in errors])
    low, high = np.quantile(gains, [0.025, 0.975])
    return ExpectedGain(float(gains.mean()), float(low), float(high))


def _extrapolate(
    spent: npt.NDArray[np.float64], error: npt.NDArray[np.float64], more: int
) -> float:
    """Return by how much the best power law falls until so many labels more are spent."""
    best, gain = np.inf, 0.0
    for exponent in _EXPONENTS:
        power = spent**-exponent
        centred = power - power.mean()
        # Neither part may be negative: more labels do not harm, and no error is below zero.
        slope = max(float(centred @ error / (centred @ centred)), 0.0)
        floor = float(error.mean() - slope * power.mean())
        if floor < 0:
            floor, slope = 0.0, float(power @ error / (power @ power))
        misfit = float(np.square(error - floor - slope * power).sum())
        if misfit < best:
            best = misfit
            gain = slope * float(power[-1] - (spent[-1] + more) ** -exponent)
    return gain


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


def stopping_reasons(
    stability: Sequence[float], uncertainty: float | None, gain: ExpectedGain | None
) -> tuple[bool, tuple[str, ...]]:
    """Weigh the three signs that more labels hardly help; two of them make a hint to stop.

    Parameters
    ----------
    stability
        Kappa of each pair of successive models, oldest first.
    uncertainty
        Mean uncertainty of the pool, in [0, 1] (overall uncertainty: Zhu, Wang and Hovy, COLING
        2008).
    gain
        What the next 100 labels are expected to bring.

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
        reasons.append(f"predictions are {word}: successive models agree with kappa {mean:.3f}")
    if uncertainty is not None:
        signs.append(uncertainty <= CERTAIN)
        word = "little is left in doubt" if signs[-1] else "the pool is still in doubt"
        reasons.append(f"{word}: mean uncertainty {uncertainty:.2f}")
    if gain is not None:
        signs.append(gain.accuracy <= SMALL_GAIN)
        word = "hardly anything" if signs[-1] else "something"
        reasons.append(
            f"the next 100 labels bring {word}: {100 * gain.accuracy:+.1f} points of accuracy"
            f" [{100 * gain.low:+.1f}, {100 * gain.high:+.1f}]"
        )
    return sum(signs) >= 2, tuple(reasons)
