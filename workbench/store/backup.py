"""Copies of the whole file, through SQLite's backup API: consistent while others write."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import StoreError
from workbench.store.connection import APPLICATION_ID, open_read_only
from workbench.store.migrations import refuse_newer
from workbench.store.named_errors import (
    BUSY_SECONDS,
    DAMAGED,
    NamingConnection,
    naming_errors,
)

_TRY_ANOTHER = "Nothing was changed; try another backup."


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds, in numbers."""

    schema: int
    n_examples: int
    n_runs: int
    n_events: int


def copy_out(connection: sqlite3.Connection, path: Path) -> None:
    """Write the database as of this moment to a new file, whole and on the disk.

    All pages are read in one step: in WAL mode nobody has to wait for that.
    """
    with naming_errors(path), closing(sqlite3.connect(path, isolation_level=None)) as target:
        connection.backup(target)
        # One file, which can be read from a medium that cannot be written.
        target.execute("PRAGMA journal_mode = DELETE")
    with path.open("rb") as file:
        os.fsync(file.fileno())


def copy_in(
    path: Path, connection: NamingConnection, *, before: Callable[[], None] = lambda: None
) -> None:
    """Replace all that a database holds by a file's content, in one transaction.

    Connections of other processes stay valid, and see the new content from then on: its schema
    has another number, by which `workbench.store.store.Store` knows.

    Parameters
    ----------
    path
        The file, which `inspect_backup` has found whole.
    connection
        The database.
    before
        Called while nobody else can write any more, and all is as it was.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    has_begun = False

    def begin(status: int, left: int, total: int) -> None:
        nonlocal has_begun
        if total == 0 and time.monotonic() > deadline:  # no step was done: others hold the lock
            raise StoreError(
                f"other processes have held the database for over {BUSY_SECONDS:.0f} s",
                hint="Nothing was changed; try again.",
            )
        if total and not has_begun:
            has_begun = True
            before()

    with naming_errors(connection.path), closing(open_read_only(path)) as source:
        # The first page takes the write lock, which is held up to the commit after the last:
        # SQLite has no other way to lock a database that a backup is written to.
        source.backup(connection, pages=1, progress=begin, sleep=0.01)


def inspect_backup(path: Path) -> Contents:
    """Return what a backup holds; as `inspect`, with what to do about a backup."""
    return inspect(path, if_damaged=_TRY_ANOTHER)


def inspect(path: Path, *, place: Path | None = None, if_damaged: str | None = None) -> Contents:
    """Return what a file holds.

    Parameters
    ----------
    path
        The file.
    place
        What errors name; the file itself by default.
    if_damaged
        What to do where it is damaged.

    Raises
    ------
    StoreError
        If it is no database of ours, damaged, or of a newer workbench.
    """
    place = place or path
    with (
        naming_errors(place, if_damaged=if_damaged),
        closing(open_read_only(path)) as connection,
    ):
        application_id = connection.execute("PRAGMA application_id").fetchone()[0]
        if application_id != APPLICATION_ID:
            raise StoreError("this is no database of workbench", place=str(place))
        schema = connection.execute("PRAGMA user_version").fetchone()[0]
        refuse_newer(schema, place)
        fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if fault != "ok":
            message = f"the file is damaged: {fault}"
            raise StoreError(message, place=str(place), hint=if_damaged or DAMAGED)
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM example), (SELECT count(*) FROM run),"
            " (SELECT count(*) FROM event)"
        ).fetchone()
    return Contents(schema, *counts)
