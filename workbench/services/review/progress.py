"""How far a review is, how many errors are left, and whether to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final

import numpy as np

from workbench.figures import counted
from workbench.methods.intervals import wilson
from workbench.methods.review_estimates import Estimate, errors_unseen, recalibrate, shifted
from workbench.result import Result
from workbench.services.project import Project
from workbench.services.review.result import leaves_open, open_words
from workbench.services.review.reviewed_rows import ReviewedRows, reviewed_rows
from workbench.services.suspects import suspects_words
from workbench.store.queues import Suspect

_RECENT: Final = 20
"""So many of the newest decisions tell whether the queue still holds errors."""

_FRONT: Final = 4
"""Only of decisions on suspects that are as doubtful as one in so many of those that wait."""

_LITTLE: Final = 0.05
"""A share of errors among the newest suspects that is not worth a person's time."""

_FEW_LEFT: Final = 0.1
"""The estimated share of errors among those that wait must be no larger to stop."""

_MANY_MISSED: Final = 0.02
"""An audit that surely missed a larger share of the labels that it trusts is not the last one."""


@dataclass(frozen=True, slots=True)
class ReviewProgress(Result):
    """How far the review of an audit is, how right the audit was, and how many errors are left.

    ``precision`` is the share of wrong labels among the reviewed suspects that are not ambiguous,
    with its 95 % Wilson interval; ``recent_wrong`` of the ``recent_n`` reviewed last, of those that
    are as doubtful as the worst quarter of what waits. ``waiting`` estimates the errors among the
    suspects that wait, ``missed`` those among the ``n_trusted`` rows that the audit trusts, from
    the control sample and what people decided elsewhere. Evaluation rows, ``n_evaluation`` doubted
    ones, ``n_evaluation_waiting`` of them not reviewed, do not count, nor do ``n_changed`` suspects
    that are not asked for any more: people decided ``n_decided`` of them other than by the review,
    and the labels of the others became different ones.
    ``n_missed_decided`` of the errors that are ``missed`` are known because people corrected them
    so. ``n_controls_reviewed`` controls, ``n_controls_wrong`` of them wrong, tell of the other
    rows; ``n_controls_decided`` were decided elsewhere and do not, and ``n_controls_waiting`` are
    still asked. ``is_reviewed``: a report can tell of the review.
    """

    audit_run_id: int
    n_suspects: int
    n_reviewed: int
    n_wrong: int
    n_ambiguous: int
    n_waiting: int
    n_changed: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    recent_n: int
    recent_wrong: int
    n_controls: int
    n_controls_reviewed: int
    n_controls_wrong: int
    n_trusted: int
    waiting: Estimate
    missed: Estimate | None
    hint: str
    n_evaluation_waiting: int = 0
    n_decided: int = 0
    n_missed_decided: int = 0
    n_controls_decided: int = 0
    n_controls_waiting: int = 0
    is_reviewed: bool = False
    n_evaluation: int = 0

    @property
    def n_rows(self) -> int:
        """All rows that the review asks about: suspects, evaluation rows and random rows."""
        left = self.n_waiting + self.n_evaluation_waiting + self.n_controls_waiting
        return self.n_answered + left

    @property
    def n_answered(self) -> int:
        """Those of `n_rows` that people have answered."""
        controls = self.n_controls - self.n_controls_decided - self.n_controls_waiting
        return self.n_reviewed + self.n_evaluation - self.n_evaluation_waiting + controls

    @property
    def told(self) -> str:
        """How far the review is, of all its rows, in the one way that all faces share."""
        return f"{self.n_answered:,} of {counted(self.n_rows, 'row')}"

    @property
    def missed_many(self) -> bool:
        """Tell whether the audit surely missed so many errors that its suspects are not all."""
        missed = self.missed
        return (
            missed is not None
            and missed.low - self.n_missed_decided > _MANY_MISSED * self.n_trusted
        )

    @property
    def changed_note(self) -> str:
        """Say which suspects are not asked for any more; empty where there is none."""
        if not self.n_changed:
            return ""
        n, n_decided = self.n_changed, self.n_decided
        is_one = n == 1
        if not n_decided:
            why = f"{'its label' if is_one else 'their labels'} changed since the audit"
        elif n_decided == n:
            why = f"people decided {'it' if is_one else 'them'} elsewhere since the audit"
        else:
            why = (
                f"since the audit people decided {n_decided:,} elsewhere, and the label of"
                f" {n - n_decided:,} changed"
            )
        return f"{counted(n, 'suspect')} {'is' if is_one else 'are'} not asked: {why}"


