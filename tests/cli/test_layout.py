"""Tables and lines in the room there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.cli.layout import lay_out
from workbench.cli.output import next_step, say
from workbench.services.annotate import Session
from workbench.services.project import Project

NAMES = ["balance_not_updated_after_bank_transfer", "top_up_by_bank_transfer_charge"]


def test_names_are_whole_where_there_is_room() -> None:
    head, *lines = lay_out(["label", ">rows"], [(name, "12") for name in NAMES], 80).lines
    assert [line.split() for line in lines] == [[name, "12"] for name in NAMES]
    assert head.split() == ["label", "rows"]


@pytest.mark.parametrize("width", [80, 60, 48])
def test_no_table_is_wider_than_its_terminal(width: int) -> None:
    columns = ["slice", ">labels", "the largest class", "less than the rest", "words"]
    rows = [
        (f"{name} {i}", "1,234", name, "24.4 %", "money back " * 5) for i, name in enumerate(NAMES)
    ]
    lines = lay_out(columns, rows, width).lines
    assert max(len(line) for line in lines) <= width
    assert all("1,234" in line for line in lines[1:])


def test_an_id_is_never_cut() -> None:
    uid = "an-id-of-forty-characters-that-is-copied"
    found = lay_out(["uid", "label", "text"], [(uid, NAMES[0], "some words " * 9)], 60)
    line = found.lines[1]
    assert line.startswith(uid)


def test_names_and_figures_stay_whole_and_what_gives_way_is_named() -> None:
    columns = [
        "!name",
        "?votes for",
        ">coverage",
        "?>overlaps",
        ">accuracy",
        ">n",
        "?where",
        "state",
    ]
    name, figure = "asks_for_invoices", "62.5 % [38.6, 81.5]"
    row = (name, "billing", "12.0 %", "1.0 %", figure, "1,016", "templates.py:14", "current")
    found = lay_out(columns, [row], 80)
    assert all(cell in found.lines[1] for cell in (name, figure, "1,016", "current"))
    assert len(found.lines[1]) <= 80
    assert found.left_out == ["overlaps", "where"]
    assert lay_out(columns, [row], 160).left_out == []


def test_lines_break_between_words_in_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "the shares of the classes differ between the training rows and what production brings"
    path = "/a/long/path/" + "x" * 70
    say(words)
    assert capsys.readouterr().out == f"{words}\n"
    for name, value in (("FORCE_COLOR", "1"), ("NO_COLOR", "1"), ("COLUMNS", "40")):
        monkeypatch.setenv(name, value)
    say(words)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= 40
    assert " ".join(" ".join(lines).split()) == words
    # A path is there to be copied, and so is code.
    say(f"written to {path}\n    def f(record): return 'a longer line of code than there is room'")
    shown = capsys.readouterr().out
    assert path in shown
    assert "return 'a longer line of code than there is room'" in shown
    next_step("workbench annotate --queue outdated", "209 decisions under other guidelines")
    assert "workbench annotate --queue outdated" in capsys.readouterr().out


def test_many_classes_are_counted_not_listed(cli, tmp_path: Path) -> None:
    names = [f"class_{i}" for i in range(77)]
    made = cli("init", tmp_path / "p", "--classes", ",".join(names))
    assert "class_11 … and 65 more" in made.out
    assert cli("init", tmp_path / "q", "--classes", "a,b", "--json").json["classes"] == ["a", "b"]


def test_an_import_is_no_act_to_undo(cli, project: Project, write_csv) -> None:
    at = ("-C", project.root)
    assert cli(*at, "undo").out.startswith("there is nothing to undo\n")
    assert cli(*at, "import", write_csv("a.csv", [{"id": "1", "text": "one"}])).code == 0
    undone = cli(*at, "undo").out
    assert "an import (run 2) is a record, not an act" in undone
    assert "workbench forget" in undone


def test_with_nothing_of_ones_own_undo_names_whose_newest_act_stands(cli, filled: Project) -> None:
    at = ("-C", filled.root)
    with Session(filled, annotator="bob b") as session:
        session.relabel(1, "spam")
    told = cli(*at, "undo", "--annotator", "ana").out
    assert told.startswith("there is nothing to undo of ana; the newest act is by bob b: relabel")
    assert "workbench undo --annotator 'bob b'" in told
    assert "an import" not in told
    assert "undone: relabel spam" in cli(*at, "undo", "--annotator", "bob b").out
    assert "an import" in cli(*at, "undo", "--annotator", "ana").out


def test_without_labels_and_scripts_the_next_step_asks_for_answers(
    cli, project: Project, write_csv
) -> None:
    at = ("-C", project.root)
    rows = [{"id": f"{i}", "text": f"word{i} {'money' if i % 2 else 'parcel'}"} for i in range(30)]
    assert cli(*at, "import", write_csv("a.csv", rows)).code == 0
    assert cli(*at, "diagnose").code == 0
    status = cli(*at, "status", "--json").json
    assert status["next_command"] == "workbench propose -n 50"
    assert "workbench lf new NAME" in status["next_reason"]
    assert cli(*at, "propose", "-n", "5").code == 0
    assert cli(*at, "status", "--json").json["next_command"] == "workbench annotate"
