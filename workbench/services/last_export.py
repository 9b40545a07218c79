"""The newest export of the labels of now: one of a snapshot is meant to stay as it is."""

from __future__ import annotations

from workbench.services.project import Project
from workbench.store.runs import Run
from workbench.types import Role


def last_export(project: Project, role: Role | None = None) -> Run | None:
    """Return the newest run that exported the labels of its time, or None.

    Parameters
    ----------
    project
        The project.
    role
        One that wrote the rows of this role; any by default.
    """
    for run_id in reversed(project.store.runs.done_ids("export")):
        run = project.store.runs.get(run_id)
        if run is None or "snapshot" in run.parameters:
            continue
        if role is None or run.parameters.get("role", Role.TRAIN) in ("all", role):
            return run
    return None


def duplicates_left_out(project: Project, role: Role) -> int | None:
    """Return the run of the newest export of a role where that is without near-duplicates.

    None too where rows came since: they may repeat others.

    Parameters
    ----------
    project
        The project.
    role
        Whose rows.
    """
    run = last_export(project, role)
    if run is None or "without_duplicates" not in run.parameters:
        return None
    imports = project.store.runs.done_ids("import")
    return None if imports and max(imports) > run.run_id else run.run_id
