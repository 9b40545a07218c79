"""One pass over the probabilities that keeps what every estimate of confident learning needs.

A few numbers a row stay, in the narrowest type; the matrix itself is read in blocks, never copied,
and may be a memory-mapped file.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import TOLERATED_SUM, check_labels, check_probs

EPSILON: Final = 1e-6
"""Slack in comparisons of probabilities, as in cleanlab."""

ABSENT_THRESHOLD: Final = 2.0
"""The threshold of a class that no row is labelled with: no probability reaches it."""

BLOCK_ENTRIES: Final = 1 << 17
"""Entries of a block: 1 MiB of float64, which stays in the cache while it is worked on."""

FEW_CLASSES: Final = 32
"""Up to so many classes a block is turned, so that each class is one contiguous vector."""

RELEASE_EVERY: Final = 64
"""Blocks after which the pages of a memory-mapped file are given back."""


@dataclass(frozen=True, slots=True)
class ConfidentPass:
    """What one pass over the probabilities keeps: a few numbers a row.

    Attributes
    ----------
    labels
        Given labels, shape (n,), in the narrowest integer type.
    probs
        The probabilities, shape (n, K): the very input where that is float32 or float64.
    thresholds
        Mean self-confidence of each class, shape (K,); 2, which no row reaches, without rows.
    counts
        Rows given each class, shape (K,), int64.
    self_confidence
        Probability of the given label, shape (n,).
    best_other
        Largest probability of any other class, shape (n,); 0 where there is one class only.
    predicted
        Class of the largest probability, the first of a tie, shape (n,).
    confident
        Class that the row is counted for, shape (n,); -1 where no class is confident.
    """

    labels: npt.NDArray[Any]
    probs: npt.NDArray[Any]
    thresholds: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]
    self_confidence: npt.NDArray[Any]
    best_other: npt.NDArray[Any]
    predicted: npt.NDArray[Any]
    confident: npt.NDArray[Any]

    @property
    def n_classes(self) -> int:
        """K."""
        return len(self.thresholds)

    @property
    def agrees(self) -> npt.NDArray[np.bool_]:
        """Rows whose given label is predicted, or as probable as the prediction: never issues."""
        raised = self.self_confidence + self.self_confidence.dtype.type(EPSILON)
        agrees = raised > self.best_other
        tie = np.flatnonzero(raised == self.best_other)
        agrees[tie] = self.labels[tie] < self.predicted[tie]
        return agrees | (self.predicted == self.labels)


def confident_pass(labels: npt.ArrayLike, probs: npt.ArrayLike) -> ConfidentPass:
    """Go over the probabilities once and keep what every estimate needs.

    Rows are taken as they are: a sum of 1.00002 is float noise, and scaling it would move ties.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample class probabilities, shape (n, K); may be a ``numpy.memmap``, which is read
        in blocks, its pages given back on the way.

    Returns
    -------
    ConfidentPass
        Vectors of length n.

    Raises
    ------
    MethodError
        Where labels or probabilities are off.
    """
    matrix = as_matrix(probs)
    given = as_given(labels, matrix)
    n, k = matrix.shape
    own = own_entries(given, matrix)
    counts = np.bincount(given, minlength=k)
    thresholds = _thresholds(given, own, counts)
    reachable = thresholds.astype(matrix.dtype) - matrix.dtype.type(EPSILON)
    best_other = np.empty(n, matrix.dtype)
    predicted = given.copy()
    confident = np.empty(n, given.dtype)
    scan = _scan_columns if k <= FEW_CLASSES else _scan_rows
    for block, rows in checked_blocks(matrix):
        best, only, n_reached = scan(rows, given[block], reachable)
        best_other[block] = best
        # The first of the largest is the given label itself unless another is as large.
        doubted = np.flatnonzero(own[block] <= best)
        predicted[block][doubted] = rows[doubted].argmax(axis=1)
        # Of several confident classes the most probable one counts.
        confident[block] = np.where(n_reached > 1, predicted[block], only)
    return ConfidentPass(given, matrix, thresholds, counts, own, best_other, predicted, confident)


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
    matrix = np.asarray(probs)
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
    given = np.asarray(labels)
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


def own_entries(given: npt.NDArray[Any], matrix: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the probability of each row's given label.

    Parameters
    ----------
    given
        Checked labels, shape (n,).
    matrix
        Probabilities, shape (n, K).

    Returns
    -------
    ndarray
        Shape (n,), in the type of the matrix.
    """
    own = np.empty(len(given), matrix.dtype)
    for block, rows in _blocks(matrix):
        own[block] = rows[np.arange(len(rows)), given[block]]
    return own


def checked_blocks(matrix: npt.NDArray[Any]) -> Iterator[tuple[slice, npt.NDArray[Any]]]:
    """Walk over a matrix of probabilities block by block, checking each.

    Parameters
    ----------
    matrix
        Shape (n, K), float32 or float64.

    Yields
    ------
    block : slice
        The rows of the block.
    rows : ndarray
        The block itself, a view.

    Raises
    ------
    MethodError
        For NaN, negative values, and rows that do not sum to 1 within 0.05.
    """
    ones = np.ones(matrix.shape[1], matrix.dtype)
    with np.errstate(invalid="ignore", over="ignore"):
        for block, rows in _blocks(matrix):
            sums = rows @ ones
            # Written so that NaN fails it.
            if not (np.abs(sums - 1).max() <= TOLERATED_SUM and rows.min() >= -EPSILON):
                check_probs(matrix)
            yield block, rows


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


