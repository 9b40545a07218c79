"""More queues of rows to decide: a control sample, and what was decided before."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

import numpy as np

from workbench.services.annotate import QueueItem
from workbench.services.labels import roles
from workbench.services.project import Project
from workbench.types import Role

N_CONTROLS: Final = 200
"""So many rows are drawn as a control sample."""

N_BEFORE: Final = 1_000
"""The most rows that are listed of those decided before."""


def control_queue(project: Project, annotator: str) -> list[QueueItem]:
    """Return training rows drawn evenly, which this annotator has not decided.

    No model has a hand in the draw, so that the labels of these rows measure models fairly.

    Parameters
    ----------
    project
        The project.
    annotator
        Rows that this one has decided are left out.
    """
    rows = np.flatnonzero(roles(project) == Role.TRAIN) + 1
    rng = np.random.default_rng(project.config.seed)
    drawn = rng.choice(rows, min(N_CONTROLS, len(rows)), replace=False)
    decided = {e.example_id for e in project.store.decisions.active() if e.annotator == annotator}
    reason = "drawn at random: an unbiased check of labels and models"
    return [QueueItem(int(i), reason, 0.0, None) for i in drawn if int(i) not in decided]


def standing_decisions(
    project: Project, annotator: str, example_ids: Container[int]
) -> dict[int, tuple[str, str | None]]:
    """Return what an annotator's newest standing decision says of each of some rows.

    Parameters
    ----------
    project
        The project.
    annotator
        Whose decisions.
    example_ids
        The rows.

    Returns
    -------
    dict
        The kind of decision, and the name of the class as it is now; rows without one are left out.
    """
    return {
        event.example_id: (event.kind, project.label_set.name_of(event.class_id))
        for event in project.store.decisions.active()
        if event.annotator == annotator
        and event.example_id is not None
        and event.example_id in example_ids
    }


def decided_before(project: Project, annotator: str) -> list[tuple[QueueItem, str]]:
    """Return the rows that an annotator has decided, the newest first, each with its mark.

    Parameters
    ----------
    project
        The project.
    annotator
        Whose decisions.
    """
    found: dict[int, tuple[QueueItem, str]] = {}
    for event in reversed(project.store.decisions.active()):
        row = event.example_id
        if event.annotator != annotator or row is None or row in found:
            continue
        item = QueueItem(row, f"you decided it on {event.at[:16].replace('T', ' at ')}", 0.0, None)
        found[row] = (item, project.label_set.name_of(event.class_id) or event.kind)
        if len(found) == N_BEFORE:
            break
    return list(found.values())
