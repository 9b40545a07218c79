"""What waits in a queue that an annotator asks for by name."""

from __future__ import annotations

import pytest

from workbench.errors import UsageError
from workbench.services.annotate import Session
from workbench.services.batches import left_rows
from workbench.services.project import Project
from workbench.services.row_queues import waiting_rows
from workbench.services.undo import undo
from workbench.types import Role


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


def test_a_label_that_a_skip_takes_back_waits_as_skipped(filled: Project) -> None:
    def is_left(example_id: int) -> bool:
        return bool(left_rows(filled, Role.TRAIN).is_left[example_id - 1])

    with Session(filled, annotator="ana") as session:
        for example_id in (1, 2, 3, 4):
            session.label(example_id, "ham")
            session.skip(example_id)
        session.flag(5)
        session.skip(5)
        session.skip(6)
        session.label(6, "ham")
    with Session(filled, annotator="bo") as session:
        session.label(2, "spam")
        session.flag(3)
        session.relabel(4, "spam")
    own = [(1, "you skipped it"), (5, "you skipped it")]
    assert asked(filled, "ana") == own
    assert asked(filled, "cy") == [(1, "skipped by ana"), (5, "skipped by ana")]
    assert [i for i in range(1, 8) if is_left(i)] == [1, 5, 7]
    undecided = waiting_rows(filled, "cy", queue="undecided").items
    assert not {item.example_id for item in undecided} & {1, 2, 3, 4, 5, 6}
    with Session(filled, annotator="ana") as session:
        session.label(1, "spam")
    assert asked(filled, "ana") == own[1:]
    assert not is_left(1)


def test_a_queue_that_is_not_there_is_refused(filled: Project) -> None:
    with pytest.raises(UsageError, match="there is no queue 'odd'"):
        waiting_rows(filled, "ana", queue="odd")
