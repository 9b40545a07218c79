"""``workbench tui``."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from workbench.errors import UsageError
from workbench.safe_text import safe
from workbench.tui.views import VIEWS

if TYPE_CHECKING:
    from workbench.services.acts import Acts
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
@click.option("--json", "is_json", is_flag=True, help="Once closed, print what was done as JSON.")
@click.pass_obj
def tui(context: _Context, annotator: str | None, view: str, demo: bool, is_json: bool) -> int:
    """Annotate, review and diagnose in the terminal."""
    # `workbench serve` has a driver of its own, which speaks through pipes.
    is_served = "TEXTUAL_DRIVER" in os.environ
    # It draws on the error stream; the output stays free.
    if not is_served and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "the terminal interface needs a terminal",
            hint="In a pipe or script: workbench status, annotate, review.",
        )
    from workbench.services.acts import acts_since, newest_act
    from workbench.tui.app import WorkbenchApp

    with _tour_project() if demo else context.open_project() as project:
        before = newest_act(project)
        app = WorkbenchApp(project, annotator, view=view, with_tour=demo)
        app.run()
        if not (is_served or demo):
            _tell(acts_since(project, before, annotator=app.annotator), is_json)
    return app.return_code or 0


def _tell(acts: Acts, is_json: bool) -> None:
    """Print what was done, for people or as JSON."""
    from workbench.services.results import as_json

    if is_json:
        click.echo(json.dumps(as_json(acts), indent=2))
        return
    done = ", ".join(f"{n:,} {kind}" for kind, n in acts.counts.items())
    if done:
        click.echo(safe(f"{acts.annotator}: {done}"))
    click.echo(safe(f"next: {acts.next_command}  ({acts.next_reason})"))


@contextmanager
def _tour_project() -> Iterator[Project]:
    """Yield the project of the tour; it is gone afterwards."""
    from workbench.services.project import Project
    from workbench.tui.tour import make_tour_project

    with tempfile.TemporaryDirectory(prefix="workbench-tour-") as folder:
        click.echo("making the project of the tour …", err=True)
        with Project(make_tour_project(Path(folder))) as project:
            yield project
