"""Seals: a digest beside each fact, by which a changed, removed or slipped-in row is found.

A seal finds accidents and careless edits. It is no signature: who can write the file can seal anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workbench.store.digests import row_digest

SEALED = (
    "run", "run_end", "run_input", "artifact", "setting", "class", "class_state", "source",
    "lf_version", "lf_state", "lf_run", "script", "vote_block", "belief_block", "belief_column",
    "label_model", "label_model_weight", "guideline", "event", "snapshot", "snapshot_block",
    "export", "export_block", "text_removal", "event_witness", "lf_need",
)  # fmt: skip
"""The tables whose rows are sealed one by one, by a trigger. A migration that gives one of them a
column drops its trigger and seals it anew."""

SEALED_BY_RUN = ("proposal", "suspect", "duplicate", "lf_error", "consensus")
"""The tables with a row an example: what a run made of them has one seal, when the run ends."""

EXAMPLES_A_SEAL = 1_000
"""Examples have a seal for so many of them that one source brought, at a microsecond each."""

_OF_EXAMPLES = "group_concat(uid, char(31)), sum(row * example_id)"
_OF_SOME_EXAMPLES = (
    "count(given_class), sum(given_class * example_id), group_concat(batch, char(31)),"
    " group_concat(vendor, char(31)), group_concat(metadata, char(31))"
)
"""What is sealed of some examples, and what where any has it: one value that changes, changes it.
Their texts have digests of their own, and their source knows which they are."""


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """A row, or rows with one seal, not as written; ``fault``: changed, missing or unsealed.

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


