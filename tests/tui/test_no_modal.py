"""No view and no action ever puts a modal dialog on the screen."""

from __future__ import annotations

import pytest
from textual.screen import ModalScreen

from tests.tui.screens import opened
from workbench.services.project import Project
from workbench.tui.actions import Action
from workbench.tui.app import WorkbenchApp
from workbench.tui.app_actions import APP_ACTIONS
from workbench.tui.views import VIEWS, ViewSpec


def assert_no_modal(app: WorkbenchApp) -> None:
    """Check every screen of every view."""
    screens = [screen for stack in app._screen_stacks.values() for screen in stack]
    assert screens
    assert not [screen for screen in screens if isinstance(screen, ModalScreen) or screen.is_modal]


def calls(action: Action) -> list[str]:
    """Return an action's calls, one for each of its keys where they differ."""
    if "{key}" in action.call:
        return [action.call.replace("{key}", key) for key in action.keys]
    return [action.call]


@pytest.mark.parametrize("spec", VIEWS, ids=[spec.name for spec in VIEWS])
async def test_no_action_of_a_view_opens_a_modal_dialog(
    spec: ViewSpec, finished: Project, worker_environment: None
) -> None:
    async with opened(finished, spec.name, size=(100, 30)) as (app, pilot):
        for action in spec.load().ACTIONS:
            for call in calls(action):
                await app.run_action(call, app.screen)
                await pilot.pause()
                assert_no_modal(app)
                app.view.close_top()
                await app.action_go(spec.name)


async def test_no_action_of_the_app_opens_a_modal_dialog(
    finished: Project, worker_environment: None
) -> None:
    async with opened(finished, size=(100, 30)) as (app, pilot):
        for action in APP_ACTIONS:
            if action.name != "quit":
                await app.run_action(action.call, app)
                await pilot.pause()
                assert_no_modal(app)
        await pilot.press("ctrl+p", "f1", "ctrl+backslash")
        assert_no_modal(app)


def test_the_palette_of_textual_is_off() -> None:
    assert not WorkbenchApp.ENABLE_COMMAND_PALETTE
