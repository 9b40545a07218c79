"""A text to read over the foot of the view, until it is closed: what a command has printed."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from workbench.tui.actions import Action, bindings
from workbench.tui.key_names import key
from workbench.tui.safe_text import PAGE_CHARACTERS, one_line, page

_MOST_CHARACTERS = 10 * PAGE_CHARACTERS

TEXT_ACTIONS = (
    Action("down", "scroll_down", ("j", "down"), "Scroll down", "down", "j ↓"),
    Action("up", "scroll_up", ("k", "up"), "Scroll up", "up", "k ↑"),
    Action("page-down", "page_down", ("pagedown", "space"), "Turn the page", "page", "space"),
)


class TextPane(VerticalScroll):
    """A text that scrolls; hidden until there is one. It has the keys that scroll, no others."""

    BINDINGS = bindings(TEXT_ACTIONS)
    FRAME_CELLS: Final = 3
    DEFAULT_CSS: ClassVar[str] = "TextPane { display: none; } TextPane.-open { display: block; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._focus_before: Widget | None = None

    def compose(self) -> ComposeResult:
        """Make the text."""
        yield Static(id="text-pane-text")

    @property
    def is_open(self) -> bool:
        """Whether there is a text."""
        return self.has_class("-open")

    def show(self, title: str, text: str) -> None:
        """Show a text from its beginning; nothing in it is interpreted."""
        if not self.is_open:
            self._focus_before = self.screen.focused
        self.border_title = Content(f"{one_line(title, 60)} · {key('app.escape')} closes")
        shown = page(text.rstrip(), limit=_MOST_CHARACTERS)
        self.query_one("#text-pane-text", Static).update(shown)
        self.add_class("-open")
        self.scroll_home(animate=False)
        # At once: the next key may be here already.
        self.screen.set_focus(self)

    def close(self) -> None:
        """Hide the text and give the focus back."""
        self.remove_class("-open")
        before = self._focus_before
        if self.has_focus:
            self.screen.set_focus(before if before is not None and before.is_attached else None)
