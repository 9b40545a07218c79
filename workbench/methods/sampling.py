"""Active learning: which rows to show next, and why each of them.

The scores come from `uncertainty`, the spread from `diversity`; this module combines them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import EmptyPoolError, MethodError
from workbench.methods.checks import check_probs
from workbench.methods.diversity import kmeans_plus_plus, typical_rows, typicality_clusters
from workbench.methods.features import reduce
from workbench.methods.uncertainty import entropy, least_confidence, margin

__all__ = [
    "STRATEGIES",
    "Proposal",
    "entropy",
    "kmeans_plus_plus",
    "least_confidence",
    "margin",
    "propose",
    "typicality_clusters",
]

STRATEGIES: Final = (
    "auto",
    "typicality",
    "margin-diversity",
    "margin",
    "least-confidence",
    "entropy",
    "random",
)

FEW_LABELS_PER_CLASS = 10
"""Below so many labels a class on average, typical rows teach more than close calls."""

CANDIDATES_PER_ROW = 5
"""Close calls among which a diverse batch is chosen, for each row of the batch."""

N_COMPONENTS = 64
"""Dimensions in which distance is measured where the features are sparse."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Rows to label next.

    Attributes
    ----------
    indices
        Distinct rows in the order to show them, shape (n,), int64.
    score
        Shape (n,), float64, in [0, 1], higher = ask first: the strategy's `uncertainty` or
        typicality; of random control rows the margin `uncertainty`, or 0 without probabilities.
    reason
        A short sentence a row.
    is_random
        Shape (n,), bool: the row is a uniformly random control, fit for unbiased estimates.
    strategy
        The strategy that chose the other rows.
    """

    indices: npt.NDArray[np.int64]
    score: npt.NDArray[np.float64]
    reason: tuple[str, ...]
    is_random: npt.NDArray[np.bool_]
    strategy: str


@dataclass(frozen=True, slots=True)
class _Pick:
    """What a strategy chose: positions in the pool, their scores and reasons."""

    rows: npt.NDArray[np.int64]
    score: npt.NDArray[np.float64]
    reason: list[str]


def propose(
    features: Any,
    *,
    n: int,
    rng: np.random.Generator,
    probs: npt.ArrayLike | None = None,
    pool: npt.ArrayLike | None = None,
    labelled: npt.ArrayLike | None = None,
    strategy: str = "auto",
    random_share: float = 0.1,
    class_names: Sequence[str] | None = None,
) -> Proposal:
    """Propose the rows to label next, each with its reason.

    ``auto`` starts with the typical row of each cluster (TypiClust, Hacohen et al., ICML 2022) and
    turns to close calls that differ from each other once there are probabilities and 10 labels a
    class on average: of the 5 n smallest margins, but no more than the closer half of the pool,
    weighted k-means++ chooses n (as in Zhdanov, "Diverse mini-batch active learning", 2019). A
    share of each batch is drawn evenly from the pool, as a control that no model has touched.

    Parameters
    ----------
    features
        Features of all rows, shape (n_rows, d), sparse or dense.
    n
        How many rows to propose, at least 1; the whole pool where it is smaller.
    rng
        Source of all draws.
    probs
        Class probabilities of all rows, shape (n_rows, K), of a model that is fitted already.
    pool
        The rows to choose from, as indices or as a mask of shape (n_rows,); by default all that
        are not labelled.
    labelled
        The rows that have labels, as indices or as a mask; never proposed.
    strategy
        One of `STRATEGIES`.
    random_share
        Share of random control rows, in [0, 1].
    class_names
        K names for the reasons; class numbers by default.

    Returns
    -------
    Proposal
        The rows in order.

    Raises
    ------
    EmptyPoolError
        Where there is no row to choose from.
    MethodError
        Where an argument is off, or the strategy needs probabilities and there are none.
    """
    n_rows = features.shape[0]
    is_labelled = _as_mask(labelled, n_rows, "labelled", default=False)
    in_pool = _as_mask(pool, n_rows, "pool", default=True) & ~is_labelled
    rows = np.flatnonzero(in_pool)
    if n < 1:
        raise MethodError(f"{n} rows cannot be proposed", hint="Ask for at least one.")
    if not 0 <= random_share <= 1:
        raise MethodError(f"random_share is {random_share}, but must lie in 0 to 1")
    if not len(rows):
        raise EmptyPoolError("there is no row left to label", hint="Import more rows.")
    checked = None if probs is None else check_probs(probs)
    if checked is not None and len(checked) != n_rows:
        raise MethodError(f"probs has {len(checked):,} rows, the features {n_rows:,}")
    names = _class_names(class_names, checked)
    chosen = _choose_strategy(strategy, checked, int(is_labelled.sum()))

    n_proposed = min(n, len(rows))
    n_random = n_proposed if chosen == "random" else int(random_share * n_proposed + 0.5)
    control = rng.choice(rows, n_random, replace=False)
    rest = np.setdiff1d(rows, control, assume_unique=True)
    n_rest = n_proposed - n_random
    if chosen in ("random", "typicality") or checked is None:
        pick = _pick_typical(features, rest, np.flatnonzero(is_labelled), n_rest, rng)
    else:
        pick = _pick_uncertain(chosen, features, checked, rest, n_rest, names, rng)

    control_score = np.zeros(n_random) if checked is None else margin(checked[control])
    is_random = np.zeros(n_proposed, bool)
    # The control rows are strewn over the batch, so that one left half done still has its share.
    is_random[rng.permutation(n_proposed)[:n_random]] = True
    order = np.empty(n_proposed, np.int64)
    order[~is_random] = np.arange(n_rest)
    order[is_random] = n_rest + np.arange(n_random)
    reasons = pick.reason + ["random control"] * n_random
    return Proposal(
        indices=np.concatenate([pick.rows, control])[order],
        score=np.concatenate([pick.score, control_score])[order],
        reason=tuple(reasons[i] for i in order),
        is_random=is_random,
        strategy=chosen,
    )


def _choose_strategy(strategy: str, probs: npt.NDArray[Any] | None, n_labelled: int) -> str:
    """Return the strategy that ``auto`` stands for now, or the given one if it can run."""
    if strategy not in STRATEGIES:
        raise MethodError(
            f"there is no strategy {strategy!r}", hint=f"Choose one of {', '.join(STRATEGIES)}."
        )
    if strategy == "auto":
        few = probs is None or n_labelled < FEW_LABELS_PER_CLASS * probs.shape[1]
        return "typicality" if few else "margin-diversity"
    if probs is None and strategy not in ("typicality", "random"):
        raise MethodError(
            f"the strategy {strategy!r} needs class probabilities",
            hint="Train first, or choose typicality or random.",
        )
    return strategy


def _pick_typical(
    features: Any,
    rows: npt.NDArray[np.int64],
    labelled: npt.NDArray[np.int64],
    n: int,
    rng: np.random.Generator,
) -> _Pick:
    """Choose typical rows of clusters that no labelled row covers."""
    if not n:
        return _Pick(rows[:0], np.zeros(0), [])
    space = np.concatenate([rows, labelled])
    dense = _dense(features, space, rng)
    already = np.arange(len(rows), len(space))
    picked, sizes, typicality = typical_rows(dense, n, rng=rng, already=already)
    reasons = [
        "alone in its cluster" if size == 1 else f"stands for a cluster of {size:,} rows"
        for size in sizes
    ]
    return _Pick(space[picked], typicality, reasons)


def _pick_uncertain(
    strategy: str,
    features: Any,
    probs: npt.NDArray[Any],
    rows: npt.NDArray[np.int64],
    n: int,
    names: Sequence[str],
    rng: np.random.Generator,
) -> _Pick:
    """Choose the most uncertain rows, spread out where the strategy asks for it."""
    score_of = {"least-confidence": least_confidence, "entropy": entropy}.get(strategy, margin)
    uncertainty = score_of(probs[rows])
    shuffled = rng.permutation(len(rows))  # so that ties do not favour the first rows of a file
    ranked = shuffled[np.argsort(-uncertainty[shuffled], kind="stable")]
    if strategy == "margin-diversity":
        n_candidates = max(n, min(CANDIDATES_PER_ROW * n, (len(rows) + 1) // 2))
        candidates = ranked[:n_candidates]
        dense = _dense(features, rows[candidates], rng)
        spread = kmeans_plus_plus(dense, n, rng=rng, weights=uncertainty[candidates])
        picked = candidates[spread]
    else:
        picked = ranked[:n]
    rank = np.empty(len(rows), np.int64)
    rank[ranked] = np.arange(1, len(rows) + 1)
    reasons = [
        f"{_describe(strategy, probs[rows[i]], float(uncertainty[i]), names)}, "
        f"rank {rank[i]:,} of {len(rows):,}"
        for i in picked
    ]
    return _Pick(rows[picked], uncertainty[picked], reasons)


def _describe(strategy: str, row: npt.NDArray[Any], score: float, names: Sequence[str]) -> str:
    """Say in words why a row is uncertain."""
    best = np.argsort(-row, kind="stable")[:2]
    if len(best) == 1:
        return f"only class {names[best[0]]}"
    top = f"{names[best[0]]} {row[best[0]]:.2f}"
    if strategy == "entropy":
        return f"undecided: {top}, entropy {score:.2f}"
    if strategy == "least-confidence":
        return f"unsure: {top}"
    return f"close call: {top} / {names[best[1]]} {row[best[1]]:.2f}"


def _dense(
    features: Any, rows: npt.NDArray[np.int64], rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Return the features of rows as a dense matrix, reduced where they are sparse."""
    chosen = features[rows]
    if hasattr(chosen, "toarray"):
        return reduce(chosen, N_COMPONENTS, rng=rng)
    return np.ascontiguousarray(chosen, np.float32)


def _class_names(names: Sequence[str] | None, probs: npt.NDArray[Any] | None) -> Sequence[str]:
    """Return a name for each class."""
    if probs is None:
        return names or ()
    if names is None:
        return [f"class {k}" for k in range(probs.shape[1])]
    if len(names) != probs.shape[1]:
        raise MethodError(f"{len(names)} class names for {probs.shape[1]} classes")
    return names


def _as_mask(
    selection: npt.ArrayLike | None, n_rows: int, name: str, *, default: bool
) -> npt.NDArray[np.bool_]:
    """Return a selection of rows, given as indices or as a mask, as a mask."""
    mask = np.full(n_rows, default)
    if selection is None:
        return mask
    given = np.asarray(selection)
    if given.dtype == bool:
        if given.shape != (n_rows,):
            raise MethodError(f"the mask {name} has shape {given.shape}, not ({n_rows:,},)")
        return given
    mask[:] = False
    if not given.size:
        return mask
    if given.ndim != 1 or given.dtype.kind not in "iu":
        raise MethodError(f"{name} must hold row indices or be a mask")
    if given.min() < 0 or given.max() >= n_rows:
        raise MethodError(f"{name} holds an index that is not in 0 to {n_rows - 1}")
    mask[given] = True
    return mask
