"""``workbench review --report``: what the review changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.cli.output import say, table
from workbench.figures import (
    LISTED_GROUPS,
    counted,
    interval,
    percent,
    points,
    score,
    score_change,
    span,
)

if TYPE_CHECKING:
    from workbench.services.review.result import RateChange, ReviewReport


def show_report(report: ReviewReport) -> None:
    """Print the shares of wrong labels before and after a review, and what a model gains."""
    from workbench.services.grouping import CLASS
    from workbench.services.review.result import worst_changes

    say(
        f"{counted(report.n_reviewed, 'row')} reviewed: {report.n_corrected:,} corrected,"
        f" {report.n_kept:,} kept, {report.n_ambiguous:,} ambiguous ({report.audit_words})"
    )
    corrected, kept = report.n_evaluation_corrected, report.n_evaluation_kept
    ambiguous = report.n_evaluation_ambiguous
    if n := corrected + kept + ambiguous:
        say(
            f"{counted(n, 'evaluation row')} besides: {corrected:,} corrected, {kept:,} kept,"
            f" {ambiguous:,} ambiguous; none is left out, and the shares below are without them"
        )
    how = "estimated (random: how many of the group's random rows were wrong)"
    # By class the first table tells all that a second one would.
    if report.by_group and report.by != CLASS:
        groups = worst_changes(report.by_group, LISTED_GROUPS)
        _show_changes(groups[:LISTED_GROUPS], f"wrong labels by {report.by}, {how}")
        if n_more := len(groups[LISTED_GROUPS:]):
            say(f"- {n_more:,} more, none with more errors for sure: --json has all")
    _show_changes((report.total, *report.by_class), f"wrong labels by class, {how}")
    gain = report.gain
    if gain is not None:
        say(f"a model trained on the corrected labels, on {gain.n_trusted:,} {gain.trusted}")
        table(
            ["", ">before", ">after", ">change [95 %]"],
            [
                (
                    "accuracy",
                    percent(gain.accuracy_before),
                    percent(gain.accuracy_after),
                    points(gain.accuracy_change, gain.accuracy_low, gain.accuracy_high),
                ),
                (
                    "macro-F1",
                    score(gain.macro_f1_before),
                    score(gain.macro_f1_after),
                    score_change(gain.macro_f1_change, gain.macro_f1_low, gain.macro_f1_high),
                ),
            ],
        )
    for note in report.notes:
        say(f"note: {note}", style="yellow")


def _rate(share: float | None, low: float, high: float) -> str:
    return span(low, high) if share is None else interval(share, low, high)


def _show_changes(changes: Sequence[RateChange], title: str) -> None:
    table(
        ["group", ">labels", ">corrected", ">random", ">before [95 %]", ">after [95 %]"],
        [
            (
                c.group,
                f"{c.n:,}",
                f"{c.n_corrected:,}",
                f"{c.n_random_wrong:,} of {c.n_random:,}",
                _rate(c.before, c.before_low, c.before_high),
                _rate(c.after, c.after_low, c.after_high),
            )
            for c in changes
            if c.n
        ],
        title=title,
    )
    if empty := sum(not c.n for c in changes):
        say(f"- {counted(empty, 'class')} {'has' if empty == 1 else 'have'} no labels")
