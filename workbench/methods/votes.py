"""The vote matrix: validation, unique patterns, and what each labeling function does.

A vote matrix has one row an example and one column a labeling function (LF); its entries are
class indices or `ABSTAIN`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import MethodError
from workbench.methods.checks import check_labels
from workbench.methods.intervals import wilson
from workbench.types import ABSTAIN, NO_LABEL

if TYPE_CHECKING:
    from scipy import sparse

Votes = NDArray[np.signedinteger[Any]]

_PACKED_ROWS = 16_384


@dataclass(frozen=True, slots=True)
class VotePatterns:
    """The distinct rows of a vote matrix.

    Attributes
    ----------
    votes
        (u, m) distinct rows in lexicographic order, so independent of the order of the examples.
    counts
        (u,) int64, how many examples show each pattern.
    inverse
        (n,) int64, the pattern of each example: ``votes[inverse]`` is the matrix again.
    """

    votes: Votes
    counts: NDArray[np.int64]
    inverse: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class VoteSummary:
    """What each of m labeling functions does; all arrays have shape (m,).

    Attributes
    ----------
    polarity
        The classes each LF votes for, ascending.
    coverage
        Share of examples that the LF votes on.
    overlaps
        Share of examples that the LF and at least one other LF vote on.
    conflicts
        Share of examples that the LF votes on and another LF votes differently on.
    n_labelled
        Labelled examples that the LF votes on; 0 where no labels were given, like the next two.
    n_correct, n_incorrect
        Votes on labelled examples that agree with the label, and that do not.
    accuracy
        ``n_correct / n_labelled``; nan where `n_labelled` is 0.
    accuracy_low, accuracy_high
        95 % Wilson interval of the accuracy; (0, 1) where `n_labelled` is 0.
    """

    polarity: tuple[tuple[int, ...], ...]
    coverage: NDArray[np.float64]
    overlaps: NDArray[np.float64]
    conflicts: NDArray[np.float64]
    n_labelled: NDArray[np.int64]
    n_correct: NDArray[np.int64]
    n_incorrect: NDArray[np.int64]
    accuracy: NDArray[np.float64]
    accuracy_low: NDArray[np.float64]
    accuracy_high: NDArray[np.float64]


def vote_dtype(n_classes: int) -> np.dtype[np.signedinteger[Any]]:
    """Return the narrowest dtype for votes over `n_classes` classes: int8 up to 127, else int16."""
    return np.dtype(np.int8 if n_classes <= 127 else np.int16)


def check_votes(votes: ArrayLike, n_classes: int) -> Votes:
    """Validate a vote matrix.

    Parameters
    ----------
    votes
        (n, m) integers in -1..n_classes-1; -1 abstains.
    n_classes
        Number of classes K, at least 2.

    Returns
    -------
    ndarray
        The matrix in `vote_dtype`, without a copy where it has that dtype already.

    Raises
    ------
    MethodError
        If the matrix is not two-dimensional or not of integers, or an entry is out of range; the
        first such entry is named.
    """
    if not 2 <= n_classes <= np.iinfo(np.int16).max:
        raise MethodError(
            f"The number of classes is {n_classes}.", hint="Labels need 2 to 32767 classes."
        )
    matrix = np.asarray(votes)
    if matrix.ndim != 2 or (matrix.size and not np.issubdtype(matrix.dtype, np.integer)):
        raise MethodError(
            f"Votes must be a matrix of integers, not {matrix.ndim}-dimensional {matrix.dtype}.",
            hint="Give one row an example, one column a labeling function, and -1 for abstain.",
        )
    if matrix.size and (matrix.min() < ABSTAIN or matrix.max() >= n_classes):
        row, column = np.argwhere((matrix < ABSTAIN) | (matrix >= n_classes))[0]
        raise MethodError(
            f"The vote is {matrix[row, column]}, outside -1..{n_classes - 1}.",
            place=f"row {row}, column {column}",
            hint="Return a class of the project, or -1 to abstain.",
        )
    return matrix.astype(vote_dtype(n_classes), copy=False)


def unique_patterns(votes: Votes) -> VotePatterns:
    """Find the distinct rows of a vote matrix and how often each occurs.

    Parameters
    ----------
    votes
        (n, m) validated votes.

    Returns
    -------
    VotePatterns
        Exact: rows are compared as numbers in base K + 1, packed into as few 64-bit words as hold
        them, never by a hash.
    """
    n = len(votes)
    words = _pack_rows(votes)
    order = _sorted_rows(words)
    starts = np.ones(n, dtype=np.bool_)
    if n:
        starts[1:] = False
        for word in words:
            ordered = word[order]
            starts[1:] |= ordered[1:] != ordered[:-1]
    first = np.flatnonzero(starts)
    inverse = np.empty(n, dtype=np.int64)
    inverse[order] = np.cumsum(starts) - 1
    return VotePatterns(
        votes=votes[order[first]], counts=np.diff(np.append(first, n)), inverse=inverse
    )


def _pack_rows(votes: Votes) -> list[NDArray[np.uint64]]:
    """Write each row as big-endian digits in base (highest vote + 2), several digits a word."""
    n, m = votes.shape
    base = int(votes.max(initial=ABSTAIN)) + 2
    digits = 1
    while base ** (digits + 1) <= 2**64:
        digits += 1
        if digits >= m:
            break
    words = [np.zeros(n, dtype=np.uint64) for _ in range(0, max(m, 1), digits)]
    # In blocks that stay in the cache: rows apart, a column is read as slowly as the whole matrix.
    for start in range(0, n, _PACKED_ROWS):
        columns = votes[start : start + _PACKED_ROWS].T.copy() + np.int8(1)
        for i, word in enumerate(words):
            packed = word[start : start + _PACKED_ROWS]
            for column in columns[i * digits : (i + 1) * digits]:
                packed *= np.uint64(base)
                packed += column.astype(np.uint64)
    return words


def _sorted_rows(words: list[NDArray[np.uint64]]) -> NDArray[np.int64]:
    """Return the rows in the order of their words, equal ones by number."""
    n = len(words[0])
    bits = max(n - 1, 0).bit_length()
    if len(words) > 1 or int(words[0].max(initial=0)).bit_length() + bits > 64:
        return np.lexsort(words[::-1])
    # Numbers that hold word and row are sorted in a fraction of the time of an indirect sort.
    keys = words[0] << np.uint64(bits)
    keys |= np.arange(n, dtype=np.uint64)
    keys.sort()
    keys &= np.uint64((1 << bits) - 1)
    return keys.view(np.int64)


def vote_indicators(votes: Votes, n_classes: int) -> sparse.csr_matrix:
    """One-hot form of a vote matrix; an abstain is a row of zeros.

    Parameters
    ----------
    votes
        (n, m) validated votes.
    n_classes
        Number of classes K.

    Returns
    -------
    scipy.sparse.csr_matrix
        (n, m * K) float64; column ``j * K + k`` is 1 where LF j votes for class k.
    """
    from scipy import sparse

    n, m = votes.shape
    voted = votes != ABSTAIN
    offsets = np.arange(m, dtype=np.int32) * n_classes
    indices = (votes + offsets)[voted]
    indptr = np.concatenate([[0], np.cumsum(np.count_nonzero(voted, axis=1))])
    return sparse.csr_matrix((np.ones(len(indices)), indices, indptr), shape=(n, m * n_classes))


def coverage(votes: Votes) -> float:
    """Share of examples with at least one vote; 0 where there is no example."""
    return float(np.mean((votes != ABSTAIN).any(axis=1))) if len(votes) else 0.0


def conflict_rate(votes: Votes) -> float:
    """Share of examples that two labeling functions vote differently on; 0 without examples."""
    return float(np.mean(_conflicted(votes))) if len(votes) else 0.0


def summarize(
    votes: ArrayLike,
    n_classes: int,
    labels: ArrayLike | None = None,
    *,
    apart: Mapping[int, tuple[NDArray[np.int64], ArrayLike]] | None = None,
) -> VoteSummary:
    """Describe every labeling function, as Snorkel's ``LFAnalysis`` does.

    Parameters
    ----------
    votes
        (n, m) votes in -1..n_classes-1.
    n_classes
        Number of classes K.
    labels
        (n,) trusted labels, -1 where there is none.
    apart
        By column, rows on which an LF is measured by other labels, and these; it would else be
        measured by its own answers.

    Returns
    -------
    VoteSummary
        Shares are of all n examples, and 0 where n is 0.

    Raises
    ------
    MethodError
        If votes or labels are malformed.
    """
    matrix = check_votes(votes, n_classes)
    n = len(matrix)
    given = (
        np.full(n, NO_LABEL)
        if labels is None
        else check_labels(labels, n_classes, n_rows=n, allow_none=True)
    )
    others = {
        j: (rows, check_labels(said, n_classes, n_rows=len(rows), allow_none=True))
        for j, (rows, said) in (apart or {}).items()
    }
    return _compute_summary(matrix, n_classes, given, others)


def _compute_summary(
    votes: Votes,
    n_classes: int,
    labels: NDArray[np.int64],
    apart: Mapping[int, tuple[NDArray[np.int64], NDArray[np.int64]]],
) -> VoteSummary:
    """Count, column by column, so that no temporary is larger than the vote matrix."""
    n, m = votes.shape
    voted = votes != ABSTAIN
    overlapped = np.count_nonzero(voted, axis=1) > 1
    conflicted = _conflicted(votes)
    counts = np.zeros((5, m), dtype=np.int64)
    polarity = []
    for j in range(m):
        column, mask = votes[:, j], voted[:, j]
        tally = np.bincount(column[mask], minlength=n_classes)
        polarity.append(tuple(np.flatnonzero(tally).tolist()))
        truth = labels
        if j in apart:
            truth = labels.copy()
            rows, said = apart[j]
            truth[rows] = said
        counts[:, j] = (
            tally.sum(),
            np.count_nonzero(mask & overlapped),
            np.count_nonzero(mask & conflicted),
            np.count_nonzero(mask & (truth != NO_LABEL)),
            np.count_nonzero(mask & (column == truth)),
        )
    shares = counts[:3] / max(n, 1)
    n_labelled, n_correct = counts[3], counts[4]
    accuracy = np.full(m, np.nan)
    np.divide(n_correct, n_labelled, out=accuracy, where=n_labelled > 0)
    low, high = wilson(n_correct, n_labelled)
    return VoteSummary(
        polarity=tuple(polarity),
        coverage=shares[0],
        overlaps=shares[1],
        conflicts=shares[2],
        n_labelled=n_labelled,
        n_correct=n_correct,
        n_incorrect=n_labelled - n_correct,
        accuracy=accuracy,
        accuracy_low=low,
        accuracy_high=high,
    )


def _conflicted(votes: Votes) -> NDArray[np.bool_]:
    """Rows whose highest vote and lowest vote differ, abstains aside."""
    highest = votes.max(axis=1, initial=ABSTAIN)
    beyond = np.iinfo(votes.dtype).max
    lowest = np.where(votes == ABSTAIN, votes.dtype.type(beyond), votes).min(axis=1, initial=beyond)
    conflicted: NDArray[np.bool_] = (highest != ABSTAIN) & (highest != lowest)
    return conflicted
