"""Who is to blame after a review: groups are compared as they came, people by what they gave."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.conftest import write_rows
from tests.services.reviewing import CLASSES, WORDS, review_all, rows, true_class
from workbench.services.annotate import Session
from workbench.services.audit import audit_labels
from workbench.services.diagnose import diagnose
from workbench.services.export import export_labels
from workbench.services.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.review import AMBIGUOUS, record_review, review_queue
from workbench.services.review_report import review_report
from workbench.services.undo import undo


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
