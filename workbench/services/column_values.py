"""The values of columns as numbers and as times, in whatever way a file wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

MISSING = "(none)"
"""What the group of rows without a value is called."""

_LEAST_DIGITS, _ALL_DIGITS = 6, 17
"""Digits that an edge of a band has at least, if it needs them; so many say any number exactly."""


def is_missing(value: Any) -> bool:
    """Tell whether a row has no value there."""
    return value is None or value == ""


def name_of(value: Any) -> str:
    """Return a value as the name of a group: in quotes where spaces around it would not be seen."""
    text = str(value)
    return text if text == text.strip() else repr(text)


def number_of(value: Any) -> float | None:
    """Return a value as a number, or None where it is none, or too large for one."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def numbers_of(values: Sequence[Any]) -> NDArray[np.float64] | None:
    """Return a column as numbers, NaN where missing; None where a value is no number."""
    numbers = [np.nan if is_missing(value) else number_of(value) for value in values]
    if any(number is None for number in numbers):
        return None
    return np.array(numbers, dtype=np.float64)


def in_bands(numbers: NDArray[np.float64], edges: NDArray[np.float64]) -> list[str]:
    """Return the band of each number by name, `MISSING` for none; an edge is in the lower band.

    Parameters
    ----------
    numbers
        The numbers, (n,), one of them finite at least; others are missing.
    edges
        Where to cut; an edge that has no number above it is none.

    Returns
    -------
    list of str
        The names, n, with so many digits that they tell which numbers are in a band.
    """
    is_there = np.isfinite(numbers)
    there = numbers[is_there]
    edges = np.unique(edges[edges < there.max()])
    band = np.searchsorted(edges, there, side="left")
    written: list[float] = edges.tolist()
    for digits in range(_LEAST_DIGITS, _ALL_DIGITS):
        rounded = [float(f"{edge:.{digits}g}") for edge in edges]
        if (np.searchsorted(rounded, there, side="left") == band).all():
            written = rounded
            break
    said = [repr(edge).removesuffix(".0") for edge in written]
    names = [f"above {low}, up to {high}" for low, high in pairwise(said)]
    names = [f"up to {said[0]}", *names, f"above {said[-1]}"] if said else ["all"]
    found = np.full(len(numbers), MISSING, object)
    found[is_there] = np.array(names, object)[band]
    return [str(name) for name in found]


_CLOCK = r"(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s*([AP])\.?M\.?)?)?"
_DOTTED = re.compile(rf"(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}){_CLOCK}", re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([/.])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}", re.IGNORECASE)
_EITHER_WAY = re.compile(rf"(\d{{1,2}})([/-])(\d{{1,2}})\2(\d{{4}}){_CLOCK}", re.IGNORECASE)

TIMES_READ = "2025-03-01, 2025-03-01T12:30:00Z, 01.03.2025, or 01/03/2025 if a day is above 12"
"""How a column may write times, to be told where it does not."""


def time_of(value: Any, day_first: bool | None = None) -> datetime | None:
    """Return a time in UTC, which it is in where it does not say; None for no time.

    None, too, for one that in UTC would lie before the year 1 or after 9999.

    Parameters
    ----------
    value
        ISO 8601, or a date as spreadsheets write it (``14.06.2024``, ``2024/06/14``), maybe with
        the time of the day.
    day_first
        Whether ``03/04/2024`` is in April, see `day_first_in`; None: it is no time.
    """
    text = str(value).strip()
    try:
        time = _written(text, day_first) or datetime.fromisoformat(text)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _written(text: str, day_first: bool | None) -> datetime | None:
    """Return a date that is not written by ISO 8601; None where it may be.

    Raises
    ------
    ValueError
        If there is no such day or time.
    """
    if match := _DOTTED.fullmatch(text):
        day, month, year, *clock = match.groups()
    elif match := _YEAR_FIRST.fullmatch(text):
        year, _, month, day, *clock = match.groups()
    elif day_first is not None and (match := _EITHER_WAY.fullmatch(text)):
        first, _, second, year, *clock = match.groups()
        day, month = (first, second) if day_first else (second, first)
    else:
        return None
    hour, minute, second_of_minute, half = clock
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(text)
        hours = hours % 12 + 12 * (half in "pP")
    return datetime(
        int(year), int(month), int(day), hours, int(minute or 0), int(second_of_minute or 0)
    )


def day_first_in(values: Iterable[Any]) -> bool | None:
    """Tell whether dates such as ``03/04/2024`` begin with the day: one that is above 12 proves it.

    Parameters
    ----------
    values
        All values of a column.

    Returns
    -------
    bool or None
        False where they begin with the month; None where nothing tells, or both are proved.
    """
    matches = (_EITHER_WAY.fullmatch(value.strip()) for value in values if isinstance(value, str))
    pairs = [(int(match[1]), int(match[3])) for match in matches if match]
    is_first = any(12 < first <= 31 and second <= 12 for first, second in pairs)
    is_second = any(12 < second <= 31 and first <= 12 for first, second in pairs)
    return None if is_first == is_second else is_first


def written_either_way(value: Any) -> bool:
    """Whether it is a date such as ``03/04/2024``, whose column tells the day from the month."""
    return isinstance(value, str) and _EITHER_WAY.fullmatch(value.strip()) is not None


def as_iso(value: str, day_first: bool | None) -> str:
    """Return a date of a spreadsheet by ISO 8601, to be compared by its letters; others stay."""
    try:
        time = _written(value.strip(), day_first)
    except ValueError:
        return value
    return value if time is None else time.isoformat()


def seconds_of(value: Any, day_first: bool | None = None) -> float | None:
    """Return a time as seconds since 1970, a number as it is; None for neither; see `time_of`."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_of(value)
    time = time_of(value, day_first)
    return None if time is None else time.timestamp()