def best_other_entries(
    given: npt.NDArray[Any],
    matrix: npt.NDArray[Any],
    *,
    adjust: Callable[[npt.NDArray[Any]], npt.NDArray[Any]] | None = None,
) -> npt.NDArray[Any]:
    """Return the largest probability of a class other than the given one.

    Parameters
    ----------
    given
        Checked labels, shape (n,).
    matrix
        Probabilities, shape (n, K).
    adjust
        Applied to each block first; must return non-negative entries.

    Returns
    -------
    ndarray
        Shape (n,), in the type of the matrix; 0 where there is one class only.

    Raises
    ------
    MethodError
        Where the probabilities are off.
    """
    best = np.empty(len(given), matrix.dtype)
    best_of = _best_of_columns if matrix.shape[1] <= FEW_CLASSES else _best_of_rows
    for block, rows in checked_blocks(matrix):
        best[block] = best_of(rows if adjust is None else adjust(rows), given[block])
    return best


def _blocks(matrix: npt.NDArray[Any]) -> Iterator[tuple[slice, npt.NDArray[Any]]]:
    """Walk over a matrix in blocks that fit the cache, giving mapped pages back on the way."""
    n, k = matrix.shape
    size = max(BLOCK_ENTRIES // k, 16)
    mapped = _mapped_file(matrix)
    plain = np.asarray(matrix)
    for i, start in enumerate(range(0, n, size)):
        block = slice(start, start + size)
        yield block, plain[block]
        if mapped is not None and i % RELEASE_EVERY == RELEASE_EVERY - 1:
            mapped.madvise(mmap.MADV_DONTNEED)


def _mapped_file(matrix: npt.NDArray[Any]) -> mmap.mmap | None:
    """Return the file that a matrix maps, where its pages can be given back without loss."""
    base: Any = matrix
    while isinstance(base, np.ndarray):
        if isinstance(base, np.memmap) and base.mode == "c":
            return None
        base = base.base
    return base if isinstance(base, mmap.mmap) and hasattr(base, "madvise") else None


def _scan_columns(
    rows: npt.NDArray[Any], given: npt.NDArray[Any], reachable: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Return best other entry, only confident class (-1: none) and their number, for few classes."""
    columns = np.array(rows.T, order="C")
    reached = columns >= reachable[:, None]
    n_reached = np.add.reduce(reached.view(np.int8), axis=0, dtype=np.int8)
    only = np.full(len(rows), -1, np.int16)
    for k, is_reached in enumerate(reached):
        # A sum picks the one class out where there is one; where there are more it is not used.
        only += is_reached.view(np.int8) * np.int8(k + 1)
    columns[given, np.arange(len(rows))] = 0
    return np.maximum.reduce(columns, axis=0), only, n_reached


def _scan_rows(
    rows: npt.NDArray[Any], given: npt.NDArray[Any], reachable: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Return best other entry, only confident class (-1: none) and their number, for many."""
    hit_row, hit_class = np.divmod(np.flatnonzero((rows >= reachable).ravel()), rows.shape[1])
    n_reached = np.bincount(hit_row, minlength=len(rows))
    only = np.full(len(rows), -1, given.dtype)
    only[hit_row] = hit_class
    return _best_of_rows(rows, given), only, n_reached


def _best_of_columns(rows: npt.NDArray[Any], given: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the largest entry of each row but the given one, for few classes."""
    columns = np.array(rows.T, order="C")
    columns[given, np.arange(len(rows))] = 0
    return np.asarray(np.maximum.reduce(columns, axis=0))


def _best_of_rows(rows: npt.NDArray[Any], given: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the largest entry of each row but the given one, for many classes.

    The row is folded in two, each entry against its partner half a row on; the fold is small, so
    that leaving the given entry out of it costs little.
    """
    n, k = rows.shape
    half = k // 2
    folded = np.maximum(rows[:, :half], rows[:, half : 2 * half])
    if k % 2:
        # The odd class joins the first pair; it is last to be told apart below.
        np.maximum(folded[:, 0], rows[:, -1], out=folded[:, 0])
    place = given % half
    place[given == 2 * half] = 0
    beside = place[:, None] + half * np.arange(3)
    # Entries folded together: two, and a third where the odd class is among them.
    is_other = (beside < k) & ((beside < 2 * half) | (place[:, None] == 0))
    is_other &= beside != given[:, None]
    position = np.arange(n)[:, None]
    together = np.where(is_other, rows[position, np.minimum(beside, k - 1)], 0)
    folded[position[:, 0], place] = together.max(axis=1)
    return np.asarray(folded.max(axis=1))


def _thresholds(
    given: npt.NDArray[Any], own: npt.NDArray[Any], counts: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return the mean self-confidence of each class."""
    thresholds = np.full(len(counts), ABSENT_THRESHOLD)
    order = np.argsort(given, kind="stable")
    ends = np.cumsum(counts)
    for c in np.flatnonzero(counts):
        # A mean over the very numbers, in the order, that cleanlab averages: the same last bit.
        with np.errstate(invalid="ignore"):  # the entries themselves are checked later
            thresholds[c] = own[order[ends[c] - counts[c] : ends[c]]].mean()
    return np.asarray(np.maximum(thresholds, 2 * EPSILON))
