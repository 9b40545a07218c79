"""The triplet label model: accuracies in closed form, from how functions vary together."""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from workbench.methods.pattern_model import PatternModel
from workbench.methods.snorkel_model import PREC_INIT
from workbench.methods.votes import Votes, vote_indicators
from workbench.types import ABSTAIN

MAX_PARTNERS: Final = 40
"""Partners of a labeling function that form its triplets: the pairs grow with their square."""

PRIOR_VOTES: Final = 20.0
"""Votes that the accuracy assumed at first counts for: moments of rare votes are mostly noise."""

LEAST_VOTING: Final = 3
"""Labeling functions that vote, for one triplet."""

_SAID_OF_FEW: Final = (
    "Fewer than three functions vote, so that accuracies cannot be learnt: each is taken to be"
    f" right {100 * PREC_INIT:.0f} times of a hundred."
)

MIN_COVARIANCE: Final = 1e-6
"""A pair that varies together less than this says nothing, and would be divided by."""


class TripletModel(PatternModel):
    """Method of moments on triplets of labeling functions (LFs): nothing is trained.

    Take one class y against all others, and score each vote +1 for y, -1 against it, 0 for an
    abstain. Where LFs i and j are independent given the class, their scores vary together only
    through it: Cov(i, j) = pi (1 - pi) d_i d_j, with pi the share of y and d_i the difference that
    the class makes to the score of i. Three LFs give |d_i|; the median over triplets is taken, and
    its sign says that LFs are right more often than not. The rate of every vote follows from its
    covariance with the other LFs' scores.

    Scores that vary, rather than votes that agree, also serve LFs that name one class or abstain.

    Where fewer than three LFs vote, nothing can be solved: one has no covariance, and of two only
    the product of their differences is known. Each is then taken to be as accurate as is assumed at
    first, 0.7; `note` says so.

    Parameters
    ----------
    n_classes
        Number of classes K, at least 2.

    Attributes
    ----------
    mu_
        (m, K, K), P(LF j votes v | Y = y).

    References
    ----------
    Fu, Chen, Sala, Hooper, Fatahalian and Ré (2020), "Fast and three-rious: speeding up weak
    supervision with triplet methods", ICML, section 3; one class against the rest as in its
    appendix C.
    """

    name: ClassVar[str] = "triplet"

    mu_: NDArray[np.float64]

    def _fit(
        self, votes: Votes, counts: NDArray[np.int64], balance: NDArray[np.float64] | None
    ) -> None:
        """Solve each class against the rest."""
        m, K = votes.shape[1], self.n_classes
        prior = np.full(K, 1 / K) if balance is None else balance
        shares = counts / counts.sum()
        indicators = vote_indicators(votes, K)
        rates = (indicators.T @ shares).reshape(m, K)
        mu = np.empty((m, K, K))
        voted = (votes != ABSTAIN).astype(np.float64)
        is_solved = voted.any(axis=0).sum() >= LEAST_VOTING
        self.note = "" if is_solved else _SAID_OF_FEW
        for y in range(K):
            scores = 2.0 * (votes == y) - voted
            mean = shares @ scores
            weighted = scores * shares[:, None]
            gaps = _solve_gaps(scores.T @ weighted - np.outer(mean, mean))
            joint = (indicators.T @ weighted).reshape(m, K, m) - rates[:, :, None] * mean
            mu[:, :, y] = rates + (1 - prior[y]) * _vote_gaps(joint, gaps, prior[y])
        self.mu_ = _shrink(mu, rates, prior, rates * counts.sum() * is_solved)
        self.log_prior_ = np.log(prior)
        self.log_likelihood_ = np.zeros((m, K + 1, K))
        self.log_likelihood_[:, 1:] = np.log(self.mu_)
        correct = np.einsum("jyy,y->j", self.mu_, prior)
        self.weights_ = np.clip(correct / np.einsum("jvy,y->j", self.mu_, prior), 0, 1)


def _shrink(
    mu: NDArray[np.float64],
    rates: NDArray[np.float64],
    prior: NDArray[np.float64],
    n_votes: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Draw (m, K, K) vote rates towards those of a function of the accuracy assumed at first."""
    K = len(prior)
    own = PREC_INIT / prior
    other = (1 - PREC_INIT) / (1 - prior)
    assumed = rates[:, :, None] * np.where(np.eye(K, dtype=np.bool_), own, other[:, None])
    share = (n_votes / (n_votes + PRIOR_VOTES))[:, :, None]
    shrunk: NDArray[np.float64] = share * np.clip(mu, 0, 1) + (1 - share) * assumed
    return np.clip(shrunk, 1e-6, 1 - 1e-6)


def _solve_gaps(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sqrt(pi (1 - pi)) |d_i| of each LF: the median over its triplets; 0 where unknown."""
    m = len(covariance)
    gaps = np.zeros(m)
    strength = np.abs(covariance) - np.diag(np.diag(np.abs(covariance)))
    for i in range(m):
        partners = np.argsort(-strength[i], kind="stable")[:MAX_PARTNERS]
        partners = partners[strength[i, partners] > MIN_COVARIANCE]
        between = strength[np.ix_(partners, partners)]
        j, k = np.nonzero(np.triu(between, 1) > MIN_COVARIANCE)
        if len(j):
            with_i = strength[i, partners]
            gaps[i] = np.sqrt(np.median(with_i[j] * with_i[k] / between[j, k]))
    return gaps


def _vote_gaps(
    joint: NDArray[np.float64], gaps: NDArray[np.float64], share: float
) -> NDArray[np.float64]:
    """Return P(vote | y) - P(vote | not y), (m, K), from covariances of votes with scores.

    ``joint`` is (m, K, m). Least squares over the other LFs, so that those whose score hardly
    depends on the class hardly count.
    """
    m = len(gaps)
    others = np.where(np.eye(m, dtype=np.bool_), 0.0, gaps)
    power = (others**2).sum(axis=1)
    slope = np.einsum("jvk,jk->jv", joint, others)
    found: NDArray[np.float64] = np.zeros_like(slope)
    np.divide(slope, power[:, None], out=found, where=power[:, None] > MIN_COVARIANCE)
    return np.asarray(found / np.sqrt(share * (1 - share)))
