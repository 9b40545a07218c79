"""Opening the SQLite file: pragmas and transactions."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import StoreError
from workbench.store.named_errors import BUSY_SECONDS, NamingConnection, naming_errors, primary_code
from workbench.store.seals import register

APPLICATION_ID = 0x57424E43
"""``WBNC``, in the file's header: what ``file(1)`` and we recognise it by."""

_RETRY_SECONDS = 0.001

CACHE_KIB = 64 * 1024
"""Pages held in memory at most: the ids of a large import are found in no order."""


def connect(path: Path) -> NamingConnection:
    """Open the database file with the pragmas that every connection needs.

    Where the file or its folder cannot be written it is opened to be read only.

    Parameters
    ----------
    path
        The SQLite file; made when absent.

    Returns
    -------
    NamingConnection
        In autocommit mode: transactions are explicit (`transaction`).

    Raises
    ------
    StoreError
        If the file cannot be opened, or is some other application's database.
    """
    is_writable = all(os.access(p, os.W_OK) for p in (path, path.parent) if p.exists())
    uri = f"{path.resolve().as_uri()}?mode=rwc" if is_writable else _read_only_uri(path)
    connection = _open(path, uri)
    connection.is_read_only = not is_writable
    try:
        _set_up(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _open(path: Path, uri: str) -> NamingConnection:
    with naming_errors(path):
        connection = sqlite3.connect(
            uri,
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            factory=NamingConnection,
        )
    connection.path = path
    return connection


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open a file to look at it, whatever it is."""
    return sqlite3.connect(_read_only_uri(path), uri=True, isolation_level=None)


def _read_only_uri(path: Path) -> str:
    """Return by which name a file is opened to be read only.

    Readers of a file in WAL mode need the files beside it, which its writers have made. Where there
    are none and none can be made, nobody is writing either.
    """
    has_files = any(Path(f"{path}{ending}").exists() for ending in ("-wal", "-shm"))
    is_still = not has_files and not os.access(path.resolve().parent, os.W_OK)
    return f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if is_still else ''}"


def _set_up(connection: NamingConnection) -> None:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application_id not in (0, APPLICATION_ID) or (tables and application_id == 0):
        raise StoreError(
            "this SQLite file was not written by workbench",
            place=str(connection.path),
            hint="Move it away, or name another folder with -C.",
        )
    if not connection.is_read_only:
        connection.execute("PRAGMA journal_mode = WAL")
    # A decision that was acknowledged must outlive a power cut (about 4 ms a commit).
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    # All that is ever deleted is a text that is removed for good: no byte of it may stay.
    connection.execute("PRAGMA main.secure_delete = ON")
    register(connection)
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")


def is_alone(connection: NamingConnection) -> bool:
    """Tell whether no other connection, of any process, has the file open.

    Only then can the file leave WAL mode, to which it returns at once; where it cannot be written,
    nobody can tell. All processes that use a
    file in that mode are on one machine, so that none is missed.
    """
    if connection.is_read_only:
        return False
    cursor = sqlite3.Cursor(connection)  # a plain one: that others are there is no error
    cursor.execute("PRAGMA busy_timeout = 0")
    try:
        with naming_errors(connection.path):
            try:
                mode = cursor.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
            except sqlite3.OperationalError as error:
                if primary_code(error) != sqlite3.SQLITE_BUSY:
                    raise
                return False
            cursor.execute(f"PRAGMA busy_timeout = {int(1000 * BUSY_SECONDS)}")
            cursor.execute("PRAGMA journal_mode = WAL")
            return bool(mode == "delete")
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {int(1000 * BUSY_SECONDS)}")


@contextmanager
def transaction(connection: NamingConnection) -> Iterator[NamingConnection]:
    """Hold the write lock from the start; commit at the end, roll back on any exception."""
    try:
        _lock(connection)
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _lock(connection: NamingConnection) -> None:
    """Take the write lock, asking for it often.

    SQLite's own wait goes up to 100 ms between two tries: with a few busy annotators, one of them
    finds the lock taken again and again, for seconds.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    cursor = sqlite3.Cursor(connection)  # a plain one: that the lock is taken is no error yet
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        with naming_errors(connection.path):
            while True:
                try:
                    cursor.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    # Where a query of our own still reads an older state, waiting is in vain.
                    is_busy = (
                        primary_code(error) == sqlite3.SQLITE_BUSY
                        and error.sqlite_errorcode != sqlite3.SQLITE_BUSY_SNAPSHOT
                    )
                    if not is_busy or time.monotonic() > deadline:
                        raise
                time.sleep(_RETRY_SECONDS)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(1000 * BUSY_SECONDS)}")
