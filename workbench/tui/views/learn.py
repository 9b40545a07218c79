"""Learn."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from workbench.tui.actions import Action
from workbench.tui.views.base import View


class LearnView(View):
    """Learn."""

    NAME = "learn"
    ACTIONS = (Action("reload", "reload", ("r",), "Read anew", "reload"),)

    def compose_body(self) -> ComposeResult:
        """Make the body."""
        yield Static(id="body")

    def read(self) -> None:
        """Read."""

    def action_reload(self) -> None:
        """Read anew."""
        self.read_again()
