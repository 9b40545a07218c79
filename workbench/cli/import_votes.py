"""``workbench import-votes``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.labels import show_left_out, show_reading
from workbench.cli.options import ID_COLUMN, table_options
from workbench.cli.output import emit, json_option, say, table
from workbench.figures import counted

if TYPE_CHECKING:
    from workbench.services.importing.bad_rows import OnBadRow
    from workbench.services.importing.import_votes import ImportVotesResult


@click.command("import-votes")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@ID_COLUMN
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NAME",
    help="Only this column of votes; repeatable.",
)
@table_options
@json_option
@click.pass_obj
def votes(
    context: CliContext,
    file: Path,
    id_column: str | None,
    columns: tuple[str, ...],
    encoding: str,
    delimiter: str | None,
    on_bad_row: OnBadRow,
    as_json_: bool,
) -> None:
    """Take the votes of FILE: an id column, and a column for each labeling function.

    A vote is a class name, a class index, or empty to abstain. A column that was imported before
    is replaced as a whole: rows that FILE leaves out abstain from now on. Votes that lie in two
    files, of training and test rows, go into one file first.
    """
    from workbench.services.importing.import_votes import import_votes

    with context.open_project() as project:
        result = import_votes(
            project,
            file,
            id_column=id_column,
            columns=columns,
            encoding=encoding,
            delimiter=delimiter,
            on_bad_row=on_bad_row,
        )
    emit(result, as_json_, _show)
    context.say_next(as_json_)


def _show(result: ImportVotesResult) -> None:
    functions = counted(len(result.functions), "labeling function")
    say(f"{counted(result.n_rows, 'row')}, {functions} (run {result.run_id})")
    for old in result.replaced:
        say(
            f"! replaces {counted(old.n_votes, 'vote')} on {counted(old.n_rows, 'row')}"
            f" ({counted(old.n_functions, 'labeling function')} of {old.file})",
            style="yellow",
        )
        if old.n_left_out:
            say(
                f"  {old.n_left_out:,} of these rows are not in this file and lose their votes; to"
                " keep them, put both files into one and import that (this import is taken back by:"
                " workbench undo)",
                style="yellow",
            )
    show_reading(delimiter=result.delimiter, by_index=result.read_by_index, alike=result.read_alike)
    show_left_out(result.skipped)
    table(
        ["name", ">votes", "version"],
        [(f.name, f"{f.n_votes:,}", f.version) for f in result.functions[:40]],
    )
    if len(result.functions) > 40:
        say(f"… and {len(result.functions) - 40} more")
