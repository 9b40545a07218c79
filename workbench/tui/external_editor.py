"""The user's own editor, from ``VISUAL`` or ``EDITOR``; the terminal is its own until it ends."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from workbench.tui.key_names import spell
from workbench.tui.safe_text import one_line

if TYPE_CHECKING:
    from textual.app import App


def editor_command() -> tuple[list[str], str | None]:
    """Return the words that start the user's editor; where there are none, why."""
    for variable in ("VISUAL", "EDITOR"):
        line = os.environ.get(variable, "")
        try:
            words = shlex.split(line)
        except ValueError:
            return [], f"{variable} is {one_line(line, 60)}: its quotation is not closed"
        if words:
            return words, None
    return [], spell("the environment names no EDITOR; {functions.edit} edits here")


def edit_outside(app: App[Any], file: Path, line: int) -> str | None:
    """Wait until the user has edited a file; return why that could not be, or None.

    Parameters
    ----------
    app
        What gives up the terminal meanwhile.
    file
        The file.
    line
        Where to begin, from 1.
    """
    command, reason = editor_command()
    if not command:
        return reason
    try:
        with app.suspend():
            subprocess.run([*command, f"+{line}", str(file)], check=False)
    except (SuspendNotSupported, OSError) as error:
        return f"the editor cannot be opened here: {error}"
    return None
