"""What a review changed: rates before and after, the gain, and what an export tells."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.services.reviewing import CLASSES, review_all, rows, true_class
from workbench.errors import ProjectError, UsageError
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.export.export import export_labels
from workbench.services.export.preview import preview_export
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.project import Project, init_project
from workbench.services.relabel import relabel_rows
from workbench.services.review.progress import review_progress
from workbench.services.review.report import review_report
from workbench.services.review.review import record_review, review_queue
from workbench.services.review.reviewed_rows import has_review
from workbench.services.snapshots import take_snapshot
from workbench.services.status import status
from workbench.services.train import train_end_model


def test_the_report_tells_rates_before_and_after_and_the_measured_gain(audited: Project) -> None:
    review_all(audited)
    report = review_report(audited)
    assert report.by == "vendor"
    truly = np.mean([row["label"] != row["true"] for row in rows(240, 0, wrong=0.125)])
    total = report.total
    assert total.before_low <= truly <= total.before_high
    assert total.after_high < total.before_high
    vendors = {change.group: change for change in report.by_group}
    assert set(vendors) == {"a", "b"}
    assert vendors["b"].before_low > 5 * vendors["a"].before_low
    # Twenty random rows are too few for an estimate of either, or of all, and the report says so.
    for change in (total, vendors["a"]):
        assert change.is_wide
        assert change.before is change.after is None
    assert vendors["a"].n_random + vendors["b"].n_random == 20
    assert sum(change.n_corrected for change in report.by_group) == total.n_corrected
    assert [change.group for change in report.by_class] == list(CLASSES)
    assert report.n_corrected + report.n_kept == report.n_reviewed
    gain = report.gain
    assert gain is not None
    assert (gain.n_trusted, gain.trusted) == (80, "evaluation rows")
    assert gain.accuracy_change == pytest.approx(gain.accuracy_after - gain.accuracy_before)
    assert gain.accuracy_low <= gain.accuracy_change <= gain.accuracy_high
    assert gain.accuracy_after >= gain.accuracy_before
    a_range, wide = report.notes
    assert "those of other groups say nothing of it" in a_range
    assert "workbench audit --controls" in wide


def test_what_an_audit_missed_of_one_vendor_is_not_laid_upon_another(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    """A vendor whose texts tell no class is noisy: only random rows show what an audit missed."""
    made = rows(900, 0, wrong=0)
    for i, row in enumerate(made):
        row["vendor"] = "clean" if i % 3 else "noisy"
        if row["vendor"] == "noisy":
            row["text"] = f"note {i} of no words at all that would tell"
            row["label"] = CLASSES[(i + (i % 5 == 0)) % 2]
    with Project(init_project(tmp_path / "p", CLASSES)) as project:
        import_files(project, [write_csv("t.csv", made)])
        assert audit_labels(project, controls=250).n_controls == 250
        review_all(project)
        report = review_report(project, by="vendor")
        # What is wrong by now, of the labels as they came.
        now = [CLASSES[index] for index in resolve_labels(project).labels]
    found = {change.group: change for change in report.by_group}
    for name, change in found.items():
        mine = [i for i, row in enumerate(made) if row["vendor"] == name]
        before = np.mean([made[i]["label"] != made[i]["true"] for i in mine])
        after = np.mean([now[i] != made[i]["true"] for i in mine])
        assert change.before_low <= before <= change.before_high
        assert change.after_low <= after <= change.after_high
    assert found["noisy"].n_random_wrong > 0
    assert found["clean"].after == found["clean"].after_low == 0
    assert found["noisy"].after_low > 0


def test_the_report_by_annotator_says_what_it_leaves_out(audited: Project) -> None:
    for name in ("ana", "bo", "cy"):
        with Session(audited, annotator=name) as session:
            for i, row in enumerate(rows(240, 0, wrong=0.125)[:60], start=1):
                session.label(i, CLASSES[0] if name == "cy" else row["true"])
    audit_labels(audited)
    review_all(audited, 30)
    notes = review_report(audited, by="annotator").notes
    assert any(
        "outvoted answers are left out" in note and "audit --by annotator" in note for note in notes
    )


def test_people_who_only_reviewed_gave_no_label_that_is_compared(audited: Project) -> None:
    audit_labels(audited)
    review_all(audited, 30)
    for compare in (audit_labels, review_report):
        with pytest.raises(UsageError, match=r"from a person before any review: there") as refused:
            compare(audited, by="annotator")
        # What was refused is not what to try.
        assert refused.value.hint == "Compare another column, such as vendor or batch."


def test_without_controls_the_report_says_what_it_cannot_count(audited: Project) -> None:
    with Session(audited) as session:
        item = next(i for i in review_queue(audited) if not i.is_control)
        record_review(audited, session, item, item.given)
    report = review_report(audited)
    assert any("no control row" in note for note in report.notes)
    assert report.total.after_high > 0.9
    assert report.total.before_high > 0.9
    # What nothing supports is no figure to quote, and the next step is named.
    assert report.total.before is report.total.after is None
    assert any("random rows wait for a review" in note for note in report.notes)


def test_an_audit_after_the_review_leaves_the_report_of_the_reviewed_one(audited: Project) -> None:
    review_all(audited)
    reviewed = review_report(audited).audit_run_id
    audit_labels(audited)
    assert review_report(audited).audit_run_id == reviewed


def test_corrections_of_evaluation_rows_are_counted_and_all_rows_stay(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    with Project(init_project(tmp_path / "p", CLASSES)) as project:
        import_files(project, [write_csv("t.csv", rows(240, 0, wrong=0.05))])
        import_files(project, [write_csv("e.csv", rows(80, 1, wrong=0.2))], role="evaluation")
        result = audit_labels(project)
        assert result.evaluation_suspects
        review_all(project)
        report = review_report(project)
        assert report.n_evaluation_corrected > 0
        looked_at = report.n_evaluation_corrected + report.n_evaluation_kept
        assert looked_at + report.n_evaluation_ambiguous == len(result.evaluation_suspects)
        labels = resolve_labels(project)
        assert (labels.labels[240:] >= 0).sum() == 80
        corrected = labels.origin_is("correction")[240:].sum()
        assert corrected >= report.n_evaluation_corrected


def test_before_an_audit_or_a_review_there_is_nothing_to_report(filled: Project) -> None:
    assert review_queue(filled) == []
    assert review_progress(filled) is None
    with pytest.raises(ProjectError, match="have not been audited"):
        review_report(filled)
    audit_labels(filled)
    with pytest.raises(ProjectError, match="no row of the audit was reviewed"):
        review_report(filled)


def test_a_report_names_its_audit_and_says_how_to_narrow_wide_intervals(audited: Project) -> None:
    assert not has_review(audited)
    with Session(audited, annotator="ana") as session:
        for item in review_queue(audited):
            if not item.is_control:
                record_review(audited, session, item, true_class(audited, item))
    assert has_review(audited)
    first = review_report(audited)
    assert first.audit_words == f"audit run {first.audit_run_id}"
    assert any("20 random rows wait for a review" in note for note in first.notes)
    newest = audit_labels(audited)
    # The report goes on about the audit that was reviewed, and says so.
    again = review_report(audited)
    assert again.audit_words == (
        f"audit run {first.audit_run_id}; nobody has reviewed the newest, run {newest.run_id}"
    )
    assert any("review the newest audit with its random rows" in note for note in again.notes)
    assert has_review(audited)


def test_an_export_tells_what_a_review_corrected_from_what_it_kept(
    audited: Project, tmp_path: Path
) -> None:
    review_all(audited)
    report = review_report(audited)
    named = {"role": "all", "with_given": True}
    now = export_labels(audited, tmp_path / "now.csv", **named)
    take_snapshot(audited, "reviewed")
    frozen = export_labels(audited, tmp_path / "frozen.csv", snapshot="reviewed", **named)
    assert now.sha256 == frozen.sha256
    told = list(csv.DictReader((tmp_path / "now.csv").read_text().splitlines()))
    changed = {row["uid"] for row in told if row["label"] != row["given"]}
    assert {row["uid"] for row in told if row["origin"] == "correction"} == changed
    assert len(changed) == report.n_corrected + report.n_evaluation_corrected
    assert now.by_origin["correction"] == len(changed)
    kept = {e.example_id for e in audited.store.decisions.active() if e.kind == "keep"}
    assert now.by_origin["kept"] == len(kept) > 0
    preview = preview_export(audited, role="all")
    assert preview.by_origin["kept"] == len(kept)
    # Of the same rows, all faces tell the same.
    exported = export_labels(audited, tmp_path / "train.csv").by_origin
    assert status(audited).by_origin == exported
    assert preview_export(audited).by_origin == {k: n for k, n in exported.items() if n}
    assert exported["kept"] > 0 < exported["correction"]
    assert train_end_model(audited).by_origin == exported
    # Whatever happens later, the snapshot says the same; so do those that knew no such origin.
    relabel_rows(audited, "parcel", labelled="refund", annotator="ana")
    later = export_labels(audited, tmp_path / "later.csv", snapshot="reviewed", **named)
    assert later.sha256 == frozen.sha256
    export_labels(audited, tmp_path / "plain.csv")
    heading = (tmp_path / "plain.csv").read_text().splitlines()[0]
    assert heading == "uid,text,label,confidence,origin,run"


def test_who_keeps_what_was_corrected_leaves_it_corrected(audited: Project) -> None:
    review_all(audited)
    with Session(audited, annotator="ben") as session:
        relabelled, kept = (
            next(e.example_id for e in audited.store.decisions.active() if e.kind == kind)
            for kind in ("relabel", "keep")
        )
        for example_id in (relabelled, kept):
            assert example_id is not None
            label = audited.classes[resolve_labels(audited).labels[example_id - 1]]
            session.keep(example_id, label)
    told = resolve_labels(audited).told
    origins = [told.order[told.origin[i - 1]] for i in (relabelled, kept) if i]
    assert origins == ["correction", "kept"]
    assert (told.untold.origin == resolve_labels(audited).origin).all()


def test_an_audit_after_a_review_says_that_reviewed_labels_count_as_right(
    audited: Project,
) -> None:
    first = audit_labels(audited, by="vendor")
    assert first.reviewed_note == ""
    review_all(audited)
    n = len([i for i in audited.store.decisions.active() if (i.example_id or 0) <= 240])
    again = audit_labels(audited, by="vendor")
    assert again.reviewed_note == (
        f"{n} reviewed labels count as right now; before: workbench review --report --by vendor"
        f" --audit {first.run_id}"
    )
    assert audit_labels(audited).reviewed_note.endswith(
        f"workbench review --report --audit {first.run_id}"
    )


def test_each_round_has_its_report_and_the_first_tells_what_was_delivered(
    audited: Project,
) -> None:
    first = audit_labels(audited)
    assert first.reused
    with Session(audited, annotator="ana") as session:
        for item in [item for item in review_queue(audited) if item.role == "train"][:25]:
            record_review(audited, session, item, true_class(audited, item))
    delivered = review_report(audited, by="vendor")
    assert delivered.earlier_audit_run_ids == ()
    second = audit_labels(audited)
    assert second.first_reviewed_run_id == first.run_id
    review_all(audited)
    newest = review_report(audited, by="vendor")
    assert newest.audit_run_id == second.run_id
    assert newest.total.before_low < delivered.total.before_low
    assert newest.earlier_audit_run_ids == (first.run_id,)
    assert f"workbench review --report --by vendor --audit {first.run_id}" in newest.notes[0]
    again = review_report(audited, by="vendor", audit=first.run_id)
    assert again.audit_words == f"audit run {first.run_id}"
    assert again.n_corrected == delivered.n_corrected > 0
    b = next(rate for rate in again.by_group if rate.group == "b")
    true = [r["vendor"] for r in rows(240, 0, wrong=0.125) if r["label"] != r["true"]]
    assert b.before_low <= len(true) / b.n <= b.before_high
    with pytest.raises(UsageError, match=f"run {second.run_id + 1} is no audit"):
        review_report(audited, audit=second.run_id + 1)


def test_a_report_counts_the_answers_of_its_own_round_alone(audited: Project) -> None:
    """The second audit asks every row that the first left open, its random rows among them."""
    review_all(audited, 25)
    first = review_report(audited, by="vendor")
    assert 0 < first.total.n_random < 20
    second = audit_labels(audited, controls=10_000)
    review_all(audited)
    assert review_queue(audited) == []
    again = review_report(audited, by="vendor", audit=first.audit_run_id)
    assert (again.total, again.by_class, again.by_group) == (
        first.total,
        first.by_class,
        first.by_group,
    )
    assert (again.n_reviewed, again.n_kept) == (first.n_reviewed, first.n_kept)
    assert not any("got another label" in note for note in again.notes)
    newest = review_report(audited)
    assert newest.audit_run_id == second.run_id
    told = resolve_labels(audited).told
    corrected = told.origin_is("correction")
    n_corrected = (again.n_corrected, newest.n_corrected)
    assert min(n_corrected) > 0
    assert sum(n_corrected) == corrected[:240].sum()
    n_evaluation = again.n_evaluation_corrected + newest.n_evaluation_corrected
    assert n_evaluation == corrected[240:].sum()


def test_an_answer_to_an_older_audit_counts_where_it_was_shown(audited: Project) -> None:
    """A view of the first audit is still open when another process audits again."""
    *_, shown = (item for item in review_queue(audited) if not item.is_control)
    review_all(audited, 5)
    older = review_report(audited)
    newer = audit_labels(audited)
    waiting = {item.example_id for item in review_queue(audited)}
    assert shown.example_id in waiting
    with Session(audited, annotator="ana") as session:
        record_review(audited, session, shown, true_class(audited, shown))
    report = review_report(audited)
    assert (report.audit_run_id, report.n_reviewed) == (older.audit_run_id, older.n_reviewed + 1)
    progress = review_progress(audited)
    assert progress is not None
    assert (progress.audit_run_id, progress.n_reviewed) == (newer.run_id, 0)
    assert {item.example_id for item in review_queue(audited)} == waiting - {shown.example_id}
    assert (
        progress.n_waiting + progress.n_controls + progress.n_evaluation_waiting == len(waiting) - 1
    )
