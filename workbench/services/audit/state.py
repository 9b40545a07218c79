"""What an audit depends on, and whether a stored one is the one that is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.services.consensus import consensus_state
from workbench.services.labels import Labels
from workbench.services.project import Project
from workbench.services.vote_changes import votes_changed
from workbench.store.runs import Run
from workbench.types import Origin


def audit_state(
    project: Project, labels: Labels, rows: NDArray[np.int64], tied: NDArray[np.int64]
) -> list[Any]:
    """Return all that an audit depends on, beside its parameters; ``tied`` are `tied_rows`."""
    aggregated = project.store.runs.last_done("aggregate")
    return [
        project.store.examples.count(),
        sorted(project.store.examples.removed_ids()),
        [project.classes, project.label_set.mapping],
        [int(run) for run in np.unique(labels.run_ids[rows])],
        aggregated.run_id if aggregated else None,
        project.store.decisions.last_decision_id(),
        consensus_state(project),
        project.config.min_confidence,
        list(project.config.label_order),
        project.default_class,
        # An audit of an earlier version has not predicted rows without a label.
        *([len(tied)] if len(tied) else []),
    ]


def old_votes(project: Project, labels: Labels, rows: NDArray[np.int64]) -> str:
    """Say how the votes have changed since labels were made of them; nothing where none were."""
    run = project.store.runs.last_done("aggregate")
    if run is None or not labels.origin_is(Origin.MODEL)[rows].any():
        return ""
    return votes_changed(project, run) or ""


def drew(run: Run, controls: int | None) -> bool:
    """Tell whether an audit drew as many random rows as are asked for."""
    return controls is None or run.counts["controls"] == min(controls, run.counts.get("trusted", 0))
