"""Run labeling functions over the rows of a block, under a time limit (in the worker only)."""

from __future__ import annotations

import os
import signal
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import islice, repeat
from operator import length_hint
from pathlib import Path
from typing import Any

from workbench.functions.batch_answers import AnswerError, OneRowCalls, answer_of
from workbench.functions.block import Block
from workbench.functions.protocol import BROKEN, FAILED, Limits, ProgressCell, RowPlan, State
from workbench.functions.record import take_written
from workbench.functions.record_reads import preprocessors, without_wrapper
from workbench.functions.row_errors import BlockTimeout, RowFailures, RowTimeout, brief
from workbench.functions.scripts import FoundFunction
from workbench.functions.templates.base import Template
from workbench.functions.timer import RowTimer
from workbench.functions.vote_reader import VoteError, VoteReader
from workbench.types import ABSTAIN

_MAX_ROW_TIMEOUTS = 10
"""A function that hangs shall not hold the others up for a block's whole time."""


@dataclass(slots=True)
class FunctionVotes:
    """One function on one block.

    Parameters
    ----------
    votes
        int16: class index, `ABSTAIN` or `FAILED` for each row.
    errors
        Descriptions of the first failures, each with its ``row``.
    seconds
        Time the calls took.
    stopped
        Why it was stopped before the end of the block, if it was.
    row_by_row
        Why a function that takes whole blocks was called row by row, if it was.
    """

    votes: array[int]
    errors: list[dict[str, Any]]
    seconds: float
    stopped: str | None
    row_by_row: str | None


