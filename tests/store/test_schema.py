"""The file: its guard, its migrations, and what it refuses."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from workbench.errors import StoreError
from workbench.services.annotate import Session
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.store.connection import connect
from workbench.store.migrations import SCHEMA_VERSION
from workbench.store.store import Store


def test_every_table_is_guarded(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.db")
    store.close()
    with sqlite3.connect(tmp_path / "x.db") as db:
        tables = {
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("sqlite_", "_"))
        }
        triggers = {
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        }
    assert {"run", "run_end", "example", "vote_block", "event", "class_state"} < tables
    assert triggers >= {f"{t}_no_{act}" for t in tables for act in ("update", "delete", "replace")}


def test_facts_can_be_neither_changed_nor_removed(filled: Project) -> None:
    db = sqlite3.connect(filled.store.path)
    for statement in (
        "UPDATE example SET uid = 'x' WHERE example_id = 1",
        "DELETE FROM example_text WHERE example_id = 1",
        "DELETE FROM run",
        "UPDATE OR REPLACE example SET uid = 'r1' WHERE example_id = 1",
    ):
        with pytest.raises(sqlite3.IntegrityError, match=r"holds facts"):
            db.execute(statement)
    db.close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO example_text VALUES (1, 'other')",
        "INSERT OR REPLACE INTO example SELECT * FROM example WHERE example_id = 1",
        "INSERT OR REPLACE INTO example SELECT 999, uid, source_id, row, given_class, batch,"
        " vendor, metadata, content_hash FROM example WHERE example_id = 1",
    ],
)
def test_no_example_is_replaced(filled: Project, statement: str) -> None:
    db = sqlite3.connect(filled.store.path)
    with pytest.raises(sqlite3.OperationalError, match="no such function"):
        db.execute(statement)
    db.close()
    ours = connect(filled.store.path)
    with pytest.raises(sqlite3.IntegrityError, match="holds facts: append, never delete"):
        ours.execute(statement)
    ours.close()


def test_an_import_leaves_the_schema_as_it_was(
    filled: Project, write_csv: Callable[..., Path]
) -> None:
    """It lays the guards against replacing aside while it moves its rows."""

    def schema() -> tuple[list[object], ...]:
        with closing(sqlite3.connect(filled.store.path)) as db:
            objects = db.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name")
            return objects.fetchall(), db.execute("PRAGMA schema_version").fetchall()

    before = schema()
    rows = [{"id": "new", "text": "one more row"}]
    with Project(filled.root) as other, Session(other, annotator="ana") as session:
        import_files(filled, [write_csv("more.csv", rows)])
        assert schema() == before
        session.label(1, "ham")  # no other process takes the file for a restored one
        assert schema() == before
    assert [event.class_id for event in filled.store.decisions.active()] == [0]


def test_an_import_that_fails_midway_leaves_the_guards(
    filled: Project, write_csv: Callable[..., Path]
) -> None:
    n_before = filled.store.examples.count()
    with closing(sqlite3.connect(filled.store.path)) as db:
        db.execute(
            "CREATE TRIGGER full BEFORE INSERT ON example_text"
            " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    with (
        Project(filled.root) as project,
        pytest.raises((StoreError, sqlite3.IntegrityError), match="the disk is full"),
    ):
        import_files(project, [write_csv("more.csv", [{"id": "new", "text": "one more row"}])])
    with closing(sqlite3.connect(filled.store.path)) as db:
        assert db.execute("SELECT count(*) FROM example").fetchone() == (n_before,)
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_schema")}
    assert {"example_no_replace", "example_text_no_replace"} < names


def test_no_fact_is_replaced_through_any_of_its_keys(voted: Project) -> None:
    """With plain SQLite: a connection that does not see the DELETE in a REPLACE."""
    with record_run(voted.store, "test") as run, run.finish({}):
        voted.store.queues.add_proposal(run.run_id, [(1, 0.5, "why")])
        voted.store.queues.add_duplicates(run.run_id, [(2, 1, 0.9, False)])
        voted.store.consensus.add(run.run_id, [(1, 0, 1.0)])
    with Session(voted, annotator="ana") as session:
        session.label(1, "ham")
    db = sqlite3.connect(voted.store.path, isolation_level=None)
    db.create_function("seal_digest", -1, lambda *_: b"forged")
    tables = [
        name
        for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        if not name.startswith(("sqlite_", "_", "example"))
    ]
    n_tried = 0
    for table in tables:
        before = db.execute(f"SELECT * FROM [{table}]").fetchall()
        if not before:
            continue
        marks = ", ".join("?" * len(before[0]))
        with pytest.raises(sqlite3.IntegrityError, match="append, never replace"):
            db.execute(f"INSERT OR REPLACE INTO [{table}] VALUES ({marks})", before[0])
        assert db.execute(f"SELECT * FROM [{table}]").fetchall() == before
        n_tried += 1
    assert n_tried > 15
    db.close()


def test_tables_are_strict_and_foreign_keys_hold(filled: Project) -> None:
    db = sqlite3.connect(filled.store.path)
    rows = db.execute("PRAGMA table_list").fetchall()
    strict = {name: is_strict for _, name, kind, _, _, is_strict in rows if kind == "table"}
    assert all(strict[name] for name in strict if not name.startswith(("sqlite_", "_")))
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    Store(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(StoreError, match="Upgrade workbench"):
        Store(path)


def test_another_application_s_file_is_refused_and_unharmed(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (a)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not written by workbench"):
        Store(path)
    assert path.read_bytes() == before


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="cannot be read"):
        Store(path)


def test_the_schema_explains_itself(tmp_path: Path) -> None:
    Store(tmp_path / "x.db").close()
    with sqlite3.connect(tmp_path / "x.db") as db:
        for name, sql in db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'view'"
            " OR (type = 'table' AND name IN ('example', 'event', 'vote_block'))"
        ):
            assert "--" in sql, name


def test_sqlite_utils_can_read_it(filled: Project) -> None:
    import sqlite_utils

    db = sqlite_utils.Database(filled.store.path)
    assert db["example"].count == 80 + filled.store.examples.column("role").count("evaluation")
    assert "resolved_label" in db.view_names()
    db.close()
