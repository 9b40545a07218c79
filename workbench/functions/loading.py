"""Start a worker and have it load a folder's scripts, leaving out those that end or freeze it."""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import FunctionError
from workbench.functions.needs import Need
from workbench.functions.process import WorkerProcess
from workbench.functions.protocol import LoadRequest
from workbench.functions.results import LFInfo, LoadedFunctions, ScriptError
from workbench.functions.script_errors import GUARD
from workbench.functions.scripts import script_paths

LOAD_TIMEOUT = 60.0
"""Seconds for a script: on a busy machine, importing a large library takes half of that."""

_SLOW = 5.0
"""Seconds: what loads for longer, and does more than define functions, is told."""

_START_TIMEOUT = 60.0
_TICK = 0.2


def load_functions(
    folder: Path,
    class_names: Sequence[str],
    *,
    former_names: Sequence[str] = (),
    left: Collection[int] = (),
    id_column: str = "id",
    timeout: float = LOAD_TIMEOUT,
    meanwhile: Callable[[], object] = lambda: None,
) -> LoadedFunctions:
    """Find the labeling functions of a folder without running them.

    The scripts run in a worker process; one that fails, exits, crashes or hangs costs only itself.

    Parameters
    ----------
    folder
        The folder with the scripts, ``*.py`` but not ``_*.py``.
    class_names
        Names of the classes, in order of index.
    former_names
        Further words that a function may answer; their indices follow.
    left
        Indices of classes that have left the label set, which messages do not offer.
    id_column
        What the project's files call the uid.
    timeout
        Seconds that one script may take.
    meanwhile
        Called while the scripts are loaded: what a caller will want to know.

    Returns
    -------
    LoadedFunctions
        The labeling functions, by file and line, and an error for all that was left out.

    Raises
    ------
    FunctionError
        If there is no such folder, there are no classes, or no worker can be started.
    """
    loader = ScriptLoader(
        folder,
        class_names,
        timeout=timeout,
        former_names=former_names,
        id_column=id_column,
        left=left,
    )
    begun = loader.begin()
    try:
        meanwhile()
    except BaseException:
        begun.close()
        raise
    worker, loaded = loader.start_worker(begun)
    worker.close()
    return loaded


@dataclass(slots=True)
class ScriptLoader:
    """Starts workers that have loaded a folder.

    It remembers the scripts that ended or froze a worker, and leaves them out thereafter.

    Parameters
    ----------
    folder
        The folder with the scripts.
    class_names
        Names of the classes, in order of index.
    timeout
        Seconds that one script may take.
    memory_limit
        Address space of a worker in bytes, or None.
    only
        Names of the scripts to load; None: all.
    former_names
        Further words that a function may answer; their indices follow those of the classes.
    id_column
        What the project's files call the uid.
    left
        Indices of classes that messages do not offer.
    """

    folder: Path
    class_names: Sequence[str]
    timeout: float
    memory_limit: int | None = None
    only: frozenset[str] | None = None
    former_names: Sequence[str] = ()
    id_column: str = "id"
    left: Collection[int] = ()
    _fatal: dict[str, ScriptError] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = Path(self.folder).resolve()
        script_paths(self.folder)  # a folder that is away, or may not be read, is no empty one
        if not self.class_names:
            raise FunctionError("labeling functions need at least one class to vote for")

    def begin(self) -> WorkerProcess:
        """Start a worker and ask it to load, without waiting."""
        worker = WorkerProcess(self.folder, self.memory_limit)
        skip = frozenset(self._fatal)
        names, former = tuple(self.class_names), tuple(self.former_names)
        left = frozenset(self.left)
        worker.send(
            LoadRequest(str(self.folder), names, former, skip, self.only, self.id_column, left)
        )
        return worker

    def start_worker(
        self, begun: WorkerProcess | None = None
    ) -> tuple[WorkerProcess, LoadedFunctions]:
        """Start a worker and load.

        Parameters
        ----------
        begun
            What `begin` returned before, to go on with.

        Returns
        -------
        tuple
            The worker, ready to apply, and what it has loaded.

        Raises
        ------
        FunctionError
            If a worker does not start.
        """
        while True:
            worker, begun = begun or self.begin(), None
            try:
                loaded = self._load(worker)
            except BaseException:
                worker.close()
                raise
            if loaded is not None:
                return worker, loaded
            worker.close()

    def _load(self, worker: WorkerProcess) -> LoadedFunctions | None:
        """Load in one worker; None if a script ended or froze it, which is then noted."""
        infos: list[LFInfo] = []
        errors: list[ScriptError] = []
        notes: list[ScriptError] = []
        script: str | None = None
        deadline = time.monotonic() + _START_TIMEOUT
        with selectors.DefaultSelector() as selector:
            selector.register(worker, selectors.EVENT_READ)
            while True:
                selector.select(_TICK)
                for event, _ in worker.exchange():
                    deadline = time.monotonic() + self.timeout
                    match event["event"]:
                        case "loading":
                            script = event["file"]
                        case "script":
                            infos += [_info(fields) for fields in event["infos"]]
                            errors += [ScriptError(**fields) for fields in event["errors"]]
                            notes += _about_work(script or "", event["work"])
                            script = None
                        case "loaded":
                            notes += [ScriptError(**fields) for fields in event["notes"]]
                            # A helper that two scripts import is complained of once.
                            errors = list(dict.fromkeys([*errors, *self._fatal.values()]))
                            errors.sort(key=lambda error: (error.file, error.line or 0))
                            return LoadedFunctions(tuple(infos), tuple(errors), tuple(notes))
                if worker.ended:
                    reason = worker.end_reason()
                    message = f"{reason}: the script ended its process while it was loaded"
                    hint = "workbench loads scripts; they must not end the process"
                elif time.monotonic() > deadline:
                    worker.kill()
                    message = f"Timeout: the script took over {self.timeout:g} s to load"
                    hint = (
                        "move slow work into the functions, or to a file made once; what is no"
                        f" function goes under: {GUARD}"
                    )
                else:
                    continue
                if script is None:
                    raise worker_failed(worker.last_words())
                line = worker.last_line(script)
                self._fatal[script] = ScriptError(script, line, message, hint)
                return None


def worker_failed(details: str) -> FunctionError:
    """Return the error for a worker that failed outside users' code."""
    last = details.strip()[-1000:]
    return FunctionError("the process for labeling functions failed", hint=last or None)


def _about_work(script: str, work: dict[str, Any] | None) -> list[ScriptError]:
    """Say what a script did behind its functions, where a person would wonder."""
    if work is None:
        return []
    did = [f"wrote {', '.join(work['wrote'])}"] if work["wrote"] else []
    if work["seconds"] > _SLOW:
        did.append(f"took {work['seconds']:.0f} s")
    if not did:
        return []
    return [
        ScriptError(
            script,
            work["line"],
            "what follows the functions runs each time that they are loaded; it"
            f" {' and '.join(did)}",
            f"put it under: {GUARD}",
        )
    ]


def _info(fields: dict[str, Any]) -> LFInfo:
    """Read a labeling function's description from an event."""
    columns, votes_file = fields["columns"], fields["votes_file"]
    parsed = {
        "tags": tuple(fields["tags"]),
        "columns": None if columns is None else tuple(columns),
        "need": Need.parse(fields["need"]),
        "votes_file": None if votes_file is None else tuple(votes_file),
    }
    return LFInfo(**{**fields, **parsed})
