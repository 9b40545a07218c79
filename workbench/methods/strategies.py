"""The query strategies: each chooses rows of a pool, and says by what score.

A strategy never fits a model: what a model believes, and how far a committee disagrees, is worked
out before and handed over in a `Query`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from workbench.methods.coverage import cover_by_weight, facility_location, k_centre, prob_cover
from workbench.methods.diversity import kmeans_plus_plus
from workbench.methods.gradient_embedding import badge
from workbench.methods.row_blocks import row_blocks
from workbench.methods.row_choice import sample_rows
from workbench.methods.typicality import TypicalRows, typical_rows, weighted_typical_rows
from workbench.methods.uncertainty import entropy, least_confidence, margin

CANDIDATES_PER_ROW: Final = 5
"""Doubtful rows among which a diverse batch is chosen, for each row of the batch."""

ENTROPY_POWER: Final = 3
"""Entropy is flat where it is high: its cube still tells the doubtful rows from the others."""

COVER_CANDIDATES_PER_ROW: Final = 15
"""Doubtful rows that a batch is to cover, and is chosen among, for each row of the batch."""

MAX_COVERED: Final = 4_000
"""Every pair of them is compared, so that there are so many at most.

A larger batch holds all of them, and then the next doubtful rows.
"""

DOUBT_POWER: Final = 3
"""Of the least confidence by which rows are worth covering."""

MAX_CLUSTERED: Final = 30_000
"""Clusters are looked for, and rows chosen, among at most so many, drawn evenly from a larger pool.

What a row stands for is counted among all.
"""

NO_DOUBT: Final = 0.005
"""A label model is never quite sure: an entropy up to this, 0.00 in a reason, is no doubt."""


@dataclass(frozen=True, slots=True)
class Query:
    """What strategies may look at; arrays have one row an example, n_rows of them.

    Attributes
    ----------
    geometry
        Dense features in which distance is measured, shape (n_rows, d), float32; see `has_place`
        for rows of zeros.
    features
        Features of the model, sparse or dense; often the same.
    labelled
        Indices of the rows that have labels and are never chosen, int64.
    n_classes
        K.
    n_labels
        How many labels a model can learn from: of these rows, and of rows to choose from.
    probs
        Class probabilities of a fitted model, shape (n_rows, K), or None.
    disagreement
        How far a committee disagrees, `uncertainty` of shape (n_rows,), or None.
    conflict
        How far labeling functions contradict each other, `uncertainty` of shape (n_rows,), or None.
    doubt
        Entropy of the label model, `uncertainty` of shape (n_rows,), or None.
    """

    geometry: npt.NDArray[np.float32]
    features: Any
    labelled: npt.NDArray[np.int64]
    n_classes: int
    n_labels: int
    probs: npt.NDArray[Any] | None = None
    disagreement: npt.NDArray[np.float64] | None = None
    conflict: npt.NDArray[np.float64] | None = None
    doubt: npt.NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """What a strategy chose; arrays of shape (n,).

    Attributes
    ----------
    rows
        Row indices in the order chosen, int64.
    score
        In [0, 1], higher = ask first: the uncertainty or typicality that the strategy goes by.
    stands_for
        How many rows to choose from are in the cluster that it represents; 0 where it represents
        none.
    """

    rows: npt.NDArray[np.int64]
    score: npt.NDArray[np.float64]
    stands_for: npt.NDArray[np.int64]


Pool = npt.NDArray[np.bool_]
Choose = Callable[[Query, Pool, int, np.random.Generator], Pick]
"""Chooses at most n rows of a pool, a mask of shape (n_rows,)."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """A strategy, which field of a `Query` it cannot do without, and whether distance guides it.

    One that has nothing to say of other rows chooses ``only_where`` something holds: fewer rows
    than asked for, or none.
    """

    choose: Choose
    needs: str | None = None
    by_distance: bool = False
    only_where: str | None = None


def uncertainty_of(query: Query) -> npt.NDArray[np.float64] | None:
    """Return the margin `uncertainty` of all rows, or None without probabilities."""
    return None if query.probs is None else margin(query.probs)


def top_rows(
    score: npt.NDArray[np.float64], pool: Pool, n: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Return the rows of a pool with the highest scores, ties in random order.

    Parameters
    ----------
    score
        Shape (n_rows,), higher = first.
    pool
        Mask of shape (n_rows,).
    n
        How many rows; the whole pool where it is smaller.
    rng
        Source of the order of ties.

    Returns
    -------
    ndarray
        Row indices, the highest score first, int64.
    """
    rows = np.flatnonzero(pool)
    if n < len(rows):
        ranked = score[rows]
        bar = np.partition(ranked, len(rows) - n)[len(rows) - n]
        above = rows[ranked > bar]
        level = rows[ranked == bar]
        rows = np.concatenate([above, rng.choice(level, n - len(above), replace=False)])
    rows = rng.permutation(rows)
    return rows[np.argsort(-score[rows], kind="stable")]