def review_progress(project: Project) -> ReviewProgress | None:
    """Return how far the review of the newest audit is; None before the first audit.

    Parameters
    ----------
    project
        The project.
    """
    found = reviewed_rows(project)
    if found is None:
        return None
    progress = _progress(found)
    if n := len(found.unsettled):
        told = f"the reviews of {counted(n, 'row')} that the audit took as settled"
        hint = f"renew the audit (workbench audit): {told} were taken back"
        return replace(progress, hint=hint)
    return progress


def _progress(found: ReviewedRows) -> ReviewProgress:
    suspects = {row.example_id: row for row in found.suspects}
    judged = [
        (suspects[example_id], verdict)
        for example_id, verdict in found.verdicts.items()
        if example_id in suspects
    ]
    clear = [
        (row, verdict.index != row.given_class)
        for row, verdict in judged
        if verdict.index is not None
    ]
    waiting = [row for row in found.suspects if row.example_id not in found.verdicts]
    n_wrong = sum(is_wrong for _, is_wrong in clear)
    bounds = wilson(n_wrong, len(clear))
    recent = [is_wrong for row, is_wrong in clear if row.rank <= _front(waiting)][-_RECENT:]
    # A control that people decided elsewhere has its verdict too.
    said = found.verdicts | found.decided
    verdicts = {row.example_id: said.get(row.example_id) for row in found.controls}
    wrong_controls = {
        example_id
        for example_id, verdict in verdicts.items()
        if verdict is not None and verdict.index not in (None, found.control_labels[example_id])
    }
    n_judged_controls = sum(verdict is not None for verdict in verdicts.values())
    is_elsewhere = [i in found.decided and i not in found.sampled for i in verdicts]
    found_wrong = np.array([is_wrong for _, is_wrong in clear], np.bool_)
    learnt = recalibrate(found_wrong, [row.label_quality for row, _ in clear])
    left = learnt.errors_among([row.label_quality for row in waiting])
    missed, n_missed_decided = _missed(found, wrong_controls, n_judged_controls)
    progress = ReviewProgress(
        audit_run_id=found.run.run_id,
        n_suspects=len(suspects),
        n_reviewed=len(judged),
        n_wrong=n_wrong,
        n_ambiguous=len(judged) - len(clear),
        n_waiting=len(waiting),
        n_changed=found.n_changed,
        precision=n_wrong / len(clear) if clear else None,
        precision_low=float(bounds[0]) if clear else None,
        precision_high=float(bounds[1]) if clear else None,
        recent_n=len(recent),
        recent_wrong=sum(recent),
        n_controls=len(found.controls),
        n_controls_reviewed=len(found.sampled),
        n_controls_wrong=len(wrong_controls & found.sampled),
        n_trusted=found.n_trusted,
        waiting=left,
        missed=missed,
        hint="",
        n_evaluation_waiting=sum(row.example_id not in found.verdicts for row in found.evaluation),
        n_decided=found.n_decided,
        n_missed_decided=n_missed_decided,
        n_controls_decided=sum(is_elsewhere),
        n_controls_waiting=len(verdicts) - n_judged_controls,
        is_reviewed=bool(found.verdicts),
        n_evaluation=len(found.evaluation),
    )
    return replace(progress, hint=_hint(progress))


