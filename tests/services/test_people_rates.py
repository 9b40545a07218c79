"""Error rates of people whose answers differ: the one who errs is named, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import small_rows
from tests.services.noisy_messages import TOPICS, message_rows
from workbench.errors import ProjectError
from workbench.methods.answer_trust import answer_beliefs, shared_error
from workbench.services.agreement import annotator_agreement
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.audit.blame import GroupRate
from workbench.services.disputes import rows_differed_on
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.project import Project, init_project

SHARED = range(100, 300)


@pytest.fixture
def answered(tmp_path: Path, write_csv: Callable[..., Path]):
    """300 rows without labels; ann alone on 100, ann and ben on 100, ben and cy on 100.

    Every fourth answer of ben is wrong, and every twenty-fifth of the others.
    """
    rows = message_rows(wrong_of="")[:300]
    made = [{"id": row["id"], "text": row["text"]} for row in rows]
    with Project(init_project(tmp_path / "answered", list(TOPICS))) as project:
        import_files(project, [write_csv("rows.csv", made)])
        for who, answers, each in (
            ("ann", range(200), 25),
            ("ben", SHARED, 4),
            ("cy", range(200, 300), 25),
        ):
            with Session(project, annotator=who) as session:
                for i in answers:
                    true = rows[i]["true"]
                    others = [name for name in TOPICS if name != true]
                    session.label(i + 1, others[i % 2] if i % each == 1 else true)
        yield project


def rates(project: Project) -> dict[str, GroupRate]:
    return {rate.group: rate for rate in audit_labels(project, by="annotator").by_group}


def n_tied(project: Project) -> int:
    labels = resolve_labels(project).labels
    return sum(int(labels[i] < 0) for i in SHARED)


def test_answers_that_leave_a_row_without_a_label_are_laid_to_who_gave_them(
    answered: Project,
) -> None:
    n = n_tied(answered)
    assert n >= 50
    result = audit_labels(answered, by="annotator")
    found = {rate.group: rate for rate in result.by_group}
    assert {who: rate.n for who, rate in found.items()} == {"ann": 200, "ben": 200, "cy": 100}
    assert result.by_group[0].group == "ben"
    assert [rate.group for rate in result.by_group if rate.stands_out] == ["ben"]
    assert found["ben"].low <= 0.25 <= found["ben"].high
    assert max(found["ann"].rate, found["cy"].rate) < 0.12
    assert f"answers to {n} rows differ, which have no label from people" in result.group_note
    assert "annotate --queue disagreement" in result.group_note
    again = audit_labels(answered, by="annotator")
    assert again.reused
    assert (again.by_group, again.group_note) == (result.by_group, result.group_note)


def test_an_audit_looks_for_the_rows_that_annotators_differ_on_once(
    answered: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []

    def counted(project: Project) -> list[int]:
        looked.append(len(rows_differed_on(project)))
        return rows_differed_on(project)

    monkeypatch.setattr("workbench.services.people_answers.rows_differed_on", counted)
    audit_labels(answered, by="annotator")
    assert looked == [n_tied(answered)]
    assert audit_labels(answered, by="annotator").reused
    assert len(looked) == 2


def test_rows_that_have_the_label_of_a_file_are_not_said_to_have_none(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    rows = message_rows(wrong_of="")[:120]
    made = [{"id": row["id"], "text": row["text"], "label": row["true"]} for row in rows]
    with Project(init_project(tmp_path / "given", list(TOPICS))) as project:
        import_files(project, [write_csv("given.csv", made)])
        for who, each in (("ann", 120), ("ben", 12)):
            with Session(project, annotator=who) as session:
                for i in range(60):
                    true = rows[i]["true"]
                    other = next(name for name in TOPICS if name != true)
                    session.label(i + 1, other if i % each == 1 else true)
        assert (resolve_labels(project).labels >= 0).all()
        note = audit_labels(project, by="annotator").group_note
    assert "differ, which have no label from people:" in note


def test_an_audit_that_has_too_few_labels_since_people_differ_says_so(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    unlabelled = [row | {"label": ""} for row in small_rows(60)]
    import_files(project, [write_csv("t.csv", unlabelled)])
    for who, said in (("ann", "ham"), ("ben", "spam")):
        with Session(project, annotator=who) as session:
            for example_id in range(1, 60):
                session.label(example_id, said)
    with pytest.raises(ProjectError, match="too few to audit") as refused:
        audit_labels(project, by="annotator")
    assert "59 rows differ" in (refused.value.hint or "")
    assert "workbench annotate --queue disagreement" in (refused.value.hint or "")


def test_who_was_overruled_by_a_person_was_wrong(answered: Project) -> None:
    before = rates(answered)["ben"]
    labels = resolve_labels(answered).labels
    true = [row["true"] for row in message_rows(wrong_of="")]
    with Session(answered, annotator="judge") as judge:
        for i in SHARED:
            if labels[i] < 0:
                judge.adjudicate(i + 1, true[i])
    result = audit_labels(answered, by="annotator")
    found = {rate.group: rate for rate in result.by_group}
    assert found["ben"].n_suspects >= 48
    assert found["ben"].stands_out
    assert found["ben"].high - found["ben"].low <= before.high - before.low
    assert "too close" not in result.group_note


def test_two_answers_a_row_give_no_accuracy_and_a_third_person_does(answered: Project) -> None:
    result = annotator_agreement(answered, n_resamples=10)
    assert {a.name: a.accuracy for a in result.annotators} == {"ann": None, "ben": None, "cy": None}
    assert result.note.startswith("no accuracy of ann, ben, cy")
    assert "workbench audit --by annotator" in result.note
    assert "workbench annotate --queue disagreement" in result.note
    true = [row["true"] for row in message_rows(wrong_of="")]
    with Session(answered, annotator="cy") as session:
        for i in range(100):
            session.label(i + 1, true[i])
    result = annotator_agreement(answered, n_resamples=10)
    accuracy = {a.name: a.accuracy or 0 for a in result.annotators}
    assert result.note == ""
    assert accuracy["ben"] < min(accuracy["ann"], accuracy["cy"])


def test_a_model_decides_between_two_and_people_who_agree_outweigh_it() -> None:
    probs = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.9, 0.05, 0.05]])
    counts = np.array([[1, 1, 0], [1, 1, 0], [0, 2, 0]])
    beliefs = answer_beliefs(probs, counts, 0.1)
    assert beliefs.argmax(axis=1).tolist() == [0, 1, 1]
    # Between two answers the model alone tells.
    np.testing.assert_allclose(beliefs[0, 0] / beliefs[0, 1], 2)
    np.testing.assert_allclose(beliefs.sum(axis=1), 1)
    assert shared_error(100, 19) == pytest.approx(0.1)
