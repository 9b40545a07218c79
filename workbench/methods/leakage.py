"""What clusters of duplicates do: conflicting labels, leakage, and which row to keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_mask
from workbench.methods.intervals import wilson

N_BOOTSTRAP = 1_000
"""Bootstrap samples of an interval."""


@dataclass(frozen=True, slots=True)
class Inflation:
    """How far leaked rows lift a score.

    Attributes
    ----------
    accuracy, accuracy_low, accuracy_high
        With the leaked rows, with its 95 % Wilson interval.
    clean_accuracy, clean_low, clean_high
        Without them.
    inflation, low, high
        `accuracy` - `clean_accuracy`, with its 95 % bootstrap interval over clusters; above 0 = the
        score flatters.
    n_rows, n_leaked
        Rows scored, and those of them that leaked.
    """

    accuracy: float
    accuracy_low: float
    accuracy_high: float
    clean_accuracy: float
    clean_low: float
    clean_high: float
    inflation: float
    low: float
    high: float
    n_rows: int
    n_leaked: int


def conflicting(
    clusters: npt.ArrayLike, labels: npt.ArrayLike, n_classes: int
) -> npt.NDArray[np.bool_]:
    """Mark labelled rows of clusters whose rows have more than one class: suspects.

    Parameters
    ----------
    clusters
        Integers of shape (n,), such as `Duplicates.cluster`.
    labels
        Class indices or -1, shape (n,).
    n_classes
        K, the number of classes.

    Returns
    -------
    ndarray
        Shape (n,), bool.

    Raises
    ------
    MethodError
        Where shapes or values are off.
    """
    group = _groups(clusters)
    given = check_labels(labels, n_classes, n_rows=len(group), allow_none=True)
    labelled = given >= 0
    pairs = np.unique(group[labelled] * n_classes + given[labelled]) // n_classes
    n_distinct = np.bincount(pairs, minlength=int(group.max(initial=-1)) + 1)
    marked: npt.NDArray[np.bool_] = labelled & (n_distinct[group] > 1)
    return marked


def leaked(
    clusters: npt.ArrayLike, is_train: npt.ArrayLike, is_scored: npt.ArrayLike
) -> npt.NDArray[np.bool_]:
    """Mark scored rows that have a near-duplicate among the training rows.

    Parameters
    ----------
    clusters
        Integers of shape (n,), such as `Duplicates.cluster`.
    is_train
        Rows that a model learns from, shape (n,), bool.
    is_scored
        Rows that it is scored or used on, shape (n,), bool.

    Returns
    -------
    ndarray
        Shape (n,), bool.

    Raises
    ------
    MethodError
        Where shapes differ.
    """
    group = _groups(clusters)
    train, scored = np.asarray(is_train, bool), np.asarray(is_scored, bool)
    if train.shape != group.shape or scored.shape != group.shape:
        raise MethodError("is_train and is_scored need one value a row")
    holds_train = np.zeros(int(group.max(initial=-1)) + 1, bool)
    holds_train[group[train]] = True
    marked: npt.NDArray[np.bool_] = scored & holds_train[group]
    return marked


def survivors(
    clusters: npt.ArrayLike,
    priority: npt.ArrayLike,
    *,
    labels: npt.ArrayLike | None = None,
    always: npt.ArrayLike | None = None,
) -> npt.NDArray[np.bool_]:
    """Mark the one row to keep of each cluster: of the highest priority, then the first.

    With labels, one row of each label: rows of one cluster that contradict each other are no
    repeats, and to drop one of them would settle the matter unseen.

    Parameters
    ----------
    clusters
        Integers of shape (n,), such as `Duplicates.cluster`.
    priority
        Numbers of shape (n,), higher = kept first, such as 2 for a human label, 1 for any other,
        0 for none.
    labels
        Class indices or -1, shape (n,); a row of -1 repeats one with a label. None where labels
        do not count.
    always
        Rows that stay whatever they repeat, shape (n,), bool, such as evaluation rows: they alone
        are kept of their clusters. None by default.

    Returns
    -------
    ndarray
        Shape (n,), bool: exactly one row of each cluster (and label) that has none to keep always.

    Raises
    ------
    MethodError
        Where shapes differ or a priority is NaN.
    """
    group = _groups(clusters)
    rank = np.asarray(priority, np.float64)
    if rank.shape != group.shape or np.isnan(rank).any():
        raise MethodError("priority needs one number a row")
    said = np.zeros(len(group), np.int64) if labels is None else np.asarray(labels, np.int64)
    if said.shape != group.shape:
        raise MethodError("labels needs one value a row")
    order = np.lexsort((-rank, said, group))
    is_new = (np.diff(group[order]) > 0) | (np.diff(said[order]) > 0)
    kept = np.zeros(len(group), bool)
    kept[order[np.r_[True, is_new][: len(order)]]] = True
    kept &= ~leaked(group, said >= 0, said < 0)
    if always is not None:
        stays = check_mask(always, len(group), name="always")
        kept = stays | (kept & ~leaked(group, stays, ~stays))
    return kept


def score_inflation(
    correct: npt.ArrayLike,
    is_leaked: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    clusters: npt.ArrayLike | None = None,
) -> Inflation:
    """Measure how much of an accuracy comes from rows that the training rows hold too.

    Parameters
    ----------
    correct
        Whether the model is right on each scored row, shape (n,), bool.
    is_leaked
        Whether the row leaked, shape (n,), bool, as of `leaked`.
    rng
        Source of the bootstrap samples.
    clusters
        Integers of shape (n,): rows with one value are drawn together.

    Returns
    -------
    Inflation
        The scores with and without the leaked rows, and their difference.

    Raises
    ------
    MethodError
        Where shapes differ, or no row is left without the leaked ones.
    """
    hit, bad = np.asarray(correct, bool), np.asarray(is_leaked, bool)
    if hit.ndim != 1 or hit.shape != bad.shape:
        raise MethodError("correct and is_leaked need one value a row")
    if bad.all():
        raise MethodError(
            "every scored row has a near-duplicate among the training rows",
            hint="Split anew: workbench split.",
        )
    group = np.arange(len(hit)) if clusters is None else _groups(clusters)
    if group.shape != hit.shape:
        raise MethodError("clusters needs one value a row")
    n_groups = int(group.max()) + 1
    # Sums a cluster: hits, rows, hits of clean rows, clean rows.
    sums = np.stack(
        [
            np.bincount(group, w, minlength=n_groups)
            for w in (hit, np.ones(len(hit)), hit & ~bad, ~bad)
        ]
    )
    drawn = np.empty(N_BOOTSTRAP)
    for i in range(N_BOOTSTRAP):
        total = sums @ np.bincount(rng.integers(n_groups, size=n_groups), minlength=n_groups)
        drawn[i] = total[0] / max(total[1], 1) - total[2] / max(total[3], 1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    n_clean, clean_hits = int((~bad).sum()), int((hit & ~bad).sum())
    all_low, all_high = wilson(hit.sum(), len(hit))
    clean_low, clean_high = wilson(clean_hits, n_clean)
    return Inflation(
        accuracy=float(hit.mean()),
        accuracy_low=float(all_low),
        accuracy_high=float(all_high),
        clean_accuracy=clean_hits / n_clean,
        clean_low=float(clean_low),
        clean_high=float(clean_high),
        inflation=float(hit.mean()) - clean_hits / n_clean,
        low=float(low),
        high=float(high),
        n_rows=len(hit),
        n_leaked=int(bad.sum()),
    )


def _groups(clusters: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return clusters numbered without a gap, or raise."""
    given = np.asarray(clusters)
    if given.ndim != 1:
        raise MethodError(f"clusters has shape {given.shape}, not (rows,)")
    return np.unique(given, return_inverse=True)[1].astype(np.int64)
