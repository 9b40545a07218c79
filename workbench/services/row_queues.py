"""More queues of rows to decide: a control sample, and what was decided before."""

from __future__ import annotations

import numpy as np

from workbench.services.annotate import QueueItem
from workbench.services.project import Project
from workbench.types import Role


def control_queue(
    project: Project, annotator: str, *, limit: int = 200, seed: int | None = None
) -> list[QueueItem]:
    """Return training rows drawn evenly, which this annotator has not decided.

    No model has a hand in the draw, so that the labels of these rows measure models fairly.

    Parameters
    ----------
    project
        The project.
    annotator
        Rows that this one has decided are left out.
    limit
        How many rows are drawn; the same for the same seed.
    seed
        The project's by default.
    """
    roles = project.store.examples.column("role")
    rows = np.flatnonzero([role == Role.TRAIN for role in roles]) + 1
    rng = np.random.default_rng(project.config.seed if seed is None else seed)
    drawn = rng.choice(rows, min(limit, len(rows)), replace=False)
    decided = {e.example_id for e in project.store.decisions.active() if e.annotator == annotator}
    reason = "drawn at random: an unbiased check of labels and models"
    return [QueueItem(int(i), reason, 0.0, None) for i in drawn if int(i) not in decided]


def decided_before(
    project: Project, annotator: str, *, limit: int = 1_000
) -> list[tuple[QueueItem, str]]:
    """Return the rows that an annotator has decided, the newest first, each with its mark.

    Parameters
    ----------
    project
        The project.
    annotator
        Whose decisions.
    limit
        The most rows to return.
    """
    found: dict[int, tuple[QueueItem, str]] = {}
    for event in reversed(project.store.decisions.active()):
        row = event.example_id
        if event.annotator != annotator or row is None or row in found:
            continue
        item = QueueItem(row, f"you decided it on {event.at[:16].replace('T', ' at ')}", 0.0, None)
        found[row] = (item, project.label_set.name_of(event.class_id) or event.kind)
        if len(found) == limit:
            break
    return list(found.values())
