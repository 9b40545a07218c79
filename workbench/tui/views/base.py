"""What every view shares: the frame, errors shown in place, reading anew when data changed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from workbench.errors import WorkbenchError
from workbench.tui.actions import Action, bind_actions
from workbench.tui.app_actions import leader_actions
from workbench.tui.colors import DIGITS
from workbench.tui.commands import members
from workbench.tui.key_names import spell
from workbench.tui.safe_text import one_line, safe
from workbench.tui.tour import STEPS
from workbench.tui.widgets.class_bar import ClassBar
from workbench.tui.widgets.docked import DockedLine
from workbench.tui.widgets.frame import JobBar, NextLine, StaleLine, StatusLine, TitleBar, TourPanel
from workbench.tui.widgets.help_panel import HelpPanel
from workbench.tui.widgets.key_bar import KeyBar
from workbench.tui.widgets.picker import PICKER_ACTIONS, Choice, Picker
from workbench.tui.widgets.prompt import PROMPT_ACTIONS, Prompt
from workbench.tui.widgets.row_list import RowList
from workbench.tui.widgets.text_pane import TEXT_ACTIONS, TextPane

if TYPE_CHECKING:
    from workbench.services.project import Project
    from workbench.services.undo import Turned
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.jobs import JobResult

T = TypeVar("T")

COMMANDS = "commands"
"""The purpose of the picker when it is the command line."""

_ANNOTATOR = "annotator"
"""The purpose of the prompt when it asks who decides."""

_ALWAYS_SHOWN = ("undo", "go", "command", "help")


class View(Screen[None]):
    """One view: a screen with the common frame around its body.

    A subclass sets ``NAME`` and ``ACTIONS``, composes its body in `compose_body`, and reads its
    data in `read`. ``SHOWS`` are the stages of the loop whose results it shows: a line tells when
    one of them is out of date. ``DECIDES`` are the actions that decide about rows: under a pane
    that covers them, their keys close the pane first.
    """

    NAME: ClassVar[str]
    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    SHOWS: ClassVar[tuple[str, ...]] = ()
    DECIDES: ClassVar[tuple[str, ...]] = ()

    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012  # as Textual has it
        (0, "-short"),
        (14, "-low"),
        (20, "-high"),
    ]
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  # as Textual has it
        (0, "-narrow"),
        (110, "-wide"),
        (156, "-broad"),  # where help has room beside three panes
    ]

    def __init__(self) -> None:
        super().__init__()
        self._read_generation = -1
        self._titles: dict[Widget, str] = {}

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
        yield StaleLine(id="stale-line")
        yield TourPanel(id="tour")
        yield HelpPanel(id="help-panel")
        yield from self.compose_body()
        yield TextPane(id="text-pane")
        yield Picker(id="picker")
        yield Prompt(id="prompt")
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
        bind_actions(self, self.ACTIONS, self.actions)
        self.watch(app, "status", self._show_status)
        self.watch(app, "job_command", self._show_job)
        self.watch(app, "job_pace", self._show_job)
        self.watch(app, "is_leader_pending", self._show_leader)
        self.watch(app, "tour_step", self._show_tour)
        self.query_one(HelpPanel).show(self.NAME, self.actions, app.actions)

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions of the view, with the keys that the user wants."""
        return self.workbench.with_user_keys(self.ACTIONS, self.NAME)

    # -- what a subclass may say --------------------------------------------------------------

    def why_not(self, name: str) -> str | None:
        """Return why an action cannot be done now; None where it can."""
        return None

    def turned(self, turned: Turned) -> None:
        """Show what an undo or redo has changed."""
        self.read_again()

    async def turn(self, turn: str) -> None:
        """Undo or redo the newest act of the annotator."""
        with self.guard():
            turned = await self.workbench.turn_act(turn)
            if turned is None:
                self.say(f"there is nothing to {'undo' if turn == 'undo' else 'put back'}")
                return
            self.turned(turned)
            self.mark_fresh()
            done, other = (
                ("undone", "{app.redo} puts it back")
                if turn == "undo"
                else ("put back", "{app.undo} undoes it")
            )
            about = f" → {one_line(turned.uids[0], 40)}" if turned.n_examples == 1 else ""
            parts = (f"{done}: {turned.text}{about}", turned.change, turned.skips, spell(other))
            self.say(" · ".join(filter(None, parts)))

    def answered(self, purpose: str, text: str) -> Awaitable[None] | None:
        """Take the answer to a question of `ask`."""
        return None

    async def take_class(self, name: str) -> None:
        """Take a class whose digit was pressed, or that was clicked."""

    def typed(self, purpose: str, text: str | None) -> None:
        """Take what is being typed into a live question; None: it was given up."""

    # -- reading ------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """Read anew when something has changed while another view was shown."""
        self.refresh_keys()
        if self._read_generation != self.workbench.generation:
            self.redraw()

    def redraw(self) -> None:
        """Draw everything anew: the data, or the colours, are others."""
        self.query_one(TitleBar).on_resize()
        self.query_one(KeyBar).on_resize()
        for rows in self.query(RowList):
            rows.refresh_rows()
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

    def set_title(self, widget: Widget, title: str) -> None:
        """Set the title in a widget's border, as it stands: Textual would take ``[`` for markup.

        Setting the same title again would draw the whole widget anew.
        """
        if self._titles.get(widget) != title:
            self._titles[widget] = title
            widget.border_title = Content(safe(title))

    def say(self, text: str) -> None:
        """Tell what was done."""
        self.query_one(StatusLine).say(text)

    def complain(self, text: str) -> None:
        """Tell what went wrong."""
        self.query_one(StatusLine).complain(text)

    def _show_status(self) -> None:
        self.query_one(TitleBar).show_status(self.workbench.status)
        self.query_one(NextLine).show_status(self.workbench.status)
        self.query_one(StaleLine).show_status(self.workbench.status, self.SHOWS)
        self.refresh_keys()

    def _show_job(self) -> None:
        app = self.workbench
        self.query_one(JobBar).show_job(app.job_command, app.job_pace)

    def _show_leader(self, is_pending: bool) -> None:
        self.query_one(TitleBar).show_leader(is_pending)
        self.refresh_keys()

    # -- actions ------------------------------------------------------------------------------

    async def action_do(self, name: str, key: str) -> None:
        """Do an action of the view, or say why it cannot be done now."""
        action = next(action for action in self.ACTIONS if action.name == name)
        await self.run_named(action, key)

    async def run_named(self, action: Action, key: str = "") -> None:
        """Run an action of this view or of the app, or say why it cannot be done now."""
        app = self.workbench
        is_own = any(action.name == own.name for own in self.ACTIONS)
        reason = self.why_not(action.name) or (None if is_own else app.why_not(action.name))
        if reason is None and is_own and self.decides(action.name) and self._close_covers():
            reason = "what covered the row is closed; press the key again"
        if reason is None:
            await app.run_action(action.call.replace("{key}", key), self if is_own else app)
        else:
            self.say(f"{action.label or action.name}: {reason}")
        if self.is_attached:
            self.refresh_keys()

    def decides(self, name: str) -> bool:
        """Tell whether an action decides about rows."""
        return name in self.DECIDES

    def _close_covers(self) -> bool:
        """Close what covers the rows: nobody decides what is not seen. Tell whether it did."""
        text, help_panel = self.query_one(TextPane), self.query_one(HelpPanel)
        is_covered = text.is_open or (help_panel.is_open and self.has_class("-narrow"))
        if is_covered:
            text.close()
            help_panel.close()
            self._make_room()
        return is_covered

    def _show_tour(self, step: int | None) -> None:
        text = "" if step is None else spell(STEPS[step].text)
        self.query_one(TourPanel).show(text, 0 if step is None else step + 1, len(STEPS))

    def refresh_keys(self) -> None:
        """Show the keys of the moment; those that do nothing now are grey."""
        bar = self.query_one(KeyBar)
        if self.query_one(Picker).is_open:
            bar.show(PICKER_ACTIONS)
        elif self.query_one(Prompt).is_open:
            bar.show(PROMPT_ACTIONS)
        elif self.query_one(TextPane).is_open:
            close = next(action for action in self.workbench.actions if action.name == "escape")
            bar.show((*TEXT_ACTIONS, replace(close, label="close")))
        elif self.workbench.is_leader_pending:
            bar.show(leader_actions(), heading="go to")
        else:
            app, actions = self.workbench, self.bar_actions()
            shown = (*_ALWAYS_SHOWN, *(["filter"] if hasattr(self, "action_filter") else []))
            always = [action for action in app.actions if action.name in shown]
            disabled = {a.name for a in actions if self.why_not(a.name) is not None}
            disabled |= {
                a.name for a in always if (self.why_not(a.name) or app.why_not(a.name)) is not None
            }
            bar.show(actions, always, disabled=disabled)

    def bar_actions(self) -> Sequence[Action]:
        """Return what the key bar shows of the view's actions, in the order of importance."""
        return self.actions

    def commands(self) -> Sequence[Action]:
        """Return what the command line offers here."""
        own = {action.name for action in self.actions}
        everywhere = [action for action in self.workbench.actions if action.name not in own]
        return [action for action in (*self.actions, *everywhere) if action.is_for_command_line]

    async def action_label_key(self, key: str) -> None:
        """Take the class of a digit."""
        await self._take_class(DIGITS.index(key))

    @on(ClassBar.Chosen)
    async def _on_class_chosen(self, event: ClassBar.Chosen) -> None:
        await self._take_class(event.index)

    async def _take_class(self, index: int) -> None:
        classes = self.project.classes
        if index < len(classes):
            await self.take_class(classes[index])
        else:
            self.say(f"there are only {len(classes)} classes")

    # -- docked lines -------------------------------------------------------------------------

    def open_picker(self, purpose: str, prompt: str, choices: Sequence[Choice]) -> None:
        """Open the docked line that finds one of some choices; `picked` gets it."""
        self.query_one(Prompt).close()
        self.query_one(Picker).open(purpose, prompt, choices)
        self.refresh_keys()

    def open_command_line(self, value: str = "") -> None:
        """Open the docked line with everything that can be done here."""
        own = {action.name for action in self.commands()}
        choices = [
            Choice(a.name, f"{a.description}  {a.key_display}".rstrip()) for a in self.commands()
        ]
        choices += [
            Choice(name, f"{description}  …")
            for name, description in self.workbench.command_names.items()
            if name not in own
        ]
        self._open_commands(choices, value)

    def _open_commands(self, choices: Sequence[Choice], value: str) -> None:
        self.query_one(Prompt).close()
        self.query_one(Picker).open(
            COMMANDS, "a command, with its options", choices, value=value, takes_text=True
        )
        self.refresh_keys()

    def ask(self, purpose: str, question: str, value: str = "", *, live: bool = False) -> None:
        """Open the docked line for one answer; `answered` gets it, `typed` every letter if live."""
        self.query_one(Picker).close()
        self.query_one(Prompt).open(purpose, question, value, live=live)
        self.refresh_keys()

    def show_text(self, title: str, text: str) -> None:
        """Show what a command has printed."""
        self.query_one(TextPane).show(title, text)
        self.refresh_keys()

    def ask_annotator(self) -> None:
        """Ask who decides."""
        self.ask(_ANNOTATOR, "who decides", self.workbench.annotator)

    def toggle_help(self) -> None:
        """Show or hide all keys."""
        self.query_one(HelpPanel).toggle()
        self._make_room()

    def _make_room(self) -> None:
        """Leave a pane out where help would leave the others too little."""
        self.set_class(self.query_one(HelpPanel).is_open, "-helped")

    def close_own(self) -> bool:
        """Close what the view itself has open; tell whether there was something."""
        return False

    def close_top(self) -> bool:
        """Close what is open, the frame's lines first; tell whether there was something."""
        picker, prompt = self.query_one(Picker), self.query_one(Prompt)
        help_panel, text = self.query_one(HelpPanel), self.query_one(TextPane)
        if picker.is_open:
            picker.close()
        elif prompt.is_open:
            prompt.action_close()
        elif text.is_open:
            text.close()
            self.refresh_keys()
        elif help_panel.is_open:
            help_panel.close()
            self._make_room()
        else:
            return self.close_own()
        return True

    @on(DockedLine.Closed)
    def _on_line_closed(self) -> None:
        self.refresh_keys()

    @on(Picker.Chosen)
    async def _on_chosen(self, event: Picker.Chosen) -> None:
        if event.purpose == COMMANDS:
            await self._run_line(event.choice.name)
        else:
            await _done(self.picked(event.purpose, event.choice.name))

    @on(Picker.Typed)
    async def _on_typed_line(self, event: Picker.Typed) -> None:
        await self._run_line(event.text)

    async def _run_line(self, line: str) -> None:
        """Run an action by its name, or a command of the workbench with its options."""
        for action in self.commands():
            if action.name == line:
                await self.run_named(action)
                return
        name, _, rest = line.partition(" ")
        if name == _ANNOTATOR:
            await self.workbench.become(rest)
        elif members(line):
            self._open_group(line)
        else:
            self.workbench.run_line(line)

    def _open_group(self, group: str) -> None:
        """Open the command line with the commands of a group."""
        choices = [Choice(name, text) for name, text in members(group).items()]
        self._open_commands(choices, f"{group} ")

    @on(Prompt.Answered)
    async def _on_answered(self, event: Prompt.Answered) -> None:
        if event.purpose == _ANNOTATOR:
            await self.workbench.become(event.text)
            return
        await _done(self.answered(event.purpose, event.text))

    @on(Prompt.Typed)
    def _on_typed(self, event: Prompt.Typed) -> None:
        self.typed(event.purpose, event.text)

    def picked(self, purpose: str, name: str) -> Awaitable[None] | None:
        """Take a choice that the view asked for."""
        return None

    # -- apart from the screen ----------------------------------------------------------------

    async def read_apart(self, read: Callable[[Project], T]) -> T:
        """Read with a connection of its own in a thread, for what may take long."""
        found = await self.workbench.read_apart(read)
        if not self.is_attached:
            raise asyncio.CancelledError  # nobody looks any more
        return found

    async def write(self, act: Callable[[Project], T]) -> T | None:
        """Change the project in the thread that writes; None after an error, which is shown."""
        done: T | None = None
        with self.guard():
            done = await self.workbench.writer.write(act)
            self.workbench.touch()
        return done


async def _done(waited: Awaitable[None] | None) -> None:
    """Wait for what a hook of a view began, where it began something."""
    if waited is not None:
        await waited
