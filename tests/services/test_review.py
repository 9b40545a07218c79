"""Reviews: the queue, decisions with their origin, estimates, and what a review changed."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import DataError, ProjectError, UsageError
from workbench.services.annotate import Session
from workbench.services.audit import audit_labels
from workbench.services.classes import add_classes, merge_classes
from workbench.services.export import export_labels
from workbench.services.export_preview import preview_export
from workbench.services.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.next_step import loop
from workbench.services.project import Project, init_project
from workbench.services.relabel import relabel_rows
from workbench.services.review import (
    AMBIGUOUS,
    ReviewItem,
    has_review,
    record_review,
    review_queue,
)
from workbench.services.review_import import import_review
from workbench.services.review_listing import list_review
from workbench.services.review_progress import review_progress
from workbench.services.review_report import review_report
from workbench.services.snapshots import take_snapshot
from workbench.services.suspects import suspects_to_review, suspects_words
from workbench.services.undo import undo

CLASSES = ("refund", "parcel")
WORDS = {
    "refund": ["refund", "money", "return", "broken", "back", "exchange", "credit", "cancel"],
    "parcel": ["parcel", "courier", "late", "street", "door", "tracking", "van", "depot"],
}


def rows(n: int, seed: int, *, wrong: float) -> list[dict[str, str]]:
    """Return messages of two classes, a share of whose labels is wrong, all of vendor b."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(n):
        true = CLASSES[i % 2]
        is_wrong = rng.random() < wrong
        filler = [f"word{j}" for j in rng.integers(0, 60, 5)]
        made.append(
            {
                "id": f"{seed}-{i}",
                "text": " ".join([*rng.choice(WORDS[true], 3), *filler]),
                "label": CLASSES[(i + is_wrong) % 2],
                "true": true,
                "vendor": "b" if is_wrong or rng.random() < 0.2 else "a",
            }
        )
    return made


@pytest.fixture
def audited(tmp_path: Path, write_csv: Callable[..., Path]):
    """A project with 240 rows, an eighth of them wrong, and 80 trusted ones, audited."""
    with Project(init_project(tmp_path / "p", CLASSES)) as project:
        import_files(project, [write_csv("t.csv", rows(240, 0, wrong=0.125))])
        import_files(project, [write_csv("e.csv", rows(80, 1, wrong=0))], role="evaluation")
        audit_labels(project)
        yield project


def true_class(project: Project, item: ReviewItem) -> str:
    example = project.store.examples.get(item.example_id)
    assert example is not None
    return str(example.metadata["true"])


def review_all(project: Project, n: int | None = None) -> None:
    """Answer the truth to the first rows that wait."""
    with Session(project, annotator="ana") as session:
        for item in review_queue(project)[:n]:
            record_review(project, session, item, true_class(project, item), seconds=1.5)


def test_suspects_come_worst_first_with_controls_spread_among_them(audited: Project) -> None:
    queue = [item for item in review_queue(audited) if item.role == "train"]
    suspects = [item.quality for item in queue if not item.is_control]
    assert suspects == sorted(suspects)
    places = [i for i, item in enumerate(queue) if item.is_control]
    assert len(places) == 20
    half = len(queue) // 2
    assert sum(place < half for place in places) >= 5
    assert all(item.given != item.suggested for item in queue)


def test_a_waiting_row_does_not_tell_whether_it_is_a_control(audited: Project) -> None:
    queue = review_queue(audited)
    kinds = {
        item.reason.replace(item.given, "X").replace(item.suggested, "Y")
        for item in queue
        if item.role == "train"
    }
    assert kinds == {"X or Y?"}


