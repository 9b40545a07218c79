"""What a labeling function is given: one example, its columns as attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any, NoReturn

FIXED_COLUMNS = ("uid", "text", "role")
"""The columns that every record has; all others are metadata."""

_columns_of = SimpleNamespace.__dict__["__dict__"].__get__
_written: list[Record] = []


class Record(SimpleNamespace):
    """One example as a labeling function sees it.

    ``uid``, ``text``, ``role`` and each metadata column are attributes, as in Snorkel's
    ``x.text``, and items, as in ``x["text"]``. ``record.meta`` holds the metadata columns alone.
    Records pickle and Snorkel's ``get_hashable`` takes them, so memoised preprocessors work. A
    record may be written to, as preprocessors do; the next function gets the data again. For that,
    writing is noted, and ``vars(record)`` is a copy. An empty cell is None; a column that no
    example of the project has is an error.

    Examples
    --------
    >>> record = Record(uid="7", text="call now", role="train", price=3)
    >>> record.price, record.meta.price, record.meta["price"]
    (3, 3, 3)
    """

    uid: str
    text: str
    role: str

    @property
    def meta(self) -> Metadata:
        """The metadata columns by name."""
        return Metadata({k: v for k, v in vars(self).items() if k not in FIXED_COLUMNS})

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
        return dict(_columns_of(self))

    def __setattr__(self, name: str, value: object) -> None:
        _written.append(self)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        _written.append(self)
        super().__delattr__(name)

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(no_such_column(name, vars(self)), name=name, obj=self)

    # Snorkel hands out rows of a DataFrame, and scripts that were written for it use both ways.
    def __getitem__(self, name: str) -> Any:
        try:
            return _columns_of(self)[name]
        except KeyError:
            raise KeyError(no_such_column(name, vars(self))) from None

    def __setitem__(self, name: str, value: object) -> None:
        setattr(self, name, value)

    def __contains__(self, name: object) -> bool:
        return name in _columns_of(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _make, (type(self), vars(self))

    def reset(self, columns: Mapping[str, object]) -> None:
        """Give the record these columns and no others."""
        own = _columns_of(self)
        own.clear()
        own.update(columns)


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


def _make(cls: type[Record], columns: dict[str, Any]) -> Record:
    """Make a record again from its pickle."""
    return cls(**columns)


def no_such_column(name: str, columns: Mapping[str, object]) -> str:
    """Name the missing column and the columns there are."""
    return f"no column {name!r}; the columns are: {', '.join(columns) or '(none)'}"
