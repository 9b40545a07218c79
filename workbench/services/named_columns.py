"""Which column of a file holds what: the one that was named, which must be there, or a default."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Final

from workbench.delimiters import DELIMITER_NAMES
from workbench.errors import DataError
from workbench.services.project import Project

_UID_COLUMNS: Final = ("uid", "id")
"""What exports call the id, and what tables often do; after the project's own name for it."""


def find_id_column(project: Project, columns: Collection[str]) -> str | None:
    """Return the column of the ids where none was named: the project's, ``uid`` or ``id``.

    Parameters
    ----------
    project
        The project.
    columns
        The columns of the file.

    Returns
    -------
    str or None
        The first of them that the file has.
    """
    names = (project.config.id_column, *_UID_COLUMNS)
    return next((name for name in names if name in columns), None)


def id_column_of(
    project: Project, columns: Collection[str], named: str | None, *, place: str
) -> str:
    """Return the column of the ids: the one that was named, or else of `find_id_column`.

    Parameters
    ----------
    project
        The project.
    columns
        The columns of the file.
    named
        What the user calls it, or None.
    place
        The file, for errors.

    Raises
    ------
    DataError
        If the file has no such column; the hint names the option.
    """
    if named is not None:
        return check_column(columns, named, "--id-column", place=place)
    found = find_id_column(project, columns)
    if found is not None:
        return found
    names = dict.fromkeys((project.config.id_column, *_UID_COLUMNS))
    raise DataError(
        f"there is no column of ids: none is called {' or '.join(map(repr, names))}",
        place=place,
        hint=f"{listed(columns)} Name it: --id-column COLUMN.",
    )


def check_column(columns: Collection[str], name: str, option: str, *, place: str) -> str:
    """Return the name of a column; raise unless the file has it.

    Parameters
    ----------
    columns
        The columns of the file.
    name
        What it is called.
    option
        The option that names it otherwise, for the hint.
    place
        The file, for errors.

    Raises
    ------
    DataError
        If there is no such column.
    """
    if name in columns:
        return name
    near = difflib.get_close_matches(name, list(columns), n=1)
    guess = f" Did you mean {near[0]!r}?" if near else ""
    raise DataError(
        f"there is no column {name!r}",
        place=place,
        hint=f"{listed(columns)}{guess} Name the right one: {option} COLUMN.",
    )


def listed(columns: Collection[str]) -> str:
    """Name the columns of a file; where one looks like several, say how they are told apart."""
    shown = list(columns)[:10]
    told = f"The columns are: {', '.join(shown)}{', …' * (len(columns) > len(shown))}."
    if len(shown) == 1:
        parting = max(DELIMITER_NAMES, key=shown[0].count)
        if parting in shown[0]:
            told += f" If this is several: --delimiter {DELIMITER_NAMES[parting]}."
    return told
