"""How many rows a curve is judged on at least, and how to get those that are missing."""

from __future__ import annotations

from workbench.figures import counted
from workbench.services.batch_draws import not_drawn
from workbench.services.batches import left_rows
from workbench.services.curve.arrivals import Arrivals, arrivals
from workbench.services.curve.history import LabelHistory
from workbench.services.labels import given_labels
from workbench.services.project import Project
from workbench.types import Role

MIN_EVALUATION = 50
MIN_RANDOM = 20
"""With fewer rows to judge on, there is no curve."""

ENOUGH_DRAWS = 10
"""Rows that came later need their share of so many draws, else the curve is of the older rows."""

TOO_RARE = "too few of the rows left are of these to draw random ones"

ALL_ANNOTATED = "every training row is annotated"


def how_to_see(project: Project, came: Arrivals) -> str:
    """Say how to judge on the rows that came later too.

    Parameters
    ----------
    project
        The project.
    came
        When they came.
    """
    n = came.n_to_draw(left_rows(project, Role.TRAIN).is_left)
    if n is None:
        return f"{TOO_RARE}, so judge on evaluation rows: {_more_evaluation(project)}"
    return (
        f"to mend it, most likely, answer the rows of: workbench propose -n {n} --strategy random"
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
    drawn = history.n_draws > 0
    n_random = int(drawn.sum())
    so_far = f"{n_random} so far"
    if n := len(history.contested):
        so_far += f", and {n:,} on which annotators do not agree"
    if n := len(history.outdated):
        so_far += f", and {n:,} whose label is of a class that is gone"
    if n := len(history.unanswered):
        so_far += f", and {n:,} that were skipped or flagged"
    n_more: int | None = MIN_RANDOM - n_random
    if n_random >= MIN_RANDOM:
        so_far += ", but too few of the rows that came later"
        came = arrivals(project, history, ENOUGH_DRAWS)
        is_unseen = ~came.is_seen[came.of_row[history.rows]]
        n_more = came.n_to_draw(left_rows(project, Role.TRAIN).is_left)
        if n_more is not None:
            # Where few rows came later, they may stay unseen, but their random rows do not judge.
            n_more = max(n_more, MIN_RANDOM - n_random + int((is_unseen & drawn).sum()))
    random = f"fewer than {MIN_RANDOM} annotated random rows ({so_far})"
    evaluate = f"so judge on evaluation rows: {more_evaluation}"
    more_random = (
        f"workbench propose -n {n_more} --strategy random, or annotate on: a tenth of each batch of"
        " 5 rows or more is random"
    )
    if n_left == 0:
        more_random = f"{ALL_ANNOTATED}, {evaluate}"
    elif n_more is None:
        more_random = f"{TOO_RARE}, {evaluate}"
    elif n_left < n_more:
        more_random = f"only {counted(n_left, 'training row')} left, {evaluate}"
    if n_random < MIN_RANDOM <= n_random + len(history.outdated):
        more_random = "label these anew: workbench annotate --queue outdated"
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
