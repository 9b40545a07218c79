"""``workbench import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.labels import by_index
from workbench.cli.output import emit, json_option, progress, say
from workbench.figures import counted

if TYPE_CHECKING:
    from workbench.services.importing import ImportResult


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
@click.option("--encoding", default="utf-8", show_default=True)
@click.option("--skip-bad-rows", is_flag=True, help="Leave bad rows out and list them.")
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
    skip_bad_rows: bool,
    as_json_: bool,
) -> None:
    """Bring the rows of CSV, TSV, JSON Lines or Parquet files in.

    All or nothing: a bad row stops the import unless you say --skip-bad-rows. A file that was
    imported before adds nothing.
    """
    from workbench.services.importing import import_files

    with context.open_project() as project, progress(as_json_) as tell:
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
            on_bad_row="skip" if skip_bad_rows else "stop",
            progress=tell,
        )
    emit(result, as_json_, _show)
    context.say_next(as_json_)


def _show(result: ImportResult) -> None:
    for file in result.files:
        say(
            f"{file.path}: {counted(file.n_added, 'row')} added as {result.role}"
            f" ({file.n_labelled:,} of {file.n_rows:,} with a label)"
            + (f", {file.n_known:,} there already" if file.n_known else "")
        )
        if file.read_by_index:
            say(f"  {by_index(file.read_by_index)}")
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
                f"  {n_other:,} of those have another label in the file; they keep"
                " theirs (workbench annotate --from FILE corrects labels)",
                style="yellow",
            )
        if file.n_new_label:
            say(
                f"  {file.n_new_label:,} of those came without a label and have one in the file;"
                " they stay without (workbench annotate --from FILE brings labels in)",
                style="yellow",
            )
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
        for row in file.skipped[:20]:
            say(f"  left out: {row.place}: row {row.row}: {row.reason}", style="yellow")
        if len(file.skipped) > 20:
            say(f"  … and {len(file.skipped) - 20:,} more", style="yellow")
