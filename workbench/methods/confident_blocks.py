"""Probabilities read in blocks: checked as they are read, never copied whole.

The matrix may be a memory-mapped file, whose pages are given back on the way.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import TOLERATED_SUM, as_array, check_labels, check_probs

Result = TypeVar("Result")

EXACT_SUM: Final = {"d": 1e-6, "f": 1e-4}
"""By type, how far float noise alone takes the sum of a row from 1."""

EPSILON: Final = 1e-6
"""Slack in comparisons of probabilities, as in cleanlab."""

BLOCK_ENTRIES: Final = 1 << 17
"""Entries of a block: 1 MiB of float64, which stays in the cache while it is worked on."""

FEW_CLASSES: Final = 32
"""Up to so many classes a block is turned, so that each class is one contiguous vector."""

RELEASE_EVERY: Final = 16
"""Blocks after which the pages of a memory-mapped file are given back."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of rows and a working copy of their probabilities, for the caller to write into.

    Attributes
    ----------
    rows
        Which rows.
    matrix
        The probabilities of all rows as they are, shape (n, K).
    entries
        The copy: shape (K, n_rows) where it is turned, else (n_rows, K). With few classes each is
        one contiguous vector; with many, each row is.
    sums
        Sum of each row, shape (n_rows,).
    is_turned
        Whether the copy is turned.
    """

    rows: slice
    matrix: npt.NDArray[Any]
    entries: npt.NDArray[Any]
    sums: npt.NDArray[Any]
    is_turned: bool

    def leave_out(self, given: npt.NDArray[Any]) -> None:
        """Set the entry of each row's given label to 0."""
        position = np.arange(len(given))
        self.entries[(given, position) if self.is_turned else (position, given)] = 0

    def largest(self) -> npt.NDArray[Any]:
        """Return the largest entry of each row, refusing negative ones.

        The bits of floats from 0 up order as the floats do, and are faster to compare; a sign bit
        comes out on top.
        """
        axis = 0 if self.is_turned else 1
        bits = self.entries.view(f"u{self.entries.itemsize}")
        largest = bits.max(axis=axis).view(self.entries.dtype)
        if not np.signbit(largest).any():
            return np.asarray(largest)
        self.least()
        return np.asarray(self.entries.max(axis=axis))

    def least(self) -> float:
        """Return the least entry, refusing one that is negative beyond float noise."""
        least = float(self.entries.min())
        if least < -EPSILON:
            check_probs(self.matrix)
        return least

    def inner_products(self, other: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the inner product of each row with its row of another such copy."""
        rows = "kn,kn->n" if self.is_turned else "nk,nk->n"
        return np.asarray(np.einsum(rows, self.entries, other))

    def add(self, by_class: npt.NDArray[Any]) -> None:
        """Add a number to each class."""
        np.add(self.entries, by_class[:, None] if self.is_turned else by_class, out=self.entries)

    def reached(self, reachable: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return how many classes reach their threshold, and the one where it is one; -1: none."""
        n_rows = len(self.sums)
        if not self.is_turned:
            hits = np.flatnonzero((self.entries >= reachable).ravel())
            row, hit = np.divmod(hits, self.entries.shape[1])
            only = np.full(n_rows, -1, np.int32)
            only[row] = hit
            return np.bincount(row, minlength=n_rows), only
        is_reached = (self.entries >= reachable[:, None]).view(np.int8)
        only = np.full(n_rows, -1, np.int16)
        for k, row in enumerate(is_reached):
            # Where one class is reached the sum is that class; where more are it is not used.
            only += row * np.int8(k + 1)
        return np.add.reduce(is_reached, axis=0, dtype=np.int8), only


def as_matrix(probs: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return probabilities as a float matrix, the very input where it is one.

    Parameters
    ----------
    probs
        Array of shape (n, K).

    Returns
    -------
    ndarray
        Shape (n, K), float32 or float64; the values are checked by `checked_blocks`.

    Raises
    ------
    MethodError
        For another shape, no rows, or values that are not numbers.
    """
    matrix = as_array(probs, name="probs")
    if matrix.ndim != 2 or matrix.shape[1] < 1 or matrix.dtype not in (np.float32, np.float64):
        matrix = check_probs(matrix)
    if not len(matrix):
        raise MethodError("there are no labelled rows", hint="Label some rows first.")
    return matrix


def as_given(labels: npt.ArrayLike, matrix: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return given labels in the narrowest integer type.

    Parameters
    ----------
    labels
        Shape (n,), whole numbers from 0 to K - 1.
    matrix
        The probabilities of the same rows, shape (n, K).

    Returns
    -------
    ndarray
        Shape (n,), int16, or int32 where K needs it.

    Raises
    ------
    MethodError
        For a wrong length, fractions, or a label out of range.
    """
    n, k = matrix.shape
    given = as_array(labels, name="labels")
    narrow = np.dtype(np.int16 if k <= np.iinfo(np.int16).max else np.int32)
    is_sound = (
        given.shape == (n,)
        and np.issubdtype(given.dtype, np.integer)
        and given.min() >= 0
        and given.max() < k
    )
    if not is_sound:
        # The slow way knows what to say, and takes whole numbers of another type.
        given = check_labels(given, k, n_rows=n)
    return given.astype(narrow)


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
    # Written so that NaN fails it.
    if not (own.min() >= -EPSILON and own.max() <= 1 + TOLERATED_SUM):
        check_probs(matrix)
    return own


class RowsOffByRoundingError(Exception):
    """Rows do not quite sum to 1: caught by `with_exact_sums`, which scales them."""


def with_exact_sums(
    matrix: npt.NDArray[Any], compute: Callable[[npt.NDArray[Any]], Result]
) -> Result:
    """Compute on probabilities whose rows sum to 1, scaling them only where that proves needed.

    Parameters
    ----------
    matrix
        Probabilities, shape (n, K).
    compute
        Walks over `checked_blocks`, or calls `check_sums`.

    Returns
    -------
    Result
        What `compute` returns, of the matrix itself or of a scaled copy.

    Raises
    ------
    MethodError
        Where the probabilities are off.
    """
    try:
        return compute(matrix)
    except RowsOffByRoundingError:
        return compute(check_probs(matrix))


def check_sums(sums: npt.NDArray[Any], matrix: npt.NDArray[Any]) -> None:
    """Raise where rows do not sum to 1.

    Parameters
    ----------
    sums
        Sums of some rows.
    matrix
        Probabilities of all rows.

    Raises
    ------
    MethodError
        Where one is far off, or NaN.
    RowsOffByRoundingError
        Where one is off by rounding.
    """
    # Written so that NaN fails it.
    if not np.abs(sums - 1).max() <= EXACT_SUM[matrix.dtype.char]:
        check_probs(matrix)
        raise RowsOffByRoundingError


def checked_blocks(matrix: npt.NDArray[Any]) -> Iterator[Block]:
    """Walk over a matrix of probabilities block by block, checking each.

    Parameters
    ----------
    matrix
        Shape (n, K), float32 or float64.

    Yields
    ------
    Block
        A working copy, valid until the next.

    Raises
    ------
    MethodError
        For NaN, and rows that do not sum to 1 within 0.05; for negative values once a block's
        `largest` or `least` is called.
    RowsOffByRoundingError
        For rows that are to be scaled first.
    """
    n, k = matrix.shape
    is_turned = k <= FEW_CLASSES
    size = min(_block_size(k), n)
    scratch = np.empty((k, size) if is_turned else (size, k), matrix.dtype)
    ones = np.ones(k, matrix.dtype)
    for rows, read in _blocks(matrix):
        entries = scratch[:, : len(read)] if is_turned else scratch[: len(read)]
        np.copyto(entries, read.T if is_turned else read)
        with np.errstate(invalid="ignore", over="ignore"):
            sums = ones @ entries if is_turned else entries @ ones
            check_sums(sums, matrix)
        yield Block(rows, matrix, entries, sums, is_turned)


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
