"""A text that is removed for good is gone, and everything else goes on."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.backup import restore
from workbench.services.batches import batch_size
from workbench.services.browse import last_audit
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.export.export import export_labels
from workbench.services.forget import forget_texts
from workbench.services.importing.decision_import import import_decisions
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.next_step import loop
from workbench.services.project import Project, init_project
from workbench.services.propose import last_batch, propose_batch
from workbench.services.review.progress import review_progress
from workbench.services.review.review import review_queue
from workbench.services.row_filter import parse_filter
from workbench.services.row_queues import waiting_rows
from workbench.services.rows import find_rows
from workbench.services.running import record_run
from workbench.services.suspects import suspects_to_review
from workbench.services.train import train_end_model
from workbench.services.verify import verify
from workbench.services.why import why
from workbench.store.seals import register

SECRET = "call me under this very secret number zero one two three"


@pytest.fixture
def secretive(voted: Project, write_csv: Callable[..., Path]) -> Project:
    """A project, with votes, into which one text should not have come."""
    row = {"id": "s1", "text": SECRET, "label": "ham", "vendor": "good"}
    later = {"id": "s2", "text": "see you at dinner, thanks", "label": "ham", "vendor": "good"}
    import_files(voted, [write_csv("secret.csv", [row, later])])
    apply_functions(voted, n_workers=1)
    return voted


def holders(project: Project) -> list[str]:
    """Return the files of the project that hold the secret."""
    files = [path for path in project.root.rglob("*") if path.is_file()]
    return [path.name for path in files if SECRET.encode() in path.read_bytes()]


def test_nothing_of_a_removed_text_is_left_in_the_project(secretive: Project) -> None:
    assert holders(secretive)
    with pytest.raises(UsageError, match="which nothing brings back"):
        forget_texts(secretive, ["s1"])
    result = forget_texts(secretive, ["s1"], reason="a letter", sure=True)
    assert result.is_wiped
    assert holders(secretive) == []
    assert any("secret.csv, row 1" in place for place in result.left)
    run = secretive.store.runs.get(result.run_id)
    assert run is not None
    assert (run.kind, run.outcome, dict(run.parameters)) == (
        "forget", "done", {"uids": ["s1"], "reason": "a letter"},
    )  # fmt: skip
    verified = verify(secretive)
    assert verified.is_sound
    assert any("1 text was removed" in notice for notice in verified.notices)


def test_the_loop_goes_on_and_every_vote_stays_with_its_row(
    secretive: Project, tmp_path: Path
) -> None:
    project = secretive
    forgotten = ["r3", "s1"]
    forget_texts(project, forgotten, sure=True)
    (project.functions_folder / "uids.py").write_text(
        "from workbench import labeling_function\n\n\n@labeling_function()\n"
        "def odd(record):\n    return 'spam' if record.uid[-1] in '13579' else 'ham'\n"
    )
    apply_functions(project, n_workers=1)
    with sqlite3.connect(project.store.path) as db:
        votes = db.execute("SELECT uid, class FROM vote WHERE lf = 'odd'").fetchall()
    assert len(votes) == project.store.examples.count()
    assert all(label == ("spam" if uid[-1] in "13579" else "ham") for uid, label in votes)
    train_end_model(project)
    audit_labels(project)
    diagnose(project)
    propose_batch(project, n=5)
    assert export_labels(project, tmp_path / "labels.csv").n_rows > 0
    for uid in forgotten:
        example_id = project.store.examples.id_of(uid)
        assert why(project, uid).text == ""
        with Session(project, annotator="ana") as session:
            session.label(example_id or 0, "ham")
    assert verify(project).is_sound


def test_a_removed_text_does_not_come_back_with_its_file(
    secretive: Project, tmp_path: Path
) -> None:
    forget_texts(secretive, ["s1"], sure=True)
    assert import_files(secretive, [tmp_path / "secret.csv"]).n_added == 0
    assert holders(secretive) == []
    with pytest.raises(UsageError, match="was removed already"):
        forget_texts(secretive, ["s1"], sure=True)


def test_a_batch_ends_without_its_removed_rows(bare: Project) -> None:
    batch = propose_batch(bare, n=10)
    forget_texts(bare, [row.uid for row in batch.rows[2:4]], sure=True)
    with Session(bare, annotator="ann") as session:
        for item in waiting_rows(bare, "ann").items:
            session.label(item.example_id, "ham", batch_run_id=batch.run_id)
    shown = last_batch(bare)
    assert shown is not None
    assert shown.n_decided == len(shown.rows) == batch_size(bare, batch.run_id) == 8
    assert [row.uid for row in shown.rows] == [
        row.uid for row in (*batch.rows[:2], *batch.rows[4:])
    ]
    assert all(row.text and row.why for row in shown.rows)
    assert loop(bare).n_waiting == 0


def test_a_text_that_was_lost_without_a_record_can_be_forgotten(secretive: Project) -> None:
    db = sqlite3.connect(secretive.store.path, isolation_level=None)
    name = "example_text_no_delete"
    (guard,) = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    db.execute(f"DROP TRIGGER {name}")
    db.execute("DELETE FROM example_text WHERE example_id = 4")
    db.execute(guard)
    db.close()
    root = secretive.root
    secretive.close()
    with Project(root) as project:
        problems = [p for check in verify(project).checks for p in check.problems]
        assert [p.message for p in problems] == [
            "the text is missing, and no removal of it is recorded"
        ]
        forget_texts(project, ["r3"], sure=True)
        assert verify(project).is_sound


def test_other_places_are_named(
    secretive: Project, write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    project = secretive
    again = {"id": "s9", "text": SECRET, "label": "ham", "vendor": "good", "phone": "012"}
    import_files(project, [write_csv("again.csv", [again])])
    with Session(project, annotator="ana") as session:
        session.label(project.store.examples.id_of("s9") or 0, "ham", note="the secret one")
    export_labels(project, tmp_path / "labels.csv")
    project.store.copy_out(tmp_path / "copy.db")
    root = project.root
    project.close()
    restore(root, tmp_path / "copy.db", replace=True)
    with Project(root) as opened:
        left = "\n".join(forget_texts(opened, ["s9"], sure=True).left)
    for place in (
        "the same text is that of s1", "its other columns stay: phone", "1 note of annotators",
        "again.csv, row 1", "labels.csv", "workbench-replaced-", "backups and copies",
    ):  # fmt: skip
        assert place in left


def test_a_removed_text_does_not_come_back_with_a_backup(
    secretive: Project, tmp_path: Path
) -> None:
    root, copy = secretive.root, tmp_path / "copy.db"
    secretive.store.copy_out(copy)
    forget_texts(secretive, ["s1", "r3"], reason="a letter", sure=True)
    forget_texts(secretive, ["r4"], sure=True)
    secretive.close()
    for _ in range(2):  # a removal that was carried over is one like any other
        result = restore(root, copy, replace=True)
        assert sorted(result.removed) == ["r3", "r4", "s1"]
        assert result.removals_known
        with Project(root) as project:
            assert holders(project) == []
            assert why(project, "s2").text
            trail = why(project, "s1")
            assert trail.text == ""
            run = project.store.runs.get(trail.removed_by or 0)
            assert run is not None
            assert (run.kind, run.outcome, run.parameters["reason"]) == (
                "forget", "done", "a letter",
            )  # fmt: skip
            assert sorted(run.parameters["uids"]) == ["r3", "s1"]
            assert project.store.runs.newest(limit=1)[0].kind == "restore"
            assert verify(project).is_sound
    assert not list(root.glob(".restore-*"))


def test_a_restore_leaves_the_texts_of_other_rows(
    secretive: Project, write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    init_project(tmp_path / "other", ["ham", "spam"])
    with Project(tmp_path / "other") as other:
        row = {"id": "s1", "text": "nothing to hide", "label": "ham", "vendor": "good"}
        import_files(other, [write_csv("o.csv", [row])])
        other.store.copy_out(tmp_path / "other.db")
    forget_texts(secretive, ["s1"], sure=True)
    root = secretive.root
    secretive.close()
    assert restore(root, tmp_path / "other.db", replace=True).removed == ()
    with Project(root) as project:
        assert why(project, "s1").text == "nothing to hide"


def different_rows() -> list[dict[str, str]]:
    """Return 120 rows of two classes, no near-duplicates among them; three are mislabelled."""
    words = {
        "fruit": ["apple", "pear", "plum", "fig", "melon", "grape", "peach", "cherry"],
        "tool": ["hammer", "saw", "nail", "drill", "pliers", "wrench", "chisel", "rasp"],
    }
    rng = random.Random(0)
    rows = [
        {
            "id": f"{name}{i}",
            "text": " ".join([*rng.sample(said, 4), *(f"word{rng.randrange(30)}" for _ in "abc")]),
            "label": name,
        }
        for name, said in words.items()
        for i in range(60)
    ]
    for row in rows[:3]:
        row["label"] = "tool"
    return rows


def test_a_row_without_text_is_neither_audited_nor_waits_for_a_review(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    rows = different_rows()
    with Project(init_project(tmp_path / "audited", ["fruit", "tool"])) as project:
        import_files(project, [write_csv("audited.csv", rows)])
        first = audit_labels(project)
        (suspect, *_), (control, *_) = (
            [item.example_id for item in review_queue(project) if item.is_control == drawn]
            for drawn in (False, True)
        )
        before = review_progress(project)
        examples = [project.store.examples.get(i) for i in (suspect, control)]
        forget_texts(project, [example.uid for example in examples if example], sure=True)
        after = review_progress(project)
        assert before is not None
        assert after is not None
        assert (after.n_suspects, after.n_waiting) == (
            before.n_suspects - 1, before.n_waiting - 1,
        )  # fmt: skip
        assert (after.n_controls, after.n_changed) == (before.n_controls - 1, 0)
        assert suspect not in {row.example_id for row in suspects_to_review(project)}
        again = audit_labels(project)
        assert not again.reused
        assert again.n_rows == first.n_rows - 2
        assert not {suspect, control} & {item.example_id for item in review_queue(project)}


def test_an_audit_before_lists_no_row_without_text_and_keeps_no_text(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    rows = different_rows()
    rows.append({"id": "odd", "text": "xylophone quartz sphinx", "label": "tool"})
    with Project(init_project(tmp_path / "audited", ["fruit", "tool"])) as project:
        import_files(project, [write_csv("audited.csv", rows)])
        first = audit_labels(project)
        assert "odd" in {row.uid for row in first.outliers}
        shown = last_audit(project)
        assert shown is not None
        assert "xylophone quartz sphinx" in {row.text for row in shown.outliers}
        suspect = first.suspects[0].uid
        forget_texts(project, [suspect, "odd"], sure=True)
        document = json.dumps(project.store.runs.artifact(first.run_id, "audit"))
        assert "xylophone" not in document
        shown = last_audit(project)
        assert shown is not None
        assert "odd" not in {row.uid for row in shown.outliers}
        found = find_rows(project, parse_filter("is:suspect")).example_ids
        assert project.store.examples.id_of(suspect) not in found
        assert len(found) == first.n_suspects - 1


def test_audits_that_an_earlier_version_stored_with_texts_are_named(secretive: Project) -> None:
    quoting, other = {"uid": "s1", "text": SECRET}, {"uid": "s1", "text": ""}
    run_ids = []
    for row in (quoting, other):
        with (
            record_run(secretive.store, "audit", parameters={}) as run,
            run.finish({}, artifacts={"audit": {"outliers": [row], "ambiguous": []}}),
        ):
            run_ids.append(run.run_id)
    left = "\n".join(forget_texts(secretive, ["s1"], sure=True).left)
    assert f"the audit of run {run_ids[0]}," in left
    assert f"the audit of run {run_ids[1]}," not in left


def test_a_removed_text_cannot_be_put_back(secretive: Project) -> None:
    forget_texts(secretive, ["r3"], sure=True)
    with sqlite3.connect(secretive.store.path) as db:
        with pytest.raises(sqlite3.OperationalError, match="no such function"):
            db.execute("INSERT INTO example_text VALUES (4, 'other')")
        register(db)
        with pytest.raises(sqlite3.IntegrityError, match="removed for good"):
            db.execute("INSERT INTO example_text VALUES (4, 'other')")


def test_a_row_without_text_is_in_no_queue(secretive: Project) -> None:
    gone, there = (secretive.store.examples.id_of(uid) for uid in ("s1", "s2"))
    assert gone is not None
    for who, label in (("ana", "ham"), ("bo", "spam")):
        with Session(secretive, annotator=who) as session:
            session.label(gone, label)
    assert [
        item.example_id for item in waiting_rows(secretive, "x", queue="disagreement").items
    ] == [gone]
    run_id = forget_texts(secretive, ["s1"], sure=True).run_id
    assert waiting_rows(secretive, "x", queue="disagreement").items == []
    assert {gone, there} & {item.example_id for item in waiting_rows(secretive, "x").items} == {
        there
    }
    n = secretive.store.examples.count()
    assert "s1" not in {row.uid for row in propose_batch(secretive, n=n).rows}
    trail = why(secretive, "s1")
    assert (trail.text, trail.removed_by) == ("", run_id)
    assert why(secretive, "s2").removed_by is None


def test_a_file_says_nothing_of_a_row_without_text(
    secretive: Project, write_csv: Callable[..., Path]
) -> None:
    forget_texts(secretive, ["s1"], sure=True)
    rows = [{"id": uid, "label": "spam", "annotator": "ana"} for uid in ("s1", "s2")]
    result = import_decisions(secretive, write_csv("said.csv", rows))
    assert (result.n_rows, result.n_removed, result.n_added) == (2, 1, 1)
    (said,) = secretive.store.decisions.active()
    assert said.example_id == secretive.store.examples.id_of("s2")
    # Nor has a file without ids, as it was imported.
    rows = [{"text": "one text", "label": "ham"}, {"text": "another", "label": "spam"}]
    file = write_csv("noids.csv", rows)
    import_files(secretive, [file])
    forget_texts(secretive, secretive.store.examples.uids()[-1:], sure=True)
    result = import_decisions(secretive, file)
    assert (result.n_removed, result.n_added) == (1, 1)
