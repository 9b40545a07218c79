"""What an export says of its labels: what the audit doubts, and the rows of the export before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.services.reviewing import review_all
from workbench.figures import span
from workbench.services import labels
from workbench.services import suspects as suspects_module
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.audit import audited_labels
from workbench.services.audit.audit import audit_labels
from workbench.services.beliefs import mix_waits
from workbench.services.export import export
from workbench.services.export.export import export_labels
from workbench.services.export.preview import preview_export
from workbench.services.importing.importing import import_files
from workbench.services.labels import Labels, resolve_labels
from workbench.services.moments import Moment
from workbench.services.project import Project
from workbench.services.review import reviewed_rows
from workbench.services.review.report import review_report
from workbench.services.review.review import ReviewItem, record_review, review_queue
from workbench.services.snapshots import take_snapshot
from workbench.services.train import train_end_model
from workbench.services.why import why


def suspects(project: Project) -> list[ReviewItem]:
    return [item for item in review_queue(project) if not item.is_control and item.role == "train"]


def uid_of(project: Project, item: ReviewItem) -> str:
    example = project.store.examples.get(item.example_id)
    assert example is not None
    return example.uid


@pytest.fixture
def doubtful(filled: Project, small_rows, write_csv: Callable[..., Path]) -> Project:
    """A project with a few labels that the texts speak against, audited."""
    rows = [
        {"id": f"w{i}", "text": row["text"], "label": "ham" if row["label"] == "spam" else "spam"}
        for i, row in enumerate(small_rows(86)[80:])
    ]
    import_files(filled, [write_csv("wrong.csv", rows)])
    audit_labels(filled)
    assert suspects(filled)
    return filled


def test_an_export_says_how_many_of_its_labels_are_doubted(
    doubtful: Project, tmp_path: Path
) -> None:
    waiting = suspects(doubtful)
    n, audit = len(waiting), waiting[0].audit_run_id
    notes = export_labels(doubtful, tmp_path / "a.csv").notes
    assert (notes.n_doubted, notes.audit_run_id) == (n, audit)
    assert preview_export(doubtful).notes.n_doubted == n
    (said,) = notes.sentences
    assert said.startswith(f"audit run {audit} doubts {n} of these labels, which nobody has")
    # Rows that stay behind, and labels that a person has looked at, are no doubt of the file.
    assert preview_export(doubtful, role="production").notes.n_doubted == 0
    with Session(doubtful, annotator="ana") as session:
        for item in waiting:
            record_review(doubtful, session, item, item.given)
    assert export_labels(doubtful, tmp_path / "b.csv").notes.sentences == ()


def test_why_begins_with_the_doubt_of_the_newest_audit(doubtful: Project) -> None:
    item = suspects(doubtful)[0]
    uid = uid_of(doubtful, item)
    doubt = why(doubtful, uid).doubt
    assert doubt is not None
    assert (doubt.suggested, doubt.run_id) == (item.suggested, item.audit_run_id)
    assert doubt.sentence.startswith(f"audit run {item.audit_run_id} doubts it: {item.suggested}")
    control = next(item for item in review_queue(doubtful) if item.is_control)
    assert why(doubtful, uid_of(doubtful, control)).doubt is None
    with Session(doubtful, annotator="ana") as session:
        record_review(doubtful, session, item, item.given)
    assert why(doubtful, uid).doubt is None


def test_an_export_is_held_against_the_one_before_with_the_same_options(
    filled: Project, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    first = export_labels(filled, tmp_path / "a.csv")
    assert first.notes.before is None
    take_snapshot(filled, "before")
    import_files(filled, [write_csv("n.csv", [{"id": "z", "text": "win", "label": "spam"}])])
    second = export_labels(filled, tmp_path / "b.csv")
    assert (second.notes.before, second.notes.change) == (first.run_id, 1)
    assert second.notes.sentences == (f"1 row more than run {first.run_id}",)
    for options in ({"role": "evaluation"}, {"min_confidence": 0.2}, {"snapshot": "before"}):
        assert preview_export(filled, **options).notes.before is None
    assert preview_export(filled).notes.before == second.run_id


def test_rows_that_the_mix_had_labelled_are_said_to_wait_for_a_training(
    filled: Project, cast_votes: Callable[..., None], tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    unlabelled = [{"id": f"u{i}", "text": f"win a prize {i}"} for i in range(20)]
    import_files(filled, [write_csv("u.csv", unlabelled)])
    cast_votes(filled, abstain=0.7)
    aggregate_votes(filled)
    with Session(filled, annotator="ana") as session:
        for example_id in range(1, 31):
            session.label(example_id, "spam" if example_id % 2 == 0 else "ham")
    assert train_end_model(filled).chosen == "mix"
    before = export_labels(filled, tmp_path / "a.csv")
    assert not mix_waits(filled)
    aggregate_votes(filled, model="majority")
    assert mix_waits(filled)
    preview, written = preview_export(filled), export_labels(filled, tmp_path / "b.csv")
    fewer = before.n_rows - written.n_rows
    assert fewer > 1
    assert preview.notes == written.notes
    assert written.notes.sentences[0] == (
        f"{fewer} rows fewer than run {before.run_id}: rows that the mix labelled wait for"
        " workbench train"
    )
    assert any(sentence.endswith("renew with: workbench train") for sentence in preview.stale)
    assert preview.stale == written.stale
    train_end_model(filled)
    assert not mix_waits(filled)
    again = export_labels(filled, tmp_path / "c.csv")
    assert again.notes.change > 0
    assert again.notes.sentences == (f"{again.notes.change} rows more than run {written.run_id}",)


def test_an_export_says_how_many_labels_are_wrong_still(audited: Project, tmp_path: Path) -> None:
    (unknown,) = preview_export(audited).errors_left.sentences
    assert unknown.endswith("nobody knows before a review: workbench review")
    for options in ({"role": "evaluation"}, {"role": "all"}):
        assert preview_export(audited, **options).errors_left is None
    review_all(audited)
    report = review_report(audited, by="origin")
    left = export_labels(audited, tmp_path / "a.csv").errors_left
    assert left == preview_export(audited).errors_left
    assert left.total == report.total
    assert left.by_origin == report.by_group
    assert [change.group for change in left.by_origin] == ["given"]
    whole, more = left.sentences
    shown = span(report.total.after_low, report.total.after_high)
    assert f"after its review: {shown} of 240" in whole  # 20 random rows tell no more
    assert "workbench review --report --by COLUMN" in more
    take_snapshot(audited, "kept")
    assert preview_export(audited, snapshot="kept").errors_left is None
    # In the next round what people corrected is of another origin.
    audit_labels(audited, controls=30)
    with Session(audited, annotator="ana") as session:
        record_review(audited, session, review_queue(audited)[0], "refund")
    again = export_labels(audited, tmp_path / "b.csv").errors_left
    assert again.by_origin == review_report(audited, by="origin").by_group
    assert {"given", "correction"} <= {change.group for change in again.by_origin}
    assert again.sentences[1].startswith("by the origin that they had: ")


def test_after_few_random_rows_an_export_says_that_it_is_open(
    audited: Project, tmp_path: Path
) -> None:
    with Session(audited, annotator="ana") as session:
        record_review(audited, session, suspects(audited)[0], "refund")
    left = export_labels(audited, tmp_path / "a.csv").errors_left
    assert left is not None
    assert left.total is not None
    low, high = (round(share * 240) for share in (left.total.after_low, left.total.after_high))
    assert f"after its review: anything from {low} to {high} errors in 240" in left.sentences[0]
    assert "%" not in left.sentences[0]


def test_the_labels_are_resolved_once_for_now_and_once_as_the_audit_read_them(
    audited: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    review_all(audited)
    known = preview_export(audited).errors_left
    moments: list[Moment | None] = []

    def counted(project: Project, *, moment: Moment | None = None, **options: Any) -> Labels:
        moments.append(moment)
        return resolve_labels(project, moment=moment, **options)

    for module in (labels, audited_labels, export, reviewed_rows, suspects_module):
        monkeypatch.setattr(module, "resolve_labels", counted)
    selection = export.select_rows(audited)
    assert export.errors_left_of(audited, selection) == known
    assert [moment is None for moment in moments] == [True, False]
    # Other options change nothing of it.
    assert preview_export(audited, min_confidence=0.5, known=known).errors_left is known
    assert [moment is None for moment in moments].count(False) == 1
