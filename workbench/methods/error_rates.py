"""How many labels are wrong, by group of rows such as a batch or a vendor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_mask
from workbench.methods.intervals import wilson
from workbench.methods.multiple_testing import benjamini_hochberg

EXACT_BELOW = 500
"""Below this expected count the chi-squared approximation gives way to the exact test.

Long before, at the usual 5, it is good on both sides together, but the few errors of an audit make
the upper tail heavy: of reshuffled groups it accuses 7 in 100 at a level of 0.05.
"""

ACCUSED_UP_TO = 0.02
"""The q-value up to which a group is said to stand out: an accusation wants more than chance."""


@dataclass(frozen=True, slots=True)
class GroupRates:
    """Label errors of each group, against the rest; arrays of shape (n_groups,).

    Attributes
    ----------
    group
        The groups, sorted.
    n
        Rows of the group.
    n_texts
        Texts of the group: rows, those of one cluster and stratum counted once. Ratio and p-values
        count these.
    n_issues
        Rows among them whose label is probably wrong.
    rate, low, high
        Their share and its 95 % Wilson interval, at as many independent rows as there are with
        copies that err together.
    ratio
        Rate of the group over the rate of all others, of texts, within strata (Mantel-Haenszel):
        above 1 exactly where the group has more errors than its strata make one expect; inf where
        only the others have none, NaN where the group has none either.
    p_value
        Two-sided, against the group having the rate of the rest.
    q_value
        The p-value adjusted for the number of groups (Benjamini and Hochberg 1995): the expected
        share of false alarms among groups with this q-value or a smaller one.
    is_compared
        Whether a stratum holds rows of the group and others, bool; where none does, the group
        stands alone: ratio and both p-values are NaN, and it counts for no adjustment.
    """

    group: tuple[Any, ...]
    n: npt.NDArray[np.int64]
    n_texts: npt.NDArray[np.int64]
    n_issues: npt.NDArray[np.int64]
    rate: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    ratio: npt.NDArray[np.float64]
    p_value: npt.NDArray[np.float64]
    q_value: npt.NDArray[np.float64]
    is_compared: npt.NDArray[np.bool_]

    @property
    def is_accused(self) -> npt.NDArray[np.bool_]:
        """Groups with surely more errors than the rest, shape (n_groups,): q-value up to 0.02."""
        return (self.q_value <= ACCUSED_UP_TO) & (self.ratio > 1)


def error_rates_by(
    groups: Sequence[Any],
    issues: npt.ArrayLike,
    *,
    strata: Sequence[Any] | None = None,
    clusters: npt.ArrayLike | None = None,
) -> GroupRates:
    """Compare the label errors of groups such as batches, vendors or annotators.

    Each group is held against all other rows: Fisher's exact test, or Pearson's chi-squared test
    of two proportions from an expected count of 500 on; over strata, Cochran's test ("Some
    methods for strengthening the common chi-squared tests", Biometrics 10 (1954)) and its exact
    version.

    Near-copies of a text are one piece of evidence: with one label they are right or wrong
    together, and a model doubts them together. So those of one group and stratum count once for
    the test, as an error where more than half of them are doubted.

    Parameters
    ----------
    groups
        The group of each row, n values that can be hashed.
    issues
        Mask of probable errors, shape (n,), of `confident.find_label_issues`.
    strata
        A value for each row, such as its class: only rows of one value are compared, so that a
        group is not accused of the class that it was sent. The rates are plain; their ratio is that
        of Mantel and Haenszel, "Statistical aspects of the analysis of data from retrospective
        studies of disease", Journal of the National Cancer Institute 22 (1959), for rates.
    clusters
        The near-duplicate cluster of each row, integers, shape (n,); by default each row is a text
        of its own.

    Returns
    -------
    GroupRates
        One entry a group, sorted by group (by its text where the values do not compare).

    Raises
    ------
    MethodError
        Where the mask, the strata or the clusters are off or there are no rows.
    """
    marked = check_mask(issues, len(groups), name="the mask of issues")
    if not len(marked):
        raise MethodError("there are no rows to compare")
    if strata is not None and len(strata) != len(marked):
        raise MethodError(f"there are {len(strata):,} strata for {len(marked):,} rows")
    names, codes = _codes(groups)
    layers, layer = ((), np.zeros(len(codes), np.int64)) if strata is None else _codes(strata)
    shape = (max(len(layers), 1), len(names))
    cells = layer * shape[1] + codes
    cell, text = texts_within(cells, clusters)
    size, is_wrong = once_each(text, marked, len(cell))
    texts_in = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    issues_in = np.bincount(cell[is_wrong], minlength=shape[0] * shape[1]).reshape(shape)
    n = np.bincount(codes, minlength=len(names))
    n_issues = np.bincount(codes[marked], minlength=len(names))
    squares = np.bincount(cell % shape[1], size**2, minlength=len(names))
    low, high = interval_with_copies(n_issues, n, squares)
    ratio, p_value, q_value = against_rest(
        issues_in,
        texts_in,
        issues_in.sum(axis=1, keepdims=True),
        texts_in.sum(axis=1, keepdims=True),
    )
    return GroupRates(
        group=names,
        n=n,
        n_texts=texts_in.sum(axis=0),
        n_issues=n_issues,
        rate=n_issues / n,
        low=low,
        high=high,
        ratio=ratio,
        p_value=p_value,
        q_value=q_value,
        is_compared=~np.isnan(p_value),
    )


def texts_within(
    cells: npt.NDArray[np.int64], clusters: npt.ArrayLike | None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Take rows of one cluster and one cell for one text.

    Parameters
    ----------
    cells
        A number for each row, such as its class, shape (n,).
    clusters
        The near-duplicate cluster of each row, shape (n,); None: each row is its own.

    Returns
    -------
    cell : ndarray
        Of each text, shape (n_texts,).
    text : ndarray
        Of each row, its number among these, shape (n,).

    Raises
    ------
    MethodError
        Where the clusters are no integers, one a row.
    """
    n = len(cells)
    if clusters is None:
        return cells, np.arange(n)
    given = np.asarray(clusters)
    if given.shape != (n,) or given.dtype.kind not in "iu":
        raise MethodError(
            f"the clusters are {given.dtype} of shape {given.shape}, not {n:,} numbers"
        )
    found, cluster = np.unique(given, return_inverse=True)
    both, text = np.unique(cells * len(found) + cluster, return_inverse=True)
    return both // max(len(found), 1), text


