"""What a labeling function is given: one example, its columns as attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import NoReturn

FIXED_COLUMNS = ("uid", "text", "role")
"""The columns that every record has; all others are metadata."""


class Record(SimpleNamespace):
    """One example as a labeling function sees it.

    ``uid``, ``text``, ``role`` and each metadata column are attributes, as in Snorkel's
    ``x.text``. A column whose name is no identifier is reached by ``record.meta["unit price"]``.
    Records pickle and Snorkel's ``get_hashable`` takes them, so memoised preprocessors work.

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

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(_no_such_column(name, vars(self)), name=name, obj=self)


class Metadata(Mapping[str, object]):
    """Read-only view of the metadata columns of a record, by attribute or by key."""

    __slots__ = ("_columns",)

    def __init__(self, columns: Mapping[str, object]) -> None:
        self._columns = columns

    def __getitem__(self, name: str) -> object:
        try:
            return self._columns[name]
        except KeyError:
            raise KeyError(_no_such_column(name, self._columns)) from None

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # a protocol probe (copy, pickle) before `_columns` exists
            raise AttributeError(name)
        try:
            return self._columns[name]
        except KeyError:
            raise AttributeError(
                _no_such_column(name, self._columns), name=name, obj=self
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __reduce__(self) -> tuple[type[Metadata], tuple[dict[str, object]]]:
        return type(self), (dict(self._columns),)

    def __repr__(self) -> str:
        return f"Metadata({dict(self._columns)!r})"


def _no_such_column(name: str, columns: Mapping[str, object]) -> str:
    """Name the missing column and the columns there are."""
    return f"no column {name!r}; the columns are: {', '.join(columns) or '(none)'}"
