"""``workbench backup`` and ``workbench restore``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, say, see_also
from workbench.figures import counted

if TYPE_CHECKING:
    from workbench.services.backup import BackupResult, RestoreResult

_NAMES = 5


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Replace FILE where it is there.")
@json_option
@click.pass_obj
def backup(context: CliContext, file: Path, yes: bool, as_json_: bool) -> None:
    """Write a copy of the database to FILE; others may go on annotating.

    Scripts and the folder embeddings/ are no part of it: copy them yourself.
    """
    from workbench.services.backup import backup as back_up

    with context.open_project() as project:
        result = back_up(project, file, replace=yes)
    emit(result, as_json_, _show_backup)


def _show_backup(result: BackupResult) -> None:
    held = result.contents
    say(
        f"{result.path}: {counted(held.n_examples, 'example')},"
        f" {counted(held.n_events, 'event')} and {counted(held.n_runs, 'run')} in"
        f" {result.n_bytes / 1e6:.1f} MB"
    )
    say(f"SHA-256 {result.sha256}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Replace the database that the project has.")
@json_option
@click.pass_obj
def restore(context: CliContext, file: Path, yes: bool, as_json_: bool) -> None:
    """Bring the backup FILE back as the project's database.

    What the project has now is kept in a file beside it. A text that was removed for good does not
    come back.
    """
    from workbench.services.backup import restore as bring_back

    result = bring_back(context.project_folder(), file, replace=yes)
    emit(result, as_json_, _show_restore)


def _show_restore(result: RestoreResult) -> None:
    held = result.contents
    examples, events = counted(held.n_examples, "example"), counted(held.n_events, "event")
    say(f"restored {examples} and {events} from {result.file}")
    if result.kept:
        say(f"what was there before is in {result.kept}")
    if result.removed:
        n = len(result.removed)
        names = ", ".join(result.removed[:_NAMES]) + (", …" if n > _NAMES else "")
        say(
            f"{counted(n, 'text')} of the backup had been removed for good and did not come back:"
            f" {names}; the file itself holds them still",
            style="yellow",
        )
    if not result.removals_known:
        say(
            "what was there is damaged: it may not tell of all texts that had been removed for"
            " good. Where the backup holds one, remove it again: workbench forget UID",
            style="yellow",
        )
    if lost := result.lost_embeddings:
        say(
            f"the embeddings {lost.name!r} are not in this folder, and in no backup: copy"
            f" embeddings/ from where it was made, or make them again: {lost.making}",
            style="yellow",
        )
    see_also("workbench verify")
