"""Which column of a file holds what: the one that was named, which must be there, or a default."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from workbench.delimiters import DELIMITER_NAMES
from workbench.errors import DataError
from workbench.services.project import Project
from workbench.store.classes import folded_name

_UID_COLUMNS: Final = ("uid", "id")
"""What exports call the id, and what tables often do; after the project's own name for it."""


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, looked up by name.

    ``place`` is the file, for errors. ``otherwise`` are those that were found and differ from the
    name that they were looked up by, each with it.
    """

    columns: Collection[str]
    place: str
    otherwise: dict[str, str] = field(default_factory=dict)

    def find(self, *names: str) -> str | None:
        """Return the first column of some names; else the first that one alone is like.

        Such a one differs from the name by case and surplus spaces only, as labels may from
        classes.
        """
        exact = next((name for name in names if name in self.columns), None)
        if exact is not None:
            return exact
        for name in names:
            alike = columns_alike(self.columns, name)
            if len(alike) == 1:
                self.otherwise[alike[0]] = name
                return alike[0]
        return None

    def check(self, name: str, option: str) -> str:
        """Return what the file calls a column; raise unless it has it.

        Parameters
        ----------
        name
            What it is called.
        option
            The option that names it otherwise, for the hint.

        Raises
        ------
        DataError
            If there is no such column.
        """
        found = self.find(name)
        if found is not None:
            return found
        near = difflib.get_close_matches(name, list(self.columns), n=1)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        raise DataError(
            f"there is no column {name!r}",
            place=self.place,
            hint=f"{listed(self.columns)}{guess} Name the right one: {option} COLUMN.",
        )

    def find_id(self, project: Project) -> str | None:
        """Return the column of the ids where none was named: the project's, ``uid`` or ``id``.

        Parameters
        ----------
        project
            The project.

        Returns
        -------
        str or None
            The first of them that the file has, as the file writes it.
        """
        return self.find(project.config.id_column, *_UID_COLUMNS)

    def check_id(self, project: Project, named: str | None) -> str:
        """Return the column of the ids: the one that was named, or else that of `find_id`.

        Parameters
        ----------
        project
            The project.
        named
            What the user calls it, or None.

        Raises
        ------
        DataError
            If the file has no such column; the hint names the option.
        """
        if named is not None:
            return self.check(named, "--id-column")
        found = self.find_id(project)
        if found is not None:
            return found
        names = dict.fromkeys((project.config.id_column, *_UID_COLUMNS))
        raise DataError(
            f"there is no column of ids: none is called {' or '.join(map(repr, names))}",
            place=self.place,
            hint=f"{listed(self.columns)} Name it: --id-column COLUMN.",
        )


def columns_alike(columns: Collection[str], name: str) -> list[str]:
    """Return the columns that differ from a name by case and surplus spaces at most."""
    folded = folded_name(name)
    return [column for column in columns if folded_name(column) == folded]


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
