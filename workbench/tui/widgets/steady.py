"""Texts that change with every key, and seldom move what is around them."""

from __future__ import annotations

from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Static


class Steady(Static):
    """A text whose height follows it: the screen is laid out anew only where that is another.

    A layout of the screen costs more than all else that a key does.
    """

    def show(self, content: VisualType) -> None:
        """Show another text."""
        self.update(content, layout=False)
        if self.lines_needed != self.content_size.height:
            self.refresh(layout=True)

    @property
    def lines_needed(self) -> int:
        """How many lines the text takes in the width that there is."""
        return self.visual.get_height(self.styles.get_rules(), max(1, self.content_size.width))


class Filling(Steady):
    """A text that has the rest of its pane; longer than that, it is as high as it must be."""

    DEFAULT_CSS = "Filling { height: 1fr; } Filling.-long { height: auto; }"

    def show(self, content: VisualType) -> None:
        """Show another text."""
        self.update(content, layout=False)
        self._fit()

    def on_resize(self) -> None:
        """Look whether it fits into the new size, behind the layout that is going on."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        if not self.content_size.width:
            return  # the width is still to come
        needed = self.lines_needed
        is_long = needed > self._room
        if is_long and self.has_class("-long") and needed != self.content_size.height:
            self.refresh(layout=True)
        self.set_class(is_long, "-long")

    @property
    def _room(self) -> int:
        """How many lines of the pane are left by what stands in the same column."""
        pane = self.parent
        assert isinstance(pane, Widget)
        others = (
            child.outer_size.height + child.styles.margin.height
            for child in pane.children
            if child is not self and child.region.x == self.region.x
        )
        return pane.scrollable_content_region.height - sum(others)
