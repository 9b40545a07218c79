"""The user's own matrix of vectors: read from a file, its rows found, its contradictions told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.figures import counted
from workbench.services.cache import text_keys
from workbench.services.embed.vector_checks import checked_vectors
from workbench.services.embed.vector_files import file_version
from workbench.services.labels import texts_present
from workbench.services.project import Project

_ONE_UID_A_LINE = (
    "One uid a line, of rows that were imported, in the order of the matrix; no header."
)


def read_matrix(
    project: Project, source: Path, uids: Path | None
) -> tuple[NDArray[np.int64], NDArray[np.float32], str]:
    """Return the rows (n,), vectors (n, d) and version of a file.

    Rows whose text was removed for good need no vector, and get none.

    Parameters
    ----------
    project
        The project.
    source
        A ``.npy`` file.
    uids
        A file that names the rows, one uid a line; the order of import where it is None, with or
        without the rows whose text was removed for good.

    Raises
    ------
    DataError
        If a file cannot be read, names an unknown row or one twice, or its numbers cannot be used.
    """
    try:
        content = source.read_bytes()
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", place=str(source)) from error
    try:
        matrix = np.load(source, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:  # NumPy's words advise what is not safe
        raise DataError(
            "is not a NumPy array of numbers",
            place=str(source),
            hint="Write it with numpy.save: a matrix of numbers, one row an example.",
        ) from error
    if not isinstance(matrix, np.ndarray):
        raise DataError(
            "is an archive of arrays, not one array",
            place=str(source),
            hint="Write the matrix with numpy.save, as .npy.",
        )
    present = texts_present(project)
    rows = np.arange(len(present)) if uids is None else _rows_of(project, uids)
    if uids is None and matrix.shape[:1] == (int(present.sum()),):
        rows = np.flatnonzero(present)
    if uids is not None and matrix.ndim == 2 and len(matrix) != len(rows):
        raise DataError(
            f"it has {counted(len(matrix), 'row')}, and {uids} names {len(rows):,}",
            place=str(source),
            hint="Each row of the matrix needs its uid, one a line, in the same order.",
        )
    every_uid = project.store.examples.uids()
    vectors = checked_vectors(matrix, str(source), [every_uid[row] for row in rows])
    is_kept = present[rows]
    if not is_kept.any():
        raise DataError(
            "there is a vector only for texts that were removed for good",
            place=str(source),
            hint="They need none.",
        )
    return rows[is_kept], vectors[is_kept], file_version(content)


def contradictions(
    project: Project,
    texts: list[str],
    rows: NDArray[np.int64],
    vectors: NDArray[np.float32],
) -> tuple[str, ...]:
    """Say where one text has two vectors: the first is kept.

    Parameters
    ----------
    project
        The project.
    texts
        Of all examples.
    rows, vectors
        Rows of a matrix, and what it says of them.
    """
    _, first, group = np.unique(
        text_keys([texts[row] for row in rows]), return_index=True, return_inverse=True
    )
    original = first[group]
    # Float noise between two calls of a model is no contradiction.
    differs = ~np.isclose(vectors, vectors[original], rtol=1e-3, atol=1e-4).all(axis=1)
    if not differs.any():
        return ()
    i, n = int(np.flatnonzero(differs)[0]), int(differs.sum())
    rows_differ = f"{counted(n, 'row')} {'has' if n == 1 else 'have'}"
    uids = project.store.examples.uids()
    return (
        f"{rows_differ} another vector than an earlier row of the same text,"
        f" which was taken instead: first {uids[rows[i]]} (as {uids[rows[original[i]]]}). Are the"
        " rows in the order of import? If not, name them: --uids FILE",
    )


def _rows_of(project: Project, uids: Path) -> NDArray[np.int64]:
    """Return the examples that a file of uids names."""
    try:
        lines = uids.read_text(encoding="utf-8-sig").rstrip().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot be read: {error}", place=str(uids)) from error
    if not lines:
        raise DataError("names no row", place=str(uids), hint=_ONE_UID_A_LINE)
    place = {uid: row for row, uid in enumerate(project.store.examples.uids())}
    unknown = [(line, uid) for line, uid in enumerate(lines, 1) if uid not in place]
    if unknown:
        line, uid = unknown[0]
        raise DataError(
            f"there is no example {uid[:80]!r}", place=f"{uids}:{line}", hint=_ONE_UID_A_LINE
        )
    seen: dict[str, int] = {}
    for line, uid in enumerate(lines, 1):
        if uid in seen:
            raise DataError(
                f"{uid[:80]!r} stands there twice, first in line {seen[uid]}",
                place=f"{uids}:{line}",
                hint="Take one of the two lines out, and its row out of the matrix.",
            )
        seen[uid] = line
    return np.array([place[uid] for uid in lines], np.int64)
