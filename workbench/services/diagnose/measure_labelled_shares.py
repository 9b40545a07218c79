"""The class shares of two groups of rows by the labels that both have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.methods.divergence import compare_counts
from workbench.methods.imbalance import class_counts
from workbench.methods.intervals import wilson
from workbench.services.diagnose.comparison_groups import Group
from workbench.services.diagnose.rows import DiagnosisRows
from workbench.services.diagnose.verdicts import LabelledShare, LabelledShares

MIN_LABELS = 20
"""Fewer labels on a side say next to nothing of its shares."""


def measure_labelled_shares(
    data: DiagnosisRows, left: Group, drawn: NDArray[np.int64], *, rng: np.random.Generator
) -> LabelledShares | None:
    """Compare the labels of two groups; None where a side has too few.

    Parameters
    ----------
    data
        The rows.
    left
        The reference.
    drawn
        The labelled rows of the other group that can stand for it, see
        `workbench.services.diagnose.drawn_labels.drawn_labels`.
    rng
        Source of the permutations.
    """
    counts = [_counts(data, rows) for rows in (left.rows, drawn)]
    n_source, n_other = (int(count.sum()) for count in counts)
    if min(n_source, n_other) < MIN_LABELS:
        return None
    found = compare_counts(*counts, rng=rng)
    low, high = wilson(counts[1], n_other)
    return LabelledShares(
        shares=tuple(
            LabelledShare(
                name,
                float(counts[0][k] / n_source),
                float(counts[1][k] / n_other),
                float(low[k]),
                float(high[k]),
            )
            for k, name in enumerate(data.project.classes)
        ),
        p_value=found.p_value,
        n_source=n_source,
        n_other=n_other,
    )


def _counts(data: DiagnosisRows, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the labels of some rows by class, those of a label model left out."""
    return class_counts(data.labels[rows[data.is_human[rows]]], data.n_classes)
