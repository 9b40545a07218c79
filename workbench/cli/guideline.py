"""``workbench guideline``: the annotation guidelines and their versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.groups import CommandGroup
from workbench.cli.options import ANNOTATOR
from workbench.cli.output import emit, json_option, say, see_also, table
from workbench.figures import counted

if TYPE_CHECKING:
    from workbench.services.guidelines import GuidelineChange, GuidelineVersion
    from workbench.store.guidelines import Guideline

_EMPTY = "# Guidelines\n\nWhat each class means, with an example and a borderline case.\n"


@click.group(cls=CommandGroup)
def guideline() -> None:
    """Write and compare the guidelines; every decision carries the version in force."""


@guideline.command("edit")
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Take this Markdown file, - for stdin, instead of opening $EDITOR.",
)
@ANNOTATOR
@json_option
@click.pass_obj
def edit(context: CliContext, file: Path | None, annotator: str | None, as_json_: bool) -> None:
    """Edit the guidelines in $EDITOR; what you save comes into force as the next version."""
    from workbench.services.guidelines import guideline as read
    from workbench.services.guidelines import set_guidelines

    with context.open_project() as project:
        current = read(project)
        if file is not None:
            text = _read(file)
        else:
            before = current.content if current else _EMPTY
            edited = click.edit(before, extension=".md")
            text = before if edited is None else edited
        result = set_guidelines(project, text, annotator=annotator)
    emit(result, as_json_, _show_change)


def _read(file: Path) -> str:
    from workbench.errors import DataError

    try:
        with click.open_file(str(file), encoding="utf-8") as stream:
            text: str = stream.read()
    except UnicodeDecodeError as error:
        raise DataError("is not UTF-8", place=str(file), hint="Save it as UTF-8.") from error
    return text


def _show_change(result: GuidelineChange) -> None:
    if not result.changed:
        say(f"nothing changed: version {result.version} stays in force")
        return
    say(f"version {result.version} of the guidelines is in force")
    if result.n_before:
        say(f"{counted(result.n_before, 'decision')} before it count as made under it")
    if result.outdated:
        counts = ", ".join(f"{n:,} {name}" for name, n in result.outdated.items())
        say(f"decided under other versions: {counts}")
        see_also("workbench annotate --queue outdated", "look at them again; --class for one")


@guideline.command("show")
@click.argument("version", type=int, required=False)
@json_option
@click.pass_obj
def show(context: CliContext, version: int | None, as_json_: bool) -> None:
    """Print the guidelines in force, or a VERSION of them."""
    from workbench.services.guidelines import guideline as read

    with context.open_project() as project:
        found = read(project, version)
    emit(found, as_json_, _show)


def _show(found: Guideline | None) -> None:
    if found is None:
        say("there are no guidelines yet")
        see_also("workbench guideline edit")
        return
    say(f"version {found.guideline_id}, {found.at[:19]} by {found.agent}", style="bold")
    say(found.content)


@guideline.command("diff")
@click.argument("old", type=int, required=False)
@click.argument("new", type=int, required=False)
@json_option
@click.pass_obj
def diff(context: CliContext, old: int | None, new: int | None, as_json_: bool) -> None:
    """Compare two versions; by default the one in force with the one before it."""
    from workbench.services.guidelines import diff_guidelines

    with context.open_project() as project:
        text = diff_guidelines(project, old, new)
    emit({"diff": text}, as_json_, lambda _: say(text or "no difference"))


@guideline.command("log")
@json_option
@click.pass_obj
def log(context: CliContext, as_json_: bool) -> None:
    """List the versions and how many decisions were made under each."""
    from workbench.services.guidelines import guideline_versions

    with context.open_project() as project:
        versions = guideline_versions(project)
    emit(versions, as_json_, _show_versions)


def _show_versions(versions: tuple[GuidelineVersion, ...]) -> None:
    table(
        [">version", "in force", "at (UTC)", "by", ">decisions"],
        [
            (v.version, "*" if v.in_force else "", v.at[:19], v.agent, f"{v.n_decisions:,}")
            for v in versions
        ],
    )
