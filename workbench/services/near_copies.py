"""A batch of a pool that holds little but near-copies: templates, alerts, logs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from workbench.figures import counted
from workbench.methods.folding import fold
from workbench.methods.repeats import Repeats
from workbench.methods.sampling import Proposal

NEAR_COPY = "nearly repeats another row of the batch"
NEARLY_ALL = "near-copies, since too few other rows are left"


def choose_apart(
    choose: Callable[[Sequence[str]], Proposal], texts: Sequence[str], n: int
) -> Proposal:
    """Choose rows of which none nearly repeats another; where these are too few, no equal ones.

    Near-copies may differ in class, by a "not" or an amount, and somebody who asks for more rows
    than there are others can label them in no other way.

    Parameters
    ----------
    choose
        Makes the batch, given the texts that tell which rows repeat each other.
    texts
        The texts of all examples.
    n
        How many rows there should be.

    Returns
    -------
    Proposal
        The batch. Reasons say which rows are near-copies, and a note counts them.
    """
    apart = choose(texts)
    if len(apart.indices) >= n:
        return apart
    names = _equal_only(texts)
    whole = choose(names)
    if len(whole.indices) <= len(apart.indices):
        return apart
    # Even draws of which each is shown are the better yardstick; what differs most comes first.
    merged = _merged(whole, apart, names)
    first = Repeats([texts[row] for row in merged.indices]).first_of(np.arange(len(merged.indices)))
    is_copy = first != np.arange(len(first))
    reasons = (
        f"{reason}; {NEAR_COPY}" if is_near else reason
        for reason, is_near in zip(merged.reason, is_copy, strict=True)
    )
    n_copies = int(is_copy.sum())
    note = (
        f"too few rows are left that differ much, so {counted(n_copies, 'row')} nearly"
        f" {'repeats another' if n_copies == 1 else 'repeat others'} of the batch: a word or a"
        " number may make another class of it"
    )
    missing = whole.notes[-1:] if len(whole.indices) < n else ()
    return replace(merged, reason=tuple(reasons), notes=(*merged.notes, note, *missing))


def _merged(whole: Proposal, apart: Proposal, names: Sequence[str]) -> Proposal:
    """Return a batch with the rows that are chosen apart before others, and no two of one name."""
    n_apart = len(apart.indices)
    both = np.concatenate([apart.indices, whole.indices])
    is_random = np.concatenate([apart.is_random, whole.is_random])
    taken = {names[row] for row in whole.indices[whole.is_random]}
    chosen: list[int] = []
    for place in np.flatnonzero(~is_random).tolist():
        name = names[both[place]]
        if len(chosen) < (~whole.is_random).sum() and name not in taken:
            taken.add(name)
            chosen.append(place)
    order = np.arange(n_apart, len(both))
    order[~whole.is_random] = chosen
    chosen_by, reason = apart.chosen_by + whole.chosen_by, apart.reason + whole.reason
    by_apart = Counter(chosen_by[place] for place in chosen if place < n_apart)
    by_whole = Counter(chosen_by[place] for place in chosen if place >= n_apart)
    shares = [
        *(share for share in whole.shares if share.strategy == "random"),
        *(replace(share, n=by_apart[share.strategy]) for share in apart.shares),
        *(replace(s, n=by_whole[s.strategy], why=NEARLY_ALL) for s in whole.shares),
    ]
    uncertainty = None
    if apart.uncertainty is not None and whole.uncertainty is not None:
        uncertainty = np.concatenate([apart.uncertainty, whole.uncertainty])[order]
    return Proposal(
        indices=both[order],
        score=np.concatenate([apart.score, whole.score])[order],
        reason=tuple(reason[place] for place in order),
        is_random=is_random[order],
        n_draws=np.concatenate([apart.n_draws, whole.n_draws])[order],
        strategy=apart.strategy,
        chosen_by=tuple(chosen_by[place] for place in order),
        uncertainty=uncertainty,
        rank=np.concatenate([apart.rank, whole.rank])[order],
        stands_for=np.concatenate([apart.stands_for, whole.stands_for])[order],
        shares=tuple(share for share in shares if share.n),
        # The last note of either says that there are fewer rows than were asked for.
        notes=apart.notes[:-1],
    )


def _equal_only(texts: Sequence[str]) -> list[str]:
    """Return a name for each text that only those share which read the same.

    It is so short that it has no near-duplicates.
    """
    first: dict[str, int] = {}
    # What holds nothing to read repeats nothing; no folded text has a line break.
    forms = (fold(text) or f"{i}\n" for i, text in enumerate(texts))
    return [f"{first.setdefault(form, i):x}" for i, form in enumerate(forms)]
