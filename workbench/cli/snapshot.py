"""``workbench snapshot``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, say, see_also

if TYPE_CHECKING:
    from workbench.services.snapshots import SnapshotResult


@click.command()
@click.argument("name")
@json_option
@click.pass_obj
def snapshot(context: CliContext, name: str, as_json_: bool) -> None:
    """Name the state of all labels; exports from it are the same bytes for ever."""
    from workbench.services.snapshots import take_snapshot

    with context.open_project() as project:
        result = take_snapshot(project, name)
    emit(result, as_json_, _show)


def _show(result: SnapshotResult) -> None:
    say(
        f"snapshot {result.name} (run {result.run_id}): {result.n_labelled:,} of"
        f" {result.n_examples:,} rows have a label"
    )
    see_also(f"workbench export FILE.csv --snapshot {shlex.quote(result.name)}")
