"""A docked line for one answer: a filter, a note, a name."""

from __future__ import annotations

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from workbench.tui.actions import Action, bindings

PROMPT_ACTIONS = (
    Action("take", "take", ("enter",), "Take what is written", "take"),
    Action("close", "close", ("escape",), "Close the line", "close"),
)


class Prompt(Horizontal):
    """A question and a line to answer it; hidden until it is opened."""

    BINDINGS = bindings(PROMPT_ACTIONS)

    class Answered(Message):
        """The answer was given."""

        def __init__(self, purpose: str, text: str) -> None:
            super().__init__()
            self.purpose = purpose
            self.text = text

    class Typed(Message):
        """Something was typed; None when the line was closed without an answer."""

        def __init__(self, purpose: str, text: str | None) -> None:
            super().__init__()
            self.purpose = purpose
            self.text = text

    class Closed(Message):
        """The line was closed."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._purpose = ""
        self._is_live = False
        self._focus_before: Widget | None = None

    def compose(self) -> ComposeResult:
        """Make the question and the line."""
        yield Static(id="prompt-question")
        yield Input(compact=True, select_on_focus=False, id="prompt-line")

    @property
    def is_open(self) -> bool:
        """Whether the line is shown."""
        return self.has_class("-open")

    def open(self, purpose: str, question: str, value: str = "", *, live: bool = False) -> None:
        """Show the line.

        Parameters
        ----------
        purpose
            Handed back with the answer.
        question
            What stands before the line.
        value
            What the line holds at first.
        live
            Send `Typed` with every letter.
        """
        if not self.is_open:
            self._focus_before = self.screen.focused
        self._purpose, self._is_live = purpose, live
        self.query_one("#prompt-question", Static).update(Text(f" {question} ", style="bold"))
        line = self.query_one(Input)
        with line.prevent(Input.Changed):
            line.value = value
        line.cursor_position = len(value)
        self.add_class("-open")
        # At once: the next key may be here already.
        self.screen.set_focus(line)

    def close(self) -> None:
        """Hide the line and give the focus back."""
        if not self.is_open:
            return
        self.remove_class("-open")
        if self._focus_before is not None and self._focus_before.is_attached:
            self.screen.set_focus(self._focus_before)
        self.post_message(self.Closed())

    @on(Input.Changed)
    def _on_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._is_live and self.is_open:
            self.post_message(self.Typed(self._purpose, event.value))

    @on(Input.Submitted)
    def _on_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_take()

    def action_take(self) -> None:
        """Hand the answer over."""
        self.close()
        self.post_message(self.Answered(self._purpose, self.query_one(Input).value.strip()))

    def action_close(self) -> None:
        """Close without an answer."""
        self.close()
        if self._is_live:
            self.post_message(self.Typed(self._purpose, None))
