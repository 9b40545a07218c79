"""Apply labeling functions to blocks of examples in worker processes that may fail."""

from __future__ import annotations

import difflib
import itertools
import math
import selectors
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self

import numpy as np

from workbench.errors import FunctionError
from workbench.functions.block import RecordBlock
from workbench.functions.decorator import listed, shown
from workbench.functions.jobs import FatalError, Job
from workbench.functions.loading import (
    LOAD_TIMEOUT,
    ScriptLoader,
    load_functions,
    worker_failed,
)
from workbench.functions.process import Schedule, Stillness, WorkerProcess
from workbench.functions.protocol import (
    BROKEN,
    MAX_ROW_TIMEOUT,
    MIN_ROW_TIMEOUT,
    Limits,
    RowPlan,
    State,
)
from workbench.functions.quarantine import Quarantine
from workbench.functions.results import (
    BlockResult,
    LFInfo,
    LoadedFunctions,
    RowError,
    ScriptError,
)

__all__ = [
    "BlockResult",
    "FunctionRunner",
    "LFInfo",
    "LoadedFunctions",
    "RecordBlock",
    "RowError",
    "ScriptError",
    "load_functions",
]

_MAX_DEATHS_BETWEEN_ROWS = 2
_BLOCKS_PER_WORKER = 2
_LONGEST_TICK = 0.2
_IDLE_TIMEOUT = 30.0
_MAX_PROCESSES = 100
_SECONDS_BETWEEN_CENSUSES = 0.5


class _Seat:
    """A place for a worker, which may be replaced, and its job."""

    def __init__(self, worker: WorkerProcess) -> None:
        self.worker = worker
        self.job: Job | None = None
        self.task = 0
        self.stillness = Stillness(2 * _LONGEST_TICK)
        self.census = Schedule(_SECONDS_BETWEEN_CENSUSES)

    def start(self, job: Job, task: int) -> None:
        """Send a job to the worker."""
        self.job, self.task = job, task
        self.worker.send(job.request(task))


