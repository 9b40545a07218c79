"""Opening the SQLite file: pragmas and transactions."""

from __future__ import annotations

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
    with naming_errors(path):
        connection = sqlite3.connect(
            path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            factory=NamingConnection,
        )
    connection.path = path
    try:
        _set_up(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(connection: NamingConnection) -> None:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application_id not in (0, APPLICATION_ID) or (tables and application_id == 0):
        raise StoreError(
            "this SQLite file was not written by workbench",
            place=str(connection.path),
            hint="Move it away, or name another folder with -C.",
        )
    connection.execute("PRAGMA journal_mode = WAL")
    # A decision that was acknowledged must outlive a power cut (about 4 ms a commit).
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    register(connection)
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")


@contextmanager
def transaction(connection: NamingConnection) -> Iterator[NamingConnection]:
    """Hold the write lock from the start; commit at the end, roll back on any exception."""
    _lock(connection)
    try:
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
