"""A list of any length: rows are rendered when they are seen."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.errors import WorkbenchError
from workbench.tui.safe_text import one_line

_CACHED_ROWS = 1_000

_READING = " reading …"
"""Stands in a list before its first rows are known: until then nobody knows that it is empty."""

RowIds = Sequence[int] | NDArray[np.int64]
"""Row ids in their order; an array where there may be a million."""


class RowList(ScrollView, can_focus=True):
    """A list over row ids with a cursor (Line API): 100,000 rows cost what ten do.

    Parameters
    ----------
    render_row
        Returns one row as a line of text; what it returns is kept until `refresh_row`.
    id
        The widget's id.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--cursor", "row-list--empty"}

    # Two lines are drawn anew when it moves, not the list.
    cursor: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, row_list: RowList) -> None:
            super().__init__()
            self.row_list = row_list

        @property
        def control(self) -> RowList:
            """The list, for `textual.on` selectors."""
            return self.row_list

    def __init__(self, render_row: Callable[[int], Text], *, id: str) -> None:
        super().__init__(id=id)
        self._render_row = render_row
        self._ids: RowIds = ()
        self._cache: dict[int, Text] = {}
        self._strips: dict[int, tuple[int, Style, Strip]] = {}
        self._is_read = False
        self.empty_text = " nothing here"

    @property
    def ids(self) -> RowIds:
        """The ids of the rows, in order."""
        return self._ids

    @property
    def current(self) -> int | None:
        """The id under the cursor; None when the list is empty."""
        return int(self._ids[self.cursor]) if self.cursor < len(self._ids) else None

    def index_of(self, row_id: int) -> int | None:
        """Return where a row stands; None where it is not in the list."""
        if isinstance(self._ids, np.ndarray):
            found = np.flatnonzero(self._ids == row_id)
            return int(found[0]) if len(found) else None
        try:
            return self._ids.index(row_id)
        except ValueError:
            return None

    def set_rows(self, ids: RowIds, *, cursor: int = 0) -> None:
        """Show other rows; `Moved` follows where the cursor is on another one then."""
        before = self.current
        self._ids, self._is_read = ids, True
        self._forget()
        self.virtual_size = Size(0, len(ids))
        self.set_reactive(RowList.cursor, self._clamp(cursor))
        self._scroll_to_cursor()
        self.refresh()
        if self.current != before:
            self.post_message(self.Moved(self))

    def await_rows(self) -> None:
        """Show that other rows are still being read."""
        self.set_rows(())
        self._is_read = False

    def _forget(self) -> None:
        self._cache.clear()
        self._strips.clear()

    def refresh_rows(self) -> None:
        """Render all rows anew."""
        self._forget()
        self.refresh()

    def refresh_row(self, row_id: int) -> None:
        """Render a row anew."""
        self._cache.pop(row_id, None)
        self._strips.pop(row_id, None)
        top = self.scroll_offset.y
        for index in range(top, min(len(self._ids), top + self.size.height)):
            if self._ids[index] == row_id:
                self.refresh_line(index)

    def move(self, rows: int) -> None:
        """Move the cursor by some rows; it stays inside."""
        self.cursor = self._clamp(self.cursor + rows)

    def jump(self, index: int) -> None:
        """Put the cursor on a row."""
        self.cursor = self._clamp(index)

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return self._clamp(cursor)

    def watch_cursor(self, before: int, now: int) -> None:
        """Keep the cursor in sight and tell who listens."""
        self._scroll_to_cursor()
        self.refresh_line(before)
        self.refresh_line(now)
        self.post_message(self.Moved(self))

    def _clamp(self, index: int) -> int:
        return max(0, min(index, len(self._ids) - 1))

    def _scroll_to_cursor(self) -> None:
        height = self.scrollable_content_region.height
        if height == 0:
            return
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        """Render one line of the window."""
        width = self.scrollable_content_region.width
        index = self.scroll_offset.y + y
        base = self.rich_style
        if len(self._ids) == 0 and y == 0:
            empty = self.get_component_rich_style("row-list--empty", partial=True)
            said = self.empty_text if self._is_read else _READING
            return self._strip(Text(said), width, base + empty)
        if index >= len(self._ids):
            return Strip.blank(width, base)
        row_id = int(self._ids[index])
        if index == self.cursor:
            # Without colours of its own: with 16 colours one of them is the cursor's.
            cursor = self.get_component_rich_style("row-list--cursor", partial=True)
            return self._strip(Text(self._row(row_id).plain), width, base + cursor)
        known = self._strips.get(row_id)
        if known is None or known[:2] != (width, base):
            known = self._strips[row_id] = (
                width,
                base,
                self._strip(self._row(row_id), width, base),
            )
        return known[2]

    def _strip(self, row: Text, width: int, style: Style) -> Strip:
        text = row.copy()
        text.truncate(width, overflow="ellipsis")
        segments = list(text.render(self.app.console))
        return Strip(segments).apply_style(style).adjust_cell_length(width, style)

    def _row(self, row_id: int) -> Text:
        row = self._cache.get(row_id)
        if row is None:
            if len(self._cache) >= _CACHED_ROWS:
                self._forget()
            try:
                row = self._cache[row_id] = self._render_row(row_id)
            except (WorkbenchError, sqlite3.Error) as error:
                return Text(f" cannot be read: {one_line(str(error))}", style="dim")
        return row

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._scroll_to_cursor()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is."""
        index = self.scroll_offset.y + event.y
        if index < len(self._ids):
            self.jump(index)

    # Scrolling keys move the cursor: a list without its cursor in sight answers no question.
    def action_scroll_up(self) -> None:
        """Move up one row."""
        self.move(-1)

    def action_scroll_down(self) -> None:
        """Move down one row."""
        self.move(1)

    def action_page_up(self) -> None:
        """Move up one window."""
        self.move(-max(1, self.scrollable_content_region.height - 1))

    def action_page_down(self) -> None:
        """Move down one window."""
        self.move(max(1, self.scrollable_content_region.height - 1))

    def action_scroll_home(self) -> None:
        """Move to the first row."""
        self.jump(0)

    def action_scroll_end(self) -> None:
        """Move to the last row."""
        self.jump(len(self._ids) - 1)
