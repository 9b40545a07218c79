"""What is shown of the labeling functions: the table's columns and cells, heads, problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.text import Text

from workbench.services.functions import LFRow, ScriptProblem
from workbench.tui.figures import DASH, interval, share
from workbench.tui.safe_text import one_line, safe

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

_STATE_STYLES = {
    "current": "green",
    "stale": "yellow",
    "new": "cyan",
    "gone": "red",
    "held": "red",
    "failing": "red",
    "dead": "yellow",
}

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
    marks = {"held": row.quarantined, "failing": row.is_failing, "dead": row.is_dead}
    state = next((mark for mark, holds in marks.items() if holds), row.state)
    return [
        Text(one_line(row.name, name_width)),
        Text(one_line(says, COLUMNS[1][1] - 1) or DASH, style="dim"),
        *(Text(figure, justify="right") for figure in figures[:-1]),
        Text(figures[-1], justify="right", style=errors_style),
        Text(_milliseconds(row.milliseconds_per_row), justify="right", style="dim"),
        Text(f" {state}", style=_STATE_STYLES.get(state, "dim")),
    ]


def heading(row: LFRow, *, has_draft: bool) -> Text:
    """Return what stands above the source of a function."""
    place = f"{row.file}:{row.line}" if row.file and row.line else row.file or row.kind
    head = Text(no_wrap=True, overflow="ellipsis")
    head.append(one_line(row.name, 60), style="bold")
    head.append(f"  {one_line(place)}  version {row.version}", style="dim")
    if row.accuracy is not None:
        head.append(
            f"\nright {share(row.accuracy)} {interval(row.accuracy_low, row.accuracy_high)}"
            f" of {row.n_labelled:,} trusted rows that it votes on"
        )
    if row.is_dead:
        head.append("\ndead: it votes on no row", style="yellow")
    if row.quarantined:
        head.append(f"\nquarantined: {one_line(row.quarantined)}", style="bold red")
    if row.first_error:
        failing = "failing: " if row.is_failing else ""
        head.append(f"\n{failing}{row.n_errors:,} rows failed, first ", style="red")
        head.append(one_line(row.first_error), style="red")
    if has_draft:
        head.append("\nhas changes that are not saved: e goes on", style="bold yellow")
    return head


def problem_lines(problems: Sequence[ScriptProblem]) -> Text:
    """Return what is wrong with the scripts that could not be loaded, and where."""
    lines = Text()
    for problem in problems:
        where = f"{problem.file}:{problem.line}" if problem.line else problem.file
        lines.append(f"{safe(where)}  ", style="bold red")
        lines.append(f"{one_line(problem.message)}\n")
        if problem.hint:
            lines.append(f"  {one_line(problem.hint)}\n", style="dim")
    return lines


def _milliseconds(value: float | None) -> str:
    """Return the time of a row in three digits at most."""
    return DASH if value is None else f"{value:.2f}" if value < 10 else f"{value:.0f}"
