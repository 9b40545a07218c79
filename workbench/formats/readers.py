"""Reading rows from files, with errors that name the line."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import math
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from workbench.errors import DataError, UsageError
from workbench.formats.text_files import (
    SAVE_AS_UTF8,
    SAY_ENCODING,
    codec_of,
    delimiter_of,
    encoding_error,
    open_binary,
)

FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}

_USUAL_DELIMITER = {"csv": ",", "tsv": "\t"}

csv.field_size_limit(sys.maxsize)  # a text may hold megabytes; the default stops at 128 kB


_BLOCK = 5_000

_EXACT_FLOAT = 2**53
"""Below, a float tells one whole number from the next."""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of data: its number (1 for the first), its line in the file, and its values."""

    number: int
    line: int | None
    values: dict[str, Any]

    def place(self, file: Path) -> str:
        """Return where a person finds it."""
        return f"{file}:{self.line}" if self.line else f"{file}, row {self.number}"


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive rows by column: lists of length n, None where a row has no such value.

    ``first`` is the number of the first row; ``lines`` the line that each row ends on.
    """

    first: int
    n: int
    lines: list[int] | None
    columns: dict[str, list[Any]]

    def rows(self) -> Iterator[Row]:
        """Yield the rows one by one."""
        for i in range(self.n):
            line = self.lines[i] if self.lines else None
            yield Row(self.first + i, line, {name: v[i] for name, v in self.columns.items()})


def format_of(path: Path) -> str:
    """Return the format that a file's name tells; ``.gz`` may follow.

    Raises
    ------
    UsageError
        If the ending is none of those known.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    if not suffixes or suffixes[-1] not in FORMATS:
        raise UsageError(
            f"cannot tell the format of {path.name!r}",
            place=str(path),
            hint=f"Name it with one of {', '.join(FORMATS)}.",
        )
    return FORMATS[suffixes[-1]]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def half_pair(text: str) -> int | None:
    """Return the place, from 1 on, of half a surrogate pair in a text, which UTF-8 cannot hold."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return error.start + 1
    return None


def cell_text(value: Any) -> str:
    """Return what a cell says, trimmed; the empty text where it is missing (None or NaN)."""
    return "" if value is None or value != value else str(value).strip()


def id_text(value: Any) -> str:
    """Return the id that a cell says; whole numbers, which a gap in their column makes floats, too.

    The empty text where there is none.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_FLOAT:
        return str(int(value))
    return "" if value is None or value != value else str(value)


def check_name(path: Path) -> None:
    """Raise a `DataError` when the name of a file is not UTF-8: it cannot be recorded then."""
    if half_pair(str(path)):
        raise DataError(
            "the name of the file is not UTF-8",
            place=ascii(str(path)),
            hint="Rename it; what is imported is known by the name of its file.",
        )


def check_readable(path: Path) -> None:
    """Raise a `DataError` when there is no such file, or it may not be read."""
    check_name(path)
    try:
        is_there = path.exists()
    except OSError as error:
        raise _unreadable(path, error) from error
    if not is_there:
        near = sorted(p.name for p in path.parent.glob("*") if p.suffix.lower() in FORMATS)
        hint = f"In {path.parent} there are: {', '.join(near[:8])}." if near else "Check the path."
        raise DataError("no such file", place=str(path), hint=hint)
    if not path.is_file():
        raise DataError("this is no file", place=str(path), hint="Name the files one by one.")
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(
        f"cannot be read: {error.strerror}", place=str(path), hint="Check its permissions."
    )


def read_rows(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None
) -> Iterator[Row]:
    """Yield the rows of a file one by one; see `read_blocks`."""
    for block in read_blocks(path, encoding=encoding, delimiter=delimiter):
        yield from block.rows()


