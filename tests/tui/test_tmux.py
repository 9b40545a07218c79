"""The real program in a real terminal: decisions outlive a kill."""

from __future__ import annotations

import json
import os
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbench.services.project import Project
from workbench.tui.widgets.function_table import COLUMNS

pytestmark = [
    pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux, which is not installed"),
    pytest.mark.usefixtures("worker_environment"),
]

PATIENCE_SECONDS = 120.0


class Terminal:
    """A tmux server of its own with one window."""

    def __init__(self, name: str) -> None:
        self.name = name

    def run(self, *arguments: str) -> str:
        """Run a tmux command."""
        line = ["tmux", "-L", self.name, "-f", "/dev/null", *arguments]
        return subprocess.run(line, capture_output=True, text=True, check=True).stdout

    def wait_for(self, what: Callable[[], bool]) -> None:
        """Look again and again until something holds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not what():
            if time.monotonic() > deadline:
                pytest.fail(f"waited in vain; the screen is:\n{self.screen}")
            select.select([], [], [], 0.05)  # leave the processor to the program

    @property
    def screen(self) -> str:
        """What the terminal shows."""
        return self.run("capture-pane", "-p")

    @property
    def lines(self) -> list[str]:
        """What it shows, line by line."""
        return self.screen.splitlines()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A terminal that is gone after the test."""
    # A name of its own: the server of the test before may still be on its way out.
    opened = Terminal(f"workbench-test-{os.getpid()}-{time.monotonic_ns()}")
    # It outlives its last window, so that no start meets a server on its way out.
    opened.run("start-server", ";", "set-option", "-g", "exit-empty", "off")
    yield opened
    opened.run("kill-server")


def start(
    terminal: Terminal,
    project: Project,
    *options: str,
    view: str = "annotate",
    output: Path | None = None,
) -> None:
    """Start the program in the window."""
    program = [sys.executable, "-m", "workbench", "-C", str(project.root), "tui"]
    command = shlex.join([*program, "--annotator", "ana", "--view", view, *options])
    command += "" if output is None else f" > {shlex.quote(str(output))}"
    terminal.run("new-session", "-d", "-x", "80", "-y", "24", f"exec {command}")


def kill(terminal: Terminal) -> None:
    """Kill the program as a power cut would."""
    os.kill(int(terminal.run("list-panes", "-F", "#{pane_pid}")), signal.SIGKILL)
    terminal.wait_for(lambda: not terminal.run("list-sessions"))


def test_thirty_decisions_outlive_a_kill_and_the_next_start_shows_them(
    finished: Project, terminal: Terminal
) -> None:
    start(terminal, finished)
    terminal.wait_for(lambda: "asked because" in terminal.screen)
    # The batch of six, then the rest of the training rows.
    terminal.run("send-keys", *"111111")
    terminal.wait_for(lambda: "No row waits" in terminal.screen)
    terminal.run("send-keys", "r")
    terminal.wait_for(lambda: "asked because" in terminal.screen)
    for _ in range(6):
        terminal.run("send-keys", *"1212")
    terminal.wait_for(lambda: "24 done" in terminal.screen)
    # A mark is on the screen before its decision is written; that is said below.
    last = finished.store.decisions
    terminal.wait_for(lambda: len(last.active()) == 30)
    kill(terminal)
    # A new connection: what a person finds who starts again.
    with Project(finished.root) as again:
        decisions = again.store.decisions.active()
        assert [event.class_id for event in decisions] == [0] * 6 + [0, 1] * 12
        assert again.store.decisions.broken_link() is None
    start(terminal, finished)
    terminal.wait_for(lambda: "asked because" in terminal.screen)
    terminal.run("send-keys", "h")
    terminal.wait_for(lambda: "1 of 30" in terminal.screen)


def test_undo_flag_and_accept_are_in_the_database_when_the_screen_says_so(
    finished: Project, terminal: Terminal
) -> None:
    start(terminal, finished)
    terminal.wait_for(lambda: "asked because" in terminal.screen)
    terminal.run("send-keys", *"12afu")
    terminal.wait_for(lambda: "undone: flag" in terminal.screen)
    kill(terminal)
    with Project(finished.root) as again:
        assert [event.kind for event in again.store.decisions.active()] == ["label"] * 3


def test_what_was_done_is_printed_once_it_is_closed(
    finished: Project, terminal: Terminal, tmp_path: Path
) -> None:
    report = tmp_path / "done.json"
    start(terminal, finished, "--json", output=report)
    terminal.wait_for(lambda: "asked because" in terminal.screen)
    terminal.run("send-keys", *"12u")
    terminal.wait_for(lambda: "undone: label" in terminal.screen)
    terminal.run("send-keys", "C-q")
    terminal.wait_for(lambda: report.read_text().endswith("}\n"))
    done = json.loads(report.read_text())
    assert (done["annotator"], done["counts"]) == ("ana", {"label": 2, "undo": 1})
    assert done["next_command"].startswith("workbench ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_it_and_leaves_the_terminal_as_it_was(
    finished: Project, terminal: Terminal, tmp_path: Path, number: int
) -> None:
    program = [
        sys.executable,
        "-m",
        "workbench",
        "-C",
        str(finished.root),
        "tui",
        "--view",
        "annotate",
    ]
    place = shlex.quote(str(tmp_path / "pid"))
    inner = shlex.quote(f"echo $$ > {place}; exec {shlex.join(program)}")
    after = "echo code $?; stty -a | grep -ow -e -echo -e echo; exec cat"
    terminal.run("new-session", "-d", "-x", "80", "-y", "24", f"sh -c {inner}; {after}")
    terminal.wait_for(lambda: "asked because" in terminal.screen)
    terminal.run("send-keys", "1")
    terminal.wait_for(lambda: "to undo" in terminal.screen)
    os.kill(int((tmp_path / "pid").read_text()), number)
    terminal.wait_for(lambda: f"code {128 + number}" in terminal.lines)
    terminal.wait_for(lambda: "echo" in terminal.lines)
    assert "1 label" in terminal.screen
    assert "asked because" not in terminal.screen
    with Project(finished.root) as again:
        assert [run.outcome for run in again.store.runs.newest(kind="annotate")] == ["done"]


def test_functions_shows_every_column_that_fits_on_the_first_visit(
    finished: Project, terminal: Terminal
) -> None:
    start(terminal, finished)
    terminal.wait_for(lambda: "asked because" in terminal.screen)
    terminal.run("send-keys", "gf")
    terminal.wait_for(lambda: "4 functions" in terminal.screen and "urgent" in terminal.screen)
    heads = [name for name, _ in COLUMNS]
    terminal.wait_for(
        lambda: any(line.split() == " ".join(heads).split() for line in terminal.lines)
    )
