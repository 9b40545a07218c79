"""Whether the class shares of rows without labels differ from those of the training rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_probs
from workbench.methods.class_shares import bbse, label_shift_em, recalibrate
from workbench.methods.class_signal import tells_classes
from workbench.methods.cross_fitting import N_SPLITS, copied_classes, deal_folds
from workbench.methods.divergence import compare_counts
from workbench.methods.imbalance import confusion_matrix
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.shift import MIN_ROWS, ShiftResult, discriminator

DIFFERENCE = 0.1
"""Change of a share that matters: nothing found counts only where no interval reaches so far."""

N_PERMUTATIONS = 40
"""Permutations of the test of what is left once the shares are taken into account."""

BOOTSTRAP_ITERATIONS = 100
BOOTSTRAP_TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True)
class LabelShift:
    """Class shares of new rows, estimated without their labels; arrays of shape (K,).

    Attributes
    ----------
    source_shares
        Class shares of the labelled rows.
    bbse, bbse_low, bbse_high
        Shares of the new rows by black-box shift estimation, with 95 % bootstrap intervals.
    em, em_low, em_high
        The same by expectation maximisation (Saerens) on recalibrated probabilities.
    n_source, n_target
        Rows of each.
    """

    source_shares: npt.NDArray[np.float64]
    bbse: npt.NDArray[np.float64]
    bbse_low: npt.NDArray[np.float64]
    bbse_high: npt.NDArray[np.float64]
    em: npt.NDArray[np.float64]
    em_low: npt.NDArray[np.float64]
    em_high: npt.NDArray[np.float64]
    n_source: int
    n_target: int


@dataclass(frozen=True, slots=True)
class LabelShiftVerdict:
    """Whether label shift is found, and whether it could be.

    Attributes
    ----------
    found
        The predictions differ, and class shares alone explain how the texts differ.
    measurable
        False where the texts differ beyond class shares: then p(x | y) has changed, the estimates
        of the shares may be far off, and nothing is said about label shift. False, too, where
        nothing is found and a change that matters (`DIFFERENCE`) could have been missed.
    p_value
        That the predictions on labelled and on new rows come from one distribution.
    estimate
        The shares.
    residual
        How well the new rows are told from labelled ones drawn to have the estimated shares.
    reason
        What was found, in a sentence.
    """

    found: bool
    measurable: bool
    p_value: float
    estimate: LabelShift
    residual: ShiftResult
    reason: str


def detect_label_shift(
    X_source: Any,
    labels: npt.ArrayLike,
    X_target: Any,
    n_classes: int,
    *,
    rng: np.random.Generator,
    groups: npt.ArrayLike | None = None,
    alpha: float = 0.05,
) -> LabelShiftVerdict:
    """Test for label shift, and whether it alone explains how the texts differ.

    A change of the predictions (Lipton, Wang and Smola, ICML 2018, section 5) may also come from
    texts that the classifier has not met. So the labelled rows are drawn anew with the estimated
    class shares: if they can still be told from the new rows, label shift is not the cause, and
    with p(x | y) changed its size cannot be measured without labels.

    Parameters
    ----------
    X_source
        Features of the labelled rows, shape (n, n_features), non-negative.
    labels
        Their classes, shape (n,).
    X_target
        Features of the new rows, shape (m, n_features).
    n_classes
        K, the number of classes.
    rng
        Source of folds, draws, permutations and bootstrap samples.
    groups
        Integers of shape (n,): labelled rows with one value share a fold.
    alpha
        Level of both tests.

    Returns
    -------
    LabelShiftVerdict
        The verdict, the shares and what they leave unexplained.

    Raises
    ------
    MethodError
        Where there are fewer than 20 rows on a side, or fewer than two classes.
    """
    source_probs, target_probs = cross_scored(
        X_source, labels, X_target, n_classes, rng=rng, groups=groups
    )
    estimate = estimate_label_shift(labels, source_probs, target_probs, rng=rng)
    given = check_labels(labels, n_classes)
    chosen = _draw_with_shares(given, estimate.em, rng)
    residual = discriminator(X_source[chosen], X_target, rng=rng, n_permutations=N_PERMUTATIONS)
    p_value = _predictions_differ(X_source, given, X_target, n_classes, groups, rng)
    differs = p_value <= alpha
    reach = float(((estimate.em_high - estimate.em_low) / 2).max())
    measurable = False
    if residual.p_value <= alpha:
        reason = (
            "the texts differ beyond the class shares, so that the shares cannot be measured "
            "without labels"
        )
    elif groups is not None and copied_classes(given, groups, n_classes).any():
        reason = (
            "the rows of a class are near-copies of each other, so that no model can be judged on"
            " it, and so not count it either"
        )
    elif differs:
        measurable, reason = True, "the class shares differ, and explain how the texts differ"
    elif not tells_classes(source_probs.argmax(axis=1), given, rng=rng, alpha=alpha):
        reason = "a model of the labels cannot tell the classes apart, and so not count them either"
    elif reach > DIFFERENCE:
        reason = (
            f"the shares are only known to {100 * reach:.0f} points, and a change of"
            f" {100 * DIFFERENCE:.0f} would matter"
        )
    else:
        measurable, reason = True, "the predictions do not differ by more than chance"
    return LabelShiftVerdict(
        differs and measurable, measurable, p_value, estimate, residual, reason
    )


def cross_scored(
    X_source: Any,
    labels: npt.ArrayLike,
    X_target: Any,
    n_classes: int,
    *,
    rng: np.random.Generator,
    groups: npt.ArrayLike | None = None,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give labelled and new rows probabilities that can be compared.

    Each labelled row is scored by the model of the folds without it, and each new row by one of
    these models drawn at random. Without a shift both are then alike; a model fitted on all the
    labelled rows would be surer of the new ones.

    Parameters
    ----------
    X_source
        Features of the labelled rows, shape (n, n_features).
    labels
        Their classes, shape (n,).
    X_target
        Features of the new rows, shape (m, n_features).
    n_classes
        K, the number of classes.
    rng
        Source of the folds.
    groups
        Integers of shape (n,): labelled rows with one value share a fold.

    Returns
    -------
    source_probs
        Shape (n, K), float64.
    target_probs
        Shape (m, K), float64.

    Raises
    ------
    MethodError
        Where there are fewer than 20 rows on a side, fewer than two classes or groups.
    """
    given = check_labels(labels, n_classes, n_rows=X_source.shape[0])
    n_target = X_target.shape[0]
    if min(len(given), n_target) < MIN_ROWS:
        raise MethodError(
            f"{len(given):,} labelled and {n_target:,} new rows are too few to compare shares",
            hint=f"Have {MIN_ROWS} and more of both.",
        )
    if len(np.unique(given)) < 2:
        raise MethodError("the labelled rows are of a single class", hint="Label another class.")
    fold = deal_folds(given, groups=groups, n_splits=N_SPLITS, rng=rng)
    n_splits = int(fold.max()) + 1
    dealt = rng.permutation(n_target) % n_splits
    source_probs, target_probs = np.empty((len(given), n_classes)), np.empty((n_target, n_classes))
    for k in range(n_splits):
        model = SoftLabelClassifier(n_classes).fit(X_source[fold != k], given[fold != k])
        source_probs[fold == k] = model.predict_proba(X_source[fold == k])
        target_probs[dealt == k] = model.predict_proba(X_target[dealt == k])
    return source_probs, target_probs


