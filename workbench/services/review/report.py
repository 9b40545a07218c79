"""What a review changed: error rates before and after, and what the models gained by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import ceil
from shlex import quote
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ProjectError
from workbench.figures import counted
from workbench.methods.cross_fitting import cross_fit, deal_folds
from workbench.methods.duplicates import find_duplicates
from workbench.methods.paired_gain import paired_gain
from workbench.methods.threads import single_threaded
from workbench.services.embed.text_space import text_features
from workbench.services.grouping import PEOPLE, finest_grouping
from workbench.services.labels import annotated_labels, trusted_labels
from workbench.services.project import Project
from workbench.services.review.rates import ReviewRates
from workbench.services.review.result import WIDE, Gain, RateChange, ReviewReport
from workbench.services.review.reviewed_rows import ReviewedRows, reviewed_audit
from workbench.services.review_log import reviewed_audit_ids
from workbench.types import Progress, ProgressCallback, Role

_ENOUGH: Final = 60
"""So many random rows of a group make its interval narrow, where at most one of them is wrong."""

_MIN_TRUSTED: Final = 30
"""Fewer trusted rows do not say what the cleaning gained."""


def review_report(
    project: Project,
    *,
    by: str | None = None,
    audit: int | None = None,
    progress: ProgressCallback | None = None,
) -> ReviewReport:
    """Compare the labels before and after the review of an audit.

    Parameters
    ----------
    project
        The project.
    by
        A column to compare groups by, see `workbench.services.grouping.group_rows`; by default
        ``batch``, or else ``vendor``, where there are several.
    audit
        The run of an audit; by default the newest that was reviewed. The labels before are those
        that it read: the first one's are as they were delivered.
    progress
        Called before each stage.

    Raises
    ------
    ProjectError
        If there is no audit, or none of its rows was reviewed.
    UsageError
        If there is no column ``by``, or the run is no audit.
    """
    found = reviewed_audit(project, audit)
    if not found.verdicts:
        which = "the audit" if audit is None else f"audit run {audit}"
        raise ProjectError(f"no row of {which} was reviewed", hint="Run: workbench review")
    review = ReviewRates(project, found)
    evaluation = {row.example_id: row.given_class for row in found.evaluation}
    became = Counter(
        None if verdict.index is None else verdict.index != evaluation[example_id]
        for example_id, verdict in found.verdicts.items()
        if example_id in evaluation
    ) + Counter(one.is_wrong for one in found.decided.values() if one.role == Role.EVALUATION)
    decided = [one for one in found.decided.values() if one.role == Role.TRAIN]
    n_decided_wrong = sum(one.is_wrong for one in decided)
    kinds = [v.kind for i, v in found.verdicts.items() if i not in evaluation]
    earlier = [i for i in reviewed_audit_ids(project) if i < found.run.run_id]
    notes = _earlier(earlier, by)
    by = by or finest_grouping(project, review.rows)
    grouping = None if by is None else review.grouped(by)
    if grouping is not None:
        by = grouping.by
        left_out = "" if grouping.people is None else grouping.people.left_out
        notes += filter(None, [grouping.note, left_out])
        if by in PEOPLE:
            notes += _reviewed_earlier(review.n_settled(grouping.places))
    notes += _flagged_before(review.n_flagged)
    if not review.n_controls:
        notes.append(
            "no control row was reviewed: the audit may have missed any number of errors, none of"
            " which is in the shares; the upper bounds allow for all"
        )
    notes += _decided_elsewhere(len(decided), n_decided_wrong)
    notes += _contested(review.n_contested)
    notes += _moot(found.n_moot)
    notes += _changed_by_nobody(len(found.changed), len(found.changed_controls))
    notes += _unsettled(len(found.unsettled))
    newest = project.store.runs.last_done("audit")
    is_newest = newest is None or newest.run_id == found.run.run_id
    is_last = audit is None or reviewed_audit(project).run.run_id == found.run.run_id
    total = review.change("all", np.flatnonzero(review.is_told)).if_narrow()
    by_class = tuple(
        review.change(name, np.flatnonzero(review.is_told & (review.before == k))).if_narrow()
        for k, name in enumerate(project.classes)
    )
    by_group = tuple(change.if_narrow() for change in review.changes(grouping))
    wide = [change for change in (*by_group, *by_class) if change.is_wide]
    is_any_wide = total.is_wide or bool(wide)
    if is_any_wide:
        notes.append(
            "a range stands where the reviewed suspects and the random rows of a group say too"
            " little for an estimate; those of other groups say nothing of it"
        )
    # What an earlier round left open, nobody is asked any more.
    if is_last and is_any_wide:
        notes.append(_narrower(found, total, wide, review.n_unseen, is_newest=is_newest))
    gain = _gain(project, review, progress)
    if gain is None:
        notes.append(f"fewer than {_MIN_TRUSTED} trusted rows: what a model gains is not measured")
    return ReviewReport(
        audit_run_id=found.run.run_id,
        n_reviewed=len(kinds),
        n_corrected=kinds.count("relabel"),
        n_kept=kinds.count("keep"),
        n_ambiguous=kinds.count("flag"),
        n_evaluation_corrected=became[True],
        total=total,
        by_class=by_class,
        by=by,
        by_group=by_group,
        gain=gain,
        notes=tuple(notes),
        newest_audit_run_id=newest.run_id if newest and is_last else found.run.run_id,
        earlier_audit_run_ids=tuple(earlier),
        n_decided=len(decided),
        n_decided_wrong=n_decided_wrong,
        n_evaluation_kept=became[False],
        n_evaluation_ambiguous=became[None],
    )


def _earlier(audits: Sequence[int], by: str | None) -> list[str]:
    """Say that a report is of one round, and what shows the rounds before."""
    if not audits:
        return []
    column = "" if by is None else f" --by {quote(by)}"
    *others, last = (f"--audit {run_id}" for run_id in audits)
    options = f"{', '.join(others)} or {last}" if others else last
    return [
        f"these figures are of this round alone: {counted(len(audits), 'earlier audit')} had a"
        f" review, told by workbench review --report{column} {options}; the labels as they came"
        f" are the before of run {audits[0]}"
    ]


def _reviewed_earlier(n: int) -> list[str]:
    """Say how many labels of the people that are compared earlier rounds had settled."""
    if not n:
        return []
    labels, count = counted(n, "label"), "counts" if n == 1 else "count"
    return [
        f"{labels} that earlier rounds reviewed {count} as right, with those who gave"
        f" {'it' if n == 1 else 'them'} before any review"
    ]


def _flagged_before(n: int) -> list[str]:
    """Say how many labels no figure has, as nobody could tell when the round began."""
    if not n:
        return []
    return [
        f"{counted(n, 'label')} {'was' if n == 1 else 'were'} flagged as ambiguous before the"
        " audit: neither right nor wrong, and in no share"
    ]


def _decided_elsewhere(n: int, n_wrong: int) -> list[str]:
    """Say how many rows people decided other than by the review, and how they count."""
    if not n:
        return []
    decided = f"{counted(n, 'row')} {'was' if n == 1 else 'were'} decided elsewhere since the audit"
    return [
        f"{decided} ({n_wrong:,} corrected): known before and after, and nothing is concluded from"
        f" {'it' if n == 1 else 'them'} on others"
    ]


def _contested(n: int) -> list[str]:
    """Say how many verdicts somebody differs from since, which stand all the same."""
    if not n:
        return []
    rows = f"{counted(n, 'reviewed row')} {'was' if n == 1 else 'were'}"
    return [
        f"{rows} answered otherwise since (Annotate, or a file): the review stands, and the bounds"
        " allow for either. Who knows better: workbench relabel CLASS UID"
    ]


def _moot(n: int) -> list[str]:
    """Say how many verdicts no figure has, as the label set has changed since."""
    if not n:
        return []
    return [
        f"{counted(n, 'row')} that {'was' if n == 1 else 'were'} reviewed in this round"
        f" {'is' if n == 1 else 'are'} left out: the classes in doubt are one class by now, or gone"
    ]


def _changed_by_nobody(n_suspects: int, n_controls: int) -> list[str]:
    """Say that labels which no person changed are no verdicts."""
    things = (("suspect", n_suspects), ("random row", n_controls))
    rows = " and ".join(counted(n, thing) for thing, n in things if n)
    if not rows:
        return []
    return [
        f"{rows} got another label since the audit that no person gave: the rates are of the label"
        " that the audit read, and their bounds allow for it being wrong or right"
    ]


def _unsettled(n: int) -> list[str]:
    """Say that what the audit took as settled is no more."""
    if not n:
        return []
    were = "was" if n == 1 else "were"
    return [
        f"the reviews of {counted(n, 'row')} {were} taken back, which the audit took as settled:"
        " any number of them may be wrong, as the bounds allow; renew it with: workbench audit"
    ]


def _narrower(
    found: ReviewedRows,
    total: RateChange,
    wide: Sequence[RateChange],
    n_unseen: int,
    *,
    is_newest: bool,
) -> str:
    """Say what makes wide intervals narrower: a review of what waits, else more random rows."""
    if not is_newest:
        return (
            "the intervals are wide: review the newest audit with its random rows"
            " (workbench review), and report again"
        )
    waiting = {
        thing: sum(row.example_id not in found.verdicts | found.decided for row in rows)
        for thing, rows in (("suspect", found.suspects), ("random row", found.controls))
    }
    if n := sum(waiting.values()):
        rows = " and ".join(counted(n, thing) for thing, n in waiting.items() if n)
        return (
            f"the intervals are wide: {rows} {'waits' if n == 1 else 'wait'} for a review"
            " (workbench review asks for them, --list names them)"
        )
    # A middling group decides: its share of them is to be enough, as far as it can be foreseen.
    wanted = median(
        max(
            _ENOUGH * total.n / change.n,
            total.n_random * ((change.before_high - change.before_low) / WIDE) ** 2,
        )
        for change in wide or [total]
    )
    # A round has only its own random rows: fewer than these would be too few again.
    n_controls = max(ceil(wanted / 10) * 10, total.n_random + 10)
    if not n_unseen:
        return "the intervals are wide, though no label is left that nobody has looked at"
    if n_controls >= n_unseen:
        rest = "the one other label" if n_unseen == 1 else f"all {n_unseen:,} other labels"
        return (
            f"the intervals are wide: it takes a look at {rest} to make them narrow. To draw them:"
            f" workbench audit --controls {n_unseen}, then review what it asks, and report again"
        )
    return (
        "the intervals are wide: more random rows make them narrower. Draw about so many: workbench"
        f" audit --controls {n_controls}, review what it asks, and report again"
    )


def _gain(project: Project, review: ReviewRates, progress: ProgressCallback | None) -> Gain | None:
    """Train on the labels before and after, and score both on trusted rows."""
    truth, name = _trusted(project, review)
    trusted = np.flatnonzero(truth >= 0)
    if len(trusted) < _MIN_TRUSTED:
        return None
    if progress:
        progress(Progress("review: what the cleaning gained", 0, 2))
    everything = np.union1d(review.rows, trusted)
    texts = project.store.examples.texts()
    mine = [texts[row] for row in everything]
    learnt = np.isin(everything, review.rows)
    is_scored = np.isin(everything, trusted)
    seed, k = project.config.seed, len(project.classes)
    predicted = []
    with single_threaded():
        rng = np.random.default_rng(seed)
        groups = find_duplicates(mine, rng=rng).cluster
        X = text_features(project, texts)[everything]
        labels = np.maximum(truth[everything], 0)
        labels[learnt] = review.before
        fold = deal_folds(labels, groups=groups, rng=rng)
        for i, taught in enumerate((review.before, review.after)):
            if progress:
                progress(Progress("review: what the cleaning gained", i, 2))
            labels[learnt] = taught
            # The same folds and draws for both: only the labels differ.
            again = np.random.default_rng(seed)
            probs = cross_fit(X, labels, k, fold, learnt=learnt, rng=again)
            predicted.append(probs[is_scored].argmax(axis=1))
        score = paired_gain(truth[trusted], predicted[0], predicted[1], k, rng=rng)
    return Gain(
        n_trusted=len(trusted),
        trusted=name,
        accuracy_before=score.accuracy_before,
        accuracy_after=score.accuracy_after,
        accuracy_change=score.accuracy_after - score.accuracy_before,
        accuracy_low=score.accuracy_low,
        accuracy_high=score.accuracy_high,
        macro_f1_before=score.macro_f1_before,
        macro_f1_after=score.macro_f1_after,
        macro_f1_change=score.macro_f1_after - score.macro_f1_before,
        macro_f1_low=score.macro_f1_low,
        macro_f1_high=score.macro_f1_high,
    )


def _trusted(project: Project, review: ReviewRates) -> tuple[NDArray[np.int64], str]:
    """Return trusted labels (n,) and what they are: of evaluation rows, else of people."""
    evaluation = trusted_labels(project)
    if (evaluation >= 0).sum() >= _MIN_TRUSTED:
        return evaluation, "evaluation rows"
    truth = annotated_labels(project)
    reviewed = review.rows[review.is_clear]
    truth[reviewed] = review.after[review.is_clear]
    return truth, "rows that people decided, suspects among them: harder than most"
