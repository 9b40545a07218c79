"""Majority vote, the label model that assumes nothing about the labeling functions."""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from workbench.methods.pattern_model import PatternModel
from workbench.methods.votes import Votes
from workbench.types import ABSTAIN

DECISIVE: Final = 50.0
"""Evidence of one vote, in nats: one vote more settles the class to within float noise."""


class MajorityVote(PatternModel):
    """The class with the most votes gets all of the probability; tied classes share it equally.

    It is naive Bayes in the limit of labeling functions that are equally accurate and never wrong,
    which is how `explain` presents it.

    Parameters
    ----------
    n_classes
        Number of classes K, at least 2.

    Notes
    -----
    A row without a vote gets the class balance, or the uniform one where none is given.
    """

    name: ClassVar[str] = "majority"

    def _fit(
        self, votes: Votes, counts: NDArray[np.int64], balance: NDArray[np.float64] | None
    ) -> None:
        """Nothing to learn but the number of functions."""
        m, K = votes.shape[1], self.n_classes
        self.log_prior_ = np.log(np.full(K, 1 / K) if balance is None else balance)
        self.log_likelihood_ = np.zeros((m, K + 1, K))
        self.log_likelihood_[:, 1:] = DECISIVE * np.eye(K)
        self.weights_ = None

    def _predict_block(self, votes: Votes) -> NDArray[np.float64]:
        """Exact shares, where the table's softmax would leave float noise."""
        tally = np.stack([(votes == y).sum(axis=1) for y in range(self.n_classes)], axis=1)
        top = tally == tally.max(axis=1, keepdims=True)
        probs: NDArray[np.float64] = top / top.sum(axis=1, keepdims=True)
        probs[(votes == ABSTAIN).all(axis=1)] = np.exp(self.log_prior_)
        return probs

    def _explain(self, row: Votes) -> NDArray[np.float64]:
        """Leave the prior out where there is a vote: it must not break ties."""
        parts = super()._explain(row)
        if (row != ABSTAIN).any():
            parts[-1] = 0
        return parts
