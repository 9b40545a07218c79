"""What tests of the terminal share: how it is opened, waited for and looked at."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

from workbench.services.project import Project
from workbench.store.decisions import Event
from workbench.tui.app import WorkbenchApp
from workbench.tui.views.deciding import DecidingView

PATIENCE_SECONDS = 120.0
"""No machine is that slow: who has waited so long has waited in vain."""

ANNOTATOR = "ana"


def open_app(project: Project, view: str = "annotate") -> WorkbenchApp:
    """Make the app of a project as the annotator ana."""
    app = WorkbenchApp(project, ANNOTATOR, view=view)
    # On a busy machine, too, a key is done when its decision is written.
    app.patience = 60.0
    return app


@contextlib.asynccontextmanager
async def opened(
    project: Project, view: str = "annotate", *, size: tuple[int, int]
) -> AsyncIterator[tuple[WorkbenchApp, Pilot[None]]]:
    """Run the app of a project on a screen of that size; it has read and drawn its view."""
    app = open_app(project, view)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield app, pilot


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until the app's workers are done and the screen is drawn."""
    # A worker may be replaced by a newer one of its group; waiting for it would raise then.
    while not all(worker.is_finished for worker in pilot.app.workers):
        await pilot.pause()
    await pilot.pause()


def screen_lines(app: WorkbenchApp) -> list[str]:
    """Return what the screen shows, as lines of text."""
    # The one private attribute that tests read: Textual has no public text of a screen.
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


def text_of(app: WorkbenchApp, selector: str) -> str:
    """Return what a line or pane shows."""
    return str(app.screen.query_one(selector, Static).render())


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    """Wait until something holds, however slow the machine is."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():
            await pilot.pause(0.02)


async def seen_by(pilot: Pilot[Any]) -> None:
    """Wait until the app has seen what another process wrote to the database before."""
    app = pilot.app
    assert isinstance(app, WorkbenchApp)
    # A look that is under way may have begun before it.
    await until(pilot, lambda: not _looks(app))
    app.poll()
    await until(pilot, lambda: not _looks(app))


def _looks(app: WorkbenchApp) -> bool:
    return any(worker.group == "poll" and not worker.is_finished for worker in app.workers)


def said(app: WorkbenchApp) -> str:
    """Return what the status line says."""
    return text_of(app, "#status-line")


def deciding(app: WorkbenchApp) -> DecidingView:
    """Return the view that is shown, one in which people decide."""
    assert isinstance(app.screen, DecidingView)
    return app.screen


def decisions(project: Project) -> list[Event]:
    """Return the decisions that stand."""
    return project.store.decisions.active()


def batch(project: Project) -> list[int]:
    """Return the rows of the newest batch."""
    run = project.store.runs.last_done("propose")
    assert run is not None
    return [row.example_id for row in project.store.queues.proposal(run.run_id)]


ENDLESS = """
from workbench import labeling_function

@labeling_function()
def endless(record):
    while True:
        pass
"""


def never_ending(project: Project) -> Project:
    """Give a project a function that never ends, and all the time for it: an apply runs on."""
    config = project.root / "workbench.toml"
    text = config.read_text()
    assert "row_timeout = 1.0" in text
    config.write_text(text.replace("row_timeout = 1.0", "row_timeout = 3600.0"))
    (project.functions_folder / "endless.py").write_text(ENDLESS)
    return project
