"""``verify``, ``backup`` and ``restore`` as commands."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.services.annotate import Session
from workbench.services.project import Project
from workbench.services.verify import verify


def decide(project: Project, *examples: int) -> None:
    with Session(project, annotator="ana") as session:
        for example_id in examples:
            session.label(example_id, "ham")


def test_verify_says_what_it_checked_and_its_exit_code_tells(filled: Project, cli) -> None:
    decide(filled, 1, 2, 3)
    called = cli("-C", filled.root, "verify")
    assert (called.code, called.err) == (0, "")
    assert "the chain of 3 events" in called.out
    assert "is whole" in called.out
    document = cli("-C", filled.root, "verify", "--json").json
    assert document["is_sound"] is True
    assert [check["name"] for check in document["checks"]] == [
        "pages", "keys", "events", "seals", "texts", "blocks", "lineage", "sources",
    ]  # fmt: skip
    with sqlite3.connect(filled.store.path) as db:
        db.execute("DROP TRIGGER event_no_delete")
        db.execute("DELETE FROM event WHERE event_id = 2")
    called = cli("-C", filled.root, "verify")
    assert called.code == 1
    assert "event 2: the event was removed" in called.out


def test_a_backup_is_whole_and_comes_back(filled: Project, cli, tmp_path: Path) -> None:
    decide(filled, 1, 2, 3)
    target = tmp_path / "copy.db"
    document = cli("-C", filled.root, "backup", target, "--json").json
    assert (document["contents"]["n_events"], document["path"]) == (3, str(target))
    assert sorted(p.name for p in tmp_path.glob("copy.db*")) == ["copy.db"]
    decide(filled, 4)
    filled.close()

    refused = cli("-C", filled.root, "restore", target)
    assert refused.code == 2
    assert "It holds 4 events; the backup holds 3 events" in refused.err
    restored = cli("-C", filled.root, "restore", target, "--yes", "--json").json
    assert restored["contents"]["n_events"] == 3
    with Project(filled.root) as project:
        assert project.store.decisions.last_event_id() == 3
        assert verify(project).is_sound
        newest = project.store.runs.newest(limit=1)[0]
        assert (newest.kind, newest.outcome) == ("restore", "done")
    with sqlite3.connect(restored["kept"]) as kept:
        assert kept.execute("SELECT max(event_id) FROM event").fetchone() == (4,)


def test_a_backup_does_not_replace_a_file_unasked(filled: Project, cli, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    assert cli("-C", filled.root, "backup", target).code == 2
    assert target.read_text() == "precious"
    assert cli("-C", filled.root, "backup", filled.store.path, "--yes").code == 2
    assert cli("-C", filled.root, "backup", target, "--yes").code == 0
    assert target.read_bytes()[:15] == b"SQLite format 3"


def test_a_backup_taken_while_others_annotate_is_consistent(
    filled: Project, cli, tmp_path: Path
) -> None:
    stop = threading.Event()
    acknowledged: list[int] = []

    def annotate() -> None:
        with Project(filled.root) as mine, Session(mine, annotator="bo") as session:
            while not stop.is_set():
                acknowledged.append(session.label(len(acknowledged) % 80 + 1, "ham").event_id)

    annotator = threading.Thread(target=annotate)
    annotator.start()
    try:
        counts = []
        for i in range(5):
            before = len(acknowledged)
            called = cli("-C", filled.root, "backup", tmp_path / f"{i}.db", "--json")
            counts.append(called.json["contents"]["n_events"])
            assert before <= counts[-1] <= len(acknowledged) + 1
    finally:
        stop.set()
        annotator.join()
    assert counts == sorted(counts)
    assert filled.store.decisions.last_event_id() == len(acknowledged)


def test_an_open_project_goes_on_with_what_was_restored(
    filled: Project, cli, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    decide(filled, 1)
    cli("-C", filled.root, "backup", target)
    decide(filled, 2, 3)
    assert cli("-C", filled.root, "restore", target, "--yes").code == 0
    assert filled.store.decisions.last_event_id() == 1
    decide(filled, 5)
    with Project(filled.root) as other:
        assert [e.example_id for e in other.store.decisions.active()] == [1, 5]
        assert verify(other).is_sound


@pytest.mark.parametrize("content", [b"no database" * 500, b""])
def test_a_damaged_database_is_kept_aside_and_replaced(
    filled: Project, cli: Callable, tmp_path: Path, content: bytes
) -> None:
    decide(filled, 1)
    target = tmp_path / "copy.db"
    cli("-C", filled.root, "backup", target)
    path = filled.store.path
    filled.close()
    path.write_bytes(content)
    restored = cli("-C", filled.root, "restore", target, "--yes", "--json").json
    assert Path(restored["kept"]).read_bytes() == content
    with Project(filled.root) as project:
        assert verify(project).is_sound


def test_what_is_no_backup_is_refused(filled: Project, cli, tmp_path: Path) -> None:
    foreign, text = tmp_path / "foreign.db", tmp_path / "text.db"
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE theirs (a)")
    text.write_text("no database at all" * 100)
    for file, message in (
        (foreign, "no database of workbench"),
        (text, "file is not a database"),
        (tmp_path / "absent.db", "no such file"),
    ):
        called = cli("-C", filled.root, "restore", file, "--yes")
        assert called.code == 1
        assert message in called.err
    assert filled.store.examples.count() > 0
