"""The numbered changes of the schema, applied through sqlite-utils."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any, Final

from workbench.errors import StoreError
from workbench.store.connection import APPLICATION_ID, transaction
from workbench.store.named_errors import NamingConnection
from workbench.store.seals import register, seal_anew, seal_table, sealed_tables

SCHEMA_VERSION = 11
"""The number of the newest migration; kept in the file as ``PRAGMA user_version``."""


def migrate(connection: NamingConnection) -> None:
    """Bring the file to the newest schema; does nothing when it is there.

    Raises
    ------
    StoreError
        If the file was written by a newer workbench.
    """
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == SCHEMA_VERSION:
        return
    refuse_newer(version, connection.path)
    # Imported here: sqlite-utils costs 0.4 s, and an up-to-date file does not need it.
    from sqlite_utils import Database

    # The lock comes first: another process may be at the same file at the same moment.
    with transaction(connection):
        numbered_migrations().apply(Database(connection))


def refuse_newer(version: int, path: Path | None) -> None:
    """Raise a `StoreError` where a file's schema is one that only a newer workbench knows."""
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"the database has schema {version}, this workbench knows up to {SCHEMA_VERSION}",
            place=str(path) if path else None,
            hint="Upgrade workbench: pip install --upgrade workbench",
        )


@contextmanager
def newest_schema() -> Iterator[sqlite3.Connection]:
    """Give an empty database of the newest schema, in memory."""
    from sqlite_utils import Database

    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        register(connection)
        numbered_migrations().apply(Database(connection))
        yield connection
    finally:
        connection.close()


def numbered_migrations() -> Any:
    """Return every change of the schema, oldest first; the name begins with its number."""
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("workbench")
    for number, (name, complete) in enumerate(_CHANGES, start=1):
        change = partial(_change, number=number, complete=complete)
        migrations(name=f"m{number:04d}_{name}")(change)
    return migrations


def _change(db: Any, *, number: int, complete: Callable[[Any], None]) -> None:
    """Run the script of a change, and what it takes besides; the schema has its number then."""
    for statement in _statements(f"schema_{number:04d}.sql"):
        db.execute(statement)
    complete(db)
    db.execute(f"PRAGMA user_version = {number}")


def _begin(db: Any) -> None:
    _guard_facts(db)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _seal_tables(db: Any) -> None:
    for table in sealed_tables(db.conn):
        seal_table(db.conn, table)
    _guard_facts(db)


def _seal_removals(db: Any) -> None:
    seal_table(db.conn, "text_removal")
    _guard_facts(db)


def _seal_witnesses(db: Any) -> None:
    seal_table(db.conn, "event_witness")
    _guard_facts(db)
    for table in sorted({*_fact_tables(db)} - {"example", "example_text"}):
        _refuse_replacing(db, table)


def _seal_needs(db: Any) -> None:
    seal_table(db.conn, "lf_need")
    _guard_facts(db)
    _refuse_replacing(db, "lf_need")


def _nothing(db: Any) -> None:
    """Leave it at the script."""


def _statements(name: str) -> Iterator[str]:
    """Yield the statements of a script one by one: ``executescript`` would commit midway."""
    text = resources.files("workbench.store").joinpath(name).read_text(encoding="utf-8")
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""


def _guard_facts(db: Any) -> None:
    """Refuse UPDATE and DELETE on every table of facts that does not refuse them yet."""
    for table in _fact_tables(db):
        for act in ("UPDATE", "DELETE"):
            refusal = f"{table} holds facts: append, never {act.lower()}"
            db.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act.lower()} BEFORE {act} ON [{table}] "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )


def _refuse_replacing(db: Any, table: str) -> None:
    """Refuse a row whose key is there.

    ``INSERT OR REPLACE`` removes the row that is in the way, and the guard against DELETE does not
    see that unless the connection asks for it (``recursive_triggers``).
    """
    indexes = db.execute(f"PRAGMA index_list([{table}])").fetchall()
    keys = {
        tuple(column for _, _, column in db.execute(f"PRAGMA index_info([{name}])").fetchall())
        for _, name, is_unique, *_ in indexes
        if is_unique
    }
    info = db.execute(f"PRAGMA table_info([{table}])").fetchall()
    keys.add(tuple(column for _, column, _, _, _, place in info if place))
    there = " OR ".join(
        f"EXISTS (SELECT 1 FROM [{table}] WHERE "
        + " AND ".join(f"{column} = NEW.{column}" for column in key)
        + ")"
        for key in sorted(keys)
    )
    db.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON [{table}] WHEN {there} "
        f"BEGIN SELECT RAISE(ABORT, '{table} holds facts: append, never replace'); END"
    )


def _fact_tables(db: Any) -> list[str]:
    return [name for name in db.table_names() if not name.startswith(("sqlite_", "_"))]


_CHANGES: Final[tuple[tuple[str, Callable[[Any], None]], ...]] = (
    ("initial", _begin),
    ("acts", _guard_facts),
    ("seals", _seal_tables),
    ("consensus", _guard_facts),
    ("mix", _nothing),
    ("adjudication", lambda db: seal_anew(db.conn)),
    ("removals", _seal_removals),
    ("witnesses", _seal_witnesses),
    ("gone_classes", _nothing),
    ("default_class", _nothing),
    ("needs", _seal_needs),
)
"""The changes by name, the one after which the schema has number 1 first, and what each takes
besides the script of its number."""
