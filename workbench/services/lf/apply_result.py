"""What an apply did, function by function."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.result import Result
from workbench.services.lf.functions import ScriptProblem
from workbench.services.lf.running import FailedRow
from workbench.services.vote_changes import VoteChange


@dataclass(frozen=True, slots=True)
class AppliedLF:
    """What an apply did with one labeling function.

    ``n_rows`` and ``n_votes`` count the rows that it was run on. ``quarantined`` says why votes
    were withheld, ``failing`` why votes that stay should not be trusted, ``row_by_row`` why a
    function that takes whole blocks was called row by row, ``unknown_rows`` what its votes file
    says of rows that are no examples, ``unknown_answers`` which of its answers mean nothing, and
    ``retry`` what an earlier apply left undone where nothing was new.
    """

    name: str
    version: str
    n_rows: int
    n_votes: int
    n_errors: int
    seconds: float
    quarantined: str | None
    errors: tuple[FailedRow, ...]
    file: str | None = None
    failing: str | None = None
    row_by_row: str | None = None
    unknown_rows: str | None = None
    unknown_answers: str | None = None
    retry: str | None = None


@dataclass(frozen=True, slots=True)
class ApplyResult(Result):
    """What an apply did.

    ``functions`` holds every function in force, with ``n_rows`` 0 where nothing was new.
    ``orphaned`` are those that no script holds and whose votes still count, since only others were
    applied. ``notes`` are about scripts that do more than define functions. ``n_external`` counts
    the functions in force whose votes came from a file. ``changes`` are the functions of which
    another version counts than before, or one where none did, also where no row was new.
    """

    run_id: int
    n_examples: int
    functions: tuple[AppliedLF, ...]
    withdrawn: tuple[str, ...]
    problems: tuple[ScriptProblem, ...]
    orphaned: tuple[str, ...] = ()
    notes: tuple[ScriptProblem, ...] = ()
    n_external: int = 0
    changes: tuple[VoteChange, ...] = ()

    @property
    def n_errors(self) -> int:
        """Rows that failed, over all functions, and scripts that could not be loaded."""
        return sum(lf.n_errors for lf in self.functions) + len(self.problems)
