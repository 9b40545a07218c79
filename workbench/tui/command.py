"""``workbench tui``."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from workbench.errors import UsageError
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
@click.option("--demo", is_flag=True, help="A guided tour of 3 minutes, in a project of its own.")
@click.pass_obj
def tui(context: _Context, annotator: str | None, view: str, demo: bool) -> int:
    """Annotate, review and diagnose in the terminal."""
    # `workbench serve` has a driver of its own, which speaks through pipes.
    is_served = "TEXTUAL_DRIVER" in os.environ
    if not is_served and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the terminal interface needs a terminal",
            hint="In a pipe or script: workbench status, annotate, review.",
        )
    from workbench.tui.app import WorkbenchApp

    with _tour_project() if demo else context.open_project() as project:
        app = WorkbenchApp(project, annotator, view=view, with_tour=demo)
        app.run()
    return app.return_code or 0


@contextmanager
def _tour_project() -> Iterator[Project]:
    """Yield the project of the tour; it is gone afterwards."""
    from workbench.services.project import Project
    from workbench.tui.tour import make_tour_project

    with tempfile.TemporaryDirectory(prefix="workbench-tour-") as folder:
        click.echo("making the project of the tour …", err=True)
        with Project(make_tour_project(Path(folder))) as project:
            yield project
