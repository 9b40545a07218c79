"""What every view shares: actions, the command line, reading anew when data changed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on

from workbench.errors import WorkbenchError
from workbench.tui.actions import Action, bind_actions
from workbench.tui.app_actions import leader_actions
from workbench.tui.colors import DIGITS
from workbench.tui.commands import members
from workbench.tui.key_names import spell
from workbench.tui.safe_text import one_line
from workbench.tui.views.framed import FramedScreen
from workbench.tui.widgets.class_bar import ClassBar
from workbench.tui.widgets.frame import TitleBar
from workbench.tui.widgets.help_panel import HelpPanel
from workbench.tui.widgets.key_bar import KeyBar
from workbench.tui.widgets.picker import PICKER_ACTIONS, Choice, Picker
from workbench.tui.widgets.prompt import PROMPT_ACTIONS, Prompt
from workbench.tui.widgets.row_list import RowList
from workbench.tui.widgets.text_pane import TEXT_ACTIONS, TextPane

if TYPE_CHECKING:
    from workbench.services.project import Project
    from workbench.services.undo import Turned
    from workbench.tui.jobs import JobResult

T = TypeVar("T")

COMMANDS = "commands"
"""The purpose of the picker when it is the command line."""

_ANNOTATOR = "annotator"
"""The purpose of the prompt when it asks who decides."""

_ALWAYS_SHOWN = ("undo", "go", "command", "help")


class View(FramedScreen):
    """One view: a framed screen with actions, and data that is read anew when it changed.

    A subclass sets ``ACTIONS`` and reads its data in `read`. ``DECIDES`` are the actions that
    decide about rows: under a pane that covers them, their keys close the pane first.
    """

    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    DECIDES: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self._read_generation = -1

    def read(self) -> None:
        """Read the data anew and show it; errors are shown by the caller."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Show what the app knows, and follow it."""
        app = self.workbench
        bind_actions(self, self.ACTIONS, self.actions)
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

    def change(self, turned: Turned) -> str:
        """Say what is now, in few words: the line is cut behind them."""
        return turned.result

    async def turn(self, turn: str) -> None:
        """Undo or redo the newest act of the annotator."""
        with self.guard():
            turned = await self.workbench.turn_act(turn)
            if not self.is_running:
                return
            if turned is None:
                self.say(f"there is nothing to {'undo' if turn == 'undo' else 'put back'}")
                return
            self.turned(turned)
            self.mark_fresh()
            about = f" → {one_line(turned.uids[0], 40)}" if turned.n_examples == 1 else ""
            other = "{app.redo} puts it back" if turn == "undo" else "{app.undo} undoes it"
            parts = (
                f"{turned.done}{about}",
                self.change(turned),
                turned.functions,
                turned.skips,
                spell(other),
            )
            self.say(" · ".join(filter(None, parts)))

    def answered(self, purpose: str, text: str) -> Awaitable[None] | None:
        """Take the answer to a question of `ask`; after an error the question is open again."""
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
        if reason is None and is_own and self.decides(action.name) and self.close_covers():
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
        """Take the class of a digit; where it meant another one, say so and take none yet."""
        index, app, label_set = DIGITS.index(key), self.workbench, self.project.label_set
        means = label_set.names[index : index + 1]
        for was in app.known_classes[index : index + 1]:
            # A class that was renamed is what it was.
            if means and label_set.name_of(label_set.number_of_name.get(was)) != means[0]:
                app.known_classes = label_set.names
                self.say(
                    f"this digit is {one_line(means[0], 40)} now, it was {one_line(was, 40)}:"
                    " press it again"
                )
                return
        await self._take_class(index)

    @on(ClassBar.Chosen)
    async def _on_class_chosen(self, event: ClassBar.Chosen) -> None:
        await self._take_class(event.index)

    async def _take_class(self, index: int) -> None:
        classes = self.project.classes
        if index < len(classes):
            await self.take_class(classes[index])
        else:
            self.say(f"there are only {len(classes)} classes")

    # -- the command line ---------------------------------------------------------------------

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

    def ask_annotator(self) -> None:
        """Ask who decides."""
        self.ask(_ANNOTATOR, "who decides", self.workbench.annotator)

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
        try:
            await _done(self.answered(event.purpose, event.text))
        except (WorkbenchError, sqlite3.Error) as error:
            # It is mended where it was typed; with the line closed, its letters would be keys.
            self.query_one(Prompt).reopen()
            self.complain(str(error))
        self.refresh_keys()

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
