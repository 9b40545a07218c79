"""``workbench export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, say, table
from workbench.figures import counted
from workbench.formats.writers import WRITABLE

if TYPE_CHECKING:
    from workbench.services.export.export import ExportResult


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--format",
    "format_",
    type=click.Choice(WRITABLE),
    help="By default FILE's ending tells.",
)
@click.option(
    "--role",
    default="train",
    show_default=True,
    type=click.Choice(["train", "production", "evaluation", "all"]),
)
@click.option("--min-confidence", type=float, metavar="P", help="Leave out labels below P.")
@click.option("--snapshot", metavar="NAME", help="The labels of this snapshot; the same for ever.")
@click.option("--with-split", is_flag=True, help="Add the part of each row, of workbench split.")
@click.option("--with-given", is_flag=True, help="Add the label that each row came with.")
@click.option(
    "--with-columns",
    multiple=True,
    metavar="A,B,…",
    help="Add columns that the rows came with: vendor, batch, source, role, those of your files, or"
    " all.",
)
@click.option(
    "--with-annotators", is_flag=True, help="Add whose word each label is, and who says otherwise."
)
@click.option(
    "--without-duplicates",
    is_flag=True,
    help="Leave out near-duplicates of another row, of workbench diagnose; evaluation rows stay.",
)
@click.option("--yes", is_flag=True, help="Replace FILE if it is there.")
@json_option
@click.pass_obj
def export(
    context: CliContext,
    file: Path,
    format_: str | None,
    role: str,
    min_confidence: float | None,
    snapshot: str | None,
    with_split: bool,
    with_given: bool,
    with_columns: tuple[str, ...],
    with_annotators: bool,
    without_duplicates: bool,
    yes: bool,
    as_json_: bool,
) -> None:
    """Write uid, text, label, confidence, origin and run of every labelled row to FILE."""
    from workbench.services.export.export import export_labels

    with context.open_project() as project:
        result = export_labels(
            project,
            file,
            format=format_,
            role=role,
            min_confidence=min_confidence,
            replace=yes,
            snapshot=snapshot,
            with_split=with_split,
            with_given=with_given,
            with_columns=with_columns,
            with_annotators=with_annotators,
            without_duplicates=without_duplicates,
        )
    emit(result, as_json_, _show)
    context.say_next(as_json_)


def _show(result: ExportResult) -> None:
    if result.notice:
        say(result.notice, style="yellow")
    for sentence in result.stale:
        say(sentence, style="yellow")
    say(
        f"wrote {result.path}: {counted(result.n_rows, 'row')} of role {result.role}"
        f" (run {result.run_id})"
    )
    for note in result.notes.sentences:
        say(f"note: {note}", style="yellow")
    say(
        f"left out: {counted(result.unlabelled, 'row')} without a label"
        + (f" ({_tied(result.tied)})" if result.tied else "")
        + (f", {result.below:,} below the confidence you asked for" if result.below else "")
        + (f", {_duplicates(result)}" if result.duplicates else "")
        + (f", {result.removed:,} whose text was removed for good" if result.removed else "")
    )
    table(["label", ">rows"], [(name, f"{n:,}") for name, n in result.by_label.items()])
    say("origin: " + ", ".join(f"{n:,} {origin}" for origin, n in result.by_origin.items() if n))
    for sentence in () if result.errors_left is None else result.errors_left.sentences:
        say(sentence)
    say("the trail of any of these labels: workbench why UID")


def _tied(n: int) -> str:
    """Count the rows that people differ on."""
    return f"{n:,} {'has' if n == 1 else 'have'} answers that differ"


def _duplicates(result: ExportResult) -> str:
    """Count the near-duplicates, and those among them whose labels were a person's work."""
    n = result.duplicates_by_people
    by_people = f" ({n:,} labelled by people)" if n else ""
    return f"{counted(result.duplicates, 'near-duplicate')}{by_people}"
