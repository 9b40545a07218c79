"""A batch of a pool that holds little but near-copies: templates, alerts, logs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from workbench.figures import counted
from workbench.methods.folding import fold
from workbench.methods.repeats import Repeats
from workbench.methods.sampling import Proposal

NEAR_COPY = "nearly repeats another row of the batch"


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
    whole = choose(_equal_only(texts))
    if len(whole.indices) <= len(apart.indices):
        return apart
    first = Repeats([texts[row] for row in whole.indices]).first_of(np.arange(len(whole.indices)))
    is_copy = first != np.arange(len(first))
    reasons = (
        f"{reason}; {NEAR_COPY}" if is_near else reason
        for reason, is_near in zip(whole.reason, is_copy, strict=True)
    )
    n_copies = int(is_copy.sum())
    note = (
        f"too few rows are left that differ much, so {counted(n_copies, 'row')} nearly"
        f" {'repeats another' if n_copies == 1 else 'repeat others'} of the batch: a word or a"
        " number may make another class of it"
    )
    return replace(whole, reason=tuple(reasons), notes=(*whole.notes, note))


def _equal_only(texts: Sequence[str]) -> list[str]:
    """Return a name for each text that only those share which read the same.

    It is so short that it has no near-duplicates.
    """
    first: dict[str, int] = {}
    # What holds nothing to read repeats nothing; no folded text has a line break.
    forms = (fold(text) or f"{i}\n" for i, text in enumerate(texts))
    return [f"{first.setdefault(form, i):x}" for i, form in enumerate(forms)]