def estimate_label_shift(
    labels: npt.ArrayLike,
    source_probs: npt.ArrayLike,
    target_probs: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    n_bootstrap: int = 200,
) -> LabelShift:
    """Estimate the class shares of new rows by BBSE and by EM, with intervals.

    The intervals resample both sets of rows. They hold where only the class shares differ
    (p(x | y) has stayed), and do not count that the model itself could have come out otherwise.

    Parameters
    ----------
    labels
        Classes of the labelled rows, shape (n,).
    source_probs
        Their out-of-fold probabilities, shape (n, K), as of `cross_scored`.
    target_probs
        Probabilities of the new rows, shape (m, K).
    rng
        Source of bootstrap samples.
    n_bootstrap
        Number of bootstrap samples.

    Returns
    -------
    LabelShift
        Shares and intervals.

    Raises
    ------
    MethodError
        Where there are no rows, or shapes or values are off.
    """
    old, new = (check_probs(p).astype(np.float64) for p in (source_probs, target_probs))
    n_classes = old.shape[1]
    given = check_labels(labels, n_classes, n_rows=len(old))
    if new.shape[1] != n_classes or not len(old) or not len(new):
        raise MethodError(f"probabilities of shapes {old.shape} and {new.shape} cannot be compared")
    confusion = confusion_matrix(given, old.argmax(axis=1), n_classes)
    predicted = np.bincount(new.argmax(axis=1), minlength=n_classes)
    shares = confusion.sum(axis=1) / len(given)
    calibrated = recalibrate(old, given, new)
    by_em = label_shift_em(calibrated, shares)
    sampled_bbse, sampled_em = np.empty((2, n_bootstrap, n_classes))
    flat = confusion.ravel() / len(given)
    for i in range(n_bootstrap):
        drawn = rng.multinomial(len(given), flat).reshape(confusion.shape)
        guessed = rng.multinomial(len(new), predicted / len(new))
        sampled_bbse[i] = bbse(drawn, guessed)
        prior = np.where(shares > 0, np.maximum(drawn.sum(axis=1), 0.5), 0)
        sampled_em[i] = label_shift_em(
            calibrated[rng.integers(len(new), size=len(new))],
            prior,
            max_iterations=BOOTSTRAP_ITERATIONS,
            tolerance=BOOTSTRAP_TOLERANCE,
        )
    bbse_low, bbse_high = np.quantile(sampled_bbse, [0.025, 0.975], axis=0)
    em_low, em_high = np.quantile(sampled_em, [0.025, 0.975], axis=0)
    return LabelShift(
        source_shares=shares,
        bbse=bbse(confusion, predicted),
        bbse_low=bbse_low,
        bbse_high=bbse_high,
        em=by_em,
        em_low=np.minimum(em_low, by_em),
        em_high=np.maximum(em_high, by_em),
        n_source=len(given),
        n_target=len(new),
    )


