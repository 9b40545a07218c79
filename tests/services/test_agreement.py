"""Agreement of a project's annotators, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.services.agreement import annotator_agreement
from workbench.services.annotate import Session
from workbench.services.importing.importing import import_files
from workbench.services.project import Project


@pytest.fixture
def rows(project: Project, write_csv: Callable[..., Path]) -> Project:
    """A project with 30 rows that have no label."""
    table = [{"id": f"r{i}", "text": f"text number {i}"} for i in range(1, 31)]
    import_files(project, [write_csv("rows.csv", table)])
    return project


def say(project: Project, annotator: str, labels: list[str]) -> None:
    with Session(project, annotator=annotator) as session:
        for example_id, label in enumerate(labels, start=1):
            if label:
                session.label(example_id, label)


def test_annotators_pairs_and_classes_are_named(rows: Project) -> None:
    truth = ["ham", "spam"] * 15
    say(rows, "ana", truth)
    say(rows, "bo", truth)
    say(rows, "cy", ["ham"] * 20 + truth[:10])
    result = annotator_agreement(rows)
    assert (result.n_rows, result.n_answers, result.n_shared, result.n_disputed) == (30, 90, 30, 10)
    assert [(p.first, p.second) for p in result.pairs][-1] == ("ana", "bo")
    assert result.pairs[-1].kappa.value == 1
    assert [c.name for c in result.classes] == ["ham", "spam"]
    assert 0 < result.alpha.low < result.alpha.value < result.alpha.high < 1
    accuracy = {a.name: a.accuracy for a in result.annotators}
    assert accuracy["cy"] < min(accuracy["ana"], accuracy["bo"])
    assert annotator_agreement(rows) == result
    assert annotator_agreement(rows, seed=1).alpha.low != result.alpha.low


def test_annotators_are_ranked_only_where_their_intervals_do_not_overlap(rows: Project) -> None:
    truth = ["ham", "spam"] * 15
    say(rows, "ana", truth)
    say(rows, "bo", ["spam", *truth[1:]])
    say(rows, "di", truth)
    alike = annotator_agreement(rows)
    bounds = {a.name: (a.low, a.accuracy, a.high) for a in alike.annotators}
    assert all(low < accuracy < high for low, accuracy, high in bounds.values())
    assert bounds["bo"][1] < bounds["ana"][1]
    assert not alike.is_ranked
    say(rows, "cy", ["spam", "ham"] * 15)
    assert annotator_agreement(rows).is_ranked


def test_corrections_are_no_answers(rows: Project) -> None:
    say(rows, "ana", ["ham", "spam"])
    say(rows, "bo", ["ham", "ham"])
    before = annotator_agreement(rows)
    with Session(rows, annotator="judge") as judge:
        judge.adjudicate(2, "ham")
    after = annotator_agreement(rows)
    assert (after.alpha, after.n_answers) == (before.alpha, 4)
    assert (before.n_disputed, after.n_disputed) == (1, 0)


def test_an_annotator_who_shares_no_row_has_no_accuracy(rows: Project) -> None:
    say(rows, "ana", ["ham", "spam", "ham"])
    say(rows, "bo", ["ham", "spam"])
    say(rows, "di", ["ham", "spam"])
    say(rows, "cy", [""] * 10 + ["ham", "spam"])
    accuracy = {a.name: a.accuracy for a in annotator_agreement(rows).annotators}
    assert accuracy["cy"] is None
    assert accuracy["ana"] is not None


def test_before_a_second_annotator_nothing_is_defined(rows: Project) -> None:
    empty = annotator_agreement(rows)
    assert (empty.n_answers, empty.n_shared, empty.annotators) == (0, 0, ())
    say(rows, "ana", ["ham", "spam"])
    alone = annotator_agreement(rows)
    assert (alone.n_answers, alone.n_shared, alone.alpha.value) == (2, 0, None)
