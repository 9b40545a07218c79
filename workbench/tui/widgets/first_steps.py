"""What a view says while it has nothing to show."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench.tui.key_names import spell


def first_steps(said: str, *steps: tuple[str, str], note: str = "") -> RenderableType:
    """Return what is missing, and the keys that bring it.

    Parameters
    ----------
    said
        What is missing.
    steps
        Actions or commands, and what each does; ``{scope.action}`` stands for a key.
    note
        What else there is to know.
    """
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for what, does in steps:
        table.add_row(Text(spell(what)), Text(spell(does)))
    parts: list[RenderableType] = [Text(f"{said}\n", style="bold"), table]
    if note:
        parts.append(Text(f"\n{spell(note)}", style="dim"))
    return Group(*parts)