def _front(waiting: Sequence[Suspect]) -> float:
    """Return the rank up to which reviewed suspects tell whether those that wait hold errors.

    Who reviews beside others may be at the end of their share while the worst of another one waits:
    the answers there tell nothing of these. In the one order all reviewed ones are above the rest.
    """
    return waiting[len(waiting) // _FRONT].rank if waiting else inf


def _missed(
    found: ReviewedRows, wrong_controls: set[int], n_judged: int
) -> tuple[Estimate | None, int]:
    """Estimate the errors among the rows that the audit trusts; None without a control.

    Those that people corrected elsewhere are counted, and returned too; controls among them tell of
    no other row.
    """
    trusted = {
        example_id: one.is_wrong for example_id, one in found.decided.items() if one.is_trusted
    }
    n_others = len(trusted.keys() - found.control_labels.keys())
    elsewhere = {i for i, is_wrong in trusted.items() if is_wrong} - found.sampled
    if not found.sampled:
        return None, len(elsewhere)
    unseen = errors_unseen(
        len(wrong_controls & found.sampled),
        len(found.sampled),
        max(found.n_trusted - n_judged - n_others, len(found.changed_controls)),
        n_lost=len(found.changed_controls),
    )
    return shifted(unseen, len(wrong_controls | elsewhere)), len(elsewhere)


def _hint(progress: ReviewProgress) -> str:
    """Say whether to go on, how many errors are left, and where."""
    changed = [progress.changed_note] if progress.n_changed else []
    if not progress.n_reviewed:
        n = progress.n_waiting + progress.n_evaluation_waiting
        wait = "waits" if n == 1 else "wait"
        start = (
            f"{suspects_words(n, progress.n_evaluation_waiting)} {wait}, the worst first,"
            f" and {counted(progress.n_controls_waiting, 'row')} drawn at random"
        )
        return "; ".join([start, *changed])
    parts = [_advice(progress)]
    if progress.n_waiting:
        left = _shown(progress.waiting)
        waiting = counted(progress.n_waiting, "suspect")
        where = " among the training rows" if progress.n_evaluation_waiting else ""
        parts.append(f"of {waiting} left{where} about {left} are wrong")
    if progress.missed is not None:
        drawn = counted(progress.n_controls_reviewed, "random row")
        n = progress.n_missed_decided
        corrected = f", {n:,} of them corrected elsewhere" if n else ""
        parts.append(
            f"beside the suspects {_missed_shown(progress.missed, progress.n_trusted)}{corrected}"
            f" ({progress.n_controls_wrong} of {drawn} wrong)"
        )
    others = {
        "evaluation row": progress.n_evaluation_waiting,
        "random row": progress.n_controls_waiting,
    }
    if also := " and ".join(counted(n, thing) for thing, n in others.items() if n):
        parts.append(f"{also} {'waits' if sum(others.values()) == 1 else 'wait'} too")
    return "; ".join([*parts, *changed])


def _advice(progress: ReviewProgress) -> str:
    """Say what to do next: an audit that missed many errors is not made good by its suspects."""
    if progress.n_waiting and not _is_exhausted(progress):
        return "go on"
    done = (
        f"{progress.recent_wrong} of the last {progress.recent_n} were wrong"
        if progress.n_waiting
        else "all suspects are reviewed"
    )
    if progress.missed_many:
        return (
            f"these suspects are done ({done}), but the audit missed many errors: train, audit"
            " again, and review what it finds and its new random rows"
        )
    return f"you may stop: {done}" if progress.n_waiting else done


def _is_exhausted(progress: ReviewProgress) -> bool:
    """Tell whether the newest suspects were hardly ever wrong, and few of those left can be."""
    return (
        progress.recent_n >= _RECENT
        and progress.recent_wrong <= _LITTLE * progress.recent_n
        and progress.waiting.value <= _FEW_LEFT * progress.n_waiting
    )


def _shown(estimate: Estimate) -> str:
    return f"{estimate.value:,.0f} [{estimate.low:,.0f}, {estimate.high:,.0f}]"


def _missed_shown(missed: Estimate, n_trusted: int) -> str:
    """Say how many errors an audit missed: only a range where its random rows are too few."""
    n = max(n_trusted, 1)
    if leaves_open(missed.low / n, missed.high / n):
        return open_words(missed.low, missed.high)
    return f"about {_shown(missed)} errors"
