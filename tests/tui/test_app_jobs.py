"""What the keys of the frame start: the next step, one job at a time, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tui.screens import never_ending, opened, said, screen_lines, settle, until
from workbench.services.annotate import Session
from workbench.services.project import Project


@pytest.fixture
def endless(finished: Project) -> Project:
    """The finished project with a function that never ends."""
    return never_ending(finished)


async def test_x_does_what_is_next(filled: Project, worker_environment: None) -> None:
    async with opened(filled, size=(120, 30)) as (app, pilot):
        assert app.status is not None
        assert app.status.next_command == "workbench diagnose"
        await pilot.press("x")
        await settle(pilot)
        assert filled.store.runs.last_done("diagnose") is not None


async def test_x_leads_to_the_view_where_a_person_is_needed(finished: Project) -> None:
    async with opened(finished, "diagnose", size=(120, 30)) as (app, pilot):
        await pilot.press("x")
        assert app.current_mode == "annotate"


async def test_x_opens_the_queue_that_is_next(finished: Project) -> None:
    with Session(finished, annotator="bo") as session:
        for row in (1, 2):
            session.label(row, "ham")
    async with opened(finished, "annotate", size=(120, 30)) as (app, pilot):
        assert app.status is not None
        for queue in ("undecided", "history", "batch"):
            command = f"workbench annotate --queue {queue}"
            app.status = replace(app.status, next_command=command)
            await pilot.press("x")
            await settle(pilot)
            titles = {"undecided": "undecided ·", "history": "your decisions", "batch": "batch"}
            assert titles[queue] in "\n".join(screen_lines(app))
        app.status = replace(app.status, next_command="workbench annotate --queue nonsense")
        await pilot.press("x")
        assert "there is no queue nonsense" in said(app)


async def test_the_start_screen_runs_the_marked_stage(
    finished: Project, worker_environment: None
) -> None:
    newest = finished.store.runs.newest(kind="diagnose")[0].run_id
    async with opened(finished, "start", size=(120, 30)) as (_, pilot):
        await pilot.press(*"k" * 9, "j", "j", "k")
        await pilot.press("r")
        await settle(pilot)
    run = finished.store.runs.newest(kind="diagnose")[0]
    assert (run.run_id > newest, run.outcome) == (True, "done")


async def test_quitting_ends_the_running_job(endless: Project, worker_environment: None) -> None:
    runs = endless.store.runs
    async with opened(endless, "functions", size=(80, 24)) as (_, pilot):
        n_before = len(runs.newest(kind="apply"))
        await pilot.press("r")
        await until(pilot, lambda: len(runs.newest(kind="apply")) > n_before)
        await pilot.press("q")
    run = runs.newest(kind="apply")[0]
    assert not Path(f"/proc/{run.process.split(':')[1]}").exists()
    assert {version.name for version in endless.store.votes.in_force()} == {
        *("meals", "offers", "polite", "urgent")
    }


async def test_a_second_job_is_refused_and_escape_cancels_the_first(
    endless: Project, worker_environment: None
) -> None:
    before = endless.store.runs.last_done("apply")
    async with opened(endless, "functions", size=(80, 24)) as (app, pilot):
        await pilot.press("r")
        await pilot.press("r")
        assert "apply is running" in said(app)
        assert app.screen.query_one("#job-bar").display
        await pilot.press("escape")
        await settle(pilot)
        assert "apply was cancelled" in said(app)
        assert not app.screen.query_one("#job-bar").display
        assert app.job_command is None
    assert endless.store.runs.last_done("apply") == before
    assert "endless" not in {version.name for version in endless.store.votes.in_force()}


async def test_a_failed_job_says_why_in_place(project: Project, worker_environment: None) -> None:
    async with opened(project, "audit", size=(80, 24)) as (app, pilot):
        await pilot.press("r")
        await settle(pilot)
        assert "too few to audit" in said(app)
        assert app.screen.query_one("#status-line").has_class("-error")
