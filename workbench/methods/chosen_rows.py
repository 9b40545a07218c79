"""Were annotated rows chosen by their class? Then the shares of their classes say nothing."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

TOO_MANY: Final = 2.5
"""Standard errors by which annotated rows of a class are more than its share, beyond a draw."""

UNLIKE: Final = 2.0
"""Standard errors by which a model believes the class of these rows more than a draw would have."""

LEAST_EXCESS: Final = 0.25
"""Share of the annotated rows by which such a class is over its own; less does little harm."""

NEARLY_ALL: Final = 0.75
"""Share of the annotated rows that such classes have together: the others are nearly missing."""

PSEUDO_ROWS: Final = 0.5
"""Annotated rows that the classes nobody looked for are taken to have beside their own."""


def trust_of_rows(
    believed: npt.NDArray[np.float64],
    rows: npt.NDArray[np.int64],
    labels: npt.NDArray[np.int64],
    told: npt.NDArray[np.int64] | None = None,
) -> npt.NDArray[np.float64]:
    """Weigh annotated rows so that classes which people looked for keep the share believed.

    That is so where nearly all rows are of classes that were looked for: where more annotated rows
    have a class than a draw explains, and where a model that has not seen the annotations believes
    it of them more than of all rows, by over two standard errors. Many rows of a class alone show
    nothing: the model may be wrong about its share, and the annotations right.

    Rows of such a class then count less, at the weight that gives it its believed share beside the
    rows of all other classes. No row counts more than once, so that of 29 rows of one class and 2
    of another about five are left, and what is fitted to them stays near to what was believed
    before.

    Parameters
    ----------
    believed
        (n, K) probabilities of a model that has not seen the labels.
    rows
        (a,) distinct annotated rows, a >= 1.
    labels
        (a,) their classes.
    told
        The classes that the model has learnt to tell; all by default. What it believes of another
        is what the others leave over: rows with few votes for spam were not looked for as ham.

    Returns
    -------
    ndarray
        (a,) in [0, 1]; all 1 where no class was looked for.

    Notes
    -----
    Where rows are chosen by class, P(x | y) is that of all rows and P(y) is not; weights
    P(y) / P_annotated(y) mend what is learnt (Saerens, Latinne and Decaestecker 2002, "Adjusting
    the outputs of a classifier to new a priori probabilities", Neural Computation 14(1), section
    2.1).
    """
    n, K = len(rows), believed.shape[1]
    shares, spread = believed.mean(axis=0), believed.var(axis=0)
    counts = np.bincount(labels, minlength=K)
    excess = counts / n - shares
    by_chance = shares * (1 - shares)
    shift = believed[rows].mean(axis=0) - shares
    is_much = excess > np.maximum(TOO_MANY * np.sqrt(by_chance / n), LEAST_EXCESS)
    is_unlike = shift > UNLIKE * np.sqrt(spread / n)
    sought = is_much & is_unlike
    if told is not None:
        sought &= np.isin(np.arange(K), told)
    if counts[sought].sum() < NEARLY_ALL * n:
        return np.ones(n)
    per_row = shares / np.maximum(counts, 1)
    others = shares[~sought].sum() / (counts[~sought].sum() + PSEUDO_ROWS)
    # The few rows of a class that nobody looked for count in full, whatever its share.
    weight = np.where(sought, np.minimum(1, per_row / max(others, 1e-12)), 1)
    return np.asarray(weight[labels], np.float64)
