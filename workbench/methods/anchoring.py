"""Human labels anchor a label model: what each vote means is corrected where people have looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from workbench.methods.calibration import log_scores
from workbench.methods.checks import check_labels, check_probs
from workbench.methods.softmax import softmax
from workbench.methods.votes import Votes, vote_indicators

if TYPE_CHECKING:
    from scipy import sparse

STRENGTHS: Final = (3.0, 10.0, 40.0, np.inf)
"""Candidates for how many annotated votes the label model's own opinion of a vote counts for."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """A label model corrected by human labels.

    Attributes
    ----------
    probs
        (n, K) corrected class probabilities; annotated rows as if they were like any other.
    held_out
        (a, K) probabilities of the annotated rows, each without its own label.
    strength
        Pseudo-votes of the label model's opinion; infinite where the labels correct nothing.
    """

    probs: npt.NDArray[np.float64]
    held_out: npt.NDArray[np.float64]
    strength: float


def anchor(
    votes: Votes,
    probs: npt.ArrayLike,
    rows: npt.ArrayLike,
    labels: npt.ArrayLike,
    trust: npt.ArrayLike | None = None,
) -> Anchored:
    """Correct a label model by the labels of some rows.

    The label model has an opinion of every vote: the classes of the rows that get it, P(y | LF j
    votes v). That opinion is the prior, worth `strength` votes, and the annotated rows with that
    vote update it (Dirichlet-multinomial). The change in log-probability is added to the evidence
    of each row with that vote. The strength is the candidate under which the annotated rows,
    each left out in turn, are likeliest; "no correction" is among the candidates.

    Parameters
    ----------
    votes
        (n, m) validated votes.
    probs
        (n, K) probabilities of the label model.
    rows
        (a,) distinct annotated rows.
    labels
        (a,) their classes.
    trust
        (a,) what each annotated row counts for, at least 0; 1 by default.

    Returns
    -------
    Anchored
        The corrected probabilities.

    Raises
    ------
    MethodError
        If shapes or values are off.
    """
    believed = np.asarray(check_probs(probs), np.float64)
    K = believed.shape[1]
    annotated = np.asarray(rows, np.int64)
    truth = check_labels(labels, K, n_rows=len(annotated))
    counts_for = np.ones(len(truth)) if trust is None else np.asarray(trust, np.float64)
    indicators = vote_indicators(votes, K)
    seen = np.asarray(indicators.sum(axis=0)).ravel()
    opinion = (indicators.T @ believed + 1 / K) / (seen + 1)[:, None]
    cells = _Cells(indicators[annotated], np.eye(K)[truth] * counts_for[:, None], opinion)
    base = log_scores(believed)
    best = max(STRENGTHS, key=lambda s: cells.likelihood(base[annotated], truth, counts_for, s))
    return Anchored(
        probs=softmax(base + indicators @ cells.correction(best)),
        held_out=softmax(base[annotated] + cells.held_out_correction(best)),
        strength=best,
    )


class _Cells:
    """Counts of annotated rows in the cells (LF, vote), against the label model's opinion."""

    def __init__(
        self,
        indicators: sparse.csr_matrix,
        weighted: npt.NDArray[np.float64],
        opinion: npt.NDArray[np.float64],
    ) -> None:
        self.indicators = indicators
        self.weighted = weighted
        self.opinion = opinion
        self.counts = indicators.T @ weighted

    def correction(self, strength: float) -> npt.NDArray[np.float64]:
        """Change in log-evidence of each cell, (m * K, K)."""
        return _log_ratio(self.counts, self.opinion, strength)

    def held_out_correction(self, strength: float) -> npt.NDArray[np.float64]:
        """Change for each annotated row, its own label left out of the counts; (a, K)."""
        changes = np.zeros(self.weighted.shape)
        pointers = self.indicators.indptr
        for i, own in enumerate(self.weighted):
            cells = self.indicators.indices[pointers[i] : pointers[i + 1]]
            others = self.counts[cells] - own
            changes[i] = _log_ratio(others, self.opinion[cells], strength).sum(axis=0)
        return changes

    def likelihood(
        self,
        base: npt.NDArray[np.float64],
        truth: npt.NDArray[np.int64],
        counts_for: npt.NDArray[np.float64],
        strength: float,
    ) -> float:
        """Log-likelihood of the annotated rows, each held out."""
        probs = softmax(base + self.held_out_correction(strength))
        # No single row, however wrong, decides.
        return float(counts_for @ np.log(0.99 * probs[np.arange(len(truth)), truth] + 0.01))


def _log_ratio(
    counts: npt.NDArray[np.float64], opinion: npt.NDArray[np.float64], strength: float
) -> npt.NDArray[np.float64]:
    """Log of the posterior over the prior share of each class in each cell."""
    if np.isinf(strength):
        return np.zeros(counts.shape)
    total = counts.sum(axis=1, keepdims=True)
    posterior = (strength * opinion + counts) / (strength + total)
    return np.asarray(np.log(posterior / opinion))
