"""People who review side by side share the queue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.reviewing import CLASSES, rows
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.review import shares as review_shares
from workbench.services.review.progress import review_progress
from workbench.services.review.review import record_review, review_queue
from workbench.services.undo import undo


def test_people_side_by_side_are_asked_shares_alike_each_worst_first(audited: Project) -> None:
    everything = review_queue(audited)
    people = ("ana", "bo", "cy")
    for name, item in zip(people, everything, strict=False):
        with Session(audited, annotator=name) as session:
            record_review(audited, session, item, item.given, seconds=2.0)
    waiting = review_queue(audited)
    assert waiting == everything[3:]
    queues = [review_queue(audited, annotator=name) for name in people]
    assert all(sorted(q, key=waiting.index) == waiting for q in queues)
    n_training = sum(item.role == "train" for item in waiting)
    shares = [queue[: n_training // 3 - 1] for queue in queues]
    asked = [item.example_id for share in shares for item in share]
    assert len(asked) == len(set(asked))
    for share in shares:
        # In the one order, so that the worst suspects come first and random rows among them.
        assert share == sorted(share, key=waiting.index)
        assert 6 <= sum(item.is_control for item in share) <= 7
    doubts = [sum(1 - item.quality for item in share if not item.is_control) for share in shares]
    assert max(doubts) < 1.2 * min(doubts)


def test_evaluation_rows_are_last_for_all_who_review_side_by_side(messages: Project) -> None:
    audit_labels(messages)
    everything = review_queue(messages)
    for name, item in zip(("ana", "bo"), everything, strict=False):
        with Session(messages, annotator=name) as session:
            record_review(messages, session, item, item.given, seconds=2.0)
    roles = [item.role for item in everything[2:]]
    assert roles[-1] == "evaluation"
    for name in ("ana", "bo"):
        queue = review_queue(messages, annotator=name)
        assert queue != everything[2:]
        assert [item.role for item in queue] == roles


def test_who_is_done_with_a_share_takes_every_second_row_of_the_other(audited: Project) -> None:
    everything = [item for item in review_queue(audited) if not item.is_control]
    with Session(audited, annotator="ana") as session:
        record_review(audited, session, everything[0], everything[0].given, seconds=2.0)
    with Session(audited, annotator="bo") as session:
        for item in everything[1::2]:
            record_review(audited, session, item, item.given, seconds=2.0)
    ana, bo = (
        [i for i in review_queue(audited, annotator=name) if i.role == "train" and not i.is_control]
        for name in ("ana", "bo")
    )
    assert ana == [item for item in everything[2::2] if item.role == "train"]
    assert bo[: len(ana[::2])] == ana[::2]


def test_the_end_of_a_share_does_not_tell_of_the_worst_of_another(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    with Project(init_project(tmp_path / "p", CLASSES)) as project:
        import_files(project, [write_csv("t.csv", rows(800, 2, wrong=0.15))])
        audit_labels(project)
        suspects = [item for item in review_queue(project) if not item.is_control]
        share = suspects[1::2]
        assert len(share) >= 50
        with Session(project, annotator="bo") as session:
            for i, item in enumerate(share):
                # Errors in the more doubtful half only.
                said = item.suggested if i < len(share) // 2 else item.given
                record_review(project, session, item, said, seconds=2.0)
        alone = review_progress(project)
        assert alone is not None
        assert alone.recent_wrong == alone.recent_n >= 10
        assert alone.hint.startswith("go on")
        with Session(project, annotator="ana") as session:
            for item in suspects[: len(suspects) // 2 : 2]:
                record_review(project, session, item, item.suggested, seconds=2.0)
            for item in suspects[len(suspects) // 2 + len(suspects) // 2 % 2 :: 2][:25]:
                record_review(project, session, item, item.given, seconds=2.0)
        both = review_progress(project)
        assert both is not None
        assert (both.recent_n, both.recent_wrong) == (20, 0)


@pytest.mark.parametrize("how", ["yesterday", "undone", "by a script", "of another audit"])
def test_who_is_not_at_the_review_parts_no_queue(
    audited: Project, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "yesterday":
        monkeypatch.setattr(review_shares, "now", lambda: "2100-01-01T00:00:00.000000+00:00")
    with Session(audited, annotator="ana") as session:
        for item in review_queue(audited)[:5]:
            seconds = None if how == "by a script" else 2.0
            record_review(audited, session, item, item.suggested, seconds=seconds)
        if how == "undone":
            for _ in range(5):
                undo(audited, annotator="ana")
    if how == "of another audit":
        audit_labels(audited, seed=5)
    assert review_queue(audited, annotator="bo") == review_queue(audited)
