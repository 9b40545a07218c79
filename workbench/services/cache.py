"""What can be worked out again from the texts, kept beside the database: ``.cache`` in the project.

Nothing in it is a fact: a missing, foreign or broken file is worked out anew, and the folder may be
deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.services.project import Project

FOLDER = ".cache"

UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)
"""What reading a missing or damaged file of arrays raises."""

_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n"
"""What tells backup programs that a folder may be left out: https://bford.info/cachedir/."""


def text_keys(texts: Sequence[str]) -> NDArray[np.void]:
    """Return the 16-byte digest of each text, shape (n,)."""
    digests = b"".join(
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        for text in texts
    )
    return np.frombuffer(digests, dtype="V16")


def cache_folder(project: Project) -> Path | None:
    """Return the folder of the cache, made when absent; None where it cannot be made."""
    folder = project.root / FOLDER
    with contextlib.suppress(OSError):
        if not folder.is_dir():
            folder.mkdir(exist_ok=True)
            (folder / "CACHEDIR.TAG").write_text(_TAG, encoding="ascii")
            (folder / ".gitignore").write_text("*\n", encoding="ascii")
        return folder
    return None


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let a file be written beside its place, and put it there in one step.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    part = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        write(part)
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def load_array(path: Path) -> Any:
    """Return an array that was kept, or None where there is none that can be read."""
    with contextlib.suppress(*UNREADABLE), path.open("rb") as file:
        return np.load(file, allow_pickle=False)
    return None
