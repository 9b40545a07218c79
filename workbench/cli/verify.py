"""``workbench verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, progress, say, see_also, table

if TYPE_CHECKING:
    from workbench.services.verify import VerifyResult


@click.command()
@json_option
@click.pass_obj
def verify(context: CliContext, as_json_: bool) -> int:
    """Prove that the database is whole; name what was changed or removed.

    The exit code is 1 where something is wrong.
    """
    from workbench.services.verify import verify_folder

    root = context.project_folder()
    with progress(as_json_) as tell:
        result = verify_folder(root, progress=tell)
    emit(result, as_json_, _show)
    return 0 if result.is_sound else 1


def _show(result: VerifyResult) -> None:
    table(
        ["check", "result", "what"],
        [
            (
                check.name,
                f"! {check.n_problems:,} wrong" if check.n_problems else "+ holds",
                check.what,
            )
            for check in result.checks
        ],
    )
    for check in result.checks:
        for problem in check.problems:
            say(f"{check.name}: {problem.place}: {problem.message}", style="red")
        if check.n_problems > len(check.problems):
            say(f"{check.name}: … and {check.n_problems - len(check.problems):,} more", style="red")
    for notice in result.notices:
        say(f"note: {notice}", style="yellow")
    if result.is_sound:
        say(f"{result.path} is whole", style="bold")
    else:
        see_also("workbench restore BACKUP", "or find out who changed the file")
