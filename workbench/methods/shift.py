"""Whether the texts, or the shares of the classes, differ between two sets of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_probs

MIN_ROWS = 20
"""Below so many rows on a side a discriminator says nothing."""

SMOOTHING = 1.0
"""Rows added to each feature, split as the sides are, so that an unseen feature weighs nothing."""

MIN_SHARE = 1e-4
"""Shares below this are raised to it in the stability index, which is infinite at 0."""


@dataclass(frozen=True, slots=True)
class ShiftResult:
    """How well two sets of rows can be told apart.

    Attributes
    ----------
    auc
        Out-of-fold area under the ROC curve: 0.5 = cannot be told apart, 1 = wholly different.
    p_value
        Share of permutations, the observed split included, with at least this AUC.
    null_low, null_high
        The middle 95 % of the AUC over permutations.
    feature_weights
        Shape (n_features,), float64: standardised log ratio of each feature's frequency, above 0 =
        more frequent in the other set, beyond about 2 in size = more than chance.
    n_reference, n_other
        Rows of each set.
    """

    auc: float
    p_value: float
    null_low: float
    null_high: float
    feature_weights: npt.NDArray[np.float64]
    n_reference: int
    n_other: int


def discriminator(
    X_reference: Any,
    X_other: Any,
    *,
    rng: np.random.Generator,
    n_permutations: int = 20,
    n_splits: int = 5,
) -> ShiftResult:
    """Test whether a classifier can tell one set of rows from another.

    A classifier two-sample test (Lopez-Paz and Oquab, "Revisiting Classifier Two-Sample Tests",
    ICLR 2017) with naive-Bayes weights on the presence of features, which need no solver, so that
    each permutation costs two passes over the matrix. Which features differ is told by their
    standardised log ratio (Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 2008,
    section 3.5.1).

    Parameters
    ----------
    X_reference
        Non-negative features of the reference rows, shape (n_reference, n_features), such as
        TF-IDF; only whether they are above 0 counts.
    X_other
        Features of the other rows, shape (n_other, n_features).
    rng
        Source of folds and permutations.
    n_permutations
        How often the rows are dealt to the sides at random; the p-value is at least
        1 / (n_permutations + 1).
    n_splits
        Number of folds.

    Returns
    -------
    ShiftResult
        The AUC, its p-value, its null band and the weights of the features.

    Raises
    ------
    MethodError
        Where a side has fewer than 20 rows, or features are negative or differ in number.
    """
    from scipy.sparse import csr_matrix, vstack

    reference, other = csr_matrix(X_reference), csr_matrix(X_other)
    if reference.shape[1] != other.shape[1]:
        raise MethodError(f"{reference.shape[1]:,} features cannot be held to {other.shape[1]:,}")
    if min(reference.shape[0], other.shape[0]) < MIN_ROWS:
        raise MethodError(
            f"{reference.shape[0]:,} and {other.shape[0]:,} rows are too few to tell a shift",
            hint=f"Compare sets of {MIN_ROWS} rows and more.",
        )
    if n_permutations < 1 or not 2 <= n_splits <= MIN_ROWS:
        raise MethodError(f"needs at least 1 permutation and from 2 to {MIN_ROWS} folds")
    both = vstack([reference, other], format="csr", dtype=np.float32)
    if both.nnz and both.data.min() < 0:
        raise MethodError("features must not be negative", hint="Give counts or TF-IDF weights.")
    both.eliminate_zeros()
    both.data[:] = 1
    is_other = np.repeat([False, True], [reference.shape[0], other.shape[0]])
    return _compute_shift(both, is_other, rng, n_permutations, n_splits)


def population_stability(p: npt.ArrayLike, q: npt.ArrayLike) -> float:
    """Return the population stability index of two distributions over the same classes or bins.

    The sum of (q - p) log(q / p), in nats: the symmetrised Kullback-Leibler divergence. By the
    rule of thumb of credit scoring (Siddiqi, "Credit Risk Scorecards", 2006) below 0.1 is stable
    and above 0.25 a marked shift. Shares below 0.0001 count as 0.0001.

    Parameters
    ----------
    p
        Counts or shares of the reference, shape (K,).
    q
        Counts or shares of the other, shape (K,).

    Returns
    -------
    float
        At least 0; 0 where the shares are equal.

    Raises
    ------
    MethodError
        Where values are negative, sum to 0 or differ in number.
    """
    a, b = _two_distributions(p, q)
    a, b = np.maximum(a, MIN_SHARE), np.maximum(b, MIN_SHARE)
    a, b = a / a.sum(), b / b.sum()
    return float(((b - a) * np.log(b / a)).sum())


def jensen_shannon(p: npt.ArrayLike, q: npt.ArrayLike) -> float:
    """Return the Jensen-Shannon divergence of two distributions, in bits.

    Lin, "Divergence Measures Based on the Shannon Entropy", IEEE Trans. Inf. Theory 37 (1991).

    Parameters
    ----------
    p
        Counts or shares, shape (K,).
    q
        Counts or shares, shape (K,).

    Returns
    -------
    float
        From 0 (equal shares) to 1 (no class in common).

    Raises
    ------
    MethodError
        Where values are negative, sum to 0 or differ in number.
    """
    from scipy.special import rel_entr

    a, b = _two_distributions(p, q)
    middle = (a + b) / 2
    bits = (rel_entr(a, middle) + rel_entr(b, middle)).sum() / (2 * np.log(2))
    return float(np.clip(bits, 0, 1))


def label_shift_em(
    probs: npt.ArrayLike,
    source_prior: npt.ArrayLike,
    *,
    max_iterations: int = 1_000,
    tolerance: float = 1e-8,
) -> npt.NDArray[np.float64]:
    """Estimate the class shares of new rows from a classifier's probabilities on them.

    The EM algorithm of Saerens, Latinne and Decaestecker, "Adjusting the Outputs of a Classifier
    to New a Priori Probabilities", Neural Computation 14 (2002), section 2.3. Right where only the
    shares differ and the probabilities are calibrated.

    Parameters
    ----------
    probs
        Probabilities of the new rows, shape (n, K), by a model trained under `source_prior`.
    source_prior
        Class shares (or counts) of the training rows, shape (K,).
    max_iterations
        Upper bound of the iterations.
    tolerance
        Change of a share at which to stop.

    Returns
    -------
    ndarray
        Estimated shares, shape (K,), float64, summing to 1; 0 for a class of prior 0.

    Raises
    ------
    MethodError
        Where there are no rows, or values are off.
    """
    matrix = check_probs(probs).astype(np.float64)
    prior = _distribution(source_prior, "source_prior")
    if matrix.shape[1] != len(prior):
        raise MethodError(f"{matrix.shape[1]} classes in probs, {len(prior)} in source_prior")
    if not len(matrix):
        raise MethodError("there are no rows to estimate class shares from")
    likelihood = matrix * np.where(prior > 0, 1 / np.where(prior > 0, prior, 1), 0)
    # A row that is sure of a class of prior 0 contradicts the prior: it says nothing.
    likelihood = likelihood[likelihood.sum(axis=1) > 0]
    shares = prior
    for _ in range(max_iterations if len(likelihood) else 0):
        joint = likelihood * shares
        total = joint.sum(axis=1)
        updated: npt.NDArray[np.float64] = (joint[total > 0] / total[total > 0, None]).mean(axis=0)
        updated /= updated.sum()
        if np.abs(updated - shares).max() < tolerance:
            return updated
        shares = updated
    return shares


def bbse(confusion: npt.ArrayLike, predicted_shares: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Estimate the class shares of new rows from a classifier's errors and its predictions.

    Black-box shift estimation (Lipton, Wang and Smola, "Detecting and Correcting for Label Shift
    with Black Box Predictors", ICML 2018, section 4): solves for the ratio of new to old shares;
    negative ratios are cut at 0. Classes that the classifier cannot tell apart keep their
    proportion.

    Parameters
    ----------
    confusion
        Counts or shares [true, predicted] on held-out rows, shape (K, K), as of
        `imbalance.confusion_matrix`.
    predicted_shares
        Counts or shares of the predicted classes on the new rows, shape (K,).

    Returns
    -------
    ndarray
        Estimated shares, shape (K,), float64, summing to 1.

    Raises
    ------
    MethodError
        Where values are negative, sum to 0, or shapes do not fit.
    """
    counts = np.asarray(confusion, np.float64)
    shares = _distribution(predicted_shares, "predicted_shares")
    if counts.shape != (len(shares), len(shares)):
        raise MethodError(f"confusion has shape {counts.shape}, not {(len(shares),) * 2}")
    joint = _distribution(counts.ravel(), "confusion").reshape(counts.shape)
    source = joint.sum(axis=1)
    # Solved for the departure from a ratio of 1, weighted by the class shares: of all solutions the
    # one of least norm is the closest to no shift.
    root = np.sqrt(source)
    scaled = np.divide(joint.T, root, out=np.zeros_like(joint), where=root > 0)
    departure = np.linalg.lstsq(scaled, shares - joint.sum(axis=0), rcond=1e-6)[0]
    prior = np.maximum(source + root * departure, 0)
    if not prior.sum() > 0:
        raise MethodError(
            "the predictions fit no mixture of the classes",
            hint="Evaluate the model on more held-out rows.",
        )
    estimate: npt.NDArray[np.float64] = prior / prior.sum()
    return estimate