def read_blocks(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None
) -> Iterator[Block]:
    """Yield the rows of a file, some thousands at a time.

    Parameters
    ----------
    path
        A CSV, TSV, JSON Lines (each may be gzipped) or Parquet file, told by its name.
    encoding
        Of a text file; a byte-order mark is passed over. None, where users can name neither it nor
        the delimiter: UTF-8.
    delimiter
        Between the columns of a CSV or TSV file; by default what its first rows tell.

    Raises
    ------
    DataError
        If the file is missing, wrongly encoded or malformed; it names the line.
    UsageError
        If the format or the encoding is not known, or the delimiter is none.
    """
    check_readable(path)
    kind = format_of(path)
    if kind == "parquet":
        yield from _read_parquet(path)
        return
    hint = SAVE_AS_UTF8 if encoding is None else SAY_ENCODING
    codec = codec_of(encoding)
    taken = delimiter_of(path, _USUAL_DELIMITER.get(kind, ""), codec, delimiter)
    try:
        yield from _read_text(path, codec, hint, taken, can_say=encoding is not None)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(
            f"the gzip file is damaged: {error}", place=str(path), hint="Fetch or pack it again."
        ) from error


def unusual_delimiter(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None
) -> str:
    """Return the delimiter that `read_blocks` takes; empty where a file of its name has that one.

    Parameters
    ----------
    path
        The file; one that cannot be read has none.
    encoding, delimiter
        What `read_blocks` is given.
    """
    usual = _USUAL_DELIMITER.get(format_of(path), "")
    taken = delimiter_of(path, usual, codec_of(encoding), delimiter)
    return "" if taken == usual else taken


def _read_text(
    path: Path, encoding: str, hint: str, delimiter: str, *, can_say: bool
) -> Iterator[Block]:
    try:
        with open_binary(path) as binary:
            text = io.TextIOWrapper(binary, encoding=encoding, newline="")
            if delimiter:
                yield from _read_csv(path, text, delimiter, can_say=can_say)
            else:
                yield from _read_jsonl(path, text)
    except UnicodeError as error:  # that of UTF-16 without its mark is no UnicodeDecodeError
        raise encoding_error(path, encoding, hint) from error


def _read_csv(
    path: Path, text: io.TextIOWrapper, delimiter: str, *, can_say: bool
) -> Iterator[Block]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    while (top := _fields(path, reader, 1)) in ([[]], [["sep=", ""]]):
        pass  # blank lines, and how a spreadsheet may name the delimiter
    header = top[0] if top else []
    if not header:
        raise DataError(
            "the file is empty", place=str(path), hint="Its first line names the columns."
        )
    check_header(header, f"{path}:{reader.line_num}")
    first = 1
    otherwise = _SAY_DELIMITER * can_say
    for rows, lines in _csv_chunks(path, reader, len(header), first, otherwise):
        columns = {name: [row[i] for row in rows] for i, name in enumerate(header)}
        yield Block(first, len(rows), lines, columns)
        first += len(rows)


def check_header(names: Iterable[str], place: str) -> None:
    """Raise a `DataError` when two columns have one name."""
    header = list(names)
    repeated = {name for name in header if header.count(name) > 1}
    if repeated:
        raise DataError(
            f"the header names {min(repeated)!r} twice",
            place=place,
            hint="Rename one of the columns.",
        )


def _fields(path: Path, reader: Any, n: int) -> list[list[str]]:
    """Return the fields of the next n rows; an error names the line that its row begins on."""
    line = reader.line_num
    rows: list[list[str]] = []
    try:
        rows.extend(islice(reader, n))  # what came before an error stays
    except csv.Error as error:
        raise DataError(
            f"the row that begins here is not well formed: {error}, at line {reader.line_num}",
            place=f"{path}:{max(_line_ends(rows, line), default=line) + 1}",
            hint='Close what is quoted; inside a quoted field a quote is written twice: "".',
        ) from error
    return rows


def _csv_chunks(
    path: Path, reader: Any, width: int, first: int, otherwise: str
) -> Iterator[tuple[list[list[str]], list[int]]]:
    """Yield rows of the header's width, with the line that each ends on.

    ``otherwise`` is what else to do about a row of another width.
    """
    while True:
        line = reader.line_num
        rows = _fields(path, reader, _BLOCK)
        if not rows:
            return
        lines = list(range(line + 1, reader.line_num + 1))
        if len(lines) != len(rows):
            lines = _line_ends(rows, line)
        if set(map(len, rows)) != {width}:
            kept = [i for i, fields in enumerate(rows) if fields]  # the others are blank lines
            rows, lines = [rows[i] for i in kept], [lines[i] for i in kept]
        for i, fields in enumerate(rows if set(map(len, rows)) - {width} else ()):
            if len(fields) != width:
                raise DataError(
                    f"row {first + i} has {len(fields)} fields, the header has {width}",
                    place=f"{path}:{lines[i]}",
                    hint=(_TOO_WIDE if len(fields) > width else _TOO_NARROW) + otherwise,
                )
        yield rows, lines
        first += len(rows)


