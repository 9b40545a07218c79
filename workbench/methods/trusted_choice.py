"""Which label model trusted labels speak for."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import MethodError
from workbench.methods.checks import check_labels
from workbench.methods.label_model import expected_credit
from workbench.methods.votes import Votes
from workbench.types import ABSTAIN, NO_LABEL

MIN_TRUSTED: Final = 30
"""Fewer trusted labels than this do not overrule the evidence in the votes."""


def choose_by_labels(
    votes: Votes,
    probs: dict[str, NDArray[np.float64]],
    trusted: tuple[ArrayLike, ArrayLike],
    name: str,
    reason: str,
) -> tuple[str, str]:
    """Let trusted labels overrule a choice.

    Parameters
    ----------
    votes
        (n, m) validated votes.
    probs
        (n, K) probabilities of each model.
    trusted
        Row indices and their true classes; rows without a vote do not count.
    name
        The model that was chosen.
    reason
        Why.

    Returns
    -------
    tuple of str
        The model to take, and why.

    Raises
    ------
    MethodError
        If a row is not there, or a label no class.
    """
    rows, labels = _scored(votes, trusted, probs[name].shape[1])
    best = _better(probs, rows, labels, name)
    if best is None:
        return name, reason
    right, mine = (expected_credit(probs[key][rows], labels).mean() for key in (best, name))
    return best, (
        f"On {len(rows)} trusted labels {best} is right in {right:.1%}, {name} in {mine:.1%}."
    )


def better_on(
    votes: Votes,
    probs: dict[str, NDArray[np.float64]],
    trusted: tuple[ArrayLike, ArrayLike],
    name: str,
) -> str | None:
    """Return the model that is right more often on trusted labels than another, beyond noise.

    Parameters
    ----------
    votes
        (n, m) validated votes.
    probs
        (n, K) probabilities of each model.
    trusted
        Row indices and their true classes; rows without a vote do not count.
    name
        The model to compare with.

    Returns
    -------
    str or None
        The best of those of ``probs`` where its gain is significant (paired z above 1.96) on 30
        rows or more.

    Raises
    ------
    MethodError
        If a row is not there, or a label no class.
    """
    return _better(probs, *_scored(votes, trusted, probs[name].shape[1]), name)


def _scored(
    votes: Votes, trusted: tuple[ArrayLike, ArrayLike], n_classes: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the trusted rows with a vote and a label, and their labels."""
    n = len(votes)
    rows = np.asarray(trusted[0], dtype=np.int64)
    labels = check_labels(trusted[1], n_classes, n_rows=len(rows), allow_none=True)
    if rows.size and (rows.min() < 0 or rows.max() >= n):
        raise MethodError(f"A trusted row lies outside 0..{n - 1}.", hint="Check the indices.")
    scored = (votes[rows] != ABSTAIN).any(axis=1) & (labels != NO_LABEL)
    return rows[scored], labels[scored]


def _better(
    probs: dict[str, NDArray[np.float64]],
    rows: NDArray[np.int64],
    labels: NDArray[np.int64],
    name: str,
) -> str | None:
    """Return the model whose gain over another is beyond noise (paired z > 1.96)."""
    if len(rows) < MIN_TRUSTED:
        return None
    credit = {key: expected_credit(p[rows], labels) for key, p in probs.items()}
    best = max(credit, key=lambda key: float(credit[key].mean()))
    gain = credit[best] - credit[name]
    is_noise = gain.mean() <= 1.96 * gain.std(ddof=1) / np.sqrt(len(rows))
    return None if is_noise else best
