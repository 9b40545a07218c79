"""Jobs: a command in a process of its own, its progress, its end, its cancelling."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from workbench.services.project import Project
from workbench.tui import jobs
from workbench.tui.jobs import Job
from workbench.types import Progress

pytestmark = pytest.mark.usefixtures("worker_environment")

ENDLESS = """
from workbench import labeling_function

@labeling_function()
def endless(record):
    while True:
        pass
"""


@pytest.fixture
def endless(filled: Project) -> Project:
    """A project with a labeling function that never ends, and all the time for it."""
    config = filled.root / "workbench.toml"
    config.write_text(config.read_text().replace("row_timeout = 1.0", "row_timeout = 600.0"))
    (filled.functions_folder / "endless.py").write_text(ENDLESS)
    return filled


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
    started = asyncio.Event()
    job = Job(endless.root, ["apply"], on_progress=lambda _: started.set())
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
        await asyncio.sleep(0)


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
    for done in range(1_001):
        job._report(Progress("apply", done, 1_000))
    assert seen[0].done == 0
    assert seen[-1].done == 1_000
    assert len(seen) < 10
