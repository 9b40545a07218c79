"""Who is to blame after a review: groups are compared as they came, people by what they gave."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.conftest import write_rows
from tests.services.reviewing import CLASSES, WORDS, review_all, rows, true_class
from workbench.cli.audit import show_rates
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.audit.blame import ALL_FLAGGED
from workbench.services.browse import last_audit
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.diagnose.verdicts import CANNOT_TELL
from workbench.services.export.export import export_labels
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.project import Project, init_project
from workbench.services.review.progress import review_progress
from workbench.services.review.report import review_report
from workbench.services.review.review import AMBIGUOUS, record_review, review_queue
from workbench.services.review_log import reviewed_ids
from workbench.services.undo import undo
from workbench.tui.widgets.blame import blame_page


def hard_rows(n: int, seed: int, *, wrong: float = 0.0) -> list[dict[str, str]]:
    """Return messages an eighth of which reads like one of the other class, whatever its label."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(n):
        true = CLASSES[i % 2]
        words = WORDS[CLASSES[(i + (rng.random() < 0.125)) % 2]]
        filler = [f"word{j}" for j in rng.integers(0, 60, 5)]
        label = CLASSES[(i + (rng.random() < wrong)) % 2]
        text = " ".join([*rng.choice(words, 3), *filler])
        made.append({"id": f"{seed}-{i}", "text": text, "label": label, "true": true})
    return made


def stands_out(project: Project, by: str = "batch") -> list[str]:
    return [rate.group for rate in audit_labels(project, by=by).by_group if rate.stands_out]


@pytest.fixture
def reviewed(tmp_path: Path) -> Project:
    """A project with a clean batch, every doubt of which a person has answered."""
    project = Project(init_project(tmp_path / "p", CLASSES))
    old = write_rows(tmp_path / "old.csv", hard_rows(300, 1))
    import_files(project, [old], batch="old")
    audit_labels(project)
    review_all(project)
    return project


def test_a_clean_new_batch_is_not_accused_for_being_the_one_that_nobody_reviewed(
    reviewed: Project, tmp_path: Path
) -> None:
    import_files(reviewed, [write_rows(tmp_path / "n.csv", hard_rows(300, 2))], batch="new")
    found = audit_labels(reviewed, by="batch")
    rates = {rate.group: rate for rate in found.by_group}
    # What is shown are the labels of now, and these differ: the doubts of old are answered.
    assert rates["new"].rate > 3 * rates["old"].rate
    assert [rate.group for rate in found.by_group if rate.stands_out] == []
    assert rates["new"].ratio == pytest.approx(1, abs=0.5)
    assert "a reviewed group is no better for it than a new one" in found.compared_note
    again = audit_labels(reviewed, by="batch")
    assert again.reused
    assert again.by_group == found.by_group
    noise = [row for row in diagnose(reviewed).noise if row.column == "batch"]
    assert [row.group for row in noise if row.stands_out] == []
    reviewed.close()


def test_a_bad_new_batch_is_accused_beside_a_reviewed_one_and_after_its_own_review(
    reviewed: Project, tmp_path: Path
) -> None:
    bad = write_rows(tmp_path / "n.csv", hard_rows(300, 2, wrong=0.25))
    import_files(reviewed, [bad], batch="new")
    assert stands_out(reviewed) == ["new"]
    review_all(reviewed)
    assert stands_out(reviewed) == ["new"]
    reviewed.close()


@pytest.fixture
def answered(tmp_path: Path) -> Project:
    """A project whose labels ann and bob gave; a fifth of bob's are wrong."""
    project = Project(init_project(tmp_path / "p", CLASSES))
    made = [{**row, "label": ""} for row in rows(300, 3, wrong=0)]
    import_files(project, [write_rows(tmp_path / "t.csv", made)])
    for k, who in enumerate(("ann", "bob")):
        with Session(project, annotator=who) as session:
            for i in range(k, 300, 2):
                is_wrong = who == "bob" and i % 10 == 1
                true = CLASSES.index(made[i]["true"])
                session.label(i + 1, CLASSES[(true + is_wrong) % 2])
    audit_labels(project)
    return project


