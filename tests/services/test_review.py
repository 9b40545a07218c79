"""Reviews: the queue, decisions with their origin, and how far a review is."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.services.reviewing import CLASSES, review_all, rows
from workbench.errors import ProjectError, UsageError
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.classes import add_classes, merge_classes, rename_class
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.next_step import loop
from workbench.services.project import Project, init_project
from workbench.services.relabel import relabel_rows
from workbench.services.review.answers_file import import_review
from workbench.services.review.listing import list_review
from workbench.services.review.progress import review_progress
from workbench.services.review.report import review_report
from workbench.services.review.review import AMBIGUOUS, record_review, review_queue
from workbench.services.review.reviewed_rows import reviewed_rows
from workbench.services.suspects import suspects_to_review, suspects_words
from workbench.services.undo import redo, undo
from workbench.store.store import Store


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


def test_an_answer_never_replaces_that_of_another_person(audited: Project) -> None:
    first, second, third, *_ = review_queue(audited)
    names = audited.store.examples.uids()
    with (
        Session(audited, annotator="ann") as ann,
        Session(audited, annotator="bob") as bob,
    ):
        record_review(audited, ann, first, first.suggested)
        record_review(audited, ann, second, None)
        for item, said in ((first, first.suggested), (second, AMBIGUOUS)):
            told = re.escape(f"ann has reviewed {names[item.example_id - 1]}: {said}")
            with pytest.raises(UsageError, match=told):
                record_review(audited, bob, item, item.given)
        record_review(audited, bob, third, third.given)
        # One's own answer may be changed, and a row that is asked again is anybody's.
        record_review(audited, ann, first, first.given)
        assert undo(audited, annotator="ann") is not None
        assert undo(audited, annotator="ann") is not None
        record_review(audited, bob, second, second.given)
    said = [(e.annotator, e.kind, e.example_id) for e in audited.store.decisions.active()]
    assert said == [
        ("ann", "relabel", first.example_id),
        ("bob", "keep", third.example_id),
        ("bob", "keep", second.example_id),
    ]


def test_an_answer_that_waits_for_the_lock_is_held_against_what_was_written_meanwhile(
    audited: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = review_queue(audited)[0]
    with Project(audited.root) as other, Session(audited, annotator="bob") as bob:
        transaction = Store.transaction

        def meanwhile(store: Store, **options: Any) -> AbstractContextManager[None]:
            if store is audited.store:
                monkeypatch.setattr(Store, "transaction", transaction)
                with Session(other, annotator="ann") as ann:
                    record_review(other, ann, first, first.suggested)
            return transaction(store, **options)

        monkeypatch.setattr(Store, "transaction", meanwhile)
        with pytest.raises(UsageError, match="ann has reviewed"):
            record_review(audited, bob, first, first.given)
    assert [event.annotator for event in audited.store.decisions.active()] == ["ann"]


def test_to_keep_a_label_whose_class_has_another_name_meanwhile_keeps_it(audited: Project) -> None:
    first = review_queue(audited)[0]
    with Project(audited.root) as other:
        rename_class(other, first.given, "renamed")
    with Session(audited, annotator="ann") as session:
        decision = record_review(audited, session, first, first.given)
    assert (decision.kind, decision.label) == ("keep", "renamed")


def test_an_undone_decision_waits_again_at_its_place(audited: Project) -> None:
    before = review_queue(audited)
    with Session(audited) as session:
        record_review(audited, session, before[0], before[0].given)
        record_review(audited, session, before[1], before[1].suggested)
        assert review_queue(audited) == before[2:]
        undo(audited)
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
                undo(project, annotator="ana")
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
        # Undone, doubted again, and flagged after all: the audit is younger than the flag.
        for _ in flagged:
            undo(audited)
        assert uids <= {row.uid for row in audit_labels(audited).suspects}
        for _ in flagged:
            redo(audited)
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
    assert (after.n_changed, after.n_decided) == (1, 1)
    # The control was changed: that is its verdict, which tells of no other row.
    assert (after.n_controls, after.n_controls_decided) == (before.n_controls, 1)
    assert (after.n_controls_reviewed, after.n_controls_wrong) == (0, 0)
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
    report = review_report(audited)
    assert any("2 rows were decided elsewhere" in note for note in report.notes)
    assert (report.n_decided, report.n_decided_wrong, report.total.n_random) == (2, 2, 0)


def test_a_verdict_can_be_changed_in_the_same_review(audited: Project) -> None:
    item = review_queue(audited)[0]
    with Session(audited) as session:
        record_review(audited, session, item, item.suggested)
        record_review(audited, session, item, item.given)
    assert [event.kind for event in audited.store.decisions.active()] == ["relabel", "keep"]


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


@pytest.mark.parametrize("n_rounds", [1, 2])
def test_the_log_as_an_audit_met_it_is_read_only_where_something_was_taken_back_since(
    audited: Project, n_rounds: int
) -> None:
    """It is asked for at each decision of a review, and may be long."""
    for _ in range(n_rounds - 1):
        review_all(audited)
        audit_labels(audited)
    review_all(audited, 3)
    run = audited.store.runs.last_done("audit")
    assert run is not None

    def n_read() -> int:
        said: list[str] = []
        audited.store._connection.set_trace_callback(said.append)
        assert reviewed_rows(audited, run) is not None
        audited.store._connection.set_trace_callback(None)
        # That of now is read again only where it has changed.
        whole = [one for one in said if "FROM event AS e WHERE e.example_id IS NOT NULL" in one]
        return len([one for one in whole if str(2**62) not in one])

    assert n_read() == 0
    undo(audited, annotator="ana")
    # For its labels, and for what was settled.
    assert n_read() == 2


def test_rows_that_an_earlier_round_settles_again_are_no_longer_among_the_trusted(
    audited: Project,
) -> None:
    review_all(audited)
    n_answers = len(audited.store.decisions.active())
    settled = audit_labels(audited)
    before = review_progress(audited)
    for _ in range(n_answers):
        undo(audited, annotator="ana")
    audit_labels(audited, controls=settled.n_controls + 20)
    unsettled = review_progress(audited)
    for _ in range(n_answers):
        assert redo(audited, annotator="ana") is not None
    again = review_progress(audited)
    assert before is not None
    assert unsettled is not None
    assert again is not None
    # All that the first round asked for and the newest audit did not doubt is known.
    asked = {row.example_id for row in audited.store.decisions.active() if row.example_id <= 240}
    run = audited.store.runs.last_done("audit")
    assert run is not None
    doubted = {row.example_id for row in audited.store.queues.suspects(run.run_id)}
    assert unsettled.n_trusted == 240 - len({i for i in doubted if i <= 240})
    assert again.n_trusted == unsettled.n_trusted - len(asked - doubted)


def test_the_hint_gives_a_range_where_few_random_rows_were_reviewed(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    with Project(init_project(tmp_path / "p", CLASSES)) as project:
        import_files(project, [write_csv("t.csv", rows(1_500, 2, wrong=0.1))])
        audit_labels(project)
        queue = review_queue(project)
        suspect = next(item for item in queue if not item.is_control)
        control = next(item for item in queue if item.is_control)
        with Session(project, annotator="ana") as session:
            for item in (suspect, control):
                record_review(project, session, item, item.given)
            few = review_progress(project)
            for item in queue:
                if item.is_control and item is not control:
                    record_review(project, session, item, item.given)
        assert few is not None
        assert few.missed is not None
        assert f"anything from 0 to {few.missed.high:,.0f} errors (0 of 1 random row wrong)" in (
            few.hint
        )
        assert few.missed.high > 1_000
        all_random = review_progress(project)
        assert all_random is not None
        assert "beside the suspects about 0 [0, " in all_random.hint
