"""Which column of a file holds what: the one that was named, which must be there, or a default."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Final

from workbench.delimiters import DELIMITER_NAMES
from workbench.errors import DataError
from workbench.services.project import Project
from workbench.store.classes import folded_name

_UID_COLUMNS: Final = ("uid", "id")
"""What exports call the id, and what tables often do; after the project's own name for it."""


def find_column(columns: Collection[str], *names: str) -> str | None:
    """Return the first column of some names; else the first that one alone is like.

    Such a one differs from the name by case and surplus spaces only, as labels may from classes.
    """
    exact = next((name for name in names if name in columns), None)
    if exact is not None:
        return exact
    alike = (columns_alike(columns, name) for name in names)
    return next((found[0] for found in alike if len(found) == 1), None)


def columns_alike(columns: Collection[str], name: str) -> list[str]:
    """Return the columns that differ from a name by case and surplus spaces at most."""
    folded = folded_name(name)
    return [column for column in columns if folded_name(column) == folded]


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
        The first of them that the file has, as the file writes it.
    """
    names = (project.config.id_column, *_UID_COLUMNS)
    return find_column(columns, *names)


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
    """Return what a file calls a column; raise unless it has it.

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
    found = find_column(columns, name)
    if found is not None:
        return found
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
    names = [name if name == name.strip() else repr(name) for name in shown]
    told = f"The columns are: {', '.join(names)}{', …' * (len(columns) > len(shown))}."
    if len(shown) == 1:
        parting = max(DELIMITER_NAMES, key=shown[0].count)
        if parting in shown[0]:
            told += f" If this is several: --delimiter {DELIMITER_NAMES[parting]}."
    return told
