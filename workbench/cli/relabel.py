"""``workbench relabel``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.options import ANNOTATOR
from workbench.cli.output import emit, json_option, say, see_also
from workbench.figures import counted

if TYPE_CHECKING:
    from workbench.services.relabel import Relabelled


@click.command()
@click.argument("label", metavar="CLASS")
@click.argument("uids", nargs=-1, metavar="[UID]…")
@click.option("--labelled", metavar="CLASS", help="All training rows that have this label now.")
@ANNOTATOR
@click.option("--note", help="Why; kept with every correction.")
@json_option
@click.pass_obj
def relabel(
    context: CliContext,
    label: str,
    uids: tuple[str, ...],
    labelled: str | None,
    annotator: str | None,
    note: str | None,
    as_json_: bool,
) -> None:
    """Correct the label of many rows to CLASS in one act, which is undone as one."""
    from workbench.services.relabel import relabel_rows

    with context.open_project() as project:
        result = relabel_rows(
            project, label, uids=uids, labelled=labelled, annotator=annotator, note=note
        )
    emit(result, as_json_, _show)


def _show(result: Relabelled) -> None:
    if result.notice:
        say(result.notice, style="yellow")
    changed, same = result.n_changed, result.n_same
    say(
        f"{counted(changed, 'row')} {'is' if changed == 1 else 'are'} {result.label} now;"
        f" {same:,} {'was' if same == 1 else 'were'} already"
    )
    if result.n_changed:
        see_also("workbench undo", "if that was wrong")
