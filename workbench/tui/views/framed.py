"""The frame around every view: its lines and panels, and the docked lines that open in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from workbench.errors import WorkbenchError
from workbench.tui.key_names import spell
from workbench.tui.safe_text import safe
from workbench.tui.tour import STEPS
from workbench.tui.widgets.docked import DockedLine
from workbench.tui.widgets.frame import JobBar, NextLine, StaleLine, StatusLine, TitleBar, TourPanel
from workbench.tui.widgets.help_panel import HelpPanel
from workbench.tui.widgets.key_bar import KeyBar
from workbench.tui.widgets.picker import Choice, Picker
from workbench.tui.widgets.prompt import Prompt
from workbench.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from workbench.services.project import Project
    from workbench.tui.app import WorkbenchApp


class FramedScreen(Screen[None]):
    """A screen with the common frame around its body.

    A subclass sets ``NAME``, composes its body in `compose_body`, and shows the keys of the moment
    in `refresh_keys`. ``SHOWS`` are the stages of the loop whose results it shows: a line tells
    when one of them is out of date.
    """

    NAME: ClassVar[str]
    SHOWS: ClassVar[tuple[str, ...]] = ()

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

    def refresh_keys(self) -> None:
        """Show the keys of the moment."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Follow what the app knows."""
        app = self.workbench
        self.watch(app, "status", self._show_status)
        self.watch(app, "job_command", self._show_job)
        self.watch(app, "job_pace", self._show_job)
        self.watch(app, "is_leader_pending", self._show_leader)
        self.watch(app, "tour_step", self._show_tour)

    # -- what is told -------------------------------------------------------------------------

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

    def _show_tour(self, step: int | None) -> None:
        text = "" if step is None else spell(STEPS[step].text)
        self.query_one(TourPanel).show(text, 0 if step is None else step + 1, len(STEPS))

    # -- docked lines -------------------------------------------------------------------------

    def open_picker(self, purpose: str, prompt: str, choices: Sequence[Choice]) -> None:
        """Open the docked line that finds one of some choices; `picked` gets it."""
        self.query_one(Prompt).close()
        self.query_one(Picker).open(purpose, prompt, choices)
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

    def close_covers(self) -> bool:
        """Close what covers the rows: nobody decides what is not seen. Tell whether it did."""
        text, help_panel = self.query_one(TextPane), self.query_one(HelpPanel)
        is_covered = text.is_open or (help_panel.is_open and self.has_class("-narrow"))
        if is_covered:
            text.close()
            help_panel.close()
            self._make_room()
        return is_covered
