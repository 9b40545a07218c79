"""One block on its way through the labeling functions, over as many workers as it takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from workbench.functions.block import RecordBlock
from workbench.functions.protocol import FAILED, ApplyRequest, Limits, Position, RowPlan
from workbench.functions.quarantine import MAX_FATAL_ROWS, Quarantine, RawVotes
from workbench.functions.results import BlockResult, RowError, rows_to_keep
from workbench.types import ABSTAIN


@dataclass(frozen=True, slots=True)
class FatalError:
    """How a worker ended, or why it was ended."""

    type: str
    message: str
    line: int | None
    traceback: str


class Job:
    """A block, the functions still to run on it, and the votes so far.

    Parameters
    ----------
    block
        The block.
    plans
        The functions to run, in order, and which rows.
    limits
        Time limits.
    columns
        The columns that the functions read; None: any.
    """

    def __init__(
        self,
        block: RecordBlock,
        plans: dict[str, RowPlan],
        limits: Limits,
        columns: frozenset[str] | None,
    ) -> None:
        self.block = block
        self.done = False
        self.deaths_between_rows = 0
        self._plans = plans
        self._limits = limits
        self._columns = columns
        self._fatal: dict[str, dict[int, RowError]] = {name: {} for name in plans}
        self._votes: dict[str, RawVotes] = {}
        self._requested: tuple[str, ...] = ()
        self._reported: tuple[str, int] | None = None

    def request(self, task: int) -> ApplyRequest:
        """Return the request for what is still to do."""
        self._requested = tuple(self._plans)
        self._reported = None
        return ApplyRequest(task, dict(self._plans), self.block.encode(self._columns), self._limits)

    @property
    def current(self) -> str | None:
        """The first function whose votes have not come."""
        return next(iter(self._plans), None)

    def function_at(self, position: Position) -> str | None:
        """Return the function that the worker is at; behind one that is done, the next."""
        if not self._plans:
            return None
        name = self._requested[position.function]
        return name if name in self._plans else self.current

    def add_votes(self, event: dict[str, Any], payload: bytes) -> None:
        """Take the votes of one function, which is then done."""
        name = event["name"]
        fatal = self._fatal[name]
        errors = [RowError(**fields, uid=self._uid(fields["row"])) for fields in event["errors"]]
        failed = {error.row: error for error in (*errors, *fatal.values())}
        types = {row: error.type for row, error in failed.items()}
        keeping = sorted(rows_to_keep(types, self._limits.max_errors_kept))
        self._votes[name] = RawVotes(
            votes=np.frombuffer(payload, dtype=np.int16),
            errors=tuple(failed[row] for row in keeping),
            fatal=fatal,
            seconds=event["seconds"],
            stopped=event["stopped"],
            output=event["output"],
            row_by_row=event["row_by_row"],
        )
        del self._plans[name]

    def blame_row(self, name: str, row: int, error: FatalError) -> None:
        """Note that a function ended or froze its worker on a row, so as not to run it again."""
        fatal = self._fatal[name]
        if row in fatal:  # which was skipped: it is none of the rows
            self.give_up(name, f"ended its process between rows ({error.type})")
            return
        fatal[row] = RowError(
            row, self._uid(row), error.type, error.message, error.line, error.traceback
        )
        stop = row + 1 if len(fatal) > MAX_FATAL_ROWS else None
        self._plans[name] = replace(self._plans[name], skip=tuple(sorted(fatal)), stop=stop)

    def go_carefully(self, name: str) -> None:
        """Note that a function ended or froze its worker on an unknown row: find it."""
        self._plans[name] = replace(self._plans[name], careful=True)

    def is_careful(self, name: str) -> bool:
        """Whether a function reports each row that it is done with."""
        return self._plans[name].careful

    def note_row(self, event: dict[str, Any]) -> None:
        """Take the report that a function is done with a row."""
        self._reported = self._requested[event["function"]], event["row"]

    def row_after_report(self, name: str) -> int | None:
        """Return the row that a function was at when its last report came; None behind the last."""
        last = self._reported[1] if self._reported and self._reported[0] == name else -1
        fatal = self._fatal[name]
        return next((row for row in range(last + 1, self.block.n) if row not in fatal), None)

    def give_up(self, name: str, reason: str) -> None:
        """Ask no worker again for a function that ends it outside of the rows.

        It abstains on the block, but for the rows that it is known to have failed on.
        """
        fatal = self._fatal[name]
        votes = np.full(self.block.n, ABSTAIN, dtype=np.int16)
        votes[list(fatal)] = FAILED
        errors = tuple(fatal[row] for row in sorted(fatal))
        self._votes[name] = RawVotes(votes, errors, fatal, 0.0, reason, "")
        del self._plans[name]

    def settle(
        self, names: Iterable[str], quarantine: Quarantine, vote_type: DTypeLike
    ) -> BlockResult:
        """Return the result of a block that is done, under the quarantine so far.

        Parameters
        ----------
        names
            The functions, in the order wanted.
        quarantine
            Of the run; blocks must be settled in order.
        vote_type
            Type of the votes.

        Returns
        -------
        BlockResult
            The result.
        """
        votes, errors, n_errors = {}, {}, {}
        for name in names:
            settled, errors[name], n_errors[name] = quarantine.settle(name, self._votes[name])
            votes[name] = settled.astype(vote_type)
        raw = self._votes
        return BlockResult(
            start=self.block.start,
            n=self.block.n,
            votes=votes,
            errors=errors,
            n_errors=n_errors,
            seconds={name: raw[name].seconds for name in votes},
            output={name: raw[name].output for name in votes if raw[name].output},
            quarantined=quarantine.reasons(),
            row_by_row={n: why for n in votes if (why := raw[n].row_by_row) is not None},
        )

    def _uid(self, row: int) -> str:
        uids = self.block.columns.get("uid")
        return "" if uids is None else str(uids[row])
