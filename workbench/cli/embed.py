"""``workbench embed``."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, progress, say
from workbench.figures import counted

if TYPE_CHECKING:
    from workbench.services.embed.embed import EmbedResult


@click.command()
@click.option(
    "--with", "name", metavar="NAME", help="wordllama (default), or an installed embedder."
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    help="A .npy matrix of yours: one row an example, in the order of import.",
)
@click.option(
    "--uids", type=click.Path(path_type=Path), help="The uid of each row of --from, one a line."
)
@json_option
@click.pass_obj
def embed(
    context: CliContext, name: str | None, source: Path | None, uids: Path | None, as_json_: bool
) -> None:
    """Give each text an embedding, or take those of a file; `propose` measures distance in them.

    Only new texts are embedded. With --from, --with says what to call the embeddings.
    """
    from workbench.services.embed.embed import embed_texts

    with (
        context.open_project() as project,
        progress(as_json_) as tell,
        # What an embedder prints is no part of the answer.
        contextlib.redirect_stdout(sys.stderr),
    ):
        result = embed_texts(project, source=source, uids=uids, name=name, progress=tell)
    emit(result, as_json_, _show)
    context.say_next(as_json_)


def _show(made: EmbedResult) -> None:
    say(
        f"{counted(made.n_new, 'text')} embedded by {made.embedder} {made.version}"
        f" ({made.dimension} dimensions), {made.n_known:,} were there:"
        f" {counted(made.n_rows, 'row')} have a vector, copies the same one: {made.path}"
        f" (run {made.run_id})"
    )
    for note in made.notes:
        say(f"! {note}", style="yellow")
