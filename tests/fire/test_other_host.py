"""Runs whose host has another name: of a container, or from before a project was moved."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.services.project import Project
from workbench.services.verify import verify

RUNNER = """
import os, signal, socket, sys
from pathlib import Path

socket.gethostname = lambda: "elsewhere"
from workbench.services.project import Project
from workbench.services.running import record_run

with Project(Path(sys.argv[1])) as project, record_run(project.store, "train") as run:
    print(run.run_id, flush=True)
    sys.stdin.readline()
    with run.finish({}):
        pass
"""


@pytest.fixture
def runner(filled: Project) -> Iterator[subprocess.Popen[str]]:
    """A process on a host of another name, in the middle of a run."""
    filled.close()
    process = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(filled.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


def outcome(root: Path, run_id: int) -> str:
    with Project(root) as project:
        assert verify(project).is_sound
        run = project.store.runs.get(run_id)
        assert run is not None
        assert run.process.startswith("elsewhere:")
        return run.outcome


def begin(runner: subprocess.Popen[str]) -> int:
    assert runner.stdout is not None
    return int(runner.stdout.readline())


def test_a_run_at_work_is_left_alone(filled: Project, runner: subprocess.Popen[str]) -> None:
    run_id = begin(runner)
    assert outcome(filled.root, run_id) == "running"
    runner.communicate("go on\n")
    assert runner.returncode == 0
    assert outcome(filled.root, run_id) == "done"


def test_a_run_whose_process_was_killed_is_closed(
    filled: Project, runner: subprocess.Popen[str]
) -> None:
    run_id = begin(runner)
    runner.kill()
    runner.wait()
    assert outcome(filled.root, run_id) == "crashed"
    with Project(filled.root) as project:
        mode = project.store._connection.execute("PRAGMA journal_mode").fetchone()
    assert mode == ("wal",)


def test_nobody_can_tell_while_others_have_the_file_open(
    filled: Project, runner: subprocess.Popen[str]
) -> None:
    with Project(filled.root):
        run_id = begin(runner)
        runner.kill()
        runner.wait()
        assert outcome(filled.root, run_id) == "running"
    assert outcome(filled.root, run_id) == "crashed"
