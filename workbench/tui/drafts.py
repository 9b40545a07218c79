"""Changes of scripts that are not saved: they outlive the program."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DRAFTS_FOLDER: Final = Path(".workbench") / "drafts"
"""Where drafts are, in the project's folder."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What became of a script's text: what was read from the file, and what it is now."""

    read: str
    text: str


class Drafts:
    """The drafts of a project, one for each script.

    Parameters
    ----------
    root
        The project's folder.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / DRAFTS_FOLDER

    def get(self, script: Path) -> Draft | None:
        """Return the draft of a script; None where all is saved."""
        try:
            kept = json.loads(self._place(script).read_text(encoding="utf-8"))
            return Draft(str(kept["read"]), str(kept["text"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, script: Path, draft: Draft) -> None:
        """Keep a draft, whole or not at all.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        place = self._place(script)
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(".part")
        part.write_text(json.dumps({"read": draft.read, "text": draft.text}), encoding="utf-8")
        part.replace(place)

    def drop(self, script: Path) -> None:
        """Forget the draft of a script."""
        with contextlib.suppress(OSError):
            self._place(script).unlink(missing_ok=True)

    def put_aside(self, script: Path, text: str) -> Path:
        """Keep a text that is about to be replaced; return where in the project.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        name = f"{script.name}.replaced"
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_text(text, encoding="utf-8")
        return DRAFTS_FOLDER / name

    def _place(self, script: Path) -> Path:
        return self._folder / f"{script.name}.json"
