"""Jobs: a command in a process of its own, its progress, its end, its cancelling."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tui.screens import never_ending, opened
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project
from workbench.tui import jobs
from workbench.tui.jobs import Job, Pace, PaceMaker
from workbench.tui.widgets.frame import JobBar
from workbench.types import Progress

pytestmark = pytest.mark.usefixtures("worker_environment")


@pytest.fixture
def endless(filled: Project) -> Project:
    """A project with a labeling function that never ends."""
    return never_ending(filled)


async def test_a_job_reports_progress_and_returns_the_document(finished: Project) -> None:
    seen: list[Progress] = []
    result = await Job(finished.root, ["diagnose"], on_progress=seen.append).run()
    assert result.outcome == "done"
    assert result.messages == ()
    assert result.document["n_examples"] == finished.store.examples.count()
    assert seen
    assert all(progress.stage.startswith("diagnose") for progress in seen)


async def test_a_job_that_fails_returns_what_it_said(project: Project) -> None:
    result = await Job(project.root, ["diagnose"], on_progress=print).run()
    assert result.outcome == "failed"
    assert result.document is None
    assert "there are no examples yet" in "\n".join(result.messages)


async def test_an_unknown_command_fails(project: Project) -> None:
    result = await Job(project.root, ["no-such-command"], on_progress=print).run()
    assert result.outcome == "failed"
    assert result.messages


async def test_a_cancelled_job_ends_well_and_leaves_nothing(endless: Project) -> None:
    job = Job(endless.root, ["apply"], on_progress=print)
    running = asyncio.create_task(job.run())
    await _until_running(endless)
    await job.cancel()
    result = await running
    assert result.outcome == "cancelled"
    (run,) = endless.store.runs.newest(kind="apply")
    assert run.outcome in ("cancelled", "running")
    assert endless.store.votes.in_force() == []


async def test_a_job_that_does_not_stop_is_killed(
    endless: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "GRACE_SECONDS", 0.0)
    job = Job(endless.root, ["apply"], on_progress=print)
    running = asyncio.create_task(job.run())
    await _until_running(endless)
    await job.cancel()
    assert (await running).outcome == "cancelled"
    assert endless.store.votes.in_force() == []


async def _until_running(project: Project) -> None:
    """Wait until the worker has begun its run; its version of the data changes then."""
    while not project.store.runs.newest(kind="apply"):
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("line", "progress"),
    [
        ('{"stage": "apply", "done": 5, "total": 9}', Progress("apply", 5, 9)),
        ('{"stage": "read", "done": 5, "total": null}', Progress("read", 5, None)),
        ('{"stage": "read"}', None),
        ("{broken", None),
        ("error: no", None),
        ("[1]", None),
    ],
)
def test_only_progress_lines_are_progress(line: str, progress: Progress | None) -> None:
    assert jobs._progress_of(line) == progress


async def test_reports_come_at_most_ten_times_a_second(tmp_path: Path) -> None:
    seen: list[Progress] = []
    job = Job(tmp_path, ["apply"], on_progress=seen.append)
    began = time.monotonic()
    for done in range(1_001):
        job._report(Progress("apply", done, 1_000))
    took = time.monotonic() - began
    assert seen[0].done == 0
    assert seen[-1].done == 1_000
    assert len(seen) <= 2 + 10 * took


def test_the_pace_of_a_job_tells_its_rate_and_the_time_left() -> None:
    now = 100.0
    maker = PaceMaker(lambda: now)
    now = 103.0
    assert maker.pace() == Pace(None, 3.0)
    maker.report(Progress("apply", 0, 1_200))
    now = 106.0
    maker.report(Progress("apply", 300, 1_200))
    assert maker.pace() == Pace(Progress("apply", 300, 1_200), 6.0, 100.0, 9.0)
    maker.report(Progress("write", 50, None))
    assert maker.pace().rate is None
    now = 108.0
    maker.report(Progress("write", 90, None))
    assert maker.pace() == Pace(Progress("write", 90, None), 8.0, 20.0, None)


@pytest.mark.parametrize("width", [80, 160])
async def test_the_job_bar_tells_how_fast_it_goes_and_how_long_it_takes_yet(
    finished: Project, width: int
) -> None:
    async with opened(finished, "functions", size=(width, 24)) as (app, pilot):
        bar = app.screen.query_one(JobBar)
        bar.show_job("apply", Pace(None, 12.3))
        await pilot.pause()
        assert "at work for 12 s" in str(bar.render())
        bar.show_job("apply", Pace(Progress("apply", 300, 12_000), 3.0, 100.0, 117.0))
        await pilot.pause()
        shown = str(bar.render())
        assert "300 of 12,000 · 100 a second · 2 min left" in shown
        assert shown.index("esc cancels") < width - 10


def test_small_data_are_applied_in_steps(project: Project, write_csv: Callable[..., Path]) -> None:
    rows = [{"id": f"r{i}", "text": f"win {i}"} for i in range(2_400)]
    import_files(project, [write_csv("rows.csv", rows)])
    (project.functions_folder / "wins.py").write_text(
        'from workbench import keywords\n\nkeywords("wins", ["win"], "spam")\n'
    )
    seen: list[Progress] = []
    result = apply_functions(project, progress=seen.append)
    assert [(p.done, p.total) for p in seen] == [
        (done, 2_400) for done in (0, 500, 1_000, 1_500, 2_000, 2_400)
    ]
    assert result.functions[0].n_votes == 2_400
