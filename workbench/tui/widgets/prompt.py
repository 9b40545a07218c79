"""A docked line for one answer: a filter, a note, a name."""

from __future__ import annotations

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input, Static

from workbench.tui.actions import Action, bindings
from workbench.tui.widgets.docked import DockedLine
from workbench.tui.widgets.safe_lines import safe_input

PROMPT_ACTIONS = (
    Action("take", "take", ("enter",), "Take what is written", "take"),
    Action("close", "close", ("escape",), "Close the line", "close"),
)


class Prompt(DockedLine):
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

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._is_live = False

    def compose(self) -> ComposeResult:
        """Make the question and the line."""
        yield Static(id="prompt-question")
        yield safe_input(id="prompt-line")

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
        self._is_live = live
        self.query_one("#prompt-question", Static).update(Text(f" {question} ", style="bold"))
        self.show_line(purpose, value)

    def reopen(self) -> None:
        """Show the line again, with what was answered: it could not be taken."""
        self.show_line(self._purpose, self.line.value)

    @on(Input.Changed)
    def _on_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._is_live and self.is_open:
            self.post_message(self.Typed(self._purpose, event.value))

    def action_take(self) -> None:
        """Hand the answer over."""
        self.close()
        self.post_message(self.Answered(self._purpose, self.line.value.strip()))

    def action_close(self) -> None:
        """Close without an answer."""
        self.close()
        if self._is_live:
            self.post_message(self.Typed(self._purpose, None))
