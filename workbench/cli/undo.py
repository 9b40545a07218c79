"""``workbench undo`` and ``workbench redo``."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, say
from workbench.cli.prompt import tell

if TYPE_CHECKING:
    from workbench.services.project import Project
    from workbench.services.undo import Turned

_annotator = click.option("--annotator", metavar="NAME", help="Whose act; by default yours.")


_NOTHING_UNDONE = "there is nothing to put back"


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
    from workbench.services.act_words import what_brings_back
    from workbench.services.undo import nothing_to_undo
    from workbench.services.undo import undo as take_back

    with context.open_project() as project:
        result = take_back(project, annotator=annotator)
        if result is None:
            told = nothing_to_undo(project, annotator=annotator)
        else:
            told = what_brings_back(project, result.event_id)
    emit(result, as_json_, lambda turned: _show(turned, told, annotator))
    if as_json_ and result is None:
        tell(told)
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
    emit(result, as_json_, lambda turned: _show(turned, _NOTHING_UNDONE))
    if as_json_ and result is None:
        tell(_NOTHING_UNDONE)
    if result is not None:
        context.say_next(as_json_)


def _show(result: Turned | None, told: str, annotator: str | None = None) -> None:
    """Print what was done; ``told`` is why nothing was, or what could bring it back."""
    if result is None:
        say(told)
        return
    say(f"{_done(result)} (event {result.event_id} by {result.annotator}, {result.at[:19]})")
    if result.change:
        say(result.change)
    if result.functions:
        say(result.functions)
    if result.turn == "undo":
        if told:
            say(told)
        if result.skips:
            say(result.skips)
        who = "" if annotator is None else f" --annotator {quote(annotator)}"
        say(f"to put it back: workbench redo{who}")


def _done(turned: Turned) -> str:
    rows = f" → {', '.join(turned.uids)}{' …' * (turned.n_examples > len(turned.uids))}"
    return f"{turned.done}{rows if turned.uids else ''}"


def undo_between(project: Project, annotator: str) -> Turned | None:
    """Undo the newest decision of who answers a prompt, and say so; None where none was undone.

    Who answers row by row means no act about the project: that needs ``workbench undo``, which
    tells all that goes with it.
    """
    from workbench.errors import UsageError
    from workbench.services.undo import undo_decision

    try:
        turned = undo_decision(project, annotator=annotator)
    except UsageError as error:
        tell(f"  {error}")
        return None
    tell(f"  {'nothing to undo' if turned is None else _done(turned)}")
    return turned