class BlockRunner:
    """Runs labeling functions over one block of records.

    Parameters
    ----------
    block
        The examples.
    functions
        The functions that will be run, so that templates can share what they search.
    folder
        The scripts' folder.
    reader
        Reads the votes.
    slots
        Of the progress cell.
    limits
        How many errors to keep; the time limits that ``timer`` keeps, for messages.
    timer
        Interrupts what takes too long.
    report
        Tells the parent that a function is done with a row; called for careful plans.
    """

    def __init__(
        self,
        block: Block,
        functions: Iterable[FoundFunction],
        *,
        folder: Path,
        reader: VoteReader,
        slots: memoryview[int],
        limits: Limits,
        timer: RowTimer,
        report: Callable[[int, int], None],
    ) -> None:
        self._block = block
        self._folder = folder
        self._reader = reader
        self._slots = slots
        self._limits = limits
        self._timer = timer
        self._report = report
        self._is_touched = False  # users' code had all values of the block in its hands
        for found in functions:
            if isinstance(found.function, Template):
                found.function.rule.expect(block)

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
            One vote a row, the errors that are kept, and the time taken.
        """
        failures = RowFailures(found, self._folder, self._limits.max_errors_kept)
        return_to(self._folder.parent)
        if self._is_touched:
            self._block.renew()
        self._is_touched = found.columns is None
        self._slots[ProgressCell.FUNCTION] = index
        self._slots[ProgressCell.ROW] = 0
        started = time.perf_counter()
        votes: array[int] | None = None
        stopped = row_by_row = None
        with self._timer:
            if _takes_blocks(found.function) and plan.stop != 0:
                votes, row_by_row = self._at_once(found.function, plan, failures)
            if votes is None:
                self._block.renew()  # the attempt on the whole may have changed it
                self._timer.begin_block()  # else no time would be left to find the row
                values, stopped = self._row_by_row(found.function, plan, failures)
        seconds = time.perf_counter() - started
        self._restore_records()
        if votes is None:
            votes = self._read(values, failures)
        for row in (*failures.rows, *plan.skip):
            votes[row] = FAILED
        return FunctionVotes(votes, failures.kept(), seconds, stopped, row_by_row)

    def _at_once(
        self, function: Any, plan: RowPlan, failures: RowFailures
    ) -> tuple[array[int] | None, str | None]:
        """Run a function on the whole block; where a row may be why that fails, None and why."""
        if plan.careful:
            return None, "the whole block at once ended its process"
        rule = function.rule if isinstance(function, Template) else None
        by_row = getattr(rule, "may_hang", False)
        self._slots[ProgressCell.STATE] = State.ROWS if by_row else State.BLOCK
        try:
            if isinstance(function, Template):
                return _call_template(function, self._block, self._reader), None
            if self._block.n == 1:
                values = [OneRowCalls(function)(self._block)]
            else:
                values = answer_of(function, self._block)
            votes = self._reader.read_all(values)
        except AnswerError as error:  # called row by row, one value would pass for a vote
            for row in range(self._block.n):
                failures.add(row, error)
            return array("h", [ABSTAIN]) * self._block.n, None
        except RowTimeout:
            return None, f"the whole block took over {self._limits.row_timeout:g} s"
        except BlockTimeout:
            return None, f"the whole block took over {self._limits.block_timeout:g} s"
        except Exception as error:  # noqa: BLE001  row by row, to find the row
            return None, f"the whole block failed with {brief(error)}"
        finally:
            self._slots[ProgressCell.STATE] = State.IDLE
        return votes, "it returned what is no vote" if votes is None else None

    def _row_by_row(
        self, function: Any, plan: RowPlan, failures: RowFailures
    ) -> tuple[list[object], str | None]:
        """Return what a function returns on each row, and why it was stopped, if it was."""
        n = self._block.n
        stop = n if plan.stop is None else plan.stop
        values: list[object] = []
        if stop == 0:
            return [ABSTAIN] * n, None
        call, items = self._calls(function, careful=plan.careful)
        results: Iterator[object] = map(call, items)
        n_timeouts = 0
        state = State.ROWS
        if plan.careful:
            results = _ShownCalls(self._careful(call), items, self._slots, plan.skip)
            state = State.CAREFUL
        else:
            self._timer.watch(values)
        while len(values) < stop:
            self._slots[ProgressCell.STATE] = state
            try:
                _call_rows(islice(results, stop - len(values)), values)
                if len(values) < stop:  # a StopIteration left the function and ended the loop
                    raise StopIteration
            except BlockTimeout:
                reason = f"took over {self._limits.block_timeout:g} s for one block"
                return values + [ABSTAIN] * (n - len(values)), reason
            except BaseException as error:  # noqa: BLE001  even sys.exit is the row's error
                if n - length_hint(items) > len(values):  # else it was interrupted between rows
                    failures.add(len(values), error)
                    values.append(ABSTAIN)
                    n_timeouts += isinstance(error, RowTimeout)
            finally:
                self._slots[ProgressCell.STATE] = State.IDLE
            if n_timeouts == _MAX_ROW_TIMEOUTS and len(values) < stop:
                reason = f"took over {self._limits.row_timeout:g} s on each of {n_timeouts} rows"
                return values + [ABSTAIN] * (n - len(values)), reason
        return values + [ABSTAIN] * (n - len(values)), None

    def _careful(self, call: Callable[[Any], object]) -> Callable[[Any], object]:
        """Return a call that reads each vote as it comes, and sees that the worker still works."""
        read, report, slots = self._reader.read, self._report, self._slots

        def careful_call(item: Any) -> int:
            try:
                return read(call(item))
            finally:
                _without_alarms(report, slots[ProgressCell.FUNCTION], slots[ProgressCell.ROW])

        return careful_call

    def _calls(
        self, function: Any, *, careful: bool
    ) -> tuple[Callable[[Any], object], Iterator[Any]]:
        """Return what to call row by row, and on what."""
        if isinstance(function, Template):
            call = partial(_template_vote, function, self._reader)
            return call, iter([*self._block.rows()])
        if _takes_blocks(function):
            return OneRowCalls(function, careful=careful), iter([*self._block.rows()])
        return _direct_call(function), iter(self._block.records)

    def _read(self, values: list[object], failures: RowFailures) -> array[int]:
        """Turn returned values into votes; those that are none fail and abstain."""
        votes = self._reader.read_all(values)
        if votes is not None:
            return votes
        votes = array("h", [ABSTAIN]) * len(values)
        for row, value in enumerate(values):
            try:
                votes[row] = self._reader.read(value)
            except VoteError as error:
                failures.add(row, error)
        return votes

    def _restore_records(self) -> None:
        """Restore records that a function wrote to, so that the next one sees the data."""
        if written := {id(record) for record in take_written()}:
            for row, record in enumerate(self._block.records):
                if id(record) in written:
                    self._block.restore(row)


class _ShownCalls:
    """Calls a function on one item after the other, and shows the row in the progress cell.

    Parameters
    ----------
    call, items
        The function, and what to call it on.
    slots
        Of the progress cell.
    skip
        Rows to leave out; they abstain.
    """

    def __init__(
        self,
        call: Callable[[Any], object],
        items: Iterator[Any],
        slots: memoryview[int],
        skip: Sequence[int],
    ) -> None:
        self._call = call
        self._items = enumerate(items)
        self._slots = slots
        self._skip = frozenset(skip)

    def __iter__(self) -> Iterator[object]:
        return self

    def __next__(self) -> object:
        row, item = next(self._items)
        if row in self._skip:
            return ABSTAIN
        self._slots[ProgressCell.ROW] = row
        return self._call(item)


def return_to(project: Path) -> None:
    """Go to the project's folder, in which users' code runs, if that went elsewhere."""
    with suppress(OSError):  # it may be gone
        os.chdir(project)


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


def _without_alarms(report: Callable[[int, int], None], function: int, row: int) -> None:
    """Report a row undisturbed; where that fails, it broke what all later rows need."""
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        try:
            report(function, row)
        except BaseException:  # noqa: BLE001  whatever it is
            os._exit(BROKEN)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})


def _direct_call(function: Any) -> Callable[[Any], object]:
    """Return the shortest way to call a labeling function that gives the same votes."""
    plain = without_wrapper(function)
    if plain is None:
        call: Callable[[Any], object] = function
        return call
    inner, resources = plain
    return partial(inner, **resources) if resources else inner


def _takes_blocks(function: Any) -> bool:
    """Whether a function takes whole blocks: a template, or one of ``batch=True``."""
    return isinstance(function, Template) or bool(getattr(function, "batch", False))


def _call_rows(results: Iterable[object], values: list[object]) -> None:
    """Call a function on rows: the hot loop, without a line of Python between two calls."""
    values.extend(results)


def _call_template(template: Template, block: Block, reader: VoteReader) -> array[int]:
    """Return the votes of a template, as class indices."""
    classes = reader.read_labels(template.rule.labels)
    found = template.rule.find(block)
    votes = array("h", [ABSTAIN]) * block.n
    if found.labels is None and not isinstance(found.rows, list):  # an array, and so numpy
        np = import_module("numpy")
        np.frombuffer(votes, np.int16)[found.rows] = classes[0]
        return votes
    for row, label in zip(found.rows, found.labels or repeat(0), strict=False):
        votes[row] = classes[label]
    return votes


def _template_vote(template: Template, reader: VoteReader, block: Block) -> int:
    """Return the vote of a template on a block of one row."""
    return _call_template(template, block, reader)[0]


INTERRUPTIBLE = frozenset(function.__code__ for function in (_call_rows, _call_template, answer_of))
"""The code within which a function may be interrupted."""
