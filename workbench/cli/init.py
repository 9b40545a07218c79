"""``workbench init``."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

import click

from workbench.cli.options import SEED, check_mode, reading_options
from workbench.cli.output import emit, json_option, next_step, say
from workbench.errors import UsageError
from workbench.figures import NAMED_CLASSES
from workbench.name_lists import parts_of, quoted_list, unquoted


@dataclass(frozen=True, slots=True)
class _Made:
    root: str
    classes: tuple[str, ...]


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--classes",
    metavar="A,B,…",
    help="The classes in their order; a name with a comma in double quotes.",
)
@click.option(
    "--classes-from",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The classes instead: a name in each line, or the labels of a table.",
)
@reading_options
@click.option("--text-column", default="text", show_default=True, help="Called so in your files.")
@click.option("--id-column", default="id", show_default=True)
@click.option("--label-column", default="label", show_default=True)
@click.option(
    "--seed", type=SEED, default=0, show_default=True, help="For all that draws at random."
)
@json_option
def init(
    directory: Path,
    classes: str | None,
    classes_from: Path | None,
    encoding: str,
    delimiter: str | None,
    text_column: str,
    id_column: str,
    label_column: str,
    seed: int,
    as_json_: bool,
) -> None:
    """Make a project: DIR/workbench.toml, DIR/labeling_functions/ and DIR/workbench.db."""
    from workbench.services.importing.class_names import classes_in
    from workbench.services.project import init_project

    mode = "--classes" if classes_from is None else "--classes-from"
    check_mode(mode, dict.fromkeys(("encoding", "delimiter"), ("--classes-from",)))
    if (classes is None) == (classes_from is None):
        raise UsageError(
            "the classes are named twice" if classes else "the classes are not named",
            hint="Give --classes ham,spam, or --classes-from FILE with a name in each line.",
        )
    if classes_from is not None:
        names = classes_in(
            classes_from, label_column=label_column, encoding=encoding, delimiter=delimiter
        )
    else:
        names = [unquoted(part) for part in parts_of(classes or "")]
    root = init_project(
        directory,
        names,
        text_column=text_column,
        id_column=id_column,
        label_column=label_column,
        seed=seed,
    )

    def show(made: _Made) -> None:
        more = len(made.classes) - NAMED_CLASSES
        some = f" … and {more:,} more" if more > 0 else ""
        names = quoted_list(made.classes[:NAMED_CLASSES])
        say(f"project in {made.root}, classes: {names}{some}")
        next_step(f"workbench -C {shlex.quote(str(directory))} import FILE --role train")

    emit(_Made(str(root), tuple(names)), as_json_, show)
