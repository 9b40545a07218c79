"""Whether a classifier can tell two sets of rows apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError

MIN_ROWS = 20
"""Below so many rows on a side a discriminator says nothing."""

N_SPLITS = 5
"""Folds of the classifier."""

SMOOTHING = 1.0
"""Rows added to each feature, split as the sides are, so that an unseen feature weighs nothing."""


@dataclass(frozen=True, slots=True)
class ShiftResult:
    """How well two sets of rows can be told apart.

    Attributes
    ----------
    auc
        Out-of-fold area under the ROC curve: 0.5 = cannot be told apart, 1 = wholly different.
    p_value
        Share of permutations, the observed split included, with at least this AUC.
    p_tail
        The same, continued below 1 / (1 + n_permutations) by a normal tail where no permutation
        comes near: for comparison with other tests, where few permutations would not do.
    null_low, null_high
        The middle 95 % of the AUC over permutations.
    feature_weights
        Shape (n_features,), float64: standardised log ratio of each feature's frequency, above 0 =
        more frequent in the other set, beyond about 2 in size = more than chance.
    row_scores
        Shape (n_reference + n_other,), float64: out-of-fold log odds, higher = more like the other
        set.
    n_reference, n_other
        Rows of each set.
    """

    auc: float
    p_value: float
    p_tail: float
    null_low: float
    null_high: float
    feature_weights: npt.NDArray[np.float64]
    row_scores: npt.NDArray[np.float64]
    n_reference: int
    n_other: int


def discriminator(
    X_reference: Any,
    X_other: Any,
    *,
    rng: np.random.Generator,
    n_permutations: int = 20,
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
    if n_permutations < 1:
        raise MethodError(f"n_permutations is {n_permutations}, but must be at least 1")
    both = vstack([reference, other], format="csr", dtype=np.float32)
    if both.nnz and both.data.min() < 0:
        raise MethodError("features must not be negative", hint="Give counts or TF-IDF weights.")
    both.eliminate_zeros()
    both.data[:] = 1
    is_other = np.repeat([False, True], [reference.shape[0], other.shape[0]])
    return _compute_shift(both, is_other, rng, n_permutations)


def permutation_p(observed: float, null: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the p-value of a statistic by its rank among permutations, and by their tail.

    By rank it is exact but never below 1 / (1 + n_permutations) (Phipson and Smyth, "Permutation
    P-values Should Never Be Zero", 2010). Where no permutation reaches the statistic, the second
    goes on with the prediction interval of a normal null; elsewhere both are the same.

    Parameters
    ----------
    observed
        The statistic, higher = further from the null.
    null
        The statistic under permutations, shape (n_permutations,).

    Returns
    -------
    by_rank, by_tail
        Both in (0, 1].
    """
    from scipy.stats import t

    n = len(null)
    by_rank = float((1 + np.count_nonzero(null >= observed - 1e-12)) / (1 + n))
    spread = float(null.std(ddof=1)) if n > 1 else 0.0
    if by_rank > 1 / (1 + n) or spread == 0:
        return by_rank, by_rank
    distance = (observed - float(null.mean())) / (spread * np.sqrt(1 + 1 / n))
    return by_rank, min(by_rank, max(float(t.sf(distance, n - 1)), 1e-300))


def _compute_shift(
    present: Any,
    is_other: npt.NDArray[np.bool_],
    rng: np.random.Generator,
    n_permutations: int,
) -> ShiftResult:
    """Score the observed sides and permuted ones on the same folds."""
    fold = np.empty(len(is_other), np.int64)
    for side in (False, True):
        members = np.flatnonzero(is_other == side)
        fold[rng.permutation(members)] = np.arange(len(members)) % N_SPLITS
    rows = [np.flatnonzero(fold == k) for k in range(N_SPLITS)]
    blocks = [present[r] for r in rows]
    sides = [is_other[r].astype(np.float32) for r in rows]
    scores = _out_of_fold_scores(blocks, sides)
    positive = np.concatenate(sides) > 0
    observed = _auc(np.concatenate(scores), positive)
    row_scores = np.empty(len(is_other))
    row_scores[np.concatenate(rows)] = np.concatenate(scores)
    # Permuting within folds keeps their make-up, so that all splits are equally likely.
    null = np.empty(n_permutations)
    for i in range(n_permutations):
        dealt = [rng.permutation(side) for side in sides]
        scores = _out_of_fold_scores(blocks, dealt)
        null[i] = _auc(np.concatenate(scores), np.concatenate(dealt) > 0)
    rank_p, tail_p = permutation_p(observed, null)
    low, high = np.quantile(null, [0.025, 0.975])
    return ShiftResult(
        auc=observed,
        p_value=rank_p,
        p_tail=tail_p,
        null_low=float(low),
        null_high=float(high),
        row_scores=row_scores,
        feature_weights=_standardised_log_ratio(present, is_other),
        n_reference=int((~is_other).sum()),
        n_other=int(is_other.sum()),
    )


def _out_of_fold_scores(
    blocks: list[Any], sides: list[npt.NDArray[np.float32]]
) -> list[npt.NDArray[np.float64]]:
    """Return the naive-Bayes log odds of each fold's rows by the weights of the other folds."""
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
    return scores


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
