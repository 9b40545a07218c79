"""Labels that changed: a line each, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from workbench.services.diff import ChangedLabel
from workbench.tui.colors import color_of
from workbench.tui.figures import DASH
from workbench.tui.key_names import key
from workbench.tui.safe_text import one_line
from workbench.tui.widgets.columns import fit


def change_line(row: ChangedLabel, classes: Sequence[str]) -> Text:
    """Return a changed label as a line: the row, what it was, what it is, the cause."""
    return Text.assemble(
        " ", fit(row.uid, 14), " ", _named(row.before, classes), (" → ", "dim"),
        _named(row.after, classes), "  ", (one_line(row.cause), "dim"),
    )  # fmt: skip


def change_details(row: ChangedLabel, by_cause: Mapping[str, int], classes: Sequence[str]) -> Text:
    """Return where a label came from before and after, and what changed it."""
    causes = ", ".join(f"{n:,} by {cause}" for cause, n in by_cause.items() if n)
    return Text.assemble(
        (f"{one_line(row.uid, 60)}\n\n", "bold"),
        ("was    ", "dim"), _named(row.before, classes), f"  {row.before_origin or ''}\n",
        ("is     ", "dim"), _named(row.after, classes), f"  {row.after_origin or ''}\n",
        ("cause  ", "dim"), one_line(row.cause), "\n",
        ("what   ", "dim"), one_line(row.detail, 400), "\n\n",
        (f"all changes: {causes}\n{key('provenance.follow')}: the whole trail of this row", "dim"),
    )  # fmt: skip


def _named(label: str | None, classes: Sequence[str]) -> Text:
    return Text(one_line(label or DASH, 24), style=color_of(label, classes))
