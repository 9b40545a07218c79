"""What the label models share: naive Bayes over the unique patterns of a vote matrix.

Each model learns a table of log-likelihoods, one a labeling function (LF), outcome and class; a
class scores its log-prior plus the entries that the row's votes pick. Models differ in how they
learn the table. Rows with the same votes get the same answer, so fitting and predicting work on
unique patterns: real LFs leave a few thousand of them, whatever the number of examples.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import MethodError, NotFittedError
from workbench.methods.softmax import softmax
from workbench.methods.votes import (
    VotePatterns,
    Votes,
    check_votes,
    unique_patterns,
    vote_indicators,
)
from workbench.types import ABSTAIN

if TYPE_CHECKING:
    from scipy import sparse

BLOCK_ROWS = 65_536
"""Patterns scored at once; bounds the memory of a prediction."""


class PatternModel(ABC):
    """Base of the label models.

    Parameters
    ----------
    n_classes
        Number of classes K, at least 2.

    Attributes
    ----------
    log_prior_
        (K,) log class balance.
    log_likelihood_
        (m, K + 1, K): entry ``[j, v + 1, y]`` is the evidence, in nats, that the outcome v of LF j
        (-1 abstains) gives for class y.
    weights_
        (m,) learned accuracy of each LF given that it votes, in [0, 1]; None for a model that
        learns none.
    copy_of_
        (m,) the first of the columns that share the evidence of one LF; None where each has its
        own (see `share`).
    """

    name: ClassVar[str]
    min_functions: ClassVar[int] = 0
    """The fewest labeling functions (columns) that the model can be fitted on."""

    note: str = ""
    """What a person should know of the fit; empty where it is as described."""

    log_prior_: NDArray[np.float64]
    log_likelihood_: NDArray[np.float64]
    weights_: NDArray[np.float64] | None
    copy_of_: NDArray[np.int64] | None = None

    def __init__(self, n_classes: int) -> None:
        if n_classes < 2:
            raise MethodError(f"The number of classes is {n_classes}.", hint="Give 2 or more.")
        self.n_classes = n_classes

    def fit(self, votes: ArrayLike, *, class_balance: ArrayLike | None = None) -> Self:
        """Learn from the votes alone.

        Parameters
        ----------
        votes
            (n, m) votes in -1..K-1; n >= 1.
        class_balance
            (K,) positive class shares; None where they are not known.

        Returns
        -------
        Self
            The fitted model.

        Raises
        ------
        MethodError
            If the votes or the class balance are malformed or too few.
        """
        patterns = unique_patterns(check_votes(votes, self.n_classes))
        return self.fit_patterns(patterns, class_balance=class_balance)

    def fit_patterns(
        self, patterns: VotePatterns, *, class_balance: ArrayLike | None = None
    ) -> Self:
        """Learn as `fit` does, from patterns that were found already."""
        if len(patterns.votes) == 0:
            raise MethodError(
                "There are no votes to learn from.", hint="Apply the functions first."
            )
        m = patterns.votes.shape[1]
        if m < self.min_functions:
            raise MethodError(
                f"The {self.name} model needs {self.min_functions} labeling functions, not {m}.",
                hint="Write more labeling functions, or use the majority model.",
            )
        balance = None if class_balance is None else check_balance(class_balance, self.n_classes)
        self._fit(patterns.votes, patterns.counts, balance)
        return self

    def share(self, copy_of: NDArray[np.int64]) -> Self:
        """Return the model for all LFs where it was fitted on one of those that are copies.

        Copies share the evidence of that one equally: where all of them say the same it counts
        once, where one speaks for itself its part counts, and where two differ they cancel.

        Parameters
        ----------
        copy_of
            (m,) the first of the columns that are copies of each other, as
            `workbench.methods.vote_agreement.find_copies` returns them.

        Returns
        -------
        Self
            The model itself where nothing is a copy. Else what it holds beside the table and the
            weights stays that of the fit.
        """
        _, place, size = np.unique(copy_of, return_inverse=True, return_counts=True)
        if len(size) == len(copy_of):
            return self
        shared = copy.copy(self)
        shared.log_likelihood_ = self.log_likelihood_[place] / size[place, None, None]
        shared.weights_ = None if self.weights_ is None else self.weights_[place]
        shared.copy_of_ = copy_of
        return shared

    def predict_proba(self, votes: ArrayLike) -> NDArray[np.float64]:
        """Class probabilities of each row.

        Parameters
        ----------
        votes
            (n, m) votes of the m LFs that the model was fitted on.

        Returns
        -------
        ndarray
            (n, K) float64, rows sum to 1. A row without a vote gets the prior.

        Raises
        ------
        NotFittedError
            If the model was not fitted.
        MethodError
            If the votes are malformed.
        """
        patterns = unique_patterns(self._check_columns(check_votes(votes, self.n_classes)))
        # `take` copies rows in half the time that an index needs.
        return self.predict_patterns(patterns).take(patterns.inverse, axis=0)

    def predict_patterns(self, patterns: VotePatterns) -> NDArray[np.float64]:
        """Class probabilities of each of u patterns, (u, K)."""
        votes = self._check_columns(patterns.votes)
        probs = np.empty((len(votes), self.n_classes))
        for start in range(0, len(votes), BLOCK_ROWS):
            block = votes[start : start + BLOCK_ROWS]
            probs[start : start + BLOCK_ROWS] = self._predict_block(block)
        return probs

    def explain(self, votes_row: ArrayLike) -> NDArray[np.float64]:
        """Split the evidence of one row into what each labeling function adds.

        Parameters
        ----------
        votes_row
            (m,) votes of one example.

        Returns
        -------
        ndarray
            (m + 1, K) float64, in nats: a row a labeling function, then the prior. The softmax of
            the column sums is the row's `predict_proba`.

        Raises
        ------
        NotFittedError
            If the model was not fitted.
        MethodError
            If the votes are malformed.
        """
        row = self._check_columns(check_votes(np.atleast_2d(np.asarray(votes_row)), self.n_classes))
        if len(row) != 1:
            raise MethodError(f"Explain one row, not {len(row)}.")
        return self._explain(row[0])

    @abstractmethod
    def _fit(
        self, votes: Votes, counts: NDArray[np.int64], balance: NDArray[np.float64] | None
    ) -> None:
        """Set the fitted attributes from (u, m) unique votes and their (u,) counts."""

    def _predict_block(self, votes: Votes) -> NDArray[np.float64]:
        """Posterior of a block of patterns; the prior for those without a vote."""
        scores = self.log_prior_ + pattern_scores(
            vote_indicators(votes, self.n_classes), self.log_likelihood_
        )
        scores[(votes == ABSTAIN).all(axis=1)] = self.log_prior_
        return softmax(scores)

    def _explain(self, row: Votes) -> NDArray[np.float64]:
        """Pick the table's entries for one row."""
        picked = self.log_likelihood_[np.arange(len(row)), row + 1]
        if (row == ABSTAIN).all():
            picked = np.zeros_like(picked)
        return np.vstack([picked, self.log_prior_])

    def _check_columns(self, votes: Votes) -> Votes:
        """Refuse votes before a fit, and votes of another number of functions."""
        if not hasattr(self, "log_likelihood_"):
            raise NotFittedError(f"The {self.name} model is not fitted.", hint="Call fit() first.")
        m = len(self.log_likelihood_)
        if votes.shape[1] != m:
            raise MethodError(
                f"The {self.name} model was fitted on {m} labeling functions, "
                f"and the votes have {votes.shape[1]}.",
                hint="Fit the model again after labeling functions were added or removed.",
            )
        return votes


