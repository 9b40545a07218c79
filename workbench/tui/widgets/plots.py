"""Small plots of characters: bars, intervals, histograms, curves; each copies as plain text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

_EIGHTHS = " ▁▂▃▄▅▆▇█"


def interval_bar(
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    *,
    cells: int = 20,
    style: str = "",
    mark: float | None = None,
) -> Text:
    """Return a share as a dot on a line from 0 to 1, with its interval and another mark.

    Parameters
    ----------
    value
        The share, in [0, 1]; None draws the empty line.
    low, high
        The ends of its interval, where it has one.
    cells
        The width.
    style
        Of the dot and the interval.
    mark
        Another share on the same line, as ``◆``: to compare.
    """
    drawn = ["·"] * cells
    styles = ["dim"] * cells
    if low is not None and high is not None:
        for i in range(_cell(low, cells), _cell(high, cells) + 1):
            drawn[i], styles[i] = "─", style
    if mark is not None:
        drawn[_cell(mark, cells)], styles[_cell(mark, cells)] = "◆", "bold"
    if value is not None:
        drawn[_cell(value, cells)], styles[_cell(value, cells)] = "●", style
    return Text.assemble(*zip(drawn, styles, strict=True))


def _cell(share: float, cells: int) -> int:
    return round(max(0.0, min(1.0, share)) * (cells - 1))


def histogram(
    counts: Sequence[int],
    *,
    height: int = 4,
    bin_cells: int = 2,
    styles: Sequence[str] = (),
) -> Text:
    """Return counts as columns, the highest as high as the plot; no count is invisible.

    Parameters
    ----------
    counts
        One a column.
    height
        Rows of text.
    bin_cells
        The width of a column.
    styles
        One a column; none at all: plain.
    """
    most = max(counts, default=0) or 1
    eighths = [-(-8 * height * n // most) for n in counts]
    lines = []
    for row in range(height - 1, -1, -1):
        line = Text()
        for i, filled in enumerate(eighths):
            part = _EIGHTHS[max(0, min(8, filled - 8 * row))]
            line.append(part * bin_cells, style=styles[i] if styles else "")
        lines.append(line)
    return Text("\n").join(lines)


def sparkline(values: Sequence[float]) -> str:
    """Return values as one line of blocks between the lowest and the highest."""
    if not values:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    return "".join(_EIGHTHS[1 + round(7 * (value - low) / span)] for value in values)


@dataclass(frozen=True, slots=True)
class PlotPoint:
    """A point of a curve, with the interval of its value."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


def curve(
    points: Sequence[PlotPoint],
    *,
    width: int,
    height: int,
    x_title: str = "",
) -> Text:
    """Return shares over counts as dots with their intervals, on labelled axes.

    Parameters
    ----------
    points
        In the order of x; y in [0, 1].
    width, height
        Of the whole plot, axes included.
    x_title
        What is counted along the axis.
    """
    if not points:
        return Text()
    columns, rows = max(8, width - 6), max(3, height - 2)
    ends = [v for p in points for v in (p.y, p.low, p.high) if v is not None]
    bottom, top = _bounds(min(ends), max(ends))
    left, right = points[0].x, points[-1].x
    grid = [[(" ", "")] * columns for _ in range(rows)]

    def row_of(y: float) -> int:
        return round((top - y) / (top - bottom) * (rows - 1))

    for point in points:
        column = round((point.x - left) / ((right - left) or 1.0) * (columns - 1))
        if point.low is not None and point.high is not None:
            for row in range(row_of(point.high), row_of(point.low) + 1):
                grid[row][column] = ("│", "dim")
        grid[row_of(point.y)][column] = ("●", "bold")
    lines = []
    for i, cells in enumerate(grid):
        is_labelled = i in (0, rows - 1) or (rows >= 7 and i == (rows - 1) // 2)
        value = top - i * (top - bottom) / (rows - 1)
        label = f"{100 * value:3.0f} %" if is_labelled else " " * 5
        lines.append(Text.assemble((label, "dim"), ("┤" if is_labelled else "│", "dim"), *cells))
    lines.append(Text.assemble(" " * 5, ("└" + "─" * columns, "dim")))
    first, last = f"{left:,.0f}", f"{right:,.0f}" if right > left else ""
    room = max(0, columns - len(first) - len(last))
    title = (x_title if len(x_title) < room else "").center(room)
    lines.append(Text(f"{' ' * 6}{first}{title}{last}", style="dim"))
    return Text("\n").join(lines)


def _bounds(low: float, high: float) -> tuple[float, float]:
    """Return the ends of the axis: twentieths around the values, and never no span."""
    bottom = max(0.0, math.floor(20 * low) / 20)
    top = min(1.0, math.ceil(20 * high) / 20)
    return (bottom, top) if top > bottom else (bottom - 0.05, bottom)
