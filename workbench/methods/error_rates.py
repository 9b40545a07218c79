"""How many labels are wrong: by class, and by group of rows such as a batch or a vendor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels
from workbench.methods.intervals import wilson

EXACT_BELOW = 5
"""Below this expected count the chi-squared approximation gives way to Fisher's exact test."""


@dataclass(frozen=True, slots=True)
class LabelErrorRates:
    """Estimated label errors of each class; arrays of shape (K,).

    Attributes
    ----------
    n
        Rows given the class.
    n_issues
        Rows among them whose label is probably wrong.
    rate, low, high
        Their share and its 95 % Wilson interval; 0 and (0, 1) for a class without rows.
    """

    n: npt.NDArray[np.int64]
    n_issues: npt.NDArray[np.int64]
    rate: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupRates:
    """Label errors of each group, against the rest; arrays of shape (n_groups,).

    Attributes
    ----------
    group
        The groups, sorted.
    n
        Rows of the group.
    n_issues
        Rows among them whose label is probably wrong.
    rate, low, high
        Their share and its 95 % Wilson interval.
    ratio
        Rate of the group over the rate of all other rows; 1 where both are 0 or there are no
        other rows, inf where only the others have none.
    p_value
        Two-sided, against the group having the rate of the rest; 1 where there is no rest.
    q_value
        The p-value adjusted for the number of groups (Benjamini and Hochberg 1995): the expected
        share of false alarms among groups with this q-value or a smaller one.
    """

    group: tuple[Any, ...]
    n: npt.NDArray[np.int64]
    n_issues: npt.NDArray[np.int64]
    rate: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    ratio: npt.NDArray[np.float64]
    p_value: npt.NDArray[np.float64]
    q_value: npt.NDArray[np.float64]


def label_error_rates(
    labels: npt.ArrayLike, issues: npt.ArrayLike, n_classes: int
) -> LabelErrorRates:
    """Estimate how many labels of each class are wrong.

    The interval covers chance among the rows, not the error of the model that marked them.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    issues
        Mask of probable errors, shape (n,), of `confident.find_label_issues`.
    n_classes
        K, the number of classes.

    Returns
    -------
    LabelErrorRates
        Counts, rates and intervals by class.

    Raises
    ------
    MethodError
        Where labels or the mask are off.
    """
    given = check_labels(labels, n_classes)
    marked = _check_mask(issues, len(given))
    n = np.bincount(given, minlength=n_classes)
    n_issues = np.bincount(given[marked], minlength=n_classes)
    low, high = wilson(n_issues, n)
    return LabelErrorRates(n, n_issues, n_issues / np.maximum(n, 1), low, high)


def error_rates_by(groups: Sequence[Any], issues: npt.ArrayLike) -> GroupRates:
    """Compare the label errors of groups such as batches, vendors or annotators.

    Each group is held against all other rows: Pearson's chi-squared test of two proportions, or
    Fisher's exact test where an expected count is below 5.

    Parameters
    ----------
    groups
        The group of each row, n values that can be hashed.
    issues
        Mask of probable errors, shape (n,), of `confident.find_label_issues`.

    Returns
    -------
    GroupRates
        One entry a group, sorted by group (by its text where the values do not compare).

    Raises
    ------
    MethodError
        Where the mask is off or there are no rows.
    """
    marked = _check_mask(issues, len(groups))
    if not len(marked):
        raise MethodError("there are no rows to compare")
    rows = [value.item() if isinstance(value, np.generic) else value for value in groups]
    try:
        names = sorted(set(rows))
    except TypeError:
        names = sorted(set(rows), key=str)
    code_of = {name: code for code, name in enumerate(names)}
    codes = np.fromiter((code_of[value] for value in rows), np.int64, len(rows))
    n = np.bincount(codes, minlength=len(names))
    n_issues = np.bincount(codes[marked], minlength=len(names))
    rate = n_issues / n
    low, high = wilson(n_issues, n)
    n_rest, issues_rest = n.sum() - n, n_issues.sum() - n_issues
    rate_rest = issues_rest / np.maximum(n_rest, 1)
    ratio = np.divide(rate, rate_rest, out=np.full(len(n), np.inf), where=rate_rest > 0)
    ratio[(n_rest == 0) | ((rate == 0) & (rate_rest == 0))] = 1
    p_value = np.array(
        [
            _two_proportions(int(a), int(b), int(c), int(d))
            for a, b, c, d in zip(n_issues, n, issues_rest, n_rest, strict=True)
        ]
    )
    return GroupRates(
        tuple(names), n, n_issues, rate, low, high, ratio, p_value, benjamini_hochberg(p_value)
    )


def benjamini_hochberg(p_values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Adjust p-values for their number, holding the false discovery rate.

    Benjamini and Hochberg, JRSS B 57 (1995), as step-up adjusted p-values.

    Parameters
    ----------
    p_values
        Shape (n,), in [0, 1].

    Returns
    -------
    ndarray
        q-values, shape (n,), in [0, 1], each at least its p-value, in the same order.
    """
    p = np.asarray(p_values, np.float64)
    order = np.argsort(-p, kind="stable")
    scaled = p[order] * len(p) / np.arange(len(p), 0, -1)
    q = np.empty(len(p))
    q[order] = np.minimum(np.minimum.accumulate(scaled), 1)
    return q


def _two_proportions(a: int, n_a: int, b: int, n_b: int) -> float:
    """Return the two-sided p-value of a of n_a against b of n_b."""
    if not n_a or not n_b or a + b in (0, n_a + n_b):
        return 1.0
    from scipy.stats import chi2, fisher_exact

    share = (a + b) / (n_a + n_b)
    if min(n_a, n_b) * min(share, 1 - share) < EXACT_BELOW:
        return float(min(fisher_exact([[a, n_a - a], [b, n_b - b]]).pvalue, 1.0))
    z_squared = (a / n_a - b / n_b) ** 2 / (share * (1 - share) * (1 / n_a + 1 / n_b))
    return float(chi2.sf(z_squared, 1))


def _check_mask(mask: npt.ArrayLike, n_rows: int) -> npt.NDArray[np.bool_]:
    """Return a bool vector of the right length, or raise."""
    given = np.asarray(mask)
    if given.shape != (n_rows,) or given.dtype != bool:
        raise MethodError(
            f"the mask of issues must be {n_rows:,} booleans, "
            f"not {given.dtype} of shape {given.shape}"
        )
    return given
