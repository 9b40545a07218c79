"""``workbench audit``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.options import COUNT, SEED, given_once
from workbench.cli.output import emit, json_option, progress, say, table
from workbench.figures import (
    LISTED_CLASSES,
    LISTED_GROUPS,
    counted,
    interval,
    percent,
    score,
    small,
    times,
)
from workbench.safe_text import one_line

if TYPE_CHECKING:
    from workbench.services.audit.blame import GroupRate
    from workbench.services.audit.results import AuditResult, OddRow, SuspectRow

_N_FUNCTIONS = 10
_N_UIDS = 5
_N_ODD = 3
_N_PAIRS = 3

_ORDER = "the worst first by the low end of the rate"

_AGGREGATE = ("workbench aggregate", "makes the labels of the votes in force now")


@click.command()
@click.option(
    "--by",
    metavar="COLUMN",
    multiple=True,
    callback=given_once,
    help="Compare vendor, batch, source, origin, annotator, guideline, function or any other column"
    " (meta.COLUMN: the imported one of that name); of times COLUMN:month (year, week, day, hour),"
    " of numbers that are names COLUMN:value.",
)
@click.option(
    "--probabilities",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Out-of-sample probabilities of your own model: a table (.parquet, .csv, .jsonl) with a"
    " column uid and one a class, or .npy with a row for every example.",
)
@click.option(
    "-n",
    "n_shown",
    type=click.IntRange(min=0),
    default=15,
    show_default=True,
    help="Suspects to print.",
)
@click.option(
    "--controls",
    type=COUNT,
    metavar="N",
    help="Rows that the review draws at random among the labels that the audit trusts: more tell"
    " more of what it missed, in each group too; by default one for five suspects, 20 to 60.",
)
@click.option("--seed", type=SEED, help="By default the project's.")
@json_option
@click.pass_obj
def audit(
    context: CliContext,
    by: str | None,
    probabilities: Path | None,
    n_shown: int,
    controls: int | None,
    seed: int | None,
    as_json_: bool,
) -> None:
    """Find the labels that confident learning doubts: candidates for a review, never deleted."""
    from workbench.services.audit.audit import audit_labels

    with context.open_project() as project, progress(as_json_) as tell:
        result = audit_labels(
            project,
            by=by,
            probabilities=probabilities,
            controls=controls,
            seed=seed,
            progress=tell,
        )
    emit(result, as_json_, lambda audited: _show(audited, n_shown))
    context.say_next(as_json_, also=_AGGREGATE if result.old_votes else None)


def _show(result: AuditResult, n_shown: int) -> None:
    from workbench.services.grouping import CLASS, FUNCTION, PEOPLE
    from workbench.services.suspects import suspects_words

    if result.functions_note:
        say(
            f"since run {result.run_id} {result.functions_note}; its suspects stand, and the"
            " functions in force now are held against them"
        )
    elif result.reused:
        say(f"nothing has changed since run {result.run_id}: its suspects stand")
    if result.n_judged:
        doubted = _doubted(result.n_suspects, result.n_judged, "label")
        say(f"{doubted} ({percent(result.error_rate)})")
    else:
        say(f"none of {counted(result.n_rows, 'label')} could be judged")
    if result.reviewed_note:
        say(result.reviewed_note)
    if result.old_votes:
        say(f"the labels still come from the old votes ({result.old_votes})", style="yellow")
    for warning in result.warnings:
        say(f"warning: {warning}", style="yellow")
    # What is asked for with --by comes first and whole, and is not told again below.
    is_by_class, is_by_function = result.by == CLASS, result.by == FUNCTION
    if is_by_function:
        _show_functions(result)
    elif result.by_group:
        counts = "answers" if result.by in PEOPLE else "labels"
        limit = None if is_by_class else LISTED_GROUPS
        title = f"by {result.by}, {_ORDER}"
        show_rates(result.by_group, title, counts, limit=limit, rest="--json has all")
    if result.group_note:
        say(f"- {result.group_note}")
    if not is_by_class and result.n_judged:
        from workbench.services.audit.blame import worst_classes

        classes = worst_classes(result.by_class)
        rest = "workbench audit --by class"
        show_rates(classes, f"by class, {_ORDER}", limit=LISTED_CLASSES, rest=rest)
    for note in filter(None, (result.copies_note, result.compared_note)):
        say(f"- {note}")
    _show_pairs(result)
    if not is_by_function:
        _show_functions(result, _N_FUNCTIONS)
    _show_suspects(result.suspects[:n_shown], "suspects, the most doubtful first")
    if result.evaluation_suspects:
        _show_suspects(
            result.evaluation_suspects[:n_shown],
            f"{_doubted(len(result.evaluation_suspects), result.n_evaluation, 'evaluation row')}:"
            " look, none is left out",
        )
    _show_odd(result.outliers, result.n_outliers, "far from all other rows")
    _show_odd(result.ambiguous, result.n_ambiguous, "between two classes")
    n_evaluation = len(result.evaluation_suspects)
    suspects = suspects_words(result.n_suspects + n_evaluation, n_evaluation)
    say(f"in the review: {suspects}, and {counted(result.n_controls, 'row')} drawn at random")


def _doubted(n: int, among: int, thing: str) -> str:
    return f"{n:,} of {counted(among, thing)} {'is' if n == 1 else 'are'} doubted"


def _show_suspects(rows: Sequence[SuspectRow], title: str) -> None:
    if rows:
        table(
            ["uid", "label", "suggested", "?>quality", "?origin", "text"],
            [
                (s.uid, s.given, s.suggested, score(s.quality), s.origin, one_line(s.text, 60))
                for s in rows
            ],
            title=title,
        )


def _show_pairs(result: AuditResult) -> None:
    if result.pairs:
        pairs = ", ".join(
            f"{pair.first} and {pair.second} ({percent(pair.share)})"
            for pair in result.pairs[:_N_PAIRS]
        )
        say(f"taken for each other most often: {pairs}")


def _show_functions(result: AuditResult, limit: int | None = None) -> None:
    """Print the functions behind the suspects; of all that voted for labels, where asked for."""
    from workbench.services.audit.blame import WARNED, rates_notes

    functions = result.functions[:limit]
    if functions:
        table(
            [
                "function",
                "?version",
                ">votes",
                ">doubted [95 %]",
                "?>warned",
                "?>times the rest",
                ">q",
                "",
                "rows",
            ],
            [
                (
                    f.name,
                    f.version[:8],
                    f"{f.n_votes:,}",
                    f"{f.n_pushed:,} = {interval(f.rate, f.low, f.high)}",
                    f"{f.n_warned:,}",
                    times(f.ratio),
                    small(f.q_value),
                    "<- to blame" if f.is_blamed else "",
                    " ".join(f.uids[:_N_UIDS]) + (" …" if len(f.uids) > _N_UIDS else ""),
                )
                for f in functions
            ],
            title="functions that voted for doubted labels, the surest culprit first",
        )
        for note in (WARNED, *rates_notes(functions)):
            say(f"- {note}")
        for function in functions:
            if function.rivals_note:
                say(f"- {function.rivals_note}")
    if limit is None:
        clear = sum(not group.n_suspects for group in result.by_group)
        say(f"{counted(clear, 'function')} voted for labels of which none is doubted")
    elif len(result.functions) > limit:
        say(f"- {len(result.functions) - limit:,} more: workbench audit --by function")


def _show_odd(rows: Sequence[OddRow], n: int, where: str) -> None:
    if n:
        named = "; ".join(f"{row.uid} {one_line(row.text, 40)}" for row in rows[:_N_ODD])
        verb = "lies" if n == 1 else "lie"
        say(f"{counted(n, 'row')} {verb} {where}: {named}{' …' if n > _N_ODD else ''}")


def show_rates(
    rates: Sequence[GroupRate],
    title: str,
    counts: str = "labels",
    *,
    limit: int | None = None,
    rest: str = "",
) -> None:
    """Print estimated error rates of what is counted; a group that stands out is marked.

    Of many groups, up to a ``limit``; ``rest`` says where the others are.
    """
    from workbench.services.audit.blame import STANDS_OUT, STOOD_OUT, rates_notes

    marks = {STANDS_OUT: "<- stands out", STOOD_OUT: "<- stood out"}
    empty = sum(not rate.n and not rate.reason for rate in rates)
    rates = [rate for rate in rates if rate.n or rate.reason]
    has_tests = any(rate.q_value is not None for rate in rates)
    columns = ["group", f">{counts}", ">doubted", ">rate [95 %]"]
    if has_tests:
        columns += [">times the rest", ">q", ""]
    rows: list[tuple[str, ...]] = []
    for rate in rates[:limit]:
        row: tuple[str, ...] = (
            rate.group,
            f"{rate.n:,}",
            f"{rate.n_suspects:,}",
            interval(rate.rate, rate.low, rate.high) if rate.is_judged else "-",
        )
        if has_tests:
            row += (
                times(rate.ratio),
                small(rate.q_value),
                marks.get(rate.mark, ""),
            )
        rows.append(row)
    table(columns, rows, title=title)
    if len(rates) > len(rows):
        marked = sum(rate.mark == STANDS_OUT for rate in rates[limit:])
        which = f" ({marked:,} {'stands' if marked == 1 else 'stand'} out)" if marked else ""
        say(f"- {len(rates) - len(rows):,} more{which}: {rest}")
    if empty:
        say(f"- {counted(empty, 'class')} {'has' if empty == 1 else 'have'} no labels")
    for note in rates_notes(rates):
        say(f"- {note}")
