"""The files that a labeling function names: what they hold is part of its version (worker only)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

_MAX_NAME = 4_096
_CODE = (".py", ".pyc", ".so")
"""Code is followed where it is used, function by function."""


def named_files(names: Iterable[str], project: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Find the files that texts name, in the project's folder or below.

    A name may be relative to the project's folder, in which functions run, to that of the scripts,
    or to any folder that is named too, since paths are often put together from parts.

    Parameters
    ----------
    names
        Texts that a function reaches; most name no file.
    project
        The project's folder.
    folder
        That of the scripts.

    Yields
    ------
    tuple
        Path in the project, and the digest of the content, in order of path.
    """
    parts = {part for name in names if (part := _relative(name, project)) is not None}
    folders = [project, folder]
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
            elif path.suffix not in _CODE:
                files.add(path)
    for path in sorted(files):
        if (content := file_digest(path)) is not None:
            yield str(path.relative_to(project)), content


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
