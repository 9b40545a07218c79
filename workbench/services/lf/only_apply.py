"""One apply at a time in a project, whatever process it is in."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from workbench.errors import BusyError
from workbench.functions.runner import BlockResult
from workbench.services.project import Project
from workbench.store.votes import LFVersion


@contextmanager
def only_apply(project: Project) -> Iterator[None]:
    """Keep other applies out until this one is done.

    Two at once would run the same functions on the same rows, and the one that ends last would put
    in force what it read first. What holds them off is a lock of the operating system on the
    project's folder: it goes with its process however that ends, and a copy of the folder has none.

    Raises
    ------
    BusyError
        If another apply is running.
    """
    folder = os.open(project.root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _busy(project) from error
        except OSError:  # a file system without such locks: no block is stored twice all the same
            pass
        yield
    finally:
        os.close(folder)


def is_stored(project: Project, version: LFVersion, result: BlockResult, *, anew: bool) -> bool:
    """Whether another process has stored the votes on a block meanwhile, despite `only_apply`.

    Parameters
    ----------
    project
        The project.
    version
        Of the function that voted.
    result
        The block.
    anew
        Whether it was run on all rows of the block, not only on those without a vote.

    Raises
    ------
    BusyError
        If it has cut the blocks otherwise.
    """
    n_there = project.store.votes.extent(version.lf_version_id) - result.start + 1
    if n_there <= 0:
        return False
    if n_there < result.n or not anew:
        raise BusyError(
            f"another process has stored votes of {version.name!r} meanwhile",
            place=str(project.root),
            hint="Apply again, and one at a time: what both have stored is kept.",
        )
    return True


def _busy(project: Project) -> BusyError:
    """Say which apply is running, as far as it has said so."""
    which = "it has just begun"
    for run in project.store.runs.running():
        if run.kind == "apply":
            pid = run.process.rsplit(":", 2)[1]
            since = run.started_at[:19].replace("T", " ")
            which = f"run {run.run_id} of {run.agent}, process {pid}, since {since} UTC"
    return BusyError(
        f"another apply is running: {which}",
        place=str(project.root),
        hint="Wait until it has ended (workbench log shows it) and apply again, or end that process"
        " and apply: what it has stored is kept.",
    )
