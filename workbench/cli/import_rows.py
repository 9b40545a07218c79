"""``workbench import``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.labels import show_left_out, show_reading
from workbench.cli.options import table_options
from workbench.cli.output import emit, json_option, progress, say, see_also
from workbench.figures import counted

if TYPE_CHECKING:
    from workbench.services.importing.bad_rows import OnBadRow
    from workbench.services.importing.importing import ImportResult


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--role",
    type=click.Choice(["train", "production", "evaluation"]),
    default="train",
    show_default=True,
    help="production: unlabelled text met in deployment; evaluation: trusted labels.",
)
@click.option("--batch", help="The batch of every row.")
@click.option("--vendor", help="The vendor of every row.")
@click.option("--batch-column", metavar="COLUMN", help="The column that names the batch.")
@click.option("--vendor-column", metavar="COLUMN", help="The column that names the vendor.")
@click.option("--text-column", metavar="COLUMN", help="Where it differs from workbench.toml.")
@click.option("--id-column", metavar="COLUMN")
@click.option("--label-column", metavar="COLUMN")
@click.option("--no-labels", is_flag=True, help="Leave the labels of the file out.")
@click.option(
    "--label-index",
    is_flag=True,
    help="A label that is no class is the index of one: 0 for the first.",
)
@table_options
@json_option
@click.pass_obj
def import_rows(
    context: CliContext,
    files: tuple[Path, ...],
    role: str,
    batch: str | None,
    vendor: str | None,
    batch_column: str | None,
    vendor_column: str | None,
    text_column: str | None,
    id_column: str | None,
    label_column: str | None,
    no_labels: bool,
    label_index: bool,
    encoding: str,
    delimiter: str | None,
    on_bad_row: OnBadRow,
    as_json_: bool,
) -> None:
    """Bring the rows of CSV, TSV, JSON Lines or Parquet files in.

    All or nothing: a bad row stops the import unless you say --skip-bad-rows. A file that was
    imported before adds nothing.
    """
    from workbench.formats.readers import check_readable
    from workbench.services.importing.importing import import_files

    for file in files:  # a slip in a name begins no database
        check_readable(file)
    with context.open_project(begin=True) as project, progress(as_json_) as tell:
        result = import_files(
            project,
            files,
            role=role,
            batch=batch,
            vendor=vendor,
            batch_column=batch_column,
            vendor_column=vendor_column,
            text_column=text_column,
            id_column=id_column,
            label_column=label_column,
            labels=not no_labels,
            label_index=label_index,
            encoding=encoding,
            delimiter=delimiter,
            on_bad_row=on_bad_row,
            progress=tell,
        )
        options = [
            ("--id-column", id_column, None),
            ("--text-column", text_column, project.config.text_column),
            ("--label-column", label_column or project.config.label_column, "label"),
            ("--encoding", encoding, "utf-8"),
            ("--delimiter", delimiter, None),
        ]
    said = [
        f"{name} {quote(value)}" for name, value, usual in options if value not in (None, usual)
    ]
    said += ["--skip-bad-rows"] * (on_bad_row == "skip")
    emit(result, as_json_, lambda result: _show(result, said))
    context.say_next(as_json_)


def _show(result: ImportResult, options: Sequence[str]) -> None:
    """Print what came in; ``options`` are what reads the same files elsewhere."""
    for file in result.files:
        labelled = f" ({file.n_added_labelled:,} of {file.n_added:,} with a label)"
        say(
            f"{file.path}: {counted(file.n_added, 'row')} added as {result.role}"
            + labelled * (file.n_added > 0)
            + (f", {file.n_known:,} there already" if file.n_known else "")
        )
        show_reading(
            delimiter=file.delimiter,
            columns=file.read_columns,
            by_index=file.read_by_index,
            alike={**file.read_alike, **file.trimmed},
        )
        if result.role == "evaluation" and not file.n_labelled:
            say(
                "  without a trusted label evaluation rows judge nothing: annotate some, or bring"
                " labels in by workbench annotate --from FILE",
                style="yellow",
            )
        if file.n_leaked:
            other = "evaluation" if result.role == "train" else "training"
            say(
                f"  {counted(file.n_leaked, 'row')} {'has' if file.n_leaked == 1 else 'have'} the"
                f" text of {other} rows (from {file.leaked_in}): a leak, which flatters every score"
                " on evaluation rows. Judge by other rows, or leave those training rows out:"
                " workbench diagnose finds them, and nearly equal ones, then workbench export FILE"
                " --without-duplicates",
                style="yellow",
            )
        if file.n_same_text:
            say(
                f"  the project has {counted(file.n_same_text, 'text')} of these already (from"
                f" {file.same_text_in}), which will count twice: without an id a row is known by"
                " the file's name and the text",
                style="yellow",
            )
        if n_other := file.n_other_label - file.n_new_label:
            say(
                f"  {n_other:,} of those "
                + (
                    "has another label in the file; it keeps the one that it came with"
                    if n_other == 1
                    else "have another label in the file; they keep the ones that they came with"
                ),
                style="yellow",
            )
        if file.n_new_label:
            say(
                f"  {file.n_new_label:,} of those came without a label, and"
                f" {'has' if file.n_new_label == 1 else 'have'} one in the file",
                style="yellow",
            )
        if file.n_other_label:
            command = ["workbench annotate --from", quote(file.path), "--changes-only", *options]
            see_also(" ".join(command), "takes them over")
        if file.n_other_role:
            say(
                f"  {file.n_other_role:,} of those came in another role; they keep it",
                style="yellow",
            )
        for column in file.hidden_columns:
            say(
                f"  its column {column!r} is kept, but labeling functions see the project's own"
                f" {column!r}: rename it before the import, where they need it",
                style="yellow",
            )
        for column in file.shadowed_columns:
            say(
                f"  its column {column!r} is meta.{column} in --where and --by: the name alone may"
                " mean the project's own",
                style="yellow",
            )
        show_left_out(file.skipped)
