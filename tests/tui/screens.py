"""What tests of the terminal share: the types of its fixtures, and ways to look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

from workbench.services.project import Project
from workbench.store.decisions import Event
from workbench.tui.app import WorkbenchApp
from workbench.tui.views.deciding import DecidingView

PATIENCE_SECONDS = 120.0
"""No machine is that slow: who has waited so long has waited in vain."""

OpenApp = Callable[..., WorkbenchApp]
Settle = Callable[[Any], Any]
ScreenLines = Callable[[WorkbenchApp], list[str]]


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
