"""Views of a list; with side panes, one of which a narrow screen shows; and with options above."""

from __future__ import annotations

from typing import ClassVar

from textual.reactive import reactive

from workbench.tui.views.base import View
from workbench.tui.widgets.form import Form
from workbench.tui.widgets.row_list import RowList


class RowsView(View):
    """A view of a list, which has the keys."""

    @property
    def rows(self) -> RowList:
        """The list: the first of the view, where there are more."""
        return self.query_one(RowList)

    def on_mount(self) -> None:
        """Begin in the list."""
        self.rows.focus()

    def action_move(self, rows: int) -> None:
        """Move in the list."""
        self.rows.move(rows)


class PanedView(RowsView):
    """A view with side panes: wide screens show all of them, narrow ones the pane of the moment."""

    PANES: ClassVar[tuple[str, ...]] = ()
    """Classes of the screen, one of which is on: the pane that narrow screens show."""

    pane: reactive[int] = reactive(0)

    def watch_pane(self, pane: int) -> None:
        """Switch the pane."""
        for i, name in enumerate(self.PANES):
            self.set_class(i == pane, name)

    def why_not(self, name: str) -> str | None:
        """Return why no other pane can be shown."""
        if name == "panes" and not self.has_class("-narrow"):
            return "all panes are in sight"
        return super().why_not(name)

    def action_panes(self) -> None:
        """Show the next pane where there is room for one only."""
        self.pane = (self.pane + 1) % len(self.PANES)


class OptionsView(PanedView):
    """A view with a form of options above its list, which has the keys once they are set."""

    @property
    def form(self) -> Form:
        """The options."""
        return self.query_one(Form)

    def action_options(self) -> None:
        """Show or hide the options."""
        if not self.close_own():
            self.form.open()

    def close_own(self) -> bool:
        """Close the options."""
        if not self.form.is_open:
            return False
        self.form.close()
        self.rows.focus()
        return True
