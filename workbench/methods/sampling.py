"""Active learning: which rows to show next, and why each of them.

The strategies stand in `strategies`, the parts of a batch are filled in `batch_parts`; this module
checks what comes in, divides the batch, puts it together and says why each row was chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import EmptyPoolError, MethodError
from workbench.figures import counted
from workbench.methods.auto_strategy import MeasuredGain, Share, divide
from workbench.methods.batch_parts import draw_control, everything, fill_share, narrowed
from workbench.methods.checks import check_probs
from workbench.methods.query_input import (
    as_count,
    as_features,
    as_focus,
    as_mask,
    as_score,
    check_generator,
    check_share,
    dense_geometry,
    names_of_classes,
)
from workbench.methods.reasons import NO_PLACE, describe, describe_control
from workbench.methods.repeats import Repeats
from workbench.methods.row_blocks import row_blocks
from workbench.methods.strategies import (
    CANDIDATES_PER_ROW,
    Pick,
    Query,
    has_place,
    uncertainty_of,
)
from workbench.methods.strategies import STRATEGIES as SINGLE_STRATEGIES

STRATEGIES: Final = ("auto", *SINGLE_STRATEGIES)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Rows to label next; arrays of shape (n,).

    Attributes
    ----------
    indices
        Distinct rows in the order to show them, int64.
    score
        In [0, 1], higher = ask first: the strategy's `uncertainty` or typicality; of random control
        rows the margin `uncertainty`, or 0 without probabilities.
    reason
        A short sentence a row.
    is_random
        The row is a uniformly random control, fit for unbiased estimates; bool.
    n_draws
        Random draws that a control row stands for, itself included, int64: near-duplicates of it
        that were drawn are not shown, but count. 0 for the other rows.
    strategy
        The strategy that chose the most of the other rows.
    chosen_by
        The strategy that chose each row; ``random`` for the control rows.
    uncertainty
        Margin `uncertainty` in [0, 1], or None without probabilities.
    rank
        Place in the pool by that, 1 the most uncertain, int64; 0 without probabilities.
    stands_for
        Rows in the cluster that the row represents, int64; 0 where it represents none.
    shares
        How the batch was divided.
    notes
        Fallbacks, in words.
    """

    indices: npt.NDArray[np.int64]
    score: npt.NDArray[np.float64]
    reason: tuple[str, ...]
    is_random: npt.NDArray[np.bool_]
    n_draws: npt.NDArray[np.int64]
    strategy: str
    chosen_by: tuple[str, ...]
    uncertainty: npt.NDArray[np.float64] | None
    rank: npt.NDArray[np.int64]
    stands_for: npt.NDArray[np.int64]
    shares: tuple[Share, ...]
    notes: tuple[str, ...]


