"""Write the reference of the database: ``python docs/database.py`` makes ``docs/database.md``.

Everything is read from the schema of a new database: names, types, references and comments.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from workbench.store.connection import APPLICATION_ID
from workbench.store.migrations import SCHEMA_VERSION
from workbench.store.seals import EXAMPLES_A_SEAL, SEALED, SEALED_BY_RUN
from workbench.store.store import Store

PAGE = Path(__file__).with_name("database.md")

INTRODUCTION = f"""\
# The database

Written by `python docs/database.py` from the schema itself; do not edit.

All that a project knows is in one SQLite file, `workbench.db`, schema {SCHEMA_VERSION}, application
id `0x{APPLICATION_ID:08X}`. Open it with anything that reads SQLite, such as
`sqlite3` or `datasette`: the views are for people.

```sql
SELECT * FROM class_counts;
SELECT * FROM label_trail WHERE uid = 'r7' ORDER BY at;
```

- **Facts are appended.** Triggers refuse UPDATE and DELETE on every table. An undo, a correction, a
  renamed class are new rows.
- **Everything has a run.** `run_id` names the run that made a row; `run_input` says which runs it
  read; a run without a row in `run_end` is under way, or its process died. What a run wrote counts
  only once it ended as `done`.
- **Votes and probabilities are blobs**, one for each block of consecutive examples (`start_id`,
  `n`), little-endian; the views decode them.
- **Texts lie apart** in `example_text`, so that one can be removed for good, with
  `workbench forget UID`: `text_removal` records that, the facts about its example stay, and the
  text reads as an empty one.
- **The event log is a chain**: each event holds the hash of the one before. Each fact has a digest
  in `seal`. `workbench verify` checks both, and the file, its schema, references, texts, blocks,
  lineage and sources. Views, tables and indexes of your own are no fault; triggers are.
- The file is in WAL mode with `synchronous = FULL`: readers never wait, and a decision that was
  acknowledged outlives a power cut. Copy it with `workbench backup FILE`, not with `cp`.
  A restore replaces its content in one step: `PRAGMA schema_version` rises with it, by which a
  process that has the file open knows that what it has read is no more.
- Only workbench can write it: the triggers that seal new rows call a function of its own.
"""  # noqa: S608  no SQL


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), encoding="utf-8")


def render() -> str:
    """Return the page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbench.db"
        Store(path).close()
        connection = sqlite3.connect(path)
        try:
            return "\n".join(_lines(connection)).rstrip() + "\n"
        finally:
            connection.close()


def _lines(connection: sqlite3.Connection) -> Iterator[str]:
    tables = _objects(connection, "table")
    views = _objects(connection, "view")
    yield INTRODUCTION
    yield "## Views\n"
    for name, sql in views:
        yield from _view(connection, name, sql)
    yield "## Tables\n"
    for name, sql in tables:
        yield from _table(connection, name, sql)
    yield "## Kinds of events\n"
    yield from _grid(
        ["kind", "about", "meaning"],
        connection.execute("SELECT kind, about, meaning FROM event_kind ORDER BY about, kind"),
    )


def _objects(connection: sqlite3.Connection, kind: str) -> list[tuple[str, str]]:
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite~_%'"
        " ESCAPE '~' AND name NOT LIKE '~_%' ESCAPE '~' ORDER BY name",
        (kind,),
    )
    return rows.fetchall()


def _view(connection: sqlite3.Connection, name: str, sql: str) -> Iterator[str]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info([{name}])")]
    yield f"### {name}\n"
    yield f"{_description(sql)}\n"
    yield f"Columns: {', '.join(f'`{column}`' for column in columns)}.\n"


def _table(connection: sqlite3.Connection, name: str, sql: str) -> Iterator[str]:
    references = {
        row[3]: f"`{row[2]}`" for row in connection.execute(f"PRAGMA foreign_key_list([{name}])")
    }
    comments = dict(re.findall(r"^\s+(\w+) [^\n]*?--\s*(.*)$", sql, flags=re.MULTILINE))
    yield f"### {name}\n"
    yield f"{_description(sql)}\n"
    rows = []
    for _, column, kind, is_required, _, position in connection.execute(
        f"PRAGMA table_info([{name}])"
    ):
        key = "key" if position else "" if is_required else "may be null"
        meaning = comments.get(column, "")
        rows.append((f"`{column}`", kind, key, references.get(column, ""), meaning))
    yield from _grid(["column", "type", "", "refers to", "meaning"], rows)
    notes = [f"`{columns}`" for columns in _indexes(connection, name)]
    if notes:
        yield f"Indexes: {', '.join(notes)}.\n"
    if name in SEALED_BY_RUN:
        yield "What a run made of its rows has one seal.\n"
    elif name == "example":
        yield f"Each {EXAMPLES_A_SEAL:,} rows of a source have a seal.\n"
    elif name not in SEALED:
        yield "Its rows have no seal.\n"


def _indexes(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    for _, index, is_unique, origin, *_ in connection.execute(f"PRAGMA index_list([{table}])"):
        columns = ", ".join(row[2] for row in connection.execute(f"PRAGMA index_info([{index}])"))
        if origin != "pk":
            yield f"{columns}" + (" (unique)" if is_unique else "")


def _description(sql: str) -> str:
    """Return the comment that opens a definition."""
    head = re.search(r"\A[^\n]*\n((?:\s*--[^\n]*\n)+)", sql)
    if head is None:
        raise ValueError(f"no comment explains: {sql.splitlines()[0]}")
    return " ".join(line.strip().removeprefix("--").strip() for line in head[1].splitlines())


def _grid(columns: list[str], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |"
    yield ""


if __name__ == "__main__":
    main()