def _predictions_differ(
    X_source: Any,
    labels: npt.NDArray[np.int64],
    X_target: Any,
    n_classes: int,
    groups: npt.ArrayLike | None,
    rng: np.random.Generator,
) -> float:
    """Return the p-value that predictions on labelled and on new rows are alike.

    A model of one half is held to the other half and the new rows, and the other way round. The
    halves are drawn without regard to class: rows that share a chance excess of a class with those
    that the model learnt from would look as if they had shifted.
    """
    _, group = np.unique(
        np.arange(len(labels)) if groups is None else np.asarray(groups), return_inverse=True
    )
    in_first = (rng.permutation(int(group.max()) + 1) % 2 == 0)[group]
    least = 1.0
    for learnt in (in_first, ~in_first):
        if len(np.unique(labels[learnt])) < 2:
            continue
        model = SoftLabelClassifier(n_classes).fit(X_source[learnt], labels[learnt])
        counts = [
            np.bincount(model.predict_proba(X).argmax(axis=1), minlength=n_classes)
            for X in (X_source[~learnt], X_target)
        ]
        least = min(least, compare_counts(*counts, rng=rng).p_value)
    return min(1.0, 2 * least)


def _draw_with_shares(
    labels: npt.NDArray[np.int64], shares: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Return rows drawn without replacement that have the given class shares, as many as can be."""
    counts = np.bincount(labels, minlength=len(shares))
    wanted = shares * len(labels) > 0.5
    size = float((counts[wanted] / shares[wanted]).min()) if wanted.any() else 0.0
    # Rare classes would leave few rows: at least a quarter is drawn, and they fall short.
    size = min(max(size, len(labels) / 4), len(labels))
    quota = np.minimum(np.round(size * shares).astype(np.int64), counts)
    return np.sort(
        np.concatenate(
            [rng.permutation(np.flatnonzero(labels == k))[:q] for k, q in enumerate(quota)]
        )
    )
