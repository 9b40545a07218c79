"""How a table was read, in words: its delimiter, its labels, and the rows that were left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from workbench.cli.output import say
from workbench.delimiters import delimiter_name
from workbench.figures import counted

if TYPE_CHECKING:
    from workbench.services.importing.bad_rows import BadRow

_NAMED = 6

_LISTED = 20
"""So many bad rows are listed, of all causes."""

_LEAST_LISTED = 3
"""At least so many are of each cause."""


_warn = partial(say, style="yellow")


def show_reading(
    *,
    delimiter: str,
    columns: Mapping[str, str] | None = None,
    by_index: Mapping[str, str] | None = None,
    alike: Mapping[str, str] | None = None,
    out: Callable[[str], None] = say,
) -> None:
    """Say what was taken for granted of a file.

    Parameters
    ----------
    delimiter
        What parts its columns; empty for what its name promises.
    columns
        Those that were taken for a name that differs by case and spaces, each with it.
    by_index, alike
        Labels that were taken as the indices of classes, or, as other names, for one that differs
        by case and spaces; each with what it was read as.
    out
        Prints a line.
    """
    if delimiter:
        name = delimiter_name(delimiter)
        out(f"  read with a {name} between the columns; --delimiter says another")
    if columns:
        out(f"  columns read without regard to case and spaces: {_listed(columns)}")
    if by_index:
        out(f"  read by the order of the classes: {_listed(by_index)}")
    if alike:
        out(f"  read without regard to case and spaces: {_listed(alike)}")


def _listed(read: Mapping[str, str]) -> str:
    shown = [
        f"{label if label == label.strip() else repr(label)} as {name}"
        for label, name in list(read.items())[:_NAMED]
    ]
    return ", ".join(shown) + ", …" * (len(read) > _NAMED)


def show_left_out(skipped: Sequence[BadRow], *, out: Callable[[str], None] = _warn) -> None:
    """List the rows that could not be used, by their cause, the most frequent first."""
    from workbench.services.importing.bad_rows import by_cause

    causes = by_cause(skipped)
    for cause, rows in causes.items():
        shown = rows[: max(_LEAST_LISTED, _LISTED // len(causes))]
        out(f"  {counted(len(rows), 'row')} left out: {cause}")
        for row in shown:
            out(f"    {row.place}: row {row.row}: {row.reason}")
        if len(rows) > len(shown):
            out(f"    … and {len(rows) - len(shown):,} more")
        out(f"    {rows[0].hint}")
