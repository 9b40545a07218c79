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

WORTHWHILE: Final = 0.01
"""A whole point is: as long as it is not ruled out, a small gain is no sign to stop."""

FAR_LABELS: Final = 50
FAR_SHARE: Final = 0.1
"""Models are successive, for stability, where so many labels lie between them, and such a share:
two that differ by the last few labels agree at any time."""

MIN_POINTS: Final = 3
"""Fewer points do not show a curve."""

FEW_ROWS: Final = 10
"""The F1 of a class with fewer judged rows is likely to lie low."""

JUMP: Final = 0.02
"""How likely a step of the curve is one that no law explains, beforehand."""

_EXPONENTS: Final = np.geomspace(0.1, 3, 17)
_EXCESSES: Final = np.linspace(0, 1, 401)[1:] ** 3


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
    """What more labels would add to the accuracy, with its interval, as shares.

    After the oldest ``n_before`` points the accuracy most likely jumped; the gain rests on others.
    """

    accuracy: float
    low: float
    high: float
    n_before: int = 0


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


def expected_gain(
    n_labels: Sequence[int],
    is_right: npt.ArrayLike,
    more: int,
    *,
    weights: npt.ArrayLike | None = None,
) -> ExpectedGain | None:
    r"""Extrapolate a learning curve.

    The error is taken for :math:`a + b\,m^{-c}` of the labels m (Cortes et al., NIPS 1993) with
    unknown a, b >= 0 and c of 0.1 to 3. Each law is weighed by how well it explains what the
    judged rows show: by how much the error fell from point to point, whose variance grows with the
    rows that changed either way, and how large it is at the end, at least what the law can still
    take off. Points share their rows, so that it is the steps that are independent, not the levels.

    The gain is the mean over the laws, all exponents (on a scale of ratios) and all amounts that
    can still be learnt being equally likely beforehand. The interval holds 99 % of their weight:
    in simulations of ten laws it covered the true gain in 98 % of the runs, and under the least
    favourable one in 91 %; with 95 % of the weight it does not cover it in 95 %. Neither goes
    beyond what the interval of the accuracy leaves to 100 %.

    A curve that jumps follows no such law, and which law is the least unlikely says nothing then.
    So a new law may begin at each point, after a step that is as likely to be any as any other; all
    ways to cut the curve are weighed (Fearnhead, "Exact and efficient Bayesian inference for
    multiple changepoint problems", Statistics and Computing 2006), and the newest law counts.

    Parameters
    ----------
    n_labels
        Labels spent at each point, rising, shape (T,).
    is_right
        Whether the model of each point was right on each judged row, shape (T, n_judged).
    more
        How many labels more.
    weights
        Weights of the judged rows, shape (n_judged,); even by default.

    Returns
    -------
    ExpectedGain or None
        The gain in accuracy; None from fewer than three points, without a judged row, and where
        there was more likely than not a jump between the newest three: of a law that has just begun
        nothing is known.

    Raises
    ------
    MethodError
        Where shapes are off.
    """
    wrong = 1 - np.asarray(is_right, np.float64)
    spent = np.asarray(n_labels, np.float64)
    if wrong.ndim != 2 or len(wrong) != len(spent):
        raise MethodError(f"is_right has shape {wrong.shape} for {len(spent)} points")
    if len(spent) < MIN_POINTS or not wrong.shape[1]:
        return None
    n = wrong.shape[1]
    weight = np.full(n, 1 / n) if weights is None else np.asarray(weights, np.float64)
    weight = weight / weight.sum()
    effective = 1 / float(np.square(weight).sum())
    likely = _likelihood(spent, wrong, weight, effective)
    n_wrong = min(float(wrong[-1] @ weight), 1.0) * effective  # weights sum to 1 but for rounding
    likely += np.log(_can_be_learnt(n_wrong, effective))[..., None]
    of_start = np.exp(likely - likely.max())
    of_start /= of_start.sum()
    starts = of_start.sum(axis=(0, 1))
    if starts[1 - MIN_POINTS :].sum() > 0.5:
        return None
    share = of_start.sum(axis=2)
    gains = _EXCESSES[:, None] * (1 - (1 + more / spent[-1]) ** -_EXPONENTS)
    order = np.argsort(gains, axis=None)
    below = np.cumsum(share.ravel()[order]) - share.ravel()[order] / 2
    low, high = np.interp([0.005, 0.995], below, gains.ravel()[order])
    (least,), (most,) = wilson(np.array([n_wrong]), np.array([effective]))
    return ExpectedGain(
        accuracy=float(min((share * gains).sum(), most)),
        low=float(min(low, least)),
        high=float(min(high, most)),
        n_before=int(starts.argmax()),
    )