T = TypeVar("T")


def _given(values: T | None) -> T:
    """Return what `Strategy.needs` has promised."""
    assert values is not None
    return values


def _by_score(
    score_of: Callable[[Query], npt.NDArray[np.float64]], above: float = -np.inf
) -> Choose:
    """Return a strategy that takes the rows with the highest scores, of those above a bound."""

    def choose(query: Query, pool: Pool, n: int, rng: np.random.Generator) -> Pick:
        score = score_of(query)
        rows = top_rows(score, pool & (score > above), n, rng)
        return Pick(rows, score[rows], np.zeros(len(rows), np.int64))

    return choose


def _by_probs(score_of: Callable[[Any], npt.NDArray[np.float64]]) -> Strategy:
    """Return a strategy that scores the probabilities."""
    return Strategy(_by_score(lambda query: score_of(_given(query.probs))), needs="probs")


def has_place(geometry: npt.NDArray[np.float32]) -> Pool:
    """Return which rows are somewhere in a geometry: those that are not all zeros.

    A row of zeros is a text without a known term, or one without a vector. It is as far from every
    row as from any other, so that its distances say nothing of what it is like.

    Parameters
    ----------
    geometry
        Dense features, shape (n_rows, d).

    Returns
    -------
    ndarray
        Mask of shape (n_rows,).
    """
    return np.asarray(geometry.any(axis=1), bool)


def _by_distance(choose: Choose, needs: str | None = None) -> Strategy:
    """Return a strategy that chooses by distance, of rows that have a place while there are some.

    The others are drawn evenly after them: they stand for nothing, and labels of such rows cover
    nothing.
    """

    def choose_placed(query: Query, pool: Pool, n: int, rng: np.random.Generator) -> Pick:
        is_placed = has_place(query.geometry)
        if is_placed.all():
            return choose(query, pool, n, rng)
        placed = pool & is_placed
        pick = Pick(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))
        if placed.any():
            known = query.labelled[is_placed[query.labelled]]
            pick = choose(replace(query, labelled=known), placed, n, rng)
        others = np.flatnonzero(pool & ~is_placed)
        rest = rng.choice(others, min(n - len(pick.rows), len(others)), replace=False)
        return Pick(
            np.concatenate([pick.rows, rest]),
            np.concatenate([pick.score, np.zeros(len(rest))]),
            np.concatenate([pick.stands_for, np.zeros(len(rest), np.int64)]),
        )

    return Strategy(choose_placed, needs=needs, by_distance=True)


def _choose_evenly(query: Query, pool: Pool, n: int, rng: np.random.Generator) -> Pick:
    rows = np.flatnonzero(pool)
    return described(query, rng.choice(rows, min(n, len(rows)), replace=False))


def _choose_typical(query: Query, pool: Pool, n: int, rng: np.random.Generator) -> Pick:
    space, already, others = _clustered(query, pool, n, rng)
    found = typical_rows(query.geometry[space], n, rng=rng, already=already, others=others)
    return _typical(found, space)


def _choose_doubtful_clusters(query: Query, pool: Pool, n: int, rng: np.random.Generator) -> Pick:
    space, already, others = _clustered(query, pool, n, rng)
    doubt = margin(_given(query.probs)[space])
    found = weighted_typical_rows(
        query.geometry[space], doubt, n, rng=rng, already=already, others=others
    )
    return _typical(found, space)


def _choose_far(query: Query, pool: Pool, n: int, rng: np.random.Generator) -> Pick:
    return described(query, k_centre(query.geometry, n, already=query.labelled, pool=pool))


def _choose_facilities(query: Query, pool: Pool, n: int, rng: np.random.Generator) -> Pick:
    rows = facility_location(query.geometry, n, rng=rng, already=query.labelled, pool=pool)
    return described(query, rows)


