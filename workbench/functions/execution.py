"""Run labeling functions over the rows of a block, under a time limit (in the worker only)."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Self

from workbench.functions.capture import OutputFile
from workbench.functions.decorator import LabelingFunction
from workbench.functions.protocol import FAILED, Limits, ProgressCell, RowPlan, State
from workbench.functions.record import Record
from workbench.functions.row_errors import BlockTimeout, RowFailures, RowTimeout
from workbench.functions.scripts import FoundFunction
from workbench.functions.templates import Template
from workbench.functions.vote_reader import VoteError, VoteReader
from workbench.types import ABSTAIN

_TICKS_PER_LIMIT = 4


@dataclass(slots=True)
class FunctionVotes:
    """One function on one block.

    Parameters
    ----------
    votes
        Class index, `ABSTAIN` or `FAILED` for each row.
    errors
        Descriptions of the first failures, each with its ``row``.
    seconds
        Time the calls took.
    stopped
        Why it was stopped before the end of the block, if it was.
    """

    votes: list[int]
    errors: list[dict[str, Any]]
    seconds: float
    stopped: str | None


class RowTimer:
    """Interrupts a labeling function that stays on one row, at no cost a row.

    A repeating alarm looks at the progress cell. It raises inside the function when the row has
    not changed for a number of alarms; counting alarms rather than seconds means that a machine
    that was asleep does not blame the row. It cannot interrupt C code that holds the
    interpreter's lock: for that, the parent watches the same cell.
    """

    def __init__(self, cell: ProgressCell, limits: Limits, output: OutputFile) -> None:
        self._slots = cell.slots
        self._limits = limits
        self._output = output
        self._seen: list[int] = []
        self._ticks = 0
        self._deadline = 0.0

    def __enter__(self) -> Self:
        # For each function anew: users' code may have taken the signal.
        self._ticks = 0
        self._deadline = time.monotonic() + self._limits.block_timeout
        interval = self._limits.row_timeout / _TICKS_PER_LIMIT
        signal.signal(signal.SIGALRM, self._tick)
        signal.setitimer(signal.ITIMER_REAL, interval, interval)
        return self

    def __exit__(self, *exc_info: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _tick(self, signum: int, frame: FrameType | None) -> None:
        """Raise in the labeling function if it has outstayed a limit."""
        self._output.cut_if_large()
        now = self._slots.tolist()
        self._ticks = self._ticks + 1 if now == self._seen else 0
        self._seen = now
        if not _runs_function(frame):
            return
        if self._ticks >= _TICKS_PER_LIMIT:
            raise RowTimeout(f"the row took over {self._limits.row_timeout:g} s")
        if time.monotonic() > self._deadline:
            raise BlockTimeout


class BlockRunner:
    """Runs labeling functions over one block of records.

    Parameters
    ----------
    rows
        The examples as plain mappings.
    folder
        The scripts' folder.
    reader
        Reads the votes.
    cell
        Shows the parent the current row.
    limits
        Time limits.
    output
        What users' code prints.
    """

    def __init__(
        self,
        rows: Sequence[Mapping[str, Any]],
        *,
        folder: Path,
        reader: VoteReader,
        cell: ProgressCell,
        limits: Limits,
        output: OutputFile,
    ) -> None:
        self._rows = rows
        self._records = [Record(**row) for row in rows]
        self._columns = [vars(record) for record in self._records]
        self._folder = folder
        self._reader = reader
        self._slots = cell.slots
        self._limits = limits
        self._timer = RowTimer(cell, limits, output)

    def run(self, found: FoundFunction, index: int, plan: RowPlan) -> FunctionVotes:
        """Run one function over the block.

        Parameters
        ----------
        found
            The function.
        index
            Its index in the task, shown in the cell.
        plan
            Which rows to run, and how.

        Returns
        -------
        FunctionVotes
            One vote a row, the first errors, and the time taken.
        """
        failures = RowFailures(found, self._folder, self._limits.max_errors_kept)
        self._slots[ProgressCell.FUNCTION] = index
        self._slots[ProgressCell.ROW] = 0
        started = time.perf_counter()
        with self._timer:
            values, stopped = self._call(found.function, plan, failures)
        seconds = time.perf_counter() - started
        self._undo_changes()
        votes = self._read(values, failures)
        for row in (*failures.rows, *plan.skip):
            votes[row] = FAILED
        return FunctionVotes(votes, failures.first(), seconds, stopped)

    def _call(
        self, function: Any, plan: RowPlan, failures: RowFailures
    ) -> tuple[list[object], str | None]:
        """Return what the function returned on each row, and why it was stopped, if it was."""
        if isinstance(function, Template) and plan == RowPlan():
            self._slots[ProgressCell.STATE] = State.BATCH
            try:
                return _call_batch(function, self._records), None
            except (Exception, RowTimeout, BlockTimeout):  # noqa: BLE001, S110
                pass  # row by row, to find the row
            finally:
                self._slots[ProgressCell.STATE] = State.IDLE
        values: list[object] = [ABSTAIN] * len(self._rows)
        stop = len(self._rows) if plan.stop is None else plan.stop
        call = _direct_call(function)
        row = 0
        for end in (*plan.skip, stop):
            while row < end:
                self._slots[ProgressCell.STATE] = State.ROWS
                try:
                    _call_rows(call, self._records, values, self._slots, row, end)
                    row = end
                except BlockTimeout:
                    values[self._slots[ProgressCell.ROW]] = ABSTAIN
                    return values, f"took over {self._limits.block_timeout:g} s for one block"
                except BaseException as error:  # noqa: BLE001  even sys.exit is the row's error
                    row = self._slots[ProgressCell.ROW]
                    values[row] = ABSTAIN
                    failures.add(row, error)
                    row += 1
                finally:
                    self._slots[ProgressCell.STATE] = State.IDLE
            row = end + 1
        return values, None

    def _read(self, values: list[object], failures: RowFailures) -> list[int]:
        """Turn returned values into votes; those that are none fail and abstain."""
        votes = self._reader.read_all(values)
        if votes is not None:
            return votes
        votes = [ABSTAIN] * len(values)
        for row, value in enumerate(values):
            try:
                votes[row] = self._reader.read(value)
            except VoteError as error:
                failures.add(row, error)
        return votes

    def _undo_changes(self) -> None:
        """Restore records that a function changed, so that the next one sees the data."""
        try:
            changed = self._columns != self._rows
        except Exception:  # noqa: BLE001  a value put there does not compare
            changed = True
        if changed:
            for columns, row in zip(self._columns, self._rows, strict=True):
                columns.clear()
                columns.update(row)


def forget_memoized(functions: Iterable[FoundFunction]) -> None:
    """Empty the caches of Snorkel's memoised preprocessors, which would keep every row.

    Parameters
    ----------
    functions
        The functions that ran on a block.
    """
    pending = [mapper for found in functions for mapper in preprocessors(found.function)]
    while pending:
        mapper = pending.pop()
        if getattr(mapper, "memoize", False) and hasattr(mapper, "reset_cache"):
            mapper.reset_cache()
        pending += preprocessors(mapper)


def preprocessors(function: Any) -> Sequence[Any]:
    """Return the preprocessors of a labeling function, or of a Snorkel preprocessor."""
    if isinstance(function, LabelingFunction):
        return function.pre
    found: Sequence[Any] = getattr(function, "_pre", ())
    return found


def _direct_call(function: Any) -> Callable[[Any], object]:
    """Return the shortest way to call a labeling function that gives the same votes."""
    if isinstance(function, LabelingFunction):
        inner, resources, plain = function.function, function.resources, True
    else:
        inner, resources = function._f, function._resources
        plain = type(function).__call__.__module__ == "snorkel.labeling.lf.core"
    if preprocessors(function) or not plain:
        call: Callable[[Any], object] = function
        return call
    return partial(inner, **resources) if resources else inner


def _call_rows(
    call: Callable[[Any], object],
    records: Sequence[Record],
    values: list[object],
    slots: memoryview[int],
    start: int,
    stop: int,
) -> None:
    """Call a function on rows ``start`` to ``stop - 1``: the hot loop."""
    current = ProgressCell.ROW
    for row in range(start, stop):
        slots[current] = row
        values[row] = call(records[row])


def _call_batch(template: Template, records: Sequence[Record]) -> list[object]:
    """Call a template on all rows."""
    return list(template.vote_batch(records))


_INTERRUPTIBLE = frozenset({_call_rows.__code__, _call_batch.__code__})


def _runs_function(frame: FrameType | None) -> bool:
    """Whether the interrupted code is a labeling function, where raising is safe."""
    while frame is not None:
        if frame.f_code in _INTERRUPTIBLE:
            return True
        frame = frame.f_back
    return False
