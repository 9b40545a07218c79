"""Whatever keys are pressed, in whatever order: no crash, no dialog, and an unbroken log."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.tui.screens import open_app
from workbench.services.project import Project
from workbench.tui.app_actions import APP_ACTIONS
from workbench.tui.views import VIEWS

QUIT = "q"
MORE_KEYS = ("tab", "shift+tab", "left", "right", "home", "end", "pageup", "pagedown", "backspace")
SIZES = ((80, 24), (120, 40), (200, 60), (30, 8))
KEYS_A_SIZE = 50


def all_keys() -> list[str]:
    """Return every key that means something somewhere, but the one that quits."""
    actions = [*APP_ACTIONS, *(action for spec in VIEWS for action in spec.load().ACTIONS)]
    parts = {part for action in actions for key in action.keys for part in key.split()}
    return sorted((parts | set(MORE_KEYS) | set("spamhl1 :")) - {QUIT, " ", ":"})


def typing(n: int) -> st.SearchStrategy[tuple[list[tuple[str, bool]], list[tuple[int, int]]]]:
    """Return how to draw so many keys, each with a pause behind it or not, and sizes in between."""
    key = st.tuples(st.sampled_from(all_keys()), st.sampled_from((False, True, False)))
    n_sizes = n // KEYS_A_SIZE
    return st.tuples(
        st.lists(key, min_size=n, max_size=n),
        st.lists(st.sampled_from(SIZES), min_size=n_sizes, max_size=n_sizes),
    )


async def press_many(
    root: Path, keys: list[tuple[str, bool]], sizes: list[tuple[int, int]]
) -> None:
    """Press keys in a copy of a project, and change the size now and then."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(root, Path(folder) / "shop")
        with Project(Path(folder) / "shop") as project:
            app = open_app(project)
            async with app.run_test(size=SIZES[0]) as pilot:
                for i, (key, is_pause) in enumerate(keys):
                    # In pieces, as a fast typist or a slow line sends them.
                    app.simulate_key(key)
                    if is_pause:
                        await pilot.pause()
                    if i % KEYS_A_SIZE == KEYS_A_SIZE - 1:
                        await pilot.resize_terminal(*sizes[i // KEYS_A_SIZE])
                        screens = [s for stack in app._screen_stacks.values() for s in stack]
                        assert not any(screen.is_modal for screen in screens)
                        assert app.is_running
                while not all(worker.is_finished for worker in app.workers):
                    await pilot.press("escape")
                await pilot.pause()
            assert project.store.decisions.broken_link() is None


soak = settings(
    deadline=None, database=None, print_blob=True, suppress_health_check=list(HealthCheck)
)


# The first example of hypothesis is the simplest: one key, again and again.
@seed(8)
@settings(soak, max_examples=2)
@given(typing(140))
async def test_random_keys_do_no_harm(
    finished_root: Path,
    worker_environment: None,
    typed: tuple[list[tuple[str, bool]], list[tuple[int, int]]],
) -> None:
    await press_many(finished_root, *typed)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@seed(9)
@settings(soak, max_examples=11)
@given(typing(500))
async def test_five_thousand_random_keys_do_no_harm(
    finished_root: Path,
    worker_environment: None,
    typed: tuple[list[tuple[str, bool]], list[tuple[int, int]]],
) -> None:
    await press_many(finished_root, *typed)
