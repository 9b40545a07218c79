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
    11.7); that of macro-F1 is a percentile bootstrap over rows, and never narrower. The F1 of a few
    rows lies low, as the harmonic mean of two noisy shares. Their mean does not, and no F1 lies
    above it, so that the upper end takes it for classes of fewer than 10 rows.

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
    each = np.concatenate([weight[None], drawn * weight])
    is_rare = np.bincount(actual, minlength=n_classes) < FEW_ROWS
    f1, *resampled = _macro_f1(answer, actual, each, np.zeros(n_classes, np.bool_))
    most, *resampled_most = _macro_f1(answer, actual, each, is_rare)
    return Score(
        accuracy=right,
        accuracy_low=float(low[0]),
        accuracy_high=float(high[0]),
        macro_f1=float(f1),
        macro_f1_low=float(max(0, min(np.quantile(resampled, 0.025), f1 - (right - low[0])))),
        macro_f1_high=float(
            min(1, max(np.quantile(resampled_most, 0.975), most + (high[0] - right)))
        ),
    )


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
