"""Error rates as tables: of classes, groups and functions; and what else an audit found."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench.figures import NOTHING, counted, p_value, points, score_change, times
from workbench.services.audit.blame import (
    STANDS_OUT,
    WARNED,
    FunctionRate,
    GroupRate,
    rates_notes,
    worst_classes,
)
from workbench.services.audit.results import AuditResult, OddRow
from workbench.services.grouping import CLASS
from workbench.services.review.progress import ReviewProgress
from workbench.services.review.result import RateChange, ReviewReport, worst_changes
from workbench.tui.figures import interval, share
from workbench.tui.key_names import spell
from workbench.tui.safe_text import one_line

_SHOWN = 40

PAGES = ("rates", "function", "finding")
"""What the pane of blame shows, one after the other."""


def progress_text(progress: ReviewProgress | None) -> Text:
    """Return how far a review is, how right the audit was so far, and whether to go on."""
    if progress is None:
        return Text("error rates: after the first audit", style="dim")
    text = Text()
    text.append(f"{progress.told} reviewed", style="bold")
    if progress.precision is not None:
        suspects = counted(progress.n_reviewed, "suspect")
        text.append(f" · of {suspects} {share(progress.precision)} were wrong ")
        text.append(interval(progress.precision_low, progress.precision_high), style="dim")
    if progress.n_ambiguous:
        text.append(f" · {progress.n_ambiguous:,} ambiguous")
    text.append(f"\n{one_line(progress.hint, 300)}", style="italic")
    return text


def blame_page(audit: AuditResult, page: str) -> RenderableType:
    """Return one page of what an audit found; see `PAGES`."""
    if page == "function":
        if audit.functions:
            table: RenderableType = _functions(audit.functions)
        else:
            table = Text("no labeling function voted for an audited label", style="dim")
        if not audit.functions_note:
            return table
        since = f"since run {audit.run_id} {one_line(audit.functions_note, 300)}"
        return Group(Text(since, style="dim"), table)
    if page == "finding":
        return _findings(audit)
    total = Text.assemble(
        (share(audit.error_rate), "bold"),
        f" of {audit.n_judged:,} labels doubted",
        (f"  run {audit.run_id}", "dim"),
    )
    if audit.reviewed_note:
        total.append(f"\n{audit.reviewed_note}", style="dim")
    is_apart = bool(audit.by_group) and audit.by != CLASS
    groups: list[RenderableType] = []
    if is_apart:
        groups.append(_rates(f"by {audit.by}", audit.by_group))
    if audit.group_note:
        groups.append(Text(one_line(audit.group_note, 300), style="dim"))
    rates = [*groups, _rates("by class", worst_classes(audit.by_class))]
    notes = filter(None, (audit.copies_note, audit.compared_note))
    rates += [Text(f"- {note}", style="dim") for note in notes]
    return Group(total, *rates)


def rows_behind(audit: AuditResult, page: str) -> tuple[str, tuple[str, ...]]:
    """Return a title for the rows behind a page, and their uids; none at all: it has none."""
    if page == "function":
        blamed = [f for f in audit.functions if f.is_blamed] or list(audit.functions[:1])
        uids = dict.fromkeys(uid for f in blamed for uid in f.uids)
        return f"wrong by {', '.join(f.name for f in blamed[:3])}", tuple(uids)
    if page == "finding":
        odd = (*audit.outliers, *audit.ambiguous)
        return "odd rows", tuple(dict.fromkeys(row.uid for row in odd))
    return "", ()


def report_page(report: ReviewReport) -> RenderableType:
    """Return the error rates before and after a review, and what a model gains by it."""
    text = Text()
    text.append("before and after the review", style="bold")
    text.append(f"  {report.audit_words}\n", style="dim")
    text.append(f"{report.n_corrected:,} corrected, {report.n_kept:,} kept")
    text.append(f", {report.n_ambiguous:,} ambiguous of {report.n_reviewed:,}\n")
    gain = report.gain
    if gain is not None:
        accuracy = points(gain.accuracy_change, gain.accuracy_low, gain.accuracy_high)
        macro_f1 = score_change(gain.macro_f1_change, gain.macro_f1_low, gain.macro_f1_high)
        text.append(f"accuracy {accuracy}\nmacro-F1 {macro_f1}\n", style="bold")
        text.append(f"on {gain.n_trusted:,} {one_line(gain.trusted, 60)}\n", style="dim")
    for note in report.notes:
        text.append(f"{one_line(note, 300)}\n", style="dim")
    tables = [_changes("labels wrong", (report.total, *report.by_class))]
    if report.by_group and report.by != CLASS:
        tables.append(_changes(f"by {report.by}", worst_changes(report.by_group, _SHOWN)))
    return Group(text, *tables)


def _changes(title: str, changes: Sequence[RateChange]) -> RenderableType:
    """Return error rates before and after, with their intervals."""
    table = _table(title, "before", "95 %", "after", "95 %")
    changes = [change for change in changes if change.n]
    for change in changes[:_SHOWN]:
        table.add_row(
            Text(one_line(change.group, 40)),
            share(change.before),
            interval(change.before_low, change.before_high),
            share(change.after),
            interval(change.after_low, change.after_high),
        )
    return _with_rest(table, len(changes))


def _rates(title: str, rates: Sequence[GroupRate]) -> RenderableType:
    """Return error rates with their intervals; a group that surely differs is marked."""
    table = _table(title, "doubted", "95 %", "× rest", "n")
    there = [rate for rate in rates if rate.n or rate.reason]
    for rate in there[:_SHOWN]:
        is_accused = rate.mark == STANDS_OUT
        table.add_row(
            Text(one_line(rate.group, 40) + " !" * is_accused),
            Text(share(rate.rate) if rate.is_judged else NOTHING),
            Text(interval(rate.low, rate.high) if rate.is_judged else ""),
            Text(times(rate.ratio)),
            Text(f"{rate.n:,}"),
            style="bold red" if is_accused else "",
        )
    return Group(
        _with_rest(table, len(there)),
        *(Text(f"- {note}", style="dim") for note in rates_notes(there)),
    )


def _functions(functions: Sequence[FunctionRate]) -> RenderableType:
    """Return how often each function voted for a label that is doubted."""
    table = _table("by function", "doubted", "95 %", "warned", "votes")
    for rate in functions[:_SHOWN]:
        table.add_row(
            Text(one_line(rate.name, 40) + (" !" if rate.is_blamed else "")),
            Text(share(rate.rate)),
            Text(interval(rate.low, rate.high)),
            Text(f"{rate.n_warned:,}"),
            Text(f"{rate.n_votes:,}"),
            style="bold red" if rate.is_blamed else "",
        )
    notes = [rate.rivals_note for rate in functions[:_SHOWN] if rate.rivals_note]
    told = (Text(one_line(note, 400), style="dim") for note in (WARNED, *notes))
    return Group(_with_rest(table, len(functions)), *told)


def _findings(audit: AuditResult) -> RenderableType:
    """Return what an audit found beside the suspects."""
    text = Text()
    for warning in audit.warnings:
        text.append("! ", style="bold yellow")
        text.append(f"{one_line(warning, 600)}\n")
    noise = audit.noise
    if noise is not None:
        what = "lie together" if noise.depends_on_text else "do not lie together, as far as is seen"
        text.append(f"likely errors {what}", style="bold")
        text.append(f" ({p_value(noise.p_value)})\n", style="dim")
        if noise.depends_on_text and noise.words:
            words = ", ".join(noise.words)
            text.append(f"worst where rows say: {one_line(words, 200)} ({noise.n_slice:,} rows)\n")
    for pair in audit.pairs[:5]:
        text.append(f"{one_line(pair.first, 30)} taken for {one_line(pair.second, 30)}")
        text.append(f" in {share(pair.share)} of the rows\n", style="dim")
    if audit.evaluation_suspects:
        text.append(
            f"{len(audit.evaluation_suspects):,} evaluation rows doubted, last in the list\n"
        )
    for title, rows, n in (
        ("far from all others", audit.outliers, audit.n_outliers),
        ("between two classes", audit.ambiguous, audit.n_ambiguous),
    ):
        text.append_text(_odd(title, rows, n))
    if not text:
        text.append("nothing beside the suspects", style="dim")
    return text


def _odd(title: str, rows: Sequence[OddRow], n: int) -> Text:
    text = Text()
    if not n:
        return text
    text.append(f"\n{counted(n, 'row')} {title}", style="bold")
    text.append(spell("  {audit.open}: open\n"), style="dim")
    for row in rows[:5]:
        text.append(f"{one_line(row.uid, 16)}  ", style="dim")
        text.append(f"{one_line(row.text, 60)}\n")
    return text


def _table(title: str, *headings: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim", expand=True)
    table.add_column(Text(title), no_wrap=True, overflow="ellipsis", ratio=1)
    for heading in headings:
        table.add_column(Text(heading), justify="right", no_wrap=True)
    return table


def _with_rest(table: Table, n: int) -> RenderableType:
    if n <= _SHOWN:
        return table
    return Group(table, Text(f"{n - _SHOWN:,} more", style="dim"))
