"""Which labels can stand for the rows of a group: those that nobody chose the rows of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.services.comparison_groups import Group
from workbench.services.diagnosis_commands import rows_meeting
from workbench.services.diagnosis_rows import DiagnosisRows
from workbench.services.labels import given_numbers
from workbench.types import Role


def drawn_labels(data: DiagnosisRows, group: Group) -> NDArray[np.int64]:
    """Return the labelled rows of a group that count as drawn from it, in order.

    Those are the rows whose labels came with them, those annotated outside of any batch, and the
    random rows of batches. What a strategy, a condition on a part of the group or a review chose is
    no draw: shares and scores on it are those of what is doubtful. Where every row of the group has
    a label, all count.

    Parameters
    ----------
    data
        The rows.
    group
        Some of them.
    """
    labelled = group.rows[data.is_human[group.rows]]
    if len(labelled) == len(group.rows):
        return labelled
    has_given = given_numbers(data.project) >= 0
    drawn = has_given | _drawn(data, group.rows[~has_given[group.rows]])
    return labelled[drawn[labelled]]


def _drawn(data: DiagnosisRows, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which annotated rows were drawn from `rows`, or asked by no batch, (n,)."""
    drawn = np.zeros(data.n, np.bool_)
    asked_by: dict[int, int | None] = {}
    for event in data.project.store.decisions.active():
        if event.kind == "label" and event.example_id is not None:
            asked_by.setdefault(event.example_id - 1, event.batch_run_id)
    answered = [row for row in rows.tolist() if row in asked_by]
    if not answered:
        return drawn
    drawn[answered] = True
    batches = _batches(data, rows)
    newest = {row: is_drawn for batch in batches.values() for row, is_drawn in batch.items()}
    for row in answered:
        batch = batches.get(asked_by[row] or 0, newest)
        # Decisions from a file name no batch: the newest one that asked the row is theirs.
        drawn[row] = batch.get(row, newest.get(row, True))
    return drawn


def _batches(data: DiagnosisRows, rows: NDArray[np.int64]) -> dict[int, dict[int, bool]]:
    """Return by batch, the oldest first, whether each row that it asked was drawn from `rows`."""
    store = data.project.store
    found: dict[int, dict[int, bool]] = {}
    for run in reversed(store.runs.newest(kind="propose", outcome="done")):
        document = store.runs.artifact(run.run_id, "propose") or {}
        asked = [row.example_id - 1 for row in store.queues.proposal(run.run_id)]
        details = document.get("rows") or [{}] * len(asked)
        is_random = [
            each.get("strategy") == "random" and each.get("n_draws", 1) > 0 for each in details
        ]
        where = document.get("where")
        if where is not None and any(is_random):
            pool = rows[data.role[rows] == document.get("role", Role.TRAIN)]
            met = rows_meeting(data.project, where)
            # A condition that all of them meet leaves none out: that of the group itself.
            if met is None or not met[pool].all():
                is_random = [False] * len(asked)
        found[run.run_id] = dict(zip(asked, is_random, strict=True))
    return found
