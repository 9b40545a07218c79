"""The guided tour goes on when its step is done, and gets out of the way when asked to."""

from __future__ import annotations

from pathlib import Path

from tests.tui.screens import screen_lines, settle
from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp
from workbench.tui.tour import STEPS, make_tour_project


async def test_doing_a_step_leads_to_the_next_and_n_goes_on_by_hand(finished: Project) -> None:
    app = WorkbenchApp(finished, "ana", with_tour=True)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert "tour 1 of" in "\n".join(screen_lines(app))
        await pilot.press("g", "f")
        app.poll()
        await settle(pilot)
        assert app.tour_step is not None
        assert app.tour_step > 0
        for _ in range(len(STEPS)):
            if app.tour_step is not None:
                await pilot.press("N")
        assert app.tour_step is None
        await pilot.press("N")
        assert app.tour_step in (0, 1)  # its first step is done, and the next look goes on


async def test_escape_closes_the_tour_but_first_what_is_open(finished: Project) -> None:
    app = WorkbenchApp(finished, "ana", with_tour=True)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("question_mark", "escape")
        assert app.tour_step == 0
        await pilot.press("escape")
        assert app.tour_step is None


def test_the_tours_project_has_rows_and_functions_and_nothing_else(tmp_path: Path) -> None:
    with Project(make_tour_project(tmp_path)) as project:
        assert project.store.examples.count() == 6_000
        assert list(project.functions_folder.glob("*.py"))
        assert project.store.runs.last_done("apply") is None
