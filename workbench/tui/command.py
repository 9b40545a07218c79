"""``workbench tui``."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

import click

from workbench.tui.views import VIEWS

if TYPE_CHECKING:
    from workbench.services.project import Project


class _Context(Protocol):
    def open_project(self) -> AbstractContextManager[Project]:
        """Open the project of the call."""


@click.command()
@click.option("--annotator", metavar="NAME", help="Who decides; by default your user name.")
@click.option(
    "--view",
    type=click.Choice([view.name for view in VIEWS]),
    default=VIEWS[0].name,
    show_default=True,
    help="The view to begin with.",
)
@click.pass_obj
def tui(context: _Context, annotator: str | None, view: str) -> int:
    """Annotate, review and diagnose in the terminal."""
    from workbench.tui.app import WorkbenchApp

    with context.open_project() as project:
        app = WorkbenchApp(project, annotator, view=view)
        app.run()
    return app.return_code or 0
