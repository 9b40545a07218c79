"""Diagnose: a verdict a lens, its finding and its advice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.widgets import Static

from workbench.services.browse import last_diagnosis
from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp

OpenApp = Callable[..., WorkbenchApp]
Settle = Callable[[Any], Any]


async def test_every_lens_is_shown_with_verdict_and_advice(
    finished: Project, open_app: OpenApp, screen_lines: Callable[..., list[str]]
) -> None:
    found = last_diagnosis(finished)
    assert found is not None
    app = open_app(finished, "diagnose")
    async with app.run_test(size=(160, 60)) as pilot:
        await pilot.pause()
        shown = "\n".join(screen_lines(app))
        for lens in found.lenses:
            assert lens.name in shown
            assert lens.verdict in shown
            assert lens.advice[:20] in shown
        for row in found.classes:
            assert row.name in shown


async def test_before_a_diagnosis_the_view_says_how_to_begin(
    filled: Project, open_app: OpenApp, screen_lines: Callable[..., list[str]]
) -> None:
    app = open_app(filled, "diagnose")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "k")
        await pilot.pause()
        assert "The data has not been diagnosed." in "\n".join(screen_lines(app))


async def test_r_diagnoses_in_a_worker_process(
    filled: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    app = open_app(filled, "diagnose")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("r")
        assert app.job_command == "diagnose"
        await settle(pilot)
        assert not app.screen.query_one("#empty").display
        status = str(app.screen.query_one("#status-line", Static).render())
        assert "diagnose took" in status
    assert last_diagnosis(filled) is not None


async def test_the_verdicts_scroll_on_a_small_screen(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished, "diagnose")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j")
        assert app.screen.query_one("#body").scroll_offset.y == 4
        await pilot.press("k")
        assert app.screen.query_one("#body").scroll_offset.y == 2
