"""``workbench lf``: list, new, test; and, from their own modules, rows, suggest and watch."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from workbench.cli.apply import failed_rows, show_problems
from workbench.cli.context import CliContext
from workbench.cli.groups import CommandGroup
from workbench.cli.lf_rows import rows
from workbench.cli.lf_suggest import suggest
from workbench.cli.lf_watch import watch
from workbench.cli.output import emit, json_option, say, see_also, table
from workbench.figures import interval, percent
from workbench.safe_text import one_line

if TYPE_CHECKING:
    from workbench.services.lf.functions import LFList, LFRow
    from workbench.services.lf.trial import LFTest
    from workbench.services.next_step import Loop
    from workbench.services.project import Project


@click.group(cls=CommandGroup)
def lf() -> None:
    """List, start and try labeling functions: Python scripts in labeling_functions/."""


for _command in (rows, suggest, watch):
    lf.add_command(_command)


@lf.command("list")
@click.option("--stored", is_flag=True, help="Only what is stored; do not load the scripts.")
@click.option("--by", metavar="COLUMN", help="Coverage by value of this column, too.")
@click.option("--tag", metavar="TAG", help="Only the functions that have this tag.")
@json_option
@click.pass_obj
def list_(
    context: CliContext, stored: bool, by: str | None, tag: str | None, as_json_: bool
) -> int:
    """List the functions with coverage, overlaps, conflicts and measured accuracy."""
    from workbench.services.lf.functions import list_functions

    now: list[Loop] = []
    with context.open_project() as project:
        result = list_functions(
            project,
            load_scripts=not stored,
            by=by,
            tag=tag,
            meanwhile=lambda: now.append(_loop(project)),
        )
    emit(result, as_json_, _show_list)
    if result.functions or result.problems:
        context.say_next(as_json_, now=now[-1] if now else None)
    return 1 if result.problems else 0


def _loop(project: Project) -> Loop:
    """Return where the loop stands; while scripts load, since no list or trial changes it."""
    from workbench.services.next_step import loop

    return loop(project)


def _show_list(result: LFList) -> None:
    if not result.functions and not result.problems:
        say("no labeling functions yet")
        see_also("workbench lf new NAME")
        return
    tagged = ["?tags"] if any(row.tags for row in result.functions) else []
    table(
        [
            "!name",
            "?votes for",
            *tagged,
            ">coverage",
            "?>overlaps",
            "?>conflicts",
            ">accuracy",
            ">n",
            "?>errors",
            "?where",
            "state",
        ],
        [
            (
                row.name,
                ", ".join(row.polarity[:3]) + ("…" if len(row.polarity) > 3 else ""),
                *([", ".join(row.tags)] if tagged else []),
                percent(row.coverage),
                percent(row.overlaps),
                percent(row.conflicts),
                interval(row.accuracy, row.accuracy_low, row.accuracy_high),
                f"{row.n_labelled:,}",
                f"{row.n_errors:,}",
                f"{row.file}:{row.line}" if row.line else row.file or "",
                ", ".join([row.state, *_marks(row)]),
            )
            for row in result.functions
        ],
    )
    say(
        f"together: {percent(result.coverage)} of the rows have a vote,"
        f" {percent(result.conflicts)} conflicting ones"
    )
    _show_slices(result)
    if dead := [row.name for row in result.functions if row.is_dead]:
        say(f"dead, they vote on no row: {', '.join(dead)}", style="yellow")
    for row in result.functions:
        if row.quarantined:
            say(f"{row.name} is quarantined: {row.quarantined}", style="red")
    show_problems(result.problems, result.notes)
    if any(row.n_labelled for row in result.functions):
        say(
            "accuracy: on the n rows it votes on that have a trusted label, of people or evaluation"
            " rows"
            + (", but for rows that were picked for a doubt: functions are wrong there more often")
            * any(row.n_picked for row in result.functions)
        )
    for note in filter(None, (result.chosen_note, result.picked_note)):
        say(note, style="yellow")


def _marks(row: LFRow) -> list[str]:
    """Return what is wrong with a function, in a word each."""
    marks = {
        "quarantined": row.quarantined,
        "failing": row.is_failing,
        "dead": row.is_dead,
        "gone class": row.n_gone,
    }
    return [word for word, holds in marks.items() if holds]


def _show_slices(result: LFList) -> None:
    """Print the coverage of each function in each slice."""
    sliced = [row for row in result.functions if row.slices]
    if sliced:
        values = [f">{part.value or '(empty)'} ({part.n:,})" for part in sliced[0].slices]
        cells = [(row.name, *(percent(part.coverage) for part in row.slices)) for row in sliced]
        table(["coverage", *values], cells)


@lf.command("new")
@click.argument("name")
@click.option(
    "--template",
    default="python",
    show_default=True,
    metavar="TEMPLATE",
    help="python, batch, snorkel, keywords, regex, dictionary, fuzzy, length, metadata,"
    " neighbours, classifier, external, annotator, or one of an installed package.",
)
@json_option
@click.pass_obj
def new(context: CliContext, name: str, template: str, as_json_: bool) -> None:
    """Write a commented starter script for a function called NAME."""
    from workbench.services.lf.functions import new_function

    with context.open_project() as project:
        path = new_function(project, name, template=template)

    def show(_: object) -> None:
        say(f"wrote {path}")
        see_also(f"workbench lf test {name}", "after you have edited it")

    emit({"path": str(path), "name": name}, as_json_, show)


@lf.command("test")
@click.argument("name")
@click.option("-n", "n_rows", default=20, show_default=True, help="Rows to show.")
@click.option("--sample", default=2000, show_default=True, help="Rows to try it on.")
@json_option
@click.pass_obj
def test(context: CliContext, name: str, n_rows: int, sample: int, as_json_: bool) -> int:
    """Try one function on a sample and show rows that it votes on; nothing is stored."""
    from workbench.services.lf.trial import check_function

    now: list[Loop] = []
    with context.open_project() as project:
        result = check_function(
            project,
            name,
            n_rows=n_rows,
            n_sample=sample,
            meanwhile=lambda: now.append(_loop(project)),
        )
    emit(result, as_json_, _show_test)
    is_failing = now[-1].next_command == f"workbench lf test {shlex.quote(name)}"
    retry = (
        f"workbench apply --retry --only {shlex.quote(name)}",
        "tries the failed rows again, where the cause was outside of the function",
    )
    context.say_next(as_json_, also=retry if is_failing else None, now=now[-1])
    return 1 if result.n_errors else 0


def _show_test(result: LFTest) -> None:
    share = percent(result.n_votes / result.n_sample) if result.n_sample else "-"
    say(
        f"{result.name} ({result.file}:{result.line}) votes on {result.n_votes:,} of"
        f" {result.n_sample:,} rows ({share}), {result.milliseconds_per_row:.3f} ms a row"
    )
    for note in result.notes:
        say(f"  {note}", style="yellow")
    if result.rows:
        table(
            ["uid", "vote", "trusted", "text"],
            [(r.uid, r.vote, r.trusted or "", one_line(r.text, 80)) for r in result.rows],
        )
    if result.n_errors:
        say(f"{failed_rows(result.n_errors)}:", style="red")
        for error in result.errors[:5]:
            line = f" (line {error.line})" if error.line else ""
            say(f"  {error.uid}: {error.type}: {error.message}{line}", style="red")
