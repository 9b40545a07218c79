"""Answers that another origin's label stands over: they are kept, and people are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.reviewing import CLASSES, review_all
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.classes import merge_classes
from workbench.services.importing.decision_import import import_decisions
from workbench.services.project import Project
from workbench.services.relabel import relabel_rows
from workbench.services.review.report import review_report
from workbench.services.row_queues import asked_again
from workbench.services.why import why

Write = Callable[..., Path]


def other(label: str) -> str:
    return CLASSES[1 - CLASSES.index(label)]


def label_of(project: Project, example_id: int) -> tuple[str, str]:
    found = project.store.resolved.of_example(example_id)
    assert found is not None
    return found.label, found.origin


@pytest.fixture
def reviewed(audited: Project) -> Project:
    """The audited project; ana has reviewed all that waited."""
    review_all(audited)
    return audited


def uids_of(project: Project, kind: str) -> list[str]:
    uids = project.store.examples.uids()
    return [uids[e.example_id - 1] for e in project.store.decisions.active() if e.kind == kind]


def test_a_file_that_differs_from_a_review_is_told_to_change_no_label(
    reviewed: Project, write_csv: Write
) -> None:
    kept, corrected = uids_of(reviewed, "keep")[0], uids_of(reviewed, "relabel")[0]
    was = {uid: why(reviewed, uid).label for uid in (kept, corrected)}
    agreed = uids_of(reviewed, "keep")[1]
    says = {kept: other(was[kept]), corrected: other(was[corrected])}
    says[agreed] = why(reviewed, agreed).label
    file = write_csv("d.csv", [{"id": uid, "label": label} for uid, label in says.items()])
    for who in ("boss", "ana"):
        result = import_decisions(reviewed, file, annotator=who)
        assert result.n_added == 3
        assert set(result.overruled.uids) == {kept, corrected}
        assert result.overruled.by_origin == {"correction": 2}
        assert "workbench relabel CLASS UID" in result.overruled.sentence
    trail = why(reviewed, kept)
    assert trail.label == was[kept]
    assert trail.overruled is not None
    assert says[kept] in trail.overruled
    # The way that is named works, by the command and by the file.
    relabel_rows(reviewed, says[kept], uids=[kept])
    more = [{"id": corrected, "label": says[corrected], "kind": "relabel"}]
    result = import_decisions(reviewed, write_csv("e.csv", more), annotator="boss")
    assert not result.overruled.uids
    assert result.overruled.sentence == ""
    assert [why(reviewed, uid).label for uid in (kept, corrected)] == [
        says[kept],
        says[corrected],
    ]
    assert why(reviewed, kept).overruled is None


def test_where_annotations_come_first_no_review_stands_over_them(
    reviewed: Project, write_csv: Write
) -> None:
    settings = reviewed.root / "workbench.toml"
    order = 'order = ["correction", "annotation", "given", "model"]'
    before = settings.read_text(encoding="utf-8")
    assert order in before
    settings.write_text(
        before.replace(order, 'order = ["annotation", "correction", "given", "model"]'),
        encoding="utf-8",
    )
    uid = uids_of(reviewed, "keep")[0]
    said = other(str(why(reviewed, uid).label))
    file = write_csv("d.csv", [{"id": uid, "label": said}])
    with Project(reviewed.root) as project:
        assert not import_decisions(project, file, annotator="boss").overruled.uids
        assert why(project, uid).label == said


def test_an_answer_to_somebody_else_s_correction_is_told_to_leave_the_label(
    reviewed: Project,
) -> None:
    event = next(e for e in reviewed.store.decisions.active() if e.kind == "keep")
    row = event.example_id
    assert row is not None
    label, _ = label_of(reviewed, row)
    with Session(reviewed, annotator="boss") as session:
        decision = session.choose(asked_again(reviewed, "boss", row), other(label))
        same = session.choose(asked_again(reviewed, "boss", row), label)
    assert decision.kind == "label"
    assert decision.standing is not None
    assert decision.standing.label == label
    assert same.standing is None
    assert label_of(reviewed, row) == (label, "correction")


def test_who_changes_their_own_correction_corrects_anew(reviewed: Project) -> None:
    event = next(e for e in reviewed.store.decisions.active() if e.kind == "keep")
    row = event.example_id
    assert row is not None
    label, _ = label_of(reviewed, row)
    with Session(reviewed, annotator="ana") as session:
        again = session.choose(asked_again(reviewed, "ana", row), label)
        assert again.kind == "keep"
        changed = session.choose(asked_again(reviewed, "ana", row), other(label))
    assert (changed.kind, changed.standing) == ("relabel", None)
    assert label_of(reviewed, row) == (other(label), "correction")


def test_who_changes_what_they_settled_settles_it_anew(reviewed: Project) -> None:
    free = uids_of(reviewed, "keep") + uids_of(reviewed, "relabel")
    uids = reviewed.store.examples.uids()
    row = next(i for i, uid in enumerate(uids, start=1) if uid not in free)
    with Session(reviewed, annotator="bo") as session:
        session.label(row, CLASSES[0])
    with Session(reviewed, annotator="boss") as session:
        session.adjudicate(row, CLASSES[1])
        changed = session.choose(asked_again(reviewed, "boss", row), CLASSES[0])
    assert changed.kind == "adjudicate"
    assert label_of(reviewed, row) == (CLASSES[0], "annotation")


def test_bounds_allow_for_answers_against_the_review(reviewed: Project, write_csv: Write) -> None:
    """Of a sample that is known to the last row, as one vendor's own file of all its rows has."""
    vendor = reviewed.store.examples.column("vendor")
    role = reviewed.store.examples.column("role")
    uids = reviewed.store.examples.uids()
    contested = [*uids_of(reviewed, "keep"), *uids_of(reviewed, "relabel")]
    mine = [i for i, name in enumerate(vendor) if name == "b" and role[i] == "train"]
    contested = [uid for uid in contested if uids.index(uid) in mine][:5]
    assert len(contested) == 5
    rows = []
    for i in mine:
        label = str(why(reviewed, uids[i]).label)
        rows.append({"id": uids[i], "label": other(label) if uids[i] in contested else label})
    import_decisions(reviewed, write_csv("v.csv", rows), annotator="b")
    report = review_report(reviewed)
    found = next(change for change in report.by_group if change.group == "b")
    assert (found.after, found.after_low) == (0, 0)
    assert found.after_high == pytest.approx(5 / found.n)
    # A row that was kept may have been wrong, one that was corrected right, as the file says.
    n_kept = len(set(contested) & set(uids_of(reviewed, "keep")))
    assert found.before_high == pytest.approx((found.n_corrected + n_kept) / found.n)
    assert found.before_low == pytest.approx((found.n_corrected - 5 + n_kept) / found.n)
    (note,) = [note for note in report.notes if "answered otherwise since" in note]
    assert note.startswith("5 reviewed rows were answered")


def test_a_report_says_which_answers_a_merge_took_off_it(messages: Project) -> None:
    audit_labels(messages)
    review_all(messages)
    before = review_report(messages)
    assert not any("left out: the classes in doubt" in note for note in before.notes)
    first, second, *_ = messages.classes
    merge_classes(messages, [first], second)
    after = review_report(messages)
    was, now = (
        one.n_reviewed
        + one.n_evaluation_corrected
        + one.n_evaluation_kept
        + one.n_evaluation_ambiguous
        for one in (before, after)
    )
    assert was > now > 0
    (note,) = [note for note in after.notes if "left out: the classes in doubt" in note]
    assert note.startswith(f"{was - now} rows that were reviewed in this round")
