"""One registry of actions feeds the bindings, the key bar, the help and the command line."""

from __future__ import annotations

import re

import pytest
from textual.widgets import Static

from tests.tui.screens import opened, screen_lines
from workbench.services.project import Project
from workbench.tui.actions import Action
from workbench.tui.app import WorkbenchApp
from workbench.tui.app_actions import APP_ACTIONS
from workbench.tui.views import VIEWS, ViewSpec

every_view = pytest.mark.parametrize("spec", VIEWS, ids=[spec.name for spec in VIEWS])


def keys(actions: tuple[Action, ...]) -> list[str]:
    """Return all keys of some actions."""
    return [key for action in actions for key in action.keys]


def method(action: Action) -> tuple[bool, str]:
    """Return whether the app does it, and the method's name."""
    call = action.call.partition("(")[0]
    return call.startswith("app."), f"action_{call.removeprefix('app.')}"


@every_view
def test_a_key_means_one_thing_in_a_view(spec: ViewSpec) -> None:
    view = spec.load()
    used = keys(view.ACTIONS)
    assert len(used) == len(set(used))
    assert not set(used) & set(keys(APP_ACTIONS))


@every_view
def test_every_action_has_a_method_and_a_description(spec: ViewSpec) -> None:
    view = spec.load()
    assert spec.name == view.NAME
    for action in view.ACTIONS:
        is_of_app, name = method(action)
        assert hasattr(WorkbenchApp if is_of_app else view, name), action.call
        assert action.description
    for action in APP_ACTIONS:
        assert hasattr(WorkbenchApp, method(action)[1]), action.call


def test_names_are_what_can_be_typed() -> None:
    for spec in VIEWS:
        names = [action.name for action in spec.load().ACTIONS]
        assert len(names) == len(set(names))
        # A view may do in its own way what the command line offers everywhere, not what a key does.
        assert not set(names) & {action.name for action in APP_ACTIONS if action.keys}
        names += [action.name for action in APP_ACTIONS]
        assert all(re.fullmatch(r"[a-z][a-z-]*", name) for name in names)


@every_view
async def test_the_help_panel_lists_every_action(spec: ViewSpec, finished: Project) -> None:
    async with opened(finished, spec.name, size=(160, 100)) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.pause()
        shown = " ".join("\n".join(screen_lines(app)).split())
        for action in (*spec.load().ACTIONS, *APP_ACTIONS):
            assert action.description.split()[0] in shown
            assert action.key_display in shown


async def test_the_key_bar_always_has_room_for_help(finished: Project) -> None:
    async with opened(finished, size=(60, 20)) as (app, pilot):
        await pilot.pause()
        bar = str(app.screen.query_one("#key-bar", Static).render())
        assert bar.rstrip().endswith("? help")
        assert len(bar) <= 60


def test_keys_read_as_they_are_printed() -> None:
    action = Action("x", "x", ("full_stop", "question_mark", "space", "escape", "g a"), "x")
    assert action.key_display == ". ? space esc g a"
