"""Whether P(y | x) differs between two labelled sets of rows once their texts are accounted for."""

from __future__ import annotations

from dataclasses import dataclass, field
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

_NOTHING_IN_COMMON = "the two sets have hardly a text in common"

MIN_EFFECTIVE_ROWS = 20.0
"""Rows of common text, in effect, below which the two sets have nothing to compare.

The sum of e (1 - e) over rows, times 4.
"""

_MAX_PILOT = 1_000
"""So many rows a side tell how many labels would do."""


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
        where no number would do: the texts do not overlap, or the source has too few labels.
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
    by_shares, accuracy_by_shares
        What a change of the class shares alone would make of the two differences.
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
    by_shares: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    accuracy_by_shares: float | None = None


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
    X_unlabelled: Any = None,
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
    X_unlabelled
        Features of other rows without a label, shape (n, n_features). Where labels are too few
        they show whether the texts overlap, and so whether more labels would do.

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
        texts = X_other if X_unlabelled is None else _stacked(X_other, X_unlabelled)
        return _too_few(X_source, source, texts, len(other), n_classes, rng, difference)
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
    X = _stacked(X_source, X_other)
    y = np.concatenate([source, other])
    is_other = np.repeat([0, 1], [len(source), len(other)])
    # Folds deal both sets and all classes evenly; each model is fitted on the other folds.
    fold = deal_folds(y, rng=rng)
    p = cross_fit(X, y, n_classes, fold, rng=rng)
    p = recalibrate(p, y, p)
    # What the source calls a text is a function of the text alone, whatever the other set says.
    said = cross_fit(X, y, n_classes, fold, learnt=is_other == 0, rng=rng).argmax(axis=1)
    e = _other_probability(X, is_other, rng)
    set_residual = is_other - e
    right = (y == said) - p[np.arange(len(y)), said]
    class_residual = np.column_stack([np.eye(n_classes)[y] - p, right])
    products = set_residual[:, None] * class_residual
    if 4 * (e * (1 - e)).sum() < MIN_EFFECTIVE_ROWS:
        return _not_measurable(_NOTHING_IN_COMMON, None)
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
    by_shares = _by_shares(p, y, said, is_other, e * (1 - e))
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
        by_shares=by_shares[:-1],
        accuracy_by_shares=float(by_shares[-1]),
    )


def _too_few(
    X_source: Any,
    source: npt.NDArray[np.int64],
    X_other: Any,
    n_labels: int,
    n_classes: int,
    rng: np.random.Generator,
    difference: float,
) -> ConceptShift:
    """Say how many labels would do, by a model of the source and by how far the texts overlap."""
    reason = f"{n_labels:,} labels of the other rows are too few"
    # What is drawn here must not change what others draw after it.
    (rng,) = rng.spawn(1)
    rows = rng.permutation(len(source))[:_MAX_PILOT]
    X, y = X_source[rows], source[rows]
    overlap = 1.0
    if X_other.shape[0] >= MIN_LABELS:
        others = rng.permutation(X_other.shape[0])[:_MAX_PILOT]
        is_other = np.repeat([0, 1], [len(rows), len(others)])
        e = _other_probability(_stacked(X, X_other[others]), is_other, rng)
        weight = (e * (1 - e)).sum()
        if 4 * weight < MIN_EFFECTIVE_ROWS:
            return _not_measurable(f"{reason}, and {_NOTHING_IN_COMMON}", None)
        # Texts that do not differ at all weigh the harmonic mean of both sides.
        overlap = min(float(weight * (1 / len(rows) + 1 / len(others))), 1)
    share = np.bincount(y, minlength=n_classes) / len(y)
    variance = float((share * (1 - share)).max())
    p = out_of_fold_probabilities(X, y, n_classes, rng=rng)
    left = float(((np.eye(n_classes)[y] - p) ** 2).mean(axis=0).max())
    variance = min(variance, left)
    needed = labels_needed(variance / overlap, len(source), difference)
    if needed is None:
        return _not_measurable(
            f"{reason}, and so are the {len(source):,} of the source, for a difference of"
            f" {difference:g}",
            None,
        )
    return _not_measurable(reason, max(needed, MIN_LABELS))


def _other_probability(
    X: Any, is_other: npt.NDArray[np.int64], rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return how likely each row is one of the other set by its text, out of fold."""
    by_side = out_of_fold_probabilities(X, is_other, 2, rng=rng)
    # The penalty of the model pulls the side's probability to its share, and a bias there would
    # meet that of the other model: twice as many false alarms.
    return recalibrate(by_side, is_other, by_side)[:, 1]


def _by_shares(
    p: npt.NDArray[np.float64],
    y: npt.NDArray[np.int64],
    said: npt.NDArray[np.int64],
    is_other: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Return the differences that class shares alone would make, (K + 1,), last the accuracy's.

    Where p(x | y) is one and the same, the set depends on the class alone, so that P(y | x, set) is
    in proportion to P(y | x) P(set | y), of which the first is the model of both sets together.
    """
    n_classes = p.shape[1]
    # A class with few rows is taken to be in either set as often as all of them are.
    n_rows, n_other = np.bincount(y, minlength=n_classes), np.bincount(y, is_other, n_classes)
    share = (n_other + is_other.mean()) / (n_rows + 1)
    there, here = (
        side / np.maximum(side.sum(axis=1, keepdims=True), 1e-12)
        for side in (p * share, p * (1 - share))
    )
    moved = there - here
    moved = np.column_stack([moved, moved[np.arange(len(y)), said]])
    return np.asarray(weight @ moved / weight.sum())


def _stacked(*parts: Any) -> Any:
    """Return features one under the other."""
    from scipy.sparse import csr_matrix, vstack

    return vstack([csr_matrix(part) for part in parts], format="csr")


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