def propose(
    features: Any,
    *,
    n: int,
    rng: np.random.Generator,
    probs: npt.ArrayLike | None = None,
    pool: npt.ArrayLike | None = None,
    labelled: npt.ArrayLike | None = None,
    n_labels: int | None = None,
    strategy: str = "auto",
    random_share: float = 0.1,
    class_names: Sequence[str] | None = None,
    geometry: npt.ArrayLike | None = None,
    disagreement: npt.ArrayLike | None = None,
    conflict: npt.ArrayLike | None = None,
    doubt: npt.ArrayLike | None = None,
    texts: Sequence[str] | None = None,
    focus: int | None = None,
    gain: MeasuredGain | None = None,
    cluster_share: float = 1.0,
) -> Proposal:
    """Propose the rows to label next, each with its reason.

    A share of each batch is drawn evenly from the pool, as a control that no model has touched; the
    rest is chosen by the strategy. ``auto`` is described in `auto_strategy`. Of near-duplicates one
    is shown, so that a batch is smaller than asked for where the pool holds nothing else.

    Parameters
    ----------
    features
        Features of all rows, shape (n_rows, d), sparse or dense: those of the model.
    n
        How many rows to propose, at least 1; fewer where the pool holds no more that differ.
    rng
        Source of all draws.
    probs
        Class probabilities of all rows, shape (n_rows, K), of a model that is fitted already.
    pool
        The rows to choose from, as indices or as a mask of shape (n_rows,); by default all that
        are not labelled.
    labelled
        The rows that have labels, as indices or as a mask; never proposed.
    n_labels
        How many labels a model can learn from, by default those of these rows. There may be more:
        of rows that came with a label which is to be checked.
    strategy
        One of `STRATEGIES`.
    random_share
        Share of random control rows, in [0, 1].
    class_names
        K names for the reasons; class numbers by default.
    geometry
        Dense features in which distance is measured, shape (n_rows, any); by default `features`,
        reduced where they are sparse. Rows of zeros are asked last by whatever goes by distance.
    disagreement
        Of a committee, shape (n_rows,), higher = ask first; for the strategy of that name.
    conflict
        Of labeling functions, shape (n_rows,), higher = ask first; for ``lf-conflict``.
    doubt
        Of the label model, shape (n_rows,), higher = ask first; for ``lf-entropy``.
    texts
        The n_rows texts; without them no row counts as a near-duplicate of another.
    focus
        Index of a class: only the rows that are most likely of it are chosen from.
    gain
        What labels of chosen and of random rows brought so far (`auto_strategy.measured_gain`).
    cluster_share
        How far ``auto`` trusts clusters, in [0, 1] (`auto_strategy.cluster_share`).

    Returns
    -------
    Proposal
        The rows in order.

    Raises
    ------
    EmptyPoolError
        Where there is no row to choose from.
    MethodError
        Where an argument is off, or the strategy needs what is not given.
    """
    check_generator(rng)
    features, focus = as_features(features), as_focus(focus)
    n_rows = features.shape[0]
    is_labelled = as_mask(labelled, n_rows, "labelled", default=False)
    in_pool = as_mask(pool, n_rows, "pool", default=True) & ~is_labelled
    n = as_count(n)
    if texts is not None and len(texts) != n_rows:
        raise MethodError(f"there are {len(texts):,} texts for {n_rows:,} rows of features")
    check_share(random_share, "random_share")
    check_share(cluster_share, "cluster_share")
    if not in_pool.any():
        raise EmptyPoolError("there is no row left to label", hint="Import more rows.")
    checked = None if probs is None else check_probs(probs)
    if checked is not None and len(checked) != n_rows:
        raise MethodError(f"probs has {len(checked):,} rows, the features {n_rows:,}")
    names = names_of_classes(class_names, checked)
    notes: list[str] = []
    query = Query(
        geometry=dense_geometry(features, geometry, rng),
        features=features,
        labelled=np.flatnonzero(is_labelled),
        n_classes=max(len(names), 2),
        n_labels=int(is_labelled.sum()) if n_labels is None else n_labels,
        probs=checked,
        disagreement=as_score(disagreement, n_rows, "disagreement"),
        conflict=as_score(conflict, n_rows, "conflict"),
        doubt=as_score(doubt, n_rows, "doubt"),
    )
    _check_strategy(strategy, query)

    rows_in_pool = np.flatnonzero(in_pool)
    n_proposed = min(n, len(rows_in_pool))
    slice_, *shares = divide(strategy, n_proposed, query, random_share, gain, cluster_share)
    repeats = Repeats(texts)
    free = in_pool.copy()
    control, n_draws = draw_control(query, free, slice_.n, repeats, rng)
    if shares:
        # What random draws could not fill goes to the largest part.
        shares[-1] = replace(shares[-1], n=shares[-1].n + slice_.n - len(control.rows))
        slice_ = replace(slice_, n=len(control.rows))
    narrow = narrowed(query, free, focus, n_proposed, names, notes, rng)
    among = ""
    if focus is not None and narrow is not everything:
        n_likely = min(CANDIDATES_PER_ROW * n_proposed, int(free.sum()))
        among = f", among the {n_likely:,} rows that are likeliest {names[focus]}"
        shares = [replace(s, why=f"{s.why}{among}") for s in shares]
    told = _told(query, rows_in_pool, shares, notes)
    picks = [fill_share(query, free, narrow, share, repeats, rng) for share in told]
    n_left = n_proposed - len(control.rows) - sum(len(pick.rows) for pick in picks)
    if shares and n_left and free.any():
        # Of the rows that are left the strategy has nothing to say.
        rest = _rest(query, strategy, n_left, among)
        told_rest = _told(query, rows_in_pool, [rest], notes)
        pick = fill_share(query, free, narrow, told_rest[0], repeats, rng)
        n_chosen = len(picks[-1].rows)
        notes += _rest_notes(strategy, n_chosen, rest.strategy, len(pick.rows), among)
        at = 0 if len(pick.rows) < n_chosen else 1  # the largest part is the last
        shares.insert(at, rest)
        told[at:at] = told_rest
        picks.insert(at, pick)
    shares = [replace(s, n=len(p.rows)) for s, p in zip(shares, picks, strict=True)]
    picks = [control, *picks]
    n_found = sum(len(pick.rows) for pick in picks)
    if n_found < n_proposed:
        others = "the other rows" if shares else f"the others of {n_draws.sum():,} random draws"
        notes.append(
            f"{counted(n_found, 'row')} instead of {n_proposed:,}: {others} repeat"
            f" {'this one' if n_found == 1 else 'these'}"
        )
    tellers = [s.strategy for s in (slice_, *told)]
    return _assemble(query, in_pool, (slice_, *shares), tellers, picks, n_draws, names, notes, rng)


def _told(
    query: Query, in_pool: npt.NDArray[np.int64], shares: Sequence[Share], notes: list[str]
) -> list[Share]:
    """Return shares by the strategies that really choose: evenly where all distances are 0."""
    by_distance = [SINGLE_STRATEGIES[share.strategy].by_distance for share in shares]
    is_used = any(share.n and by for share, by in zip(shares, by_distance, strict=True))
    if not is_used or not _is_one_place(query.geometry, in_pool):
        return [*shares]
    notes.append("all rows are in one place: distances tell nothing here")
    return [
        replace(share, strategy="random") if by else share
        for share, by in zip(shares, by_distance, strict=True)
    ]


