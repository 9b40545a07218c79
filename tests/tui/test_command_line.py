"""The command line: actions and stages by name, and nothing by accident."""

from __future__ import annotations

from tests.tui.screens import OpenApp, Settle, decisions
from workbench.services.project import Project
from workbench.tui.widgets.picker import Picker


async def test_the_command_line_runs_actions_by_name(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"flag", "enter")
        await pilot.pause()
        assert [e.kind for e in finished.store.decisions.active()] == ["flag"]
        await pilot.press("colon", *"go-dia", "tab", "enter")
        await pilot.pause()
        assert app.current_mode == "diagnose"


async def test_the_command_line_runs_stages_by_name(
    finished: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    stages = ("apply", "aggregate", "diagnose", "audit")
    newest = {stage: finished.store.runs.newest(kind=stage)[0].run_id for stage in stages}
    (finished.functions_folder / "more.py").write_text(
        'from workbench import keywords\n\nkeywords("more", ["later"], "ham")\n'
    )
    app = open_app(finished)
    async with app.run_test(size=(120, 30)) as pilot:
        for stage in stages:
            await pilot.press("colon", *stage, "enter")
            await settle(pilot)
            run = finished.store.runs.newest(kind=stage)[0]
            assert (run.run_id > newest[stage], run.outcome) == (True, "done"), stage
    assert "more" in {version.name for version in finished.store.votes.in_force()}


async def test_the_command_line_takes_every_letter_and_escape_closes_it(
    finished: Project, open_app: OpenApp
) -> None:
    app = open_app(finished)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"1agqu?")
        assert app.screen.query_one(Picker).is_open
        assert decisions(finished) == []
        await pilot.press("enter")
        assert app.screen.query_one(Picker).is_open
        await pilot.press("escape", "1")
        assert not app.screen.query_one(Picker).is_open
        assert len(decisions(finished)) == 1


async def test_enter_on_an_empty_command_line_closes_it_and_does_nothing(
    finished: Project, open_app: OpenApp
) -> None:
    app = open_app(finished)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", "enter")
        assert not app.screen.query_one(Picker).is_open
        assert decisions(finished) == []
        await pilot.press("colon", "down", "enter")
        assert not app.screen.query_one(Picker).is_open
