"""Applying labeling functions again whenever a file of theirs is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from workbench.errors import BusyError, WorkbenchError
from workbench.services.apply import apply_functions
from workbench.services.apply_result import ApplyResult
from workbench.services.function_files import changed_files, file_digests, shown_file
from workbench.services.labels import stored_votes
from workbench.services.project import Project
from workbench.types import ABSTAIN


@dataclass(frozen=True, slots=True)
class VoteChange:
    """What a new version of a function does otherwise than the one before; counts of rows."""

    name: str
    state: str
    n_before: int
    n_after: int
    n_gained: int
    n_lost: int
    n_flipped: int


@dataclass(frozen=True, slots=True)
class WatchStep:
    """What one save led to: an apply with its changes, or the error that stopped it.

    ``is_waiting`` says that another apply is running, after which this one is tried again.
    """

    files: tuple[str, ...]
    changes: tuple[VoteChange, ...]
    applied: ApplyResult | None
    error: str | None
    is_waiting: bool = False


def watch_functions(
    project: Project, wait: Callable[[], bool], *, once: bool = False
) -> Iterator[WatchStep]:
    """Apply now, and again after each change in the folder of labeling functions.

    So does a change of a file elsewhere that they name. While another apply is running, the first
    look says so, and the later ones try again.

    Parameters
    ----------
    project
        The project.
    wait
        Called between two looks at the files; it sleeps, and returns False to end.
    once
        Whether to end after the first apply, which waits for another one all the same.

    Yields
    ------
    WatchStep
        The first apply, then one step for each save. An error of an apply is a step too.
    """
    seen: dict[str, str] | None = None
    written: set[str] = set()
    is_waiting = False
    while True:
        digests = file_digests(project)
        changed = changed_files(seen or {}, digests)
        if seen is None or changed:
            step = apply_and_compare(project, tuple(map(shown_file, changed)))
            was_waiting, is_waiting = is_waiting, step.is_waiting
            if not is_waiting:
                applied = step.applied
                seen = digests if applied is None else project.store.scripts.of_run(applied.run_id)
                now = file_digests(project)
                meanwhile = changed_files(seen, now).keys()
                # What changes during two applies in a row, functions write: no reason for a third.
                seen |= {file: now.get(file, "") for file in meanwhile & written}
                written = set(meanwhile)
            if not (is_waiting and was_waiting):
                yield step
        if (once and not is_waiting) or not wait():
            return


def apply_and_compare(project: Project, files: tuple[str, ...] = ()) -> WatchStep:
    """Apply what changed, and compare the votes before and after.

    Parameters
    ----------
    project
        The project.
    files
        The files that led to it, for the report.
    """
    before = _versions(project)
    try:
        applied = apply_functions(project)
    except WorkbenchError as error:
        return WatchStep(files, (), None, str(error), is_waiting=isinstance(error, BusyError))
    after = _versions(project)
    names = sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))
    changes = tuple(_change(project, n, before.get(n), after.get(n)) for n in names)
    return WatchStep(files, changes, applied, None)


def _versions(project: Project) -> dict[str, int]:
    """Return the versions in force by name."""
    return {version.name: version.lf_version_id for version in project.store.votes.in_force()}


def _change(project: Project, name: str, before: int | None, after: int | None) -> VoteChange:
    """Compare two versions of a function; None stands for one that abstains everywhere."""
    n = project.store.examples.count()
    old, new = (
        np.full(n, ABSTAIN) if version is None else stored_votes(project, [version])[:, 0]
        for version in (before, after)
    )
    voted, votes = old != ABSTAIN, new != ABSTAIN
    return VoteChange(
        name=name,
        state="new" if before is None else "gone" if after is None else "changed",
        n_before=int(voted.sum()),
        n_after=int(votes.sum()),
        n_gained=int((votes & ~voted).sum()),
        n_lost=int((voted & ~votes).sum()),
        n_flipped=int((voted & votes & (old != new)).sum()),
    )
