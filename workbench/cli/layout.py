"""Laying out a table in the width there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MIN_LAST = 24
"""The last column is not cut below this while another may be left out instead."""

MAX_CELL = 28
"""Longer cells are cut where there is no room for them all: not those of the last column, nor ids,
which are there to be copied."""

MIN_CELL = 8
"""No cell is cut below this."""

ID = "uid"

GAP = "  "


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of a table, the headings first, and the headings that there was no room for."""

    lines: list[str]
    left_out: list[str]


def lay_out(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Layout:
    """Lay a table out: texts are cut before figures, which mean something else where they are cut.

    Parameters
    ----------
    columns
        Headings with their marks: ``?`` optional, ``!`` whole, then ``>`` right-aligned, as figures
        are. What is whole is not cut unless it takes more than half of the width.
    rows
        Cells, as safe text of one line.
    width
        Terminal cells; lines are not longer unless it is too narrow for anything.
    """
    from rich.cells import cell_len

    headings = [column.lstrip("?!>") for column in columns]
    is_right = [column.lstrip("?!").startswith(">") for column in columns]
    last = len(columns) - 1
    widths = [
        max(cell_len(heading), *(cell_len(row[i]) for row in rows), 0)
        for i, heading in enumerate(headings)
    ]
    shown = list(range(len(columns)))

    def total() -> int:
        return sum(widths[i] for i in shown) + len(GAP) * (len(shown) - 1)

    def missing() -> int:
        return total() - width - max(0, widths[last] - MIN_LAST)

    is_whole = [
        headings[i] == ID or (column.lstrip("?").startswith("!") and widths[i] <= width // 2)
        for i, column in enumerate(columns)
    ]
    can_give = [i for i in range(last) if not is_whole[i]]
    texts = [i for i in can_give if not is_right[i]]
    if missing() > 0:
        for i in texts:
            widths[i] = min(widths[i], max(cell_len(headings[i]), MAX_CELL))
    for i in reversed(range(last)):
        if missing() > 0 and columns[i].startswith("?"):
            shown.remove(i)
    for group in (texts, can_give):
        while missing() > 0 and (wide := [i for i in group if i in shown and widths[i] > MIN_CELL]):
            widths[max(wide, key=widths.__getitem__)] -= 1
    widths[last] = max(min(widths[last], 8), widths[last] - max(0, total() - width))
    lines = []
    for cells in (headings, *rows):
        parts = [_fit(cells[i], widths[i], is_right=is_right[i]) for i in shown]
        lines.append(GAP.join(parts).rstrip())
    return Layout(lines, [headings[i] for i in range(len(columns)) if i not in shown])


def _fit(text: str, width: int, *, is_right: bool) -> str:
    """Cut or pad a cell to a width in terminal cells."""
    from rich.cells import cell_len, set_cell_size

    length = cell_len(text)
    if length > width:
        return set_cell_size(text, max(0, width - 1)) + "…"
    return " " * (width - length) + text if is_right else text + " " * (width - length)
