"""What an export writes, by class and origin, and what was written before, as text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.text import Text

from workbench.figures import counted
from workbench.services.export.preview import ExportPreview
from workbench.store.queues import Export
from workbench.tui.colors import color_of
from workbench.tui.figures import bar
from workbench.tui.widgets.columns import fit, shorten, width_of

PATH_CELLS: Final = 30

_SHOWN_CLASSES = 8
_NAME_CELLS = 16


def by_class(preview: ExportPreview, classes: Sequence[str]) -> Text:
    """Return what goes out by class and origin, and what stays behind by reason."""
    text = Text()
    most = max(preview.by_label.values(), default=1)
    ranked = sorted(preview.by_label.items(), key=lambda item: -item[1])
    cells = width_of([name for name, _ in ranked[:_SHOWN_CLASSES]], most=_NAME_CELLS)
    for name, n in ranked[:_SHOWN_CLASSES]:
        color = color_of(name, classes)
        text.append_text(fit(shorten(name, cells), cells, style=color))
        text.append(f" {n:>8,} ")
        text.append_text(bar(n / most, 8, style=color))
        text.append("\n")
    if len(ranked) > _SHOWN_CLASSES:
        text.append(f"{len(ranked) - _SHOWN_CLASSES} more classes\n", style="dim")
    if preview.by_origin:
        origins = " · ".join(f"{n:,} {origin}" for origin, n in preview.by_origin.items())
        text.append(f"from {origins}\n", style="dim")
    text.append(f"\n{preview.n_left_out:,} stay behind\n", style="bold")
    for reason, n in preview.left_out.items():
        text.append(f"{n:>8,} {reason}\n")
    return text


def written_before(written: Sequence[Export], chosen: Path) -> Text:
    """Return the files that were written, newest first; the chosen one is marked."""
    text = Text()
    if written:
        text.append("\nwritten before\n", style="bold")
    for export in written:
        path = Path(export.path)
        text.append(f"{shorten(from_home(path), PATH_CELLS)}")
        text.append("  this file\n" if path == chosen.resolve() else "\n")
        text.append(f"  {counted(export.n_rows, 'row')}, run {export.run_id}\n", style="dim")
    return text


def from_home(path: Path) -> str:
    """Return where a path leads, with ``~`` for the user's own folder."""
    whole, home = path.resolve(), Path.home().resolve()
    if whole == home:
        return "~"
    return f"~/{whole.relative_to(home)}" if whole.is_relative_to(home) else str(whole)