def test_decisions_name_the_audit_and_keep_relabel_or_flag(audited: Project) -> None:
    first, second, third, *_ = review_queue(audited)
    with Session(audited, annotator="ana") as session:
        record_review(audited, session, first, first.given)
        record_review(audited, session, second, second.suggested, seconds=2.0)
        record_review(audited, session, third, AMBIGUOUS)
        with pytest.raises(UsageError, match="unknown class"):
            record_review(audited, session, third, "letter")
    events = audited.store.decisions.active()
    assert [event.kind for event in events] == ["keep", "relabel", "flag"]
    assert {event.batch_run_id for event in events} == {first.audit_run_id}
    assert events[1].seconds == 2.0
    left = [item.example_id for item in review_queue(audited)]
    assert not {first.example_id, second.example_id, third.example_id} & set(left)


def test_an_undone_decision_waits_again_at_its_place(audited: Project) -> None:
    before = review_queue(audited)
    with Session(audited) as session:
        record_review(audited, session, before[0], before[0].given)
        record_review(audited, session, before[1], before[1].suggested)
        assert review_queue(audited) == before[2:]
        session.undo()
    assert review_queue(audited) == before[1:]


def test_precision_and_the_errors_left_are_told(audited: Project) -> None:
    start = review_progress(audited)
    assert start is not None
    assert (start.n_reviewed, start.precision, start.missed) == (0, None, None)
    assert f"{start.n_suspects} suspects wait" in start.hint
    review_all(audited, 15)
    middle = review_progress(audited)
    assert middle is not None
    assert middle.precision is not None
    assert middle.precision_low is not None
    assert middle.precision_high is not None
    assert middle.precision_low <= middle.precision <= middle.precision_high
    assert middle.waiting.low <= middle.waiting.value <= middle.waiting.high <= middle.n_waiting
    assert middle.missed is not None
    labels = {row["id"]: row["label"] != row["true"] for row in rows(240, 0, wrong=0.125)}
    asked = {item.example_id for item in review_queue(audited) if not item.is_control}
    uids = audited.store.examples.uids()
    left = sum(labels.get(uids[i - 1], False) for i in asked)
    assert middle.waiting.low <= left <= middle.waiting.high
    review_all(audited)
    end = review_progress(audited)
    assert end is not None
    assert (end.n_waiting, end.waiting.value) == (0, 0)
    assert end.n_controls_reviewed == end.n_controls
    assert end.hint.startswith("all suspects are reviewed")


