"""``workbench lf suggest``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench.services.project import Project

Cli = Callable[..., Any]


def test_a_suggestion_is_accepted_by_its_number(cli: Cli, filled: Project) -> None:
    at = ("-C", filled.root, "lf", "suggest")
    found = cli(*at, "--json").json
    listed = found["candidates"]
    assert [candidate["number"] for candidate in listed] == list(range(1, len(listed) + 1))
    shown = cli(*at).out
    assert listed[0]["term"] in shown
    assert f"best of {found['n_terms']:,} terms looked at" in shown
    assert found["n_terms"] > len(listed)
    assert "also: workbench lf suggest --accept 1" in shown
    accepted = cli(*at, "--accept", "2", "--accept", "1", "--json").json
    assert accepted["lines"] == [listed[1]["line"], listed[0]["line"]]
    applied = cli("-C", filled.root, "apply", "--json").json
    assert {lf["name"] for lf in applied["functions"]} == set(accepted["names"])
    assert cli(*at, "--accept", "99").code == 2


def test_an_accepted_line_says_what_does_not_judge_it(cli: Cli, filled: Project) -> None:
    accepted = cli("-C", filled.root, "lf", "suggest", "--accept", "1").out
    assert "tags=['suggested']" in accepted
    assert "the labels that chose them do not judge them" in accepted


def test_what_the_label_model_chose_is_not_said_to_be_chosen_by_labels(
    cli: Cli, project: Project, script: str, write_csv: Callable[..., Path], small_rows: Any
) -> None:
    at = ("-C", project.root)
    cli(*at, "import", write_csv("rows.csv", [row | {"label": ""} for row in small_rows(120)]))
    (project.functions_folder / "first.py").write_text(script)
    cli(*at, "apply")
    cli(*at, "aggregate")
    accepted = cli(*at, "lf", "suggest", "--accept", "1").out
    assert "keywords(" in accepted
    assert "suggested'" not in accepted
    assert "do not judge" not in accepted


def test_without_labels_there_is_nothing_to_suggest(cli: Cli, project: Project) -> None:
    assert "nothing to suggest" in cli("-C", project.root, "lf", "suggest").out


def test_evaluation_rows_judge_functions_and_suggest_none(
    cli: Cli, project: Project, write_csv: Callable[..., Path], small_rows: Callable[[int], Any]
) -> None:
    at = ("-C", project.root)
    rows = small_rows(80)
    cli(*at, "import", write_csv("evaluation.csv", rows), "--role", "evaluation")
    unlabelled = [row | {"id": f"t{row['id']}", "label": ""} for row in rows]
    cli(*at, "import", write_csv("train.csv", unlabelled))
    shown = cli(*at, "lf", "suggest").out
    assert "in 0 labelled training rows" in shown
    assert "80 evaluation rows with a label: they judge functions" in shown
    assert cli(*at, "lf", "suggest", "--json").json["n_labelled"] == 0
    answers = write_csv("answers.csv", [row | {"id": f"t{row['id']}"} for row in rows[:40]])
    cli(*at, "annotate", "--from", answers, "--annotator", "ann")
    found = cli(*at, "lf", "suggest", "--json").json
    assert (found["n_labelled"], found["n_evaluation"]) == (40, 80)
    assert found["candidates"]


def test_accepted_suggestions_are_left_out_and_the_others_keep_their_numbers(
    cli: Cli, filled: Project
) -> None:
    at = ("-C", filled.root, "lf", "suggest")
    before = cli(*at, "-n", "3", "--json").json["candidates"]
    cli(*at, "--accept", "1")
    after = cli(*at, "-n", "3", "--json").json
    assert after["candidates"][:2] == before[1:]
    assert [one["term"] for one in after["accepted"]] == [before[0]["term"]]
    shown = cli(*at).out
    assert f"left out: {before[0]['term']!r}, accepted but not applied yet" in shown
    assert "also: workbench lf suggest --accept 2" in shown
    assert "already" in cli(*at, "--accept", "1").err
    assert cli(*at, "--accept", "3").code == 0
    cli("-C", filled.root, "apply")
    applied = cli(*at, "--json").json
    assert applied["accepted"] == []
    terms = {one["term"] for one in applied["candidates"]}
    assert not terms & {before[0]["term"], before[2]["term"]}