def _compute_shift(
    present: Any,
    is_other: npt.NDArray[np.bool_],
    rng: np.random.Generator,
    n_permutations: int,
    n_splits: int,
) -> ShiftResult:
    """Score the observed sides and permuted ones on the same folds."""
    fold = np.empty(len(is_other), np.int64)
    for side in (False, True):
        members = np.flatnonzero(is_other == side)
        fold[rng.permutation(members)] = np.arange(len(members)) % n_splits
    rows = [np.flatnonzero(fold == k) for k in range(n_splits)]
    blocks = [present[r] for r in rows]
    sides = [is_other[r].astype(np.float32) for r in rows]
    observed = _out_of_fold_auc(blocks, sides)
    # Permuting within folds keeps their make-up, so that all splits are equally likely.
    null = np.array(
        [
            _out_of_fold_auc(blocks, [rng.permutation(side) for side in sides])
            for _ in range(n_permutations)
        ]
    )
    low, high = np.quantile(null, [0.025, 0.975])
    return ShiftResult(
        auc=observed,
        p_value=float((1 + np.count_nonzero(null >= observed - 1e-12)) / (1 + n_permutations)),
        null_low=float(low),
        null_high=float(high),
        feature_weights=_standardised_log_ratio(present, is_other),
        n_reference=int((~is_other).sum()),
        n_other=int(is_other.sum()),
    )


