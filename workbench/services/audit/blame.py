"""Who is to blame for doubtful labels: classes, vendors, people, months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.methods.error_rates import GroupRates, error_rates_by
from workbench.methods.function_blame import FunctionBlame
from workbench.safe_text import one_line
from workbench.services.grouping import Grouping

STANDS_OUT, STOOD_OUT = "stands out", "stood out before its review"
"""What is said of a group with surely more errors than the rest; then, where it has no more now."""

ALONE: Final = "no other group has rows of its classes"
"""Why a group is not compared."""

ALONE_CLASS: Final = "labels of no other class could be judged"
"""Why a class is not compared."""

NOT_AUDITED: Final = "no model has learnt the class: none of its labels can be doubted"
"""Why a class has no rate."""

ALL_FLAGGED: Final = "every label is flagged as ambiguous"
"""Why a class or labeling function has no rate: such labels count neither as right nor as wrong."""

NONE_DOUBTED: Final = "none of the rest was doubted"
"""Why a group that is compared has no ratio: there is nothing to divide by."""

_N_STOOD_OUT: Final = 5
"""So many groups that a review has cleared are named."""

WARNED: Final = "doubted: it voted for the label; warned: it voted for the suggested class instead"
"""What the two counts of a function say."""


def group_mark(stands_out: bool, stands_out_now: bool | None, n_suspects: int) -> str:
    """Say whether a group stands out by its errors, or did; empty where it never has.

    Parameters
    ----------
    stands_out
        By the labels before any review.
    stands_out_now
        By those of now; None where that is not known: any doubt that is left counts.
    n_suspects
        Its labels that are doubted now.
    """
    if not stands_out:
        return ""
    still = n_suspects > 0 if stands_out_now is None else stands_out_now
    return STANDS_OUT if still else STOOD_OUT


@dataclass(frozen=True, slots=True)
class Doubts:
    """The labels of an audit, and which of them are doubted; arrays of shape (n,).

    Rates are of the labels as they are: ``given``, of which ``is_suspect`` are doubted and wait for
    a person. ``is_told`` leaves out those that a person flagged as ambiguous: these count neither
    as right nor as wrong. Tests are of the labels as they were ``before`` any review, of which
    ``is_doubted`` were doubted or would be still: without its reviewed doubts a group would look
    better than one that nobody has reviewed, which would then be accused. ``clusters`` tells
    near-duplicates.
    """

    given: NDArray[np.int64]
    is_suspect: NDArray[np.bool_]
    clusters: NDArray[np.int64]
    before: NDArray[np.int64]
    is_doubted: NDArray[np.bool_]
    is_told: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class GroupRate:
    """The estimated label-error rate of a class, vendor, batch or other group.

    ``n``, ``n_suspects`` and ``rate`` count labels; ``low`` and ``high`` bound the rate (95 %
    Wilson), and allow for near-copies with one label that err together. What follows is of the
    labels before any review (`Doubts`): it counts such copies once, as ``n_texts`` does, doubts
    that a review answered, and labels that one flagged. Texts of one class are held against each
    other: ``ratio`` is to the rest within classes (Mantel-Haenszel), ``q_value`` corrected for the
    number of groups (Benjamini-Hochberg). Both are None where there is nothing to hold a group
    against, the ratio also where none of the rest was doubted; ``reason`` says why.
    ``stands_out``: surely more errors than the rest; no class is said to, as the doubts of a hard
    class may all be the models' errors. ``stands_out_now`` says so of the labels of now, None where
    these were not compared.
    """

    group: str
    n: int
    n_suspects: int
    rate: float
    low: float
    high: float
    ratio: float | None
    q_value: float | None
    stands_out: bool = False
    reason: str = ""
    n_texts: int | None = None
    stands_out_now: bool | None = None

    @property
    def is_judged(self) -> bool:
        """Whether some of its labels could be doubted: else nothing is known of its rate."""
        return self.n > 0 and self.reason not in (NOT_AUDITED, ALL_FLAGGED)

    @property
    def mark(self) -> str:
        """Say that it stands out, or did before a review answered what was doubted of it."""
        return group_mark(self.stands_out, self.stands_out_now, self.n_suspects)


@dataclass(frozen=True, slots=True)
class FunctionRate:
    """How often a labeling function voted for a label that is doubted.

    It voted for ``n_votes`` labels; ``n_pushed`` of these are doubted, ``uids`` names them, the
    most doubtful first. On ``n_warned`` suspects it voted for the suggested class instead. ``rate``
    is pushed over votes; ``low`` and ``high`` bound it (95 % Wilson), and allow for near-copies
    with one label that err together. What follows is of the labels before any review (`Doubts`): it
    counts such copies once, as ``n_texts`` does, doubts that a review answered, and labels that one
    flagged. ``ratio`` is to the other texts with these labels, within classes, ``q_value`` for
    being doubted alike (Benjamini-Hochberg over the functions); both are None where it votes for
    all rows of its classes, the ratio also where none of the others was doubted; ``reason`` says
    why.
    ``is_blamed``: surely doubted more often. ``rivals`` are blamed, too, and contradict it on most
    rows that it pushed.
    """

    name: str
    version: str
    n_votes: int
    n_pushed: int
    n_warned: int
    rate: float
    low: float
    high: float
    q_value: float | None
    is_blamed: bool
    uids: tuple[str, ...]
    ratio: float | None = None
    rivals: tuple[str, ...] = ()
    reason: str = ""
    n_texts: int | None = None

    @property
    def rivals_note(self) -> str:
        """Say who may be the cause instead; empty without a rival."""
        if not self.rivals:
            return ""
        names = " and ".join(self.rivals)
        verb = "contradicts" if len(self.rivals) == 1 else "contradict"
        return (
            f"{names}, to blame too, {verb} {self.name} on most of its doubted rows: a rival may be"
            " the cause, as models learn from its labels; look at both"
        )


def class_rates(
    classes: Sequence[str], doubts: Doubts, is_learnable: NDArray[np.bool_]
) -> tuple[GroupRate, ...]:
    """Return the error rate of each class, in the order of the label set.

    Classes that no model has learnt have no rate: none of their labels can be doubted. Nor have
    those of which every label is flagged, whose ``n`` is 0. None is said
    to stand out: texts of one class are no harder in one vendor than in another, but classes differ
    in how many of their right labels a model doubts.

    Parameters
    ----------
    classes
        The names by index, K of them.
    doubts
        The labels (n,).
    is_learnable
        Which classes models have learnt, (K,).
    """
    given, before = doubts.given, doubts.before
    n_rows = np.bincount(given, minlength=len(classes))
    shown = _rates_of(given, doubts.is_suspect, doubts, is_learnable[given] & doubts.is_told)
    tested = _rates_of(before, doubts.is_doubted, doubts, is_learnable[before])
    found = {}
    if shown is not None:
        found = {
            k: replace(rate, group=classes[k], stands_out=False)
            for k, rate in zip(shown.group, _rates(shown, tested, ALONE_CLASS), strict=True)
        }
    return tuple(
        found.get(k) or _no_rate(name, int(n_rows[k]), is_learnt=bool(is_learnable[k]))
        for k, name in enumerate(classes)
    )


def _no_rate(name: str, n: int, *, is_learnt: bool) -> GroupRate:
    """Return a class of which no label counts, of n, and why."""
    reason = "" if not n else ALL_FLAGGED if is_learnt else NOT_AUDITED
    counted = 0 if is_learnt else n
    return GroupRate(name, counted, 0, 0.0, 0.0, 1.0, ratio=None, q_value=None, reason=reason)


def _rates_of(
    groups: NDArray[np.int64],
    issues: NDArray[np.bool_],
    doubts: Doubts,
    chosen: NDArray[np.bool_],
) -> GroupRates | None:
    """Compare the classes of the chosen rows; None where none is chosen."""
    if not chosen.any():
        return None
    clusters = doubts.clusters[chosen]
    return error_rates_by(groups[chosen].tolist(), issues[chosen], clusters=clusters)


def worst_classes(by_class: Sequence[GroupRate]) -> tuple[GroupRate, ...]:
    """Return the classes with the worst first, as groups are sorted; empty ones are last.

    Parameters
    ----------
    by_class
        As of `class_rates`.
    """
    return tuple(sorted(by_class, key=lambda rate: (not rate.n, *worst_first(rate))))


def group_rates(grouping: Grouping, doubts: Doubts) -> tuple[GroupRate, ...]:
    """Return the error rate of each group, the worst first.

    Rows are compared within their class, so that no group is accused of the class it was sent;
    classes themselves are compared with each other. A group of which every label is flagged as
    ambiguous has no rate, and is left out.

    Parameters
    ----------
    grouping
        The groups of the rows.
    doubts
        The labels of these rows.
    """
    told = np.flatnonzero(doubts.is_told[grouping.places])
    places = grouping.places[told]
    if not len(places):
        return ()
    shown = error_rates_by(
        [grouping.names[i] for i in told],
        doubts.is_suspect[places],
        clusters=doubts.clusters[places],
    )

    def test(
        at: NDArray[np.int64], is_wrong: NDArray[np.bool_], by: NDArray[np.int64]
    ) -> GroupRates:
        places = grouping.places[at]
        return error_rates_by(
            [grouping.names[i] for i in at],
            is_wrong[places],
            strata=by[places].tolist() if grouping.within_classes else None,
            clusters=doubts.clusters[places],
        )

    tested = test(np.arange(len(grouping.places)), doubts.is_doubted, doubts.before)
    now = test(told, doubts.is_suspect, doubts.given) if tested.is_accused.any() else None
    return joined_rates(shown, tested, now)


def joined_rates(
    shown: GroupRates, tested: GroupRates, now: GroupRates | None = None
) -> tuple[GroupRate, ...]:
    """Join the rates of groups with their tests, the worst first.

    Parameters
    ----------
    shown
        The rates.
    tested
        The tests, by the labels before any review; they may be of other rows.
    now
        Those by the labels of now, of the groups of ``shown``; None where there are none.
    """
    found = _rates(shown, tested, ALONE)
    if now is not None:
        is_accused = dict(zip(now.group, now.is_accused.tolist(), strict=True))
        found = [replace(rate, stands_out_now=is_accused[rate.group]) for rate in found]
    return tuple(sorted(found, key=worst_first))


def _rates(rates: GroupRates, tested: GroupRates | None, alone: str) -> list[GroupRate]:
    """Join the rates of groups with their tests, which may be of other labels."""
    place_of = {} if tested is None else {name: j for j, name in enumerate(tested.group)}
    accused = () if tested is None else tested.is_accused.tolist()
    found = []
    for i, name in enumerate(rates.group):
        ratio, q_value, reason, is_accused, n_texts = None, None, alone, False, None
        if tested is not None and name in place_of:
            j = place_of[name]
            ratio, q_value, reason = against_rest(tested, j, alone)
            is_accused, n_texts = accused[j], int(tested.n_texts[j])
        found.append(
            GroupRate(
                group=str(name),
                n=int(rates.n[i]),
                n_suspects=int(rates.n_issues[i]),
                rate=float(rates.rate[i]),
                low=float(rates.low[i]),
                high=float(rates.high[i]),
                ratio=ratio,
                q_value=q_value,
                stands_out=is_accused,
                reason=reason,
                n_texts=n_texts,
            )
        )
    return found


def against_rest(
    rates: GroupRates | FunctionBlame, i: int, alone: str
) -> tuple[float | None, float | None, str]:
    """Return the ratio and the q-value of one group, and why one is missing.

    Only finite figures: a stored result tells the others as missing, without a word.
    """
    ratio, q_value = float(rates.ratio[i]), float(rates.q_value[i])
    if np.isnan(q_value):
        return None, None, alone
    if not np.isfinite(ratio):
        return None, q_value, NONE_DOUBTED
    return ratio, q_value, ""


def rates_notes(rates: Sequence[GroupRate | FunctionRate]) -> tuple[str, ...]:
    """Say which figures are missing in a table of rates, of how many rows of it, and why.

    And which groups stood out before a review answered what was doubted of them.

    Parameters
    ----------
    rates
        The rows of the table.
    """
    missing = Counter((rate.q_value is not None, rate.reason) for rate in rates if rate.reason)
    notes = [
        f"{'no ratio' if is_compared else 'not compared'} ({n:,} of {len(rates):,}): {reason}"
        for (is_compared, reason), n in sorted(missing.items())
    ]
    groups = [rate for rate in rates if isinstance(rate, GroupRate) and rate.mark == STOOD_OUT]
    notes += [f"{one_line(rate.group, 40)} {STOOD_OUT}" for rate in groups[:_N_STOOD_OUT]]
    if len(groups) > _N_STOOD_OUT:
        notes.append(f"so did {len(groups) - _N_STOOD_OUT:,} more")
    return tuple(notes)


def worst_first(rate: GroupRate) -> tuple[bool, float, str]:
    """Sort the groups that stand out before the others, by the rate that they surely have.

    A group of few labels may have a high rate by chance: its interval reaches down.
    """
    return rate.mark != STANDS_OUT, -rate.low, rate.group
