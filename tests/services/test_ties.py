"""Rows that annotators are level on: what is next, and which is asked first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.services.annotate import Session
from workbench.services.config import write_config
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.disputes import disputes, ties_to_settle
from workbench.services.importing.importing import import_files
from workbench.services.next_step import loop
from workbench.services.project import Project, init_project
from workbench.services.row_queues import waiting_rows

SETTLE = "workbench annotate --queue disagreement"


def say(project: Project, example_id: int, *labels: str) -> None:
    """Let as many annotators answer for one row as there are labels."""
    for who, label in enumerate(labels):
        with Session(project, annotator=f"annotator {who}") as session:
            session.label(example_id, label)


def test_a_tie_is_settled_before_anything_learns_from_the_labels(filled: Project) -> None:
    diagnose(filled)
    before = loop(filled).next_command
    say(filled, 1, "ham", "ham", "spam")
    assert loop(filled).next_command == before  # two to one is a label
    for example_id in (2, 3, 4):
        say(filled, example_id, "ham", "spam")
    now = loop(filled)
    assert now.next_command == SETTLE
    assert now.next_reason == "3 rows have answers that differ and no label from people"
    with Session(filled, annotator="judge") as session:
        session.adjudicate(2, "ham")
        session.flag(3)  # looked at, and left without a label
        assert loop(filled).next_reason.startswith("1 row has answers")
        session.label(4, "ham")  # a casting vote
    assert loop(filled).next_command == before


def test_who_passed_a_row_over_before_others_differ_is_not_sent_to_it(filled: Project) -> None:
    diagnose(filled)
    before = loop(filled).next_command
    say(filled, 1, "ham")
    with Session(filled, annotator="judge") as session:
        session.skip(1)
    with Session(filled, annotator="late") as session:
        session.label(1, "spam")
    assert not waiting_rows(filled, "judge", queue="disagreement").items
    assert waiting_rows(filled, "late", queue="disagreement").items
    assert loop(filled).next_command == before


def test_a_policy_without_majority_asks_for_every_row_that_is_disputed(filled: Project) -> None:
    diagnose(filled)
    say(filled, 1, "ham", "ham", "spam")
    config = replace(filled.config, consensus="adjudicate")
    write_config(filled.root / "workbench.toml", config)
    with Project(filled.root) as project:
        assert loop(project).next_command == SETTLE


def test_ties_are_asked_before_rows_that_are_more_disputed_and_have_a_majority(
    tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    rows = [{"id": f"r{i}", "text": f"text {i}"} for i in range(3)]
    with Project(init_project(tmp_path / "letters", ["a", "b", "c"])) as project:
        import_files(project, [write_csv("rows.csv", rows)])
        say(project, 1, "a", "a", "b", "c")
        say(project, 2, "a", "b")
        assert {row.example_id: row.is_tied for row in disputes(project)} == {1: False, 2: True}
        waiting = waiting_rows(project, "judge", queue="disagreement")
        assert [item.example_id for item in waiting.items] == [2, 1]


def test_ties_are_not_looked_for_where_something_else_comes_first(
    filled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []

    def looking(project: Project) -> list[int]:
        looked.append(1)
        return ties_to_settle(project)

    monkeypatch.setattr("workbench.services.next_step.ties_to_settle", looking)
    say(filled, 1, "ham", "spam")
    assert loop(filled).next_command == "workbench diagnose"
    assert not looked
    diagnose(filled)
    assert loop(filled).next_command == SETTLE
    assert looked == [1]
