"""Rows that a person's newest word flags, in Annotate, by a file or in a review."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.reviewing import CLASSES, review_all, rows
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.export.export import export_labels
from workbench.services.importing.decision_import import import_decisions
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.relabel import relabel_rows
from workbench.services.review.report import review_report
from workbench.services.review.review import AMBIGUOUS, record_review, review_queue
from workbench.services.review_log import flagged_ids
from workbench.services.row_filter import parse_filter
from workbench.services.rows import find_rows
from workbench.services.staleness import stale
from workbench.services.undo import undo


def suspects(project: Project, n: int) -> list[int]:
    """Return the first training rows that the review asks for."""
    queue = review_queue(project)
    return [row.example_id for row in queue if row.role == "train" and not row.is_control][:n]


def flag(project: Project, ids: list[int], annotator: str = "ana") -> None:
    with Session(project, annotator=annotator) as session:
        for example_id in ids:
            session.flag(example_id)


def test_labels_that_are_flagged_in_annotate_are_in_no_rate_and_named_by_an_export(
    audited: Project, tmp_path: Path
) -> None:
    ids = suspects(audited, 10)
    flag(audited, ids)
    found = audit_labels(audited, by="vendor")
    assert (found.n_flagged, found.n_judged, found.n_reviewed) == (10, 230, 0)
    assert found.error_rate == found.n_suspects / 230
    assert sum(rate.n for rate in found.by_class) == sum(rate.n for rate in found.by_group) == 230
    assert sum(rate.n_suspects for rate in found.by_group) == found.n_suspects
    uids = audited.store.examples.uids()
    assert not {uids[i - 1] for i in ids} & {row.uid for row in found.suspects}
    assert not set(ids) & {row.example_id for row in review_queue(audited)}
    # There was no review to tell of.
    assert found.reviewed_note == (
        "10 labels flagged as ambiguous count neither as right nor as wrong"
    )
    assert not found.compared_note
    again = audit_labels(audited, by="vendor")
    assert (again.reused, again.by_group) == (True, found.by_group)
    sentences = export_labels(audited, tmp_path / "labels.csv").notes.sentences
    assert any(said.startswith("10 of these labels are flagged as ambiguous") for said in sentences)
    listed = find_rows(audited, parse_filter("is:flagged")).example_ids
    assert sorted(listed.tolist()) == sorted(ids)


def test_a_report_by_people_whose_every_label_is_flagged_compares_nobody(audited: Project) -> None:
    with Session(audited, annotator="bo") as session:
        for example_id in (1, 2):
            session.label(example_id, CLASSES[0])
    flag(audited, [1, 2])
    audit_labels(audited)
    review_all(audited, 10)
    report = review_report(audited, by="annotator")
    assert report.by_group == ()
    assert report.total.n == 238


def test_a_flag_counts_until_it_is_undone_or_somebody_decides_the_row(audited: Project) -> None:
    first, second, third, fourth, last = suspects(audited, 5)
    flag(audited, [first, second, third, fourth, last])
    with Session(audited, annotator="ben") as session:
        session.label(first, CLASSES[0])
        session.skip(second)
    (item,) = (row for row in review_queue(audited) if row.example_id == third)
    uid = audited.store.examples.uids()[third - 1]
    relabel_rows(audited, item.suggested, uids=[uid], annotator="ben")
    assert flagged_ids(audited) == {second, fourth, last}
    assert audit_labels(audited).n_flagged == 3
    undo(audited, annotator="ana")
    assert flagged_ids(audited) == {second, fourth}
    (old,) = stale(audited, {"audit"})
    assert old.because.startswith("the review or flag of 1 row was taken back")
    assert audit_labels(audited).n_flagged == 2
    # It stands against what was said before it, of whoever.
    flag(audited, [first], annotator="cy")
    assert audit_labels(audited).n_flagged == 3
    # Whoever decides one takes back nothing.
    with Session(audited, annotator="ben") as session:
        session.label(first, CLASSES[0])
    assert stale(audited, {"audit"}) == ()


def test_who_skips_a_row_takes_back_their_own_flag_and_nobody_elses(audited: Project) -> None:
    first, second, third = suspects(audited, 3)
    flag(audited, [first, second, third])
    flag(audited, [second], annotator="ben")
    with Session(audited, annotator="ana") as session:
        for example_id in (first, second):
            session.skip(example_id)
    with Session(audited, annotator="ben") as session:
        session.skip(third)
    assert flagged_ids(audited) == {second, third}


def test_a_flag_after_a_review_takes_its_answer_out_of_the_rates(audited: Project) -> None:
    (kept,) = suspects(audited, 1)
    with Session(audited, annotator="ana") as session:
        session.keep(kept, CLASSES[0])
    flag(audited, [kept])
    found = audit_labels(audited)
    assert (found.n_flagged, found.n_reviewed) == (1, 0)


def test_flags_of_a_file_count_and_rows_without_a_label_do_not(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    made = rows(120, 0, wrong=0.1)
    for row in made[100:]:
        row["label"] = ""
    with Project(init_project(tmp_path / "p", CLASSES)) as project:
        import_files(project, [write_csv("t.csv", made)])
        path = tmp_path / "flags.csv"
        flags = [{"id": row["id"], "label": "", "kind": "flag"} for row in made[90:110]]
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, ["id", "label", "kind"])
            writer.writeheader()
            writer.writerows(flags)
        import_decisions(project, path)
        found = audit_labels(project, by="vendor")
        assert (found.n_rows, found.n_flagged, found.n_judged) == (100, 10, 90)
        notes = export_labels(project, tmp_path / "labels.csv").notes
    assert notes.n_flagged == 10
    assert sum(rate.n for rate in found.by_group) == 90


@pytest.mark.parametrize("by", ["vendor", "class"])
def test_the_report_of_an_audit_leaves_out_what_was_flagged_before_it(
    audited: Project, by: str
) -> None:
    ids = suspects(audited, 10)
    flag(audited, ids[:4])
    with Session(audited, annotator="ana") as session:
        for item in review_queue(audited):
            if item.example_id in ids[4:]:
                record_review(audited, session, item, AMBIGUOUS)
    found = audit_labels(audited, by=by)
    review_all(audited)
    report = review_report(audited, by=by)
    assert (found.n_flagged, report.total.n) == (10, 230)
    groups = {change.group: change.n for change in report.by_group}
    assert groups == {rate.group: rate.n for rate in found.by_group}
    assert sum(change.n for change in report.by_class) == 230
    said = "10 labels were flagged as ambiguous before the audit"
    assert any(note.startswith(said) for note in report.notes)
    # Who decides one makes it known: it counts again.
    with Session(audited, annotator="ben") as session:
        session.label(ids[0], CLASSES[0])
    assert review_report(audited, by=by).total.n == 231
