"""Files of vectors by the digest of their text, one for each embedder and version."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, UsageError
from workbench.plugins import is_embedder_name
from workbench.services.cache import UNREADABLE, text_keys, write_whole
from workbench.services.project import Project

FOLDER = "embeddings"

FROM_FILE = "file-"
"""The beginning of versions that came from a file."""


@dataclass(frozen=True, slots=True)
class TextVectors:
    """A file of vectors: ``keys`` (n,) are sorted digests of texts, ``vectors`` (n, d)."""

    keys: NDArray[np.void]
    vectors: NDArray[np.float32]


def keyed(texts: list[str], rows: NDArray[np.int64], vectors: NDArray[np.float32]) -> TextVectors:
    """Return vectors by the digest of their text, the first of each."""
    keys, first = np.unique(text_keys([texts[row] for row in rows]), return_index=True)
    return TextVectors(keys, vectors[first])


def joined(new: TextVectors, known: TextVectors | None) -> TextVectors:
    """Return new vectors and those that are known of other texts."""
    if known is None or not len(known.keys):
        return new
    if not len(new.keys):
        return known
    keys, first = np.unique(np.concatenate([new.keys, known.keys]), return_index=True)
    return TextVectors(keys, np.concatenate([new.vectors, known.vectors])[first])


def rows_without(
    texts: list[str], present: NDArray[np.bool_], known: TextVectors | None
) -> list[int]:
    """Return one row for each distinct text that has no vector, of the rows whose text is there."""
    keys, rows = text_keys(texts), np.flatnonzero(present[: len(texts)])
    _, first = np.unique(keys[rows], return_index=True)
    rows = rows[np.sort(first)]
    if known is not None:
        place = np.searchsorted(known.keys, keys[rows])
        place = np.minimum(place, max(len(known.keys) - 1, 0))
        rows = rows[known.keys[place] != keys[rows]] if len(known.keys) else rows
    return [int(row) for row in rows]


def file_version(content: bytes) -> str:
    """Return the version of vectors that came from a file."""
    return FROM_FILE + hashlib.sha256(content).hexdigest()[:16]


def vector_file(project: Project, name: str, version: str) -> Path:
    """Return the file of one embedder and version."""
    if not is_embedder_name(name):
        raise UsageError(
            f"embeddings cannot be called {name[:60]!r}",
            hint="Give another name: --with NAME, of letters, digits, dots and dashes, not tfidf.",
        )
    # The digest tells versions apart whose readable parts are the same.
    safe_version = re.sub(r"[^\w.-]", "_", version)[:40]
    digest = hashlib.blake2b(version.encode(), digest_size=6).hexdigest()
    return project.root / FOLDER / f"{name}@{safe_version}-{digest}.npz"


def renewal(name: str, version: str) -> str:
    """Return the command that gives new rows a vector.

    Parameters
    ----------
    name, version
        Of the embeddings that are there.
    """
    again = making(name, version)
    return f"{again} --uids FILE" if version.startswith(FROM_FILE) else again


def making(name: str, version: str) -> str:
    """Return the command that makes embeddings of all rows again.

    Parameters
    ----------
    name, version
        Of the embeddings.
    """
    own = " --from X.npy" if version.startswith(FROM_FILE) else ""
    return f"workbench embed --with {name}{own}"


def read_vectors(project: Project, name: str, version: str) -> TextVectors:
    """Read the vectors of one embedder and version.

    Raises
    ------
    DataError
        If their file is gone or damaged.
    """
    path, again = vector_file(project, name, version), making(name, version)
    if not path.exists():
        raise DataError(
            f"the embeddings {name!r} are gone",
            place=str(path),
            hint=f"Bring the file back, or make them again: {again}; or choose: --embedder tfidf",
        )
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            if str(file["version"]) != version:
                raise ValueError(f"they are of version {str(file['version'])[:80]!r}")
            keys = np.ascontiguousarray(file["keys"]).view("V16").ravel()
            return TextVectors(keys, file["vectors"])
    except UNREADABLE as error:
        raise DataError(
            f"the embeddings are damaged: {error}",
            place=str(path),
            hint=f"Delete the file and make them again: {again}",
        ) from error


def write_vectors(path: Path, version: str, known: TextVectors) -> None:
    """Write a file of vectors of one version in one step."""
    keys = known.keys.view(np.uint8).reshape(len(known.keys), 16)

    def write(part: Path) -> None:
        np.savez(part, keys=keys, vectors=known.vectors, version=np.array(version))

    try:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, write)
    except OSError as error:
        raise DataError(f"cannot be written: {error.strerror}", place=str(path)) from error
