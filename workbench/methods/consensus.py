"""One label from several annotators' answers, weighed by how reliable each annotator is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.methods.agreement import count_answers
from workbench.methods.dawid_skene import DawidSkene
from workbench.methods.intervals import wilson
from workbench.methods.label_model import top_classes
from workbench.methods.votes import check_votes
from workbench.types import ABSTAIN, NO_LABEL

N_RESAMPLES: Final = 100
"""Resamples behind the intervals of accuracies: they tell a variance, not a tail."""


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
        (m,) float64, the share of each annotator's answers to rows that others answered, too, that
        is expected to be right; NaN where there is none.
    n_compared
        (m,) int64, how many such answers there are.
    """

    labels: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    n_compared: NDArray[np.int64]


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
    overrule annotators who are of one mind. An annotator's accuracy is the mean probability of what
    they said. The model's rates would pull it to their prior: with 77 classes there are few answers
    to a class, and who is right 97 times in 100 looked right 84 times.

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
    accuracy, n_compared = _share_right(matrix, probs)
    return WeighedAnswers(
        labels=np.where(settled, elected.argmax(axis=1), NO_LABEL).astype(np.int64),
        confidence=np.where(settled, np.clip(top, 0, 1), 0.0),
        accuracy=accuracy,
        n_compared=n_compared,
    )


def accuracy_intervals(
    answers: ArrayLike,
    n_classes: int,
    *,
    rng: np.random.Generator,
    n_resamples: int = N_RESAMPLES,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return 95 % intervals of the accuracies that `weigh_answers` estimates.

    Parameters
    ----------
    answers
        (n, m) answers in -1..K-1, a column an annotator; -1 for none. n and m are at least 1.
    n_classes
        Number of classes K, at least 2.
    rng
        Source of the resamples.
    n_resamples
        How often the rows are drawn anew, at least 2.

    Returns
    -------
    low, high
        (m,) float64 each; 0 and 1 where nothing is known.

    Raises
    ------
    MethodError
        If the answers are malformed, or there are none.

    Notes
    -----
    Wilson's interval of so many answers as would make the estimate vary as it does over resampled
    rows, weighed anew each time; never more than there are. The truth is not known, so that it is
    wider than if each answer had been marked; and it has a width where nobody is contradicted.
    """
    matrix = check_votes(answers, n_classes)
    weighed = weigh_answers(matrix, n_classes)
    drawn = np.empty((n_resamples, matrix.shape[1]))
    for accuracy in drawn:
        sample = matrix[rng.integers(len(matrix), size=len(matrix))]
        accuracy[:] = weigh_answers(sample, n_classes).accuracy
    share = np.nan_to_num(weighed.accuracy)
    is_drawn = ~np.isnan(drawn)
    n_drawn = np.maximum(is_drawn.sum(axis=0), 1)
    mean = np.where(is_drawn, drawn, 0).sum(axis=0) / n_drawn
    squares = np.where(is_drawn, (drawn - mean) ** 2, 0).sum(axis=0)
    variance = squares / np.maximum(n_drawn - 1, 1)
    binomial = share * (1 - share)
    n = np.minimum(weighed.n_compared, binomial / np.maximum(variance, np.finfo(float).tiny))
    # Who is never contradicted varies nowhere.
    n = np.where(variance > 0, n, weighed.n_compared)
    return wilson(share * n, n)


def _share_right(
    answers: NDArray[np.signedinteger], probs: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return each annotator's mean probability of being right where others answered, and how often.

    What only one said is as likely as that one is reliable: it tells nothing.
    """
    given = answers != ABSTAIN
    given &= (given.sum(axis=1) >= 2)[:, None]
    n = given.sum(axis=0)
    right = np.zeros(answers.shape[1])
    for j, rows in enumerate(given.T):
        right[j] = probs[rows, answers[rows, j]].sum()
    accuracy = np.where(n > 0, np.clip(right / np.maximum(n, 1), 0, 1), np.nan)
    return accuracy, n.astype(np.int64)
