"""Whether texts change in time: each window against the first one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.multiple_testing import holm
from workbench.methods.shift import MIN_ROWS, discriminator


@dataclass(frozen=True, slots=True)
class Window:
    """One window of time.

    Attributes
    ----------
    start, end
        Times of its first and last row.
    n_rows
        Rows in it.
    auc, null_high
        How well its rows are told from those of the first window, and what 97.5 % of random
        divisions stay below; 0.5 for the first.
    adjusted_p
        That they are alike, adjusted for the number of windows (Holm); 1 for the first.
    class_shares
        Shares among its labelled rows, shape (K,); empty without labels.
    """

    start: float
    end: float
    n_rows: int
    auc: float
    null_high: float
    adjusted_p: float
    class_shares: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drift:
    """How texts change in time.

    Attributes
    ----------
    windows
        In time order, the first one being the reference.
    p_value
        The least adjusted p-value: a drift is found where it is at most alpha.
    first_changed
        The first window with an adjusted p-value up to alpha; None where there is none.
    n_undated
        Rows left out for want of a time.
    """

    windows: tuple[Window, ...]
    p_value: float
    first_changed: int | None
    n_undated: int


def drift(
    X: Any,
    times: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    labels: npt.ArrayLike | None = None,
    n_classes: int = 0,
    n_windows: int = 6,
    n_permutations: int = 40,
    alpha: float = 0.05,
) -> Drift:
    """Test each window of time against the first by a classifier two-sample test.

    Windows hold about equally many rows; rows of one time are never divided. Rows of one window
    count as exchangeable: bursts of related texts make short windows differ by themselves.

    Parameters
    ----------
    X
        Non-negative features, shape (n, n_features), such as `covariate_shift.word_presence`.
    times
        Numbers that grow with time, such as seconds, shape (n,); NaN where unknown.
    rng
        Source of folds and permutations.
    labels
        Class indices or -1, shape (n,), for the class shares of each window.
    n_classes
        K, the number of classes.
    n_windows
        At most so many windows; fewer where rows are few.
    n_permutations
        Permutations of each test; smaller p-values come from their normal tail.
    alpha
        Level of `first_changed`.

    Returns
    -------
    Drift
        The windows and the verdict.

    Raises
    ------
    MethodError
        Where fewer than two windows of 20 dated rows can be made, or shapes are off.
    """
    when = np.asarray(times, np.float64)
    if when.shape != (X.shape[0],):
        raise MethodError(f"times has shape {when.shape}, not ({X.shape[0]:,},)")
    given = np.full(len(when), -1) if labels is None else np.asarray(labels)
    if given.shape != when.shape:
        raise MethodError(f"labels has shape {given.shape}, not {when.shape}")
    dated = np.flatnonzero(np.isfinite(when))
    order = dated[np.argsort(when[dated], kind="stable")]
    windows = _windows(when[order], n_windows)
    if len(windows) < 2:
        raise MethodError(
            f"{len(dated):,} dated rows do not make two windows of {MIN_ROWS} rows",
            hint="Name a column that holds a time.",
        )
    rows = [order[w] for w in windows]
    found = [
        discriminator(X[rows[0]], X[later], rng=rng, n_permutations=n_permutations)
        for later in rows[1:]
    ]
    adjusted = np.r_[1.0, holm([one.p_tail for one in found])]
    changed = np.flatnonzero(adjusted <= alpha)
    return Drift(
        windows=tuple(
            Window(
                start=float(when[r[0]]),
                end=float(when[r[-1]]),
                n_rows=len(r),
                auc=found[i - 1].auc if i else 0.5,
                null_high=found[i - 1].null_high if i else 0.5,
                adjusted_p=float(adjusted[i]),
                class_shares=_shares(given[r], n_classes),
            )
            for i, r in enumerate(rows)
        ),
        p_value=float(adjusted.min()),
        first_changed=int(changed[0]) if len(changed) else None,
        n_undated=len(when) - len(dated),
    )


def _windows(times: npt.NDArray[np.float64], n_windows: int) -> list[npt.NDArray[np.int64]]:
    """Return positions of sorted times by window, moved so that no time is divided."""
    n_windows = min(n_windows, len(times) // MIN_ROWS)
    if n_windows < 2:
        return []
    cuts = np.arange(1, n_windows) * len(times) // n_windows
    starts = np.unique(np.searchsorted(times, times[cuts], side="left"))
    kept = [0]
    for start in starts:
        if start - kept[-1] >= MIN_ROWS and len(times) - start >= MIN_ROWS:
            kept.append(int(start))
    return np.split(np.arange(len(times)), kept[1:])


def _shares(labels: npt.NDArray[np.int64], n_classes: int) -> npt.NDArray[np.float64]:
    """Return the class shares among labelled rows; empty where there is none."""
    count = np.bincount(labels[labels >= 0], minlength=n_classes)
    return count / count.sum() if count.any() else np.zeros(0)
