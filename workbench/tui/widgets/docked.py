"""A line to type in that is docked at the foot of the screen, until it is closed."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input


class DockedLine(Vertical):
    """What docked lines share: they take the focus when they open, and give it back.

    A subclass yields an `Input` and says in `action_take` what becomes of the answer.
    """

    DEFAULT_CSS: ClassVar[str] = (
        "DockedLine { display: none; } DockedLine.-open { display: block; }"
    )

    class Closed(Message):
        """The line was closed."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._purpose = ""
        self._focus_before: Widget | None = None

    @property
    def is_open(self) -> bool:
        """Whether the line is shown."""
        return self.has_class("-open")

    @property
    def line(self) -> Input:
        """Where the answer is typed."""
        return self.query_one(Input)

    def show_line(self, purpose: str, value: str) -> None:
        """Show the line with a first value, which is no change that anybody typed."""
        if not self.is_open:
            self._focus_before = self.screen.focused
        self._purpose = purpose
        line = self.line
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
        before = self._focus_before
        # At once, also where nothing had it: another line may open now, and give it back later.
        self.screen.set_focus(before if before is not None and before.is_attached else None)
        self.post_message(self.Closed())

    @on(Input.Submitted)
    def _on_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_take()

    def action_take(self) -> None:
        """Hand the answer over."""
        raise NotImplementedError

    def action_close(self) -> None:
        """Close without an answer."""
        self.close()
