"""Recording runs: each activity starts with a row and ends with its outcome."""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import json
import os
import platform
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from workbench.errors import Cancelled, WorkbenchError
from workbench.store.runs import Run
from workbench.store.store import Store
from workbench.types import Progress, ProgressCallback
from workbench.version import __version__

_PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "snorkel",
    "pandas",
    "pyarrow",
    "sqlite-utils",
    "textual",
)


def now() -> str:
    """Return the time in UTC, ISO 8601 with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def stage_teller(
    progress: ProgressCallback | None, activity: str, stages: Sequence[str]
) -> Callable[[str], None]:
    """Return what to call with the name of each stage when it begins.

    Parameters
    ----------
    progress
        Is told how many stages are done.
    activity
        What they are stages of.
    stages
        Their names in order.
    """

    def tell(stage: str) -> None:
        if progress is not None:
            progress(Progress(f"{activity}: {stage}", stages.index(stage), len(stages)))

    return tell


@cache
def versions() -> dict[str, str]:
    """Return the versions that a run's outcome may depend on."""
    from importlib import metadata  # 10 ms that a trial of a function need not wait for

    found = {"workbench": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[package] = metadata.version(package)
    return found


@cache
def agent() -> str:
    """Return who acts: ``user@host``."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in some containers
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"


def user() -> str:
    """Return the user's name: the annotator where none is named."""
    return agent().partition("@")[0]


def _process_start(pid: int) -> str | None:
    """Return when a process began, in clock ticks since the boot; None when it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]


def _this_process() -> str:
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_process_start(pid) or ''}"


def _is_alive(store: Store, process: str) -> bool:
    """Tell whether the process of a run still runs.

    On a host of another name, as of a container or a project that was moved, no process can be
    looked for; but one that is at work has the file open.
    """
    host, pid, start = process.rsplit(":", 2)
    if host != socket.gethostname():
        return not store.is_alone()
    if start:
        return _process_start(int(pid)) == start
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def close_crashed(store: Store) -> list[int]:
    """Mark the runs whose process is gone as ``crashed``; return their ids."""
    dead = [run for run in store.runs.running() if not _is_alive(store, run.process)]
    if not dead:
        return []
    with store.transaction():
        still = {run.run_id for run in store.runs.running()}
        closed = [run.run_id for run in dead if run.run_id in still]
        for run_id in closed:
            store.runs.end(
                run_id,
                "crashed",
                ended_at=now(),
                error="its process ended without a word; what it had committed is kept",
            )
    return closed


def fingerprint(kind: str, parameters: Mapping[str, Any], seed: int | None, state: Any) -> str:
    """Return a digest of all that the outcome of a run depends on."""
    document = [kind, versions(), parameters, seed, state]
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


class RunRecorder:
    """A run under way: its id, and the door to end it well."""

    def __init__(self, store: Store, begun: Run) -> None:
        self.run_id = begun.run_id
        self._begun = begun
        self._store = store
        self._generation = store.generation

    @contextmanager
    def finish(
        self, counts: Mapping[str, Any], *, artifacts: Mapping[str, Any] | None = None
    ) -> Iterator[None]:
        """Commit what is written inside together with the outcome ``done``: all or nothing.

        Raises
        ------
        StoreError
            If a backup was restored since the run began: what it read is not there any more.
        """
        with self._store.transaction(since=self._generation):
            yield
            for name, content in (artifacts or {}).items():
                self._store.runs.add_artifact(self.run_id, name, content)
            self._store.runs.end(self.run_id, "done", ended_at=now(), counts=counts)

    def end_badly(self, error: BaseException) -> None:
        """Record what the run failed on, or that the user stopped it."""
        stopped = isinstance(error, (Cancelled, KeyboardInterrupt, GeneratorExit))
        outcome = "cancelled" if stopped else "failed"
        message = error.message if isinstance(error, WorkbenchError) else repr(error)
        # The first error matters more than a failure to record it.
        with (
            contextlib.suppress(WorkbenchError),
            self._store.transaction(since=self._generation),
        ):
            end_run(self._store, self._begun, outcome, error=message)


def start_run(
    store: Store,
    kind: str,
    *,
    parameters: Mapping[str, Any] | None = None,
    seed: int | None = None,
    inputs: Iterable[int] = (),
    fingerprint: str | None = None,
    since: str | None = None,
) -> Run:
    """Record the start of a run inside the caller's transaction; return it as it began.

    ``since`` is the moment that it began by reading, now by default: `record_run`.
    """
    run_id = store.runs.start(
        kind,
        started_at=now(),
        since=since,
        agent=agent(),
        process=_this_process(),
        versions=versions(),
        parameters=parameters or {},
        seed=seed,
        fingerprint=fingerprint,
        inputs=inputs,
    )
    begun = store.runs.get(run_id)
    assert begun is not None
    return begun


def end_run(
    store: Store,
    begun: Run,
    outcome: str,
    *,
    counts: Mapping[str, Any] | None = None,
    error: str | None = None,
) -> None:
    """Record how a run ended inside the caller's transaction, where it is there without an end.

    Ctrl-C may come when its start is not committed yet, or when its end is already.
    """
    if store.runs.get(begun.run_id) == begun:
        store.runs.end(begun.run_id, outcome, ended_at=now(), counts=counts, error=error)


@contextmanager
def record_run(
    store: Store,
    kind: str,
    *,
    parameters: Mapping[str, Any] | None = None,
    seed: int | None = None,
    inputs: Iterable[int] = (),
    fingerprint: str | None = None,
    since: str | None = None,
) -> Iterator[RunRecorder]:
    """Record a run around a block of work.

    The block calls `RunRecorder.finish` once, around its writes. An exception that leaves the
    block ends the run as ``failed``, or as ``cancelled`` where the user stopped it.

    Where something is read before, ``since`` is the moment as of which it was read
    (`workbench.services.moments.one_moment`): the run begins there, so that what others did in
    between counts as later than the run.
    """
    recorder: RunRecorder | None = None
    try:
        with store.transaction():
            begun = start_run(
                store,
                kind,
                parameters=parameters,
                seed=seed,
                inputs=inputs,
                fingerprint=fingerprint,
                since=since,
            )
            recorder = RunRecorder(store, begun)
        yield recorder
    except BaseException as error:
        if recorder is not None:
            recorder.end_badly(error)
        raise
