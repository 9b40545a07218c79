"""Putting versions of labeling functions in force: an act that can be undone."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.services.project import Project
from workbench.services.running import now, user


def publish(project: Project, run_id: int, versions: Mapping[str, int | None]) -> None:
    """Put LF versions in force from a run on, None withdraws; call it in the run's last writes."""
    if not versions:
        return
    for name, lf_version_id in versions.items():
        project.store.votes.put_in_force(run_id, name, lf_version_id)
    project.store.decisions.append("publish", at=now(), annotator=user(), run_id=run_id)
