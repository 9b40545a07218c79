"""Transactions: all or nothing, waited for, and named when they fail."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from workbench.errors import StoreError
from workbench.store import connection as connections
from workbench.store.connection import connect, transaction
from workbench.store.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of an empty store."""
    Store(tmp_path / "x.db").close()
    return tmp_path / "x.db"


def add_run(db: sqlite3.Connection) -> None:
    db.execute(
        "INSERT INTO run (kind, started_at, agent, process, versions, parameters)"
        " VALUES ('test', '', '', '', '{}', '{}')"
    )


def end_wrongly(db: sqlite3.Connection) -> None:
    add_run(db)
    db.execute("INSERT INTO run_end VALUES (1, '', 'no such outcome', '{}', '')")


def refer_to_nothing_until_the_commit(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA defer_foreign_keys = ON")
    db.execute("INSERT INTO run_end VALUES (7, '', 'done', '{}', NULL)")


def count_runs(path: Path) -> int:
    db = sqlite3.connect(path)
    n: int = db.execute("SELECT count(*) FROM run").fetchone()[0]
    db.close()
    return n


def test_a_commit_waits_until_the_disk_has_it(path: Path) -> None:
    """Of a process of its own: here, no commit waits."""
    program = (
        "import sys; from pathlib import Path; from workbench.store.connection import connect\n"
        "print(connect(Path(sys.argv[1])).execute('PRAGMA synchronous').fetchone()[0])"
    )
    command = [sys.executable, "-c", program, str(path)]
    full = "2"
    assert (
        subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == full
    )


def test_an_exception_rolls_back(path: Path) -> None:
    db = connect(path)
    with pytest.raises(sqlite3.IntegrityError), transaction(db):
        end_wrongly(db)
    assert not db.in_transaction
    assert count_runs(path) == 0
    db.close()


def test_a_commit_that_fails_rolls_back(path: Path) -> None:
    db = connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), transaction(db):
        refer_to_nothing_until_the_commit(db)
    assert not db.in_transaction
    with transaction(db):
        add_run(db)
    assert count_runs(path) == 1
    db.close()


def test_a_writer_waits_for_the_other(path: Path) -> None:
    holding, waited = threading.Event(), threading.Event()

    def hold() -> None:
        db = connect(path)
        with transaction(db):
            add_run(db)
            holding.set()
            waited.wait(0.2)
        db.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holding.wait(120)
    mine = connect(path)
    with transaction(mine):
        add_run(mine)
    thread.join()
    assert count_runs(path) == 2
    assert mine.execute("PRAGMA busy_timeout").fetchone() == (30_000,)
    mine.close()


def test_a_lock_that_is_never_released_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.1)
    other, mine = connect(path), connect(path)
    with transaction(other), pytest.raises(StoreError, match="locked") as caught, transaction(mine):
        pass
    assert "Another process held the file" in str(caught.value)
    other.close()
    mine.close()
