"""``workbench status``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, next_step, say, table

if TYPE_CHECKING:
    from workbench.services.status import Status

_SIGNS = {"done": "+ done", "stale": "~ stale", "failing": "! failing", "open": ". open"}


@click.command()
@json_option
@click.pass_obj
def status(context: CliContext, as_json_: bool) -> None:
    """Show where you are in the loop, what is stale, and the one next thing to do."""
    from workbench.services.status import status as read_status

    with context.open_project() as project:
        result = read_status(project)
    emit(result, as_json_, _show)


def _show(result: Status) -> None:
    roles = ", ".join(f"{n:,} {role}" for role, n in result.by_role.items() if n) or "none yet"
    say(f"{result.root}: {len(result.classes)} classes; rows: {roles}", style="bold")
    origins = ", ".join(f"{n:,} {origin}" for origin, n in result.by_origin.items() if n)
    say(f"training labels: {result.n_labelled:,}" + (f" ({origins})" if origins else ""))
    table(
        ["stage", "state", "", "command"],
        [(s.name, _SIGNS[s.state], s.detail, s.command) for s in result.stages],
    )
    for stage in result.stages:
        # Why one is failing the next step says: it is the first thing to mend.
        for reason in stage.reasons if stage.state != "failing" else ():
            say(f"stale {stage.name}: {reason}; renew with: {stage.command}", style="yellow")
    next_step(result.next_command, result.next_reason)
