"""Naming two groups of rows to compare: roles, sources, batches, vendors, windows of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import MethodError, UsageError
from workbench.figures import counted
from workbench.safe_text import one_word
from workbench.services.column_values import (
    TIMES_READ,
    as_iso,
    day_first_in,
    is_missing,
    number_of,
    seconds_of,
    written_either_way,
)
from workbench.services.diagnose.rows import PROVENANCE, DiagnosisRows
from workbench.types import Role

RANGE = ".."

_ODD_SHARE = 0.05
"""So few values of the other kind in a column of times are taken as missing."""


@dataclass(frozen=True, slots=True)
class Group:
    """Some rows and what to call them; ``column`` is what they were chosen by."""

    name: str
    column: str
    rows: NDArray[np.int64]


def groups_to_compare(data: DiagnosisRows, compare: Sequence[str] | None) -> tuple[Group, Group]:
    """Return the two groups that a diagnosis compares.

    Parameters
    ----------
    data
        The rows.
    compare
        Two of ``COLUMN=VALUE`` or ``COLUMN=FROM..TO``: a role, source, batch, vendor or metadata
        column; of a range either end may be missing, and a beginning of a date stands for all that
        begin so. Training against production rows by default.

    Raises
    ------
    UsageError
        If a column or value does not occur, or a row would be in both.
    """
    if compare is None:
        return (
            Group("train", "role", np.flatnonzero(data.role == Role.TRAIN)),
            Group("production", "role", np.flatnonzero(data.role == Role.PRODUCTION)),
        )
    if len(compare) != 2:
        raise UsageError(
            f"{len(compare)} groups to compare", hint="Name two: --compare batch=a batch=b"
        )
    left, right = (_group(data, spec) for spec in compare)
    both = np.intersect1d(left.rows, right.rows)
    if len(both):
        raise UsageError(
            f"{counted(len(both), 'row')} {'is' if len(both) == 1 else 'are'} in both {left.name}"
            f" and {right.name}",
            hint="Compare groups that have no row in common.",
        )
    return left, right


def _group(data: DiagnosisRows, spec: str) -> Group:
    column, sign, value = spec.partition("=")
    known = ("role", *PROVENANCE, *data.project.store.examples.metadata_columns())
    if not sign or column not in known:
        raise UsageError(
            f"{spec!r} names no group of rows",
            hint=f"COLUMN=VALUE or COLUMN=FROM..TO, of: {', '.join(known)}",
        )
    values = ["" if v is None else str(v) for v in data.column(column)]
    if value in values or RANGE not in value:
        rows = np.flatnonzero([v == value for v in values])
    else:
        rows = _in_range(values, *value.split(RANGE, 1))
    rows = rows[data.present[rows]]
    start, is_range, end = value.partition(RANGE)
    if not len(rows) and is_range and start and end and len(_in_range([start], end, start)):
        raise UsageError(
            f"the range of {spec} runs backwards",
            hint=f"Turn it round: {column}={end}{RANGE}{start}",
        )
    if not len(rows):
        shown = sorted(set(values) - {""})[:8]
        raise UsageError(f"no row has {spec}", hint=f"Values of {column}: {', '.join(shown)}, …")
    return Group(spec, column, rows)


def _in_range(values: Sequence[str], start: str, end: str) -> NDArray[np.int64]:
    """Return the rows from one value to another, ends included: numbers, else by their letters."""
    numbers = [number_of(value) for value in values]
    low, high = number_of(start), number_of(end)
    # "2013" is a number among numbers, and a year among dates.
    are_numbers = any(x is not None for x in numbers)
    if are_numbers and (low is not None or not start) and (high is not None or not end):
        return np.flatnonzero(
            [
                x is not None and (low is None or x >= low) and (high is None or x <= high)
                for x in numbers
            ]
        )
    # ISO dates sort as texts; "2025-03" as an end takes in all of March.
    day_first = day_first_in(values)
    if day_first is None and (unclear := [x for x in (start, end) if written_either_way(x)]):
        raise UsageError(
            f"no value of the column tells the day of {unclear[0]} from the month",
            hint="Write its dates as 2025-03-01.",
        )
    start, end = (as_iso(x, day_first).removesuffix("T00:00:00") for x in (start, end))
    values = [as_iso(value, day_first) for value in values]
    return np.flatnonzero(
        [
            bool(v) and (not start or v >= start) and (not end or v[: len(end)] <= end)
            for v in values
        ]
    )


def times(data: DiagnosisRows, column: str, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return when some rows are from, as seconds or as numbers; NaN where that is not known.

    Raises
    ------
    MethodError
        Where some values are numbers and others dates: they do not stand in one order; or where
        none is either.
    """
    stored = data.column(column)
    day_first = day_first_in(stored)
    numbers, dates = np.full((2, len(rows)), np.nan)
    for place, row in enumerate(rows):
        value = stored[row]
        if is_missing(value):
            continue
        number = number_of(value)
        if number is not None:
            numbers[place] = number
        elif (seconds := seconds_of(value, day_first)) is not None:
            dates[place] = seconds
    n_numbers, n_dates = (int(np.isfinite(kind).sum()) for kind in (numbers, dates))
    if min(n_numbers, n_dates) > _ODD_SHARE * (n_numbers + n_dates):
        raise MethodError(
            f"{column} holds {n_dates:,} dates and {n_numbers:,} numbers, which have no order"
        )
    if not n_numbers and not n_dates:
        known = next((stored[row] for row in rows if not is_missing(stored[row])), None)
        if known is None:
            raise MethodError(f"{column} is empty in all rows but those for evaluation")
        raise MethodError(
            f"no value of {column} is read as a time ({one_word(str(known))}): write {TIMES_READ}"
        )
    found = numbers if n_numbers > n_dates else dates
    found[~np.isfinite(found)] = np.nan
    return found
