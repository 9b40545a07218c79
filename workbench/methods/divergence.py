"""How far apart two distributions over classes, bins or words are, and whether by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError

MIN_SHARE = 1e-4
"""Shares below this are raised to it in the stability index, which is infinite at 0."""

N_BINS = 10
"""Numbers are compared in so many bins of equal size, the custom of the stability index."""

MAX_CATEGORIES = 50
"""Values beyond the so many most frequent ones are compared as one."""

N_DIVISIONS = 999
"""Random divisions of the rows that an observed one is held against."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """How far apart two histograms are.

    Attributes
    ----------
    jensen_shannon
        Bits, from 0 (equal shares) to 1 (nothing in common).
    stability_index
        Population stability index, at least 0.
    null_high
        What 95 % of random divisions of the same rows stay below in `jensen_shannon`.
    p_value
        Share of random divisions, the observed one included, at least as far apart.
    bins
        Names of the bins.
    reference, other
        Rows a bin, shape (n_bins,), int64.
    """

    jensen_shannon: float
    stability_index: float
    null_high: float
    p_value: float
    bins: tuple[str, ...]
    reference: npt.NDArray[np.int64]
    other: npt.NDArray[np.int64]


def population_stability(p: npt.ArrayLike, q: npt.ArrayLike) -> float:
    """Return the population stability index of two distributions over the same classes or bins.

    The sum of (q - p) log(q / p), in nats: the symmetrised Kullback-Leibler divergence. By the
    rule of thumb of credit scoring (Siddiqi, "Credit Risk Scorecards", 2006) below 0.1 is stable
    and above 0.25 a marked shift. Shares below 0.0001 count as 0.0001.

    Parameters
    ----------
    p
        Counts or shares of the reference, shape (K,).
    q
        Counts or shares of the other, shape (K,).

    Returns
    -------
    float
        At least 0; 0 where the shares are equal.

    Raises
    ------
    MethodError
        Where values are negative, sum to 0 or differ in number.
    """
    a, b = _two_distributions(p, q)
    a, b = np.maximum(a, MIN_SHARE), np.maximum(b, MIN_SHARE)
    a, b = a / a.sum(), b / b.sum()
    return float(((b - a) * np.log(b / a)).sum())


def jensen_shannon(p: npt.ArrayLike, q: npt.ArrayLike) -> float:
    """Return the Jensen-Shannon divergence of two distributions, in bits.

    Lin, "Divergence Measures Based on the Shannon Entropy", IEEE Trans. Inf. Theory 37 (1991).

    Parameters
    ----------
    p
        Counts or shares, shape (K,).
    q
        Counts or shares, shape (K,).

    Returns
    -------
    float
        From 0 (equal shares) to 1 (no class in common).

    Raises
    ------
    MethodError
        Where values are negative, sum to 0 or differ in number.
    """
    from scipy.special import rel_entr

    a, b = _two_distributions(p, q)
    middle = (a + b) / 2
    bits = (rel_entr(a, middle) + rel_entr(b, middle)).sum() / (2 * np.log(2))
    return float(np.clip(bits, 0, 1))


def compare_counts(
    reference: npt.ArrayLike,
    other: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    bins: Sequence[str] | None = None,
) -> Divergence:
    """Compare two histograms, with a permutation test of their Jensen-Shannon divergence.

    Dealing the rows to the two sides at random is drawing from the multivariate hypergeometric
    distribution, so that no row is touched.

    Parameters
    ----------
    reference
        Rows a bin, shape (n_bins,), whole numbers.
    other
        Rows a bin, shape (n_bins,), whole numbers.
    rng
        Source of the permutations.
    bins
        Names of the bins; their numbers by default.

    Returns
    -------
    Divergence
        Both divergences, the p-value and the histograms.

    Raises
    ------
    MethodError
        Where a side has no row, counts are negative or differ in number.
    """
    _two_distributions(reference, other)
    a, b = np.asarray(reference, np.int64), np.asarray(other, np.int64)
    total = a + b
    observed = jensen_shannon(a, b)
    drawn = rng.multivariate_hypergeometric(total, int(a.sum()), N_DIVISIONS, method="marginals")
    null = _jensen_shannon_rows(drawn / a.sum(), (total - drawn) / b.sum())
    return Divergence(
        jensen_shannon=observed,
        stability_index=population_stability(a, b),
        null_high=float(np.quantile(null, 0.95)),
        p_value=float((1 + np.count_nonzero(null >= observed - 1e-12)) / (1 + N_DIVISIONS)),
        bins=tuple(bins) if bins is not None else tuple(map(str, range(len(a)))),
        reference=a,
        other=b,
    )


def compare_values(
    reference: npt.ArrayLike, other: npt.ArrayLike, *, rng: np.random.Generator
) -> Divergence:
    """Compare a column of two sets of rows: numbers by deciles, anything else by value.

    Deciles are those of both sides together; missing numbers are a bin of their own.

    Parameters
    ----------
    reference
        Values of the reference rows, shape (n_reference,): numbers, or texts.
    other
        Values of the other rows, shape (n_other,).
    rng
        Source of the permutations.

    Returns
    -------
    Divergence
        Both divergences, the p-value and the histograms.

    Raises
    ------
    MethodError
        Where a side has no row, or every value occurs once, as in a column of identifiers.
    """
    a, b = np.asarray(reference), np.asarray(other)
    if not len(a) or not len(b):
        raise MethodError("a side has no row to compare")
    both = np.concatenate([a, b])
    code, bins = _number_bins(both) if both.dtype.kind in "iuf" else _value_bins(both)
    counts = [np.bincount(side, minlength=len(bins)) for side in (code[: len(a)], code[len(a) :])]
    return compare_counts(*counts, rng=rng, bins=bins)


def _number_bins(values: npt.NDArray[np.number]) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return the bin of each number, and the names of the bins."""
    numbers = values.astype(np.float64)
    known = np.isfinite(numbers)
    if not known.any():
        return np.zeros(len(numbers), np.int64), ["missing"]
    inner = np.unique(np.quantile(numbers[known], np.arange(1, N_BINS) / N_BINS))
    code = np.searchsorted(inner, numbers, side="left")
    names = [f"up to {edge:g}" for edge in inner] + [f"above {inner[-1]:g}"]
    code[~known] = len(names)
    return code, [*names, "missing"]


