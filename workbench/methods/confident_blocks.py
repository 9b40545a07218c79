"""Probabilities read in blocks: checked as they are read, never copied whole.

The matrix may be a memory-mapped file, whose pages are given back on the way.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.methods.checks import check_probs
from workbench.methods.confident_input import EPSILON, check_own, check_sums

BLOCK_ENTRIES: Final = 1 << 17
"""Entries of a block: 1 MiB of float64, which stays in the cache while it is worked on."""

FEW_CLASSES: Final = 32
"""Up to so many classes a block is turned, so that each class is one contiguous vector."""

RELEASE_EVERY: Final = 16
"""Blocks after which the pages of a memory-mapped file are given back."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of rows whose probabilities are in the cache, valid until the next.

    Attributes
    ----------
    rows
        Which rows.
    matrix
        The probabilities of all rows as they are, shape (n, K).
    entries
        Those of the block, for reading. With few classes a turned copy of shape (K, n_rows), in
        which each class is one contiguous vector; else of shape (n_rows, K), in which each row is.
    scratch
        Room for what is computed of them, of their shape. May be their own, as of a turned copy.
    sums
        Sum of each row, shape (n_rows,).
    """

    rows: slice
    matrix: npt.NDArray[Any]
    entries: npt.NDArray[Any]
    scratch: npt.NDArray[Any]
    sums: npt.NDArray[Any]

    @property
    def is_turned(self) -> bool:
        """Whether the entries are turned."""
        return _is_turned(self.matrix)

    def own(self, given: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the entry of each row's given label; what it is, `check_own` says."""
        return np.asarray(self.entries[self._cells(given)])

    def least(self) -> float:
        """Return the least entry, refusing one that is negative beyond float noise."""
        least = float(self.entries.min())
        if least < -EPSILON:
            check_probs(self.matrix)
        return least

    def inner_products(self, one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the inner product of each row in two arrays that are shaped as the entries."""
        rows = "kn,kn->n" if self.is_turned else "nk,nk->n"
        return np.asarray(np.einsum(rows, one, other))

    def largest_other(
        self, given: npt.NDArray[Any], raise_by: npt.NDArray[Any] | None = None
    ) -> npt.NDArray[Any]:
        """Return the largest entry of each row but that of the given label, and at least 0.

        Unless something is added, entries are refused that are negative beyond float noise. The
        bits of floats from 0 up order as the floats do, and are faster to compare; a sign bit comes
        out on top. It may use the entries up: call it last.

        Parameters
        ----------
        given
            Labels of the rows, shape (n_rows,).
        raise_by
            What to add to each class first, shape (K,).
        """
        entries, scratch = self.entries, self.scratch
        as_bits = f"u{entries.itemsize}"
        if raise_by is not None:
            by_class = raise_by[:, None] if self.is_turned else raise_by
            entries = np.add(entries, by_class, out=scratch)
        elif not self.is_turned:
            largest = _largest_beside(given, entries.view(as_bits)).view(entries.dtype)
            if not np.signbit(largest).any():
                return np.asarray(largest)
        if entries is not scratch:
            np.copyto(scratch, entries)
        scratch[self._cells(given)] = 0
        axis = 0 if self.is_turned else 1
        largest = scratch.view(as_bits).max(axis=axis).view(entries.dtype)
        if not np.signbit(largest).any():
            return np.asarray(largest)
        if raise_by is None and scratch.min() < -EPSILON:
            check_probs(self.matrix)
        return np.asarray(scratch.max(axis=axis))

    def confident(
        self, reachable: npt.NDArray[Any], predicted: npt.NDArray[Any], largest: npt.NDArray[Any]
    ) -> npt.NDArray[Any]:
        """Return the class that each row is counted for, -1 where none.

        It is the one that reaches its threshold; of several the predicted one. So where that does,
        no other need be looked at, nor where not even the lowest threshold is reached.

        Parameters
        ----------
        reachable
            Thresholds of the classes, shape (K,).
        predicted
            Class of the largest entry of each row, shape (n_rows,).
        largest
            That entry, shape (n_rows,).
        """
        is_sure = largest >= reachable.take(predicted)
        confident: npt.NDArray[Any] = (predicted + 1) * is_sure - 1  # a `where`, but in SIMD
        left = np.flatnonzero(~is_sure & (largest >= reachable.min()))
        is_reached = np.asarray(self.matrix[self.rows])[left] >= reachable
        row, reached = np.divmod(np.flatnonzero(is_reached), len(reachable))
        confident[left[row]] = reached
        several = left[np.bincount(row, minlength=len(left)) > 1]
        confident[several] = predicted[several]
        return confident

    def _cells(self, given: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return where the entries of the given labels stand."""
        position = np.arange(len(given))
        return (given, position) if self.is_turned else (position, given)


def own_entries(
    given: npt.NDArray[Any], matrix: npt.NDArray[Any], *, is_all: bool = False
) -> npt.NDArray[Any]:
    """Return the probability of each row's given label.

    Parameters
    ----------
    given
        Checked labels, shape (n,).
    matrix
        Probabilities, shape (n, K).
    is_all
        Whether this is all that is read: then the rows are checked here.

    Returns
    -------
    ndarray
        Shape (n,), in the type of the matrix.

    Raises
    ------
    MethodError
        Where one of them is no probability.
    RowsOffByRoundingError
        Where `is_all` and rows are to be scaled first.
    """
    own = np.empty(len(given), matrix.dtype)
    ones = np.ones(matrix.shape[1], matrix.dtype)
    for block, rows in _blocks(matrix):
        if is_all:
            with np.errstate(invalid="ignore", over="ignore"):
                check_sums(rows @ ones, matrix)
            if rows.min() < -EPSILON:
                check_probs(matrix)
        own[block] = rows[np.arange(len(rows)), given[block]]
    check_own(own, matrix)
    return own


def checked_blocks(matrix: npt.NDArray[Any]) -> Iterator[Block]:
    """Walk over a matrix of probabilities block by block, checking each.

    Parameters
    ----------
    matrix
        Shape (n, K), float32 or float64.

    Yields
    ------
    Block
        Valid until the next.

    Raises
    ------
    MethodError
        For NaN, and rows that do not sum to 1 within 0.05; for negative values once a block's
        `largest_other` or `least` is called.
    RowsOffByRoundingError
        For rows that are to be scaled first.
    """
    n, k = matrix.shape
    is_turned = _is_turned(matrix)
    size = min(_block_size(k), n)
    room = np.empty((k, size) if is_turned else (size, k), matrix.dtype)
    ones = np.ones(k, matrix.dtype)
    for rows, read in _blocks(matrix):
        scratch = room[:, : len(read)] if is_turned else room[: len(read)]
        entries = read
        if is_turned or not read.flags.c_contiguous:
            np.copyto(scratch, read.T if is_turned else read)
            entries = scratch
        with np.errstate(invalid="ignore", over="ignore"):
            sums = ones @ entries if is_turned else entries @ ones
            check_sums(sums, matrix)
        yield Block(rows, matrix, entries, scratch, sums)


def rows_by_class(
    given: npt.NDArray[Any], counts: npt.NDArray[np.int64]
) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    """Walk over the classes that have rows.

    Parameters
    ----------
    given
        Checked labels, shape (n,).
    counts
        Rows given each class, shape (K,).

    Yields
    ------
    given_class : int
        The class.
    rows : ndarray
        Its rows, rising.
    """
    if len(counts) <= FEW_CLASSES:
        # A few comparisons cost less than a sort, and no vector of positions.
        for c in np.flatnonzero(counts):
            yield int(c), np.flatnonzero(given == c)
        return
    order = np.argsort(given, kind="stable")
    ends = np.cumsum(counts)
    for c in np.flatnonzero(counts):
        yield int(c), order[ends[c] - counts[c] : ends[c]]


def gather(matrix: npt.NDArray[Any], rows: npt.NDArray[Any], columns: Any) -> npt.NDArray[Any]:
    """Return entries of a matrix, giving the pages of a memory-mapped file back on the way.

    Parameters
    ----------
    matrix
        Probabilities, shape (n, K).
    rows
        Rising row numbers, shape (n_rows,).
    columns
        One column, or column numbers of shape (n_columns,).

    Returns
    -------
    ndarray
        Shape (n_rows,) or (n_rows, n_columns).
    """
    select: Any = (lambda part: part) if np.ndim(columns) == 0 else (lambda part: part[:, None])
    mapped = _mapped_file(matrix)
    if mapped is None or not len(rows):
        return np.asarray(matrix[select(rows), columns])
    reach = RELEASE_EVERY * BLOCK_ENTRIES // matrix.shape[1]
    parts = []
    for part in np.split(rows, np.flatnonzero(np.diff(rows // reach)) + 1):
        parts.append(np.asarray(matrix[select(part), columns]))
        mapped.madvise(mmap.MADV_DONTNEED)
    return np.concatenate(parts)


def _blocks(matrix: npt.NDArray[Any]) -> Iterator[tuple[slice, npt.NDArray[Any]]]:
    """Walk over a matrix in blocks that fit the cache, giving mapped pages back on the way."""
    n, k = matrix.shape
    size = _block_size(k)
    mapped = _mapped_file(matrix)
    plain = np.asarray(matrix)
    for i, start in enumerate(range(0, n, size)):
        block = slice(start, start + size)
        yield block, plain[block]
        if mapped is not None and i % RELEASE_EVERY == RELEASE_EVERY - 1:
            mapped.madvise(mmap.MADV_DONTNEED)


def _is_turned(matrix: npt.NDArray[Any]) -> bool:
    """Return whether there are so few classes that blocks are turned."""
    return int(matrix.shape[1]) <= FEW_CLASSES


def _largest_beside(given: npt.NDArray[Any], entries: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the largest entry of each contiguous row before and behind its given label.

    As one row after the other is cut at the label, nothing is copied to leave the label out.
    """
    n_rows, n_classes = entries.shape
    cuts = np.empty((n_rows, 3), np.intp)
    cuts[:, 0] = np.arange(0, entries.size, n_classes)
    cuts[:, 1] = cuts[:, 0] + given
    cuts[:, 2] = np.minimum(cuts[:, 1] + 1, entries.size - 1)
    parts = np.maximum.reduceat(entries.ravel(), cuts.ravel()).reshape(cuts.shape)
    # An empty part is given as the entry that it begins with.
    parts[given == 0, 0] = 0
    parts[given == n_classes - 1, 2] = 0
    return np.maximum(parts[:, 0], parts[:, 2])


def _block_size(n_classes: int) -> int:
    """Return the number of rows in a block."""
    return max(BLOCK_ENTRIES // n_classes, 16)


def _mapped_file(matrix: npt.NDArray[Any]) -> mmap.mmap | None:
    """Return the file that a matrix maps, where its pages can be given back without loss."""
    base: Any = matrix
    while isinstance(base, np.ndarray):
        if isinstance(base, np.memmap) and base.mode == "c":
            return None
        base = base.base
    return base if isinstance(base, mmap.mmap) and hasattr(base, "madvise") else None
