"""Options that several commands share, and the ranges that their numbers lie in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from workbench.services.config import MAX_SEED

THE_PROMPT = "the prompt"
"""What a call does that asks one row after the other."""

F = TypeVar("F", bound=Callable[..., Any])

SEED = click.IntRange(0, MAX_SEED)
"""A seed that every generator of random numbers takes."""

COUNT = click.IntRange(min=1, max=2**31 - 1)
"""How many to show; the number of a run."""

ANNOTATOR = click.option("--annotator", metavar="NAME", help="Who decides; by default you.")
"""The name under which something is decided."""

ID_COLUMN = click.option(
    "--id-column",
    metavar="COLUMN",
    help="In FILE; by default the project's id column, uid or id, the first that is there.",
)
"""The column of the ids, in a file about rows that the project has."""


def given_once(
    context: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> str | None:
    """Return the value of an option with ``multiple``, or refuse a second one: none is passed over.

    Raises
    ------
    click.BadParameter
        If it is given twice.
    """
    if len(values) > 1:
        raise click.BadParameter(
            f"one at a time, not {' and '.join(values)}", ctx=context, param=option
        )
    return values[0] if values else None


def reading_options(command: F) -> F:
    """Add how a table is read, the same at every command: ``encoding`` and ``delimiter``."""
    encoding = click.option(
        "--encoding", default="utf-8", show_default=True, help="Of a text file."
    )
    delimiter = click.option(
        "--delimiter",
        metavar="CHARACTER",
        help="Between the columns of a CSV file: comma, semicolon, tab, bar or a character; by"
        " default what its first rows tell.",
    )
    return encoding(delimiter(command))


def table_options(command: F) -> F:
    """Add `reading_options`, and what a row that cannot be used does: ``on_bad_row``."""
    on_bad_row = click.option(
        "--skip-bad-rows",
        "on_bad_row",
        is_flag=True,
        callback=lambda _context, _option, is_given: "skip" if is_given else "stop",
        help="Leave bad rows out and list them.",
    )
    return reading_options(on_bad_row(command))


def check_mode(mode: str, goes_with: Mapping[str, Collection[str]]) -> None:
    """Refuse options that say nothing for what a call does.

    Parameters
    ----------
    mode
        What it does, by the option that says so.
    goes_with
        The modes in which a parameter says something, by its name.

    Raises
    ------
    click.UsageError
        If another one was given.
    """
    called = click.get_current_context()
    for option in called.command.params:
        name = option.name or ""
        modes = goes_with.get(name)
        is_given = called.get_parameter_source(name) is not ParameterSource.DEFAULT
        if modes is not None and is_given and mode not in modes:
            raise click.UsageError(
                f"{option.opts[0]} goes with {' or '.join(modes)}, not with {mode}"
            )
