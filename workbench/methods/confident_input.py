"""What confident learning is given, checked: labels, and probabilities whose rows sum to 1."""

from __future__ import annotations

from collections.abc import Callable
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


def check_own(own: npt.NDArray[Any], matrix: npt.NDArray[Any]) -> None:
    """Raise where given labels have something else than a probability.

    Parameters
    ----------
    own
        Probability of each row's given label, shape (n,).
    matrix
        Probabilities, shape (n, K).

    Raises
    ------
    MethodError
        Where one is NaN, negative or above 1, beyond float noise.
    """
    # Written so that NaN fails it.
    if not (own.min() >= -EPSILON and own.max() <= 1 + TOLERATED_SUM):
        check_probs(matrix)