class FunctionRunner:
    """Runs the labeling functions of a folder; a context manager.

    The results are the same for any number of workers and any block size, but for time limits and
    for functions that draw at random or keep state.

    Parameters
    ----------
    folder
        The folder with the scripts.
    class_names
        Names of the classes, in order of index.
    former_names
        Further words that a function may answer; their indices follow.
    left
        Indices of classes that have left the label set, which messages do not offer.
    id_column
        What the project's files call the uid.
    n_workers
        Worker processes; they start as there are blocks for them.
    row_timeout
        Seconds that a function may take for a row. Load models at module level: time spent
        loading in the first call counts for its row.
    block_timeout
        Seconds that a function may take for a block.
    memory_limit
        Address space of a worker in bytes; a function that wants more gets a MemoryError.
    max_errors_kept
        Errors described a function and block; all are counted.
    load_timeout
        Seconds that one script may take to load.
    only
        Names of the scripts to load; all by default.

    Raises
    ------
    FunctionError
        If the folder or a limit cannot be used.

    Examples
    --------
    >>> with FunctionRunner(folder, ["ham", "spam"]) as runner:  # doctest: +SKIP
    ...     names = [info.name for info in runner.functions.infos]
    ...     for result in runner.apply(names, blocks):
    ...         store(result)
    """

    def __init__(
        self,
        folder: Path,
        class_names: Sequence[str],
        *,
        former_names: Sequence[str] = (),
        left: Collection[int] = (),
        id_column: str = "id",
        n_workers: int = 1,
        row_timeout: float = 1.0,
        block_timeout: float = 60.0,
        memory_limit: int | None = None,
        max_errors_kept: int = 20,
        load_timeout: float = LOAD_TIMEOUT,
        only: Iterable[str] | None = None,
    ) -> None:
        if min(n_workers, max_errors_kept) < 1 or not 0 < block_timeout < math.inf:
            raise FunctionError("the number of workers, errors kept and limits must be positive")
        if not MIN_ROW_TIMEOUT <= row_timeout <= MAX_ROW_TIMEOUT:
            raise FunctionError(
                f"the time limit of a row is {row_timeout} s",
                hint=f"it is from {MIN_ROW_TIMEOUT} to {MAX_ROW_TIMEOUT:.0f} s",
            )
        scripts = None if only is None else frozenset(only)
        self._loader = ScriptLoader(
            folder, class_names, load_timeout, memory_limit, scripts, former_names, id_column, left
        )
        n_words = len(class_names) + len(former_names)
        self._vote_type = np.int8 if n_words <= np.iinfo(np.int8).max else np.int16
        self._n_workers = n_workers
        self._limits = Limits(row_timeout, block_timeout, max_errors_kept)
        # The worker's own alarm, which can say where the function was, comes first.
        row_patience, block_patience = 1.5 * row_timeout + 0.5, 1.5 * block_timeout + 0.5
        self._patience = {
            State.IDLE: max(block_timeout, _IDLE_TIMEOUT),
            State.ROWS: row_patience,
            State.CAREFUL: row_patience,
            State.BLOCK: block_patience,
        }
        self._tick = min(_LONGEST_TICK, row_timeout / 4)
        self._begun: WorkerProcess | None = None
        self._seats: list[_Seat] = []
        self._tasks = itertools.count(1)
        self._functions: LoadedFunctions | None = None
        self._applied: tuple[str, ...] | None = None

    def begin(self) -> Self:
        """Start the first worker without waiting for it; ``with`` then waits.

        Whoever calls it has to enter the runner, or close it.
        """
        self._begun = self._loader.begin()
        return self

    def __enter__(self) -> Self:
        self._add_seat()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers."""
        if self._begun is not None:
            self._begun.close()
            self._begun = None
        while self._seats:
            self._seats.pop().worker.close()

    @property
    def functions(self) -> LoadedFunctions:
        """What the folder holds, as the workers have loaded it."""
        if self._functions is None:
            raise FunctionError("the runner is not open", hint="use it in a with statement")
        return self._functions

    def apply(self, names: Sequence[str], blocks: Iterable[RecordBlock]) -> Iterator[BlockResult]:
        """Run labeling functions on blocks of examples.

        Parameters
        ----------
        names
            The functions.
        blocks
            Read as workers become free, a few ahead of the results.

        Returns
        -------
        iterator of BlockResult
            One result a block, in order.

        Raises
        ------
        FunctionError
            If a name is not known, the scripts change meanwhile, or a worker fails again and
            again outside the rows.
        """
        known = [info.name for info in self.functions.infos]
        for name in names:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"there are: {listed(known)}"
                raise FunctionError(f"no labeling function {shown(name)}", hint=hint)
        return self._apply(tuple(dict.fromkeys(names)), iter(blocks))

    def _apply(
        self, names: tuple[str, ...], blocks: Iterator[RecordBlock]
    ) -> Iterator[BlockResult]:
        """Keep the workers busy and yield results in order."""
        if self._applied is not None:
            raise FunctionError("this runner is applying already", hint="finish that first")
        self._applied = names
        quarantine = Quarantine(names)
        jobs: deque[Job] = deque()  # in order; the first is the next to yield
        try:
            while self._assign(jobs, blocks, quarantine) or jobs:
                while jobs and jobs[0].done:
                    yield jobs.popleft().settle(names, quarantine, self._vote_type)
                    self._assign(jobs, blocks, quarantine)
                self._wait()
                for seat in self._seats:
                    self._attend(seat)
        finally:
            self._applied = None
            for seat in [seat for seat in self._seats if seat.job is not None]:
                seat.worker.close()
                self._seats.remove(seat)

    def _assign(
        self, jobs: deque[Job], blocks: Iterator[RecordBlock], quarantine: Quarantine
    ) -> bool:
        """Give blocks to idle workers, starting workers as needed; whether any was given."""
        assigned = False
        while len(jobs) < _BLOCKS_PER_WORKER * self._n_workers:
            idle = [seat for seat in self._seats if seat.job is None]
            if not idle and len(self._seats) == self._n_workers:
                break
            block = next(blocks, None)
            if block is None:
                break
            plans = {
                name: RowPlan(stop=0 if quarantine.is_closed(name) else None)
                for name in quarantine.names
            }
            job = Job(block, plans, self._limits, self._columns_of(quarantine.names))
            jobs.append(job)
            seat = idle[0] if idle else self._add_seat()
            seat.start(job, next(self._tasks))
            assigned = True
        return assigned

    def _columns_of(self, names: Iterable[str]) -> frozenset[str] | None:
        """Return the columns that functions read; None: any."""
        columns = {info.name: info.columns for info in self.functions.infos}
        wanted = [columns[name] for name in names]
        if any(one is None for one in wanted):
            return None
        return frozenset(name for one in wanted for name in one or ())

    def _wait(self) -> None:
        """Wait until a worker has sent something or can take more, or for a tick."""
        with selectors.DefaultSelector() as selector:
            for seat in self._seats:
                if seat.job is not None:
                    writable = selectors.EVENT_WRITE if seat.worker.wants_to_send else 0
                    selector.register(seat.worker, selectors.EVENT_READ | writable)
            if selector.get_map():
                selector.select(self._tick)

    def _attend(self, seat: _Seat) -> None:
        """Take what a worker has sent, and see whether it lives and moves."""
        job = seat.job
        if job is None:
            return
        for event, payload in seat.worker.exchange():
            match event["event"]:
                case "votes":
                    job.add_votes(event, payload)
                case "row":
                    job.note_row(event)
                case _:
                    job.done, seat.job = True, None
        if job.done:
            return
        position = seat.worker.position
        still = seat.stillness.look(position)
        patience = self._patience[position.state]
        if seat.worker.ended:
            self._replace_worker(seat, job, seat.worker.end_reason())
        elif still > patience:
            seat.worker.kill()
            self._replace_worker(seat, job, "Timeout")
        elif seat.census.is_due() and seat.worker.n_processes() > _MAX_PROCESSES:
            seat.worker.kill()
            self._replace_worker(seat, job, "Processes")

    def _replace_worker(self, seat: _Seat, job: Job, reason: str) -> None:
        """Blame the row that a worker died on, and go on behind it in a new worker."""
        position = seat.worker.position
        name = job.function_at(position) if position.task == seat.task else None
        row: int | None = position.row
        if seat.worker.is_garbled:  # what came before was sound
            name, reason = job.current, "Garbled"
            row = None if name is None else job.row_after_report(name)
        is_exact = seat.worker.is_garbled or position.state is State.CAREFUL
        if name is not None and not job.is_careful(name):
            job.go_carefully(name)
        elif name is not None and is_exact and row is not None:
            job.blame_row(name, row, self._fatal_error(seat.worker, name, reason))
        else:
            job.deaths_between_rows += 1
            if job.deaths_between_rows > _MAX_DEATHS_BETWEEN_ROWS:
                if name is None:
                    raise worker_failed(f"{reason}\n{seat.worker.last_words()}")
                job.give_up(name, f"ended its process between rows ({reason})")
                job.deaths_between_rows = 0
        seat.worker.close()
        seat.worker = self._start_worker()
        seat.start(job, next(self._tasks))

    def _fatal_error(self, worker: WorkerProcess, name: str, reason: str) -> FatalError:
        """Describe how a function ended its worker."""
        file = next(info.file for info in self.functions.infos if info.name == name)
        if reason == "Timeout":
            message = f"the row took over {self._limits.row_timeout:g} s and could not be stopped"
        elif reason == "Processes":
            message = f"the function started over {_MAX_PROCESSES} processes; they were ended"
        elif reason == "Garbled":
            message = (
                "the function wrote to the worker's channel, or replaced what Python itself uses"
            )
        elif reason == f"Exit (code {BROKEN})":
            message = "the function broke its process: it closed what it did not open, or the like"
        elif reason == "Crash (signal 9)":
            message = "the process was killed; it may have run out of memory"
        else:
            message = "the function ended its process"
        return FatalError(reason, message, worker.last_line(file), worker.last_words())

    def _add_seat(self) -> _Seat:
        """Start one more worker."""
        seat = _Seat(self._start_worker())
        self._seats.append(seat)
        return seat

    def _start_worker(self) -> WorkerProcess:
        """Start a worker that has loaded the same functions as the first."""
        begun, self._begun = self._begun, None
        worker, loaded = self._loader.start_worker(begun)
        if self._functions is None:
            self._functions = loaded
        before = {info.name: info.code for info in self._functions.infos}
        now = {info.name: info.code for info in loaded.infos}
        for name in self._applied or ():
            if now.get(name) != before[name]:
                worker.close()
                raise FunctionError(
                    f"labeling function {name!r} changed, or no longer loads, while it was applied",
                    hint="apply again",
                )
        return worker
