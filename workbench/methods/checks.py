"""Checks of arrays that every method shares: probabilities, labels and masks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.row_blocks import row_blocks

EXACT_SUM = 1e-6
"""A row whose sum is this close to 1 is left as it is."""

TOLERATED_SUM = 0.05
"""A row whose sum is this close to 1 is scaled to 1; any other is refused."""

LONG_ROW = 32
"""From so many columns on, numpy sums rows up as fast as columns."""


def check_probs(probs: npt.ArrayLike, *, name: str = "probs") -> npt.NDArray[Any]:
    """Return class probabilities as a float matrix whose rows sum to 1.

    Rows off by float noise or by rounding to two decimals are scaled; the input is never changed.

    Parameters
    ----------
    probs
        Array of shape (n, K), K >= 1, non-negative, rows summing to 1 within 0.05.
    name
        What to call it in an error.

    Returns
    -------
    ndarray
        Shape (n, K), float32 where the input is float32, otherwise float64.

    Raises
    ------
    MethodError
        For a wrong shape, values that are not numbers, negative values or rows that do not sum
        to 1.
    """
    matrix = as_array(probs, name=name)
    if matrix.dtype != np.float32:
        try:
            matrix = matrix.astype(np.float64, copy=False)
        except (TypeError, ValueError) as error:
            raise MethodError(f"{name} holds values that are not numbers") from error
    if matrix.ndim != 2 or matrix.shape[1] < 1:
        raise MethodError(
            f"{name} has shape {matrix.shape}, not (rows, classes)",
            hint="Give one row an example and one column a class.",
        )
    if not len(matrix):
        return matrix
    with np.errstate(invalid="ignore", over="ignore"):  # told below, with the row
        sums = _row_sums(matrix)
    if not np.isfinite(sums).all():
        row = int(np.flatnonzero(~np.isfinite(sums))[0])
        raise MethodError(
            f"{name} holds NaN or infinite values, first in row {row:,}",
            hint="Leave rows without probabilities out.",
        )
    if matrix.min() < 0:
        if matrix.min() < -EXACT_SUM:
            row = int(np.flatnonzero((matrix < 0).any(axis=1))[0])
            raise MethodError(
                f"{name} holds negative values, first in row {row:,}",
                hint="Give probabilities, not log-odds or decision values.",
            )
        matrix = np.maximum(matrix, 0)
        sums = _row_sums(matrix)
    off = np.abs(sums - 1)
    if off.max() > TOLERATED_SUM:
        row = int(off.argmax())
        raise MethodError(
            f"row {row:,} of {name} sums to {sums[row]:.6g}, not to 1",
            hint="Each row must hold one probability a class, summing to 1.",
        )
    drifted = off > EXACT_SUM
    if drifted.any():
        matrix = matrix.copy()
        matrix[drifted] /= sums[drifted, None].astype(matrix.dtype)
    return matrix


def _row_sums(matrix: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the sum of each row, in double precision."""
    if matrix.shape[1] >= LONG_ROW:
        return np.asarray(matrix.sum(axis=1, dtype=np.float64))
    sums = np.empty(len(matrix))
    for block in row_blocks(len(matrix)):
        # Long columns are summed up many times faster than short rows.
        sums[block] = matrix[block].T.astype(np.float64, order="C").sum(axis=0)
    return sums


def as_array(values: npt.ArrayLike, *, name: str) -> npt.NDArray[Any]:
    """Return values as an array of real numbers, or of objects that may stand for them.

    Parameters
    ----------
    values
        An array, or nested sequences of one length.
    name
        What to call it in an error.

    Raises
    ------
    MethodError
        Where rows differ in length, or the numbers are complex.
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise MethodError(f"the rows of {name} differ in length") from error
    if array.dtype.kind == "c":
        raise MethodError(f"{name} holds complex numbers")
    return array


def check_labels(
    labels: npt.ArrayLike,
    n_classes: int,
    *,
    n_rows: int | None = None,
    allow_none: bool = False,
    name: str = "labels",
) -> npt.NDArray[np.int64]:
    """Return class indices as an int64 vector.

    Parameters
    ----------
    labels
        Array of shape (n,) of whole numbers in 0 .. `n_classes` - 1.
    n_classes
        K, the number of classes.
    n_rows
        The length it must have; any by default.
    allow_none
        Whether -1, no label, is allowed.
    name
        What to call it in an error.

    Returns
    -------
    ndarray
        Shape (n,), int64.

    Raises
    ------
    MethodError
        For a wrong shape or length, fractions, or an index out of range.
    """
    given = as_array(labels, name=name)
    if given.ndim != 1 or (n_rows is not None and len(given) != n_rows):
        expected = "(rows,)" if n_rows is None else f"({n_rows:,},)"
        raise MethodError(f"{name} has shape {given.shape}, not {expected}")
    if not len(given):
        return np.zeros(0, np.int64)
    try:
        with np.errstate(invalid="ignore"):
            indices = given.astype(np.int64)
            whole = bool((indices == given).all())
    except (TypeError, ValueError):
        whole = False
    if not whole:
        raise MethodError(f"{name} holds values that are not whole numbers")
    lowest = -1 if allow_none else 0
    bad = (indices < lowest) | (indices >= n_classes)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise MethodError(
            f"{name} holds {indices[row]} in row {row:,}; "
            f"the classes are {lowest} to {n_classes - 1}",
            hint="Leave rows without a label out." if indices[row] == -1 else None,
        )
    return indices


def check_texts(texts: Sequence[str], *, name: str = "texts") -> None:
    """Check that every row holds a text.

    Parameters
    ----------
    texts
        The texts.
    name
        What to call them in messages.

    Raises
    ------
    MethodError
        Where they are a single text, or a row holds something else.
    """
    if isinstance(texts, str):
        raise MethodError(
            f"{name} is a single text, and not a sequence of texts", hint="Put it into a list."
        )
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise MethodError(
                f"{name}: row {i} holds {text!r}, which is no text",
                hint="Leave such rows out, or give them an empty text.",
            )


def check_mask(mask: npt.ArrayLike | None, n_rows: int, *, name: str) -> npt.NDArray[np.bool_]:
    """Return a selection of rows as a bool vector.

    Parameters
    ----------
    mask
        Array of shape (n_rows,), bool; None for all rows.
    n_rows
        How many rows there are.
    name
        What to call it in an error.

    Returns
    -------
    ndarray
        Shape (n_rows,), bool.

    Raises
    ------
    MethodError
        For another shape or type.
    """
    if mask is None:
        return np.ones(n_rows, np.bool_)
    given = np.asarray(mask)
    if given.shape != (n_rows,) or given.dtype != bool:
        raise MethodError(
            f"{name} must be {n_rows:,} booleans, not {given.dtype} of shape {given.shape}"
        )
    return given
