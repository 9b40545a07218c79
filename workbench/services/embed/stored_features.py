"""The features of all texts in a file, of which only the rows that are asked for are read.

A million short texts have more than a gigabyte of features. They are read rather than mapped, since
mapped pages count as memory of the process.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.methods.features import TextFeatures, with_vectors
from workbench.methods.row_blocks import row_blocks
from workbench.services.cache import UNREADABLE, write_whole

_ENTRY: Final = np.dtype([("column", np.int32), ("value", np.float32)])
_ENTRIES, _INDEX = ".entries", ".npz"


class StoredFeatures:
    """Sparse features in a file; ``X[rows]`` returns those of a slice, or of row indices.

    Parameters
    ----------
    file
        The entries, one text after the other in any order.
    start, size
        Of each text, where its entries begin and how many it has, (n,), int64.
    names
        The names of the columns, as of `workbench.methods.features.TextFeatures`.
    """

    dtype = np.dtype(np.float32)

    def __init__(
        self,
        file: IO[bytes],
        start: NDArray[np.int64],
        size: NDArray[np.int64],
        names: Sequence[str],
    ) -> None:
        self._file, self.start, self.size = file, start, size
        weakref.finalize(self, file.close)
        self.names = names
        self.shape = (len(start), len(names))

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> Any:
        """Return the features of rows, a scipy.sparse.csr_matrix of their own."""
        from scipy.sparse import csr_matrix

        start, size = self.start[rows], self.size[rows]
        ends = np.concatenate([[0], np.cumsum(size)])
        columns, values = np.empty(ends[-1], np.int32), np.empty(ends[-1], np.float32)
        for block in row_blocks(len(start)):
            here = slice(ends[block.start], ends[block.stop])
            entries = self._read(start[block], size[block])
            columns[here], values[here] = entries["column"], entries["value"]
        return csr_matrix((values, columns, ends), shape=(len(start), self.shape[1]))

    def _read(self, start: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[Any]:
        """Read the entries of some texts, those that follow each other in the file at once."""
        entries = np.empty(size.sum(), _ENTRY)
        into = entries.view(np.uint8).data
        leaps = np.flatnonzero(start[1:] != (start + size)[:-1]) + 1
        ends = np.cumsum(size)[np.append(leaps, len(start)) - 1] * _ENTRY.itemsize
        begin = 0
        for first, end in zip([0, *leaps], ends, strict=True):
            place = int(start[first]) * _ENTRY.itemsize
            if os.preadv(self._file.fileno(), [into[begin:end]], place) != end - begin:
                raise OSError("the file of the features is cut short")
            begin = end
        return entries


class WithVectors:
    """Stored features with dense vectors beside them, such as embeddings; read alike.

    Parameters
    ----------
    features
        Of n texts.
    vectors
        Shape (n, e), rows of length 1.
    """

    def __init__(self, features: StoredFeatures, vectors: NDArray[np.float32]) -> None:
        self._features, self._vectors = features, vectors
        self.shape = (features.shape[0], features.shape[1] + vectors.shape[1])
        self.dtype = features.dtype

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> Any:
        """Return the features of rows, a scipy.sparse.csr_matrix of their own."""
        return with_vectors(self._features[rows], self._vectors[rows])


def store_features(
    texts: Sequence[str], file: IO[bytes], *, rng: np.random.Generator
) -> StoredFeatures:
    """Work out the features of texts and write them into a file.

    Parameters
    ----------
    texts
        The texts, n of them.
    file
        An empty file to write to and read from; it is closed with the features.
    rng
        Source of the texts that the vocabulary is learnt from, where there are many.

    Raises
    ------
    MethodError
        If no text has a single token.
    OSError
        If the file cannot be written.
    """
    with contextlib.ExitStack() as on_error:
        on_error.callback(file.close)
        stored = _write(texts, file, rng)
        on_error.pop_all()
    return stored


def _write(texts: Sequence[str], file: IO[bytes], rng: np.random.Generator) -> StoredFeatures:
    """Write the features of texts into a file."""
    learner = TextFeatures()
    start, size = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.int64)
    n_written = 0
    for rows, features in learner.fit_in_blocks(texts, rng=rng):
        entries = np.empty(features.nnz, _ENTRY)
        entries["column"], entries["value"] = features.indices, features.data
        file.write(entries.tobytes())
        start[rows] = n_written + features.indptr[:-1]
        size[rows] = np.diff(features.indptr)
        n_written += len(entries)
    file.flush()
    return StoredFeatures(file, start, size, learner.feature_names_)


def passing_features(
    texts: Sequence[str], folder: Path | None, *, rng: np.random.Generator
) -> StoredFeatures:
    """Store features in a file without a name, which is gone with the process.

    Parameters
    ----------
    texts
        The texts, n of them.
    folder
        Where there is room; the system's folder for such files by default.
    rng
        As of `store_features`.
    """
    return store_features(texts, tempfile.TemporaryFile(dir=folder), rng=rng)


def keep_features(texts: Sequence[str], path: Path, *, rng: np.random.Generator) -> StoredFeatures:
    """Store features where `kept_features` finds them.

    Parameters
    ----------
    texts
        The texts, n of them.
    path
        Where to, without an ending.
    rng
        As of `store_features`.

    Raises
    ------
    OSError
        If the files cannot be written.
    """
    made: list[StoredFeatures] = []

    def write_entries(part: Path) -> None:
        made.append(store_features(texts, part.open("w+b"), rng=rng))

    def write_index(part: Path) -> None:
        names = "\n".join(made[0].names).encode("utf-8", "surrogatepass")
        with part.open("wb") as file:
            np.savez(
                file,
                start=made[0].start,
                size=made[0].size,
                names=np.frombuffer(names, np.uint8),
            )

    write_whole(path.with_suffix(_ENTRIES), write_entries)
    write_whole(path.with_suffix(_INDEX), write_index)
    return made[0]


def kept_features(path: Path, n: int) -> StoredFeatures | None:
    """Return the features of n texts that were kept under a path; None where there are none.

    Parameters
    ----------
    path
        As of `keep_features`.
    n
        How many texts there are.
    """
    with contextlib.suppress(*UNREADABLE), path.with_suffix(_INDEX).open("rb") as file:
        index = np.load(file, allow_pickle=False)
        start, size = index["start"], index["size"]
        names = index["names"].tobytes().decode("utf-8", "surrogatepass").split("\n")
        entries = path.with_suffix(_ENTRIES)
        if len(start) == len(size) == n and entries.stat().st_size == size.sum() * _ENTRY.itemsize:
            return StoredFeatures(entries.open("rb"), start, size, names)
    return None
