"""``workbench diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, say, see_also, table

if TYPE_CHECKING:
    from workbench.services.diff import DiffResult


@click.command()
@click.argument("before")
@click.argument("after")
@click.option(
    "-n",
    "limit",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    help="Rows to list.",
)
@json_option
@click.pass_obj
def diff(context: CliContext, before: str, after: str, limit: int, as_json_: bool) -> None:
    """Show which rows have another label in AFTER than in BEFORE, and why.

    Both are numbers of runs, which stand for the state when they ended, or names of snapshots.
    """
    from workbench.services.diff import diff as compare

    with context.open_project() as project:
        result = compare(project, before, after)
    emit(result, as_json_, lambda _: _show(result, limit))


def _show(result: DiffResult, limit: int) -> None:
    say(f"from {result.before} to {result.after}", style="bold")
    say(f"{result.n_changed:,} of {result.n_examples:,} rows have another label")
    if not result.rows:
        return
    table(["cause", ">rows"], [(cause, f"{n:,}") for cause, n in result.by_cause.items()])
    table(
        ["uid", "before", "after", "from", "cause", "what"],
        [
            (
                row.uid,
                row.before or "-",
                row.after or "-",
                row.after_origin or "-",
                row.cause,
                row.detail,
            )
            for row in result.rows[:limit]
        ],
    )
    if len(result.rows) > limit:
        say(f"… and {len(result.rows) - limit:,} more")
    see_also("workbench why UID", "the whole trail of one of them")
