"""Whose rows are these? Probabilities that a user brings, put in order and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.figures import counted
from workbench.methods.checks import EXACT_SUM
from workbench.methods.confident import ConfidentPass, confident_pass

SHOWN: Final = 3
"""How many uids an error names."""

LEAST_SIGMAS: Final = 3.0
"""Labels that know nothing of their probabilities agree so far above chance once in 740 times."""

STRETCH: Final = 64
"""Rows of the shortest stretch that is looked at."""

STRETCH_SIGMAS: Final = 1.64
"""Labels of other rows fit better than this once in 20 times: that stretch goes unseen."""

STRETCH_LEVEL: Final = 1e-2
"""The chance that one of the stretches of a sound file falls so far below like rows elsewhere."""

OFFSET_LEVEL: Final = 1e-3
"""The chance that labels which know nothing of the probabilities fit them at some offset."""

COLUMN_LEVEL: Final = 1e-3
"""The chance that a pair of columns which know nothing of their two classes looks swapped."""

LEAST_ROWS: Final = 10
"""A class of fewer rows does not tell which column is its own."""

LEAST_REFERENCE: Final = 5
"""Fewer rows of a class do not tell how probable its labels are elsewhere.

Nor do fewer labels beside those of the commonest class tell whether a stretch fits them.
"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive rows from ``first`` up to ``end``, whose labels and probabilities are unrelated.

    ``offset`` rows further stand probabilities that fit the labels; None where none do.
    """

    first: int
    end: int
    offset: int | None


def align_rows(
    probs: npt.ArrayLike, probs_uids: Sequence[str], uids: Sequence[str]
) -> npt.NDArray[Any]:
    """Put rows of probabilities in the order of the examples.

    Parameters
    ----------
    probs
        Shape (n_probs, K).
    probs_uids
        The uid of each row of `probs`, each once.
    uids
        The uids of the examples, n of them.

    Returns
    -------
    ndarray
        Shape (n, K): one row an example; rows of other uids are left out.

    Raises
    ------
    MethodError
        Where a uid is missing or given twice, or the lengths differ.
    """
    matrix = np.asarray(probs)
    if matrix.ndim != 2 or len(matrix) != len(probs_uids):
        raise MethodError(
            f"{counted(len(probs_uids), 'uid')} for probabilities of shape {matrix.shape}"
        )
    place = {uid: i for i, uid in enumerate(probs_uids)}
    if len(place) != len(probs_uids):
        twice = [uid for i, uid in enumerate(probs_uids) if place[uid] != i]
        has = "has" if len(twice) == 1 else "have"
        raise MethodError(f"{counted(len(twice), 'uid')} {has} several rows: {_some(twice)}")
    missing = [uid for uid in uids if uid not in place]
    if missing:
        raise MethodError(
            f"{len(missing):,} of {counted(len(uids), 'example')}"
            f" {'has' if len(missing) == 1 else 'have'} no probabilities: {_some(missing)}",
            hint="Predict every labelled example, and keep its uid beside the prediction.",
        )
    return np.asarray(matrix[[place[uid] for uid in uids]])


def check_related(labels: npt.ArrayLike, probs: npt.ArrayLike) -> None:
    """Refuse probabilities that know nothing of the labels: those of other rows, most likely.

    The mean probability of the given labels is held against what it is when labels are dealt to
    rows at random: the permutation test of a mean, with its normal approximation (Hoeffding, "A
    combinatorial central limit theorem", Annals of Mathematical Statistics 22 (1951)).

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Class probabilities, shape (n, K).

    Raises
    ------
    MethodError
        Where labels or probabilities are off, or unrelated. Nothing is said of a single class, or
        where all rows have the same probabilities.
    """
    if _sigmas(confident_pass(labels, probs)) < LEAST_SIGMAS:
        raise MethodError(
            "these probabilities fit the labels no better than those of other rows would",
            hint="Check that their rows and classes are in the order of the examples and classes.",
        )


def class_columns(labels: npt.ArrayLike, probs: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return which column holds the probabilities of which class.

    Columns in another order pass `check_related` where enough of them stand in place. The best
    assignment of columns to classes, by the mean probabilities of the rows of each class, is cut
    into its cycles. A cycle is believed where at least two and more than half of its columns are
    clearly higher in the rows of the class that they are assigned to than in those of the class
    that they stand for, and none is clearly lower (Bonferroni over the pairs of classes). One
    alone is not enough: so it is where a model never says a class, and its rows are another's.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Class probabilities, shape (n, K).

    Returns
    -------
    ndarray
        Shape (K,): the column of each class; 0, 1, 2, ... where none stands for another clearly.

    Raises
    ------
    MethodError
        Where labels or probabilities are off.
    """
    from scipy.optimize import linear_sum_assignment
    from scipy.special import ndtri

    seen = confident_pass(labels, probs)
    n_classes, counts = seen.n_classes, seen.counts
    column_of = np.arange(n_classes)
    if n_classes < 2:
        return column_of
    mean = np.empty((n_classes, n_classes))
    square = np.empty((n_classes, n_classes))
    for c in range(n_classes):
        column = np.asarray(seen.probs[:, c], np.float64)
        for moment, values in ((mean, column), (square, column**2)):
            total = np.bincount(seen.labels, values, minlength=n_classes)
            moment[:, c] = total / np.maximum(counts, 1)
    variance = np.maximum(square - mean**2, 0)
    best = linear_sum_assignment(mean, maximize=True)[1]
    least = -ndtri(COLUMN_LEVEL / (n_classes * (n_classes - 1)))
    for cycle in _cycles(best):
        theirs = best[cycle]
        excess = mean[cycle, theirs] - mean[theirs, theirs]
        error = np.sqrt(
            variance[cycle, theirs] / np.maximum(counts[cycle], 1)
            + variance[theirs, theirs] / np.maximum(counts[theirs], 1)
        )
        has_rows = np.minimum(counts[cycle], counts[theirs]) >= LEAST_ROWS
        is_higher = has_rows & (excess > np.maximum(least * error, EXACT_SUM))
        is_lower = has_rows & (excess < -np.maximum(least * error, EXACT_SUM))
        if is_higher.sum() >= 2 and 2 * is_higher.sum() > len(cycle) and not is_lower.any():
            column_of[cycle] = theirs
    return column_of


def _cycles(order: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Return the cycles of a permutation, without what stays in place."""
    found, left = [], set(np.flatnonzero(order != np.arange(len(order))).tolist())
    while left:
        cycle = [min(left)]
        while (following := int(order[cycle[-1]])) != cycle[0]:
            cycle.append(following)
        left -= set(cycle)
        found.append(np.array(cycle))
    return found


def unrelated_stretch(labels: npt.ArrayLike, probs: npt.ArrayLike) -> Stretch | None:
    """Find consecutive rows whose probabilities know nothing of the labels, where others do.

    So it is after a row was lost or doubled: from there on each row has the probabilities of its
    neighbour. Stretches of 64 rows and of twice that, four times, ... overlap by half. A stretch is
    unrelated where its labels fit no better than they would if dealt to its rows at random (not by
    1.64 standard errors, as in `check_related`), though their classes are believed elsewhere: the
    labels are less probable than those of the same classes are in all rows, or in the stretch of
    any length that fits best, by more than chance makes any of the stretches in one file of 50
    (Bonferroni over the stretches, or their pairs). The best stretches show what the mean of all
    rows hides where most rows are out of place. The labels must also be clearly less probable than
    those of rows with the same prediction: where rows are sorted by class, most labels of the other
    classes are wrong ones, but most predictions are right.

    Labels that were given at random look alike. What tells rows out of place is that the labels fit
    the rows at some offset, by more than they would at any in one file of a thousand.

    Parameters
    ----------
    labels
        Given labels in the order of the rows, shape (n,).
    probs
        Class probabilities, shape (n, K).

    Returns
    -------
    Stretch or None
        The longest one, of those the first, together with shorter ones that touch it where no
        offset is found; None where there is none.

    Raises
    ------
    MethodError
        Where labels or probabilities are off.
    """
    seen = confident_pass(labels, probs)
    stretches = _stretches(len(seen.labels))
    if not stretches:
        return None
    own = seen.self_confidence.astype(np.float64)
    starts, ends = np.array(stretches).T
    level = STRETCH_LEVEL / len(stretches)
    # The best stretch is chosen among all: chance is allowed for in each pair of them. The second
    # test only takes back what the first found, and is less strict.
    is_less = _is_less_probable(own, seen.labels, starts, ends, (level, level / len(stretches)))
    is_less &= _is_less_probable(own, seen.predicted, starts, ends, (level, level))
    found: Stretch | None = None
    for i in np.flatnonzero(is_less):
        first, end = stretches[i]
        if found and (first > found.end or end < found.first):
            continue
        if found and found.first <= first and end <= found.end:
            continue
        part = confident_pass(seen.labels[first:end], np.asarray(seen.probs[first:end]))
        n_others = len(part.labels) - int(part.counts.max())
        if n_others < LEAST_REFERENCE or _sigmas(part) >= STRETCH_SIGMAS:
            continue
        if found:
            found = Stretch(min(first, found.first), max(end, found.end), None)
        elif (offset := _offset(part, seen.probs, first)) is not None:
            return Stretch(first, end, offset)
        else:
            found = Stretch(first, end, None)
    return found


def _is_less_probable(
    own: npt.NDArray[np.float64],
    kind: npt.NDArray[Any],
    first: npt.NDArray[np.int64],
    end: npt.NDArray[np.int64],
    level: tuple[float, float],
) -> npt.NDArray[np.bool_]:
    """Tell in which stretches labels are less probable than those of like rows elsewhere.

    Elsewhere is all rows, and of each length the stretch whose labels are the most probable for
    their kinds; ``level`` is the chance of either error in one stretch.
    """
    from scipy.special import ndtri

    n_kinds = int(kind.max()) + 1
    n_all = np.maximum(np.bincount(kind, minlength=n_kinds), 1)
    mean = np.bincount(kind, own, n_kinds) / n_all
    variance = np.bincount(kind, (own - mean[kind]) ** 2, n_kinds) / n_all

    def sums(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        total = np.concatenate([[0], np.cumsum(values)])
        return np.asarray(total[end] - total[first])

    lack, spread = sums(mean[kind] - own), np.sqrt(sums(variance[kind]))
    of_all, of_best = -ndtri(level)
    is_less = lack > of_all * spread
    length = end - first
    fit = -lack / np.maximum(spread, EXACT_SUM)
    for size in np.unique(length):
        mine = np.flatnonzero(length == size)
        best = mine[fit[mine].argmax()]
        rows = slice(first[best], end[best])
        n_there = np.bincount(kind[rows], minlength=n_kinds)
        total = np.bincount(kind[rows], own[rows], n_kinds)
        is_told = n_there >= LEAST_REFERENCE
        there = np.where(is_told, total / np.maximum(n_there, 1), mean)
        # The mean of few rows is uncertain, and so for all rows of its kind together.
        error = np.where(is_told, variance / np.maximum(n_there, 1), 0)
        lack = sums(there[kind] - own)
        for i in np.flatnonzero(~is_less & (lack > of_best * spread)):
            n_here = np.bincount(kind[first[i] : end[i]], minlength=n_kinds)
            is_less[i] = lack[i] > of_best * np.sqrt(spread[i] ** 2 + n_here**2 @ error)
    return np.asarray(is_less)


def _offset(part: ConfidentPass, probs: npt.NDArray[Any], first: int) -> int | None:
    """Return how many rows further the probabilities of a stretch stand; None where nowhere.

    The excess of `_sigmas` at each offset, by the fast Fourier transform.
    """
    from scipy.signal import correlate
    from scipy.special import ndtri

    n, length = len(probs), len(part.labels)
    share = part.counts / length
    excess = np.zeros(n + length + 1)
    variance = 0.0
    for c in np.flatnonzero(part.counts):
        column = np.asarray(probs[:, c], np.float64)
        variance += share[c] * float(column.var())
        # Beyond the ends stand rows that say nothing.
        column = np.pad(column - column.mean(), length)
        total = np.concatenate([[0], np.cumsum(column)])
        dealt = total[length:] - total[:-length]
        excess += correlate(column, (part.labels == c).astype(np.float64), "valid", method="fft")
        excess -= share[c] * dealt
    best = int(excess.argmax())
    offset = best - length - first
    least = -ndtri(OFFSET_LEVEL / len(excess)) * np.sqrt(length * variance)
    return offset if excess[best] > least and offset else None


def _stretches(n: int) -> list[tuple[int, int]]:
    """Return the first row and the end of each stretch, the longest first."""
    found = []
    length = STRETCH
    while length < n:
        starts = range(0, n - length, length // 2)
        found.append([(start, start + length) for start in starts] + [(n - length, n)])
        length *= 2
    return [stretch for stretches in reversed(found) for stretch in stretches]


def _sigmas(seen: ConfidentPass) -> float:
    """Return by how many standard errors the labels fit better than if dealt at random.

    Infinite where nothing can be said: one class only, or the same probabilities in all rows.
    """
    n = len(seen.labels)
    share = seen.counts / n
    mean = np.asarray(seen.probs).mean(axis=0, dtype=np.float64)
    # Variance of a sum over a random matching: double-centred entries, squared.
    centred = np.asarray(seen.probs, np.float64) - mean
    centred -= (centred @ share)[:, None]
    variance = float((centred**2 @ share).sum() / max(n - 1, 1))
    if variance * n <= 1e-12:
        return float("inf")
    excess = seen.self_confidence.astype(np.float64).mean() - mean @ share
    return float(excess * np.sqrt(n / variance))


def _some(uids: Sequence[str]) -> str:
    """Name the first few uids."""
    return ", ".join(uids[:SHOWN]) + (", …" if len(uids) > SHOWN else "")
