"""Applying labeling functions again whenever a file of theirs is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workbench.errors import BusyError, WorkbenchError
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.apply_result import ApplyResult
from workbench.services.lf.function_files import changed_files, file_digests, shown_file
from workbench.services.project import Project
from workbench.services.vote_changes import VoteChange


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
    try:
        applied = apply_functions(project)
    except WorkbenchError as error:
        return WatchStep(files, (), None, str(error), is_waiting=isinstance(error, BusyError))
    return WatchStep(files, applied.changes, applied, None)