def once_each(
    texts: npt.NDArray[np.int64], issues: npt.NDArray[np.bool_], n_texts: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Count the rows of each text, and tell whether more than half of them are issues.

    Parameters
    ----------
    texts
        The number of each row's text, shape (n,).
    issues
        Shape (n,).
    n_texts
        How many texts there may be.

    Returns
    -------
    size, is_issue : ndarray
        Shape (n_texts,).
    """
    size = np.bincount(texts, minlength=n_texts)
    return size, 2 * np.bincount(texts[issues], minlength=n_texts) > size


def interval_with_copies(
    n_issues: npt.NDArray[np.int64], n: npt.NDArray[np.int64], squares: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Bound shares of rows among which copies of a text err together.

    The Wilson interval at the effective number of rows of Kish ("Survey Sampling", 1965, section
    8.2) for clusters that agree: the number of rows itself, where none is a copy.

    Parameters
    ----------
    n_issues, n
        Counts of rows, shape (n_groups,).
    squares
        Sum over the texts of a group of the squares of their numbers of rows, shape (n_groups,).
    """
    weight = n / np.maximum(squares, 1)
    return wilson(n_issues * weight, n * weight)


def against_rest(
    issues: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    all_issues: npt.NDArray[np.int64],
    all_rows: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Hold each group against the other rows of its strata.

    Parameters
    ----------
    issues, rows
        Of each group in each stratum, shape (n_strata, n_groups).
    all_issues, all_rows
        Of a group and its rest together, shape (n_strata, n_groups), or (n_strata, 1) where these
        are the same for all; groups may overlap, and need not hold all of them.

    Returns
    -------
    ratio, p_value, q_value : ndarray
        Shape (n_groups,), see `GroupRates`; NaN where no stratum holds rows of the group and of
        others, the ratio also where none of these has an error.
    """
    all_issues = np.broadcast_to(all_issues, rows.shape)
    all_rows = np.broadcast_to(all_rows, rows.shape)
    is_compared = ((rows > 0) & (rows < all_rows)).any(axis=0)
    ratio = np.where(is_compared, _rate_ratio(issues, rows, all_issues, all_rows), np.nan)
    p_value, q_value = np.full(rows.shape[1], np.nan), np.full(rows.shape[1], np.nan)
    issues_apart = np.stack([issues, all_issues - issues], axis=2)
    rows_apart = np.stack([rows, all_rows - rows], axis=2)
    for group in np.flatnonzero(is_compared):
        p_value[group] = _tail_p(issues_apart[:, group], rows_apart[:, group])
    q_value[is_compared] = benjamini_hochberg(p_value[is_compared])
    return ratio, p_value, q_value


def _rate_ratio(
    issues: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    all_issues: npt.NDArray[np.int64],
    all_rows: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """Return the rate of each group over that of the rest, pooled over strata: `against_rest`."""
    n = np.maximum(all_rows, 1)
    own = (issues * (n - rows) / n).sum(axis=0)
    rest = ((all_issues - issues) * rows / n).sum(axis=0)
    ratio = np.divide(own, rest, out=np.full(rows.shape[1], np.inf), where=rest > 0)
    ratio[(own == 0) & (rest == 0)] = np.nan
    return np.asarray(ratio)


def _tail_p(issues: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> float:
    """Return the two-sided p-value of a group against the rest, over strata.

    Parameters
    ----------
    issues, rows
        Shape (n_strata, 2): of the group and of the rest.
    """
    n = rows.sum(axis=1)
    marked = issues.sum(axis=1)
    told = (rows > 0).all(axis=1) & (marked > 0) & (marked < n)
    issues, rows, n, marked = issues[told], rows[told], n[told], marked[told]
    if not len(n):
        return 1.0
    expected = rows * (marked / n)[:, None]
    least = min(expected.sum(axis=0).min(), (rows - expected).sum(axis=0).min())
    if least < EXACT_BELOW:
        return _exact_p(issues, rows)
    from scipy.stats import chi2

    share = marked / n
    variance = (rows.prod(axis=1) / n * share * (1 - share)).sum()
    excess = issues[:, 0].sum() - expected[:, 0].sum()
    return float(chi2.sf(excess**2 / variance, 1))


def _exact_p(issues: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> float:
    """Return the chance of a count of the group no likelier than its own, margins held.

    In each stratum the count is hypergeometric; their sum is the convolution.
    """
    from scipy.special import gammaln

    def log_choose(n: Any, k: Any) -> Any:
        return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)

    chances = np.ones(1)
    lowest = 0
    for (group_issues, rest_issues), (n_group, n_rest) in zip(issues, rows, strict=True):
        marked, n = group_issues + rest_issues, n_group + n_rest
        possible = np.arange(max(0, marked - n_rest), min(marked, n_group) + 1)
        lowest += possible[0]
        ways = log_choose(n_group, possible) + log_choose(n_rest, marked - possible)
        chances = np.convolve(chances, np.exp(ways - log_choose(n, marked)))
    own = chances[issues[:, 0].sum() - lowest]
    # Counts as likely as the own one differ from it by float noise only.
    return float(min(chances[chances <= own * (1 + 1e-7)].sum(), 1.0))


def _codes(values: Sequence[Any]) -> tuple[tuple[Any, ...], npt.NDArray[np.int64]]:
    """Return the distinct values, sorted, and the number of each value among them."""
    rows = [value.item() if isinstance(value, np.generic) else value for value in values]
    try:
        names = sorted(set(rows))
    except TypeError:
        names = sorted(set(rows), key=str)
    code_of = {name: code for code, name in enumerate(names)}
    return tuple(names), np.fromiter((code_of[value] for value in rows), np.int64, len(rows))
