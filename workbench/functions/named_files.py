"""The files that a labeling function names: what they hold is part of its version.

They are collected in the worker; the parent looks again where functions look for files.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import CodeType

from workbench.functions.libraries import in_project

_MAX_NAME = 4_096
_MAX_LISTED = 10_000
_CODE = (".py", ".pyc", ".so")
"""Code is followed where it is used, function by function."""

_DATABASE = "workbench.db"
"""Every command writes to it, and to the files beside it, whose names begin so."""

_MAGIC = frozenset("*?[")
_BELOW = "**"
"""The last part of a place that is a folder, with all below it; other places are patterns."""

_LISTING = frozenset({"glob", "iglob", "iterdir", "listdir", "rglob", "scandir", "walk"})
"""What code calls to find the files in a folder."""


class NamedFiles:
    """Collects what may name a file, and finds the files that there are.

    A text may be relative to the project's folder, in which functions run, to that of the scripts,
    or to any folder that is named too, since paths are often put together from parts. Where code
    lists folders, the files in those that are named count, and the patterns among the texts.

    Parameters
    ----------
    project
        The project's folder.
    folder
        That of the scripts.
    """

    def __init__(self, project: Path, folder: Path) -> None:
        self._project = project
        self._folder = folder
        self._texts: set[str] = set()
        self._outside: set[Path] = set()
        self._is_listing = False

    def note(self, constant: object) -> None:
        """Remember the texts of a constant, or of code: each may be the name of a file."""
        match constant:
            case str():
                self._texts.add(constant)
            case CodeType():
                self._is_listing |= not _LISTING.isdisjoint(constant.co_names)
                self.note(constant.co_consts)
            case tuple() | frozenset():
                for item in constant:
                    self.note(item)

    def note_path(self, path: Path) -> None:
        """Remember a path, wherever it leads; those in the project are found by name."""
        if in_project(str(path.absolute()), self._project):
            self._texts.add(str(path))
        else:
            self._outside.add(path)

    def found(self) -> tuple[dict[str, bytes], list[str]]:
        """Return the files that there are, and the places where files were looked for.

        Returns
        -------
        tuple
            The digest of each file's content, by its path from the project's folder on, or its
            absolute one; of a path outside the project that leads nowhere, it is empty. And the
            places, for `files_at`, written in the same way.
        """
        files, places = self._in_project()
        root = self._project
        contents = {str(path.relative_to(root)): file_digest(path) for path in sorted(files)}
        found = {name: content for name, content in contents.items() if content is not None}
        for path in sorted(self._outside):
            listed = [path]
            if self._is_listing and path.is_dir():
                listed = _files_below(path)
                places.append(path / _BELOW)
            found |= {str(one): file_digest(one) or b"" for one in listed}
        return found, [str(p.relative_to(root) if p.is_relative_to(root) else p) for p in places]

    def _in_project(self) -> tuple[set[Path], list[Path]]:
        """Return the files in the project, and the places where they were looked for."""
        parts = {p for text in self._texts if (p := _relative(text, self._project)) is not None}
        patterns = [p for p in sorted(parts) if self._is_listing and is_place(p)]
        folders = [self._project, self._folder]
        files: set[Path] = set()
        for at in folders:  # which grows
            entries = _entries(at)
            for part in parts:
                # Most texts are no path: their first part is no entry, which costs no call.
                if part.partition(os.sep)[0] not in entries:
                    continue
                path = at / part
                if path.is_dir():
                    if path not in folders:
                        folders.append(path)
                else:
                    files.add(path)
            for pattern in patterns:
                files.update(_matches(at, pattern))
        # Not a pattern that goes through all below the project: it may be large.
        places = [self._project / p for p in patterns if not p.startswith(_BELOW)]
        if self._is_listing:
            for at in folders[2:]:  # of the whole project, only what a pattern finds
                files.update(_files_below(at))
                places.append(at / _BELOW)
        return {path for path in files if path.suffix not in _CODE}, places


def is_place(name: str) -> bool:
    """Tell whether a name is that of a place where a function looks for files, and of no file."""
    return not _MAGIC.isdisjoint(name)


def files_at(folder: Path, place: str) -> list[Path]:
    """Return the files at a place, whose name starts at a folder, in order of path."""
    parts = Path(place).parts
    first = next(i for i, part in enumerate(parts) if is_place(part))
    folder, pattern = folder.joinpath(*parts[:first]), str(Path(*parts[first:]))
    found = _files_below(folder) if pattern == _BELOW else sorted(_matches(folder, pattern))
    return [path for path in found if path.suffix not in _CODE]


def file_digest(path: Path) -> bytes | None:
    """Return the digest of what a file holds; None where it is no file, or cannot be read."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return None
        status = path.stat()
        return _digest(path, status.st_size, status.st_mtime_ns)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=1024)
def _digest(path: Path, size: int, modified: int) -> bytes:
    """Hash a file once, although many functions may name it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).digest()


def _relative(name: str, project: Path) -> str | None:
    """Return a text as a path below a folder of the project; None where it can be none."""
    if not name or len(name) > _MAX_NAME or "\0" in name or "\n" in name:
        return None
    root = str(project) + os.sep
    # The tail of a path, as in f"{FOLDER}/words.txt", begins with a slash.
    path = os.path.normpath(name.removeprefix(root).lstrip(os.sep) or os.curdir)
    return None if path in (os.curdir, os.pardir) or path.startswith(os.pardir + os.sep) else path


@lru_cache(maxsize=64)
def _entries(folder: Path) -> frozenset[str]:
    try:
        return frozenset(entry.name for entry in folder.iterdir())
    except OSError:
        return frozenset()


def _matches(folder: Path, pattern: str) -> Iterable[Path]:
    """Return what a pattern finds in a folder, but the project's database."""
    try:
        return [p for p in folder.glob(pattern) if not p.name.startswith(_DATABASE)]
    except (OSError, ValueError, NotImplementedError):  # a text of another kind
        return []


def _files_below(folder: Path) -> list[Path]:
    """Return the files below a folder in order of path, without hidden ones and caches of code."""

    def files() -> Iterator[Path]:
        for at, folders, names in os.walk(folder):
            folders[:] = sorted(n for n in folders if not n.startswith((".", "__pycache__")))
            yield from (Path(at, name) for name in sorted(names) if not name.startswith("."))

    return list(islice(files(), _MAX_LISTED))