def test_a_report_by_annotator_is_of_those_who_gave_the_audited_labels(answered: Project) -> None:
    with Session(answered, annotator="zoe") as session:
        for item in review_queue(answered):
            record_review(answered, session, item, true_class(answered, item))
    first = review_report(answered, by="annotator")
    assert {change.group: change.n for change in first.by_group} == {"ann": 150, "bob": 150}
    n_random = sum(change.n_random for change in first.by_group)
    assert n_random == first.total.n_random
    # The reviewer is no group of the next audit either, nor are her rows lost to those she judged.
    after = audit_labels(answered, by="annotator")
    assert {rate.group: rate.n for rate in after.by_group} == {"ann": 150, "bob": 150}
    assert [rate.group for rate in after.by_group if rate.stands_out] == ["bob"]
    # What they say later changes nothing in this round.
    with Session(answered, annotator="ann") as session:
        for i in range(2, 40, 2):
            session.label(i, CLASSES[i % 2])
    later = review_report(answered, by="annotator", audit=first.audit_run_id)
    assert later.by_group == first.by_group
    answered.close()


def test_who_mends_an_answer_after_its_review_has_given_the_label_that_was_doubted(
    answered: Project,
) -> None:
    with Session(answered, annotator="zoe") as session:
        for item in review_queue(answered):
            record_review(answered, session, item, true_class(answered, item))
    corrected = [e.example_id for e in answered.store.decisions.active() if e.kind == "relabel"]
    before = audit_labels(answered, by="annotator")
    labels = resolve_labels(answered).labels
    with Session(answered, annotator="bob") as session:
        for i in filter(None, corrected):
            session.label(i, CLASSES[labels[i - 1]])
    after = audit_labels(answered, by="annotator")
    assert len(corrected) >= 20
    assert after.by_group == before.by_group
    assert after.group_note == before.group_note == ""
    answered.close()


def test_reports_of_later_rounds_list_the_people_of_the_audit(answered: Project) -> None:
    with Session(answered, annotator="zoe") as session:
        for item in review_queue(answered):
            record_review(answered, session, item, true_class(answered, item))
        n_settled = len(list(answered.store.decisions.active())) - 300
        session.flag(next(i for i in range(1, 301) if i not in reviewed_ids(answered)))
        second = audit_labels(answered, by="annotator", controls=40)
        for item in review_queue(answered):
            record_review(answered, session, item, true_class(answered, item))
    audited = {rate.group: rate.n for rate in second.by_group}
    assert sum(audited.values()) == 299
    report = review_report(answered, by="annotator")
    assert report.audit_run_id == second.run_id
    assert {change.group: change.n for change in report.by_group} == audited
    counts = f"{n_settled} labels that earlier rounds reviewed count as right, with those who gave"
    assert any(note.startswith(counts) for note in report.notes)
    # Not when answers of the first round are taken back or outdone after it.
    audit_labels(answered)
    with Session(answered, annotator="zoe") as session:
        for i in range(1, 101):
            session.relabel(i, CLASSES[i % 2])
    again = review_report(answered, by="annotator", audit=second.run_id)
    assert again.by_group == report.by_group


def test_flagged_labels_count_neither_as_right_nor_as_wrong(
    audited: Project, tmp_path: Path
) -> None:
    suspects = [item for item in review_queue(audited) if item.role == "train"]
    with Session(audited, annotator="ana") as session:
        for k, item in enumerate(suspects):
            choice = AMBIGUOUS if k < 10 else true_class(audited, item)
            record_review(audited, session, item, choice)
    found = audit_labels(audited, by="vendor")
    assert (found.n_flagged, found.n_judged) == (10, 230)
    assert found.error_rate == found.n_suspects / 230
    assert "10 labels flagged as ambiguous count neither as right nor as" in found.reviewed_note
    assert sum(rate.n for rate in found.by_class) == 230
    assert sum(rate.n for rate in found.by_group) == 230
    sentences = export_labels(audited, tmp_path / "labels.csv").notes.sentences
    assert any(said.startswith("10 of these labels are flagged as ambiguous") for said in sentences)
    # Whoever decides one makes it a label like any other.
    with Session(audited, annotator="ben") as session:
        session.keep(suspects[0].example_id, suspects[0].given)
    assert audit_labels(audited).n_flagged == 9


