"""Decisions from a file: all or none, each of them once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.errors import DataError
from workbench.services.annotate import Session
from workbench.services.importing.decision_import import import_decisions
from workbench.services.labels import resolve_labels
from workbench.services.project import Project
from workbench.services.suspects import suspects_to_review
from workbench.services.undo import redo, undo

Write = Callable[..., Path]


def decisions(project: Project) -> list[tuple[str, int, str, str | None]]:
    """Return the decisions that stand, oldest first."""
    return [
        (e.annotator, e.example_id, e.kind, project.label_set.name_of(e.class_id))
        for e in project.store.decisions.active()
    ]


def row(uid: str, label: str, annotator: str = "ana", **more: str) -> dict[str, str]:
    return {"id": uid, "label": label, "annotator": annotator, **more}


def test_each_annotator_s_answer_is_kept(filled: Project, write_csv: Write) -> None:
    file = write_csv("d.csv", [row("r0", "ham", "ana"), row("r0", "spam", "bo"), row("r1", "", "")])
    result = import_decisions(filled, file, annotator="cy")
    assert decisions(filled) == [
        ("ana", 1, "label", "ham"),
        ("bo", 1, "label", "spam"),
        ("cy", 2, "skip", None),
    ]
    assert (result.n_rows, result.n_added, result.n_known) == (3, 3, 0)
    assert result.by_kind == {"label": 2, "skip": 1}


@pytest.mark.parametrize(
    "rows",
    [
        [row("r0", "ham"), row("r0", "spam"), row("r0", "ham")],
        [row("r0", "ham"), row("r0", "ham", kind="keep"), row("r1", "spam")],
        [row("r0", "ham"), row("r0", "ham"), row("r0", "spam", "bo")],
    ],
)
def test_importing_a_file_again_adds_nothing(
    filled: Project, write_csv: Write, rows: list[dict[str, str]]
) -> None:
    rows = [{"kind": "", **row} for row in rows]
    file = write_csv("d.csv", rows)
    import_decisions(filled, file)
    before = decisions(filled)
    result = import_decisions(filled, file)
    assert (result.n_added, result.n_known) == (0, len(rows))
    assert decisions(filled) == before


def test_a_file_that_has_grown_adds_what_is_new(filled: Project, write_csv: Write) -> None:
    first = [row("r0", "ham"), row("r1", "spam")]
    import_decisions(filled, write_csv("d.csv", first))
    grown = [*first, row("r0", "spam"), row("r2", "ham")]
    result = import_decisions(filled, write_csv("d.csv", grown))
    assert (result.n_added, result.n_changed) == (2, 1)
    assert decisions(filled)[2:] == [("ana", 1, "label", "spam"), ("ana", 3, "label", "ham")]


def test_a_decision_that_was_undone_is_taken_again(filled: Project, write_csv: Write) -> None:
    file = write_csv("d.csv", [row("r0", "ham")])
    import_decisions(filled, file)
    undo(filled, annotator="ana")
    assert decisions(filled) == []
    assert import_decisions(filled, file).n_added == 1


def test_a_change_of_mind_since_is_overruled_by_the_file(filled: Project, write_csv: Write) -> None:
    file = write_csv("d.csv", [row("r0", "ham")])
    import_decisions(filled, file)
    with Session(filled, annotator="ana") as session:
        session.label(1, "spam")
    assert import_decisions(filled, file).n_added == 1
    assert [label for *_, label in decisions(filled)] == ["ham", "spam", "ham"]


def test_columns_may_have_other_names(filled: Project, write_csv: Write) -> None:
    file = write_csv("d.csv", [{"item": "r0", "answer": "ham", "worker": "w1"}])
    import_decisions(
        filled, file, id_column="item", label_column="answer", annotator_column="worker"
    )
    assert decisions(filled) == [("w1", 1, "label", "ham")]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (row("nobody", "ham"), "no example 'nobody'"),
        (row("r0", "eggs"), "unknown class 'eggs'"),
        (row("r0", "ham", kind="guess"), "unknown kind 'guess'"),
        (row("r0", "", kind="relabel"), "relabel without a class"),
        (row("r0", "ham", seconds="soon"), "seconds is 'soon'"),
        (row("r0", "ham", seconds="-1"), "seconds is '-1'"),
        (row("r0", "ham", seconds="nan"), "seconds is 'nan'"),
        (row("r0", "ham", "a\x07b"), "annotator"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_recorded(
    filled: Project, write_csv: Write, bad: dict[str, str], message: str
) -> None:
    columns = dict.fromkeys(bad, "")
    file = write_csv("d.csv", [columns | row("r1", "ham"), bad])
    with pytest.raises(DataError, match=message) as caught:
        import_decisions(filled, file)
    assert caught.value.place == f"{file}:3"
    assert decisions(filled) == []


@pytest.mark.parametrize("column", ["id_column", "label_column", "annotator_column"])
def test_a_column_that_was_named_must_be_there(
    filled: Project, write_csv: Write, column: str
) -> None:
    file = write_csv("d.csv", [row("r0", "ham")])
    with pytest.raises(DataError, match="there is no column 'worker'"):
        import_decisions(filled, file, **{column: "worker"})


def test_a_file_is_one_act_of_each_annotator(filled: Project, write_csv: Write) -> None:
    with Session(filled, annotator="ana") as session:
        session.label(9, "ham")
    rows = [row("r0", "ham"), row("r1", "spam", "bo"), row("r2", "spam"), row("r3", "")]
    import_decisions(filled, write_csv("d.csv", rows))
    before = decisions(filled)
    turned = undo(filled, annotator="ana")
    assert turned is not None
    assert (turned.n_examples, turned.text) == (3, "3 decisions")
    assert decisions(filled) == [("ana", 9, "label", "ham"), ("bo", 2, "label", "spam")]
    redo(filled, annotator="ana")
    assert decisions(filled) == before


def test_what_a_file_confirms_of_an_audit_s_doubts_is_counted(
    audited: Project, write_csv: Write
) -> None:
    doubted = {suspect.example_id for suspect in suspects_to_review(audited)}
    uids, labels = audited.store.examples.uids(), resolve_labels(audited).labels
    some = [*sorted(doubted)[:2], next(i for i in range(1, 240) if i not in doubted)]
    rows = [row(uids[i - 1], audited.classes[labels[i - 1]]) for i in some]
    result = import_decisions(audited, write_csv("d.csv", rows))
    assert (result.n_confirming, result.n_doubts) == (3, 2)
    assert {s.example_id for s in suspects_to_review(audited)} == doubted - set(some)
