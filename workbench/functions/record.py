"""What a labeling function is given: one example, its columns as attributes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from operator import attrgetter, setitem
from reprlib import recursive_repr
from types import MappingProxyType, SimpleNamespace
from typing import Any, ClassVar

from workbench.garbage import no_collection

FIXED_COLUMNS = ("uid", "text", "role")
"""The columns that every record has; all others are metadata."""

_metadata_of = SimpleNamespace.__dict__["__dict__"].__get__
_written: list[Record] = []


class Record(SimpleNamespace):
    """One example as a labeling function sees it.

    ``uid``, ``text``, ``role`` and each metadata column are attributes, as in Snorkel's
    ``x.text``, and items, as in ``x["text"]``. ``record.meta`` holds the metadata columns alone.
    Records pickle and Snorkel's ``get_hashable`` takes them, so memoised preprocessors work. A
    record may be written to, as preprocessors do; the next function gets the data again. For that,
    writing is noted, and ``vars(record)`` is a copy. An empty cell is None; a column that no
    example of the project has is an error. What the files call the text, the uid, the batch and the
    vendor names these as well (`records_of`): a script that was written for the file runs.

    Reading an attribute is most of what functions do, and making records costs as much as a cheap
    function. So there is no ``__getattr__``, for which every attribute would take three times as
    long, and the fixed columns have slots: only metadata is in a dictionary.

    Examples
    --------
    >>> record = Record(uid="7", text="call now", role="train", price=3)
    >>> record.price, record.meta.price, record.meta["price"]
    (3, 3, 3)
    """

    __slots__ = FIXED_COLUMNS

    uid: str
    text: str
    role: str
    _aliases: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def __init__(self, **columns: Any) -> None:
        super().__init__()
        _fill(self, columns)

    @property
    def meta(self) -> Metadata:
        """The metadata columns by name."""
        return Metadata(dict(_metadata_of(self)))

    # For `vars(x)` in scripts for snorkel; the base has an attribute that can be written there.
    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
        fixed = {name: getattr(self, name) for name in FIXED_COLUMNS if hasattr(self, name)}
        return {**fixed, **_metadata_of(self)}

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if isinstance(other, SimpleNamespace) else NotImplemented

    __ne__ = object.__ne__  # by the above; that of the base would compare the metadata alone
    __hash__ = None

    @recursive_repr("Record(...)")
    def __repr__(self) -> str:
        columns = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({columns})"

    def __setattr__(self, name: str, value: object) -> None:
        _written.append(self)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        _written.append(self)
        super().__delattr__(name)

    # Snorkel hands out rows of a DataFrame, and scripts that were written for it use both ways.
    def __getitem__(self, name: str) -> Any:
        own = self._aliases.get(name, name)
        try:
            return getattr(self, own) if own in FIXED_COLUMNS else _metadata_of(self)[own]
        except (AttributeError, KeyError):
            raise KeyError(no_such_column(name, vars(self))) from None

    def __setitem__(self, name: str, value: object) -> None:
        setattr(self, name, value)

    def __contains__(self, name: object) -> bool:
        own = self._aliases.get(str(name), str(name))
        return hasattr(self, own) if own in FIXED_COLUMNS else own in _metadata_of(self)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a column, or ``default`` where there is none of the name, as a pandas row does."""
        try:
            return self[name]
        except KeyError:
            return default

    def __reduce__(self) -> tuple[Any, ...]:
        return _make, (vars(self), dict(self._aliases))


_setters = {name: vars(Record)[name].__set__ for name in FIXED_COLUMNS}


class _Row(Record):
    """A record that is made empty, without a call of Python's."""

    __slots__ = ()
    __init__ = SimpleNamespace.__init__


_Row.__name__ = Record.__name__


def records_of(
    n: int, columns: Mapping[str, Sequence[Any]], aliases: Mapping[str, str] | None = None
) -> list[Record]:
    """Make records of columns.

    Parameters
    ----------
    n
        Number of records.
    columns
        By name; each of that length.
    aliases
        Further names, each with the column that it stands for; a column of the name comes first.
    """
    further = {name: own for name, own in (aliases or {}).items() if name not in columns}
    row_type = _with_aliases(_Row, tuple(further.items()))
    with no_collection():
        records: list[Record] = [row_type() for _ in range(n)]
    for name, values in columns.items():
        replace_column(records, name, values)
    return records


def reset(record: Record, columns: Mapping[str, object]) -> None:
    """Give a record these columns and no others; what it had of others stays."""
    for name in [name for name in FIXED_COLUMNS if hasattr(record, name)]:
        SimpleNamespace.__delattr__(record, name)
    _metadata_of(record).clear()
    _fill(record, columns)


def replace_column(records: Sequence[Record], name: str, values: Sequence[object]) -> None:
    """Give records another value of a column, one each, without a line of Python a record."""
    if name in FIXED_COLUMNS:
        written = map(_setters[name], records, values)
    else:
        written = map(setitem, map(_metadata_of, records), repeat(name), values)
    deque(written, maxlen=0)


def _fill(record: Record, columns: Mapping[str, object]) -> None:
    """Give a record columns."""
    metadata = _metadata_of(record)
    metadata.update(columns)
    for name, write in _setters.items():
        if name in columns:
            write(record, metadata.pop(name))


def explain(error: AttributeError) -> str | None:
    """Return the message for a column that a record lacks; None for another error."""
    if isinstance(error.obj, Record):
        return no_such_column(str(error.name), vars(error.obj))
    return None


def take_written() -> list[Record]:
    """Return the records that were written to since the last call, and forget them."""
    written = _written.copy()
    _written.clear()
    return written


class Metadata(Mapping[str, object]):
    """Read-only view of the metadata columns of a record, by attribute or by key."""

    __slots__ = ("_columns",)

    def __init__(self, columns: Mapping[str, object]) -> None:
        self._columns = columns

    def __getitem__(self, name: str) -> object:
        try:
            return self._columns[name]
        except KeyError:
            raise KeyError(no_such_column(name, self._columns)) from None

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # a protocol probe (copy, pickle) before `_columns` exists
            raise AttributeError(name)
        try:
            return self._columns[name]
        except KeyError:
            raise AttributeError(no_such_column(name, self._columns), name=name, obj=self) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __reduce__(self) -> tuple[type[Metadata], tuple[dict[str, object]]]:
        return type(self), (dict(self._columns),)

    def __repr__(self) -> str:
        return f"Metadata({dict(self._columns)!r})"


def _make(columns: dict[str, Any], aliases: dict[str, str]) -> Record:
    """Make a record again from its pickle."""
    return _with_aliases(Record, tuple(aliases.items()))(**columns)


@lru_cache(maxsize=64)
def _with_aliases(base: type[Record], aliases: tuple[tuple[str, str], ...]) -> type[Record]:
    """Return a type of records whose columns have further names.

    These are properties, so that what is written by one name is read by the other.
    """
    own_of = {name: own for name, own in aliases if not hasattr(Record, name)}
    if not own_of:
        return base
    named: dict[str, Any] = {name: _other_name(own) for name, own in own_of.items()}
    return type(Record.__name__, (base,), {**named, "__slots__": (), "_aliases": own_of})


def _other_name(column: str) -> property:
    def write(record: Record, value: object) -> None:
        setattr(record, column, value)

    return property(attrgetter(column), write)


def no_such_column(name: str, columns: Mapping[str, object]) -> str:
    """Name the missing column and the columns there are."""
    return f"no column {name!r}; the columns are: {', '.join(columns) or '(none)'}"
