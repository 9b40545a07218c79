"""``workbench lf rows``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, say, see_also, table
from workbench.figures import counted
from workbench.safe_text import one_line

if TYPE_CHECKING:
    from workbench.services.lf.rows import RowQueue, Which


@click.command("rows")
@click.argument("name")
@click.option(
    "--which",
    required=True,
    type=click.Choice(["right", "wrong", "missed", "conflicting", "uncovered"]),
    help="As people say, otherwise, abstained on, against other functions, or without any vote.",
)
@click.option("-n", "limit", default=20, show_default=True, type=click.IntRange(min=0))
@json_option
@click.pass_obj
def rows(context: CliContext, name: str, which: Which, limit: int, as_json_: bool) -> None:
    """Show the rows that the function NAME got right or wrong, missed, or disagrees on."""
    from workbench.services.lf.rows import function_rows

    with context.open_project() as project:
        result = function_rows(project, name, which, limit=limit)
    emit(result, as_json_, _show)


def _show(result: RowQueue) -> None:
    say(f"{result.name}: {counted(result.n_rows, 'row')} {result.which}")
    if result.rows:
        table(
            ["uid", "vote", "others", "label", "text"],
            [
                (
                    row.uid,
                    row.vote or "-",
                    ", ".join(f"{n} {name}" for name, n in row.others.items()) or "-",
                    row.label or "-",
                    one_line(row.text, 80),
                )
                for row in result.rows
            ],
        )
        see_also(f"workbench why {shlex.quote(result.rows[0].uid)}")
