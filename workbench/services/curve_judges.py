"""The rows that the models of a curve are judged on, or what is missing of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.methods.learning_curve import poststratified_weights
from workbench.services.arrivals import Arrivals, arrivals
from workbench.services.batches import chosen_rows, left_rows, not_drawn
from workbench.services.curve_history import LabelHistory, contested_rows, passed_over
from workbench.services.labels import given_labels, roles, texts_present, trusted_labels
from workbench.services.project import Project
from workbench.types import Role

MIN_EVALUATION = 50
MIN_RANDOM = 20
"""With fewer rows to judge on, there is no curve."""

ENOUGH_DRAWS = 10
"""Rows that came later need their share of so many draws, else the curve is of the older rows."""

N_FOLDS = 8
FEW_JUDGED = 0.2
"""Where so small a share of what is learnt judges, models are fitted without all of it at once."""

OF_EVALUATION = "accuracy is that on rows like these"
OF_ONE_POOL = "the pool as it was when the batches were drawn, with its copies"
OF_ARRIVALS = (
    "all training rows that there are now, with copies, those that came later weighed by how many"
    " they are"
)
OF_OLDER = "{seen} of {all} training rows, those that came before the random rows were drawn"

FEW_UNANSWERED = 0.05
"""Where a larger share of the rows that should judge has no answer, the gain is no sign to stop."""

TOO_RARE = "too few of the rows left are of these to draw random ones"

ALL_ANNOTATED = "every training row is annotated"


@dataclass(frozen=True, slots=True)
class CurveJudges:
    """Rows to judge models on: their truth and weights, and the fold each is held out in.

    ``fold`` is -1 where models may learn from whatever there is. A row that stands for several
    draws is there once for each; ``n_with_copies`` rows do. Of ``n_contested`` more rows nobody
    knows the truth, and ``n_unanswered`` more were skipped or flagged. ``arrival`` is the stratum
    of each; ``n_unseen`` of ``n_rows`` training rows came too late for those that judge, and
    ``remedy`` says how to judge on all.
    """

    rows: NDArray[np.int64]
    truth: NDArray[np.int64]
    weights: NDArray[np.float64]
    fold: NDArray[np.int64]
    name: str
    reading: str
    arrival: NDArray[np.int64]
    n_contested: int
    n_unanswered: int
    n_with_copies: int = 0
    n_unseen: int = 0
    n_rows: int = 0
    remedy: str = ""

    @property
    def n_judged(self) -> int:
        """How many rows judge, however many draws they stand for."""
        return len(np.unique(self.rows))

    @property
    def is_of_all(self) -> bool:
        """Whether hardly any row that should judge was skipped or flagged."""
        return self.n_unanswered <= FEW_UNANSWERED * (self.n_judged + self.n_unanswered)

    @property
    def notes(self) -> tuple[str, ...]:
        """Say which rows do not judge, and what the accuracy is of therefore."""
        kind, _, _ = self.name.partition(" rows")
        notes = []
        if self.n_unseen:
            notes.append(
                f"{self.n_unseen:,} of {self.n_rows:,} training rows came later, and too few random"
                " rows are of these, so the accuracy is that on the others, and no gain can be"
                f" told; {self.remedy}"
            )
        if self.n_contested:
            does = "does" if self.n_contested == 1 else "do"
            notes.append(
                f"{counted(self.n_contested, f'{kind} row')} {does} not judge, since annotators do"
                " not agree there, so the accuracy is that on rows on which they agree; to settle"
                " them: workbench annotate --queue disagreement"
            )
        if self.n_unanswered:
            asked = self.n_judged + self.n_contested + self.n_unanswered
            were = "was" if self.n_unanswered == 1 else "were"
            notes.append(
                f"{self.n_unanswered:,} of {counted(asked, f'{kind} row')} {were} skipped or"
                " flagged, and cannot judge, so the accuracy is that on rows that could be"
                " answered: on all rows it is likely lower"
            )
        return tuple(notes)


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
    judges = _evaluation_judges(project, is_chosen) if on != "random" else None
    if judges is not None or on == "evaluation":
        return judges
    return _random_judges(project, history, n_learnt, rng)


def _evaluation_judges(project: Project, is_chosen: NDArray[np.bool_]) -> CurveJudges | None:
    """Return the evaluation rows with a label; None for too few."""
    trusted = trusted_labels(project)
    rows = np.flatnonzero((trusted >= 0) & ~is_chosen & texts_present(project))
    if len(rows) < MIN_EVALUATION:
        return None
    contested = contested_rows(project, Role.EVALUATION)
    is_lost = (trusted < 0) & ~chosen_rows(project, Role.EVALUATION)
    is_passed = passed_over(project) & (roles(project) == Role.EVALUATION) & is_lost
    is_passed[contested] = False
    return CurveJudges(
        rows=rows,
        truth=trusted[rows],
        weights=np.full(len(rows), 1 / len(rows)),
        fold=np.full(len(rows), -1, np.int64),
        name="evaluation rows",
        reading=OF_EVALUATION,
        arrival=np.zeros(len(rows), np.int64),
        n_contested=int(is_lost[contested].sum()),
        n_unanswered=int(is_passed.sum()),
    )


def _random_judges(
    project: Project, history: LabelHistory, n_learnt: float, rng: np.random.Generator
) -> CurveJudges | None:
    """Return the random rows of the batches, weighed by what each stands for; None for too few."""
    if (history.n_draws > 0).sum() < MIN_RANDOM:
        return None
    came = arrivals(project, history, ENOUGH_DRAWS)
    arrival = came.of_row[history.rows]
    is_seen = came.is_seen[came.of_row]
    n_unanswered = int(is_seen[history.unanswered].sum())
    seen = np.where(came.is_seen, came.sizes, 0)
    weights = poststratified_weights(history.batch, history.n_draws, arrival, seen)
    # Rows chosen for a reason are what models learn from; what is left stands for all rows.
    judged = np.flatnonzero(weights)
    if len(judged) < MIN_RANDOM:
        return None
    n_draws = history.n_draws[judged]
    n_folds = 1 if len(judged) / n_learnt <= FEW_JUDGED else N_FOLDS
    fold = rng.permutation(np.arange(len(judged)) % n_folds)
    # Where a copy was drawn too, models that learn from it are what the rest of the pool meets.
    fold[n_draws > 1] = -1
    drawn = np.repeat(np.arange(len(judged)), n_draws)
    each = (weights[judged] / n_draws)[drawn]
    return CurveJudges(
        rows=history.rows[judged][drawn],
        truth=history.labels[judged][drawn],
        weights=each / each.sum(),
        fold=fold[drawn],
        name="random rows of the batches",
        reading=_reading(came, n_unanswered),
        arrival=arrival[judged][drawn],
        n_contested=int(is_seen[history.contested].sum()),
        n_unanswered=n_unanswered,
        n_with_copies=int((n_draws > 1).sum()),
        n_unseen=came.n_unseen,
        n_rows=came.n_rows,
        remedy=_how_to_see(project, came) if came.n_unseen else "",
    )


def _reading(came: Arrivals, n_unanswered: int) -> str:
    """Say of which rows the accuracy is."""
    of = OF_ARRIVALS if np.count_nonzero(came.sizes[came.is_seen]) > 1 else OF_ONE_POOL
    if came.n_unseen:
        of = OF_OLDER.format(seen=f"{came.n_rows - came.n_unseen:,}", all=f"{came.n_rows:,}")
    of += ", as if none of its rows had been learnt from"
    if n_unanswered:
        return f"accuracy is that on what could be answered of {of}"
    left = "on the rows that are left it is mostly higher, since the doubtful ones were asked"
    return f"accuracy is that on {of}" + ("" if came.n_unseen else f"; {left}")


def _how_to_see(project: Project, came: Arrivals) -> str:
    """Say how to judge on the rows that came later too."""
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
