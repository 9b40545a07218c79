"""Writing rows to files: whole or not at all, and the same bytes for the same rows."""

from __future__ import annotations

import csv
import errno
import glob
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from workbench.errors import DataError, UsageError
from workbench.formats.readers import FORMATS

Rows = Iterable[Sequence[Any]]
"""Rows of values in the order of the columns."""


def writable_format(path: Path, format: str | None = None) -> str:
    """Return the format to write: the one that is named, else the one that the path tells.

    Raises
    ------
    UsageError
        If it is none of `WRITABLE`.
    """
    chosen = format or FORMATS.get(path.suffix.lower())
    if chosen not in WRITABLE:
        raise UsageError(
            f"cannot write {chosen or path.suffix or 'a file without an ending'!r}",
            place=str(path),
            hint=f"Use one of {', '.join(WRITABLE)}: by the ending, or with --format.",
        )
    return chosen


def write_rows(
    path: Path, columns: Mapping[str, str], rows: Rows, *, format: str, replace: bool = True
) -> None:
    """Write rows to a file: to a temporary one beside it, which then takes its name.

    Parameters
    ----------
    path
        The file; one of that name is replaced in one step.
    columns
        Names in order, each with its type: ``string``, ``float`` or ``int``.
    rows
        Values in the order of the columns.
    format
        One of `WRITABLE`.
    replace
        Whether to replace a file that is there.

    Raises
    ------
    UsageError
        If the file is there, and is not to be replaced.
    DataError
        If the file cannot be written; an earlier one of that name is intact then.
    """
    with replacing(path, replace=replace) as temporary:
        _WRITERS[format](temporary, columns, rows)


def target_file(path: Path) -> Path:
    """Return the file that a path leads to, which may not be there yet.

    Parameters
    ----------
    path
        The path; a symbolic link stays, and what it points at is written.

    Raises
    ------
    UsageError
        If no file is named.
    DataError
        If a folder, device, pipe or socket is there, or the folder is not.
    """
    if path.name in ("", ".."):
        raise UsageError("no file is named", place=str(path), hint="Name the file to write.")
    target = Path(os.path.realpath(path))
    try:
        if not stat.S_ISDIR(target.parent.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        with suppress(FileNotFoundError):
            if not stat.S_ISREG(target.stat().st_mode):
                raise DataError(
                    "is no regular file: only such a one can be written or replaced",
                    place=str(path),
                    hint="Name another file.",
                )
    except OSError as error:
        raise _unwritable(path, error) from error
    return target


def refuse_existing(path: Path) -> None:
    """Refuse a file that is there: whosever it is, it is replaced only where that is asked for.

    Raises
    ------
    UsageError
        If the file is there.
    """
    if path.exists():
        raise _there_already(path)


@contextmanager
def replacing(path: Path, *, replace: bool = True) -> Iterator[Path]:
    """Give a temporary file beside a path; at the end it takes the path's name, in one step.

    Where the path is a symbolic link, the file that it points at is written; a file that is
    replaced leaves its permissions to the new one. Without ``replace`` a file that has come there
    meanwhile stays.

    Raises
    ------
    UsageError
        If no file is named, or it is there and not to be replaced.
    DataError
        If it cannot be written, or is no regular file; an earlier one is intact then.
    """
    if not replace:
        refuse_existing(path)
    target = target_file(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _sweep(target)
        temporary.touch()
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        if replace:
            with suppress(FileNotFoundError):
                shutil.copymode(target, temporary)
            temporary.replace(target)
        else:
            _give_new_name(temporary, target)
    except FileExistsError as error:
        raise _there_already(path) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _give_new_name(temporary: Path, target: Path) -> None:
    """Give a file another name, unless there is a file of that name."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # where the disk knows no second name
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        temporary.replace(target)


def _there_already(path: Path) -> UsageError:
    return UsageError(
        "the file is there already",
        place=str(path),
        hint="Name another one, or say --yes to replace it.",
    )


def _sweep(path: Path) -> None:
    """Remove what processes that were killed have left beside a path."""
    # A database on its way has files beside it.
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part*"):
        pid, _, ending = left.name.removeprefix(f".{path.name}.").partition(".part")
        if ending not in ("", "-journal", "-wal", "-shm"):
            continue
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            left.unlink(missing_ok=True)
        except (ValueError, PermissionError):
            continue  # not ours, or somebody else's who is at work


def _unwritable(path: Path, error: OSError) -> DataError:
    return DataError(
        f"cannot be written: {error.strerror or error}",
        place=str(path),
        hint="Check that the folder exists, that you may write in it, and the room on the disk;"
        " nothing was changed.",
    )


def _write_csv(path: Path, columns: Mapping[str, str], rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _write_jsonl(path: Path, columns: Mapping[str, str], rows: Rows) -> None:
    names = list(columns)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n")


def _write_parquet(path: Path, columns: Mapping[str, str], rows: Rows) -> None:
    import pyarrow
    import pyarrow.parquet

    types = {"string": pyarrow.string(), "float": pyarrow.float64(), "int": pyarrow.int64()}
    schema = pyarrow.schema([(name, types[kind]) for name, kind in columns.items()])
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        for chunk in _chunks(rows, 16_384):
            values = zip(*chunk, strict=True)
            arrays = [
                pyarrow.array(column, type=field.type)
                for column, field in zip(values, schema, strict=True)
            ]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))


def _chunks(rows: Rows, size: int) -> Iterator[list[Sequence[Any]]]:
    chunk: list[Sequence[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


_WRITERS: dict[str, Callable[[Path, Mapping[str, str], Rows], None]] = {
    "csv": _write_csv,
    "jsonl": _write_jsonl,
    "parquet": _write_parquet,
}

WRITABLE = tuple(_WRITERS)
"""The formats that can be written."""
