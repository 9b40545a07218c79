"""What every view shares: the frame, errors shown in place, reading anew when data changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.screen import Screen

from workbench.errors import WorkbenchError
from workbench.tui.actions import Action
from workbench.tui.app_actions import APP_ACTIONS, leader_actions
from workbench.tui.widgets.frame import JobBar, NextLine, StatusLine, TitleBar
from workbench.tui.widgets.help_panel import HelpPanel
from workbench.tui.widgets.key_bar import KeyBar
from workbench.tui.widgets.picker import PICKER_ACTIONS, Choice, Picker

if TYPE_CHECKING:
    from workbench.services.project import Project
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.jobs import JobResult

T = TypeVar("T")

COMMANDS = "commands"
"""The purpose of the picker when it is the command line."""

_ALWAYS_SHOWN = ("go", "command", "help")


class View(Screen[None]):
    """One view: a screen with the common frame around its body.

    A subclass sets ``NAME`` and ``ACTIONS`` (and ``BINDINGS = bindings(ACTIONS)``), composes its
    body in `compose_body`, and reads its data in `read`.
    """

    NAME: ClassVar[str]
    ACTIONS: ClassVar[tuple[Action, ...]] = ()

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # as Textual has it

    def __init__(self) -> None:
        super().__init__()
        self._read_generation = -1

    @property
    def workbench(self) -> WorkbenchApp:
        """The application, by its own type."""
        return cast("WorkbenchApp", self.app)

    @property
    def project(self) -> Project:
        """The project that is shown."""
        return self.workbench.project

    def compose(self) -> ComposeResult:
        """Make the frame and the body in it."""
        yield TitleBar(self.NAME, self.project.root.name)
        yield NextLine(id="next-line")
        yield HelpPanel(id="help-panel")
        yield from self.compose_body()
        yield Picker(id="picker")
        yield StatusLine(id="status-line")
        yield JobBar(id="job-bar")
        yield KeyBar(id="key-bar")

    def compose_body(self) -> ComposeResult:
        """Make the widgets between the frame's lines."""
        raise NotImplementedError

    def read(self) -> None:
        """Read the data anew and show it; errors are shown by the caller."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Show what the app knows, and follow it."""
        app = self.workbench
        self.watch(app, "status", self._show_status)
        self.watch(app, "job_command", self._show_job)
        self.watch(app, "job_progress", self._show_job)
        self.watch(app, "is_leader_pending", self.refresh_keys)
        self.query_one(HelpPanel).show(self.NAME, self.ACTIONS)

    def on_screen_resume(self) -> None:
        """Read anew when something has changed while another view was shown."""
        self.refresh_keys()
        if self._read_generation != self.workbench.generation:
            self.read_again()

    def read_again(self) -> None:
        """Read the data anew; an error of the store is told, and what was shown stays."""
        with self.guard():
            self.read()
        self.mark_fresh()

    def job_ended(self, result: JobResult) -> None:
        """Show what a command has changed; a view that wants its document overrides this."""
        self.read_again()

    def mark_fresh(self) -> None:
        """Note that the view shows the data as it is now."""
        self._read_generation = self.workbench.generation

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Show an error of the services or of the database in the status line."""
        try:
            yield
        except (WorkbenchError, sqlite3.Error) as error:
            self.complain(str(error))

    def say(self, text: str) -> None:
        """Tell what was done."""
        self.query_one(StatusLine).say(text)

    def complain(self, text: str) -> None:
        """Tell what went wrong."""
        self.query_one(StatusLine).complain(text)

    def _show_status(self) -> None:
        self.query_one(TitleBar).show_status(self.workbench.status)
        self.query_one(NextLine).show_status(self.workbench.status)

    def _show_job(self) -> None:
        app = self.workbench
        self.query_one(JobBar).show_job(app.job_command, app.job_progress)

    def refresh_keys(self) -> None:
        """Show the keys of the moment."""
        bar = self.query_one(KeyBar)
        if self.query_one(Picker).is_open:
            bar.show(PICKER_ACTIONS)
        elif self.workbench.is_leader_pending:
            bar.show(leader_actions(), heading="go to")
        else:
            always = [action for action in APP_ACTIONS if action.name in _ALWAYS_SHOWN]
            bar.show(self.ACTIONS, always)

    def commands(self) -> Sequence[Action]:
        """Return what the command line offers here."""
        return [action for action in (*self.ACTIONS, *APP_ACTIONS) if action.is_for_command_line]

    def open_picker(self, purpose: str, prompt: str, choices: Sequence[Choice]) -> None:
        """Open the docked line."""
        self.query_one(Picker).open(purpose, prompt, choices)
        self.refresh_keys()

    def open_command_line(self) -> None:
        """Open the docked line with everything that can be done here."""
        self.open_picker(
            COMMANDS,
            "a command",
            [Choice(a.name, f"{a.description}  {a.key_display}".rstrip()) for a in self.commands()],
        )

    def toggle_help(self) -> None:
        """Show or hide all keys."""
        self.query_one(HelpPanel).toggle()

    def close_top(self) -> bool:
        """Close what is open; tell whether there was something."""
        picker, help_panel = self.query_one(Picker), self.query_one(HelpPanel)
        if picker.is_open:
            picker.close()
            return True
        if help_panel.is_open:
            help_panel.close()
            return True
        return False

    @on(Picker.Closed)
    def _on_picker_closed(self) -> None:
        self.refresh_keys()

    @on(Picker.Chosen)
    async def _on_chosen(self, event: Picker.Chosen) -> None:
        if event.purpose == COMMANDS:
            action = next(a for a in self.commands() if a.name == event.choice.name)
            await self.run_named(action)
        else:
            self.picked(event.purpose, event.choice.name)

    async def run_named(self, action: Action) -> None:
        """Run an action of this view or of the app."""
        node = self if action in self.ACTIONS else self.app
        await self.app.run_action(action.call, node)

    def picked(self, purpose: str, name: str) -> None:
        """Take a choice that the view asked for."""

    async def read_apart(self, read: Callable[[Project], T]) -> T:
        """Read with a connection of its own in a thread, for what may take long."""
        return await self.workbench.read_apart(read)