def test_corrections_that_were_taken_back_are_not_told_as_a_model_s(audited: Project) -> None:
    first = audit_labels(audited)
    review_all(audited, 10)
    before = review_report(audited)
    review_all(audited)
    audit_labels(audited)
    n_late = sum(1 for _ in audited.store.decisions.active()) - 10
    for _ in range(n_late):
        undo(audited, annotator="ana")
    report = review_report(audited, audit=first.run_id)
    assert not any("no person gave" in note for note in report.notes)
    assert report.total == before.total


def test_no_class_stands_out_for_being_hard(tmp_path: Path) -> None:
    """A rare class that reads like the others has doubts, all of them the models' errors."""
    made = [row for row in hard_rows(600, 5) if row["true"] == CLASSES[0] or row["id"][-1] == "1"]
    with Project(init_project(tmp_path / "p", CLASSES)) as project:
        import_files(project, [write_rows(tmp_path / "t.csv", made)])
        found = audit_labels(project, by="class")
    rare = next(rate for rate in found.by_class if rate.group == CLASSES[1])
    assert rare.ratio is not None
    assert rare.q_value is not None
    assert rare.ratio > 1
    assert rare.q_value < 0.02
    assert not any(rate.stands_out for rate in (*found.by_class, *found.by_group))


def test_a_group_of_which_no_doubt_is_left_stood_out_before_its_review(
    reviewed: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = write_rows(tmp_path / "n.csv", hard_rows(300, 2, wrong=0.25))
    import_files(reviewed, [bad], batch="new")
    found = audit_labels(reviewed, by="batch")
    assert {rate.group: rate.mark for rate in found.by_group} == {"new": "stands out", "old": ""}
    for _ in range(20):
        if not found.n_suspects:
            break
        review_all(reviewed)
        found = audit_labels(reviewed, by="batch")
    said = "stood out before its review"
    assert {rate.group: rate.mark for rate in found.by_group} == {"new": said, "old": ""}
    noise = next(lens for lens in diagnose(reviewed).lenses if lens.name == "label noise")
    assert "batch new" not in noise.finding
    assert [row.mark for row in diagnose(reviewed).noise if row.group == "new"] == [said]
    show_rates(found.by_group, "by batch")
    assert f"- new {said}" in capsys.readouterr().out
    console = Console(width=100, file=io.StringIO())
    console.print(blame_page(found, "rates"))
    shown = console.file.getvalue()
    assert f"- new {said}" in shown
    assert "new !" not in shown
    reviewed.close()


def test_a_group_of_which_a_few_doubts_are_left_stood_out_too(
    reviewed: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One doubt of 300 is no sign that it still has more errors than the rest."""
    bad = write_rows(tmp_path / "n.csv", hard_rows(300, 2, wrong=0.25))
    import_files(reviewed, [bad], batch="new")
    audit_labels(reviewed)
    marks, n_left = [], []
    for n_kept_back in (40, 1):
        queue = [item for item in review_queue(reviewed) if not item.is_control]
        with Session(reviewed, annotator="ana") as session:
            for item in queue[n_kept_back:]:
                record_review(reviewed, session, item, true_class(reviewed, item))
        found = audit_labels(reviewed, by="batch")
        new = next(rate for rate in found.by_group if rate.group == "new")
        assert new.stands_out
        marks.append(new.mark)
        n_left.append(new.n_suspects)
    assert n_left[0] > n_left[1] > 0
    assert marks == ["stands out", "stood out before its review"]
    assert [row.mark for row in diagnose(reviewed).noise if row.group == "new"] == marks[1:]
    show_rates(found.by_group, "by batch")
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("new ")]
    assert line.endswith("<- stood out")
    reviewed.close()


def flag(project: Project, rows: Iterable[int]) -> None:
    """Flag some rows in the review of the newest audit."""
    run = project.store.runs.last_done("audit")
    assert run is not None
    with Session(project, annotator="ana") as session:
        for row in rows:
            session.flag(int(row) + 1, batch_run_id=run.run_id)


def test_a_class_of_which_every_label_is_flagged_is_not_said_to_be_unlearnt(
    audited: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uids = audited.store.examples.uids()
    given = resolve_labels(audited).labels
    is_train = np.arange(len(given)) < 240
    mine = np.flatnonzero((given == 1) & is_train)
    votes = [f"{uids[i]},{CLASSES[1]},{CLASSES[given[i]]}" for i in mine[:20]]
    votes += [f"{uids[i]},,{CLASSES[0]}" for i in np.flatnonzero((given == 0) & is_train)]
    (tmp_path / "votes.csv").write_text("\n".join(["uid,few,all", *votes]))
    import_votes(audited, tmp_path / "votes.csv")
    flag(audited, mine)
    found = audit_labels(audited, by="class")
    rate = next(rate for rate in found.by_class if rate.group == CLASSES[1])
    assert (rate.n, rate.n_suspects, rate.reason) == (0, 0, ALL_FLAGGED)
    show_rates(found.by_class, "by class")
    shown = capsys.readouterr().out
    assert ALL_FLAGGED in shown
    assert "no labels" not in shown
    by_function = {
        rate.group.split()[0]: rate for rate in audit_labels(audited, by="function").by_group
    }
    assert (by_function["few"].n, by_function["few"].reason) == (0, ALL_FLAGGED)
    assert by_function["all"].n == int((given[is_train] == 0).sum())


def test_where_every_label_is_flagged_the_noise_cannot_be_told(audited: Project) -> None:
    flag(audited, range(240))
    assert audit_labels(audited).n_judged == 0
    noise = next(lens for lens in diagnose(audited).lenses if lens.name == "label noise")
    assert noise.verdict == CANNOT_TELL
    assert noise.finding == "every label that the audit could judge is flagged as ambiguous"


def test_an_audit_of_an_earlier_version_is_read_with_what_it_has(audited: Project) -> None:
    """Before, an audit kept neither which answers counted as doubts, nor how it compared."""
    review_all(audited)
    new = audit_labels(audited, by="vendor")
    assert new.compared_note
    with sqlite3.connect(audited.store.path) as db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'artifact'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        names = "('answered', 'asked')"
        db.execute(f"DELETE FROM artifact WHERE run_id = ? AND name IN {names}", (new.run_id,))
        (text,) = db.execute(
            "SELECT content FROM artifact WHERE run_id = ? AND name = 'audit'", (new.run_id,)
        ).fetchone()
        document = json.loads(text)
        document.pop("compares_before")
        document["by_class"][0]["stands_out"] = True
        db.execute(
            "UPDATE artifact SET content = ? WHERE run_id = ? AND name = 'audit'",
            (json.dumps(document), new.run_id),
        )
    with Project(audited.root) as project:
        old = audit_labels(project, by="vendor")
        assert old.reused
        # Whom the reviewed doubts speak against is known without the list.
        assert {rate.group: rate.mark for rate in old.by_group} == {
            rate.group: rate.mark for rate in new.by_group
        }
        assert any(rate.stands_out for rate in old.by_group)
        assert not old.compared_note
        assert not any(rate.stands_out for rate in old.by_class)
        last = last_audit(project)
        assert last is not None
        assert not any(rate.stands_out for rate in last.by_class)


def test_an_earlier_round_that_is_taken_back_is_not_known_in_a_later_one(audited: Project) -> None:
    review_all(audited, 12)
    audit_labels(audited)
    with Session(audited, annotator="bo") as session:
        for item in review_queue(audited):
            record_review(audited, session, item, true_class(audited, item), seconds=1.5)
    before = review_report(audited)
    for _ in range(12):
        assert undo(audited, annotator="ana") is not None
    report = review_report(audited)
    assert any(note.startswith("the reviews of 12 rows were taken back") for note in report.notes)
    n_more = 12 / report.total.n
    assert report.total.after_high == pytest.approx(before.total.after_high + n_more)
    progress = review_progress(audited)
    assert progress is not None
    assert progress.hint.startswith("renew the audit (workbench audit): the reviews of 12 rows")
    audit_labels(audited)
    progress = review_progress(audited)
    assert progress is not None
    assert not progress.hint.startswith("renew")
