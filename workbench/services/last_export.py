"""The newest export of the labels of now: one of a snapshot is meant to stay as it is."""

from __future__ import annotations

from workbench.services.project import Project
from workbench.store.runs import Run


def last_export(project: Project) -> Run | None:
    """Return the newest run that exported the labels of its time, or None.

    Parameters
    ----------
    project
        The project.
    """
    for run_id in reversed(project.store.runs.done_ids("export")):
        run = project.store.runs.get(run_id)
        if run is not None and "snapshot" not in run.parameters:
            return run
    return None
