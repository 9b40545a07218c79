"""The application: views as modes, one job at a time, and an eye on the database."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import signal
import sqlite3
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import on, work
from textual.filter import LineFilter, NoColor
from textual.reactive import reactive
from textual.screen import Screen

from workbench.errors import WorkbenchError
from workbench.services.browse import ExampleView
from workbench.services.highlights import (
    NO_WORDS,
    Highlight,
    ModelWords,
    highlights,
    model_words,
    words_run,
)
from workbench.services.project import Project
from workbench.services.status import Status, status
from workbench.services.trail import Belief
from workbench.services.undo import Turned, redo, undo
from workbench.tui.actions import Action
from workbench.tui.app_actions import APP_ACTIONS
from workbench.tui.colors import DARK, DARK_TERMINAL, LIGHT, LIGHT_TERMINAL, use_ground
from workbench.tui.commands import BLANK, COMMANDS, PLACES, option
from workbench.tui.ground import is_dark_wanted, keep_ground
from workbench.tui.job_app import JobApp
from workbench.tui.key_names import spell, use_keys
from workbench.tui.keymap import check_keymap, with_keys
from workbench.tui.memory import set_aside
from workbench.tui.safe_text import one_line
from workbench.tui.threads import in_thread
from workbench.tui.tour import STEPS
from workbench.tui.views import VIEWS
from workbench.tui.widgets.frame import TitleBar
from workbench.tui.writer import Writer

if TYPE_CHECKING:
    from workbench.tui.views.annotate import AnnotateView
    from workbench.tui.views.base import View
    from workbench.tui.widgets.row_list import RowIds

T = TypeVar("T")

_POLL_SECONDS = 1.0

_STATUS_PAUSE = 10
"""How many times longer than reading the status took, the next reading waits."""

_NO_COLOR = NoColor()

PATIENCE_SECONDS = 0.03
"""How long a key waits for its decision to be written; then the writing goes on behind it."""


class WorkbenchApp(JobApp):
    """The terminal interface of one project.

    Parameters
    ----------
    project
        An opened project; the caller closes it.
    annotator
        Who decides; the user's name by default.
    view
        The view to begin with.
    with_tour
        Whether the guided tour is shown.
    """

    TITLE = "workbench"
    CSS_PATH = "workbench.tcss"
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        spec.name: spec.make for spec in VIEWS
    }

    status: reactive[Status | None] = reactive(None)
    words: reactive[ModelWords] = reactive(NO_WORDS)
    tour_step: reactive[int | None] = reactive(None)

    def __init__(
        self,
        project: Project,
        annotator: str | None = None,
        *,
        view: str = VIEWS[0].name,
        with_tour: bool = False,
    ) -> None:
        super().__init__()
        self.project = project
        self.writer = Writer(project.root, annotator)
        self.set_reactive(WorkbenchApp.annotator, self.writer.annotator)
        self.patience = PATIENCE_SECONDS
        self.set_reactive(WorkbenchApp.tour_step, 0 if with_tour else None)
        self.generation = 0
        self.known_classes = project.classes
        """What the digits mean to the person at the keys."""
        self._first_view = view
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = (DARK if is_dark_wanted() else LIGHT).name
        self.ansi_theme_dark, self.ansi_theme_light = DARK_TERMINAL, LIGHT_TERMINAL
        self._user_keys = check_keymap(project.config.keys)
        use_keys(self._user_keys)
        self.actions = self.with_user_keys(APP_ACTIONS, "app")
        self.bind_keys(APP_ACTIONS, self.actions)
        self._data_version = -1
        self._is_status_stale = True
        self._next_status_at = 0.0
        self._is_polling = False
        self._writes: set[asyncio.Task[None]] = set()

    @property
    def view(self) -> View:
        """The view that is shown."""
        return cast("View", self.screen)

    async def become(self, annotator: str) -> None:
        """Let another person decide from now on; what was decided keeps its name."""
        with self.view.guard():
            before = self.annotator
            await self.writer.become(annotator)
            self.annotator = self.writer.annotator
            self.touch()
            self.view.read_again()
            self.view.say(f"{one_line(self.annotator, 40)} decides now, not {one_line(before, 40)}")

    @property
    def command_names(self) -> Mapping[str, str]:
        """The commands that the command line runs, and what each does."""
        return COMMANDS

    def with_user_keys(self, actions: Sequence[Action], scope: str) -> tuple[Action, ...]:
        """Return some actions with the keys that the user wants for them."""
        return with_keys(actions, scope, self._user_keys)

    async def on_mount(self) -> None:
        """Show the first view and begin to watch the database."""
        use_ground(is_dark=self.current_theme.dark)
        if not self.is_web:
            self._heed_signals()
        # What is read from here on is at least as new as this.
        self._data_version = await self.writer.data_version()
        await self.switch_mode(self._first_view)
        self.set_interval(_POLL_SECONDS, self.poll)
        self.set_interval(_POLL_SECONDS, self.tell_pace)
        self.call_after_refresh(self.poll)

    def _heed_signals(self) -> None:
        """Close when the process is to end, or its terminal has gone, as by the key for it.

        By default a signal would leave the terminal without an echo, and a job without an end.
        """
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ValueError, RuntimeError):  # only the main thread may
            for number in (signal.SIGTERM, signal.SIGHUP):
                close = partial(self.exit, return_code=128 + number)  # as a shell tells it
                loop.add_signal_handler(number, close)

    async def on_unmount(self) -> None:
        """Stop the running command, write what waits, and end the run of the sitting."""
        await self.end_job()
        try:
            await self.writer.close()
        except (WorkbenchError, sqlite3.Error) as error:
            # Its decisions are committed; the next opening marks the run as ended.
            self.log.error(str(error))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what changes lines before they are drawn; `NO_COLOR` leaves the terminal's own.

        Textual would turn colours into greys, and paint grey ground on a light terminal.
        """
        return (_NO_COLOR,) if self.no_color else super().get_line_filters()

    # -- what changed -------------------------------------------------------------------------

    def touch(self) -> None:
        """Note that the data changed; views read anew when they are next shown."""
        self.generation += 1
        self._is_status_stale = True

    @work(group="poll")
    async def poll(self) -> None:
        """Look whether another process changed the database, and bring the status up to date."""
        if self._is_polling:
            return
        self.check_open()
        self._is_polling = True
        try:
            with self.view.guard():
                version = await self.writer.data_version()
                self.check_open()
                if version != self._data_version:
                    self._data_version = version
                    self.changed_outside()
        finally:
            self._is_polling = False
        self.check_open()
        self._look_at_tour()
        if self._is_status_stale and time.monotonic() >= self._next_status_at:
            self._is_status_stale = False
            self._read_status()

    def changed_outside(self) -> None:
        """Show what another process, or a job of ours, has changed."""
        before = self.project.classes
        self.project.reload_classes()
        self.touch()
        self.view.read_again()
        if self.project.classes != before:
            self.view.say("the classes were changed elsewhere: see what the digits mean now")

    async def job_changed(self) -> None:
        """Take notice of what a job has changed: it is shown with the job's end, not by a poll."""
        with self.view.guard():
            self._data_version = await self.writer.data_version()
            self.project.reload_classes()
        self.check_open()
        self.touch()

    @work(exclusive=True, group="status")
    async def _read_status(self) -> None:
        self.check_open()
        began = time.monotonic()
        with self.view.guard():
            self.status = await self.read_apart(status)
            set_aside()
        # On a large project the counts may lag; they must not take the processor from people.
        self._next_status_at = time.monotonic() + _STATUS_PAUSE * (time.monotonic() - began)

    def look_for_words(self) -> None:
        """Find the words that go with the model's beliefs, where a newer model has others."""
        with self.view.guard():
            if words_run(self.project) != self.words.run_id:
                self._read_words()

    def highlight(self, view: ExampleView, belief: Belief | None) -> list[Highlight]:
        """Return what to bring out in a text: the functions' words, and those of the belief."""
        believed = [] if belief is None else [name for name, _ in belief.probabilities[:2]]
        return highlights(
            view.example.text, view.votes, self.words, self.project.classes, believed=believed
        )

    @work(exclusive=True, group="words")
    async def _read_words(self) -> None:
        self.check_open()
        with self.view.guard():
            self.words = await self.read_apart(model_words)

    async def read_apart(self, read: Callable[[Project], T]) -> T:
        """Read with a connection of its own in a thread; the screen stays alive."""
        found = await in_thread(lambda: _read(self.project.root, read))
        self.check_open()
        return found

    # -- what people decide -------------------------------------------------------------------

    async def behind(self, writing: Coroutine[Any, Any, None]) -> None:
        """Wait a moment for something to be written and shown; else it goes on behind the keys.

        What was asked for first is written first, whatever waits.
        """
        task = asyncio.create_task(writing)
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        with self.batch_update():
            # On a quick disk one frame shows the next row and what was done.
            await asyncio.wait({task}, timeout=self.patience / 3)
        # Textual does not look for what was held back: without a message, nothing draws it.
        if self.is_running:
            self.screen.check_idle()
        await asyncio.wait({task}, timeout=self.patience)

    async def action_undo(self) -> None:
        """Undo the newest act."""
        await self.behind(self.view.turn("undo"))

    async def action_redo(self) -> None:
        """Put back what was undone last."""
        await self.behind(self.view.turn("redo"))

    async def turn_act(self, turn: str) -> Turned | None:
        """Undo or redo the newest act of the annotator, whatever it was."""
        turn_back = undo if turn == "undo" else redo
        turned = await self.writer.write(
            lambda project: turn_back(project, annotator=self.annotator), in_sitting=True
        )
        if turned is not None:
            self.project.reload_classes()
            self.touch()
        return turned

    async def show_rows(self, title: str, example_ids: RowIds) -> None:
        """Go through some rows in Annotate, whoever decided them."""
        await self.action_go("annotate")
        cast("AnnotateView", self.view).show_slice(title, example_ids)

    # -- going about --------------------------------------------------------------------------

    async def action_do(self, name: str, key: str) -> None:
        """Do an action that holds in every view, or say why it cannot be done now."""
        action = next(action for action in APP_ACTIONS if action.name == name)
        await self.view.run_named(action, key)

    def why_not(self, name: str) -> str | None:
        """Return why an action of the app cannot be done now; None where it can."""
        if name == "filter" and not hasattr(self.view, "action_filter"):
            return spell("nothing to search in this view; {app.go-data} has all rows")
        if name == "next-step" and self.status is None:
            return "the project is still being read"
        return self.busy if name in COMMANDS else None

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

    def action_help_quit(self) -> None:
        """Tell who would interrupt how to leave; a slip of the hand does not close anything."""
        self.view.say(spell("{app.quit} quits: everything is saved already"))

    async def action_filter(self) -> None:
        """Search in what the view lists."""
        await self.run_action("filter", self.view)

    def action_command_line(self) -> None:
        """Open the command line, with the command that failed: it is mended, or typed over."""
        self.view.open_command_line("" if self.busy else self.failed_line)

    def action_help(self) -> None:
        """Show or hide all keys."""
        self.view.toggle_help()

    def _look_at_tour(self) -> None:
        """Go on with the tour when its step was done."""
        if self.tour_step is not None:
            with self.view.guard():
                if STEPS[self.tour_step].is_done(self):
                    self.tour_step += 1

    def action_tour(self) -> None:
        """Go on with the tour; behind its last step it ends, and then begins anew."""
        following = 0 if self.tour_step is None else self.tour_step + 1
        self.tour_step = following if following < len(STEPS) else None

    def action_annotator(self) -> None:
        """Ask who decides."""
        self.view.ask_annotator()

    def action_theme(self) -> None:
        """Change between the dark and the light theme, from now on."""
        self.theme = (LIGHT if self.current_theme.dark else DARK).name
        use_ground(is_dark=self.current_theme.dark)
        keep_ground(is_dark=self.current_theme.dark)
        self.generation += 1
        # The new colours are known when the style sheet was read anew.
        self.call_after_refresh(self.view.redraw)

    async def action_escape(self) -> None:
        """Close what is open; else cancel the running command."""
        if self.view.close_top():
            return
        if self.job_command is not None:
            self.view.say(f"cancelling {self.job_command} …")
            self.cancel_job()
        elif self.tour_step is not None:
            self.tour_step = None
            self.view.say("the tour is closed; :tour begins it anew")

    # -- jobs ---------------------------------------------------------------------------------

    async def action_next_step(self) -> None:
        """Do what helps most now."""
        if self.status is not None:
            await self.do_command(self.status.next_command)

    async def do_command(self, command: str) -> None:
        """Do what a command of the shell does: where a person is needed, in its view."""
        words = shlex.split(command)[1:]
        if words[0] in PLACES:
            await self.action_go(PLACES[words[0]])
            if words[0] == "annotate":
                cast("AnnotateView", self.view).show_queue(option(words, "--queue") or "batch")
        elif BLANK.search(command):
            self.view.open_command_line(command.removeprefix("workbench "))
        else:
            self.run_line(command)

    def action_run_command(self, command: str) -> None:
        """Run a command of the workbench as a job."""
        self.run_line(command)


def _read(root: Path, read: Callable[[Project], T]) -> T:
    with Project(root) as project:
        return read(project)
