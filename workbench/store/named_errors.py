"""SQLite's errors as ones that say what to do: the connection that all of the store works with."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from workbench.errors import StoreError
from workbench.store.seals import hidden_errors

BUSY_SECONDS = 30.0
"""How long a writer waits for another process before it gives up."""

DAMAGED = (
    "workbench verify names what is damaged; workbench restore FILE brings a backup back and keeps"
    " the damaged file."
)

_REMEDIES = {
    sqlite3.SQLITE_BUSY: f"Another process held the file for over {BUSY_SECONDS:.0f} s, and nothing"
    " was written; try again.",
    sqlite3.SQLITE_FULL: "Nothing was lost; make room on the disk and run the command again.",
    sqlite3.SQLITE_IOERR: "Nothing was lost; make room on the disk and run the command again. Where"
    " there is room, the disk itself may be failing: copy the folder to another one.",
    sqlite3.SQLITE_READONLY: "Check that you may write in the folder and the file.",
    sqlite3.SQLITE_CANTOPEN: "Check that the folder exists and that you may write in it.",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: "It is something else, or its first bytes are damaged; workbench restore"
    " FILE brings a backup back.",
}
"""What to do, by SQLite's primary result code (https://www.sqlite.org/rescode.html)."""

_OTHERWISE = "The change was rolled back; nothing is half-written. " + DAMAGED


_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
"""The codes of damage; the last where a part of the schema is gone."""

_CIRCUMSTANCES = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
)
"""The codes of what keeps us from a file, whatever it holds."""


class NamingCursor(sqlite3.Cursor):
    """A cursor whose errors say what to do."""

    connection: NamingConnection

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        """Run a statement."""
        with naming_errors(self.connection.path):
            super().execute(sql, parameters)
        return self

    def executemany(self, sql: str, parameters: Any, /) -> Self:
        """Run a statement for each of some rows of values."""
        with naming_errors(self.connection.path):
            super().executemany(sql, parameters)
        return self

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        with naming_errors(self.connection.path):
            return super().fetchone()

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        """Return the next rows."""
        with naming_errors(self.connection.path):
            return super().fetchmany(size)

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        with naming_errors(self.connection.path):
            return super().fetchall()

    # A cursor is its own iterator; ours is a generator, which stays in the block that names errors.
    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        """Yield the rows that are left, as fast as the cursor itself does."""
        with naming_errors(self.connection.path):
            yield from iter(super().__next__, None)


class NamingConnection(sqlite3.Connection):
    """A connection whose errors say what to do; ``path`` is the place that they name."""

    path: Path | None = None
    is_read_only = False

    def cursor(self, factory: Any = NamingCursor) -> Any:
        """Return a new cursor."""
        with self._open():
            return super().cursor(factory)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is under way."""
        with self._open():
            return super().in_transaction

    @contextmanager
    def _open(self) -> Iterator[None]:
        """Say so where the connection is closed."""
        try:
            yield
        except sqlite3.ProgrammingError:
            place = str(self.path) if self.path else None
            # Without the cause, which `tells_damage` would take for damage.
            raise StoreError("the project is closed", place=place, hint="Open it again.") from None

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run a statement on a new cursor."""
        cursor: NamingCursor = self.cursor()
        return cursor.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        """Run a statement for each of some rows of values, on a new cursor."""
        cursor: NamingCursor = self.cursor()
        return cursor.executemany(sql, parameters)


@contextmanager
def naming_errors(path: Path | None, *, if_damaged: str | None = None) -> Iterator[None]:
    """Turn what SQLite refuses into errors that say what to do.

    Errors of ours stay what they are: a broken constraint, a statement that cannot be.

    Parameters
    ----------
    path
        The place that they name.
    if_damaged
        What to do where the file is damaged, if it is no project's database.
    """
    place = str(path) if path else None
    try:
        yield
    except sqlite3.IntegrityError as error:
        if str(error).startswith("seal holds facts"):
            message = "the database is damaged: a row is gone whose seal is still there"
            raise StoreError(message, place=place, hint=if_damaged or DAMAGED) from error
        raise
    except (sqlite3.ProgrammingError, sqlite3.NotSupportedError):
        raise
    except sqlite3.DatabaseError as error:
        if "user-defined function raised exception" in str(error):
            # Ctrl-C may come before the function's first line, where it cannot be kept.
            raise (hidden_errors.pop() if hidden_errors else KeyboardInterrupt) from error
        code = primary_code(error)
        is_damaged = code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
        what = "cannot be read" if is_damaged else "refused"
        remedy = _REMEDIES.get(code, _OTHERWISE)
        raise StoreError(
            f"the database {what}: {error}",
            place=place,
            hint=(is_damaged and if_damaged) or remedy,
        ) from error
    except UnicodeDecodeError as error:  # of SQLite's message, which quotes what is damaged
        said = error.object.decode("utf-8", "backslashreplace")
        message = f"the database cannot be read: {said}"
        raise StoreError(message, place=place, hint=if_damaged or DAMAGED) from error


def tells_damage(error: StoreError) -> bool:
    """Tell whether an error was raised because the file is damaged: not full, locked or newer."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.DatabaseError):
        return primary_code(cause) in _DAMAGE
    return isinstance(cause, (ValueError, TypeError))  # of text or JSON


def tells_nothing(error: StoreError) -> bool:
    """Tell whether an error leaves open what the file holds: it is locked, or there is no room."""
    cause = error.__cause__
    return isinstance(cause, sqlite3.Error) and primary_code(cause) in _CIRCUMSTANCES


def read_json(document: str) -> Any:
    """Return what a JSON document in the database says.

    Raises
    ------
    StoreError
        If it is none: somebody or something has changed the file.
    """
    try:
        return json.loads(document)
    except (ValueError, TypeError) as error:
        raise StoreError(
            f"the database cannot be read: a JSON document in it is damaged: {error}", hint=DAMAGED
        ) from error


def primary_code(error: sqlite3.Error) -> int:
    """Return what kind of error it is: the low byte of SQLite's result code."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF
