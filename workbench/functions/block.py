"""A block of examples, column by column: how it travels, and how functions see it.

A block is sent as one pickle a column and read on demand, so that a template pays for the column
that it searches and for nothing else; records are made only where a function takes records.
"""

from __future__ import annotations

import pickle
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from workbench.errors import FunctionError
from workbench.functions.record import (
    Record,
    no_such_column,
    records_of,
    replace_column,
    reset,
)
from workbench.words import fold_all

if TYPE_CHECKING:
    from workbench.functions.search import BlockSearch

_IMMUTABLE = frozenset({str, int, float, bool, type(None)})


@dataclass(frozen=True, slots=True)
class RecordBlock:
    """Consecutive examples to vote on.

    Parameters
    ----------
    start
        Id of the first row.
    columns
        ``uid``, ``text``, ``role`` and the metadata columns; all of the same length, with None
        for an empty cell.
    prepared
        What templates asked for (`workbench.functions.needs`), by key: an array with one row an
        example.
    aliases
        Further names of columns, each with the column that it stands for; a column of the name
        comes first.
    """

    start: int
    columns: Mapping[str, Sequence[Any]]
    prepared: Mapping[str, Any] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Number of examples."""
        return len(next(iter(self.columns.values()), ()))

    def encode(self, wanted: Collection[str] | None = None) -> EncodedBlock:
        """Return the block as it travels to a worker.

        Parameters
        ----------
        wanted
            Names of the columns that the worker will read; all by default.

        Raises
        ------
        FunctionError
            If a column's name is no text, or its length not that of the others.
        """
        for name, values in self.columns.items():
            if not isinstance(name, str):
                raise FunctionError(f"a column is named {name!r}, which is no text")
            if len(values) != self.n:
                raise FunctionError(f"the column {name!r} has {len(values)} rows, not {self.n}")
        aliases = {name: own for name, own in self.aliases.items() if name not in self.columns}
        if wanted is not None:
            wanted = {aliases.get(name, name) for name in wanted}
        columns = {
            name: pickle.dumps(values, protocol=5)
            for name, values in self.columns.items()
            if wanted is None or name in wanted
        }
        prepared = {key: pickle.dumps(rows, protocol=5) for key, rows in self.prepared.items()}
        return EncodedBlock(self.n, columns, prepared, aliases)


@dataclass(frozen=True, slots=True)
class EncodedBlock:
    """A block on its way: one pickle a column."""

    n: int
    columns: Mapping[str, bytes]
    prepared: Mapping[str, bytes]
    aliases: Mapping[str, str]


class Block:
    """A block in a worker: columns, records and search indexes, each made when first used.

    Parameters
    ----------
    n
        Number of examples.
    columns, prepared
        Pickles by name, or values.
    aliases
        Further names of columns, each with the column that it stands for.
    """

    def __init__(
        self,
        n: int,
        columns: Mapping[str, Any],
        prepared: Mapping[str, Any] | None = None,
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        self.n = n
        self._columns = dict(columns)
        self._prepared = dict(prepared or {})
        self._aliases = aliases or {}
        self._texts: dict[tuple[str, bool], list[str]] = {}
        self._originals: dict[str, bytes] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._columns)

    def values(self, name: str) -> list[Any]:
        """Return a column; callers must not change it.

        Raises
        ------
        AttributeError
            If there is none.
        """
        if name not in self._columns:
            name = self._aliases.get(name, name)
        if name not in self._columns:
            raise AttributeError(no_such_column(name, self._columns))
        pickled = self._columns[name]
        values: list[Any] = _unpickled(self._columns, name)
        if isinstance(pickled, bytes) and not _IMMUTABLE.issuperset(map(type, values)):
            self._originals[name] = pickled
        return values

    def prepared(self, key: str) -> Any:
        """Return what was prepared for a template, one row an example.

        Raises
        ------
        LookupError
            If nobody prepared it: the template runs outside of a project.
        """
        if key not in self._prepared:
            raise LookupError(
                "this template needs data that only a project can prepare: run it with"
                " 'workbench apply' or 'workbench lf test'"
            )
        return _unpickled(self._prepared, key)

    def texts(self, name: str, *, folded: bool = False) -> list[str]:
        """Return a column as texts, an empty cell as the empty text.

        ``folded`` ones are those of `workbench.words.fold_all`: fold what is looked for, too.
        """
        key = (name, folded)
        if key not in self._texts:
            if folded:
                self._texts[key] = fold_all(self.texts(name))
            else:
                values = self.values(name)
                is_text = {str}.issuperset(map(type, values))
                self._texts[key] = values if is_text else [as_text(value) for value in values]
        return self._texts[key]

    @cached_property
    def search(self) -> BlockSearch:
        """The search indexes of this block."""
        from workbench.functions.search import BlockSearch

        # Not a circle of two: a block that is done shall go at once, and its records with it.
        return BlockSearch(weakref.proxy(self))

    @cached_property
    def records(self) -> list[Record]:
        """The examples as records."""
        columns = {name: self.values(name) for name in self.names}
        return records_of(self.n, columns, self._aliases)

    def restore(self, row: int) -> None:
        """Give a record that was written to its columns again."""
        reset(self.records[row], {name: self.values(name)[row] for name in self.names})

    def renew(self) -> None:
        """Read lists and dicts again, which a function may have changed in their place."""
        for name, pickled in self._originals.items():
            self._columns[name] = pickle.loads(pickled)  # noqa: S301  the parent made it
            if "records" in vars(self):
                replace_column(self.records, name, self._columns[name])

    def rows(self) -> Iterator[Block]:
        """Yield each example as a block of its own."""
        names, keys = self.names, tuple(self._prepared)
        for row in range(self.n):
            columns = {name: [self.values(name)[row]] for name in names}
            prepared = {key: self.prepared(key)[row : row + 1] for key in keys}
            yield Block(1, columns, prepared, self._aliases)

    def doubled(self) -> Block:
        """Return a block of all rows, and all of them again; nothing is prepared for it."""
        columns = {name: [*self.values(name), *self.values(name)] for name in self.names}
        return Block(2 * self.n, columns, aliases=self._aliases)


class Columns:
    """What a ``@labeling_function(batch=True)`` is given: whole columns of a block.

    ``columns.text`` is a list with one entry an example, ``columns["unit price"]`` one whose name
    is no identifier, ``len(columns)`` the number of examples, and ``columns.arrow("text")`` the
    same as a pyarrow array for ``pyarrow.compute``.
    """

    def __init__(self, block: Block) -> None:
        self._block = block

    def __len__(self) -> int:
        return self._block.n

    def __getitem__(self, name: str) -> list[Any]:
        return list(self._block.values(name))  # a copy: the next function sees the data

    def __getattr__(self, name: str) -> list[Any]:
        if name.startswith("__"):  # a protocol probe (copy, pickle)
            raise AttributeError(name)
        return self[name]

    def arrow(self, name: str) -> Any:
        """Return a column as a ``pyarrow.Array``."""
        return self._block.search.arrow(name)


def as_text(value: object) -> str:
    """Return a value of a column as text; an empty cell is the empty text."""
    # NaN, which is not equal to itself, is an empty cell of a numeric column.
    return value if isinstance(value, str) else "" if is_empty(value) else str(value)


def is_empty(value: object) -> bool:
    """Whether a value is an empty cell: None or NaN."""
    return value is None or value != value


def _unpickled(store: dict[str, Any], name: str) -> Any:
    """Read a pickle on first use, and put the value in its place."""
    value = store[name]
    if isinstance(value, bytes):
        value = store[name] = pickle.loads(value)  # noqa: S301  the parent made it
    return value
