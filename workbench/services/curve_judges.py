"""The rows that the models of a curve are judged on, or what is missing of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.methods.learning_curve import importance_weights
from workbench.services.batches import chosen_rows, left_rows, not_drawn
from workbench.services.curve_history import LabelHistory, contested_rows
from workbench.services.labels import given_labels, texts_present, trusted_labels
from workbench.services.project import Project
from workbench.types import Role

MIN_EVALUATION = 50
MIN_RANDOM = 20
"""With fewer rows to judge on, there is no curve."""

N_FOLDS = 8
FEW_JUDGED = 0.2
"""Where so small a share of what is learnt judges, models are fitted without all of it at once."""

OF_EVALUATION = "accuracy is that on rows like these"
OF_POOL = (
    "accuracy is that on the pool as it was when the batches were drawn, with its copies, as if"
    " none of its rows had been learnt from; on the rows that are left it is mostly higher, since"
    " the doubtful ones were asked"
)

ALL_ANNOTATED = "every training row is annotated"


@dataclass(frozen=True, slots=True)
class CurveJudges:
    """Rows to judge models on: their truth and weights, and the fold each is held out in.

    ``fold`` is -1 where models may learn from whatever there is. A row that stands for several
    draws is there once for each; ``n_with_copies`` rows do. Of ``n_contested`` more rows nobody
    knows the truth.
    """

    rows: NDArray[np.int64]
    truth: NDArray[np.int64]
    weights: NDArray[np.float64]
    fold: NDArray[np.int64]
    name: str
    reading: str
    n_contested: int
    n_with_copies: int = 0


def curve_judges(
    project: Project,
    history: LabelHistory,
    on: str,
    is_chosen: NDArray[np.bool_],
    n_learnt: float,
    rng: np.random.Generator,
) -> CurveJudges | None:
    """Return the rows to judge on, or None where there are too few.

    Parameters
    ----------
    project
        The project.
    history
        The annotated training rows.
    on
        ``auto``, ``evaluation`` or ``random``.
    is_chosen
        The evaluation rows that were chosen, (n,): they do not judge.
    n_learnt
        How many rows models learn from in all, a weak label counting for less.
    rng
        Deals the folds.
    """
    trusted = trusted_labels(project)
    rows = np.flatnonzero((trusted >= 0) & ~is_chosen & texts_present(project))
    if on != "random" and len(rows) >= MIN_EVALUATION:
        even = np.full(len(rows), 1 / len(rows))
        never = np.full(len(rows), -1, np.int64)
        contested = contested_rows(project, Role.EVALUATION)
        is_lost = (trusted[contested] < 0) & ~chosen_rows(project, Role.EVALUATION)[contested]
        n_lost = int(is_lost.sum())
        return CurveJudges(
            rows, trusted[rows], even, never, "evaluation rows", OF_EVALUATION, n_lost
        )
    if on == "evaluation" or (history.n_draws > 0).sum() < MIN_RANDOM:
        return None
    weights = importance_weights(
        history.batch, history.n_draws, [drawn.n_pool for drawn in history.draws]
    )
    # Rows chosen for a reason are what models learn from; what is left stands for all rows.
    judged = np.flatnonzero(history.n_draws)
    n_draws = history.n_draws[judged]
    n_folds = 1 if len(judged) / n_learnt <= FEW_JUDGED else N_FOLDS
    fold = rng.permutation(np.arange(len(judged)) % n_folds)
    # Where a copy was drawn too, models that learn from it are what the rest of the pool meets.
    fold[n_draws > 1] = -1
    drawn = np.repeat(np.arange(len(judged)), n_draws)
    each = (weights[judged] / n_draws)[drawn]
    return CurveJudges(
        history.rows[judged][drawn],
        history.labels[judged][drawn],
        each / each.sum(),
        fold[drawn],
        "random rows of the batches",
        OF_POOL,
        history.n_contested,
        int((n_draws > 1).sum()),
    )


def too_few(
    project: Project, history: LabelHistory, on: str, n_left: int, n_chosen: int
) -> tuple[str, str]:
    """Say which rows to judge on are missing, and how to get them.

    Parameters
    ----------
    project
        The project.
    history
        The annotated training rows.
    on
        ``auto``, ``evaluation`` or ``random``.
    n_left
        How many training rows are left to ask.
    n_chosen
        How many evaluation rows were chosen, and so do not judge.
    """
    more_evaluation = _more_evaluation(project)
    evaluation = f"fewer than {MIN_EVALUATION} evaluation rows with a label"
    if n_chosen:
        evaluation += f" ({not_drawn(n_chosen)}, and do not count)"
    n_random = int((history.n_draws > 0).sum())
    so_far = f"{n_random} so far"
    if history.n_contested:
        so_far += f", and {history.n_contested:,} on which annotators do not agree"
    random = f"fewer than {MIN_RANDOM} annotated random rows ({so_far})"
    more_random = (
        f"workbench propose -n {MIN_RANDOM - n_random} --strategy random, or annotate on: a tenth"
        " of each batch of 5 rows or more is random"
    )
    if n_left < MIN_RANDOM - n_random:
        left = f"only {counted(n_left, 'training row')} left" if n_left else ALL_ANNOTATED
        more_random = f"{left}, so judge on evaluation rows: {more_evaluation}"
    missing, remedy = {
        "evaluation": (evaluation, f"{more_evaluation}, or judge on others: --on random"),
        "random": (random, more_random),
        "auto": (f"{evaluation} and {random}", more_random),
    }[on]
    return f"there are {missing} to judge on", remedy


def _more_evaluation(project: Project) -> str:
    """Return the command that brings evaluation rows with a label."""
    has_none = left_rows(project, Role.EVALUATION).is_left & (given_labels(project) < 0)
    if has_none.any():
        return f"workbench propose -n {MIN_EVALUATION} --role evaluation"
    return "workbench import FILE --role evaluation"
