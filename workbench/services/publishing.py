"""Putting versions of labeling functions in force: an act that can be taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from workbench.errors import ProjectError
from workbench.services.project import Project
from workbench.services.running import now, user


def publish(project: Project, run_id: int, versions: Mapping[str, int | None]) -> None:
    """Put LF versions in force from a run on, None withdraws; call it in the run's last writes."""
    if not versions:
        return
    for name, lf_version_id in versions.items():
        project.store.votes.put_in_force(run_id, name, lf_version_id)
    project.store.decisions.append("publish", at=now(), annotator=user(), run_id=run_id)


def script_digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that labeling functions may use, by its path in the folder.

    Nothing of it is run: a change shows in the bytes.
    """
    digests = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        parts = path.relative_to(folder).parts
        if any(part.startswith((".", "__pycache__")) for part in parts) or not path.is_file():
            continue
        try:
            with path.open("rb") as file:
                digests["/".join(parts)] = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ProjectError(
                f"cannot be read: {error.strerror}",
                place=str(path),
                hint="Check its permissions, or move it out of the folder.",
            ) from error
    return digests
