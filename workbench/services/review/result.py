"""What a review changed, as the faces show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from workbench.result import Result

WIDE: Final = 0.1
"""An interval of the share of wrong labels that is wider leaves open what the review found."""

_OPEN: Final = 0.25
"""One of the share of errors among labels leaves open how many there are, even roughly."""


def leaves_open(low: float, high: float) -> bool:
    """Tell whether too few random rows were reviewed to say how many errors there are."""
    return high - low > _OPEN


def open_words(low: float, high: float) -> str:
    """Say so, in the one way that all faces share: between which numbers of errors."""
    return f"anything from {low:,.0f} to {high:,.0f} errors"


@dataclass(frozen=True, slots=True)
class RateChange:
    """The estimated share of wrong labels of a group before and after the review, with 95 %.

    What people found is counted, ``n_corrected`` labels; what they did not look at is estimated,
    from the reviewed suspects of the group and its ``n_random`` judged control rows,
    ``n_random_wrong`` of which were wrong. What they decided elsewhere is known, and tells of no
    other row. Nothing is taken from other groups, of which the audit may have missed a larger or a
    smaller share. ``before`` and ``after`` are None where that leaves only a range.
    """

    group: str
    n: int
    n_corrected: int
    n_random: int
    n_random_wrong: int
    before: float | None
    before_low: float
    before_high: float
    after: float | None
    after_low: float
    after_high: float

    @property
    def is_wide(self) -> bool:
        """Tell whether the interval leaves open what the share is."""
        return bool(self.n) and self.before_high - self.before_low > WIDE

    def if_narrow(self) -> RateChange:
        """Return the estimates only where their interval says what they are worth."""
        return self if self.n and not self.is_wide else replace(self, before=None, after=None)


def worst_changes(changes: Sequence[RateChange], limit: int) -> tuple[RateChange, ...]:
    """Return groups as they come; where they are too many, those with the most errors first.

    Parameters
    ----------
    changes
        The groups.
    limit
        How many there is room for. A group is as bad as it surely was: the low end of its range.
    """
    if len(changes) <= limit:
        return tuple(changes)
    return tuple(sorted(changes, key=lambda change: (-change.before_low, change.group)))


@dataclass(frozen=True, slots=True)
class Gain:
    """What a model gains by the corrected labels: measured on trusted rows that it did not see.

    The changes have 95 % intervals of the same rows read by both models
    (`workbench.methods.paired_gain`).
    """

    n_trusted: int
    trusted: str
    accuracy_before: float
    accuracy_after: float
    accuracy_change: float
    accuracy_low: float
    accuracy_high: float
    macro_f1_before: float
    macro_f1_after: float
    macro_f1_change: float
    macro_f1_low: float
    macro_f1_high: float


@dataclass(frozen=True, slots=True)
class ReviewReport(Result):
    """What the review of an audit changed; ``notes`` say what the figures leave out.

    ``newest_audit_run_id`` is another run than ``audit_run_id`` where nobody has reviewed the
    newest audit. ``earlier_audit_run_ids`` were reviewed before: each has a report of its own.
    ``n_decided`` training rows got a label from people in this round other than by the review,
    ``n_decided_wrong`` of them another one than the audit read. Evaluation rows are in no figure
    but the three that count what became of those that somebody looked at.
    """

    audit_run_id: int
    n_reviewed: int
    n_corrected: int
    n_kept: int
    n_ambiguous: int
    n_evaluation_corrected: int
    total: RateChange
    by_class: tuple[RateChange, ...]
    by: str | None
    by_group: tuple[RateChange, ...]
    gain: Gain | None
    notes: tuple[str, ...]
    newest_audit_run_id: int | None = None
    earlier_audit_run_ids: tuple[int, ...] = ()
    n_decided: int = 0
    n_decided_wrong: int = 0
    n_evaluation_kept: int = 0
    n_evaluation_ambiguous: int = 0

    @property
    def audit_words(self) -> str:
        """Name the audit that was reviewed, and a newer one that was not."""
        newest = self.newest_audit_run_id
        newer = newest is not None and newest != self.audit_run_id
        rest = f"; nobody has reviewed the newest, run {newest}" if newer else ""
        return f"audit run {self.audit_run_id}{rest}"