def _out_of_fold_auc(blocks: list[Any], sides: list[npt.NDArray[np.float32]]) -> float:
    """Return the AUC of naive-Bayes weights, each fold scored by the weights of the others."""
    other = np.stack([block.T @ side for block, side in zip(blocks, sides, strict=True)])
    total = np.stack([np.asarray(block.sum(axis=0)).ravel() for block in blocks])
    n_rows = np.array([len(side) for side in sides])
    n_other = np.array([side.sum() for side in sides])
    scores = []
    for k, block in enumerate(blocks):
        seen_other = other.sum(axis=0) - other[k]
        seen_total = total.sum(axis=0) - total[k]
        share = (n_other.sum() - n_other[k]) / (n_rows.sum() - n_rows[k])
        weights = _log_ratio(seen_other, seen_total - seen_other, share)
        scores.append(np.asarray(block @ weights))
    return _auc(np.concatenate(scores), np.concatenate(sides) > 0)


def _log_ratio(other: Any, reference: Any, share: float) -> npt.NDArray[np.float64]:
    """Return the log ratio of frequencies, 0 where a feature is as frequent on both sides."""
    ratio = (other + SMOOTHING * share) / (reference + SMOOTHING * (1 - share))
    return np.asarray(np.log(ratio, dtype=np.float64) - np.log(share / (1 - share)))


def _standardised_log_ratio(
    present: Any, is_other: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return each feature's log ratio over its standard error."""
    other = np.asarray(present.T @ is_other.astype(np.float64))
    reference = np.asarray(present.T @ (~is_other).astype(np.float64))
    share = float(is_other.mean())
    variance = 1 / (other + SMOOTHING * share) + 1 / (reference + SMOOTHING * (1 - share))
    standardised: npt.NDArray[np.float64] = _log_ratio(other, reference, share)
    return standardised / np.sqrt(variance)


def _auc(score: npt.NDArray[np.float64], positive: npt.NDArray[np.bool_]) -> float:
    """Return the chance that a positive outscores a negative, ties counted half."""
    from scipy.stats import rankdata

    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    rank_sum = rankdata(score)[positive].sum()
    return float((rank_sum - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def _two_distributions(
    p: npt.ArrayLike, q: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return two distributions over the same classes, or raise."""
    a, b = _distribution(p, "p"), _distribution(q, "q")
    if len(a) != len(b):
        raise MethodError(f"{len(a)} shares cannot be held to {len(b)}")
    return a, b


def _distribution(values: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    """Return counts or shares scaled to sum to 1, or raise."""
    given = np.asarray(values, np.float64)
    if given.ndim != 1 or not np.isfinite(given).all() or (given < 0).any() or not given.any():
        raise MethodError(f"{name} must hold non-negative numbers that do not sum to 0")
    scaled: npt.NDArray[np.float64] = given / given.sum()
    return scaled