def sealed_tables(connection: sqlite3.Connection) -> list[str]:
    """Return those of the sealed tables that the schema has: a later one may bring more."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    return [table for table in SEALED if table in there]


def seal_table(connection: sqlite3.Connection, table: str) -> None:
    """Seal the rows that a table has, and from now on each that is written."""
    _seal_all_rows(connection, table)
    keys, columns = _columns(connection, table)
    connection.execute(
        f"CREATE TRIGGER {table}_seal AFTER INSERT ON [{table}] BEGIN"
        f" INSERT INTO seal (table_name, row_key, digest) VALUES ('{table}', {_key('NEW.', keys)},"
        f" seal_digest({', '.join(f'NEW.{column}' for column in columns)})); END"
    )


def seal_anew(connection: sqlite3.Connection) -> None:
    """Replace every seal, where the digest is another one from now on."""
    (guard,) = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = 'seal_no_delete'"
    ).fetchone()
    connection.execute("DROP TRIGGER seal_no_delete")
    connection.execute("DELETE FROM seal")
    connection.execute(guard)
    for table in sealed_tables(connection):
        _seal_all_rows(connection, table)
    for (run_id,) in connection.execute("SELECT run_id FROM run_end ORDER BY run_id").fetchall():
        seal_rows(connection, run_id)


def _seal_all_rows(connection: sqlite3.Connection, table: str) -> None:
    keys, columns = _columns(connection, table)
    rows = connection.execute(f"SELECT {_key('', keys)}, {', '.join(columns)} FROM [{table}]")
    connection.executemany(
        "INSERT INTO seal (table_name, row_key, digest) VALUES (?, ?, ?)",
        ((table, key, row_digest(*values)) for key, *values in rows),
    )


def seal_rows(connection: sqlite3.Connection, run_id: int) -> None:
    """Seal what a run that ends has made in the tables with a row an example."""
    connection.executemany(
        "INSERT INTO seal (table_name, row_key, digest) VALUES (?, ?, ?)",
        list(_rows_of_run(connection, run_id)),
    )


def count_seals(connection: sqlite3.Connection) -> int:
    """Return how many rows are sealed."""
    return int(connection.execute("SELECT count(*) FROM seal").fetchone()[0])


def broken_seals(connection: sqlite3.Connection) -> Iterator[BrokenSeal]:
    """Yield what is not as it was written.

    The digests are worked out here, not in SQLite, which hands a function of ours no text that is
    not UTF-8 any more.
    """
    for table in SEALED:
        yield from _broken_rows(connection, table)
    yield from _broken_runs(connection)


def _broken_rows(connection: sqlite3.Connection, table: str) -> Iterator[BrokenSeal]:
    """Compare the rows of a table with their seals."""
    keys, columns = _columns(connection, table)
    rows = connection.execute(
        f"SELECT {_key('t.', keys)}, s.digest, {', '.join(f't.{c}' for c in columns)}"
        f" FROM [{table}] AS t LEFT JOIN seal AS s"
        f" ON s.table_name = '{table}' AND s.row_key = {_key('t.', keys)}"
    )
    for key, digest, *values in rows:
        if digest != row_digest(*values):
            fault = "unsealed" if digest is None else "changed"
            yield BrokenSeal(table, _named(keys, key), fault)
    rows = connection.execute(
        f"SELECT row_key FROM seal WHERE table_name = '{table}'"
        f" EXCEPT SELECT {_key('', keys)} FROM [{table}]"
    )
    for (key,) in rows:
        yield BrokenSeal(table, _named(keys, key), "missing")


def _broken_runs(connection: sqlite3.Connection) -> Iterator[BrokenSeal]:
    """Compare what the runs that have ended made with its seals."""
    marks = ", ".join("?" * len(SEALED))
    seals = connection.execute(
        f"SELECT table_name, row_key, digest FROM seal WHERE table_name NOT IN ({marks})", SEALED
    )
    expected = {(table, key): digest for table, key, digest in seals}
    for (run_id,) in connection.execute("SELECT run_id FROM run_end ORDER BY run_id").fetchall():
        for table, key, digest in _rows_of_run(connection, run_id):
            known = expected.pop((table, key), None)
            if known != digest:
                yield BrokenSeal(table, key, "unsealed" if known is None else "changed")
    for table, key in expected:
        yield BrokenSeal(table, key, "missing")


def _rows_of_run(connection: sqlite3.Connection, run_id: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield table, name and digest of each group of rows that a run made."""
    for table in SEALED_BY_RUN:
        keys, columns = _columns(connection, table)
        digests = bytearray()
        for values in connection.execute(
            f"SELECT {', '.join(columns)} FROM [{table}] WHERE run_id = ?"
            f" ORDER BY {', '.join(keys)}",
            (run_id,),
        ):
            digests += row_digest(*values).hex().upper().encode()
        if digests:
            yield table, f"run_id {run_id}", row_digest(digests.decode())
    sources = connection.execute(
        "SELECT (SELECT coalesce(sum(n_added), 0) FROM source AS earlier"
        " WHERE earlier.source_id < s.source_id), n_added, (SELECT max(example_id) FROM example)"
        " FROM source AS s WHERE run_id = ?",
        (run_id,),
    ).fetchall()
    for n_before, n_added, n_there in sources:
        end = min(n_before + n_added, n_there or 0)  # a damaged number may be any
        for first in range(n_before + 1, end + 1, EXAMPLES_A_SEAL):
            last = min(first + EXAMPLES_A_SEAL - 1, end)
            yield "example", f"example_id {first} to {last}", _examples(connection, first, last)


def _examples(connection: sqlite3.Connection, first: int, last: int) -> bytes:
    """Return the digest of some examples."""

    def values(what: str) -> tuple[Any, ...]:
        row: tuple[Any, ...] = connection.execute(
            f"SELECT {what} FROM example WHERE example_id BETWEEN ? AND ?", (first, last)
        ).fetchone()
        return row

    n_more, *common = values(
        f"count(coalesce(given_class, batch, vendor, metadata)), {_OF_EXAMPLES}"
    )
    return row_digest(*common, *(values(_OF_SOME_EXAMPLES) if n_more else ()))


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