def _rest(query: Query, strategy: str, n: int, among: str) -> Share:
    """Return the share of the rows of which a strategy has nothing to say."""
    by = "typicality" if query.probs is None else "margin"
    where = SINGLE_STRATEGIES[strategy].only_where
    return Share(by, n, f"no other row is left where {where}{among}")


def _rest_notes(strategy: str, n: int, rest: str, n_rest: int, among: str) -> list[str]:
    """Say how many rows a strategy has found, and who chose the others."""
    if not n_rest:
        return []
    found = f"only {counted(n, 'row')} {'is' if n == 1 else 'are'}" if n else "no row is"
    where = SINGLE_STRATEGIES[strategy].only_where
    return [f"{found} left where {where}{among}; {n_rest:,} by {rest}"]


def _is_one_place(geometry: npt.NDArray[np.float32], rows: npt.NDArray[np.int64]) -> bool:
    """Return whether there are two rows at least, and all are equal."""
    # Block by block, since the first one tells nearly always.
    return len(rows) > 1 and all(
        (geometry[rows[block]] == geometry[rows[0]]).all() for block in row_blocks(len(rows))
    )


def _assemble(
    query: Query,
    in_pool: npt.NDArray[np.bool_],
    shares: tuple[Share, ...],
    tellers: Sequence[str],
    picks: Sequence[Pick],
    n_draws: npt.NDArray[np.int64],
    names: Sequence[str],
    notes: Sequence[str],
    rng: np.random.Generator,
) -> Proposal:
    """Put the parts of a batch together, the control rows strewn over it.

    `tellers` are the strategies that tell why the rows of each share were chosen.
    """
    rows = np.concatenate([pick.rows for pick in picks])
    score = np.concatenate([pick.score for pick in picks])
    stands_for = np.concatenate([pick.stands_for for pick in picks])
    n_draws = np.concatenate([n_draws, np.zeros(len(rows) - len(n_draws), np.int64)])
    uncertainty = uncertainty_of(query)
    rank, n_ranked = _ranks(uncertainty, in_pool, rows)
    chosen_by = [
        share.strategy
        for share, pick in zip(shares, picks, strict=True)
        for _ in range(len(pick.rows))
    ]
    is_placed = has_place(query.geometry[rows])
    told_by = [t for t, pick in zip(tellers, picks, strict=True) for _ in range(len(pick.rows))]
    told_by = [
        NO_PLACE if SINGLE_STRATEGIES[teller].by_distance and not is_there else teller
        for teller, is_there in zip(told_by, is_placed, strict=True)
    ]
    # Parts are shuffled among each other, so that a batch left half done has its share of each.
    order = rng.permutation(len(rows))
    for part in dict.fromkeys(chosen_by):
        places = np.flatnonzero([chosen_by[i] == part for i in order])
        order[places] = np.sort(order[places])
    is_random = np.array([chosen_by[i] == "random" for i in order], bool)
    reasons = tuple(
        describe_control(int(n_draws[i]))
        if chosen_by[i] == "random"
        else describe(
            told_by[i],
            None if query.probs is None else query.probs[rows[i]],
            float(score[i]),
            int(rank[i]),
            n_ranked,
            int(stands_for[i]),
            names,
        )
        for i in order
    )
    return Proposal(
        indices=rows[order],
        score=score[order],
        reason=reasons,
        is_random=is_random,
        n_draws=n_draws[order],
        strategy=shares[-1].strategy,
        chosen_by=tuple(chosen_by[i] for i in order),
        uncertainty=None if uncertainty is None else uncertainty[rows[order]],
        rank=rank[order],
        stands_for=stands_for[order],
        shares=shares,
        notes=tuple(notes),
    )


def _ranks(
    uncertainty: npt.NDArray[np.float64] | None,
    in_pool: npt.NDArray[np.bool_],
    rows: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], int]:
    """Return the place of rows in the pool by uncertainty, from 1; 0 where nothing is known."""
    n_ranked = int(in_pool.sum())
    if uncertainty is None:
        return np.zeros(len(rows), np.int64), n_ranked
    ranked = np.sort(uncertainty[in_pool])
    above = n_ranked - np.searchsorted(ranked, uncertainty[rows], side="right")
    return np.asarray(above + 1, np.int64), n_ranked


def _check_strategy(strategy: str, query: Query) -> None:
    """Raise unless the strategy can run."""
    if strategy not in STRATEGIES:
        raise MethodError(
            f"there is no strategy {strategy!r}", hint=f"Choose one of {', '.join(STRATEGIES)}."
        )
    needs = None if strategy == "auto" else SINGLE_STRATEGIES[strategy].needs
    if needs is None or getattr(query, needs) is not None:
        return
    classes = "rows of a second class" if query.n_labels else "rows of two classes"
    missing, remedy = {
        "probs": (
            "class probabilities",
            f"Annotate {classes} first, or choose typicality or random.",
        ),
        "disagreement": ("a committee", f"Annotate {classes} first."),
        "conflict": ("votes", "Apply labeling functions first."),
        "doubt": ("a label model", "Aggregate the votes of labeling functions first."),
    }[needs]
    raise MethodError(f"the strategy {strategy!r} needs {missing}", hint=remedy)
