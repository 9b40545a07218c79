"""Why a row was asked, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

CLOSE: Final = 0.2
"""Between two classes it is a close call where they are no farther apart."""

CONTROL: Final = "random control"
"""The reason of rows that were drawn evenly."""

NO_PLACE: Final = "no-place"
"""Tells why a row was asked of which distances say nothing."""

_SCORED: Final = {
    "disagreement": "models of a committee disagree ({})",
    "lf-conflict": "labeling functions contradict each other ({})",
    "lf-entropy": "the label model is in doubt (entropy {})",
}
"""What a score above 0 says."""

_COVERAGE: Final = {
    "k-centre": "far from every annotated row",
    "facility-location": "similar to many rows that nothing annotated covers",
    "prob-cover": "the rows around it are not covered yet",
    "badge": "would change the model, and differs from the rest of the batch",
    "margin-diversity": "differs from the rest of the batch",
    "entropy-diversity": "differs from the rest of the batch",
    "doubtful-cover": "similar to many rows in doubt that the batch does not cover",
    "random": "drawn evenly",
    NO_PLACE: "drawn evenly, for lack of features to compare it by",
}


def describe_control(n_draws: int) -> str:
    """Say that a row was drawn evenly, and for how many draws it stands.

    Parameters
    ----------
    n_draws
        Random draws that said the same, at least 1.
    """
    return CONTROL if n_draws == 1 else f"{CONTROL}; {n_draws:,} draws said the same"


def describe(
    strategy: str,
    row: npt.NDArray[Any] | None,
    score: float,
    rank: int,
    n_ranked: int,
    stands_for: int,
    names: Sequence[str],
) -> str:
    """Say why a strategy chose a row.

    Parameters
    ----------
    strategy
        A name in `strategies.STRATEGIES`, or `NO_PLACE`.
    row
        Class probabilities of the row, shape (K,), or None.
    score
        The score that the strategy gave it. Of one of 0 no conflict, disagreement or doubt is said.
    rank
        Place of the row in the pool by margin `uncertainty`, 1 the most uncertain; 0 unknown.
    n_ranked
        Rows in the pool.
    stands_for
        Rows in the cluster that it represents; 0 where it represents none.
    names
        K class names.

    Returns
    -------
    str
        Clauses joined by semicolons; never empty.
    """
    clauses = []
    if strategy in _SCORED and score > 0:
        shown = f"{score:.2f}" if score >= 0.005 else "below 0.01"
        clauses.append(_SCORED[strategy].format(shown))
    if stands_for:
        clauses.append(
            "alone in its cluster"
            if stands_for == 1
            else f"stands for a cluster of {stands_for:,} rows"
        )
    if row is not None and strategy != "typicality":
        belief = _belief(strategy, row, score, names)
        clauses.insert(0, f"{belief}, rank {rank:,} of {n_ranked:,}" if rank else belief)
    if strategy in _COVERAGE:
        clauses.append(_COVERAGE[strategy])
    return "; ".join(clauses) or strategy


def _belief(strategy: str, row: npt.NDArray[Any], score: float, names: Sequence[str]) -> str:
    """Say what the model believes of a row."""
    best = np.argsort(-row, kind="stable")[:2]
    if len(best) == 1:
        return f"only class {names[best[0]]}"
    top = f"{names[best[0]]} {row[best[0]]:.2f}"
    if strategy == "entropy":
        return f"undecided: {top}, entropy {score:.2f}"
    if strategy == "least-confidence":
        return f"uncertain: {top}"
    is_close = row[best[0]] - row[best[1]] <= CLOSE
    return (
        f"{'close call' if is_close else 'believed'}: {top} / {names[best[1]]} {row[best[1]]:.2f}"
    )
