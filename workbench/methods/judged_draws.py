"""Draws that one annotated row stands for: what its label tells of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.methods.duplicates import find_duplicates
from workbench.methods.folding import fold


@dataclass(frozen=True, slots=True)
class JudgedDraws:
    """What rows are judged as; arrays of shape (m,), one or more items for each row.

    Attributes
    ----------
    of_row
        Position of the row, int64.
    n_draws
        Draws that the item stands for, int64.
    is_learnt
        These are copies that the label of the row holds for, so that a model that meets them may
        have learnt it, bool.
    is_open
        These are near-copies, and whether the label holds for them nobody knows, bool.
    is_mixed
        These are copies that differ in class, bool.
    """

    of_row: npt.NDArray[np.int64]
    n_draws: npt.NDArray[np.int64]
    is_learnt: npt.NDArray[np.bool_]
    is_open: npt.NDArray[np.bool_]
    is_mixed: npt.NDArray[np.bool_]


def judged_draws(
    texts: Sequence[str],
    rows: npt.NDArray[np.int64],
    n_draws: npt.NDArray[np.int64],
    known: npt.NDArray[np.int64],
    labels: npt.NDArray[np.int64],
    *,
    rng: np.random.Generator,
) -> JudgedDraws:
    """Tell draws of the very text of a row from those of its near-copies.

    Draws of an equal text are observed with it: whatever is right of one is right of each. Of a
    near-copy ("not", another amount) the label is a guess, so that all of them are one draw of
    their cluster (Kish, "Survey Sampling", 1965, section 5.4). As many of the draws are taken for
    equal as of the row's copies are. Labels hold for near-copies where those of two different
    texts at least are known, and all are of one class.

    Parameters
    ----------
    texts
        All rows that there were to draw from, N of them.
    rows
        Positions of the drawn rows in `texts`, shape (n,).
    n_draws
        Even draws that each stands for, shape (n,), at least 1.
    known
        Positions of all rows with a label, shape (k,).
    labels
        Their classes, shape (k,).
    rng
        Source of the hashes that find near-copies.

    Returns
    -------
    JudgedDraws
        For each row an item for each draw of its very text, and one for all others.
    """
    n_same = np.zeros(len(rows), np.int64)
    holds_for_same, holds_for_near, is_open = np.zeros((3, len(rows)), np.bool_)
    copied = np.flatnonzero(n_draws > 1)
    if len(copied):
        text, kind = _equal(texts), find_duplicates(texts, rng=rng).cluster
        of_text, of_kind = text[rows[copied]], kind[rows[copied]]
        n_equal, n_near = np.bincount(text)[of_text] - 1, np.bincount(kind)[of_kind] - 1
        n_more = n_draws[copied] - 1
        n_same[copied] = n_more * n_equal // np.maximum(n_near, 1)
        n_same[copied[(n_equal == n_near) & (n_near > 0)]] += 1
        known_texts = np.unique(text[known])  # each is numbered by its first row
        n_told = np.bincount(kind[known_texts], minlength=len(texts))[of_kind]
        holds_for_same[copied] = _is_one_class(text[known], labels, len(texts))[of_text]
        is_alike = _is_one_class(kind[known], labels, len(texts))[of_kind]
        holds_for_near[copied] = is_alike & (n_told > 1)
        is_open[copied] = n_told <= 1
    n_others = n_draws - n_same
    of_row = np.repeat(np.arange(len(rows)), n_same + (n_others > 0))
    is_last = np.r_[of_row[1:] != of_row[:-1], True][: len(of_row)]
    is_near = is_last & (n_others > 0)[of_row]
    is_copied = (n_draws > 1)[of_row]
    is_learnt = np.where(is_near, holds_for_near[of_row], holds_for_same[of_row])
    return JudgedDraws(
        of_row=of_row,
        n_draws=np.where(is_near, n_others[of_row], 1),
        is_learnt=is_learnt,
        is_open=is_near & is_open[of_row],
        is_mixed=is_copied & ~is_learnt & ~(is_near & is_open[of_row]),
    )


def _equal(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return for each text the first one that reads the same."""
    first: dict[str, int] = {}
    return np.array([first.setdefault(fold(text), i) for i, text in enumerate(texts)], np.int64)


def _is_one_class(
    group: npt.NDArray[np.int64], labels: npt.NDArray[np.int64], n_groups: int
) -> npt.NDArray[np.bool_]:
    """Return which groups have no two labels that differ, shape (n_groups,)."""
    some = np.zeros(n_groups, np.int64)
    some[group] = labels
    n_others = np.bincount(group, labels != some[group], minlength=n_groups)
    return np.asarray(n_others == 0)
