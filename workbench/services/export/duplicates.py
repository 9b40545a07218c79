"""Which rows an export leaves out because they are near-duplicates of another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ProjectError
from workbench.methods.leakage import survivors
from workbench.services.labels import Labels, roles
from workbench.services.project import Project
from workbench.services.repeated_rows import diagnosed_clusters
from workbench.types import NO_LABEL, Role


def duplicates_to_leave_out(
    project: Project, labels: Labels, chosen: NDArray[np.bool_]
) -> tuple[int, NDArray[np.bool_]]:
    """Mark the rows that stay behind where each text shall go out once.

    Evaluation rows are never left out. Training and production rows that repeat one of them are;
    of the other clusters the first row of each label stays whose label takes precedence, so that
    rows that contradict each other all go out.

    Parameters
    ----------
    project
        The project.
    labels
        The labels that go out, of n rows.
    chosen
        The rows to choose from, shape (n,).

    Returns
    -------
    run_id : int
        The diagnosis that found the clusters.
    duplicates : ndarray
        Shape (n,), bool; a part of `chosen`.

    Raises
    ------
    ProjectError
        If near-duplicates were never looked for.
    """
    run = project.store.runs.last_done("diagnose")
    if run is None:
        raise ProjectError(
            "near-duplicates were not looked for yet", hint="Find them: workbench diagnose"
        )
    n = len(chosen)
    is_evaluation = roles(project)[:n] == Role.EVALUATION
    kept = survivors(
        diagnosed_clusters(project, run.run_id, n),
        np.where(chosen, labels.standing, 0),
        labels=np.where(chosen, labels.labels[:n], NO_LABEL),
        always=is_evaluation,
    )
    return run.run_id, chosen & ~kept
