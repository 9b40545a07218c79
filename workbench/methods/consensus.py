"""One label from several annotators' answers, weighed by how reliable each annotator is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.methods.agreement import count_answers
from workbench.methods.dawid_skene import DawidSkene
from workbench.methods.label_model import top_classes
from workbench.methods.votes import check_votes
from workbench.types import ABSTAIN, NO_LABEL


@dataclass(frozen=True, slots=True)
class WeighedAnswers:
    """The consensus of each row, and what it rests on.

    Attributes
    ----------
    labels
        (n,) int64 class indices; -1 for a row without an answer and for a tie.
    confidence
        (n,) float64, the probability of the label; 0 without one.
    accuracy
        (m,) float64, how often each annotator is estimated to be right.
    """

    labels: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]


def weigh_answers(answers: ArrayLike, n_classes: int) -> WeighedAnswers:
    """Weigh annotators' answers by their confusion matrices, which are learned from the answers.

    Parameters
    ----------
    answers
        (n, m) answers in -1..K-1, a column an annotator; -1 for none. n and m are at least 1.
    n_classes
        Number of classes K, at least 2.

    Returns
    -------
    WeighedAnswers
        Labels, confidence, and the accuracy of each annotator.

    Raises
    ------
    MethodError
        If the answers are malformed, or there are none.

    Notes
    -----
    Only classes that somebody chose stand for election: weights settle disagreements, and never
    overrule annotators who are of one mind.

    References
    ----------
    Dawid and Skene (1979), "Maximum Likelihood Estimation of Observer Error-Rates Using the EM
    Algorithm", JRSS C 28(1), section 3; with the priors of `DawidSkene`.
    """
    matrix = check_votes(answers, n_classes)
    model = DawidSkene(n_classes).fit(matrix)
    probs = model.predict_proba(matrix)
    chosen = count_answers(matrix, n_classes) > 0
    elected = np.where(chosen, probs, -1.0)
    top = elected.max(axis=1)
    settled = (matrix != ABSTAIN).any(axis=1)
    settled &= top_classes(elected).sum(axis=1) == 1
    assert model.weights_ is not None
    return WeighedAnswers(
        labels=np.where(settled, elected.argmax(axis=1), NO_LABEL).astype(np.int64),
        confidence=np.where(settled, np.clip(top, 0, 1), 0.0),
        accuracy=model.weights_,
    )