def _likelihood(
    spent: npt.NDArray[np.float64],
    wrong: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
    effective: float,
) -> npt.NDArray[np.float64]:
    """Return how likely the steps are if the newest law has an excess and an exponent, and a start.

    Logarithms, the prior of the law included; shape (n_excesses, n_exponents, n_points).
    """
    from scipy.special import logsumexp

    mended = wrong[:-1] - wrong[1:]
    fell = mended @ weight
    # Rows that a later model gets wrong again; one more, since none among few is no proof.
    lost = (((mended < 0) @ weight).sum() + 1 / effective) / len(fell)
    place = np.arange(len(spent))
    lawful, jump = np.log1p(-JUMP), np.log(JUMP / 2)  # a step is in [-1, 1]
    before = np.zeros(len(spent))  # of all steps before a law that begins at each point
    for start in place[1:]:
        of_laws = _under_laws(spent[:start], fell[: start - 1], lost, effective)
        each = logsumexp(of_laws, axis=(0, 1)) + (start - 1 - place[:start]) * lawful
        before[start] = logsumexp(before[:start] + each) + jump
    found = _under_laws(spent, fell, lost, effective)
    found += before + (len(fell) - place) * lawful
    return found


def _under_laws(
    spent: npt.NDArray[np.float64],
    fell: npt.NDArray[np.float64],
    lost: float,
    effective: float,
) -> npt.NDArray[np.float64]:
    """Return the log-density of each law and the steps from each point on under it.

    All exponents and all excesses at the last point are equally likely beforehand.
    """
    power = (spent[:, None] / spent[-1]) ** -_EXPONENTS
    expected = _EXCESSES[:, None, None] * (power[:-1] - power[1:]).T
    variance = (expected + 2 * lost) / effective
    density = -0.5 * (np.square(fell - expected) / variance + np.log(2 * np.pi * variance))
    found = _from_each_on(density)
    # No error falls by more than 1.
    found[_from_each_on(expected) > 1] = -np.inf
    even = np.log(np.gradient(_EXCESSES) / len(_EXPONENTS))  # the grid is finer near 0
    found += even[:, None, None]
    return found


def _from_each_on(of_step: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the sums of the steps from each point on, the last without any."""
    sums = np.zeros((*of_step.shape[:-1], of_step.shape[-1] + 1))
    sums[..., :-1] = np.cumsum(of_step[..., ::-1], axis=-1)[..., ::-1]
    return sums


def _can_be_learnt(n_wrong: float, n: float) -> npt.NDArray[np.float64]:
    """Return how likely the error is at least each excess of the grid, shape (n_excesses, 1)."""
    from scipy.special import betaincc

    found: npt.NDArray[np.float64] = betaincc(n_wrong + 0.5, n - n_wrong + 0.5, _EXCESSES)
    return np.maximum(found, np.finfo(np.float64).tiny)[:, None]


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


def stability_partners(n_labels: Sequence[int]) -> list[int | None]:
    """Return for each model the newest earlier one that has clearly fewer labels, if any.

    Parameters
    ----------
    n_labels
        Labels that each model has, rising.

    Returns
    -------
    list of int or None
        Places in `n_labels`: at least 50 labels fewer, and a tenth of the model's own.
    """
    partners: list[int | None] = []
    for i, n in enumerate(n_labels):
        most = n - max(FAR_LABELS, FAR_SHARE * n)
        partners.append(max((j for j in range(i) if n_labels[j] <= most), default=None))
    return partners


def stopping_reasons(
    stability: Sequence[float], uncertainty: float | None, gain: ExpectedGain | None
) -> tuple[bool, tuple[str, ...]]:
    """Weigh the three signs that more labels hardly help; two of them make a hint to stop.

    Parameters
    ----------
    stability
        Kappa of each model with one before it (`stability_partners`), oldest first.
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
        reasons.append(
            f"predictions are {word}: models agree with those of a tenth fewer labels with kappa"
            f" {mean:.3f}"
        )
    if uncertainty is not None:
        signs.append(uncertainty <= CERTAIN)
        word = "little is left in doubt" if signs[-1] else "the pool is still in doubt"
        reasons.append(f"{word}: mean uncertainty {uncertainty:.2f}")
    if gain is not None:
        is_small = gain.accuracy <= SMALL_GAIN
        signs.append(is_small and gain.high <= WORTHWHILE)
        word = "hardly anything" if is_small else "something"
        doubt = ", too few judged rows to be sure" if is_small and not signs[-1] else ""
        reasons.append(
            f"the next 100 labels bring {word}: {100 * gain.accuracy:+.1f} points of accuracy"
            f" [{100 * gain.low:+.1f}, {100 * gain.high:+.1f}]{doubt}"
        )
    return sum(signs) >= 2, tuple(reasons)
