"""Whose rows are these? Probabilities that a user brings, put in order and checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.confident_pass import confident_pass

SHOWN: Final = 3
"""How many uids an error names."""

LEAST_SIGMAS: Final = 3.0
"""Labels that know nothing of their probabilities agree so far above chance once in 740 times."""


def align_rows(
    probs: npt.ArrayLike, probs_uids: Sequence[str], uids: Sequence[str]
) -> npt.NDArray[Any]:
    """Put rows of probabilities in the order of the examples.

    Parameters
    ----------
    probs
        Shape (n_probs, K).
    probs_uids
        The uid of each row of `probs`, each once.
    uids
        The uids of the examples, n of them.

    Returns
    -------
    ndarray
        Shape (n, K): one row an example; rows of other uids are left out.

    Raises
    ------
    MethodError
        Where a uid is missing or given twice, or the lengths differ.
    """
    matrix = np.asarray(probs)
    if matrix.ndim != 2 or len(matrix) != len(probs_uids):
        raise MethodError(
            f"there are {len(probs_uids):,} uids for probabilities of shape {matrix.shape}"
        )
    place = {uid: i for i, uid in enumerate(probs_uids)}
    if len(place) != len(probs_uids):
        twice = [uid for i, uid in enumerate(probs_uids) if place[uid] != i]
        raise MethodError(f"{len(twice):,} uids have several rows: {_some(twice)}")
    missing = [uid for uid in uids if uid not in place]
    if missing:
        raise MethodError(
            f"{len(missing):,} of {len(uids):,} examples have no probabilities: {_some(missing)}",
            hint="Predict every labelled example, and keep its uid beside the prediction.",
        )
    return np.asarray(matrix[[place[uid] for uid in uids]])


def check_related(labels: npt.ArrayLike, probs: npt.ArrayLike) -> None:
    """Refuse probabilities that know nothing of the labels: those of other rows, most likely.

    The mean probability of the given labels is held against what it is when labels are dealt to
    rows at random: the permutation test of a mean, with its normal approximation (Hoeffding, "A
    combinatorial central limit theorem", Annals of Mathematical Statistics 22 (1951)).

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Class probabilities, shape (n, K).

    Raises
    ------
    MethodError
        Where labels or probabilities are off, or unrelated. Nothing is said of a single class, or
        where all rows have the same probabilities.
    """
    seen = confident_pass(labels, probs)
    n = len(seen.labels)
    share = seen.counts / n
    mean = np.asarray(seen.probs).mean(axis=0, dtype=np.float64)
    # Variance of a sum over a random matching: double-centred entries, squared.
    centred = np.asarray(seen.probs, np.float64) - mean
    centred -= (centred @ share)[:, None]
    variance = (centred**2 @ share).sum() / max(n - 1, 1)
    excess = (seen.self_confidence.astype(np.float64).mean() - mean @ share) * np.sqrt(n)
    if variance * n > 1e-12 and excess < LEAST_SIGMAS * np.sqrt(variance):
        raise MethodError(
            "these probabilities fit the labels no better than those of other rows would",
            hint="Check that their rows and classes are in the order of the examples and classes.",
        )


def _some(uids: Sequence[str]) -> str:
    """Name the first few uids."""
    return ", ".join(uids[:SHOWN]) + (", …" if len(uids) > SHOWN else "")
