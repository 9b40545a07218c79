"""Opening the SQLite file: pragmas, transactions, and the errors a person can act on."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import StoreError
from workbench.store.seals import hidden_errors, register

APPLICATION_ID = 0x57424E43
"""``WBNC``, in the file's header: what ``file(1)`` and we recognise it by."""

BUSY_SECONDS = 30.0

_RETRY_SECONDS = 0.001

CACHE_KIB = 64 * 1024
"""Pages held in memory at most: the ids of a large import are found in no order."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the database file with the pragmas that every connection needs.

    Parameters
    ----------
    path
        The SQLite file; made when absent.

    Returns
    -------
    sqlite3.Connection
        In autocommit mode: transactions are explicit (`transaction`).

    Raises
    ------
    StoreError
        If the file cannot be opened, or is some other application's database.
    """
    with naming_errors(path):
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        application_id = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application_id not in (0, APPLICATION_ID) or (tables and application_id == 0):
            connection.close()
            raise StoreError(
                "this SQLite file was not written by workbench",
                place=str(path),
                hint="Move it away, or name another folder with -C.",
            )
        connection.execute("PRAGMA journal_mode = WAL")
        # A decision that was acknowledged must outlive a power cut (about 4 ms a commit).
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")
        register(connection)
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Hold the write lock from the start; commit at the end, roll back on any exception."""
    with naming_errors(None):
        _begin(connection)
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _begin(connection: sqlite3.Connection) -> None:
    """Take the write lock, asking for it often.

    SQLite's own wait goes up to 100 ms between two tries: with a few busy annotators, one of them
    finds the lock taken again and again, for seconds.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() > deadline:
                    raise
            time.sleep(_RETRY_SECONDS)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(1000 * BUSY_SECONDS)}")


@contextmanager
def naming_errors(path: Path | None) -> Iterator[None]:
    """Turn SQLite's operational errors into ones that say what to do."""
    place = str(path) if path else None
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "user-defined function raised exception" in text:
            # Ctrl-C may come before the function's first line, where it cannot be kept.
            raise (hidden_errors.pop() if hidden_errors else KeyboardInterrupt) from error
        if "locked" in text or "busy" in text:
            hint = f"Another process held the file for over {BUSY_SECONDS:.0f} s; try again."
        elif "full" in text or "disk I/O" in text:
            hint = "Nothing was lost; make room on the disk and run the command again."
        elif "readonly" in text or "unable to open" in text:
            hint = "Check that the folder exists and that you may write in it."
        else:
            hint = "The change was rolled back; nothing is half-written."
        raise StoreError(f"the database refused: {text}", place=place, hint=hint) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise
        raise StoreError(
            f"the database cannot be read: {error}",
            place=place,
            hint="Restore it from a backup; the original was not changed.",
        ) from error
