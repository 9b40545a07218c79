"""What tests of the terminal share: the types of its fixtures, and ways to look at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.widgets import Static

from workbench.services.project import Project
from workbench.store.decisions import Event
from workbench.tui.app import WorkbenchApp
from workbench.tui.views.deciding import DecidingView

OpenApp = Callable[..., WorkbenchApp]
Settle = Callable[[Any], Any]
ScreenLines = Callable[[WorkbenchApp], list[str]]


def text_of(app: WorkbenchApp, selector: str) -> str:
    """Return what a line or pane shows."""
    return str(app.screen.query_one(selector, Static).render())


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
