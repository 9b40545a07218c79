"""The label set over time: numbers that never change, and what each counts as now."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.store.named_errors import read_json
from workbench.types import GONE, NO_LABEL


def folded_name(name: str) -> str:
    """Return a name without case, surplus spaces and ways to write an accent."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


@dataclass(frozen=True, slots=True)
class ClassState:
    """A class at one moment.

    ``position`` is its index in the label set, None when it was merged, split or retired;
    ``counts_as`` the class that its labels and votes count as, None when they count for none.
    """

    class_id: int
    name: str
    position: int | None
    counts_as: int | None
    former_names: tuple[str, ...]


@dataclass(frozen=True)
class LabelSet:
    """All classes at one moment, by number.

    What is stored names a class by its number (``class_id``), which never changes; methods and
    people see its index in the label set, 0..K-1.
    """

    state_id: int
    states: tuple[ClassState, ...]

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The number of each class of the label set, by index."""
        placed = [(s.position, s.class_id) for s in self.states if s.position is not None]
        return tuple(class_id for _, class_id in sorted(placed))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name of each class of the label set, by index."""
        return tuple(self.states[class_id].name for class_id in self.numbers)

    @cached_property
    def number_of_name(self) -> dict[str, int]:
        """The number that each name means: names in use before former ones."""
        known: dict[str, int] = {}
        for state in self.states:
            known.update((name, state.class_id) for name in state.former_names)
        known.update((s.name, s.class_id) for s in self.states if s.position is None)
        known.update((s.name, s.class_id) for s in self.states if s.position is not None)
        return known

    def alike(self, name: str) -> int | None:
        """Return the number that a name means which differs by case and spaces; None for several.

        Names of one class are no several.
        """
        return self._by_folded_name.get(folded_name(name))

    @cached_property
    def _by_folded_name(self) -> dict[str, int]:
        """The numbers by names without case and spaces, as far as they mean one class."""
        meant: dict[str, dict[int | None, int]] = {}
        for name, number in self.number_of_name.items():
            meant.setdefault(folded_name(name), {})[self.index_of(number)] = number
        return {name: min(by.values()) for name, by in meant.items() if len(by) == 1}

    @cached_property
    def is_plain(self) -> bool:
        """Whether every number is the index: nothing was merged, split or retired."""
        return self.numbers == tuple(range(len(self.states)))

    @cached_property
    def mapping(self) -> tuple[int | None, ...]:
        """The index that each number counts as: what votes and labels mean now.

        It ends with the last number that counts: a class that was added and undone again is no
        change.
        """
        found = [self.index_of(class_id) for class_id in range(len(self.states))]
        last = max((i for i, index in enumerate(found) if index is not None), default=-1)
        return tuple(found[: last + 1])

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The word for each number that a labeling function may answer, or the number itself."""
        return tuple(
            s.name if self.number_of_name[s.name] == s.class_id else f"{s.name} ({s.class_id})"
            for s in self.states
        )

    @cached_property
    def former_words(self) -> tuple[str, ...]:
        """The former names that a labeling function may answer; their indices follow `words`."""
        known = set(self.words)
        return tuple(name for name in self.number_of_name if name not in known)

    @cached_property
    def left(self) -> frozenset[int]:
        """The numbers of the classes that are not in the label set themselves."""
        return frozenset(s.class_id for s in self.states if s.position is None)

    def numbers_of_words(self, votes: NDArray[Any]) -> NDArray[Any]:
        """Return class numbers for indices into `words` and `former_words`; abstentions stay."""
        if not self.former_words:
            return votes
        former = [self.number_of_name[name] for name in self.former_words]
        table: NDArray[np.int64] = np.array([*range(len(self.states)), *former, NO_LABEL])
        found: NDArray[Any] = table[votes].astype(votes.dtype)
        return found

    def index_of(self, class_id: int | None) -> int | None:
        """Return the index of the class that a number counts as, or None."""
        if class_id is None or not 0 <= class_id < len(self.states):
            return None
        counts_as = self.states[class_id].counts_as
        return None if counts_as is None else self.states[counts_as].position

    def index_or_gone(self, class_id: int | None) -> int:
        """Return the index of the class that a number counts as, or `GONE`."""
        index = self.index_of(class_id)
        return GONE if index is None else index

    def name_of(self, class_id: int | None) -> str | None:
        """Return the name of the class that a number counts as, or None."""
        index = self.index_of(class_id)
        return None if index is None else self.names[index]

    def said(self, class_id: int) -> str:
        """Return what the class of a number itself is called, or was when it left the set."""
        return self.states[class_id].name

    def indices(self, class_ids: NDArray[Any]) -> NDArray[Any]:
        """Return the index for each number, of the same shape and dtype; -1 where it has none."""
        if self.is_plain:
            return class_ids
        found: NDArray[Any] = self._table.astype(class_ids.dtype)[class_ids]
        return found

    def numbers_of(self, indices: NDArray[Any]) -> NDArray[np.int64]:
        """Return the number for each index, of the same shape; -1 where it has none."""
        found: NDArray[np.int64] = np.array([*self.numbers, NO_LABEL])[indices]
        return found

    @cached_property
    def _table(self) -> NDArray[np.int64]:
        """The index of each number; its last entry serves -1."""
        found = [self.index_of(class_id) for class_id in range(len(self.states))]
        return np.array([NO_LABEL if i is None else i for i in found] + [NO_LABEL])


class Classes:
    """The repository of classes and of the states of the label set."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def state(self, state_id: int | None = None) -> LabelSet:
        """Return the label set as it stands, or as it stood in a state."""
        if state_id is None:
            row = self._connection.execute("SELECT coalesce(max(state_id), 0) FROM class_state")
            state_id = int(row.fetchone()[0])
        rows = self._connection.execute(
            "SELECT class_id, name, position, counts_as, former_names FROM class_state"
            " WHERE state_id = ? ORDER BY class_id",
            (state_id,),
        )
        return LabelSet(
            state_id,
            tuple(
                ClassState(number, name, position, counts_as, tuple(read_json(former)))
                for number, name, position, counts_as, former in rows
            ),
        )

    def state_at(self, event_id: int) -> LabelSet:
        """Return the label set as it stood after an event."""
        row = self._connection.execute(
            "SELECT max(state_id) FROM class_state WHERE coalesce(event_id, 0) <= ?", (event_id,)
        ).fetchone()
        return self.state(row[0] or 0)

    def former_name_lists(self) -> set[tuple[str, ...]]:
        """Return the lists of names that the label set has ever had."""
        rows = self._connection.execute(
            "SELECT state_id, name FROM class_state WHERE position IS NOT NULL"
            " ORDER BY state_id, position"
        )
        lists: dict[int, list[str]] = {}
        for state_id, name in rows:
            lists.setdefault(state_id, []).append(name)
        return {tuple(names) for names in lists.values()}

    def born(self) -> dict[str, int]:
        """Return the number of each class by the name it was made with."""
        return dict(self._connection.execute("SELECT name, class_id FROM class").fetchall())

    def add(self, names: Sequence[str], *, run_id: int) -> list[int]:
        """Give numbers to new classes; return them. A state must name them before they count."""
        first = len(self.born())
        numbers = list(range(first, first + len(names)))
        self._connection.executemany(
            "INSERT INTO class (class_id, name, run_id) VALUES (?, ?, ?)",
            [(number, name, run_id) for number, name in zip(numbers, names, strict=True)],
        )
        return numbers

    def put_state(self, states: Iterable[ClassState], *, event_id: int | None) -> None:
        """Append the label set as it stands after an event, or as the project began."""
        state_id = self.state().state_id + 1
        self._connection.executemany(
            "INSERT INTO class_state (state_id, class_id, name, position, counts_as, former_names,"
            " event_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    state_id,
                    state.class_id,
                    state.name,
                    state.position,
                    state.counts_as,
                    json.dumps(state.former_names, ensure_ascii=False),
                    event_id,
                )
                for state in states
            ],
        )
