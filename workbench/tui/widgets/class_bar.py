"""The classes and the digits that choose them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Static

from workbench.tui.colors import DIGITS, class_color
from workbench.tui.key_names import all_keys, key
from workbench.tui.widgets.columns import shorten

_LEAST_LINES = 1
_SCREEN_LINES_PER_LINE = 8
"""The bar takes up to an eighth of the screen."""

_LEAST_NAME = 12
"""Shorter names would tell nothing."""


class ClassBar(Static):
    """The first ten classes; the one that the model believes in is underlined.

    Parameters
    ----------
    id
        The widget's id.
    action
        The action whose keys choose a class, by ``scope.action``.
    by_name
        The action that takes a class by its name.
    """

    class Chosen(Message):
        """A class was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, *, id: str, action: str, by_name: str) -> None:
        super().__init__(id=id)
        self._action, self._by_name = action, by_name
        self._class_names: Sequence[str] = ()
        self._believed: str | None = None
        self._decided: str | None = None
        self._n_lines = 0

    def show(
        self, classes: Sequence[str], *, believed: str | None = None, decided: str | None = None
    ) -> None:
        """Show the classes; mark what the model believes and what was decided."""
        self._class_names, self._believed, self._decided = classes, believed, decided
        self._redraw()

    def on_resize(self) -> None:
        """Break the lines anew; behind the layout that is going on, which takes no new height."""
        self.call_after_refresh(self._redraw)

    def _redraw(self) -> None:
        if not self.content_size.width:
            return  # the width is still to come
        lines = self._fitting_lines()
        self.update(Text("\n").join(lines), layout=len(lines) != self._n_lines)
        self._n_lines = len(lines)

    def _fitting_lines(self) -> list[Text]:
        """Return the lines there is room for: names are shortened first, then the last left out."""
        most = max(_LEAST_LINES, self.screen.size.height // _SCREEN_LINES_PER_LINE)
        names = list(self._class_names[: len(DIGITS)])
        width = max((cell_len(name) for name in names), default=0)
        while len(lines := self._lines(names, width)) > most and len(names) > 1:
            if width > _LEAST_NAME:
                width -= 1
            else:
                names.pop()
        return lines

    def _lines(self, names: Sequence[str], width: int) -> list[Text]:
        """Return some classes in names of a greatest width, and how many more there are."""
        entries = [
            self._entry(index, name, shorten(name, width)) for index, name in enumerate(names)
        ]
        hidden = len(self._class_names) - len(names)
        if hidden > 0:
            more = (f"{hidden:,} more", "dim")
            entries.append(Text.assemble((f" {key(self._by_name)} ", "bold"), more))
        # Rich would break a line between a digit and its class.
        lines = [Text()]
        for entry in entries:
            if lines[-1] and lines[-1].cell_len + entry.cell_len > self.content_size.width:
                lines.append(Text())
            lines[-1].append_text(entry)
        return lines

    def _entry(self, index: int, name: str, shown: str) -> Text:
        is_decided = name == self._decided
        style = Style(
            color=class_color(index),
            bold=is_decided,
            reverse=is_decided,
            underline=name == self._believed,
            meta={"index": index},
        )
        entry = Text(f" {all_keys(self._action)[index]} ", style=Style(bold=True) + style)
        entry.append(shown, style=style)
        entry.append("  ", style=Style(reverse=False, underline=False))
        return entry

    def on_click(self, event: events.Click) -> None:
        """Choose the class that was clicked."""
        index = event.style.meta.get("index")
        if index is not None:
            self.post_message(self.Chosen(index))
