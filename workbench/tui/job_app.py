"""Commands as jobs of the interface: one at a time, in a process of its own, with its pace."""

from __future__ import annotations

import asyncio
import shlex
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.reactive import reactive

from workbench.errors import WorkbenchError
from workbench.services.project import Project
from workbench.tui.commands import is_read, parse, signed
from workbench.tui.jobs import Job, Pace, PaceMaker, ending
from workbench.tui.key_names import key
from workbench.tui.keyed_app import KeyedApp
from workbench.tui.widgets.text_pane import TextPane
from workbench.tui.writer import Writer
from workbench.types import Progress

if TYPE_CHECKING:
    from workbench.tui.views.base import View

_LEAST_COLUMNS = 40
"""Narrower tables say nothing; they are cut off on a narrower screen."""


class JobApp(KeyedApp):
    """An app of one project that runs the commands of the command line.

    A subclass says in `view` what is shown, and in `job_changed` how to see what a job changed.
    """

    project: Project
    writer: Writer

    job_command: reactive[str | None] = reactive(None)
    job_pace: reactive[Pace | None] = reactive(None)
    annotator: reactive[str] = reactive("")
    """Who decides."""

    def __init__(self) -> None:
        super().__init__()
        self.failed_line = ""
        """The command that was not done, which the command line offers again; empty for none."""
        self._job: Job | None = None
        self._pace_maker = PaceMaker()

    @property
    def view(self) -> View:
        """The view that is shown."""
        raise NotImplementedError

    async def job_changed(self) -> None:
        """Take notice of what a job has changed."""
        raise NotImplementedError

    def check_open(self) -> None:
        """End work whose screen has gone: nobody looks any more."""
        if not self.is_running:
            raise asyncio.CancelledError

    @property
    def busy(self) -> str | None:
        """Why no command can be started now; None where one can."""
        if self._job is None:
            return None
        return f"{self._job.command} is running: {key('app.escape')} cancels it"

    def run_line(self, line: str) -> None:
        """Run a command of the workbench with its options as a job; show what it prints to read."""
        self.failed_line = line
        with self.view.guard():
            words = parse(line)
            if is_read(words):
                self.start_job(words, title=shlex.join(words))
            else:
                self.start_job(signed(words, self.annotator))

    def start_job(self, arguments: Sequence[str], *, title: str = "") -> None:
        """Run a command in a process of its own, one at a time.

        Parameters
        ----------
        arguments
            The command and its options.
        title
            Over what it prints, where that is to be read; else its document goes to the view.
        """
        if (busy := self.busy) is not None:
            self.view.complain(busy)
            return
        columns = max(_LEAST_COLUMNS, self.size.width - TextPane.FRAME_CELLS) if title else None
        self._job = Job(
            self.project.root, arguments, on_progress=self._on_progress, columns=columns
        )
        self._pace_maker = PaceMaker()
        self.job_pace = self._pace_maker.pace()
        self.job_command = self._job.command
        self._run_job(self._job, title, self.view)

    def tell_pace(self) -> None:
        """Tell how long the job runs, while it reports nothing."""
        if self._job is not None:
            self.job_pace = self._pace_maker.pace()

    def _on_progress(self, progress: Progress) -> None:
        self._pace_maker.report(progress)
        self.job_pace = self._pace_maker.pace()

    @work(group="job")
    async def _run_job(self, job: Job, title: str, asker: View) -> None:
        try:
            # What was decided so far is a run that the command can build on.
            await self.writer.end_sitting()
            result = await job.run()
        except (WorkbenchError, sqlite3.Error) as error:
            self.view.complain(str(error))
            return
        finally:
            self._job = None
            self.job_command = None
        self.check_open()
        if not result.has_failed:
            self.failed_line = ""
        await self.job_changed()
        if result.text:
            self.view.show_text(title, result.text)
        if not title:
            # Who asked for a document gets it, also where another view is shown by then.
            asker.job_ended(result)
            if self.view is not asker:
                self.view.read_again()
        with self.view.guard():
            line = ending(self.project, result)
            if line is not None:
                tell = self.view.complain if result.has_failed else self.view.say
                tell(line)

    @work(group="cancel")
    async def cancel_job(self) -> None:
        """Cancel the running command."""
        await self.end_job()

    async def end_job(self) -> None:
        """Cancel the running command, if one runs, and wait until it has ended."""
        if self._job is not None:
            await self._job.cancel()
