"""Whether P(y | x) differs between two labelled sets of rows once their texts are accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels
from workbench.methods.class_shares import recalibrate
from workbench.methods.cross_fitting import cross_fit, deal_folds, out_of_fold_probabilities

MIN_LABELS = 20
"""Below so many labels on a side the residuals say nothing."""

MIN_EFFECTIVE_ROWS = 20.0
"""Rows of common text, in effect, below which the two sets have nothing to compare.

The sum of e (1 - e) over rows, times 4.
"""


@dataclass(frozen=True, slots=True)
class ConceptShift:
    """Whether the same text has another class elsewhere; arrays of shape (K,).

    Attributes
    ----------
    measurable
        Whether labels and overlap do for a difference of the size asked for; where False, a small
        p-value still counts and a large one says nothing.
    reason
        Why not, or what was found, in a sentence.
    labels_needed
        Labels of the other set that would find the difference asked for in 80 of 100 cases; None
        where no number would do, since the texts do not overlap.
    p_value
        That no class differs, the larger of two (see `concept_shift`); None where nothing could be
        computed.
    difference, low, high
        How much likelier each class is in the other set for the same text, averaged over the texts
        that both have, with 95 % intervals.
    accuracy_difference, accuracy_low, accuracy_high
        How much more often a model of the source's labels is right in the other set for the same
        text, with a 95 % interval: what is left to see where classes swap their texts and each is
        as likely as before. None where nothing could be computed.
    """

    measurable: bool
    reason: str
    labels_needed: int | None
    p_value: float | None
    difference: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    accuracy_difference: float | None = None
    accuracy_low: float | None = None
    accuracy_high: float | None = None


def concept_shift(
    X_source: Any,
    labels_source: npt.ArrayLike,
    X_other: Any,
    labels_other: npt.ArrayLike,
    n_classes: int,
    *,
    rng: np.random.Generator,
    difference: float = 0.1,
    n_bootstrap: int = 1_000,
) -> ConceptShift:
    r"""Test whether the class depends on the set of rows beyond what the text says.

    The generalised covariance measure (Shah and Peters, "The Hardness of Conditional Independence
    Testing and the Generalised Covariance Measure", Annals of Statistics 48, 2020, section 3) of
    class and set given the text: :math:`R_{ik} = (s_i - \hat e(x_i)) (1[y_i = k] - \hat p_k(x_i))`
    with both models fitted out of fold and recalibrated; the largest
    :math:`|\sqrt{n} \bar R_k| / sd` over classes and over whether a model of the source is right,
    which changes where classes swap their texts. The p-value is the larger of that of a multiplier
    bootstrap and that of sets dealt anew by :math:`\hat e` (Candès, Fan, Janson and Lv, "Panning
    for Gold", JRSS B 80, 2018): the first is too small where few rows carry the residuals, as with
    a rare class, and the second where :math:`\hat e` is off. Rows whose text occurs in one set
    only have :math:`s \approx \hat e` and drop out: it compares like with like, as matching and
    importance weighting do, and errors of the two models only matter as a product. The differences
    are those of the partially linear model (Robinson, Econometrica 56, 1988).

    The text is what its features tell of it: where they tell the class less surely in one set, as
    of longer or subtler texts, P(y | features) differs though no meaning does.

    Parameters
    ----------
    X_source
        Features of labelled rows of the source, shape (n_source, n_features).
    labels_source
        Their classes, shape (n_source,).
    X_other
        Features of labelled rows of the other set, shape (n_other, n_features), in random order or
        drawn at random: rows chosen for their doubt would show what chose them.
    labels_other
        Their classes, shape (n_other,).
    n_classes
        K, the number of classes.
    rng
        Source of folds and bootstrap samples.
    difference
        Difference in P(y = k | x) that matters, in (0, 1).
    n_bootstrap
        Number of bootstrap samples.

    Returns
    -------
    ConceptShift
        The test, or why it is not measurable and how many labels would do.

    Raises
    ------
    MethodError
        Where labels are off or `difference` is out of range.
    """
    source = check_labels(labels_source, n_classes, n_rows=X_source.shape[0])
    other = check_labels(labels_other, n_classes, n_rows=X_other.shape[0])
    if not 0 < difference < 1:
        raise MethodError(f"the difference is {difference}, but must lie between 0 and 1")
    if len(source) < MIN_LABELS or len(np.unique(source)) < 2:
        return _not_measurable("too few labelled rows, or a single class, in the source", None)
    if len(other) < MIN_LABELS:
        share = np.bincount(source, minlength=n_classes) / len(source)
        needed = labels_needed(float((share * (1 - share)).max()), len(source), difference)
        return _not_measurable(
            f"{len(other):,} labels of the other rows are too few", max(needed or 0, MIN_LABELS)
        )
    return _compute_concept_shift(
        X_source, source, X_other, other, n_classes, rng, difference, n_bootstrap
    )


def labels_needed(
    variance: float,
    n_source: int,
    difference: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
) -> int | None:
    """Return how many labels of the other rows would find a difference, before there are any.

    The normal sample-size formula for two means, variance / n_source + variance / n_other.

    Parameters
    ----------
    variance
        Variance of the class indicator, at most 0.25; that left by a good model is smaller.
    n_source
        Labelled rows of the source.
    difference
        Difference in P(y | x) to be found.
    alpha
        Level of the two-sided test.
    power
        Chance to find it.

    Returns
    -------
    int or None
        None where the source has too few labels for any number to do.
    """
    normal = NormalDist()
    z = normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)
    left = (difference / z) ** 2 - variance / max(n_source, 1)
    return ceil(variance / left) if left > 0 else None


def _compute_concept_shift(
    X_source: Any,
    source: npt.NDArray[np.int64],
    X_other: Any,
    other: npt.NDArray[np.int64],
    n_classes: int,
    rng: np.random.Generator,
    difference: float,
    n_bootstrap: int,
) -> ConceptShift:
    """Multiply the residuals of set and class given the text."""
    from scipy.sparse import csr_matrix, vstack

    X = vstack([csr_matrix(X_source), csr_matrix(X_other)], format="csr")
    y = np.concatenate([source, other])
    is_other = np.repeat([0, 1], [len(source), len(other)])
    # Folds deal both sets and all classes evenly; each model is fitted on the other folds.
    fold = deal_folds(y, rng=rng)
    p = cross_fit(X, y, n_classes, fold, rng=rng)
    p = recalibrate(p, y, p)
    # What the source calls a text is a function of the text alone, whatever the other set says.
    said = cross_fit(X, y, n_classes, fold, learnt=is_other == 0, rng=rng).argmax(axis=1)
    by_side = out_of_fold_probabilities(X, is_other, 2, rng=rng)
    # The penalty of the model pulls the side's probability to its share, and a bias there would
    # meet that of the other model: twice as many false alarms.
    e = recalibrate(by_side, is_other, by_side)[:, 1]
    set_residual = is_other - e
    right = (y == said) - p[np.arange(len(y)), said]
    class_residual = np.column_stack([np.eye(n_classes)[y] - p, right])
    products = set_residual[:, None] * class_residual
    if 4 * (e * (1 - e)).sum() < MIN_EFFECTIVE_ROWS:
        return _not_measurable("the two sets have hardly a text in common", None)
    p_value = max(
        _max_test(products, rng, n_bootstrap),
        _dealt_test(set_residual, e, class_residual, rng, n_bootstrap),
    )
    weight = float((set_residual**2).sum())
    estimate = products.sum(axis=0) / weight
    error = class_residual - set_residual[:, None] * estimate
    spread = np.sqrt(((set_residual[:, None] * error) ** 2).sum(axis=0))
    deviation = np.maximum(spread, _centred(error, e)[1]) / weight
    z = NormalDist().inv_cdf(0.975)
    detectable = float(deviation.max()) * (z + NormalDist().inv_cdf(0.8))
    # The variance falls with the labels of the smaller set, so far as the other does not bound it.
    needed = ceil(len(other) * (detectable / difference) ** 2)
    measurable = detectable <= difference
    if measurable:
        reason = f"a difference of {difference:g} would be found"
    else:
        reason = f"only differences from {min(detectable, 1):.2f} on would be found"
    low = np.maximum(estimate - z * deviation, -1)
    high = np.minimum(estimate + z * deviation, 1)
    return ConceptShift(
        measurable=measurable,
        reason=reason,
        labels_needed=needed,
        p_value=p_value,
        difference=estimate[:-1],
        low=low[:-1],
        high=high[:-1],
        accuracy_difference=float(estimate[-1]),
        accuracy_low=float(low[-1]),
        accuracy_high=float(high[-1]),
    )


def _max_test(
    products: npt.NDArray[np.float64], rng: np.random.Generator, n_bootstrap: int
) -> float:
    """Return the p-value of the largest standardised mean over columns (Shah and Peters, 3.2)."""
    n = len(products)
    spread = products.std(axis=0)
    kept = products[:, spread > 0]
    if not kept.shape[1]:
        return 1.0
    standard = kept / spread[spread > 0]
    observed = np.abs(standard.mean(axis=0)).max() * np.sqrt(n)
    centred = standard - standard.mean(axis=0)
    null = np.empty(n_bootstrap)
    for i in range(n_bootstrap):
        null[i] = np.abs(rng.standard_normal(n) @ centred).max() / np.sqrt(n)
    return float((1 + np.count_nonzero(null >= observed)) / (1 + n_bootstrap))


def _dealt_test(
    set_residual: npt.NDArray[np.float64],
    e: npt.NDArray[np.float64],
    class_residual: npt.NDArray[np.float64],
    rng: np.random.Generator,
    n_draws: int,
) -> float:
    """Return the p-value of the largest standardised sum where rows are dealt to the sets anew."""
    centred, spread = _centred(class_residual, e)
    if not (spread > 0).any():
        return 1.0
    standard = centred[:, spread > 0] / spread[spread > 0]
    observed = np.abs(set_residual @ standard).max()
    null = np.empty(n_draws)
    for i in range(n_draws):
        null[i] = np.abs(((rng.random(len(e)) < e) - e) @ standard).max()
    return float((1 + np.count_nonzero(null >= observed)) / (1 + n_draws))


def _centred(
    residual: npt.NDArray[np.float64], e: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return residuals less their mean, and the deviation of their sum in a set dealt by e.

    Set residuals sum to 0, but those of a dealt set do not: the mean must not count.
    """
    variance = e * (1 - e)
    centred = residual - variance @ residual / variance.sum()
    return centred, np.sqrt(variance @ centred**2)


def _not_measurable(reason: str, needed: int | None) -> ConceptShift:
    """Return a result that says why there is none."""
    empty = np.zeros(0)
    return ConceptShift(False, reason, needed, None, empty, empty, empty)
