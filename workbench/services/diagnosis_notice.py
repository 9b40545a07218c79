"""What commands that change or hand out data say where nobody has looked at it first."""

from __future__ import annotations

from workbench.services.project import Project
from workbench.services.staleness import stale


def diagnosis_notice(project: Project) -> str | None:
    """Return a sentence where no diagnosis is newer than the rows; None where one is.

    It forbids nothing.

    Parameters
    ----------
    project
        The project.
    """
    if project.store.runs.last_done("diagnose") is None:
        return "nobody has looked at this data first: workbench diagnose"
    for item in stale(project):
        if item.stage == "diagnose":
            return (
                f"since the last diagnosis (run {item.run_id}) {item.because}: workbench diagnose"
            )
    return None
