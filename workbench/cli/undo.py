"""``workbench undo`` and ``workbench redo``."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, say

if TYPE_CHECKING:
    from workbench.services.undo import Turned

_annotator = click.option("--annotator", metavar="NAME", help="Whose act; by default yours.")


@click.command()
@_annotator
@json_option
@click.pass_obj
def undo(context: CliContext, annotator: str | None, as_json_: bool) -> None:
    """Undo the newest act that stands.

    That may be a decision, a bulk correction, a change of the classes or the guidelines, or
    labeling functions that came into force. Repeat it to go further back; nothing is removed, and
    redo puts it back. Runs such as aggregate or export are records, not acts: they stay.
    """
    from workbench.services.undo import nothing_to_undo
    from workbench.services.undo import undo as take_back

    with context.open_project() as project:
        result = take_back(project, annotator=annotator)
        nothing = "" if result is not None else nothing_to_undo(project, annotator=annotator)
    emit(result, as_json_, lambda turned: _show(turned, nothing, annotator))
    if result is not None:
        context.say_next(as_json_)


@click.command()
@_annotator
@json_option
@click.pass_obj
def redo(context: CliContext, annotator: str | None, as_json_: bool) -> None:
    """Put back what was undone last, unless something new came after it."""
    from workbench.services.undo import redo as put_back

    with context.open_project() as project:
        result = put_back(project, annotator=annotator)
    emit(result, as_json_, lambda turned: _show(turned, "there is nothing to put back"))
    if result is not None:
        context.say_next(as_json_)


def _show(result: Turned | None, nothing: str, annotator: str | None = None) -> None:
    if result is None:
        say(nothing)
        return
    done = "undone" if result.turn == "undo" else "put back"
    rows = f" → {', '.join(result.uids)}{' …' * (result.n_examples > len(result.uids))}"
    say(
        f"{done}: {result.text}{rows if result.uids else ''}"
        f" (event {result.event_id} by {result.annotator}, {result.at[:19]})"
    )
    if result.change:
        say(result.change)
    if result.functions:
        say(result.functions)
    if result.turn == "undo":
        if result.kind == "publish":
            say("the scripts are as they were: the next apply would put them in force again")
        if result.skips:
            say(result.skips)
        who = "" if annotator is None else f" --annotator {quote(annotator)}"
        say(f"to put it back: workbench redo{who}")
