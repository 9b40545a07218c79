"""The application: views as modes, one job at a time, and an eye on the database."""

from __future__ import annotations

import asyncio
import shlex
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import events, on, work
from textual.app import App
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input, TextArea

from workbench.errors import WorkbenchError
from workbench.services.annotate import Session
from workbench.services.history import log
from workbench.services.project import Project
from workbench.services.status import Status, status
from workbench.tui.actions import bindings
from workbench.tui.app_actions import APP_ACTIONS, LEADER_KEY
from workbench.tui.jobs import Job, JobResult
from workbench.tui.views import VIEWS
from workbench.tui.widgets.frame import TitleBar
from workbench.types import Progress

if TYPE_CHECKING:
    from workbench.tui.views.base import View

T = TypeVar("T")

_POLL_SECONDS = 1.0

_JOBS = ("apply", "aggregate", "train", "propose", "audit", "diagnose")
"""The commands that run as a job."""

_PLACES = {"annotate": "annotate", "tui": "audit", "lf": "functions"}
"""Where a command that needs a person leads instead."""


class WorkbenchApp(App[None]):
    """The terminal interface of one project.

    Parameters
    ----------
    project
        An opened project; the caller closes it.
    annotator
        Who decides; the user's name by default.
    view
        The view to begin with.
    """

    TITLE = "workbench"
    CSS_PATH = "workbench.tcss"
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        spec.name: spec.make for spec in VIEWS
    }
    BINDINGS = bindings(APP_ACTIONS)

    status: reactive[Status | None] = reactive(None)
    job_command: reactive[str | None] = reactive(None)
    job_progress: reactive[Progress | None] = reactive(None)
    is_leader_pending: reactive[bool] = reactive(False)

    def __init__(
        self, project: Project, annotator: str | None = None, *, view: str = VIEWS[0].name
    ) -> None:
        super().__init__()
        self.project = project
        self.session = Session(project, annotator=annotator)
        self.generation = 0
        self._first_view = view
        self._data_version = project.store.data_version()
        self._is_status_stale = True
        self._job: Job | None = None

    @property
    def view(self) -> View:
        """The view that is shown."""
        return cast("View", self.screen)

    async def on_mount(self) -> None:
        """Show the first view and begin to watch the database."""
        await self.switch_mode(self._first_view)
        self.set_interval(_POLL_SECONDS, self.poll)
        self.call_after_refresh(self.poll)

    async def on_unmount(self) -> None:
        """Stop the running command and end the run of the sitting."""
        if self._job is not None:
            await self._job.cancel()
        self.close_session()

    def close_session(self) -> None:
        """End the run of the sitting; the next decision begins another."""
        try:
            self.session.close()
        except (WorkbenchError, sqlite3.Error) as error:
            # Its decisions are committed; the next opening marks the run as ended.
            self.log.error(str(error))

    # -- what changed -------------------------------------------------------------------------

    def touch(self) -> None:
        """Note that the data changed; views read anew when they are next shown."""
        self.generation += 1
        self._is_status_stale = True

    def poll(self) -> None:
        """Look whether another process changed the database, and bring the status up to date."""
        with self.view.guard():
            version = self.project.store.data_version()
            if version != self._data_version:
                self._data_version = version
                self.project.reload_classes()
                self.touch()
                self.view.read_again()
        if self._is_status_stale:
            self._is_status_stale = False
            self._read_status()

    @work(exclusive=True, group="status")
    async def _read_status(self) -> None:
        with self.view.guard():
            self.status = await self.read_apart(status)

    async def read_apart(self, read: Callable[[Project], T]) -> T:
        """Read with a connection of its own in a thread; the screen stays alive."""
        return await asyncio.to_thread(_read, self.project.root, read)

    # -- going about --------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Take the leader key and the one behind it before anything else can.

        A binding would see the leader too late: over a slow line both arrive in one piece.
        """
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif self.is_leader_pending:
            self.is_leader_pending = False
            for spec in VIEWS:
                if spec.key == event.key:
                    await self.action_go(spec.name)
        elif event.key == LEADER_KEY and not self._is_typing():
            self.action_leader()
        else:
            await super().on_event(event)

    def _is_typing(self) -> bool:
        focused = self.focused
        is_edited = isinstance(focused, TextArea) and not focused.read_only
        return is_edited or isinstance(focused, Input)

    def action_leader(self) -> None:
        """Wait for the letter of a view."""
        self.is_leader_pending = True

    async def action_go(self, view: str) -> None:
        """Show a view."""
        await self.switch_mode(view)

    async def action_turn(self, step: int) -> None:
        """Show the view beside this one."""
        names = [spec.name for spec in VIEWS]
        await self.action_go(names[(names.index(self.current_mode) + step) % len(names)])

    @on(TitleBar.ViewChosen)
    async def _on_view_chosen(self, event: TitleBar.ViewChosen) -> None:
        await self.action_go(event.view)

    def action_command_line(self) -> None:
        """Open the command line."""
        self.view.open_command_line()

    def action_help(self) -> None:
        """Show or hide all keys."""
        self.view.toggle_help()

    async def action_escape(self) -> None:
        """Close what is open; else cancel the running command."""
        if not self.view.close_top() and self._job is not None:
            self.view.say(f"cancelling {self._job.command} …")
            self._cancel_job()

    # -- jobs ---------------------------------------------------------------------------------

    async def action_next_step(self) -> None:
        """Do what helps most now."""
        if self.status is None:
            return
        words = shlex.split(self.status.next_command)[1:]
        if words[0] in _JOBS:
            self.start_job(words)
        elif words[0] in _PLACES:
            await self.action_go(_PLACES[words[0]])
        else:
            self.view.say(f"in a shell: {self.status.next_command}")

    def action_run_command(self, command: str) -> None:
        """Run a command of the workbench as a job."""
        self.start_job([command])

    def start_job(self, arguments: Sequence[str]) -> None:
        """Run a command in a process of its own, one at a time."""
        if self._job is not None:
            self.view.complain(f"{self._job.command} is running: escape cancels it")
            return
        # What was decided so far is a run that the command can build on.
        self.close_session()
        self._job = Job(self.project.root, arguments, on_progress=self._on_progress)
        self.job_progress = None
        self.job_command = self._job.command
        self._run_job(self._job)

    def _on_progress(self, progress: Progress) -> None:
        self.job_progress = progress

    @work(group="job")
    async def _run_job(self, job: Job) -> None:
        try:
            result = await job.run()
        finally:
            self._job = None
            self.job_command = None
        self.touch()
        self.view.job_ended(result)
        with self.view.guard():
            # The job's own changes are on the screen already.
            self._data_version = self.project.store.data_version()
            self._tell(result)

    @work(group="cancel")
    async def _cancel_job(self) -> None:
        if self._job is not None:
            await self._job.cancel()

    def _tell(self, result: JobResult) -> None:
        """Say how a job ended, with the counts of its run."""
        said = "\n".join(result.messages)
        if result.outcome == "cancelled":
            self.view.say(f"{result.command} was cancelled; nothing is half-written")
        elif result.document is None:
            self.view.complain(said)
        else:
            runs = log(self.project, kind=result.command, limit=1)
            counts = [f"{n:,} {name}" for name, n in runs[0].counts.items()] if runs else []
            line = " · ".join([f"{result.command} took {result.seconds:.1f} s", *counts])
            if result.outcome == "done":
                self.view.say(line)
            else:
                self.view.complain("\n".join(filter(None, [line, said])))


def _read(root: Path, read: Callable[[Project], T]) -> T:
    with Project(root) as project:
        return read(project)
