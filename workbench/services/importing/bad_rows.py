"""Rows of a file that cannot be used: the first one stops, or all are left out and told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from workbench.errors import DataError, UsageError
from workbench.formats.readers import Row, half_pair, read_rows
from workbench.services.importing.row_cells import Fault, half_pair_fault

OnBadRow = Literal["stop", "skip"]
"""What a row that cannot be used does: it stops all, or is left out."""


NO_EXAMPLE: Final = "no such example"
"""The cause that a row is none of the project's."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used: where it is, why, and what to do.

    ``cause`` is why in the same words for all rows of one kind.
    """

    row: int
    place: str
    reason: str
    hint: str
    cause: str


@dataclass(frozen=True, slots=True)
class BadRows:
    """The rows of one file that cannot be used.

    ``done`` is what is done with the others: recorded, imported.
    """

    file: Path
    on_bad_row: OnBadRow
    done: str
    rows: list[BadRow] = field(default_factory=list)

    def refuse(self, row: Row, fault: Fault) -> None:
        """Leave a row out.

        Raises
        ------
        DataError
            If bad rows stop all.
        """
        place = row.place(self.file)
        if self.on_bad_row == "stop":
            hint = f"{fault.hint}\n  {nothing_was(self.done)}"
            raise DataError(f"row {row.number}: {fault.reason}", place=place, hint=hint)
        self.rows.append(BadRow(row.number, place, fault.reason, fault.hint, fault.cause))

    def others(self, *, encoding: str, delimiter: str | None) -> Iterator[Row]:
        """Yield the rows of the file whose cells UTF-8 can hold, and refuse the rest.

        Parameters
        ----------
        encoding, delimiter
            Of a text file; see `workbench.formats.readers.read_blocks`.

        Raises
        ------
        DataError
            If the file cannot be read, or nothing is left of it.
        """
        n_left = 0
        for row in read_rows(self.file, encoding=encoding, delimiter=delimiter):
            if fault := _half_pair_in(row):
                self.refuse(row, fault)
            else:
                n_left += 1
                yield row
        if not n_left:
            reason = "there are no rows, at most a header"
            if self.rows:
                reason = f"no row can be used; the first: {self.rows[0].reason}"
            raise DataError(
                reason,
                place=str(self.file),
                hint=f"Nothing was {self.done}. Look at what wrote the file.",
            )


def _half_pair_in(row: Row) -> Fault | None:
    """Return what is wrong with a row of which a cell or a name is cut within a character."""
    for name, value in row.values.items():
        if half_pair(f"{name}{value}"):
            return half_pair_fault(name, str(value))
    return None


def nothing_was(done: str) -> str:
    """Say that a bad row stopped all, and what goes on without it."""
    return f"Nothing was {done}; --skip-bad-rows leaves such rows out and lists them."


def fault_of(error: UsageError) -> Fault:
    """Return what is wrong with a row where a cell of it is no class, name or time."""
    cause = re.split(" ['\"]", error.message, maxsplit=1)[0]
    return Fault(error.message, error.hint or "Mend the cell.", cause)


def unknown_example(uid: str, hint: str) -> Fault:
    """Return what is wrong with a row whose id is that of no example; ``hint`` is what to do."""
    return Fault(f"there is no example {uid!r}", hint, NO_EXAMPLE)


def by_cause(rows: Sequence[BadRow]) -> dict[str, list[BadRow]]:
    """Return bad rows by their cause, the most frequent first, each in the order of the file."""
    counts = Counter(row.cause for row in rows)
    return {cause: [row for row in rows if row.cause == cause] for cause, _ in counts.most_common()}
