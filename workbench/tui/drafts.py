"""Changes of scripts that are not saved: they outlive the program."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterator
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
        self._root = root

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
        """Keep a text that is about to be replaced, beside those of before; return where.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        place = self._beside(script)
        place.parent.mkdir(parents=True, exist_ok=True)
        for name in numbered(f"{place.name}.replaced"):
            with (
                contextlib.suppress(FileExistsError),
                (place.parent / name).open("x", encoding="utf-8") as file,
            ):
                file.write(text)
                return place.with_name(name).relative_to(self._root)
        raise AssertionError("numbers do not end")

    def _beside(self, script: Path) -> Path:
        """Return where things of a script are kept: in its own folder below that of the drafts."""
        whole, root = script.resolve(), self._root.resolve()
        inside = whole.relative_to(root if whole.is_relative_to(root) else whole.anchor)
        return self._root / DRAFTS_FOLDER / inside

    def _place(self, script: Path) -> Path:
        place = self._beside(script)
        return place.with_name(f"{place.name}.json")


def numbered(name: str) -> Iterator[str]:
    """Yield a name, then the same with numbers."""
    yield name
    yield from (f"{name}-{n}" for n in itertools.count(2))
