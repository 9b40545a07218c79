"""Figures as people read them; a dash where there is none."""

from __future__ import annotations

from rich.text import Text

from workbench import figures

DASH = "–"


def share(value: float | None) -> str:
    """Return a share as a percentage, written as everywhere else."""
    return DASH if value is None else figures.percent(value)


def score(value: float | None) -> str:
    """Return what is no share of rows, such as F1 or a probability, as everywhere else."""
    return DASH if value is None else figures.score(value)


def interval(low: float | None, high: float | None) -> str:
    """Return the ends of an interval of shares; whole, since panes are narrow."""
    return "" if low is None or high is None else figures.bounds(low, high, digits=0)


def duration(seconds: float) -> str:
    """Return a time as people say it: ``40 s``, ``3 min``, ``2 h 5 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def bar(value: float, cells: int, *, style: str) -> Text:
    """Return a bar that fills a part of some cells."""
    n_full = round(cells * max(0.0, min(1.0, value)))
    return Text.assemble(("█" * n_full, style), ("·" * (cells - n_full), "dim"))
