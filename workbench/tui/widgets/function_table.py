"""The table of the labeling functions: its columns, orders and cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.text import Text

from workbench.services.functions import LFRow
from workbench.tui.figures import DASH, share
from workbench.tui.safe_text import one_line

COLUMNS = (
    ("name", 16),
    ("says", 9),
    ("covers", 7),
    ("overlap", 8),
    ("confl", 7),
    ("right", 7),
    ("of n", 5),
    ("err", 4),
    ("ms", 5),
    ("state", 8),
)

_STATE_STYLES = {"current": "green", "stale": "yellow", "new": "cyan", "gone": "red"}

ORDERS: dict[str, Callable[[LFRow], Any]] = {
    "name": lambda row: row.name,
    "coverage": lambda row: -row.coverage,
    "conflicts": lambda row: -row.conflicts,
    "how often it is right": lambda row: 2.0 if row.accuracy is None else row.accuracy,
    "errors": lambda row: -row.n_errors,
    "time": lambda row: -(row.milliseconds_per_row or 0.0),
}


_DISPENSABLE = ("overlap", "ms", "of n", "says")
"""What goes first where there is little room."""


def fitting(room: int) -> list[int]:
    """Return which columns fit into so many cells, the most important ones anyway."""
    shown = list(range(len(COLUMNS)))
    for name in _DISPENSABLE:
        if sum(COLUMNS[i][1] for i in shown) <= room:
            break
        shown = [i for i in shown if COLUMNS[i][0] != name]
    return shown


def ordered(rows: tuple[LFRow, ...], order: int) -> tuple[LFRow, ...]:
    """Return the rows in one of the orders."""
    return tuple(sorted(rows, key=list(ORDERS.values())[order]))


def cells(row: LFRow, name_width: int) -> list[Text]:
    """Return a row of the table; the accuracy is a dash where no label tells it."""
    has_votes = row.state != "new"
    figures = [
        share(row.coverage) if has_votes else DASH,
        share(row.overlaps) if has_votes else DASH,
        share(row.conflicts) if has_votes else DASH,
        share(row.accuracy),
        f"{row.n_labelled:,}",
        f"{row.n_errors:,}" if row.n_errors else DASH,
    ]
    says = ", ".join(row.polarity) if len(row.polarity) < 3 else f"{len(row.polarity)} classes"
    errors_style = "bold red" if row.n_errors else ""
    state = "held" if row.quarantined else row.state
    return [
        Text(one_line(row.name, name_width)),
        Text(one_line(says, COLUMNS[1][1] - 1) or DASH, style="dim"),
        *(Text(figure, justify="right") for figure in figures[:-1]),
        Text(figures[-1], justify="right", style=errors_style),
        Text(_milliseconds(row.milliseconds_per_row), justify="right", style="dim"),
        Text(f" {state}", style=_STATE_STYLES.get(state, "red" if row.quarantined else "dim")),
    ]


def _milliseconds(value: float | None) -> str:
    """Return the time of a row in three digits at most."""
    return DASH if value is None else f"{value:.2f}" if value < 10 else f"{value:.0f}"
