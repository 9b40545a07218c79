"""``workbench apply``."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, progress, say, table
from workbench.figures import counted

if TYPE_CHECKING:
    from workbench.services.lf.apply_result import ApplyResult
    from workbench.services.lf.functions import ScriptProblem
    from workbench.services.lf.running import FailedRow
    from workbench.services.vote_changes import VoteChange

_NO_COLUMN = re.compile(r"no column ('[^']*');")
"""What is said of a column that no row has, and its name."""

_NAMED = 10
"""Functions without a script that are named; a removed script may have held thousands."""


@click.command()
@click.option("--only", multiple=True, metavar="NAME", help="Only this function; repeatable.")
@click.option("--retry", is_flag=True, help="Try again what failed or is quarantined.")
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes.")
@json_option
@click.pass_obj
def apply(
    context: CliContext, only: tuple[str, ...], retry: bool, workers: int | None, as_json_: bool
) -> int:
    """Apply the labeling functions, in worker processes, to what they have not seen.

    Rows that a function fails on are abstentions, kept with their errors, and so are all rows of
    a function in quarantine; the exit code is 1 then. They are not tried again before the function
    changes, but with --retry: on all rows without a vote.
    """
    from workbench.services.lf.apply import apply_functions

    with context.open_project() as project, progress(as_json_) as tell:
        result = apply_functions(project, only=only, retry=retry, n_workers=workers, progress=tell)
    emit(result, as_json_, _show)
    context.say_next(as_json_)
    is_sound = not (result.n_errors or any(lf.quarantined for lf in result.functions))
    return 0 if is_sound else 1


def _show(result: ApplyResult) -> None:
    if result.functions:
        table(
            ["!name", ">new rows", ">votes", ">errors", ">ms/row", "version"],
            [
                (
                    lf.name,
                    f"{lf.n_rows:,}" if lf.n_rows else "-",
                    f"{lf.n_votes:,}" if lf.n_rows else "-",
                    f"{lf.n_errors:,}",
                    f"{1000 * lf.seconds / lf.n_rows:.3f}" if lf.n_rows else "-",
                    lf.version,
                )
                for lf in result.functions
            ],
        )
        _show_changes(result)
        for lf in result.functions:
            if lf.retry:
                say(f"{lf.name} {lf.retry}", style="yellow")
                say(f"  Try these rows again: workbench apply --retry --only {lf.name}")
    elif not result.problems and result.n_external:
        come = "comes from a file" if result.n_external == 1 else "come from files"
        say(
            f"nothing to apply: no script has a function; {counted(result.n_external, 'function')}"
            f" {come}, and the votes count as they are"
        )
    elif not result.problems:
        say("no labeling functions yet")
    for name in result.withdrawn[:_NAMED]:
        say(f"{name} is no longer in any script: its votes do not count from now on")
    if len(result.withdrawn) > _NAMED:
        say(f"… and {len(result.withdrawn) - _NAMED:,} more that are in no script any more")
    for name in result.orphaned[:_NAMED]:
        say(
            f"{name} is no longer in any script, but its votes still count: --only leaves it alone",
            style="yellow",
        )
        say("  Withdraw it: workbench apply")
    if len(result.orphaned) > _NAMED:
        n_more = len(result.orphaned) - _NAMED
        say(f"… and {n_more:,} more, whose votes still count", style="yellow")
    show_problems(result.problems, result.notes)
    for lf in result.functions:
        for error in lf.errors[:1]:
            place = f"{lf.file}:{error.line}" if error.line else lf.file
            say(
                f"{place}: {lf.name}: {failed_rows(lf.n_errors)}, first {error.uid}:"
                f" {error.type}: {error.message}",
                style="red",
            )
            say(f"  {_remedy(lf.name, error)}")
            if error.type not in _LASTING:
                say(f"  If the cause is outside of it: {_retry(lf.name)}")
        if lf.unknown_rows:
            say(f"{lf.name}: {lf.unknown_rows}", style="yellow")
        if lf.unknown_answers:
            say(f"{lf.name}: {lf.unknown_answers}", style="yellow")
        if lf.row_by_row:
            say(f"{lf.name} was called row by row: {lf.row_by_row}", style="yellow")
        if lf.failing:
            say(f"{lf.name} is failing: it {lf.failing}; its votes stay", style="red")
        if lf.quarantined:
            say(f"{lf.name} is quarantined: {lf.quarantined}", style="red")
            say(f"  Mend it and apply again; try: workbench lf test {shlex.quote(lf.name)}")
            say(f"  Or, where nothing is to mend: {_retry(lf.name)}")


def _show_changes(result: ApplyResult) -> None:
    """Print what counts otherwise than before; of what is new the table of functions tells."""
    told = {lf.name for lf in result.functions if lf.n_rows}
    changes = [
        change
        for change in result.changes
        if change.state in ("changed", "back")
        or (change.state == "new" and change.name not in told)
    ]
    if changes:
        if not told:
            say("no row was new, but other versions count from now on:")
        show_changes(changes[:_NAMED])
        if len(changes) > _NAMED:
            say(f"… and {len(changes) - _NAMED:,} more")
    elif not (told or result.changes):
        loaded = " of what could be loaded" if result.problems else ""
        say(f"nothing was new: all votes{loaded} are up to date")


def show_changes(changes: Sequence[VoteChange]) -> None:
    """Print what the versions in force do otherwise than those before."""
    table(
        ["!name", "", ">votes before", ">now", ">gained", ">lost", ">other class"],
        [
            (
                change.name,
                change.state,
                *map("{:,}".format, (
                    change.n_before, change.n_after, change.n_gained, change.n_lost,
                    change.n_flipped,
                )),
            )
            for change in changes
        ],
    )  # fmt: skip


def show_problems(problems: Sequence[ScriptProblem], notes: Sequence[ScriptProblem]) -> None:
    """Print what could not be loaded, and what is to be known of the scripts that were."""
    for told, style in ((problems, "red"), (notes, "yellow")):
        for one in told:
            where = f"{one.file}:{one.line}" if one.line else one.file
            say(f"{where}: {one.message}", style=style)
            if one.hint:
                say(f"  {one.hint}")


def _retry(name: str) -> str:
    return f"workbench apply --retry --only {shlex.quote(name)}"


def failed_rows(n: int) -> str:
    """Return how many rows failed, in words."""
    return f"{counted(n, 'row')} failed"


_REMEDIES = {
    "Timeout": "Make it faster, or give it more time, row_timeout in workbench.toml, and retry.",
    "SystemExit": "A function ends with return; take the exit out.",
    "MemoryError": "Use less memory for a row.",
    "VoteError": "Return a class or ABSTAIN; with batch=True, one for each row.",
    "CellError": "Such rows abstain. To have their votes, write a function in Python that reads"
    " such cells, or clean the column before it is imported.",
}

_LASTING = frozenset({"CellError"})
"""What fails again at each attempt."""


def _remedy(name: str, error: FailedRow) -> str:
    """Return what to do about rows that failed in one way."""
    if missing := _NO_COLUMN.match(error.message):
        return (
            f"Name one of these, which vars(x) has as a dict; where {missing[1]} is the text's or"
            " the id's own name, say so in workbench.toml, under [columns]."
        )
    by_default = (
        f"Return ABSTAIN for such rows, or mend it; try: workbench lf test {shlex.quote(name)}"
    )
    return _REMEDIES.get(error.type, by_default)
