"""What waits in a queue that an annotator asks for by name."""

from __future__ import annotations

import pytest

from workbench.errors import UsageError
from workbench.services.annotate import Session
from workbench.services.project import Project
from workbench.services.row_queues import waiting_rows
from workbench.services.undo import undo


def asked(project: Project, annotator: str, **options) -> list[tuple[int, str]]:
    waiting = waiting_rows(project, annotator, queue="skipped", **options)
    return [(item.example_id, item.reason) for item in waiting.items]


def test_skipped_rows_wait_until_somebody_labels_them(filled: Project) -> None:
    assert asked(filled, "ana") == []
    with Session(filled, annotator="bo") as session:
        for example_id in (9, 4, 2):
            session.skip(example_id)
        session.label(7, "ham")
    with Session(filled, annotator="ana") as session:
        session.skip(8)
        session.skip(4)
        session.flag(5)
    both = [(4, "you skipped it"), (8, "you skipped it")]
    assert asked(filled, "ana") == [*both, (2, "skipped by bo"), (9, "skipped by bo")]
    assert waiting_rows(filled, "ana", queue="skipped", limit=1).n_beyond == 3
    with Session(filled, annotator="cy") as session:
        session.label(4, "ham")
        session.label(9, "spam")
    assert asked(filled, "ana") == [(8, "you skipped it"), (2, "skipped by bo")]
    undo(filled, annotator="cy")
    assert (9, "skipped by bo") in asked(filled, "ana")


def test_a_queue_that_is_not_there_is_refused(filled: Project) -> None:
    with pytest.raises(UsageError, match="there is no queue 'odd'"):
        waiting_rows(filled, "ana", queue="odd")
