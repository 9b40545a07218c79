"""An audit compares annotators: every answer counts as its own."""

from __future__ import annotations

import pytest

from tests.services.noisy_messages import message_rows
from workbench.errors import UsageError
from workbench.services.audit.audit import audit_labels
from workbench.services.labels import resolve_labels
from workbench.services.project import Project


def test_annotators_and_guidelines_are_compared_where_people_label(messages: Project) -> None:
    from workbench.services.annotate import Session

    with pytest.raises(UsageError, match="there is no annotator to compare"):
        audit_labels(messages, by="annotator")
    for name in ("ana", "bo"):
        with Session(messages, annotator=name) as session:
            for i, row in enumerate(message_rows()[:40], start=1):
                session.label(i, row["true"] if name == "ana" else "login")
    groups = {rate.group: rate.n for rate in audit_labels(messages, by="annotator").by_group}
    assert groups == {"ana": 40, "bo": 40}
    assert {rate.group for rate in audit_labels(messages, by="guideline").by_group} == {
        "no guidelines"
    }


def test_outvoted_answers_count_as_those_of_their_annotator(messages: Project) -> None:
    from workbench.services.annotate import Session

    for name in ("ana", "bo", "cy"):
        with Session(messages, annotator=name) as session:
            for i, row in enumerate(message_rows()[:30], start=1):
                session.label(i, "login" if name == "cy" else row["true"])
    result = audit_labels(messages, by="annotator")
    assert {rate.group: rate.n for rate in result.by_group} == {"ana": 30, "bo": 30, "cy": 30}
    assert result.by_group[0].group == "cy"
    assert result.by_group[0].n_suspects >= 20
    assert result.group_note.startswith("answers to 20 rows differ: ")
    assert audit_labels(messages, by="vendor").group_note == ""


def test_an_answer_that_its_annotator_replaced_or_took_back_is_no_longer_theirs(
    messages: Project,
) -> None:
    from workbench.services.annotate import Session

    made = message_rows()[:30]
    wrong = ["login" if row["true"] != "login" else "parcel" for row in made]
    for name in ("ana", "bo", "cy"):
        with Session(messages, annotator=name) as session:
            for i, label in enumerate(wrong, start=1):
                session.label(i, label)

    def found() -> tuple[dict[str, int], str]:
        result = audit_labels(messages, by="annotator")
        return {rate.group: rate.n for rate in result.by_group}, result.group_note

    assert found() == ({"ana": 30, "bo": 30, "cy": 30}, "")
    # She mends ten of hers, and is outvoted; no answer that she replaced is.
    with Session(messages, annotator="ana") as session:
        for i in range(10):
            session.label(i + 1, made[i]["true"])
    groups, note = found()
    assert groups == {"ana": 30, "bo": 30, "cy": 30}
    assert note.startswith("answers to 10 rows differ: ")
    # Whoever skips or flags a row stands behind no answer to it any more.
    with Session(messages, annotator="ana") as session:
        session.skip(1)
        session.flag(11)
        session.flag(12)
    # Whoever decides them after her makes them labels like any other.
    with Session(messages, annotator="bo") as session:
        for i in (11, 12):
            session.label(i, wrong[i - 1])
    groups, note = found()
    assert groups == {"ana": 27, "bo": 30, "cy": 30}
    assert note.startswith("answers to 9 rows differ: ")


def test_one_annotator_is_outvoted_by_nobody(messages: Project) -> None:
    from workbench.services.annotate import Session
    from workbench.services.guidelines import set_guidelines

    made = message_rows()[:30]
    set_guidelines(messages, "first")
    with Session(messages, annotator="ana") as session:
        for i in range(30):
            session.label(i + 1, "login")
    set_guidelines(messages, "second")
    with Session(messages, annotator="ana") as session:
        for i in range(20):
            session.label(i + 1, made[i]["true"])
    result = audit_labels(messages, by="annotator")
    assert {rate.group: rate.n for rate in result.by_group} == {"ana": 30}
    assert "answer" not in result.group_note
    # An answer was given under the version of the last word.
    result = audit_labels(messages, by="guideline")
    assert {rate.group: rate.n for rate in result.by_group} == {"v1": 10, "v2": 20}
    assert result.group_note == ""
    # Who corrects their own answer takes it back; those of others are overruled.
    for who, row in (("ana", 21), ("bo", 22)):
        index = int(resolve_labels(messages).labels[row - 1])
        with Session(messages, annotator=who) as session:
            session.relabel(row, messages.classes[(index + 1) % 3])
    result = audit_labels(messages, by="annotator")
    assert {rate.group: rate.n for rate in result.by_group} == {"ana": 30, "bo": 1}
    assert result.group_note.startswith("answers to 1 row differ: ")
