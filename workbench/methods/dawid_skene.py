"""Dawid and Skene's model of observer error, fitted by expectation-maximisation."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from workbench.errors import MethodError
from workbench.methods.pattern_model import PatternModel, pattern_scores
from workbench.methods.softmax import softmax
from workbench.methods.votes import Votes, vote_indicators

PRIOR_ACCURACY: Final = 0.7
"""Accuracy of a labeling function before anything is learned, as in Snorkel."""

PRIOR_VOTES: Final = 4.0
"""How many votes a class the prior accuracy counts for: a few lucky votes prove nothing."""


class DawidSkene(PatternModel):
    """Confusion matrices of labeling functions (LFs), by maximum a posteriori EM.

    The 1979 model was made for observers who may name any class. Many LFs name one class or
    abstain, so what a vote says is taken from what the LF has been seen to do:

    - An LF that has voted for every class is judged by P(vote | class, it votes), the classic
      model with missing answers.
    - An LF that has voted for some classes only is judged by P(vote | class): that it spoke at all
      is what it says. Such rates are confounded with the class balance, so their prior weighs as
      much as the LF's own votes.

    Dirichlet priors prefer LFs that are right more often than not. The class balance, where it is
    not given, is estimated if at least half of the votes are of the first kind, and uniform
    otherwise. EM starts from vote shares and is deterministic.

    Parameters
    ----------
    n_classes
        Number of classes K, at least 2.
    max_iter
        Most EM steps.
    tol
        Stop when the posteriors move by less than this, in mean total variation.
    abstain
        ``"ignored"``: an abstain is no evidence, as in Snorkel. ``"outcome"``: abstaining is a
        further answer of every LF, judged by P(abstain | class), and the class balance is always
        estimated. The latter is sharper where LFs are few, broad and independent; with many sparse
        LFs (pattern rules, crowd workers) the many abstains drown the votes.

    Attributes
    ----------
    n_iter_
        EM steps taken.
    estimated_balance_
        The class balance was estimated.
    mostly_complete_
        At least half of the votes are of LFs that have voted for every class.

    References
    ----------
    Dawid and Skene (1979), "Maximum Likelihood Estimation of Observer Error-Rates Using the EM
    Algorithm", JRSS C 28(1), section 3.
    """

    name: ClassVar[str] = "dawid-skene"

    n_iter_: int
    estimated_balance_: bool
    mostly_complete_: bool

    def __init__(
        self,
        n_classes: int,
        *,
        max_iter: int = 100,
        tol: float = 1e-5,
        abstain: Literal["ignored", "outcome"] = "ignored",
    ) -> None:
        super().__init__(n_classes)
        if max_iter < 1:
            raise MethodError(f"The number of EM steps is {max_iter}.", hint="Give 1 or more.")
        self.max_iter = max_iter
        self.tol = tol
        self.abstain = abstain

    def _fit(
        self, votes: Votes, counts: NDArray[np.int64], balance: NDArray[np.float64] | None
    ) -> None:
        """Alternate posteriors (E) and rates (M) until the posteriors settle."""
        m, K = votes.shape[1], self.n_classes
        weights = counts.astype(np.float64)
        n = weights.sum()
        indicators = vote_indicators(votes, K)
        tally = (indicators.T @ weights).reshape(m, K)
        complete = (tally > 0).all(axis=1)
        by_vote = complete & (self.abstain == "ignored")
        prior_votes, prior_examples = _rate_prior(tally, n, complete)
        self.mostly_complete_ = bool(2 * tally[complete].sum() >= tally.sum() > 0)
        estimate_balance = balance is None and (self.abstain == "outcome" or self.mostly_complete_)
        self.estimated_balance_ = bool(estimate_balance)
        balance = np.full(K, 1 / K) if balance is None else balance
        posterior = _vote_shares(indicators @ np.tile(np.eye(K), (m, 1)))
        for step in range(1, self.max_iter + 1):
            self.n_iter_ = step
            mass = posterior * weights[:, None]
            if estimate_balance:
                balance = (mass.sum(axis=0) + 1) / (n + K)
            voted = (indicators.T @ mass).reshape(m, K, K) + prior_votes
            total = voted.sum(axis=1)
            # One pseudo-abstain keeps every rate under 1.
            examples = np.maximum(mass.sum(axis=0) + prior_examples, total + 1)
            rates = voted / np.where(by_vote[:, None], total, examples)[:, None, :]
            table = np.zeros((m, K + 1, K))
            table[:, 1:] = np.log(rates)
            if self.abstain == "outcome":
                table[:, 0] = np.log1p(-rates.sum(axis=1))
            previous = posterior
            posterior = softmax(np.log(balance) + pattern_scores(indicators, table))
            moved = weights @ np.abs(posterior - previous).sum(axis=1) / (2 * n)
            if moved < self.tol:
                break
        self.log_prior_ = np.log(balance)
        self.log_likelihood_ = table
        self.weights_ = np.einsum("jyy,y->j", rates, balance) / np.einsum(
            "jvy,y->j", rates, balance
        )


def _rate_prior(
    tally: NDArray[np.float64], n: float, complete: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pseudo-votes (m, K votes, K classes) and pseudo-examples (m, 1) of each class."""
    K = tally.shape[1]
    accuracy = np.where(np.eye(K, dtype=np.bool_), PRIOR_ACCURACY, (1 - PRIOR_ACCURACY) / (K - 1))
    own = tally.sum(axis=1)
    # Pseudo-votes fall as the LF's own votes do; 1 / K keeps a vote not yet seen possible.
    share = (tally + 1 / K) / (own + 1)[:, None]
    partial_strength = PRIOR_VOTES + own
    strength = np.where(complete, PRIOR_VOTES * K, partial_strength)
    pseudo_votes = np.where(
        complete[:, None, None],
        PRIOR_VOTES * accuracy,
        (partial_strength[:, None] * share)[:, :, None] * accuracy,
    )
    rarity = n / np.maximum(own, 1)
    return pseudo_votes, (strength * rarity / K)[:, None]


def _vote_shares(tally: NDArray[np.float64]) -> NDArray[np.float64]:
    """Class shares of each pattern's votes; uniform where there is none; (u, K)."""
    total = tally.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.where(
        total > 0, tally / np.maximum(total, 1), 1 / tally.shape[1]
    )
    return shares
