"""Long work in a process of its own: the same commands that people type."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from workbench.figures import tallied
from workbench.name_lists import quoted_list
from workbench.services.history import log
from workbench.services.project import Project
from workbench.tui.commands import ACTS
from workbench.tui.key_names import spell
from workbench.types import Progress

GRACE_SECONDS: Final = 3.0
"""How long a cancelled job may take to put its things in order before it is killed."""

_SECONDS_BETWEEN_REPORTS: Final = 0.1
_LINE_LIMIT: Final = 1 << 20

_LEAST_SECONDS_FOR_A_RATE: Final = 1.0


@dataclass(frozen=True, slots=True)
class JobResult:
    """How a job ended.

    ``outcome`` is ``done``, ``failed`` or ``cancelled``; ``document`` is the JSON that the command
    printed, None for none (a failed one may have one: labeling functions fail on single rows);
    ``messages`` are the plain lines of its stderr. ``text`` is what a command that was run to be
    read has printed for people.
    """

    command: str
    outcome: str
    document: Any
    messages: tuple[str, ...]
    seconds: float
    text: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether it failed, or left nothing to read."""
        is_empty = self.document is None and not self.text
        return self.outcome != "cancelled" and (self.outcome == "failed" or is_empty)


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a job is and how fast it goes.

    ``rate`` is in units a second since the stage was first heard of, ``seconds_left`` what that
    leaves of the stage; both are None before they can be told.
    """

    progress: Progress | None
    seconds: float
    rate: float | None = None
    seconds_left: float | None = None


class PaceMaker:
    """Tells the pace of a job from its reports.

    Parameters
    ----------
    clock
        Returns the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._progress: Progress | None = None
        self._stage_began = self._began
        self._done_before = 0

    def report(self, progress: Progress) -> None:
        """Take a report."""
        if self._progress is None or self._progress.stage != progress.stage:
            # What was done of a stage before it was first heard of tells nothing of its pace.
            self._stage_began, self._done_before = self._clock(), progress.done
        self._progress = progress

    def pace(self) -> Pace:
        """Return the pace as it is now."""
        now, progress = self._clock(), self._progress
        seconds = now - self._began
        if progress is None:
            return Pace(None, seconds)
        n_done, took = progress.done - self._done_before, now - self._stage_began
        if n_done <= 0 or took < _LEAST_SECONDS_FOR_A_RATE:
            return Pace(progress, seconds)
        rate = n_done / took
        left = None if progress.total is None else max(0, progress.total - progress.done) / rate
        return Pace(progress, seconds, rate, left)


class Job:
    """One command of the workbench in a worker process.

    Parameters
    ----------
    root
        The project's folder.
    arguments
        The command and its options, without ``--json``.
    on_progress
        Called at most ten times a second.
    columns
        The width of what it prints for people; None: it prints JSON.
    """

    def __init__(
        self,
        root: Path,
        arguments: Sequence[str],
        *,
        on_progress: Callable[[Progress], None],
        columns: int | None = None,
    ) -> None:
        self.command = arguments[0]
        self._columns = columns
        self._line = [sys.executable, "-m", "workbench", "-C", str(root), *arguments]
        if columns is None:
            self._line.append("--json")
        self._on_progress = on_progress
        self._process: Process | None = None
        self._reported_at = 0.0
        self._is_cancelled = False

    async def run(self) -> JobResult:
        """Run the command to its end."""
        began = time.monotonic()
        # Its own process group, so that a kill takes its workers along.
        self._process = await asyncio.create_subprocess_exec(
            *self._line,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            env=self._environment(),
            start_new_session=True,
            limit=_LINE_LIMIT,
        )
        if self._is_cancelled:
            self._signal(signal.SIGINT)
        assert self._process.stdout is not None
        try:
            output, messages = await asyncio.gather(
                self._process.stdout.read(), self._read_messages()
            )
            code = await self._process.wait()
        except asyncio.CancelledError:
            # Who waits for the job has gone; nothing of it may go on.
            await self.cancel()
            raise
        outcome = "done" if code == 0 else "cancelled" if self._is_cancelled else "failed"
        if outcome == "failed" and not messages:
            messages = [f"{self.command} ended with code {code}"]
        is_text = self._columns is not None
        return JobResult(
            command=self.command,
            outcome=outcome,
            document=None if is_text else _document(output),
            messages=tuple(messages),
            seconds=time.monotonic() - began,
            text=output.decode("utf-8", "replace") if is_text else "",
        )

    def _environment(self) -> dict[str, str]:
        environment = {**os.environ, "WORKBENCH_PROGRESS": "json"}
        if self._columns is not None:
            # Nor may a setting that forces colours put escapes into the text.
            for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
                environment.pop(name, None)
            environment |= {"COLUMNS": str(self._columns), "NO_COLOR": "1"}
        return environment

    async def cancel(self) -> None:
        """Ask the command to stop; kill it and its workers when it does not."""
        self._is_cancelled = True
        if self._process is None or self._process.returncode is not None:
            return
        self._signal(signal.SIGINT)
        try:
            await asyncio.wait_for(self._process.wait(), GRACE_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def _read_messages(self) -> list[str]:
        """Report the progress lines of stderr, and return the others."""
        assert self._process is not None
        assert self._process.stderr is not None
        messages: list[str] = []
        while True:
            try:
                raw = await self._process.stderr.readline()
            except ValueError:  # a line beyond the limit; its buffer is emptied
                continue
            if not raw:
                return messages
            line = raw.decode("utf-8", "replace").rstrip()
            progress = _progress_of(line)
            if progress is not None:
                self._report(progress)
            elif line:
                messages.append(line)

    def _report(self, progress: Progress) -> None:
        is_last = progress.total is not None and progress.done >= progress.total
        if is_last or time.monotonic() - self._reported_at >= _SECONDS_BETWEEN_REPORTS:
            self._reported_at = time.monotonic()
            self._on_progress(progress)


def ending(project: Project, result: JobResult) -> str | None:
    """Return what to say of a job that ended, with the counts of its run.

    None for a trial, which leaves no run: the view tells what it found; and for what was run to be
    read: it is shown.
    """
    said = "\n".join(result.messages)
    if result.outcome == "cancelled":
        return f"{result.command} was cancelled; nothing is half-written"
    if result.document is None:
        return said or None
    if result.command == "lf":
        return None
    runs = log(project, kind=result.command, limit=1)
    counts = tallied(runs[0].counts) if runs else []
    if isinstance(result.document, dict) and result.command == "class":
        counts = [f"the classes are {quoted_list(result.document['after'])}"]
    undo = [spell("{app.undo} to undo")] if result.command in ACTS else []
    line = " · ".join([f"{result.command} took {result.seconds:.1f} s", *counts, *undo])
    return "\n".join(filter(None, [line, said])) if result.has_failed else line


def _progress_of(line: str) -> Progress | None:
    """Return the progress that a line of stderr reports; None for a message."""
    if not line.startswith("{"):
        return None
    try:
        document = json.loads(line)
        total = document["total"]
        return Progress(
            str(document["stage"]), int(document["done"]), None if total is None else int(total)
        )
    except (ValueError, KeyError, TypeError):
        return None


def _document(output: bytes) -> Any:
    try:
        return json.loads(output)
    except ValueError:
        return None
