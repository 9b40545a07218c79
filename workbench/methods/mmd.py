"""Maximum mean discrepancy: whether two sets of vectors come from one distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.row_choice import sample_rows
from workbench.methods.shift import permutation_p

MIN_ROWS = 20
"""Below so many rows on a side the test says nothing."""

MAX_ROWS = 1_000
"""Of a larger side so many rows are drawn: the kernel matrix grows with the square of them."""


@dataclass(frozen=True, slots=True)
class MmdResult:
    """How far apart two sets of vectors are.

    Attributes
    ----------
    mmd2
        Unbiased estimate of the squared discrepancy: about 0 for one distribution, at most 2, and
        below 0 by chance.
    p_value
        Share of permutations, the observed split included, with at least this discrepancy.
    null_high
        What 95 % of the permutations stay below.
    n_reference, n_other
        Rows compared of each set.
    """

    mmd2: float
    p_value: float
    null_high: float
    n_reference: int
    n_other: int


def mmd(
    reference: npt.ArrayLike,
    other: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    n_permutations: int = 499,
    max_rows: int = MAX_ROWS,
) -> MmdResult:
    """Test whether two sets of vectors come from one distribution.

    The kernel two-sample test of Gretton et al., "A Kernel Two-Sample Test", JMLR 13 (2012), with
    the unbiased statistic of their equation 3, a Gaussian kernel as wide as the median distance,
    and a permutation p-value. Of more than `max_rows` rows a side, so many are drawn.

    Parameters
    ----------
    reference
        Vectors, shape (n_reference, n_dimensions), such as embeddings.
    other
        Vectors, shape (n_other, n_dimensions).
    rng
        Source of the rows drawn and of the permutations.
    n_permutations
        How often the rows are dealt to the sides at random.
    max_rows
        At most so many rows of a side are compared.

    Returns
    -------
    MmdResult
        The discrepancy and its p-value.

    Raises
    ------
    MethodError
        Where a side has fewer than 20 rows, or vectors differ in length or hold NaN.
    """
    sides = [_draw(np.asarray(side, np.float64), max_rows, rng) for side in (reference, other)]
    if sides[0].shape[1] != sides[1].shape[1]:
        raise MethodError(f"vectors of length {sides[0].shape[1]} and {sides[1].shape[1]}")
    n_reference, n_other = map(len, sides)
    if min(n_reference, n_other) < max(MIN_ROWS, 2):
        raise MethodError(
            f"{n_reference:,} and {n_other:,} rows are too few to tell a shift",
            hint=f"Compare sets of {MIN_ROWS} rows and more.",
        )
    both = np.concatenate(sides)
    if not np.isfinite(both).all():
        raise MethodError("vectors hold NaN or infinite values")
    kernel = _gaussian_kernel(both)
    is_other = np.zeros((n_permutations + 1, len(both)), np.float32)
    is_other[:, n_reference:] = 1
    is_other[1:] = rng.permuted(is_other[1:], axis=1)
    mmd2 = _unbiased(kernel, is_other.T, n_reference, n_other)
    return MmdResult(
        mmd2=float(mmd2[0]),
        p_value=permutation_p(float(mmd2[0]), mmd2[1:])[0],
        null_high=float(np.quantile(mmd2[1:], 0.95)),
        n_reference=n_reference,
        n_other=n_other,
    )


def _draw(vectors: npt.NDArray[Any], max_rows: int, rng: np.random.Generator) -> npt.NDArray[Any]:
    """Return at most so many rows, drawn without replacement."""
    if vectors.ndim != 2:
        raise MethodError(f"vectors have shape {vectors.shape}, not (rows, dimensions)")
    return vectors[sample_rows(np.arange(len(vectors)), max_rows, rng)]


def _gaussian_kernel(vectors: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return the kernel matrix, 0 on the diagonal, as wide as the median distance."""
    length = np.einsum("ij,ij->i", vectors, vectors)
    squared = np.maximum(length[:, None] + length[None, :] - 2 * (vectors @ vectors.T), 0)
    median = float(np.median(squared[np.triu_indices(len(vectors), 1)]))
    kernel: npt.NDArray[np.float32] = np.exp(-squared / (median or 1.0)).astype(np.float32)
    np.fill_diagonal(kernel, 0)
    return kernel


def _unbiased(
    kernel: npt.NDArray[np.float32], is_other: npt.NDArray[np.float32], n: int, m: int
) -> npt.NDArray[np.float64]:
    """Return the squared discrepancy of each division, a column of `is_other`."""
    to_other = kernel @ is_other
    per_row = kernel.sum(axis=1, dtype=np.float64)
    within_other = np.einsum("ij,ij->j", to_other, is_other, dtype=np.float64)
    across = per_row @ is_other - within_other
    within_reference = per_row.sum() - 2 * across - within_other
    return np.asarray(
        within_reference / (n * (n - 1)) + within_other / (m * (m - 1)) - 2 * across / (n * m)
    )
