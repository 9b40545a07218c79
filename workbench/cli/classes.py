"""``workbench class``: the label set and its changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.groups import CommandGroup
from workbench.cli.options import ANNOTATOR
from workbench.cli.output import emit, json_option, say, see_also, table
from workbench.figures import NAMED_CLASSES
from workbench.name_lists import quoted_list

if TYPE_CHECKING:
    from workbench.services.classes import ClassChange, ListedClass


@click.group("class", cls=CommandGroup)
def classes() -> None:
    """List, add, rename, merge, split and retire classes.

    What was said before is kept and counts by recorded rules; labeling functions are not applied
    again. undo takes any change back.
    """


@classes.command("list")
@json_option
@click.pass_obj
def list_(context: CliContext, as_json_: bool) -> None:
    """List the classes, those that left the label set too, and what they count as."""
    from workbench.services.classes import list_classes

    with context.open_project() as project:
        rows = list_classes(project)
    emit(rows, as_json_, _show_list)


def _show_list(rows: tuple[ListedClass, ...]) -> None:
    table(
        [">number", "name", ">rows", "counts as", "formerly"],
        [
            (
                row.number,
                row.name,
                "" if row.index is None else f"{row.n:,}",
                row.counts_as or "no label",
                quoted_list(row.former_names),
            )
            for row in rows
        ],
    )


@classes.command("add")
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@ANNOTATOR
@json_option
@click.pass_obj
def add(context: CliContext, names: tuple[str, ...], annotator: str | None, as_json_: bool) -> None:
    """Add classes at the end; one that was retired comes back."""
    from workbench.services.classes import add_classes
    from workbench.services.row_queues import count_skipped

    with context.open_project() as project:
        result = add_classes(project, names, annotator=annotator)
        n_skipped = count_skipped(project)
    emit(result, as_json_, _show_change)
    if n_skipped and not as_json_:
        which = "1 row that was" if n_skipped == 1 else f"{n_skipped:,} rows that were"
        see_also(
            "workbench annotate --queue skipped", f"{which} skipped, maybe for want of a class"
        )
    elif not as_json_:
        see_also("workbench status")


@classes.command("rename")
@click.argument("old")
@click.argument("new")
@ANNOTATOR
@json_option
@click.pass_obj
def rename(context: CliContext, old: str, new: str, annotator: str | None, as_json_: bool) -> None:
    """Call class OLD NEW; files and labeling functions may go on saying OLD."""
    from workbench.services.classes import rename_class

    with context.open_project() as project:
        result = rename_class(project, old, new, annotator=annotator)
    emit(result, as_json_, _show)


@classes.command("merge")
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@click.option("--into", required=True, metavar="CLASS", help="One of them, or another one.")
@ANNOTATOR
@json_option
@click.pass_obj
def merge(
    context: CliContext,
    names: tuple[str, ...],
    into: str,
    annotator: str | None,
    as_json_: bool,
) -> None:
    """Let classes count as one from now on."""
    from workbench.services.classes import merge_classes

    with context.open_project() as project:
        result = merge_classes(project, names, into, annotator=annotator)
    emit(result, as_json_, _show)


@classes.command("split")
@click.argument("name")
@click.argument("into", nargs=-1, required=True, metavar="PART…")
@ANNOTATOR
@json_option
@click.pass_obj
def split(
    context: CliContext,
    name: str,
    into: tuple[str, ...],
    annotator: str | None,
    as_json_: bool,
) -> None:
    """Replace class NAME by two or more; its rows are asked for again."""
    from workbench.services.classes import split_class

    with context.open_project() as project:
        result = split_class(project, name, into, annotator=annotator)
    emit(result, as_json_, _show)


@classes.command("retire")
@click.argument("name")
@ANNOTATOR
@json_option
@click.pass_obj
def retire(context: CliContext, name: str, annotator: str | None, as_json_: bool) -> None:
    """Take class NAME out of the label set; its labels and votes count for none."""
    from workbench.services.classes import retire_class

    with context.open_project() as project:
        result = retire_class(project, name, annotator=annotator)
    emit(result, as_json_, _show)


def _show_change(result: ClassChange) -> None:
    before, after = result.before, result.after
    if max(len(before), len(after)) <= NAMED_CLASSES:  # else only those that changed are told
        say(f"classes were {quoted_list(before)}")
        say(f"and are now {quoted_list(after)} (event {result.event_id})")
        return
    say(f"there were {len(before):,} classes and are {len(after):,} now (event {result.event_id})")
    for what, names, others in (("gone", before, after), ("new", after, before)):
        if changed := [name for name in names if name not in set(others)]:
            say(f"  {what}: {', '.join(changed)}")


def _show(result: ClassChange) -> None:
    _show_change(result)
    if result.votes:
        say(result.votes, style="yellow")
    if result.kind in ("class-split", "class-retire"):
        see_also("workbench annotate --queue outdated", "rows that were decided for that class")
    else:
        see_also("workbench status")
