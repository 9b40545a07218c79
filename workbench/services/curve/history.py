"""The annotated training rows in the order of time, and after how many of them a curve looks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from workbench.services.batch_draws import (
    BatchDraws,
    answered_batches,
    batch_draws,
    first_answers,
)
from workbench.services.disputes import rows_differed_on
from workbench.services.labels import annotated_labels, human_labels, rows_of_role, texts_present
from workbench.services.project import Project
from workbench.store.decisions import ANSWERS, Event
from workbench.types import GONE, NO_LABEL, Role

MAX_POINTS = 12

MIN_STEP = 10
"""Points are at least so many labels apart."""

BEFORE_ALL = -1
"""The place among the batches of what was annotated before the first of them."""


@dataclass(frozen=True, slots=True)
class LabelHistory:
    """Annotated training rows in the order of time; arrays of shape (n,).

    ``batch`` is the place in ``draws`` of the batch that each row was answered in, ``n_draws`` how
    many random draws of it the row stands for, 0 where it was chosen. A row of no batch is chosen
    too, and counts to the batch before it, or as `BEFORE_ALL`. A random row that was skipped or
    flagged at first is a draw of the batch that it was skipped in, whenever it was answered.

    Of the other random rows those in ``contested`` have answers but no label, since annotators
    differ, those in ``outdated`` since the class is gone, and those in ``unanswered`` were skipped
    or flagged.
    """

    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    batch: NDArray[np.int64]
    n_draws: NDArray[np.int64]
    draws: list[BatchDraws]
    contested: NDArray[np.int64]
    outdated: NDArray[np.int64]
    unanswered: NDArray[np.int64]


def label_history(project: Project) -> LabelHistory:
    """Return the annotated training rows in the order in which they were first decided.

    Answers of one file were given at one time, so that they count in the order of their batches.

    Parameters
    ----------
    project
        The project.
    """
    labels = annotated_labels(project)
    answers = first_answers(project)
    draws = batch_draws(project)
    # A row that was drawn stands for its draw, were it skipped then and chosen in a later batch.
    met = answered_batches(draws, first_answers(project, ANSWERS))
    drawn_first = {row: batch for row, batch in met.items() if batch is not None and batch[1]}
    answered = {**answered_batches(draws, answers), **drawn_first}
    told: list[tuple[int, int, int]] = []
    newest = BEFORE_ALL
    for row in answers:
        if labels[row] >= 0:
            place, drawn = answered[row] or (newest, 0)
            newest = max(newest, place)
            told.append((row, place, drawn))
    of_files = groupby(told, key=lambda one: _file_of(answers[one[0]]))
    in_turn = [one for _, together in of_files for one in sorted(together, key=itemgetter(1))]
    rows, batch, n_draws = np.array(in_turn, np.int64).reshape(-1, 3).T
    drawn_rows = np.array([row for row, to in answered.items() if to and to[1]], np.int64)
    is_contested = np.zeros(len(labels), np.bool_)
    is_contested[contested_rows(project, Role.TRAIN)] = True
    is_outdated = outdated_rows(project)
    is_unanswered = passed_over(project) & (labels < 0) & ~is_contested & ~is_outdated
    return LabelHistory(
        rows=rows,
        labels=labels[rows],
        batch=batch,
        n_draws=n_draws,
        draws=draws,
        contested=drawn_rows[is_contested[drawn_rows]],
        outdated=drawn_rows[is_outdated[drawn_rows]],
        unanswered=drawn_rows[is_unanswered[drawn_rows]],
    )


def _file_of(answer: Event) -> tuple[int, int]:
    """Return what answers of one file share, and no others: they do not name their batch."""
    return answer.run_id, 0 if answer.batch_run_id is None else answer.event_id


def contested_rows(project: Project, role: str) -> NDArray[np.int64]:
    """Return the rows of a role that have no label, since annotators do not agree.

    Parameters
    ----------
    project
        The project.
    role
        A role.
    """
    rows = np.array(rows_differed_on(project), np.int64) - 1
    is_open = rows_of_role(project, role) & (human_labels(project).decided == NO_LABEL)
    return np.asarray(rows[is_open[rows]])


def outdated_rows(project: Project) -> NDArray[np.bool_]:
    """Return which training rows people labelled for a class that is gone, (n,).

    Parameters
    ----------
    project
        The project.
    """
    is_gone = human_labels(project).decided == GONE
    return np.asarray(rows_of_role(project, Role.TRAIN) & is_gone)


def passed_over(project: Project) -> NDArray[np.bool_]:
    """Return which examples somebody skipped or flagged, (n,), but those without a text.

    Parameters
    ----------
    project
        The project.
    """
    found = np.zeros(project.store.examples.count(), np.bool_)
    found[list(first_answers(project, ("skip", "flag")))] = True
    return found & texts_present(project)


def curve_ends(history: LabelHistory) -> list[int]:
    """Return after how many labels to look: where batches end, evenly thinned out.

    Parameters
    ----------
    history
        All labels.
    """
    n = len(history.rows)
    # Where answers to several batches mix, a batch ends with the first answer to a newer one.
    steps = np.flatnonzero(np.diff(np.maximum.accumulate(history.batch))) + 1
    ends: list[int] = []
    for end in steps.tolist():
        if (ends[-1] if ends else 0) + MIN_STEP <= end <= n - MIN_STEP:
            ends.append(end)
    if len(ends) < 2:
        ends = list(range(MIN_STEP, n - MIN_STEP + 1, max(MIN_STEP, n // MAX_POINTS)))
    if len(ends) >= MAX_POINTS:
        kept = np.linspace(0, len(ends) - 1, MAX_POINTS - 1).round().astype(int)
        ends = [ends[i] for i in dict.fromkeys(kept.tolist())]
    return [*ends, n]
