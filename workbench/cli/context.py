"""What every command is given: the folder, and the door to the project in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.errors import ProjectError
from workbench.safe_text import safe

if TYPE_CHECKING:
    from workbench.services.next_step import Loop
    from workbench.services.project import Project


@dataclass(frozen=True, slots=True)
class CliContext:
    """The folder that was named with ``-C``, or the current one."""

    directory: Path

    @contextmanager
    def open_project(self, *, begin: bool = False) -> Iterator[Project]:
        """Open the project that the folder lies in.

        Parameters
        ----------
        begin
            Whether a database that is not there is made, and that is said.

        Raises
        ------
        ProjectError
            If there is none, or it has no database.
        """
        from workbench.services.project import Project, has_database

        root = self.project_folder()
        is_begun = begin and not has_database(root)
        with Project(root, begin=begin) as project:
            if is_begun:
                begun = f"{project.root}: a new workbench.db is begun, as there was none"
                click.echo(safe(begun), err=True)
            yield project

    def say_next(
        self, is_json: bool, *, also: tuple[str, str] | None = None, now: Loop | None = None
    ) -> None:
        """Print the one next thing to do, as ``status`` names it; nothing beside JSON.

        Before it stands what goes on from here ``also``, a command and why, where that is not it.
        Where the loop stands ``now`` is looked up unless it is given.
        """
        if is_json:
            return
        from workbench.cli.output import next_step, see_also

        if now is None:
            from workbench.services.next_step import loop

            with self.open_project() as project:
                now = loop(project)
        if also is not None and also[0] != now.next_command:
            see_also(*also)
        next_step(now.next_command, now.next_reason)

    def project_folder(self) -> Path:
        """Return the folder of the project, without opening it.

        Raises
        ------
        ProjectError
            If there is none.
        """
        from workbench.services.project import find_project

        if not self.directory.is_dir():
            raise ProjectError(
                "there is no such folder",
                place=str(self.directory),
                hint="Make a project: workbench init DIR --classes ham,spam",
            )
        return find_project(self.directory)