def _choose_balls(query: Query, pool: Pool, n: int, rng: np.random.Generator) -> Pick:
    rows = prob_cover(
        query.geometry, n, rng=rng, n_classes=query.n_classes, already=query.labelled, pool=pool
    )
    return described(query, rows)


def _choose_gradients(query: Query, pool: Pool, n: int, rng: np.random.Generator) -> Pick:
    return described(query, badge(query.features, _given(query.probs), n, rng=rng, pool=pool))


def _spread(score_of: Callable[[Any], npt.NDArray[np.float64]], power: int = 1) -> Strategy:
    """Return a strategy that takes rows with high scores of probabilities, far from each other.

    Of the 5 n highest, but no more than half the pool, k-means++ chooses n, by a power of the score
    times the squared distance.
    """

    def choose(query: Query, pool: Pool, n: int, rng: np.random.Generator) -> Pick:
        score = score_of(_given(query.probs))
        n_candidates = max(n, min(CANDIDATES_PER_ROW * n, (int(pool.sum()) + 1) // 2))
        top = top_rows(score, pool, n_candidates, rng)
        weights = score[top] ** power
        rows = top[kmeans_plus_plus(query.geometry[top], n, rng=rng, weights=weights)]
        return Pick(rows, score[rows], np.zeros(len(rows), np.int64))

    return _by_distance(choose, needs="probs")


def _choose_doubtful_cover(query: Query, pool: Pool, n: int, rng: np.random.Generator) -> Pick:
    score = least_confidence(_given(query.probs))
    top = top_rows(score, pool, max(n, min(COVER_CANDIDATES_PER_ROW * n, MAX_COVERED)), rng)
    first, rest = top[:MAX_COVERED], top[MAX_COVERED:]
    chosen = first[cover_by_weight(query.features[first], score[first] ** DOUBT_POWER, n)]
    rows = np.concatenate([chosen, rest])
    return Pick(rows, score[rows], np.zeros(len(rows), np.int64))


def _clustered(
    query: Query, pool: Pool, n: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Iterator[npt.NDArray[np.float32]]]:
    """Return the rows to cluster, which of these have labels, and the others of the pool."""
    free = sample_rows(np.flatnonzero(pool), max(MAX_CLUSTERED, n), rng)
    known = sample_rows(query.labelled, MAX_CLUSTERED, rng)
    space = np.concatenate([free, known])
    is_other = pool.copy()
    is_other[free] = False
    others = np.flatnonzero(is_other)
    blocks = (query.geometry[others[block]] for block in row_blocks(len(others)))
    return space, np.arange(len(free), len(space)), blocks


def _typical(found: TypicalRows, space: npt.NDArray[np.int64]) -> Pick:
    return Pick(space[found.rows], found.typicality, found.sizes)


def described(query: Query, rows: npt.NDArray[np.int64]) -> Pick:
    """Return rows with their margin as score, where there is one."""
    score = np.zeros(len(rows))
    if query.probs is not None and len(rows):
        score = margin(query.probs[rows])
    return Pick(rows, score, np.zeros(len(rows), np.int64))


STRATEGIES: Final[dict[str, Strategy]] = {
    "random": Strategy(_choose_evenly),
    "typicality": _by_distance(_choose_typical),
    "doubtful-clusters": _by_distance(_choose_doubtful_clusters, needs="probs"),
    "badge": Strategy(_choose_gradients, needs="probs"),
    "margin-diversity": _spread(margin),
    "entropy-diversity": _spread(entropy, ENTROPY_POWER),
    "doubtful-cover": _by_distance(_choose_doubtful_cover, needs="probs"),
    "margin": _by_probs(margin),
    "least-confidence": _by_probs(least_confidence),
    "entropy": _by_probs(entropy),
    "disagreement": Strategy(
        _by_score(lambda query: _given(query.disagreement), above=0),
        needs="disagreement",
        only_where="models of a committee disagree",
    ),
    "lf-conflict": Strategy(
        _by_score(lambda query: _given(query.conflict), above=0),
        needs="conflict",
        only_where="labeling functions contradict each other",
    ),
    "lf-entropy": Strategy(
        _by_score(lambda query: _given(query.doubt), above=NO_DOUBT),
        needs="doubt",
        only_where="the label model is in doubt",
    ),
    "k-centre": _by_distance(_choose_far),
    "facility-location": _by_distance(_choose_facilities),
    "prob-cover": _by_distance(_choose_balls),
}
"""The strategies by name; ``auto`` divides a batch between some of them."""