def check_balance(class_balance: ArrayLike, n_classes: int) -> NDArray[np.float64]:
    """Validate class shares and scale them to sum to 1.

    Parameters
    ----------
    class_balance
        (K,) positive shares that sum to 1 within 0.02 (people round them).
    n_classes
        Number of classes K.

    Returns
    -------
    ndarray
        (K,) float64 that sums to 1.

    Raises
    ------
    MethodError
        If there are not K shares, one is not positive, or the sum is off.
    """
    balance = np.asarray(class_balance, dtype=np.float64)
    if balance.shape != (n_classes,):
        raise MethodError(
            f"The class balance has shape {balance.shape} for {n_classes} classes.",
            hint="Give one share a class.",
        )
    if not np.all(balance > 0) or not abs(balance.sum() - 1) <= 0.02:
        raise MethodError(
            f"The class balance is {balance.tolist()}.",
            hint="Give positive shares that sum to 1; a class without examples gets a small share.",
        )
    scaled: NDArray[np.float64] = balance / balance.sum()
    return scaled


def pattern_scores(
    indicators: sparse.csr_matrix, table: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sum the entries of a log-likelihood table that each pattern picks.

    Parameters
    ----------
    indicators
        (u, m * K) one-hot votes.
    table
        (m, K + 1, K) log-likelihoods, outcome 0 being the abstain.

    Returns
    -------
    ndarray
        (u, K) float64.
    """
    # Abstains are the common outcome: start from "all abstain" and correct where there is a vote.
    abstain = table[:, :1]
    gain = (table[:, 1:] - abstain).reshape(-1, table.shape[2])
    scores: NDArray[np.float64] = abstain.sum(axis=(0, 1)) + indicators @ gain
    return scores
