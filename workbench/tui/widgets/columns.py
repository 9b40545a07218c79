"""Cells of a line, each of a fixed width whatever the text holds."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from workbench.tui.safe_text import one_line


def fit(text: str, width: int, *, style: str = "", right: bool = False) -> Text:
    """Return a text as one safe line of exactly so many cells.

    Parameters
    ----------
    text
        Any text.
    width
        How many cells it takes; what is longer ends in an ellipsis.
    style
        Of the text.
    right
        Push it to the right, as figures are.
    """
    cell = Text(one_line(text), style=style, no_wrap=True, end="")
    cell.truncate(width, overflow="ellipsis")
    space = Text(" " * (width - cell.cell_len))
    return Text.assemble(space, cell) if right else Text.assemble(cell, space)


def shorten(text: str, width: int) -> str:
    """Return a name in at most so many cells; what goes is its middle: names often begin alike."""
    text = one_line(text)
    if cell_len(text) <= width:
        return text
    n_tail = (width - 1) // 2
    tail = text
    while cell_len(tail) > n_tail:
        tail = tail[1:]
    return f"{set_cell_size(text, width - 1 - cell_len(tail)).rstrip()}…{tail}"


def width_of(texts: list[str], *, least: int = 4, most: int = 16) -> int:
    """Return how wide a column of some texts should be."""
    widest = max((Text(one_line(text)).cell_len for text in texts), default=0)
    return max(least, min(most, widest))
