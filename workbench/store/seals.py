"""Seals: a digest beside each fact, by which a changed, removed or slipped-in row is found.

A seal finds accidents and careless edits. It is no signature: who can write the file can seal anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.store.digests import row_digest

SEALED = (
    "run", "run_end", "run_input", "artifact", "setting", "class", "class_state", "source",
    "lf_version", "lf_state", "lf_run", "script", "vote_block", "belief_block", "belief_column",
    "label_model", "label_model_weight", "guideline", "event", "snapshot", "snapshot_block",
    "export", "export_block",
)  # fmt: skip
"""The tables whose rows are sealed: all but those with a row an example, whose texts have a digest
of their own. A migration that gives one of them a column drops its trigger and seals it anew."""


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """A row that is not as it was written; ``fault`` is ``changed``, ``missing`` or ``unsealed``.

    ``key`` names the row: its key columns with their values.
    """

    table: str
    key: str
    fault: str


hidden_errors: list[BaseException] = []
"""What left our function: SQLite says only that it raised, though it may be the user's Ctrl-C."""


def register(connection: sqlite3.Connection) -> None:
    """Give a connection the function that the triggers call."""

    def seal_digest(*values: int | float | str | bytes | None) -> bytes:
        try:
            return row_digest(*values)
        except BaseException as error:
            hidden_errors.append(error)
            raise

    connection.create_function("seal_digest", -1, seal_digest, deterministic=True)


def seal_table(connection: sqlite3.Connection, table: str) -> None:
    """Seal the rows that a table has, and from now on each that is written."""
    keys, columns = _columns(connection, table)
    connection.execute(
        f"INSERT INTO seal (table_name, row_key, digest)"
        f" SELECT '{table}', {_key('', keys)}, seal_digest({', '.join(columns)}) FROM [{table}]"
    )
    connection.execute(
        f"CREATE TRIGGER {table}_seal AFTER INSERT ON [{table}] BEGIN"
        f" INSERT INTO seal (table_name, row_key, digest) VALUES ('{table}', {_key('NEW.', keys)},"
        f" seal_digest({', '.join(f'NEW.{column}' for column in columns)})); END"
    )


def count_seals(connection: sqlite3.Connection) -> int:
    """Return how many rows are sealed."""
    return int(connection.execute("SELECT count(*) FROM seal").fetchone()[0])


def broken_seals(connection: sqlite3.Connection, table: str) -> Iterator[BrokenSeal]:
    """Yield the rows of a table that are not as they were written."""
    keys, columns = _columns(connection, table)
    rows = connection.execute(
        f"SELECT {_key('', keys)} AS row_key, s.digest IS NULL FROM [{table}]"
        f" LEFT JOIN seal AS s ON s.table_name = '{table}' AND s.row_key = {_key('', keys)}"
        f" WHERE s.digest IS NOT seal_digest({', '.join(columns)})"
    )
    for key, is_unsealed in rows:
        yield BrokenSeal(table, _named(keys, key), "unsealed" if is_unsealed else "changed")
    rows = connection.execute(
        f"SELECT row_key FROM seal WHERE table_name = '{table}'"
        f" EXCEPT SELECT {_key('', keys)} FROM [{table}]"
    )
    for (key,) in rows:
        yield BrokenSeal(table, _named(keys, key), "missing")


def _columns(connection: sqlite3.Connection, table: str) -> tuple[list[str], list[str]]:
    """Return a table's key columns and all its columns."""
    info = connection.execute(f"PRAGMA table_info([{table}])").fetchall()
    keys = sorted((position, name) for _, name, _, _, _, position in info if position)
    return [name for _, name in keys], [row[1] for row in info]


def _key(prefix: str, keys: list[str]) -> str:
    values = " || char(10) || ".join(f"{prefix}{key}" for key in keys)
    return f"CAST({values} AS TEXT)"


def _named(keys: list[str], key: str) -> str:
    pairs = zip(keys, str(key).split("\n"), strict=False)
    return ", ".join(f"{name} {value}" for name, value in pairs)
