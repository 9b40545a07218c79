"""Which labeling functions of a run are no longer trusted, decided in row order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.functions.protocol import FAILED
from workbench.functions.results import RowError
from workbench.types import ABSTAIN

if TYPE_CHECKING:
    from workbench.functions.results import Votes

MAX_FATAL_ROWS = 3
"""A labeling function may end or freeze its worker on so many rows of a run."""

_MIN_ROWS_FOR_SHARE = 50
_MAX_ERROR_SHARE = 0.5

_MIN_FAILED = 3
"""From so many failed rows on, a function without a vote fails wherever it would vote: one odd row
says nothing of a function that has little to find."""


def is_failing(n_failed: int, n_rows: int, n_votes: int) -> bool:
    """Whether a function fails on so many rows that its votes should not be trusted.

    That is on more than half of the rows, of fewer than 50 on all; or on 3 rows at least where it
    votes on none. A share of few rows says little, unless it is all of them.

    Parameters
    ----------
    n_failed, n_votes
        The rows that it failed on, and those that it voted on.
    n_rows
        All rows that it was run on.
    """
    if n_votes == 0 and n_failed >= _MIN_FAILED:
        return True
    if n_rows < _MIN_ROWS_FOR_SHARE:
        return 0 < n_failed == n_rows
    return n_failed > _MAX_ERROR_SHARE * n_rows


@dataclass(slots=True)
class RawVotes:
    """The votes of one function on one block before quarantine.

    Parameters
    ----------
    votes
        (n,) class index, `ABSTAIN`, or `FAILED`.
    errors
        Those that are kept, in row order.
    fatal
        By row: the error of a row that ended or froze the worker.
    seconds
        Time the calls took.
    stopped
        Why the function was stopped before the end of the block, if it was.
    output
        The end of what it printed.
    row_by_row
        Why a function that takes whole blocks was called row by row, if it was.
    """

    votes: Votes
    errors: tuple[RowError, ...]
    fatal: Mapping[int, RowError]
    seconds: float
    stopped: str | None
    output: str
    row_by_row: str | None = None


@dataclass(slots=True)
class _Record:
    """What is known of one function so far."""

    fatal: int = 0
    closed: str | None = None


@dataclass(slots=True)
class Quarantine:
    """Settles blocks in row order, so that the outcome does not depend on the number of workers.

    Parameters
    ----------
    names
        The functions of the run.
    """

    names: Sequence[str]
    _records: dict[str, _Record] = field(init=False)

    def __post_init__(self) -> None:
        self._records = {name: _Record() for name in self.names}

    def is_closed(self, name: str) -> bool:
        """Whether a function abstains on all blocks still to be settled."""
        return self._records[name].closed is not None

    def settle(self, name: str, raw: RawVotes) -> tuple[Votes, tuple[RowError, ...], int]:
        """Apply quarantine to the next block of a function.

        Parameters
        ----------
        name
            The function.
        raw
            Its votes on the block; blocks must come in order.

        Returns
        -------
        tuple
            (n,) votes, the errors that are kept, and the number of failed rows.
        """
        record = self._records[name]
        n = len(raw.votes)
        end = 0 if record.closed else n
        if not record.closed:
            for row in sorted(raw.fatal):
                record.fatal += 1
                if record.fatal > MAX_FATAL_ROWS:
                    end = row + 1
                    record.closed = (
                        f"ended or froze its process on {record.fatal} rows, the last time with "
                        f"{raw.fatal[row].type!r}; it abstains on all later rows"
                    )
                    break
            else:
                if raw.stopped:
                    record.closed = f"{raw.stopped}; it abstains on all later rows"
        votes = raw.votes.copy()
        votes[end:] = ABSTAIN
        failed = votes == FAILED
        votes[failed] = ABSTAIN
        errors = tuple(error for error in raw.errors if error.row < end)
        return votes, errors, int(failed.sum())

    def reasons(self) -> dict[str, str]:
        """Return by name why functions are in quarantine now."""
        return {name: record.closed for name, record in self._records.items() if record.closed}
