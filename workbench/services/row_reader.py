"""From a file's rows to examples: which columns, which ids, which rows cannot be used."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import DataError
from workbench.formats.readers import Row, format_of, read_rows, sha256_of
from workbench.store.examples import NewExample

if TYPE_CHECKING:
    import pandas

_MAX_UID = 200


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a file are called; those in ``required`` must be there."""

    text: str
    id: str
    label: str | None
    batch: str
    vendor: str
    required: frozenset[str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used: where it is, why, and what to do."""

    row: int
    place: str
    reason: str
    hint: str


class _UnusableError(Exception):
    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


class RowReader:
    """Reads one file (or DataFrame) into examples.

    Parameters
    ----------
    file
        A path or a DataFrame.
    columns
        Its column names.
    classes
        The class names by index.
    batch, vendor
        For rows without one of their own.
    encoding
        Of a text file.
    seen
        The uids that this import has met, each with the file it was in and its text's digest;
        shared by the readers of one import.

    Attributes
    ----------
    examples : list of NewExample
        The usable rows, after `read`.
    bad : list of BadRow
        The others.
    n_rows, n_labelled : int
        Rows read, and rows with a label.
    """

    def __init__(
        self,
        file: Path | pandas.DataFrame,
        columns: Columns,
        classes: tuple[str, ...],
        *,
        batch: str | None,
        vendor: str | None,
        encoding: str,
        seen: dict[str, tuple[RowReader, bytes]],
    ) -> None:
        self.name = str(file) if isinstance(file, Path) else "DataFrame"
        self.examples: list[NewExample] = []
        self.bad: list[BadRow] = []
        self.n_rows = 0
        self.n_labelled = 0
        self._file = file
        self._columns = columns
        self._classes = {name: i for i, name in enumerate(classes)}
        self._batch = batch
        self._vendor = vendor
        self._encoding = encoding
        self._seen = seen
        self._occurrences: dict[bytes, int] = {}

    def read(self) -> Iterator[int]:
        """Read the file to its end; yield the number of rows read now and then.

        Raises
        ------
        DataError
            If the file cannot be read at all, or lacks a column.
        """
        for row in self._rows():
            if self.n_rows == 0:
                self._check_header(row.values)
            self.n_rows += 1
            try:
                example = self._example(row)
            except _UnusableError as error:
                place = f"{self.name}:{row.line}" if row.line else self.name
                self.bad.append(BadRow(row.number, place, error.reason, error.hint))
            else:
                self.examples.append(example)
                self.n_labelled += example.given_class is not None
            if self.n_rows % 2_000 == 0:
                yield self.n_rows
        yield self.n_rows

    def identity(self) -> tuple[str, str]:
        """Return the file's SHA-256 and format."""
        if isinstance(self._file, Path):
            return sha256_of(self._file), format_of(self._file)
        text = self._file.to_json(orient="records", lines=True, date_format="iso")
        return hashlib.sha256(text.encode()).hexdigest(), "dataframe"

    def _rows(self) -> Iterator[Row]:
        if isinstance(self._file, Path):
            yield from read_rows(self._file, encoding=self._encoding)
            return
        for number, values in enumerate(self._file.to_dict(orient="records"), start=1):
            yield Row(number, None, {str(key): _plain(value) for key, value in values.items()})

    def _check_header(self, values: Mapping[str, Any]) -> None:
        missing = sorted(self._columns.required - values.keys())
        if missing:
            near = difflib.get_close_matches(missing[0], list(values), n=1)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            raise DataError(
                f"there is no column {missing[0]!r}",
                place=self.name,
                hint=f"The columns are: {', '.join(values)}.{guess}",
            )

    def _example(self, row: Row) -> NewExample:
        columns = self._columns
        values = dict(row.values)
        text = values.pop(columns.text, None)
        if text is not None and not isinstance(text, str):
            raise _UnusableError(
                f"column {columns.text!r} holds {type(text).__name__}, not text",
                "Each row needs a text.",
            )
        if text is None or not text.strip():
            raise _UnusableError(f"column {columns.text!r} is empty", "Each row needs a text.")
        try:
            encoded = text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise _UnusableError(
                f"column {columns.text!r} holds half a surrogate pair"
                f" at character {error.start + 1}",
                "The text was cut or encoded wrongly; write it again as UTF-8.",
            ) from error
        uid = self._uid(values.pop(columns.id, None), encoded)
        label = values.pop(columns.label, None) if columns.label else None
        batch = values.pop(columns.batch, None) or self._batch
        vendor = values.pop(columns.vendor, None) or self._vendor
        return NewExample(
            uid=uid,
            row=row.number,
            text=text,
            given_class=self._class_of(label),
            batch=None if batch is None else str(batch),
            vendor=None if vendor is None else str(vendor),
            metadata={key: value for key, value in values.items() if value not in (None, "")},
        )

    def _uid(self, value: Any, text: bytes) -> str:
        digest = hashlib.blake2b(text, digest_size=16).digest()
        if value is None or value == "":
            # The name, the text and how often it came before: stable when rows are appended.
            count = self._occurrences[digest] = self._occurrences.get(digest, 0) + 1
            identity = hashlib.blake2b(digest_size=8)
            identity.update(Path(self.name).name.encode() + b"\0" + digest)
            identity.update(count.to_bytes(4, "big"))
            value = identity.hexdigest()
        uid = str(value)
        if not uid.isprintable() or len(uid) > _MAX_UID:
            raise _UnusableError(
                f"id {uid[:40]!r} is too long or holds control characters",
                f"An id has at most {_MAX_UID} printable characters.",
            )
        if uid in self._seen:
            reader, earlier = self._seen[uid]
            if reader is self or earlier != digest:
                raise _UnusableError(
                    f"id {uid!r} stands there twice",
                    "Ids are unique; without the column they are made from the texts.",
                )
        self._seen[uid] = (self, digest)
        return uid

    def _class_of(self, label: Any) -> int | None:
        if label is None or label == "":
            return None
        name = str(label).strip()
        if name in self._classes:
            return self._classes[name]
        near = difflib.get_close_matches(name, list(self._classes), n=1)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        raise _UnusableError(
            f"unknown class {name!r} in column {self._columns.label!r}",
            f"Classes: {', '.join(self._classes)}.{guess}",
        )


def _plain(value: Any) -> Any:
    """Turn a DataFrame's cell into a JSON value; missing ones into None."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value != value:  # NaN and NaT differ from themselves
        return None
    if isinstance(value, (str, int, float, bool, list, dict)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
