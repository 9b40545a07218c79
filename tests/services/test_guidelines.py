"""Guidelines: versions that decisions carry, and what an older one decided."""

from __future__ import annotations

import pytest

from workbench.errors import UsageError
from workbench.services.annotate import Session
from workbench.services.guidelines import (
    diff_guidelines,
    guideline,
    guideline_versions,
    set_guidelines,
)
from workbench.services.outdated import outdated_counts
from workbench.services.project import Project
from workbench.services.row_queues import waiting_rows
from workbench.services.undo import redo, undo


def test_decisions_carry_the_version_and_old_ones_can_be_asked_again(filled: Project) -> None:
    assert guideline(filled) is None
    assert set_guidelines(filled, "# Ham\nis fine\n").version == 1
    with Session(filled, annotator="ana") as session:
        session.label(1, "ham")
        session.label(2, "spam")
        session.skip(3)
    assert outdated_counts(filled) == {}
    change = set_guidelines(filled, "# Ham\nis very fine\n")
    assert (change.version, change.outdated) == (2, {"ham": 1, "skip": 1, "spam": 1})
    queue = waiting_rows(filled, "ana", queue="outdated", label="spam").items
    assert [(item.example_id, item.reason) for item in queue] == [
        (2, "ana said spam under version 1 of the guidelines")
    ]
    # Another person's look leaves ana's word as old as it was.
    with Session(filled, annotator="bo") as session:
        session.label(2, "spam")
    (settling,) = waiting_rows(filled, "bo", queue="outdated", label="spam").items
    assert (settling.example_id, settling.act) == (2, "adjudicate")
    queue = waiting_rows(filled, "ana", queue="outdated").items
    assert [(item.example_id, item.act) for item in queue] == [(i, "label") for i in (1, 2, 3)]
    with Session(filled, annotator="ana") as session:
        session.label(2, "ham")
    assert outdated_counts(filled) == {"ham": 1, "skip": 1}
    # Someone else settles what ana, who has left, said.
    with Session(filled, annotator="bo") as session:
        for item in waiting_rows(filled, "bo", queue="outdated").items:
            session.choose(item, "ham")
        assert outdated_counts(filled) == {}
        for _ in range(2):
            undo(filled, annotator="bo")
    assert outdated_counts(filled) == {"ham": 1, "skip": 1}
    counted = [(v.version, v.in_force, v.n_decisions) for v in guideline_versions(filled)]
    assert counted == [(1, False, 3), (2, True, 2)]


def test_the_queue_can_be_emptied_by_whoever_is_left(filled: Project) -> None:
    set_guidelines(filled, "one\n")
    for name in ("a", "b", "c"):
        with Session(filled, annotator=name) as session:
            for example_id in (1, 2):
                session.label(example_id, "ham")
    with Session(filled, annotator="c") as session:
        session.relabel(3, "spam")
    set_guidelines(filled, "two\n")
    queue = waiting_rows(filled, "a", queue="outdated").items
    assert [(item.example_id, item.act) for item in queue] == [
        (1, "label"), (2, "label"), (3, "relabel"),
    ]  # fmt: skip
    assert queue[0].reason == "; ".join(
        f"{who} said ham under version 1 of the guidelines" for who in "abc"
    )
    with Session(filled, annotator="a") as session:
        for item in queue:
            session.choose(item, "ham")
        assert outdated_counts(filled) == {"ham": 4}  # what b and c said
        queue = waiting_rows(filled, "a", queue="outdated").items
        assert [(item.example_id, item.act) for item in queue] == [
            (1, "adjudicate"), (2, "adjudicate"),
        ]  # fmt: skip
        session.choose(queue[0], "spam")
        session.relabel(2, "spam")
    assert outdated_counts(filled) == {}
    assert waiting_rows(filled, "a", queue="outdated").items == []


def test_versions_are_compared_and_taken_back(filled: Project) -> None:
    set_guidelines(filled, "one\n")
    set_guidelines(filled, "two\n")
    text = diff_guidelines(filled)
    assert "-one\n+two\n" in text
    assert text.startswith("--- version 1")
    assert diff_guidelines(filled, 2, 1).endswith("-two\n+one\n")
    assert not set_guidelines(filled, "two\n").changed
    undo(filled)
    assert guideline(filled).content == "one\n"
    redo(filled)
    assert guideline(filled).content == "two\n"
    undo(filled)
    undo(filled)
    assert guideline(filled) is None
    with Session(filled, annotator="ana") as session:
        session.label(1, "ham")
    assert set_guidelines(filled, "three\n").version == 3


def test_what_is_not_there_is_said(filled: Project) -> None:
    with pytest.raises(UsageError, match="no guidelines yet"):
        diff_guidelines(filled)
    with pytest.raises(UsageError, match="no version 7"):
        guideline(filled, 7)
    with pytest.raises(UsageError, match="empty"):
        set_guidelines(filled, " \n")


def test_the_first_version_makes_nothing_outdated(filled: Project) -> None:
    with Session(filled, annotator="ana") as session:
        session.label(1, "ham")
        session.label(2, "spam")
    first = set_guidelines(filled, "what we have done so far\n")
    assert (first.n_before, first.outdated) == (2, {})
    assert waiting_rows(filled, "ana", queue="outdated").items == []
    second = set_guidelines(filled, "what we do from now on\n")
    assert (second.n_before, second.outdated) == (0, {"ham": 1, "spam": 1})
    (word, _) = waiting_rows(filled, "ana", queue="outdated").items
    assert word.reason == "ana said ham under no version of the guidelines"
    undo(filled)
    assert outdated_counts(filled) == {}
    # Where the first version is undone, the next one is the first.
    undo(filled)
    set_guidelines(filled, "another beginning\n")
    assert outdated_counts(filled) == {}
