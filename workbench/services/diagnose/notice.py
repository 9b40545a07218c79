"""What commands that change or hand out data say where nobody has looked at it first."""

from __future__ import annotations

from workbench.services.project import Project
from workbench.services.staleness import stale


def diagnosis_notice(project: Project) -> str | None:
    """Return a sentence where no diagnosis is newer than the data; None where one is.

    It forbids nothing.

    Parameters
    ----------
    project
        The project.
    """
    if project.store.runs.last_done("diagnose") is None:
        return "nobody has looked at this data first: workbench diagnose"
    found = stale(project, ("diagnose",))
    if not found:
        return None
    because = "; ".join(item.because for item in found)
    return f"since the last diagnosis (run {found[0].run_id}) {because}: workbench diagnose"
