"""The parts of a batch: even draws, and what a strategy chooses, without near-duplicates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.auto_strategy import Share
from workbench.methods.repeats import Repeats
from workbench.methods.strategies import (
    CANDIDATES_PER_ROW,
    STRATEGIES,
    Pick,
    Query,
    described,
    top_rows,
)

MAX_DRAWS: Final = 20
"""Random draws for each control row, at most: nearly all of them may be copies of one message."""


def draw_control(
    query: Query,
    free: npt.NDArray[np.bool_],
    n: int,
    repeats: Repeats,
    rng: np.random.Generator,
) -> tuple[Pick, npt.NDArray[np.int64]]:
    """Draw rows evenly until n different ones are there; uses up `free`.

    Returns the first of each kind in random order, and how many draws it stands for. The draws are
    the longest beginning of a random order with at most n kinds. Its end is a stopping time of the
    means of ever shorter beginnings, a reverse martingale, so that they stay unbiased (Doob,
    "Stochastic Processes", 1953, section VII.2).
    """
    order = rng.permutation(np.flatnonzero(free))[: MAX_DRAWS * n]
    looked_at = n
    while True:
        drawn = order[:looked_at]
        first = repeats.first_of(drawn)
        kinds = np.flatnonzero(first == np.arange(len(drawn)))
        if len(kinds) > n or looked_at >= len(order):
            break
        looked_at *= 2
    n_drawn = int(kinds[n]) if len(kinds) > n else len(drawn)
    # In random order, so that a batch left half done holds common and rare kinds alike.
    shown = rng.permutation(kinds[:n])
    n_draws = np.bincount(first[:n_drawn], minlength=max(len(drawn), 1))[shown]
    free[drawn[:n_drawn]] = False
    repeats.add(drawn[shown])
    return described(query, drawn[shown]), n_draws


def fill_share(
    query: Query,
    free: npt.NDArray[np.bool_],
    narrow: Callable[[npt.NDArray[np.bool_]], npt.NDArray[np.bool_]],
    share: Share,
    repeats: Repeats,
    rng: np.random.Generator,
) -> Pick:
    """Let a strategy choose until its share is full of rows that do not repeat; uses up `free`.

    It may find fewer rows: see `strategies.Strategy.only_where`.
    """
    choose = STRATEGIES[share.strategy].choose
    parts: list[Pick] = []
    missing = n_asked = share.n
    while missing and free.any():
        pick = choose(query, narrow(free), n_asked, rng)
        if not len(pick.rows):
            break
        kept = repeats.add_new(pick.rows, missing, free)
        parts.append(Pick(pick.rows[kept], pick.score[kept], pick.stands_for[kept]))
        missing -= len(kept)
        # Some will repeat again.
        n_asked = 2 * missing
    return Pick(
        np.concatenate([np.zeros(0, np.int64), *(part.rows for part in parts)]),
        np.concatenate([np.zeros(0), *(part.score for part in parts)]),
        np.concatenate([np.zeros(0, np.int64), *(part.stands_for for part in parts)]),
    )


def narrowed(
    query: Query,
    free: npt.NDArray[np.bool_],
    focus: int | None,
    n: int,
    names: Sequence[str],
    notes: list[str],
    rng: np.random.Generator,
) -> Callable[[npt.NDArray[np.bool_]], npt.NDArray[np.bool_]]:
    """Return what leaves of a pool the rows that may be of a class, five for each asked for."""
    if focus is None:
        return everything
    if query.probs is None:
        notes.append(
            "nothing is known yet of which rows are of a class, so the batch is chosen from all"
            " rows"
        )
        return everything
    if not 0 <= focus < query.probs.shape[1]:
        raise MethodError(f"class {focus} is not in 0 to {query.probs.shape[1] - 1}")
    if not free.any():
        return everything  # the random rows, and what repeats them, were all
    likely = np.asarray(query.probs[:, focus], np.float64)
    if not likely[free].any():
        notes.append(
            f"no row is believed to be {names[focus]}, so the batch is chosen from all rows"
        )
        return everything

    def narrow(left: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        focused = np.zeros(len(left), bool)
        focused[top_rows(likely, left, CANDIDATES_PER_ROW * n, rng)] = True
        return focused

    return narrow


def everything(free: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Leave a pool as it is."""
    return free