_TOO_NARROW = "Write a delimiter for each empty field, and no line break outside of quotes."
_TOO_WIDE = "Quote a field that holds the delimiter, a quote or a line break."
_SAY_DELIMITER = (
    " Where the columns are parted otherwise: --delimiter semicolon (or tab, bar, a character)."
)


def _line_ends(rows: list[list[str]], line: int) -> list[int]:
    """Return the line that each row ends on, where some have line breaks inside a field."""
    lines = []
    for fields in rows:
        line += 1 + sum(len(_LINE_BREAK.findall(field)) for field in fields)
        lines.append(line)
    return lines


def _read_jsonl(path: Path, text: io.TextIOWrapper) -> Iterator[Block]:
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    first = 1
    for line_number, line in enumerate(_lines(text), start=1):
        if not line.strip():
            continue
        rows.append(_json_object(line, f"{path}:{line_number}"))
        lines.append(line_number)
        if len(rows) == _BLOCK:
            yield Block(first, len(rows), lines, by_column(rows))
            first += len(rows)
            rows, lines = [], []
    if rows:
        yield Block(first, len(rows), lines, by_column(rows))


_JSON_CONSTANTS = {"NaN": None, "Infinity": math.inf, "-Infinity": -math.inf}
"""What is no JSON, and written by many: NaN is a missing value."""


def _json_object(line: str, place: str) -> dict[str, Any]:
    try:
        values = json.loads(line, parse_constant=_JSON_CONSTANTS.get)
    except json.JSONDecodeError as error:
        raise DataError(
            f"not JSON: {error.msg} at column {error.colno}",
            place=place,
            hint="Each line is one JSON object.",
        ) from error
    except RecursionError as error:
        raise DataError(
            "the JSON is nested too deeply",
            place=place,
            hint="Write what is nested as text, or leave it out.",
        ) from error
    except ValueError as error:
        raise DataError(
            "the JSON holds a whole number of thousands of digits",
            place=place,
            hint='Write it as text: "123…".',
        ) from error
    if not isinstance(values, dict):
        raise DataError(
            f"a line holds {type(values).__name__}, not an object",
            place=place,
            hint='Each line is one JSON object: {"text": "…"}.',
        )
    return values


def by_column(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Turn rows into columns; None where a row lacks a column."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield lines that end in a newline only: JSON strings may hold other separators."""
    text.reconfigure(newline="\n")
    return iter(text)


def _read_parquet(path: Path) -> Iterator[Block]:
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            check_header(file.schema_arrow.names, str(path))
            first = 1
            for batch in file.iter_batches(batch_size=_BLOCK):
                columns = {
                    name: _python_values(path, name, column, first)
                    for name, column in zip(batch.schema.names, batch.columns, strict=True)
                }
                yield Block(first, batch.num_rows, None, columns)
                first += batch.num_rows
    except (pyarrow.ArrowException, OSError) as error:  # a damaged page is an OSError
        raise DataError(
            f"not a readable Parquet file: {str(error).partition(chr(10))[0]}",
            place=str(path),
            hint="Write it again, or convert it to CSV.",
        ) from error


def _python_values(path: Path, name: str, column: Any, first: int) -> list[Any]:
    """Return the values of a column; a time may lie outside of Python's calendar."""
    try:
        values: list[Any] = column.to_pylist()
    except (OverflowError, ValueError) as error:
        if len(column) > 1:  # find the row
            for i in range(len(column)):
                _python_values(path, name, column.slice(i, 1), first + i)
        raise DataError(
            f"row {first}, column {name!r}: the value cannot be read ({error})",
            place=str(path),
            hint="Times lie between the years 1 and 9999; others can be written as text.",
        ) from error
    return values
