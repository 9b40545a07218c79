"""What SQLite refuses reaches a caller as an error that says what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.errors import StoreError
from workbench.services.export import export_labels
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