def _value_bins(values: npt.NDArray[np.generic]) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return the category of each value, rare ones together, and the names."""
    names, code, count = np.unique(values.astype(str), return_inverse=True, return_counts=True)
    if len(names) == len(values) > MAX_CATEGORIES:
        raise MethodError("every value occurs once, as in a column of identifiers")
    if len(names) > MAX_CATEGORIES:
        kept = np.argsort(-count, kind="stable")[:MAX_CATEGORIES]
        place = np.full(len(names), MAX_CATEGORIES)
        place[kept] = np.arange(MAX_CATEGORIES)
        return place[code], [*map(str, names[kept]), "(others)"]
    return code.astype(np.int64), list(map(str, names))


def _jensen_shannon_rows(
    p: npt.NDArray[np.float64], q: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the divergence of each row of distributions, in bits."""
    from scipy.special import rel_entr

    middle = (p + q) / 2
    bits = (rel_entr(p, middle) + rel_entr(q, middle)).sum(axis=1) / (2 * np.log(2))
    return np.asarray(bits, np.float64)


def _two_distributions(
    p: npt.ArrayLike, q: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return two distributions over the same classes, or raise."""
    a, b = distribution(p, "p"), distribution(q, "q")
    if len(a) != len(b):
        raise MethodError(f"{len(a)} shares cannot be held to {len(b)}")
    return a, b


def distribution(values: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    """Return counts or shares scaled to sum to 1.

    Parameters
    ----------
    values
        Counts or shares, shape (K,).
    name
        What to call them in an error.

    Returns
    -------
    ndarray
        Shape (K,), float64, summing to 1.

    Raises
    ------
    MethodError
        Where a value is negative or not a number, or all are 0.
    """
    given = np.asarray(values, np.float64)
    if given.ndim != 1 or not np.isfinite(given).all() or (given < 0).any() or not given.any():
        raise MethodError(f"{name} must hold non-negative numbers that do not sum to 0")
    scaled: npt.NDArray[np.float64] = given / given.sum()
    return scaled
