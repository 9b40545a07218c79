"""Many tests at once: p-values adjusted so that chance findings do not pile up."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError


def holm(p_values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Adjust p-values so that the chance of any false alarm among them stays at the level.

    The step-down of Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian
    Journal of Statistics 6 (1979); right under any dependence.

    Parameters
    ----------
    p_values
        Shape (n_tests,), in [0, 1].

    Returns
    -------
    ndarray
        Shape (n_tests,), float64, in [0, 1], each at least the one given.

    Raises
    ------
    MethodError
        Where a value lies outside [0, 1].
    """
    p = _check(p_values)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(scaled), 1)
    return adjusted


def benjamini_hochberg(p_values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Adjust p-values so that the expected share of false findings stays at the level.

    Benjamini and Hochberg, "Controlling the False Discovery Rate", JRSS B 57 (1995); right for
    independent or positively dependent tests.

    Parameters
    ----------
    p_values
        Shape (n_tests,), in [0, 1].

    Returns
    -------
    ndarray
        Shape (n_tests,), float64, in [0, 1], each at least the one given.

    Raises
    ------
    MethodError
        Where a value lies outside [0, 1].
    """
    p = _check(p_values)
    order = np.argsort(-p, kind="stable")
    scaled = p[order] * len(p) / np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled), 1)
    return adjusted


def _check(p_values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return p-values as a vector, or raise."""
    p = np.asarray(p_values, np.float64)
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise MethodError("p-values must be a row of numbers from 0 to 1")
    return p
