"""``workbench forget``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, say, see_also

if TYPE_CHECKING:
    from workbench.services.forget import ForgetResult


@click.command()
@click.argument("uids", nargs=-1, required=True, metavar="UID…")
@click.option("--reason", metavar="TEXT", help="Why; kept with the run.")
@click.option("--yes", is_flag=True, help="Remove them: nothing brings them back.")
@json_option
@click.pass_obj
def forget(
    context: CliContext, uids: tuple[str, ...], reason: str | None, yes: bool, as_json_: bool
) -> None:
    """Remove the texts of the examples UID for good, and say where they may still be.

    The examples, their labels, votes and decisions stay; a removed text reads as an empty one.
    Models learn from such rows no more, and are not judged by them.
    """
    from workbench.services.forget import forget_texts

    with context.open_project() as project:
        result = forget_texts(project, uids, reason=reason, sure=yes)
    emit(result, as_json_, _show)


def _show(result: ForgetResult) -> None:
    say(f"the texts of {', '.join(result.uids)} are removed (run {result.run_id})")
    if not result.is_wiped:
        say(
            "others have the project open, and its files hold the texts until they close it",
            style="yellow",
        )
    say("they may still be in:")
    for place in result.left:
        say(f"  {place}")
    see_also("workbench verify")
