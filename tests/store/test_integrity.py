"""Verify: what was changed, removed or slipped in is found and named."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbench.errors import StoreError
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.config import Config, write_config
from workbench.services.export.export import export_labels
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.services.snapshots import take_snapshot
from workbench.services.undo import undo
from workbench.services.verify import VerifyResult, verify, verify_folder
from workbench.store.integrity import Check, Problem, check_seals
from workbench.store.seals import SEALED


@pytest.fixture
def full(filled: Project, tmp_path: Path, write_csv: Callable[..., Path]) -> Project:
    """A project with something in every table of blobs."""
    examples = filled.store.examples.iterate()
    votes = [
        {
            "uid": example.uid,
            "free": "spam" if "free" in example.text else "",
            "call": "spam" if "call" in example.text else "",
            "food": "ham" if "lunch" in example.text or "dinner" in example.text else "",
        }
        for example in examples
    ]
    import_votes(filled, write_csv("votes.csv", votes))
    aggregate_votes(filled)
    with Session(filled, annotator="ana") as session:
        for i in range(1, 9):
            session.label(i, "ham")
        undo(filled, annotator="ana")
    with record_run(filled.store, "propose") as run, run.finish({}):
        filled.store.queues.add_proposal(run.run_id, [(5, 0.7, "unsure"), (6, 0.1 + 0.2, "rare")])
    export_labels(filled, tmp_path / "labels.csv")
    take_snapshot(filled, "first")
    return filled


def found(result: VerifyResult) -> dict[str, list[str]]:
    return {
        check.name: [f"{p.place}: {p.message}" for p in check.problems]
        for check in result.checks
        if check.n_problems
    }


def tamper(project: Project, *statements: str) -> dict[str, list[str]]:
    """Change the file behind our back, without its guards, and verify it with a new opening."""
    project.close()
    db = sqlite3.connect(project.store.path, isolation_level=None)
    guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        db.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        assert db.execute(statement).rowcount
    for _, sql in guards:
        db.execute(sql)
    db.close()
    with Project(project.root, settle=False) as opened:
        result = verify(opened)
    assert not result.is_sound
    return found(result)


def test_a_whole_file_is_sound(full: Project) -> None:
    result = verify(full)
    assert found(result) == {}
    assert result.is_sound
    assert result.notices == ()


BLOBS = [
    ("vote_block", "votes"), ("belief_block", "probs"), ("belief_block", "top"),
    ("export_block", "classes"), ("snapshot_block", "confidence"), ("label_model", "log_prior"),
    ("label_model_weight", "log_likelihood"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column"), BLOBS)
def test_a_flipped_byte_in_the_file_is_found_in_any_blob(
    full: Project, table: str, column: str
) -> None:
    full.store._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    blob, key = full.store._connection.execute(
        f"SELECT {column}, * FROM {table} ORDER BY length({column}) DESC LIMIT 1"
    ).fetchone()[:2]
    path = full.store.path
    content = bytearray(path.read_bytes())
    place = content.find(blob[: min(len(blob), 200)])
    assert place > 0
    content[place + len(blob[:200]) // 2] ^= 0x10
    root = full.root
    full.close()
    path.write_bytes(content)
    with Project(root) as damaged:
        problems = found(verify(damaged))
    (problem,) = problems["seals"]
    assert problem.startswith(table)
    assert str(key) in problem
    assert "not as it was written" in problem


@pytest.mark.parametrize("event_id", [1, 4, 9])
def test_a_removed_event_is_named(full: Project, event_id: int) -> None:
    events = full.store.decisions
    assert event_id <= events.last_event_id()
    is_last = event_id == events.last_event_id()
    problems = tamper(full, f"DELETE FROM event WHERE event_id = {event_id}")
    assert f"event, event_id {event_id}: it was removed" in problems["seals"]
    if not is_last:
        assert problems["events"] == [f"event {event_id}: the event was removed"]


def test_the_last_event_is_missed_too(full: Project) -> None:
    last = full.store.decisions.last_event_id()
    problems = tamper(full, f"DELETE FROM event WHERE event_id = {last}")
    assert problems["seals"] == [f"event, event_id {last}: it was removed"]


def test_last_events_that_are_gone_with_their_seals_are_missed(full: Project) -> None:
    last = full.store.decisions.last_event_id()
    problems = tamper(
        full,
        f"DELETE FROM seal WHERE table_name = 'event' AND row_key >= '{last - 1}'",
        f"DELETE FROM event WHERE event_id >= {last - 1}",
    )
    (problem,) = problems["events"]
    assert problem.startswith(f"event {last}: the newest event when run ")
    assert problem.endswith(" ended: it was removed")


@pytest.mark.parametrize("n_gone", [3, 1_000], ids=["the last", "all"])
def test_last_events_that_are_gone_with_their_witnesses_too_are_missed(
    full: Project, n_gone: int
) -> None:
    first = max(1, full.store.decisions.last_event_id() - n_gone + 1)
    ((run_id,), *_) = full.store._connection.execute(
        "SELECT run_id FROM event_witness WHERE event_id >= ?", (first,)
    ).fetchall()
    problems = tamper(
        full,
        "DELETE FROM seal WHERE table_name = 'event_witness' AND row_key IN"
        f" (SELECT run_id FROM event_witness WHERE event_id >= {first})",
        f"DELETE FROM event_witness WHERE event_id >= {first}",
        f"DELETE FROM seal WHERE table_name = 'event' AND CAST(row_key AS INTEGER) > {first}",
        f"DELETE FROM event WHERE event_id > {first}",
    )
    assert problems.keys() == {"events"}
    message = "which event was the newest when it ended is not kept any more"
    assert f"run {run_id}: {message}" in problems["events"]


def test_a_log_that_was_written_anew_is_another_one(full: Project) -> None:
    last = full.store.decisions.last_event_id()
    problems = tamper(full, f"UPDATE event SET hash = x'00' WHERE event_id = {last}")
    assert problems["events"] == [f"event {last}: the event was changed: its hash does not follow"]


def test_undo_and_others_who_decide_are_no_damage(full: Project) -> None:
    with (
        Project(full.root) as other,
        Session(full, annotator="ana") as ana,
        Session(other, annotator="bo") as bo,
    ):
        for i in range(1, 6):
            ana.label(i, "spam")
            bo.label(i, "ham")
            undo(full, annotator="ana")
        bo.close()
        assert verify(full).is_sound
    assert verify(full).is_sound


def test_a_file_that_cannot_be_opened_has_one_failed_check(full: Project) -> None:
    root, path = full.root, full.store.path
    full.close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA writable_schema = ON")
    db.execute("UPDATE sqlite_schema SET sql = 'CREATE TRIGGER' WHERE name = 'event_seal'")
    db.commit()
    db.close()
    with pytest.raises(StoreError, match="cannot be read"):
        Project(root)
    result = verify_folder(root)
    assert not result.is_sound
    ((place, (problem,)),) = found(result).items()
    assert place == "schema"
    assert problem.startswith("file: cannot be read: malformed database schema")


def test_a_newer_file_is_no_damage(full: Project) -> None:
    root, path = full.root, full.store.path
    full.close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 1000")
    with pytest.raises(StoreError, match="Upgrade workbench"):
        verify_folder(root)


TAMPERINGS = [
    ("UPDATE event SET class_id = 1 WHERE event_id = 3", "events",
     "event 3: the event was changed"),
    ("UPDATE run SET agent = 'x' WHERE run_id = 2", "seals", "run, run_id 2"),
    ("UPDATE source SET role = 'evaluation' WHERE source_id = 1", "seals", "source, source_id 1"),
    ("DELETE FROM vote_block WHERE lf_version_id = 2", "seals", "vote_block, lf_version_id 2"),
    ("DELETE FROM run_end WHERE run_id = 2", "seals", "run_end, run_id 2"),
    ("DELETE FROM class WHERE class_id = 1", "keys", "refers to a row of class"),
    ("UPDATE vote_block SET votes = substr(votes, 2) WHERE lf_version_id = 1", "blocks",
     "vote_block, lf_version_id 1, start_id 1: the block does not hold"),
    ("UPDATE vote_block SET start_id = 2 WHERE lf_version_id = 1", "blocks",
     "examples 1 to 1 are missing"),
    ("UPDATE example_text SET content = content || '.' WHERE example_id = 7", "texts",
     "example 7 (r6): the text was changed"),
    ("DELETE FROM example WHERE example_id = 80", "texts", "brought 80 examples, 79 are there"),
    ("UPDATE example SET vendor = 'worse' WHERE example_id = 7", "seals",
     "example, example_id 1 to 80: not as it was written"),
    ("UPDATE example SET given_class = 1 - given_class WHERE example_id = 81", "seals",
     "example, example_id 81 to"),
    ("UPDATE proposal SET reason = 'none' WHERE rank = 2", "seals", "proposal, run_id"),
    ("DELETE FROM proposal WHERE rank = 2", "seals", "not as it was written"),
    ("DELETE FROM proposal", "seals", "it was removed"),
    ("INSERT INTO duplicate SELECT run_id, 1, 2, 0.9, 0 FROM proposal LIMIT 1", "seals",
     "duplicate, run_id"),
    ("INSERT INTO run_input VALUES (2, 4)", "lineage", "run 2: it reads run 4"),
    ("INSERT INTO setting (at, key, value) VALUES ('x', 'min_confidence', '0')", "seals",
     "slipped in"),
    # What opening would write anew, where it were to write.
    ("DELETE FROM run_end WHERE run_id = (SELECT max(run_id) FROM run_end)", "seals", "run_end"),
    ("DELETE FROM setting WHERE setting_id = (SELECT max(setting_id) FROM setting)", "seals",
     "setting, setting_id"),
    # Values that are no text, no JSON, and of another type than the column's.
    ("UPDATE run SET agent = CAST(x'FF80' AS TEXT) WHERE run_id = 2", "seals", "run, run_id 2"),
    ("UPDATE event SET note = CAST(x'80' AS TEXT) WHERE event_id = 3", "events", "event 3"),
    ("UPDATE class_state SET former_names = '[' WHERE class_id = 1", "seals", "class_state"),
    ("DELETE FROM example_text WHERE example_id = 7", "texts",
     "example 7 (r6): the text is missing, and no removal of it is recorded"),
    ("DELETE FROM event_kind WHERE kind = 'flag'", "schema", "event_kind flag"),
    ("UPDATE event_kind SET meaning = 'x' WHERE kind = 'flag'", "schema", "event_kind flag"),
    ("DELETE FROM _sqlite_migrations WHERE name = 'm0007_removals'", "schema",
     "_sqlite_migrations m0007_removals: it was removed"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "check", "message"), TAMPERINGS)
def test_each_kind_of_damage_is_named(
    full: Project, statement: str, check: str, message: str
) -> None:
    problems = tamper(full, statement)
    assert any(message in problem for problem in problems[check]), problems


SCHEMA_CHANGES = [
    ("DROP TRIGGER event_no_delete", "trigger event_no_delete: it was removed"),
    ("DROP TRIGGER event_seal", "trigger event_seal: it was removed"),
    ("DROP VIEW label_trail", "view label_trail: it was removed"),
    ("DROP INDEX event_example", "index event_example: it was removed"),
    ("CREATE TRIGGER theirs AFTER INSERT ON event BEGIN SELECT 1; END",
     "trigger theirs: it was slipped in"),
    ("ALTER TABLE setting ADD COLUMN theirs TEXT", "table setting: it was changed"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "problem"), SCHEMA_CHANGES)
def test_a_changed_schema_is_named(full: Project, statement: str, problem: str) -> None:
    with sqlite3.connect(full.store.path) as db:
        db.execute(statement)
    assert problem in found(verify(full))["schema"]


def test_a_view_of_the_user_is_no_damage(full: Project) -> None:
    with sqlite3.connect(full.store.path) as db:
        db.execute("CREATE VIEW mine AS SELECT 1")
    assert verify(full).is_sound


def test_an_odd_type_in_an_event_breaks_the_chain(full: Project) -> None:
    full.close()
    with sqlite3.connect(full.store.path) as db:
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event'").fetchone()[0]
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(full.store.path.read_bytes())
    at = content.index(b"anaskip" if b"anaskip" in content else b"analabel", (page - 1) * 4096)
    # The header of the record tells the type of each value: 2 n + 13 is text, one less a blob.
    header = content.rindex(bytes([13 + 2 * 3, 13 + 2 * 5]), (page - 1) * 4096, at)
    content[header] -= 1
    full.store.path.write_bytes(content)
    with Project(full.root, settle=False) as opened:
        problems = found(verify(opened))
    assert any("its hash does not follow" in problem for problem in problems["events"])


def contents(path: Path) -> dict[str, object]:
    """Return all that a file says, or why it cannot be read."""
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    db.text_factory = bytes
    try:
        names = [
            name.decode()
            for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        said: dict[str, object] = {
            # Its rows say only when each change of the schema was made.
            name: db.execute(f"SELECT * FROM [{name}]").fetchall()
            for name in names
            if name != "_sqlite_migrations"
        }
        objects = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
        said["schema"] = [re.sub(rb"--.*", b"", b" ".join(filter(None, row))) for row in objects]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return {"error": repr(error)}
    finally:
        db.close()
    return said


@pytest.mark.parametrize("n", [50, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_flipped_bit_is_named_or_changes_nothing(full: Project, n: int) -> None:
    path = full.store.path
    full.close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = DELETE")
    db.close()
    whole, said = path.read_bytes(), contents(path)
    dice = random.Random(n)
    n_named = 0
    for _ in range(n):
        place, bit = dice.randrange(len(whole)), 1 << dice.randrange(8)
        damaged = bytearray(whole)
        damaged[place] ^= bit
        for ending in ("-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        path.write_bytes(damaged)
        reads_the_same = contents(path) == said
        try:
            with Project(full.root, settle=False) as opened:
                is_named = not verify(opened).is_sound
        except StoreError:
            is_named = True
        assert is_named or reads_the_same, (place, bit)
        n_named += is_named
    assert n_named > n // 5


def test_a_destroyed_page_is_found_and_the_other_checks_go_on(full: Project) -> None:
    full.store._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    page = full.store._connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'proposal_example'"
    ).fetchone()[0]
    root, path = full.root, full.store.path
    full.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : (page - 1) * 4096 + 8] = b"\xff" * 8
    path.write_bytes(content)
    with Project(root) as damaged:
        problems = found(verify(damaged))
    assert problems == {"pages": ["pages: cannot be read: database disk image is malformed"]}


def test_a_changed_source_is_found_and_a_lost_one_is_noted(
    full: Project, write_csv: Callable[..., Path]
) -> None:
    source, lost = (
        write_csv(f"{name}.csv", [{"id": name, "text": f"a {name} lunch"}])
        for name in ("changed", "lost")
    )
    import_files(full, [source, lost])
    lost.unlink()
    content = source.read_text()
    source.write_text(content.replace("lunch", "lunsh", 1))
    result = verify(full)
    (problem,) = found(result)["sources"]
    assert problem.startswith(f"{source}: the file has changed since run ")
    assert any("lost.csv is not there any more" in notice for notice in result.notices)
    source.write_text(content)
    assert verify(full).is_sound
    source.write_text(content + "r900,one more row\n")
    import_files(full, [source])
    again = verify(full)
    assert again.is_sound
    assert any("was imported again" in notice for notice in again.notices)


def test_every_table_is_sealed_or_has_a_row_an_example(full: Project) -> None:
    names = {
        name
        for (name,) in full.store._connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        )
        if not name.startswith(("sqlite_", "_"))
    }
    by_example = {"example", "example_text", "proposal", "suspect", "duplicate", "lf_error"}
    assert names - set(SEALED) - {"seal", "event_kind", "consensus"} == by_example


def test_an_upgraded_database_is_sealed(tmp_path: Path) -> None:
    write_config(tmp_path / "workbench.toml", Config(classes=("ham", "spam")))
    db = sqlite3.connect(tmp_path / "workbench.db")
    db.executescript(Path(__file__).with_name("version_1.sql").read_text(encoding="utf-8"))
    db.close()
    with Project(tmp_path) as project:
        result = verify(project)
        assert found(result) == {}
        assert project.store.integrity_counts()["seals"] > 50
    with Project(tmp_path) as project:
        problems = tamper(project, "UPDATE lf_version SET source = 'x' WHERE lf_version_id = 1")
        assert problems == {"seals": ["lf_version, lf_version_id 1: not as it was written"]}


def test_a_run_that_ends_during_a_check_is_no_damage(full: Project) -> None:
    problems = full.store.problems(check_while_others_propose(full))
    assert list(problems) == []
    assert verify(full).is_sound


def check_while_others_propose(project: Project) -> Check:
    """Return the check of the seals, in the middle of which somebody else ends a run."""

    def check(connection: sqlite3.Connection) -> Iterator[Problem]:
        assert connection.execute("SELECT count(*) FROM run_end").fetchone()
        with (
            Project(project.root) as other,
            record_run(other.store, "propose") as run,
            run.finish({}),
        ):
            other.store.queues.add_proposal(run.run_id, [(7, 0.5, "unsure")])
        yield from check_seals(connection)

    return check
