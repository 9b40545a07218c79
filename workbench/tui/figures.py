"""Figures as people read them; a dash where there is none."""

from __future__ import annotations

from rich.text import Text

DASH = "–"


def share(value: float | None) -> str:
    """Return a share as a percentage."""
    return DASH if value is None else f"{100 * value:.1f}%"


def interval(low: float | None, high: float | None) -> str:
    """Return the ends of an interval of shares."""
    return "" if low is None or high is None else f"[{100 * low:.0f}, {100 * high:.0f}]"


def bar(value: float, cells: int, *, style: str) -> Text:
    """Return a bar that fills a part of some cells."""
    n_full = round(cells * max(0.0, min(1.0, value)))
    return Text.assemble(("█" * n_full, style), ("·" * (cells - n_full), "dim"))
