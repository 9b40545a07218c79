"""Which of the answers that people gave to a row are right, by a model and by each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_probs

LEAST_ERROR: Final = 0.01
MOST_ERROR: Final = 0.5
"""Bounds of the share of errors that disagreement is taken for."""


@dataclass(frozen=True, slots=True)
class LabelDoubt:
    """How far labels that several people chose may be wrong; arrays of shape (n,).

    Attributes
    ----------
    lead
        How many more answers name the label than the class after it, at least 1; infinite where
        the label is sure.
    other
        The class after it, int64; -1 where it is unknown.
    error
        The chance that an answer is wrong: `shared_error`.
    """

    lead: npt.NDArray[np.float64]
    other: npt.NDArray[np.int64]
    error: float

    def wrong(self, error: float) -> npt.NDArray[np.float64]:
        """Return the chance that each label is wrong, (n,), if answers are so with this chance.

        Whatever the label is, so many answers name it and so many the other class with odds of
        ((1 - error) / error) to the lead.

        Parameters
        ----------
        error
            In [0, 0.5).
        """
        from scipy.special import expit

        if not error:
            return np.zeros(len(self.lead))
        return np.asarray(expit(-self.lead * np.log((1 - error) / error)))


def shared_error(n_pairs: int, n_differing: int) -> float:
    """Estimate how often answers are wrong from how often two to one row differ.

    Two that err seldom hit on the same class: they agree where both are right.

    Parameters
    ----------
    n_pairs
        Pairs of answers to one row.
    n_differing
        How many of these differ.
    """
    agree = 1 - n_differing / max(n_pairs, 1)
    return float(np.clip(1 - np.sqrt(max(agree, 0.0)), LEAST_ERROR, MOST_ERROR))


def answer_beliefs(
    probs: npt.ArrayLike, counts: npt.ArrayLike, error: float
) -> npt.NDArray[np.float64]:
    """Return what rows belong to by a model that has not seen them, and by all their answers.

    Bayes' rule with the model's probabilities as the prior: every answer is right with the same
    chance, and wrong ones fall on all other classes alike. One chance for all people, so that
    nobody is believed less for what was first laid to their charge; chance differences would feed
    on themselves (as in Dawid and Skene's model, where two answers a row cannot tell who errs).

    Parameters
    ----------
    probs
        Out-of-sample class probabilities, shape (n, K).
    counts
        How many answers name each class, shape (n, K).
    error
        The chance that an answer is wrong, in (0, 1): `shared_error`.

    Returns
    -------
    ndarray
        Shape (n, K), float64, rows summing to 1.

    Raises
    ------
    MethodError
        Where shapes or values are off.
    """
    prior = check_probs(probs).astype(np.float64)
    said = np.asarray(counts)
    if said.shape != prior.shape:
        raise MethodError(f"the counts have shape {said.shape}, the probabilities {prior.shape}")
    if not 0 < error < 1:
        raise MethodError(f"the chance of an error is {error!r}", hint="Give one between 0 and 1.")
    odds = np.log((1 - error) * max(prior.shape[1] - 1, 1) / error)
    logs = np.log(np.maximum(prior, np.finfo(float).tiny)) + said * odds
    beliefs = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(beliefs / beliefs.sum(axis=1, keepdims=True))
