"""Copies of the whole file, through SQLite's backup API: consistent while others write."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import StoreError
from workbench.store.connection import APPLICATION_ID
from workbench.store.migrations import SCHEMA_VERSION
from workbench.store.named_errors import naming_errors


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
    with naming_errors(path):
        target = sqlite3.connect(path, isolation_level=None)
        try:
            connection.backup(target)
            # One file, which can be read from a medium that cannot be written.
            target.execute("PRAGMA journal_mode = DELETE")
        finally:
            target.close()
    with path.open("rb") as file:
        os.fsync(file.fileno())


def copy_in(path: Path, connection: sqlite3.Connection) -> None:
    """Replace all that a database holds by a file's content, in one transaction.

    Connections of other processes stay valid, and see the new content from then on.
    """
    with naming_errors(path):
        source = _open_read_only(path)
        try:
            source.backup(connection)
        finally:
            source.close()


def inspect(path: Path) -> Contents:
    """Return what a file holds.

    Raises
    ------
    StoreError
        If it is no database of ours, damaged, or of a newer workbench.
    """
    with naming_errors(path):
        connection = _open_read_only(path)
        try:
            application_id = connection.execute("PRAGMA application_id").fetchone()[0]
            if application_id != APPLICATION_ID:
                raise StoreError("this is no database of workbench", place=str(path))
            schema = connection.execute("PRAGMA user_version").fetchone()[0]
            if schema > SCHEMA_VERSION:
                raise StoreError(
                    f"the database has schema {schema}, this workbench knows up to"
                    f" {SCHEMA_VERSION}",
                    place=str(path),
                    hint="Upgrade workbench: pip install --upgrade workbench",
                )
            fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if fault != "ok":
                raise StoreError(f"the file is damaged: {fault}", place=str(path))
            counts = connection.execute(
                "SELECT (SELECT count(*) FROM example), (SELECT count(*) FROM run),"
                " (SELECT count(*) FROM event)"
            ).fetchone()
        finally:
            connection.close()
    return Contents(schema, *counts)


def _open_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
