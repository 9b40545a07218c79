"""The numbered changes of the schema, applied through sqlite-utils."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

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
    migrations(name="m0001_initial")(_m0001_initial)
    migrations(name="m0002_acts")(_m0002_acts)
    migrations(name="m0003_seals")(_m0003_seals)
    migrations(name="m0004_consensus")(_m0004_consensus)
    migrations(name="m0005_mix")(_m0005_mix)
    migrations(name="m0006_adjudication")(_m0006_adjudication)
    migrations(name="m0007_removals")(_m0007_removals)
    migrations(name="m0008_witnesses")(_m0008_witnesses)
    migrations(name="m0009_gone_classes")(_m0009_gone_classes)
    migrations(name="m0010_default_class")(_m0010_default_class)
    migrations(name="m0011_needs")(_m0011_needs)
    return migrations


def _m0001_initial(db: Any) -> None:
    for statement in _statements("schema_0001.sql"):
        db.execute(statement)
    _guard_facts(db)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")


def _m0002_acts(db: Any) -> None:
    for statement in _statements("schema_0002.sql"):
        db.execute(statement)
    _guard_facts(db)
    db.execute("PRAGMA user_version = 2")


def _m0003_seals(db: Any) -> None:
    for statement in _statements("schema_0003.sql"):
        db.execute(statement)
    for table in sealed_tables(db.conn):
        seal_table(db.conn, table)
    _guard_facts(db)
    db.execute("PRAGMA user_version = 3")


def _m0004_consensus(db: Any) -> None:
    for statement in _statements("schema_0004.sql"):
        db.execute(statement)
    _guard_facts(db)
    db.execute("PRAGMA user_version = 4")


def _m0005_mix(db: Any) -> None:
    for statement in _statements("schema_0005.sql"):
        db.execute(statement)
    db.execute("PRAGMA user_version = 5")


def _m0006_adjudication(db: Any) -> None:
    for statement in _statements("schema_0006.sql"):
        db.execute(statement)
    seal_anew(db.conn)
    db.execute("PRAGMA user_version = 6")


def _m0007_removals(db: Any) -> None:
    for statement in _statements("schema_0007.sql"):
        db.execute(statement)
    seal_table(db.conn, "text_removal")
    _guard_facts(db)
    db.execute("PRAGMA user_version = 7")


def _m0008_witnesses(db: Any) -> None:
    for statement in _statements("schema_0008.sql"):
        db.execute(statement)
    seal_table(db.conn, "event_witness")
    _guard_facts(db)
    for table in sorted({*_fact_tables(db)} - {"example", "example_text"}):
        _refuse_replacing(db, table)
    db.execute("PRAGMA user_version = 8")


def _m0009_gone_classes(db: Any) -> None:
    for statement in _statements("schema_0009.sql"):
        db.execute(statement)
    db.execute("PRAGMA user_version = 9")


def _m0010_default_class(db: Any) -> None:
    for statement in _statements("schema_0010.sql"):
        db.execute(statement)
    db.execute("PRAGMA user_version = 10")


def _m0011_needs(db: Any) -> None:
    for statement in _statements("schema_0011.sql"):
        db.execute(statement)
    seal_table(db.conn, "lf_need")
    _guard_facts(db)
    _refuse_replacing(db, "lf_need")
    db.execute("PRAGMA user_version = 11")


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
