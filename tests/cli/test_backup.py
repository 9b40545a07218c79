"""``verify``, ``backup`` and ``restore`` as commands."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import StoreError
from workbench.services.annotate import Session
from workbench.services.project import Project
from workbench.services.running import record_run
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
        "pages", "schema", "keys", "events", "seals", "texts", "blocks", "lineage", "sources",
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


def test_an_open_project_is_told_once_and_goes_on_with_what_was_restored(
    filled: Project, cli, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    decide(filled, 1)
    cli("-C", filled.root, "backup", target)
    decide(filled, 2, 3)
    assert cli("-C", filled.root, "restore", target, "--yes").code == 0
    assert filled.store.decisions.last_event_id() == 1
    with pytest.raises(StoreError, match="another process has restored a backup"):
        decide(filled, 4)
    decide(filled, 5)
    with Project(filled.root) as other:
        assert [e.example_id for e in other.store.decisions.active()] == [1, 5]
        assert verify(other).is_sound


def test_a_sitting_and_a_run_across_a_restore_write_nothing_under_others(
    filled: Project, cli, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    cli("-C", filled.root, "backup", target)

    def restore() -> None:
        assert cli("-C", filled.root, "restore", target, "--yes").code == 0
        with Project(filled.root) as other, Session(other, annotator="bo") as theirs:
            theirs.label(1, "spam")  # takes the numbers that ours had

    session = Session(filled, annotator="ana")
    session.label(1, "ham")
    restore()
    with pytest.raises(StoreError, match="nothing was written"):
        session.label(2, "ham")
    session.label(3, "ham")
    assert session.n_decisions == 1
    session.close()

    def across_a_restore() -> None:
        with record_run(filled.store, "propose") as run:
            restore()
            with run.finish({}):
                filled.store.queues.add_proposal(run.run_id, [(5, 0.7, "unsure")])

    session.label(4, "ham")
    with pytest.raises(StoreError, match="another process has restored a backup"):
        across_a_restore()
    session.close()
    with Project(filled.root) as project:
        assert [run.kind for run in project.store.runs.newest()][:2] == ["annotate", "restore"]
        (event,) = project.store.decisions.active()
        run = project.store.runs.get(event.run_id)
        assert run is not None
        assert (event.annotator, run.parameters["annotator"]) == ("bo", "bo")
        assert verify(project).is_sound


def test_the_class_list_follows_what_was_restored(filled: Project, cli, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    cli("-C", filled.root, "backup", target)
    assert cli("-C", filled.root, "class", "rename", "spam", "junk").code == 0
    assert cli("-C", filled.root, "restore", target, "--yes").code == 0
    assert cli("-C", filled.root, "status").code == 0
    with Project(filled.root) as project:
        assert project.classes == ("ham", "spam")


def test_an_older_backup_comes_back_with_the_newest_schema(
    filled: Project, cli, tmp_path: Path
) -> None:
    old = tmp_path / "old.db"
    db = sqlite3.connect(old)
    stored = Path(__file__).parents[1] / "store" / "version_1.sql"
    db.executescript(stored.read_text(encoding="utf-8"))
    db.close()
    before = old.read_bytes()
    assert cli("-C", filled.root, "restore", old, "--yes").code == 0
    assert old.read_bytes() == before
    assert not list(filled.root.glob(".restore-*"))
    assert filled.store.examples.count() == 50
    with Project(filled.root) as project:
        assert verify(project).is_sound


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
    assert restored["removals_known"] is False
    with Project(filled.root) as project:
        assert verify(project).is_sound


def test_a_restore_says_which_texts_did_not_come_back(filled: Project, cli, tmp_path: Path) -> None:
    at, old = ("-C", filled.root), tmp_path / "old.db"
    db = sqlite3.connect(old)
    stored = Path(__file__).parents[1] / "store" / "version_1.sql"
    db.executescript(stored.read_text(encoding="utf-8"))
    (uid,) = db.execute("SELECT uid FROM example WHERE example_id = 3").fetchone()
    db.close()
    assert cli(*at, "restore", old, "--yes").code == 0
    assert cli(*at, "forget", uid, "--reason", "a letter", "--yes").code == 0
    shown = cli(*at, "restore", old, "--yes").out
    assert f"1 text of the backup had been removed for good and did not come back: {uid}" in shown
    assert "its text was removed by forget run" in cli(*at, "why", uid).out
    assert "a letter" in cli(*at, "log", "--kind", "forget", "--json").out


def test_a_restore_says_which_embeddings_are_not_there(
    filled: Project, cli, tmp_path: Path
) -> None:
    at, target = ("-C", filled.root), tmp_path / "copy.db"
    matrix = tmp_path / "mine.npy"
    np.save(matrix, np.ones((filled.store.examples.count(), 3)))
    path = filled.root / cli(*at, "embed", "--from", matrix, "--json").json["path"]
    assert cli(*at, "backup", target).code == 0
    assert "embeddings" not in cli(*at, "restore", target, "--yes").out
    path.unlink()
    shown = " ".join(cli(*at, "restore", target, "--yes").out.split())
    assert "the embeddings 'mine' are not in this folder, and in no backup" in shown
    assert "workbench embed --with mine --from X.npy" in shown


def test_what_is_no_backup_is_refused(filled: Project, cli, tmp_path: Path) -> None:
    foreign, text = tmp_path / "foreign.db", tmp_path / "text.db"
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE theirs (a)")
    text.write_text("no database at all" * 100)
    for file, message in (
        (foreign, "no database of workbench"),
        (text, "file is not a database"),
        (tmp_path / "absent.db", "no such file"),
        (tmp_path / "absent.db", "workbench backup has written"),
        (text, "try another backup"),
    ):
        called = cli("-C", filled.root, "restore", file, "--yes")
        assert called.code == 1
        assert message in called.err
    assert cli("-C", filled.root, "restore", filled.store.path, "--yes").code == 2
    assert filled.store.examples.count() > 0


def test_a_backup_of_a_damaged_database_names_the_database(
    filled: Project, cli, tmp_path: Path
) -> None:
    path = filled.store.path
    filled.store.checkpoint()
    filled.close()
    with sqlite3.connect(path) as db:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'example_text'"
        (page,) = db.execute(query).fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : (page - 1) * 4096 + 100] = b"\xa5" * 100
    path.write_bytes(content)
    called = cli("-C", filled.root, "backup", tmp_path / "copy.db")
    assert called.code == 1
    assert str(path) in called.err
    assert "copy.db" not in called.err
    assert "workbench restore FILE" in called.err
    assert not list(tmp_path.glob("*copy.db*"))


DAMAGES = [
    "DELETE FROM run_end WHERE run_id = (SELECT max(run_id) FROM run_end)",
    "DELETE FROM setting WHERE setting_id = (SELECT max(setting_id) FROM setting)",
    "UPDATE class_state SET former_names = '[' WHERE class_id = 1",
    "UPDATE run SET agent = CAST(x'FF80' AS TEXT) WHERE run_id = 2",
]


@pytest.mark.parametrize("statement", DAMAGES)
def test_verify_names_what_other_commands_stumble_over(
    filled: Project, cli, statement: str
) -> None:
    filled.close()
    db = sqlite3.connect(filled.store.path, isolation_level=None)
    guards = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_%'"
    ).fetchall()
    for name, _ in guards:
        db.execute(f"DROP TRIGGER {name}")
    assert db.execute(statement).rowcount == 1
    for _, sql in guards:
        db.execute(sql)
    db.close()
    called = cli("-C", filled.root, "verify")
    assert (called.code, called.err) == (1, "")
    assert "seals: " in called.out
    called = cli("-C", filled.root, "status")
    assert "internal error" not in called.err
    assert "stopped" not in called.err


def test_a_folder_that_cannot_be_written_is_read(filled: Project, tmp_path: Path) -> None:
    setpriv = shutil.which("setpriv")
    if os.geteuid() == 0 and setpriv is None:
        pytest.skip("root may write everywhere, and setpriv is not here to take that away")
    # Root without the right to write everywhere.
    less = ["--bounding-set=-dac_override", "--inh-caps=-dac_override"]
    bare = [setpriv, *less] if os.geteuid() == 0 and setpriv else []
    decide(filled, 1)
    filled.close()

    def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        words = [*bare, sys.executable, "-m", "workbench", "-C", filled.root, *arguments]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    filled.root.chmod(0o555)
    filled.store.path.chmod(0o444)
    try:
        called = {words: call(*words.split()) for words in ("status", "why r1", "log", "verify")}
        refused = call("undo", "--annotator", "ana")
    finally:
        filled.root.chmod(0o755)
    assert {
        words: (done.returncode, done.stderr) for words, done in called.items()
    } == dict.fromkeys(called, (0, ""))
    assert refused.returncode == 1
    assert "Check that you may write in the folder and the file" in refused.stderr
