"""Whatever keys are pressed, in whatever order: no crash, no dialog, and an unbroken log."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp
from workbench.tui.app_actions import APP_ACTIONS
from workbench.tui.views import VIEWS

OpenApp = Callable[..., WorkbenchApp]
Settle = Callable[[Any], Any]

QUIT = "q"
MORE_KEYS = ("tab", "shift+tab", "left", "right", "home", "end", "pageup", "pagedown", "backspace")
SIZES = ((80, 24), (120, 40), (200, 60), (30, 8))


def all_keys() -> list[str]:
    """Return every key that means something somewhere, but the one that quits."""
    actions = [*APP_ACTIONS, *(action for spec in VIEWS for action in spec.load().ACTIONS)]
    parts = {part for action in actions for key in action.keys for part in key.split()}
    return sorted((parts | set(MORE_KEYS) | set("spamhl1 :")) - {QUIT, " ", ":"})


async def press_many(app: WorkbenchApp, n: int, seed: int) -> None:
    """Press so many keys drawn at random, and change the size now and then."""
    rng = random.Random(seed)
    keys = all_keys()
    async with app.run_test(size=SIZES[0]) as pilot:
        for i in range(n):
            # In pieces, as a fast typist or a slow line sends them.
            app.simulate_key(rng.choice(keys))
            if rng.random() < 0.3:
                await pilot.pause()
            if i % 100 == 99:
                await pilot.resize_terminal(*rng.choice(SIZES))
                screens = [screen for stack in app._screen_stacks.values() for screen in stack]
                assert not any(screen.is_modal for screen in screens)
                assert app.is_running
        while not all(worker.is_finished for worker in app.workers):
            await pilot.press("escape")
        await pilot.pause()


@pytest.mark.parametrize("seed", range(2))
async def test_random_keys_do_no_harm(
    finished: Project, open_app: OpenApp, worker_environment: None, seed: int
) -> None:
    await press_many(open_app(finished), 250, seed)
    assert finished.store.decisions.broken_link() is None


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(2, 7))
async def test_five_thousand_random_keys_do_no_harm(
    finished: Project, open_app: OpenApp, worker_environment: None, seed: int
) -> None:
    await press_many(open_app(finished), 1_000, seed)
    assert finished.store.decisions.broken_link() is None
