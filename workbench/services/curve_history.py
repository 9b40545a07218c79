"""The annotated training rows in the order of time, and after how many of them a curve looks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.services.batches import BatchDraws, batch_draws
from workbench.services.labels import annotated_labels, roles
from workbench.services.project import Project
from workbench.types import NO_LABEL, Role

MAX_POINTS = 12

MIN_STEP = 10
"""Points are at least so many labels apart."""


@dataclass(frozen=True, slots=True)
class LabelHistory:
    """Annotated training rows in the order of time; arrays of shape (n,).

    ``n_draws`` is how many random draws of its batch each row stands for, 0 where it was chosen.
    """

    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    batch: NDArray[np.int64]
    n_draws: NDArray[np.int64]
    draws: list[BatchDraws]


def label_history(project: Project) -> LabelHistory:
    """Return the annotated training rows in the order in which they were first decided.

    Parameters
    ----------
    project
        The project.
    """
    labels = np.where(roles(project) == Role.TRAIN, annotated_labels(project), NO_LABEL)
    order: dict[int, int | None] = {}
    for event in project.store.decisions.active():
        if event.kind == "label" and event.example_id is not None:
            order.setdefault(event.example_id - 1, event.batch_run_id)
    rows = np.array([row for row in order if labels[row] >= 0], np.int64)
    draws = batch_draws(project)
    place = {batch.run_id: i for i, batch in enumerate(draws)}
    newest_of = np.zeros(len(labels), np.int64) - 1
    for i, drawn in enumerate(draws):
        newest_of[drawn.rows] = i
    # A row that was decided outside of a batch counts to the batch before it.
    batch, newest = [], 0
    for row in rows:
        asked = order[int(row)]
        newest = place.get(asked, newest) if asked is not None else max(newest, int(newest_of[row]))
        batch.append(newest)
    counts = [
        dict(zip(drawn.rows.tolist(), drawn.n_draws.tolist(), strict=True)) for drawn in draws
    ]
    n_draws = [
        counts[i].get(int(row), 0) if draws else 0 for row, i in zip(rows, batch, strict=True)
    ]
    return LabelHistory(
        rows=rows,
        labels=labels[rows],
        batch=np.array(batch, np.int64),
        n_draws=np.array(n_draws, np.int64),
        draws=draws,
    )


def first_labels(history: LabelHistory, end: int) -> LabelHistory:
    """Return the first rows of a history.

    Parameters
    ----------
    history
        All of them.
    end
        How many to take.
    """
    return replace(
        history,
        rows=history.rows[:end],
        labels=history.labels[:end],
        batch=history.batch[:end],
        n_draws=history.n_draws[:end],
    )


def curve_ends(history: LabelHistory) -> list[int]:
    """Return after how many labels to look: where batches end, evenly thinned out.

    Parameters
    ----------
    history
        All labels.
    """
    n = len(history.rows)
    steps = np.flatnonzero(np.diff(history.batch)) + 1
    ends = [int(end) for end in steps if end >= MIN_STEP and end <= n - MIN_STEP]
    if len(ends) < 2:
        ends = list(range(MIN_STEP, n - MIN_STEP + 1, max(MIN_STEP, n // MAX_POINTS)))
    if len(ends) >= MAX_POINTS:
        kept = np.linspace(0, len(ends) - 1, MAX_POINTS - 1).round().astype(int)
        ends = [ends[i] for i in dict.fromkeys(kept.tolist())]
    return [*ends, n]
