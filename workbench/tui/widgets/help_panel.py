"""All keys of the view beside it; the keys go on working while it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from workbench.tui.actions import Action


class HelpPanel(VerticalScroll, can_focus=False):
    """The actions of the registry as a docked list; hidden until it is toggled."""

    def compose(self) -> ComposeResult:
        """Make the text."""
        yield Static(id="help-text")

    @property
    def is_open(self) -> bool:
        """Whether the panel is shown."""
        return self.has_class("-open")

    def toggle(self) -> None:
        """Show the panel; where it is longer than the screen its next page; then hide it."""
        if not self.is_open:
            self.add_class("-open")
        elif self.scroll_offset.y < self.max_scroll_y:
            self.scroll_page_down(animate=False)
        else:
            self.close()

    def close(self) -> None:
        """Hide the panel."""
        self.remove_class("-open")
        self.scroll_home(animate=False)

    def show(self, view: str, actions: Sequence[Action], everywhere: Sequence[Action]) -> None:
        """Fill in the actions of a view and those of the app."""
        keyed = [action for action in everywhere if action.keys]
        keyless = [action for action in everywhere if not action.keys]
        table = Table.grid(padding=(0, 1))
        table.add_column(no_wrap=True, style="bold")
        table.add_column()
        for title, group in ((view.capitalize(), actions), ("Everywhere", keyed)):
            table.add_row(Text(title, style="underline"), "")
            for action in group:
                table.add_row(Text(action.key_display), Text(action.description))
            table.add_row("", "")
        table.add_row(Text(":", style="underline"), Text("by name only"))
        for action in keyless:
            table.add_row(Text(action.name), Text(action.description))
        self.query_one("#help-text", Static).update(table)