def test_the_hint_says_stop_only_where_hardly_any_doubt_is_right(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    with Project(init_project(tmp_path / "p", CLASSES)) as project:
        import_files(project, [write_csv("t.csv", rows(300, 2, wrong=0.35))])
        audit_labels(project)
        with Session(project, annotator="ana") as session:
            # Nearly all that is looked at is wrong, the random rows too.
            for item in review_queue(project)[:40]:
                record_review(project, session, item, item.suggested)
            everything_wrong = review_progress(project)
            assert everything_wrong is not None
            assert everything_wrong.n_controls_wrong > 1
            assert everything_wrong.hint.startswith("go on")
            for _ in range(40):
                session.undo()
            for item in review_queue(project)[:40]:
                record_review(project, session, item, item.given)
        nothing_wrong = review_progress(project)
        assert nothing_wrong is not None
        assert nothing_wrong.n_waiting > 0
        assert nothing_wrong.hint.startswith("you may stop: 0 of the last 20 were wrong")


def test_the_hint_says_where_an_audit_missed_many_errors(audited: Project) -> None:
    queue = [item for item in review_queue(audited) if item.role == "train"]
    n_wrong = 0
    with Session(audited, annotator="ana") as session:
        for item in queue:
            # The suspects are right, and eight of the rows that the audit trusts are not.
            is_wrong = item.is_control and n_wrong < 8
            n_wrong += is_wrong
            record_review(audited, session, item, item.suggested if is_wrong else item.given)
            progress = review_progress(audited)
            assert progress is not None
            if progress.n_reviewed >= 20 and progress.n_controls_wrong == 8:
                break
    assert progress.hint.startswith("these suspects are done")
    assert "audit missed many errors: train, audit again" in progress.hint
    assert "may stop" not in progress.hint


def test_a_row_flagged_before_an_audit_neither_waits_nor_is_doubted(audited: Project) -> None:
    flagged = [item for item in review_queue(audited) if not item.is_control][:3]
    with Session(audited) as session:
        for item in flagged:
            record_review(audited, session, item, AMBIGUOUS)
        ids = {item.example_id for item in flagged}
        uids = {audited.store.examples.uids()[i - 1] for i in ids}
        assert not uids & {row.uid for row in audit_labels(audited).suspects}
        # Taken back, doubted again, and flagged after all: the audit is younger than the flag.
        for _ in flagged:
            session.undo()
        assert uids <= {row.uid for row in audit_labels(audited).suspects}
        for _ in flagged:
            session.redo()
    queue = [item for item in review_queue(audited) if item.role == "train"]
    progress = review_progress(audited)
    assert progress is not None
    assert progress.n_waiting == progress.n_suspects == sum(not row.is_control for row in queue)
    assert loop(audited).n_suspects == len(suspects_to_review(audited))
    assert not ids & {row.example_id for row in suspects_to_review(audited)}
    review_all(audited)
    end = review_progress(audited)
    assert end is not None
    assert (end.n_waiting, loop(audited).n_suspects) == (0, 0)


def test_a_correction_in_bulk_is_no_review(audited: Project) -> None:
    uids, labels = audited.store.examples.uids(), resolve_labels(audited).labels
    suspects = {row.example_id for row in suspects_to_review(audited)}
    truth = {row["id"]: row["true"] for row in rows(240, 0, wrong=0.125)}
    right = [
        uid
        for i, uid in enumerate(uids[:240])
        if labels[i] == 0 and truth[uid] == "refund" and i + 1 not in suspects
    ][:20]
    relabel_rows(audited, "parcel", uids=right)
    doubted = {row.uid for row in audit_labels(audited).suspects}
    assert len(doubted & set(right)) >= 12
    progress = review_progress(audited)
    assert progress is not None
    assert (progress.n_reviewed, progress.n_controls_reviewed) == (0, 0)
    with pytest.raises(ProjectError, match="no row of the audit was reviewed"):
        review_report(audited)


def test_a_correction_in_bulk_after_a_review_is_doubted_again(audited: Project) -> None:
    item = next(i for i in review_queue(audited) if not i.is_control)
    uid = audited.store.examples.uids()[item.example_id - 1]
    with Session(audited, annotator="ana") as session:
        record_review(audited, session, item, item.suggested)
    assert uid not in {row.uid for row in audit_labels(audited).suspects}
    relabel_rows(audited, item.given, uids=[uid])
    assert uid in {row.uid for row in audit_labels(audited).suspects}


def test_a_suspect_whose_label_changed_since_is_not_asked_and_keeps_the_new_label(
    audited: Project, tmp_path: Path
) -> None:
    before = review_progress(audited)
    item, other = [i for i in review_queue(audited) if not i.is_control][:2]
    control = next(i for i in review_queue(audited) if i.is_control)
    with Session(audited, annotator="ana") as session:
        for changed in (item, control):
            session.label(changed.example_id, changed.suggested)
    assert not {item.example_id, control.example_id} & {i.example_id for i in review_queue(audited)}
    assert item.example_id not in {row.example_id for row in suspects_to_review(audited)}
    after = review_progress(audited)
    assert before is not None
    assert after is not None
    assert (after.n_suspects, after.n_waiting) == (before.n_suspects - 1, before.n_waiting - 1)
    assert (after.n_changed, after.n_controls) == (1, before.n_controls - 1)
    assert "1 suspect is not asked" in after.hint
    # A screen that still shows it, and a file.
    with Session(audited, annotator="ben") as session:
        with pytest.raises(UsageError, match=f"is {item.suggested} by now"):
            record_review(audited, session, item, item.given)
        record_review(audited, session, other, other.suggested)
    path = tmp_path / "verdicts.csv"
    uid = audited.store.examples.uids()[item.example_id - 1]
    path.write_text(f"id,label\n{uid},{item.given}\n")
    imported = import_review(audited, path, annotator="ben")
    assert (imported.n_kept, imported.n_other) == (0, 1)
    resolved = audited.store.resolved.of_example(item.example_id)
    assert resolved is not None
    assert resolved.label == item.suggested
    assert any("1 suspect got another label" in note for note in review_report(audited).notes)


def test_a_verdict_can_be_changed_in_the_same_review(audited: Project) -> None:
    item = review_queue(audited)[0]
    with Session(audited) as session:
        record_review(audited, session, item, item.suggested)
        record_review(audited, session, item, item.given)
    assert [event.kind for event in audited.store.decisions.active()] == ["relabel", "keep"]


def test_one_undo_takes_back_a_file_of_verdicts(audited: Project, tmp_path: Path) -> None:
    queue = review_queue(audited)
    path = tmp_path / "verdicts.csv"
    lines = [f"{row['id']},{row['true']}" for row in rows(240, 0, wrong=0.125)]
    path.write_text("\n".join(["id,label", *lines]))
    import_review(audited, path)
    assert undo(audited) is not None
    assert audited.store.decisions.active() == []
    assert review_queue(audited) == queue


def test_a_control_relabelled_between_classes_that_are_one_now_was_right(
    audited: Project,
) -> None:
    control = next(item for item in review_queue(audited) if item.is_control)
    add_classes(audited, ["package"])
    with Session(audited) as session:
        record_review(audited, session, control, "package")
    before = review_progress(audited)
    merge_classes(audited, ["package"], control.given)
    after = review_progress(audited)
    assert before is not None
    assert after is not None
    assert (before.n_controls_wrong, after.n_controls_wrong) == (1, 0)


def test_ambiguous_rows_count_for_no_precision(audited: Project) -> None:
    with Session(audited) as session:
        for item in [i for i in review_queue(audited) if not i.is_control][:3]:
            record_review(audited, session, item, AMBIGUOUS)
    progress = review_progress(audited)
    assert progress is not None
    assert (progress.n_reviewed, progress.n_ambiguous, progress.precision) == (3, 3, None)


def test_the_report_tells_rates_before_and_after_and_the_measured_gain(audited: Project) -> None:
    review_all(audited)
    report = review_report(audited)
    assert report.by == "vendor"
    truly = np.mean([row["label"] != row["true"] for row in rows(240, 0, wrong=0.125)])
    total = report.total
    assert total.before_low <= truly <= total.before_high
    assert total.after < total.before
    assert total.after_low <= total.after <= total.after_high
    vendors = {change.group: change for change in report.by_group}
    assert set(vendors) == {"a", "b"}
    assert vendors["b"].before > 5 * vendors["a"].before
    assert [change.group for change in report.by_class] == list(CLASSES)
    assert report.n_corrected + report.n_kept == report.n_reviewed
    gain = report.gain
    assert gain is not None
    assert (gain.n_trusted, gain.trusted) == (80, "evaluation rows")
    assert gain.accuracy_change == pytest.approx(gain.accuracy_after - gain.accuracy_before)
    assert gain.accuracy_low <= gain.accuracy_change <= gain.accuracy_high
    assert gain.accuracy_after >= gain.accuracy_before
    assert not report.notes


def test_without_controls_the_report_says_what_it_cannot_count(audited: Project) -> None:
    with Session(audited) as session:
        item = next(i for i in review_queue(audited) if not i.is_control)
        record_review(audited, session, item, item.given)
    report = review_report(audited)
    assert any("no control row" in note for note in report.notes)
    assert report.total.after_high > 0.9
    assert report.total.before_high > 0.9


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
        labels = resolve_labels(project)
        assert (labels.labels[240:] >= 0).sum() == 80
        corrected = labels.origin_is("correction")[240:].sum()
        assert corrected >= report.n_evaluation_corrected


def test_verdicts_from_a_file_are_recorded_once(audited: Project, tmp_path: Path) -> None:
    n_waiting = len(review_queue(audited))
    path = tmp_path / "verdicts.csv"
    lines = [f"{row['id']},{row['true']},3" for row in rows(240, 0, wrong=0.125)]
    lines += [f"1-{i},{CLASSES[i % 2]}," for i in range(80)]
    path.write_text("\n".join(["id,label,seconds", *lines]))
    first = import_review(audited, path, annotator="file", limit=10)
    assert first.n_kept + first.n_relabelled == 10
    second = import_review(audited, path, annotator="file")
    assert second.n_kept + second.n_relabelled == n_waiting - 10
    assert (first.n_beyond, second.n_beyond) == (n_waiting - 10, 0)
    assert first.n_other + n_waiting == 320
    again = import_review(audited, path, annotator="file")
    assert (again.n_kept, again.n_relabelled, again.n_other) == (0, 0, 320)
    assert {event.annotator for event in audited.store.decisions.active()} == {"file"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,label\nnobody,refund\n", "no example 'nobody'"),
        ("id,label\n0-1,letter\n", "unknown class 'letter'"),
        ("id,label\n0-1,\n", "unknown class ''"),
        ("uid,label\n0-1,refund\n", "no column 'id'"),
        ("id,label,seconds\n0-1,refund,soon\n", "seconds is 'soon'"),
        ("id,label\n0-1,1\n", "unknown class '1'"),
        ("id,label\n0-1,refund\n0-2,parcel\n0-1,ambiguous\n", "rows 1 and 3 differ on '0-1'"),
    ],
)
def test_a_file_that_is_off_records_nothing(
    audited: Project, tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "verdicts.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=message):
        import_review(audited, path)
    assert audited.store.decisions.active() == []


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
    assert newest.total.before < delivered.total.before
    assert newest.earlier_audit_run_ids == (first.run_id,)
    assert f"workbench review --report --by vendor --audit {first.run_id}" in newest.notes[0]
    again = review_report(audited, by="vendor", audit=first.run_id)
    assert again.audit_words == f"audit run {first.run_id}"
    assert again.n_corrected >= delivered.n_corrected > 0
    before = {rate.group: rate.before for rate in again.by_group}
    true = [r["vendor"] for r in rows(240, 0, wrong=0.125) if r["label"] != r["true"]]
    n_b = next(rate.n for rate in again.by_group if rate.group == "b")
    assert before["b"] == pytest.approx(len(true) / n_b, abs=0.1)
    with pytest.raises(UsageError, match=f"run {second.run_id + 1} is no audit"):
        review_report(audited, audit=second.run_id + 1)


def test_what_waits_is_counted_alike_everywhere(
    audited: Project, write_csv: Callable[..., Path]
) -> None:
    wrong = rows(12, 5, wrong=1)
    import_files(audited, [write_csv("w.csv", wrong)], role="evaluation")
    audit_labels(audited)
    listing, progress = list_review(audited), review_progress(audited)
    assert progress is not None
    n, n_evaluation = listing.n_suspects, listing.n_evaluation
    assert n_evaluation > 0
    assert (progress.n_waiting, progress.n_evaluation_waiting) == (n - n_evaluation, n_evaluation)
    assert len(suspects_to_review(audited)) == n
    said = f"{n} suspects ({n_evaluation} among the evaluation rows)"
    assert suspects_words(n, n_evaluation) == said
    assert progress.hint.startswith(f"{said} wait")
    review_all(audited, 12)
    listing, progress = list_review(audited), review_progress(audited)
    assert progress is not None
    assert f"of {progress.n_waiting} suspects left among the training rows about " in progress.hint
    n_random = listing.n_controls
    others = f"{n_evaluation} evaluation rows and {n_random} random rows wait too"
    assert others in progress.hint
    assert progress.n_waiting + n_evaluation + n_random == listing.n_waiting
