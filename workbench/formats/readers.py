"""Reading rows from files, with errors that name the line."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from workbench.errors import DataError, UsageError

FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}

csv.field_size_limit(sys.maxsize)  # a text may hold megabytes; the default stops at 128 kB


@dataclass(frozen=True, slots=True)
class Row:
    """A row of data: its number (1 for the first), its line in the file, and its values."""

    number: int
    line: int | None
    values: dict[str, Any]


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


def check_readable(path: Path) -> None:
    """Raise a `DataError` when there is no such file, or it may not be read."""
    if not path.exists():
        near = sorted(p.name for p in path.parent.glob("*") if p.suffix.lower() in FORMATS)
        hint = f"In {path.parent} there are: {', '.join(near[:8])}." if near else "Check the path."
        raise DataError("no such file", place=str(path), hint=hint)
    if not path.is_file():
        raise DataError("this is no file", place=str(path), hint="Name the files one by one.")
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise DataError(
            f"cannot be read: {error.strerror}", place=str(path), hint="Check its permissions."
        ) from error


def read_rows(path: Path, *, encoding: str = "utf-8") -> Iterator[Row]:
    """Yield the rows of a file.

    Parameters
    ----------
    path
        A CSV, TSV, JSON Lines (each may be gzipped) or Parquet file, told by its name.
    encoding
        Of a text file; a byte-order mark is passed over.

    Raises
    ------
    DataError
        If the file is missing, wrongly encoded or malformed; it names the line.
    UsageError
        If the format or the encoding is not known.
    """
    kind = format_of(path)
    check_readable(path)
    if kind == "parquet":
        yield from _read_parquet(path)
        return
    try:
        "".encode(encoding)
    except LookupError as error:
        raise UsageError(
            f"there is no encoding {encoding!r}",
            hint="Common ones: utf-8, latin-1, cp1252, utf-16.",
        ) from error
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    try:
        with _open_binary(path) as binary:
            text = io.TextIOWrapper(binary, encoding=encoding, newline="")
            if kind == "jsonl":
                yield from _read_jsonl(path, text)
            else:
                yield from _read_csv(path, text, "\t" if kind == "tsv" else ",")
    except UnicodeDecodeError as error:
        raise _encoding_error(path, encoding) from error
    except (gzip.BadGzipFile, EOFError) as error:
        raise DataError(
            f"the gzip file is damaged: {error}", place=str(path), hint="Fetch or pack it again."
        ) from error


def _open_binary(path: Path) -> BinaryIO:
    if path.suffix.lower() == ".gz":
        return cast(BinaryIO, gzip.open(path, "rb"))
    return path.open("rb")


def _encoding_error(path: Path, encoding: str) -> DataError:
    """Find the first line that does not decode; the stream's own error knows only its buffer."""
    name = encoding.removesuffix("-sig")
    place = str(path)
    with _open_binary(path) as binary:
        for number, line in enumerate(binary, start=1):
            try:
                line.decode(name)
            except UnicodeDecodeError as error:
                place = f"{path}:{number}"
                column = error.start + 1
                return DataError(
                    f"byte {column} of the line (0x{line[error.start]:02x}) is not {name}",
                    place=place,
                    hint="Save the file as UTF-8, or say what it is: --encoding latin-1, cp1252 …",
                )
    return DataError(f"the file is not {name}", place=place, hint="Say what it is: --encoding …")


def _read_csv(path: Path, text: io.TextIOWrapper, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        header = next(reader, None)
        if not header:
            raise DataError(
                "the file is empty", place=str(path), hint="Its first line names the columns."
            )
        repeated = {name for name in header if header.count(name) > 1}
        if repeated:
            raise DataError(
                f"the header names {min(repeated)!r} twice",
                place=f"{path}:1",
                hint="Rename one of the columns.",
            )
        number = 0
        for fields in reader:
            if not fields:
                continue  # a blank line
            number += 1
            if len(fields) != len(header):
                raise DataError(
                    f"row {number} has {len(fields)} fields, the header has {len(header)}",
                    place=f"{path}:{reader.line_num}",
                    hint="Quote a field that holds the delimiter, a quote or a line break.",
                )
            yield Row(number, reader.line_num, dict(zip(header, fields, strict=True)))
    except csv.Error as error:
        raise DataError(
            f"not a well-formed line: {error}",
            place=f"{path}:{reader.line_num}",
            hint='Inside a quoted field a quote is written twice: "".',
        ) from error


def _read_jsonl(path: Path, text: io.TextIOWrapper) -> Iterator[Row]:
    number = 0
    for line_number, line in enumerate(_lines(text), start=1):
        if not line.strip():
            continue
        number += 1
        place = f"{path}:{line_number}"
        try:
            values = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(
                f"not JSON: {error.msg} at column {error.colno}",
                place=place,
                hint="Each line is one JSON object.",
            ) from error
        except RecursionError as error:
            raise DataError("the JSON is nested too deeply", place=place) from error
        if not isinstance(values, dict):
            raise DataError(
                f"a line holds {type(values).__name__}, not an object",
                place=place,
                hint='Each line is one JSON object: {"text": "…"}.',
            )
        yield Row(number, line_number, values)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield lines that end in a newline only: JSON strings may hold other separators."""
    text.reconfigure(newline="\n")
    return iter(text)


def _read_parquet(path: Path) -> Iterator[Row]:
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches(batch_size=4096):
                for values in batch.to_pylist():
                    number += 1
                    yield Row(number, None, values)
    except pyarrow.ArrowException as error:
        raise DataError(
            f"not a readable Parquet file: {str(error).splitlines()[0]}",
            place=str(path),
            hint="Write it again, or convert it to CSV.",
        ) from error
