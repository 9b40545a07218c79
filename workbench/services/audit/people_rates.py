"""The error rates of people: of all their answers, those that are no label of their row, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from workbench.methods.error_rates import GroupRates, error_rates_by
from workbench.services.audit.blame import Doubts, GroupRate, joined_rates
from workbench.services.people_answers import (
    AnswerViews,
    JudgedRows,
    PeopleAnswers,
    disputed_places,
    is_confirmed,
)

_Z95 = 1.959964
"""Half the width of a 95 % interval in standard deviations."""


def people_rates(
    people: PeopleAnswers,
    views: AnswerViews,
    judged: JudgedRows,
    rows: NDArray[np.int64],
    doubts: Doubts,
) -> tuple[GroupRate, ...]:
    """Return the share of wrong answers of each annotator or guideline version, highest first.

    An answer that is the label of its row, and that nobody contradicts, is wrong where the audit
    doubts the label; where several gave it, their number is held against the doubt. The test does
    not do so, as labels that one gave would look worse for it. Where answers differ, each is wrong
    unless it names the likeliest class of the row; the interval allows for how likely that is, and
    the test leaves out rows that are not clear. Errors are seen more often where others answer,
    too: so answers are held against others of their class and of their kind (the only one to the
    row, or one of several), unless somebody has too few of a kind that others have.

    Parameters
    ----------
    people
        The answers.
    views
        What the audit knows.
    judged
        The rows on which they differ.
    rows
        Positions of the audited rows, (n,).
    doubts
        Their labels.
    """
    at = people.places
    row = disputed_places(people, rows)[at]
    is_agreed = row < 0
    row = np.concatenate([row, people.other_row])
    is_agreed = np.concatenate([is_agreed, np.zeros(len(people.other_row), np.bool_)])
    n_others = len(people.other_row)
    said = np.concatenate([doubts.before[at], people.other_said])
    names = (*people.names, *people.other_names)
    # A flag elsewhere on the row counts for those who gave another answer, too.
    flagged = np.isin(people.disputed, rows[~doubts.is_told])
    is_told = np.concatenate([doubts.is_told[at], np.ones(n_others, np.bool_)])
    is_tested = np.ones(len(names), np.bool_)
    is_open = doubts.is_suspect[at] & ~is_confirmed(people, views, rows, doubts.before[at])
    is_wrong = np.concatenate([is_open, np.zeros(n_others, np.bool_)])
    is_doubted = np.concatenate([doubts.is_doubted[at], np.zeros(n_others, np.bool_)])
    clusters = np.concatenate([doubts.clusters[at], np.zeros(n_others, np.int64)])
    chance = np.zeros(len(names))
    differs = np.flatnonzero(~is_agreed)
    of = row[differs]
    is_wrong[differs] = is_doubted[differs] = judged.believed[of] != said[differs]
    chance[differs] = judged.beliefs[of, said[differs]]
    is_told[differs] = judged.is_judged[of] & ~flagged[of]
    is_tested[differs] = judged.is_clear[of]
    clusters[differs] = judged.clusters[of]
    is_shared = np.concatenate([people.n_answers > 1, np.ones(n_others, np.bool_)])
    if not is_told.any() or not is_tested.any():
        return ()
    shown = error_rates_by(
        [*compress(names, is_told)], is_wrong[is_told], clusters=clusters[is_told]
    )
    tested_names = [*compress(names, is_tested)]
    strata = 2 * said + (is_shared if _are_mixed(tested_names, is_shared[is_tested]) else 0)
    tested = error_rates_by(
        tested_names,
        is_doubted[is_tested],
        strata=strata[is_tested].tolist(),
        clusters=clusters[is_tested],
    )
    unsure = (chance * (1 - chance))[is_told]
    return joined_rates(_widened(shown, [*compress(names, is_told)], unsure), tested)


def _are_mixed(names: Sequence[str], is_shared: NDArray[np.bool_]) -> bool:
    """Tell whether everybody can be held against others by the same kind of answers."""
    _, code = np.unique(np.array(names), return_inverse=True)
    n = np.stack([np.bincount(code, weights=kind) for kind in (is_shared, ~is_shared)])
    others = n.sum(axis=1, keepdims=True) - n
    return bool((2 * np.minimum(n, others).sum(axis=0) >= n.sum(axis=0)).all())


def _widened(rates: GroupRates, names: Sequence[str], unsure: NDArray[np.float64]) -> GroupRates:
    """Let intervals allow for what is not sure of each answer, of which there are ``names``."""
    code_of = {name: i for i, name in enumerate(rates.group)}
    code = np.array([code_of[name] for name in names], np.int64)
    variance = np.bincount(code, weights=unsure, minlength=len(code_of)) / rates.n**2
    below = np.sqrt((rates.rate - rates.low) ** 2 + _Z95**2 * variance)
    above = np.sqrt((rates.high - rates.rate) ** 2 + _Z95**2 * variance)
    return replace(
        rates, low=np.maximum(rates.rate - below, 0), high=np.minimum(rates.rate + above, 1)
    )
