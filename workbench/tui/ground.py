"""Dark or light ground: what a person chose, else what the terminal says of itself."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

_DARK, _LIGHT = "dark", "light"

_LIGHT_GROUNDS: Final = frozenset({"7", *map(str, range(9, 16))})
"""The colours of 16 that are light, as vim and others read ``COLORFGBG``."""


def is_dark_wanted() -> bool:
    """Tell whether the ground is to be dark: as it was chosen last, else as the terminal has it."""
    try:
        chosen = _place().read_text(encoding="utf-8").strip()
    except (OSError, ValueError, RuntimeError):
        chosen = ""
    if chosen in (_DARK, _LIGHT):
        return chosen == _DARK
    return os.environ.get("COLORFGBG", "").rpartition(";")[2] not in _LIGHT_GROUNDS


def keep_ground(*, is_dark: bool) -> None:
    """Keep the choice for the next start, in every project; without a place it holds until then."""
    with contextlib.suppress(OSError, RuntimeError):  # the latter where there is no home
        place = _place()
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{_DARK if is_dark else _LIGHT}\n", encoding="utf-8")


def _place() -> Path:
    """Return where the choice is kept: with the state of the user's other programs."""
    state = os.environ.get("XDG_STATE_HOME", "")
    # What is no whole path counts for none (XDG Base Directory Specification).
    folder = Path(state) if state.startswith("/") else Path("~/.local/state").expanduser()
    return folder / "workbench" / "theme"
