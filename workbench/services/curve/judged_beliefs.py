"""What models of a learning curve say of the rows that judge them, and how much each counts."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.learning_curve import Score, score, tilted_weights
from workbench.services.curve.judges import CurveJudges
from workbench.services.learnt_rows import Lessons, learnt_from
from workbench.services.quick_fit import QuickFit

FEW_COPIES: Final = 0.2
"""Where judged rows that stand for copies weigh more, what is left is like these."""


def judged_beliefs(
    features: Any, known: Lessons, judges: CurveJudges, fitted: QuickFit, *, seed: int
) -> NDArray[np.float64]:
    """Return what models say of the judged rows, calibrated, each held out but for copies.

    Parameters
    ----------
    features
        Of all examples, shape (n, d).
    known
        What there was to learn from.
    judges
        The judged rows, (n_judged,), and their folds.
    fitted
        Has learnt from all that was known.
    seed
        Of the sample of the rows that people did not label.

    Returns
    -------
    ndarray
        Shape (n_judged, K); even where nothing was left to learn from.
    """
    probs = np.full((len(judges.rows), known.n_classes), 1 / known.n_classes)
    for fold in np.unique(judges.fold):
        mine = judges.fold == fold
        model = fitted.model
        if fold >= 0:
            learnt = learnt_from(known.without(judges.rows[mine]), seed=seed)
            if not len(learnt.rows):
                continue
            model = SoftLabelClassifier(known.n_classes, class_weight="balanced")
            model.fit(features[learnt.rows], learnt.targets, sample_weight=learnt.weights)
        probs[mine] = model.predict_proba(features[judges.rows[mine]])
    return fitted.calibrated(probs)


def score_of(
    judges: CurveJudges,
    judged: NDArray[np.float64],
    learnt: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> Score:
    """Score what models say of the judged rows.

    Parameters
    ----------
    judges
        The judged rows.
    judged
        What models say of them that have not learnt them, (n_judged, K).
    learnt
        What the one says that has, (n_judged, K): for near-copies of an open class, the interval
        holds both scores.
    weights
        What each counts, (n_judged,).
    """
    answers = [judged.argmax(axis=1)]
    if judges.is_open.any():
        answers.append(np.where(judges.is_open, learnt.argmax(axis=1), answers[0]))
    found = [
        score(
            answer,
            judges.truth,
            judged.shape[1],
            weights=weights,
            strata=judges.stratum,
            sizes=judges.sizes,
            doubt=None if judges.doubt is None else judges.doubt.of_rows,
        )
        for answer in answers
    ]
    return found[0].spanning(found[-1])


def weights_of_left(
    judges: CurveJudges,
    judged: NDArray[np.float64],
    watched: NDArray[np.int64],
    beliefs: NDArray[np.float64],
    is_taught: NDArray[np.bool_],
    is_learnt: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Weigh judged rows so that models are as sure of them as of the rows that they stand for.

    Parameters
    ----------
    judges
        The judged rows, and which examples each stratum of them stands for.
    judged
        What models say of them that have not learnt them, (n_judged, K).
    watched
        Examples that are left, (n_watched,).
    beliefs
        What the model says of these, (n_watched, K).
    is_taught
        Which of these have a label that could be learnt from, (n_watched,): given, or weak.
    is_learnt
        Of which of these the model has learnt it, (n_watched,). It is too sure of them, so that
        the other ones that are taught stand for them.

    Returns
    -------
    ndarray
        Shape (n_judged,), summing to 1. The weight of a stratum stays, as does that of rows that
        stand for copies, since these are left; so do all weights of a stratum where these are many,
        or where no watched row tells how sure a model is of it.
    """
    weights = judges.weights.copy()
    certainty, of_watched = judged.max(axis=1), beliefs.max(axis=1)
    for stratum in np.unique(judges.stratum):
        mine = judges.stratum == stratum
        held_out = mine & (judges.fold >= 0) & ~judges.is_mixed & ~judges.is_open
        share = float(weights[held_out].sum())
        theirs = judges.stands_for[watched] == stratum
        target = _mean_unlearnt(of_watched[theirs], is_taught[theirs], is_learnt[theirs])
        if target is not None and share >= (1 - FEW_COPIES) * weights[mine].sum():
            tilted = tilted_weights(weights[held_out], certainty[held_out], target)
            weights[held_out] = share * tilted
    return weights


def _mean_unlearnt(
    certainty: NDArray[np.float64], is_taught: NDArray[np.bool_], is_learnt: NDArray[np.bool_]
) -> float | None:
    """Return the mean certainty were no row learnt; None where all of a kind are, or none is."""
    if not len(certainty):
        return None
    total = 0.0
    for kind in (is_taught, ~is_taught):
        if kind.any():
            if not (kind & ~is_learnt).any():
                return None
            total += float(kind.mean() * certainty[kind & ~is_learnt].mean())
    return total
