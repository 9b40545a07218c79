"""``workbench lf watch``, and an apply or a watch that is told to end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from workbench.services.config import write_config
from workbench.services.project import Project

Cli = Callable[..., Any]


def test_watch_prints_what_the_first_apply_changed(cli: Cli, voted: Project) -> None:
    script = voted.functions_folder / "more.py"
    script.write_text("from workbench import keywords\nkeywords('w', ['free'], 'spam')\n")
    shown = cli("-C", voted.root, "lf", "watch", "--once")
    assert "w     new" in shown.out
    script.write_text("from workbench import keywords\nkeywords('w', ['free'], 'eggs')\n")
    step = json.loads(cli("-C", voted.root, "lf", "watch", "--once", "--json").out)
    assert "cannot vote" in step["applied"]["problems"][0]["message"]
    assert "cannot vote" in cli("-C", voted.root, "lf", "watch", "--once").out


def test_watch_without_examples_says_so_and_goes_on(cli: Cli, project: Project) -> None:
    assert "no examples yet" in cli("-C", project.root, "lf", "watch", "--once").out


LEAVES_CHILDREN = """
import os, subprocess, time
from workbench import labeling_function

@labeling_function()
def leaves(record):
    with open("pids", "a") as file:
        for env in (None, {}):
            child = subprocess.Popen(["/bin/sleep", "600"], start_new_session=True, env=env)
            file.write(f"{child.pid}\\n")
    time.sleep(3600)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_apply_that_is_told_to_end_takes_along_what_functions_started(
    cli: Cli, filled: Project, number: signal.Signals
) -> None:
    (filled.functions_folder / "leaves.py").write_text(LEAVES_CHILDREN)
    write_config(filled.root / "workbench.toml", replace(filled.config, row_timeout=3600.0))
    pids = filled.root / "pids"
    with started(filled, "apply", stderr=subprocess.PIPE) as process:
        wait_until(lambda: pids.exists() and len(pids.read_text().splitlines()) >= 2)
        process.send_signal(number)
        _, said = process.communicate(timeout=120)
    assert "stopped; nothing is half-written" in said
    assert "Traceback" not in said
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids.read_text().split()))
    assert filled.store.runs.newest(kind="apply")[0].outcome == "cancelled"


@contextmanager
def started(project: Project, *words: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a command that hears signals, whatever the shell behind the tests made us ignore."""

    def hear() -> None:
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)

    command = [sys.executable, "-m", "workbench", "-C", str(project.root), *words]
    with subprocess.Popen(command, text=True, preexec_fn=hear, **options) as process:  # noqa: PLW1509
        try:
            yield process
        finally:
            process.kill()


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_watch_says_once_that_there_is_nothing_to_watch_yet(cli: Cli, filled: Project) -> None:
    for path in filled.functions_folder.iterdir():
        path.unlink()
    watch = ("lf", "watch", "--every", "0.05")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with started(filled, *watch, **pipes, bufsize=1) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        rest, said = process.communicate(timeout=120)
    assert lines[2].strip() == "no vote changed"
    assert (rest, said, process.returncode) == ("", "", 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_watch_that_is_told_to_end_ends_well(voted: Project, number: signal.Signals) -> None:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with started(voted, "lf", "watch", "--every", "600", **pipes, bufsize=1) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        assert lines[2].strip() == "no vote changed"  # and the workers of the apply are gone
        process.send_signal(number)
        rest, said = process.communicate(timeout=120)
    assert (rest, said, process.returncode) == ("", "", 0)
