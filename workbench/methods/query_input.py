"""What comes into a query, checked: masks, scores, names and the geometry."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import as_array
from workbench.methods.features import reduce
from workbench.methods.row_choice import check_finite

N_COMPONENTS: Final = 64
"""Dimensions in which distance is measured where the features are sparse."""


def check_share(share: float, name: str) -> None:
    """Raise unless a share is one.

    Parameters
    ----------
    share
        A number in [0, 1].
    name
        What it is called.

    Raises
    ------
    MethodError
        If it is none.
    """
    try:
        is_share = bool(0 <= share <= 1)
    except (TypeError, ValueError):
        is_share = False
    if not is_share:
        raise MethodError(f"{name} is {share!r}, but must be a number in 0 to 1")


def as_count(n: int) -> int:
    """Return how many rows are asked for.

    Parameters
    ----------
    n
        A whole number from 1.

    Raises
    ------
    MethodError
        If it is none.
    """
    try:
        count = 0 if isinstance(n, bool) else index(n)
    except TypeError:
        count = 0
    if count < 1:
        raise MethodError(
            f"{n!r} rows cannot be proposed", hint="Ask for at least one, in a whole number."
        )
    return count


def as_focus(focus: int | None) -> int | None:
    """Return the index of the class that is looked for, or None.

    Parameters
    ----------
    focus
        A whole number, or None.

    Raises
    ------
    MethodError
        If it is something else.
    """
    if focus is None:
        return None
    try:
        return index(focus)
    except TypeError as error:
        raise MethodError(
            f"focus is {focus!r}", hint="It is the index of a class, a whole number from 0."
        ) from error


def check_generator(rng: object) -> None:
    """Raise unless the source of draws is a NumPy generator.

    Parameters
    ----------
    rng
        What was given.

    Raises
    ------
    MethodError
        If it is something else.
    """
    if not isinstance(rng, np.random.Generator):
        raise MethodError(f"rng is {rng!r}", hint="It is a generator: numpy.random.default_rng(0).")


def as_features(features: Any) -> Any:
    """Return the features of the model: sparse, dense, or what gives blocks of them.

    Parameters
    ----------
    features
        Shape (n_rows, d).

    Returns
    -------
    array, sparse matrix or other
        As it came; nested sequences as an array.

    Raises
    ------
    MethodError
        Where there are no two dimensions, or no numbers.
    """
    found = features if hasattr(features, "shape") else as_array(features, name="features")
    if len(found.shape) != 2:
        raise MethodError(f"the features have shape {found.shape}, not (rows, features)")
    if isinstance(found, np.ndarray) and found.dtype.kind not in "fiub":
        raise MethodError(f"the features are not real numbers but {found.dtype}")
    return found


def dense_geometry(
    features: Any, geometry: npt.ArrayLike | None, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Return dense features in which distance is measured.

    Parameters
    ----------
    features
        Features of the model, shape (n_rows, d), sparse or dense.
    geometry
        Dense features, shape (n_rows, any); by default `features`, reduced where they are sparse.
    rng
        Source of the reduction's draws.

    Returns
    -------
    ndarray
        Shape (n_rows, any), float32.

    Raises
    ------
    MethodError
        For another number of rows, or values that are not finite.
    """
    n_rows = features.shape[0]
    check_finite(features)
    if geometry is None:
        is_sparse = hasattr(features, "toarray")
        dense = reduce(features, N_COMPONENTS, rng=rng) if is_sparse else np.asarray(features)
    else:
        dense = np.asarray(geometry)
    if dense.ndim != 2 or len(dense) != n_rows or not dense.shape[1]:
        raise MethodError(f"the geometry has shape {dense.shape} for {n_rows:,} rows of features")
    check_finite(dense)
    most = np.finfo(np.float32).max
    if dense.dtype != np.float32 and dense.size and not -most <= dense.min() <= dense.max() <= most:
        raise MethodError(
            "distances cannot be measured: a feature is beyond the largest float32, 3.4e38",
            hint="Scale the features down.",
        )
    return np.ascontiguousarray(dense, np.float32)


def as_score(
    values: npt.ArrayLike | None, n_rows: int, name: str
) -> npt.NDArray[np.float64] | None:
    """Return a score of each row as float64.

    Parameters
    ----------
    values
        Shape (n_rows,), or None.
    n_rows
        How many rows there are.
    name
        What to call it in an error.

    Returns
    -------
    ndarray or None
        Shape (n_rows,), finite.

    Raises
    ------
    MethodError
        For another shape, or values that are not finite.
    """
    if values is None:
        return None
    score = np.asarray(values, np.float64)
    if score.shape != (n_rows,) or not np.isfinite(score).all():
        raise MethodError(f"{name} must be one finite number a row, {n_rows:,} of them")
    return score


def names_of_classes(names: Sequence[str] | None, probs: npt.NDArray[Any] | None) -> Sequence[str]:
    """Return a name for each class; numbers by default, none without probabilities.

    Parameters
    ----------
    names
        K names, or None.
    probs
        Class probabilities, shape (n_rows, K), or None.

    Returns
    -------
    sequence of str
        K names.

    Raises
    ------
    MethodError
        Where there is not one name a class.
    """
    if probs is None:
        return names or ()
    if names is None:
        return [f"class {k}" for k in range(probs.shape[1])]
    if len(names) != probs.shape[1]:
        raise MethodError(f"{len(names)} class names for {probs.shape[1]} classes")
    return names


def as_mask(
    selection: npt.ArrayLike | None, n_rows: int, name: str, *, default: bool
) -> npt.NDArray[np.bool_]:
    """Return a selection of rows, given as indices or as a mask, as a mask.

    Parameters
    ----------
    selection
        Row indices, a mask of shape (n_rows,), or None.
    n_rows
        How many rows there are.
    name
        What to call it in an error.
    default
        What each row gets where there is no selection.

    Returns
    -------
    ndarray
        Shape (n_rows,), bool.

    Raises
    ------
    MethodError
        For a wrong shape, fractions, or an index out of range.
    """
    mask = np.full(n_rows, default)
    if selection is None:
        return mask
    given = np.asarray(selection)
    if given.dtype == bool:
        if given.shape != (n_rows,):
            raise MethodError(f"the mask {name} has shape {given.shape}, not ({n_rows:,},)")
        return given
    mask[:] = False
    if not given.size:
        return mask
    if given.ndim != 1 or given.dtype.kind not in "iu":
        raise MethodError(f"{name} must hold row indices or be a mask")
    if given.min() < 0 or given.max() >= n_rows:
        raise MethodError(f"{name} holds an index that is not in 0 to {n_rows - 1}")
    mask[given] = True
    return mask
