"""The marks of what a sitting has decided: set at once, and kept to what the database holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from workbench.services.annotate import Decision
from workbench.tui.safe_text import one_line

FLAGGED: Final = "flagged"

_PAST: Final = {
    "label": "labelled",
    "skip": "skipped",
    "flag": FLAGGED,
    "keep": "kept",
    "relabel": "relabelled",
}


class Marks(dict[int, str]):
    """The mark of each row that this sitting has decided: a class, or what was done.

    A mark stands as soon as its key is pressed, before the decision is written; a reading of the
    database that began before cannot tell of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._unwritten: Counter[int] = Counter()
        self._set_since: set[int] = set()

    def put(self, row: int, mark: str | None) -> None:
        """Mark a row, or take its mark away."""
        self._set_since.add(row)
        if mark is None:
            self.pop(row, None)
        else:
            self[row] = mark

    def begin(self, row: int, mark: str) -> None:
        """Mark a row whose decision is about to be written: `end` follows."""
        self._unwritten[row] += 1
        self.put(row, mark)

    def end(self, row: int) -> None:
        """Take note that a decision is written, or will not be."""
        self._unwritten[row] -= 1

    def settled(self) -> frozenset[int]:
        """Return the rows whose decisions are written, at the beginning of a reading."""
        self._set_since = {row for row, n in self._unwritten.items() if n}
        return frozenset(self) - self._set_since

    def renew(self, settled: frozenset[int], standing: Mapping[int, str]) -> None:
        """Take over what a reading found: much may have changed in another view, or program.

        Parameters
        ----------
        settled
            What `settled` returned when the reading began.
        standing
            The marks of those of these rows that have one still.
        """
        for row in settled - self._set_since:
            if row in standing:
                self[row] = standing[row]
            else:
                self.pop(row, None)


def mark_of(kind: str, label: str | None, flagged: str = FLAGGED) -> str:
    """Return the mark of a decision: its class, or what was done; ``flagged`` for a flag."""
    return label or (flagged if kind == "flag" else _PAST.get(kind, kind))


def described(decision: Decision) -> str:
    """Return a decision in words."""
    what = _PAST.get(decision.kind, decision.kind)
    label = f" {decision.label}" if decision.label is not None else ""
    return f"{what}{label} → {one_line(decision.uid, 40)}"
