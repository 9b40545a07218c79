"""How right models are on rows whose label can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.methods.calibration import expected_calibration_error
from workbench.methods.imbalance import class_report
from workbench.methods.intervals import wilson

_MANY_UNCERTAIN = 0.1
"""From this share of rows under ``min_confidence`` on, a person is told."""


@dataclass(frozen=True, slots=True)
class ModelScore:
    """A model on the trusted rows.

    ``n`` rows are trusted, ``n_covered`` of them informed: the model has a unique top class there.
    ``accuracy``, its 95 % Wilson interval and ``macro_f1`` are over the covered rows; None where
    there is none. ``accuracy_all`` is over all n: a row that is not covered counts with the
    probability that the model gives the trusted class when all top classes share it evenly.
    ``ece`` is the expected calibration error over the covered rows.
    """

    model: str
    n: int
    n_covered: int
    coverage: float
    accuracy: float | None
    accuracy_low: float | None
    accuracy_high: float | None
    macro_f1: float | None
    accuracy_all: float | None
    ece: float | None = None


def score_model(
    model: str,
    probs: NDArray[np.floating],
    informed: NDArray[np.bool_],
    trusted: NDArray[np.int64],
) -> ModelScore:
    """Score a model on the rows with a trusted label.

    Parameters
    ----------
    model
        Its name.
    probs
        Probabilities (n, K).
    informed
        Rows with a unique top class, (n,).
    trusted
        Labels (n,); -1 where there is none.
    """
    rows = np.flatnonzero(trusted >= 0)
    covered = rows[informed[rows]]
    n, n_covered = len(rows), len(covered)
    if n == 0:
        return ModelScore(model, 0, 0, 0.0, None, None, None, None, None)
    top = probs.max(axis=1, keepdims=True)
    ties = probs[rows] >= top[rows] - 1e-6
    credit = ties[np.arange(n), trusted[rows]] / ties.sum(axis=1)
    if n_covered == 0:
        return ModelScore(model, n, 0, 0.0, None, None, None, None, float(credit.mean()))
    predicted = probs[covered].argmax(axis=1)
    n_right = int((predicted == trusted[covered]).sum())
    low, high = wilson(np.array([n_right]), np.array([n_covered]))
    report = class_report(trusted[covered], predicted, probs.shape[1])
    return ModelScore(
        model=model,
        n=n,
        n_covered=n_covered,
        coverage=n_covered / n,
        accuracy=n_right / n_covered,
        accuracy_low=float(low[0]),
        accuracy_high=float(high[0]),
        macro_f1=float(report.macro_f1),
        accuracy_all=float(credit.mean()),
        ece=expected_calibration_error(probs[covered], trusted[covered]),
    )


def uncertain_warnings(n_uncertain: int, n: int, rows: str, least: float) -> tuple[str, ...]:
    """Say where the threshold of the configuration costs many labels.

    Parameters
    ----------
    n_uncertain
        Rows that a model leaves without a label since it is less sure than `least`.
    n
        Rows of which it knows something.
    rows
        What these rows are called.
    least
        The threshold, ``min_confidence``.
    """
    if n_uncertain <= _MANY_UNCERTAIN * n:
        return ()
    return (
        f"min_confidence = {least:g} in workbench.toml leaves {n_uncertain:,} of {n:,} {rows}"
        " without a label: lower it if they are to have one",
    )
