"""How a column slices rows: by value, the rare ones together, and numbers by quartile."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from workbench.services.column_values import in_bands, numbers_of
from workbench.services.diagnose.rows import DiagnosisRows

MAX_VALUES = 30
MIN_ROWS = 10
OTHER = "(other)"
"""Stands for the values beyond the 30 largest."""


def slices_of(
    data: DiagnosisRows, column: str, rows: NDArray[np.int64]
) -> tuple[NDArray[np.str_] | None, str]:
    """Return the slice of each of some rows, (n,), or None and why the column makes none.

    Up to 30 values are slices. Of more, numbers are cut at their quartiles, and of anything else
    the 30 that most rows have are kept beside one slice of all others.

    Parameters
    ----------
    data
        The rows.
    column
        The column.
    rows
        Indices of the rows to slice.
    """
    values = data.values(column, rows)
    sizes = Counter(values.tolist())
    if len(sizes) < 2:
        return None, ""  # one value for all is no slicing, and nothing is left out
    if len(sizes) <= MAX_VALUES:
        return values, ""
    stored = data.column(column)
    numbers = numbers_of([stored[i] for i in rows])
    if numbers is not None and np.isfinite(numbers).any():
        if len(sizes) == len(rows) and bool((numbers == np.rint(numbers)).all()):
            return None, "it numbers the rows"
        return _quartiles(numbers), ""
    largest = sizes.most_common(MAX_VALUES)
    if largest[0][1] < MIN_ROWS:
        return None, f"none of its {len(sizes):,} values has {MIN_ROWS} labelled rows"
    kept = [value for value, _ in largest]
    return np.where(np.isin(values, kept), values, OTHER), ""


def _quartiles(numbers: NDArray[np.float64]) -> NDArray[np.str_]:
    """Return the quarter of each number by name; the same number is never in two."""
    edges = np.quantile(numbers[np.isfinite(numbers)], [0.25, 0.5, 0.75])
    return np.array(in_bands(numbers, edges))
