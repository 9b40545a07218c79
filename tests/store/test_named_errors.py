"""What SQLite refuses reaches a caller as an error that says what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.errors import StoreError
from workbench.services.export.export import export_labels
from workbench.services.project import Project
from workbench.services.status import status
from workbench.services.why import why
from workbench.store.connection import connect

PAGE = 4096


def damage(project: Project, table: str) -> Path:
    """Close a project and overwrite the first page of a table."""
    path = project.store.path
    project.store.checkpoint()
    project.close()
    with sqlite3.connect(path) as db:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (page,) = db.execute(query, (table,)).fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * PAGE : page * PAGE] = b"\xa5" * PAGE
    path.write_bytes(content)
    return project.root


@pytest.mark.parametrize(
    "read",
    [
        status,
        lambda project: why(project, "r1"),
        lambda project: export_labels(project, project.root / "labels.csv"),
    ],
    ids=["status", "why", "export"],
)
def test_reading_a_damaged_table_says_how_to_go_on(
    filled: Project, read: Callable[[Project], object]
) -> None:
    with (
        Project(damage(filled, "example")) as damaged,
        pytest.raises(StoreError, match=r"cannot be read: .* malformed") as caught,
    ):
        read(damaged)
    assert caught.value.place == str(filled.store.path)
    assert "workbench restore FILE" in (caught.value.hint or "")


def test_an_error_between_two_rows_is_named(filled: Project) -> None:
    connection = connect(filled.store.path)
    rows = iter(
        connection.execute("SELECT abs(-9223372036854775805 - example_id) FROM example_text")
    )
    assert next(rows)
    with pytest.raises(StoreError, match="integer overflow"):
        list(rows)
    connection.close()


def test_a_broken_constraint_stays_an_error_of_ours(filled: Project) -> None:
    connection = connect(filled.store.path)
    with pytest.raises(sqlite3.IntegrityError, match="holds facts"):
        connection.execute("DELETE FROM example")
    connection.close()


def test_a_schema_that_is_not_utf8_is_named(filled: Project) -> None:
    path = filled.store.path
    filled.store.checkpoint()
    filled.close()
    content = path.read_bytes()
    assert b"CREATE TABLE setting (" in content
    path.write_bytes(content.replace(b"CREATE TABLE setting (", b"CREATE TABLE setti\xff\xfe (", 1))
    with pytest.raises(StoreError, match=r"cannot be read: malformed database schema") as caught:
        Project(filled.root)
    assert "workbench restore FILE" in (caught.value.hint or "")


def test_a_row_that_is_gone_while_its_seal_is_there_is_damage(filled: Project) -> None:
    db = sqlite3.connect(filled.store.path)
    db.execute("DROP TRIGGER setting_no_delete")
    db.execute("DELETE FROM setting WHERE setting_id = (SELECT max(setting_id) FROM setting)")
    db.commit()
    db.close()
    with pytest.raises(StoreError, match="a row is gone whose seal is still there"):
        Project(filled.root)
