"""The file: its guard, its migrations, and what it refuses."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from workbench.errors import StoreError
from workbench.services.project import Project
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
    assert triggers >= {f"{t}_no_{act}" for t in tables for act in ("update", "delete")}


def test_facts_can_be_neither_changed_nor_removed(filled: Project) -> None:
    db = sqlite3.connect(filled.store.path)
    db.execute("PRAGMA recursive_triggers = ON")  # so that REPLACE is seen as the DELETE it is
    for statement in (
        "UPDATE example SET uid = 'x' WHERE example_id = 1",
        "DELETE FROM example_text WHERE example_id = 1",
        "DELETE FROM run",
        "INSERT OR REPLACE INTO example_text VALUES (1, 'other')",
    ):
        with pytest.raises(sqlite3.IntegrityError, match=r"holds facts"):
            db.execute(statement)
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
    assert db["example"].count == 80 + filled.store.examples.count(role="evaluation")
    assert "resolved_label" in db.view_names()
    db.close()
