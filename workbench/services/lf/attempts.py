"""Attempts at one version of a labeling function: a retry is a further one, with its own votes."""

from __future__ import annotations

from workbench.figures import counted
from workbench.functions.results import LFInfo
from workbench.services.lf.prepared import LearntFrom, version_of
from workbench.services.project import Project
from workbench.store.votes import LFVersion

_SEPARATOR = "-"

_LASTING = "CellError"
"""The error of a cell that does not compare (`workbench.functions.templates.values`)."""


def hash_of(version: LFVersion) -> str:
    """Return the hash of what was run, which all attempts have in common."""
    return version.version.partition(_SEPARATOR)[0]


def attempt_to_apply(project: Project, info: LFInfo, *, retry: bool, learnt: LearntFrom) -> str:
    """Return the version whose votes an apply brings up to date.

    Votes are never overwritten, so that a retry has a version of its own: the hash and a number.

    Parameters
    ----------
    project
        The project.
    info
        The function as it is now.
    retry
        Whether a version with failed rows, or in quarantine, is tried again.
    learnt
        What the function learns from.

    Returns
    -------
    str
        That of the attempt in force, else of the newest; for a retry the next.
    """
    hashed = version_of(project, info, learnt)
    attempts = _attempts(project, info.name, hashed)
    if not attempts:
        return hashed
    ids = {version.lf_version_id for version in project.store.votes.in_force()}
    current = next((v for v in attempts if v.lf_version_id in ids), attempts[-1])
    if not (retry and why_retry(project, current)):
        return current.version
    newest = attempts[-1]
    is_unfinished = (
        project.store.votes.extent(newest.lf_version_id) < project.store.examples.count()
    )
    if newest is not current and is_unfinished:
        return newest.version
    return _name(hashed, len(attempts) + 1)


def attempt_before(project: Project, version: LFVersion) -> LFVersion | None:
    """Return the attempt that one tries again; None for a first."""
    hashed, _, number = version.version.partition(_SEPARATOR)
    if not number:
        return None
    return project.store.votes.find(version.name, _name(hashed, int(number) - 1))


def why_retry(project: Project, version: LFVersion) -> str | None:
    """Return what of a version is worth another attempt: failed rows, or quarantine; or None."""
    totals = project.store.votes.totals(version.lf_version_id)
    if totals.quarantined:
        return f"is quarantined: {totals.quarantined}"
    if totals.n_errors:
        kept = project.store.votes.errors(version.lf_version_id)
        # What a cell is does not change: it would fail again.
        if version.kind == "metadata" and kept and all(one.type == _LASTING for one in kept):
            return None
        abstain = "abstains" if totals.n_errors == 1 else "abstain"
        return f"failed on {counted(totals.n_errors, 'row')}, which {abstain}"
    return None


def _attempts(project: Project, name: str, hashed: str) -> list[LFVersion]:
    """Return the attempts at a version, in order."""
    found: list[LFVersion] = []
    while (one := project.store.votes.find(name, _name(hashed, len(found) + 1))) is not None:
        found.append(one)
    return found


def _name(hashed: str, number: int) -> str:
    return hashed if number == 1 else f"{hashed}{_SEPARATOR}{number}"
