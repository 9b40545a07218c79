"""The values of columns as numbers and as times, in whatever way a file wrote them."""

from __future__ import annotations

from collections.abc import Sequence
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


def cut_into_bands(
    numbers: NDArray[np.float64], edges: NDArray[np.float64]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Cut numbers at some edges; a number that is an edge stands below it.

    Parameters
    ----------
    numbers
        The numbers, (n,), all finite.
    edges
        The edges, ascending, (n_edges,).

    Returns
    -------
    names : tuple of str
        Of the bands, n_edges + 1: each with so many digits that it tells which numbers are in it.
    band : ndarray
        The band of each number, (n,).
    """
    band = np.searchsorted(edges, numbers, side="left")
    if not len(edges):
        return ("all",), band
    written: list[float] = edges.tolist()
    for digits in range(_LEAST_DIGITS, _ALL_DIGITS):
        rounded = [float(f"{edge:.{digits}g}") for edge in edges]
        if (np.searchsorted(rounded, numbers, side="left") == band).all():
            written = rounded
            break
    said = [repr(edge).removesuffix(".0") for edge in written]
    between = [f"above {low}, up to {high}" for low, high in pairwise(said)]
    return (f"up to {said[0]}", *between, f"above {said[-1]}"), band


def time_of(value: Any) -> datetime | None:
    """Return an ISO 8601 time in UTC, which it is in where it does not say; None for no time.

    None, too, for one that in UTC would lie before the year 1 or after 9999.
    """
    try:
        time = datetime.fromisoformat(str(value).strip())
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def seconds_of(value: Any) -> float | None:
    """Return a time as seconds since 1970, a number as it is; None for neither."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_of(value)
    time = time_of(value)
    return None if time is None else time.timestamp()
