"""The quick fit: a linear model on some labels, as sure as rows that it has not seen allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.methods.auto_strategy import COLD_START
from workbench.methods.cross_fitting import cross_fit, deal_folds
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.row_choice import sample_rows
from workbench.methods.temperature import at_temperature, held_out_temperature

MAX_HELD_OUT = 600
"""What is measured on annotated rows is measured on so many of them."""

N_FOLDS = 3


@dataclass(frozen=True, slots=True)
class LearntRows:
    """The rows that the active learner learns from; those with a label of people or a file first.

    ``rows`` are example indices, ``targets`` (n_rows, K) their class probabilities, ``weights``
    (n_rows,) 1 for the first ``n_hard`` rows and less for weak labels, of the label model or the
    default class. There are ``n_labels`` labels of people and files, more than ``n_hard`` where not
    all are learnt from.
    """

    rows: NDArray[np.int64]
    targets: NDArray[np.float64]
    weights: NDArray[np.float64]
    n_hard: int
    n_labels: int

    @property
    def tells_classes_apart(self) -> bool:
        """Whether the labels are of two classes at least; else nothing can be learnt."""
        return len(np.unique(self.targets.argmax(axis=1))) > 1


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Rows with labels of people or files, and what models say that have not seen them.

    ``rows`` are example indices, ``labels`` (n,) their classes, ``probs`` (n, K).
    """

    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    probs: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class QuickFit:
    """A fitted model; ``held_out`` gives it its temperature, None with too few labels for one."""

    model: SoftLabelClassifier
    held_out: HeldOut | None

    def beliefs(self, X: Any, rows: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
        """Return calibrated probabilities, (n_rows, K).

        Parameters
        ----------
        X
            Features of shape (n, d).
        rows
            Indices of the rows that are asked about; all by default.
        """
        return self.calibrated(self.model.predict_proba(X, rows))

    def calibrated(self, probs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what a model of nearly the same labels says, as sure as unseen rows allow.

        Parameters
        ----------
        probs
            Its probabilities, (n_rows, K).
        """
        if self.held_out is None:
            return probs
        temperature = held_out_temperature(self.held_out.probs, self.held_out.labels)
        return at_temperature(probs, temperature)


def quick_fit(features: Any, learnt: LearntRows, *, seed: int) -> QuickFit:
    """Fit a linear model with balanced classes, and hold it out from 20 hard labels on.

    Parameters
    ----------
    features
        Of all examples, shape (n, d).
    learnt
        What to learn from, two classes at least.
    seed
        Of the folds, and of the sample where there are more than 600 hard labels.
    """
    model = SoftLabelClassifier(learnt.targets.shape[1], class_weight="balanced")
    model.fit(features[learnt.rows], learnt.targets, sample_weight=learnt.weights)
    return QuickFit(model, hold_out(features, learnt, seed=seed))


def hold_out(features: Any, learnt: LearntRows, *, seed: int) -> HeldOut | None:
    """Cross-fit the quick fit on at most 600 rows; None with fewer than 20 hard labels.

    Parameters
    ----------
    features
        Of all examples, shape (n, d).
    learnt
        What to learn from.
    seed
        Of the folds and the sample.
    """
    if learnt.n_hard < COLD_START:
        return None
    rng = np.random.default_rng(seed)
    hard = np.sort(sample_rows(np.arange(learnt.n_hard), MAX_HELD_OUT, rng))
    others = np.arange(learnt.n_hard, len(learnt.rows))
    used = np.concatenate([hard, sample_rows(others, MAX_HELD_OUT - len(hard), rng)])
    X, targets = features[learnt.rows[used]], learnt.targets[used]
    fold = deal_folds(targets.argmax(axis=1), n_splits=N_FOLDS, rng=rng)
    probs = cross_fit(
        X,
        targets,
        targets.shape[1],
        fold,
        sample_weight=learnt.weights[used],
        class_weight="balanced",
        rng=rng,
    )
    labels = targets[: len(hard)].argmax(axis=1)
    return HeldOut(learnt.rows[hard], labels, probs[: len(hard)])
