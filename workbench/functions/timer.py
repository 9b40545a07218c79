"""Time limits on labeling functions, kept by an alarm (in the worker only)."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from types import CodeType, FrameType
from typing import Self

from workbench.functions.capture import OutputFile
from workbench.functions.protocol import Limits, ProgressCell, State
from workbench.functions.row_errors import BlockTimeout, RowTimeout

_TICKS_PER_LIMIT = 4


class RowTimer:
    """Interrupts a labeling function that stays on one row, at no cost a row.

    A repeating alarm looks at how many rows are done, and writes it in the progress cell. It raises
    inside the function when that has not changed for a number of alarms; counting alarms rather
    than seconds means that a machine that was asleep does not blame the row. It cannot interrupt C
    code that holds the interpreter's lock: for that, the parent watches the cell.

    Parameters
    ----------
    slots
        Of the progress cell.
    limits
        The time limits.
    output
        What users' code prints; it is cut when it grows large.
    interruptible
        The code that calls labeling functions: only within it is raising safe.
    """

    def __init__(
        self,
        slots: memoryview[int],
        limits: Limits,
        output: OutputFile,
        interruptible: frozenset[CodeType],
    ) -> None:
        self._slots = slots
        self._interruptible = interruptible
        self._limits = limits
        self._output = output
        self._done: Sequence[object] = ()
        self._seen: list[int] = []
        self._ticks = 0
        self._deadline = 0.0

    def watch(self, done: Sequence[object]) -> None:
        """Watch a list to which each row that is done adds one item."""
        self._done = done

    def begin_block(self) -> None:
        """Count the time limit of a block from now."""
        self._deadline = time.monotonic() + self._limits.block_timeout

    def __enter__(self) -> Self:
        # For each function anew: users' code may have taken the signal.
        self._ticks = 0
        self._done = ()
        self.begin_block()
        interval = self._limits.row_timeout / _TICKS_PER_LIMIT
        signal.signal(signal.SIGALRM, self._tick)
        signal.setitimer(signal.ITIMER_REAL, interval, interval)
        return self

    def __exit__(self, *exc_info: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _tick(self, signum: int, frame: FrameType | None) -> None:
        """Raise in the labeling function if it has outstayed a limit."""
        self._output.cut_if_large()
        if self._done:
            self._slots[ProgressCell.ROW] = len(self._done)
        now = self._slots.tolist()
        self._ticks = self._ticks + 1 if now == self._seen else 0
        self._seen = now
        if not self._runs_function(frame):
            return
        if self._ticks >= _TICKS_PER_LIMIT and now[ProgressCell.STATE] != State.BLOCK:
            raise RowTimeout(f"the row took over {self._limits.row_timeout:g} s")
        if time.monotonic() > self._deadline:
            raise BlockTimeout

    def _runs_function(self, frame: FrameType | None) -> bool:
        """Whether the interrupted code is a labeling function."""
        while frame is not None:
            if frame.f_code in self._interruptible:
                return True
            frame = frame.f_back
        return False
