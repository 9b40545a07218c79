"""``workbench init``."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

import click

from workbench.cli.options import SEED
from workbench.cli.output import emit, json_option, next_step, say


@dataclass(frozen=True, slots=True)
class _Made:
    root: str
    classes: tuple[str, ...]


_SHOWN = 12
"""So many classes are named."""


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--classes", required=True, metavar="A,B,…", help="The classes in their order.")
@click.option("--text-column", default="text", show_default=True, help="Called so in your files.")
@click.option("--id-column", default="id", show_default=True)
@click.option("--label-column", default="label", show_default=True)
@click.option(
    "--seed", type=SEED, default=0, show_default=True, help="For all that draws at random."
)
@json_option
def init(
    directory: Path,
    classes: str,
    text_column: str,
    id_column: str,
    label_column: str,
    seed: int,
    as_json_: bool,
) -> None:
    """Make a project: DIR/workbench.toml, DIR/labeling_functions/ and DIR/workbench.db."""
    from workbench.services.project import init_project

    names = [name.strip() for name in classes.split(",")]
    root = init_project(
        directory,
        names,
        text_column=text_column,
        id_column=id_column,
        label_column=label_column,
        seed=seed,
    )

    def show(made: _Made) -> None:
        more = len(made.classes) - _SHOWN
        some = f" … and {more:,} more" if more > 0 else ""
        say(f"project in {made.root}, classes: {', '.join(made.classes[:_SHOWN])}{some}")
        next_step(f"workbench -C {shlex.quote(str(directory))} import FILE --role train")

    emit(_Made(str(root), tuple(names)), as_json_, show)
