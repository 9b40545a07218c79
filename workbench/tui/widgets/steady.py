"""Texts that change with every key, and seldom move what is around them."""

from __future__ import annotations

from typing import Self

from textual.geometry import Region
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Static


class Steady(Static):
    """A text whose height follows it: the screen is laid out anew only where that is another.

    A layout of the screen costs more than all else that a key does, and then the drawing: only the
    lines that the old and the new text take are drawn.
    """

    _changed: Region | None = None

    def show(self, content: VisualType) -> None:
        """Show another text."""
        self.replace(content)
        if self.lines_needed != self.content_size.height:
            self.refresh(layout=True)

    def replace(self, content: VisualType) -> None:
        """Take another text, and draw what it changes."""
        before = self.lines_needed
        self._changed = Region(0, 0, self.content_size.width, before) or None
        try:
            self.update(content, layout=False)
        finally:
            self._changed = None
        if (more := self.lines_needed - before) > 0:
            self.refresh(Region(0, before, self.content_size.width, more))

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Draw anew: all, or what changes while another text is taken."""
        if self._changed is not None and not regions:
            regions = (self._changed,)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    @property
    def lines_needed(self) -> int:
        """How many lines the text takes in the width that there is."""
        return self.visual.get_height(self.styles.get_rules(), max(1, self.content_size.width))


class Filling(Steady):
    """A text that has the rest of its pane; longer than that, it is as high as it must be."""

    DEFAULT_CSS = "Filling { height: 1fr; } Filling.-long { height: auto; }"

    def show(self, content: VisualType) -> None:
        """Show another text."""
        self.replace(content)
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
