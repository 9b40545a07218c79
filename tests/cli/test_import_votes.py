"""Votes from files on the command line: what they replace, and what undo and apply say of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.services.project import Project

NAMES = ("offers", "calls", "meals")


@pytest.fixture
def at(filled: Project) -> tuple[str, Path]:
    """How commands are told where the project is."""
    return ("-C", filled.root)


@pytest.fixture
def votes(write_csv: Callable[..., Path]) -> Callable[..., Path]:
    """Write the votes of three functions on some rows to a file."""

    def write(name: str, uids: list[str]) -> Path:
        return write_csv(name, [{"uid": uid} | dict.fromkeys(NAMES, "spam") for uid in uids])

    return write


def test_what_a_second_file_replaces_is_said(cli, at: Any, votes) -> None:
    train = [f"r{i}" for i in range(30)]
    assert "replaces" not in cli(*at, "import-votes", votes("train.csv", train)).out
    again = cli(*at, "import-votes", votes("train.csv", train))
    assert "replaces" not in again.out  # the same votes
    test = votes("test.csv", [*train[:10], "er0", "er1"])
    told = cli(*at, "import-votes", test).out
    assert "! replaces 90 votes on 30 rows (3 labeling functions of train.csv)" in told
    assert "20 of these rows are not in this file and lose their votes" in told
    assert "put both files into one" in told
    both = cli(*at, "import-votes", votes("both.csv", [*train, "er0", "er1"])).out
    assert "! replaces 36 votes on 12 rows (3 labeling functions of test.csv)" in both
    assert "lose their votes" not in both
    cli(*at, "undo")
    replaced = cli(*at, "import-votes", votes("one.csv", ["r0"]), "--json").json["replaced"]
    assert replaced == [
        {"file": "test.csv", "n_functions": 3, "n_votes": 36, "n_rows": 12, "n_left_out": 11}
    ]


def test_functions_without_a_vote_on_training_rows_are_counted_right(cli, at: Any, votes) -> None:
    cli(*at, "import-votes", votes("test.csv", ["er0", "er1"]))
    told = cli(*at, "aggregate").out
    assert "No labeling function votes on the rows that models learn from" in told
    listed = cli(*at, "aggregate", "--json").json["weights"]
    assert {one["name"] for one in listed} == set(NAMES)


def test_undo_of_votes_from_a_file_promises_no_apply(cli, at: Any, votes) -> None:
    cli(*at, "import-votes", votes("votes.csv", ["r0", "r1"]))
    told = cli(*at, "undo").out
    assert "the votes came from votes.csv, from no script: apply does not bring them back" in told
    assert "scripts are as they were" not in told
    assert cli(*at, "apply").out.startswith("no labeling functions yet")
    assert cli(*at, "lf", "list", "--json").json["functions"] == []
    assert "put back" in cli(*at, "redo").out
    assert len(cli(*at, "lf", "list", "--json").json["functions"]) == 3


def test_undo_of_an_apply_says_that_the_next_one_brings_it_back(
    cli, at: Any, filled: Project, script: str
) -> None:
    (filled.functions_folder / "first.py").write_text(script)
    cli(*at, "apply")
    assert "the next apply goes by what they hold" in cli(*at, "undo").out
    cli(*at, "apply")
    assert len(cli(*at, "lf", "list", "--json").json["functions"]) == 4


def test_apply_knows_functions_that_come_from_files(cli, at: Any, votes) -> None:
    cli(*at, "import-votes", votes("votes.csv", ["r0", "r1"]))
    told = cli(*at, "apply").out
    assert "no script has a function; 3 functions come from files" in told
    assert "no labeling functions yet" not in told


def test_votes_of_another_encoding(cli, at: Any, tmp_path: Path) -> None:
    file = tmp_path / "votes.csv"
    file.write_text("uid,café\nr0,spam\nr1,ham\n", encoding="latin-1")
    failed = cli(*at, "import-votes", file)
    assert failed.code == 1
    assert "say what it is: --encoding latin-1" in failed.err
    told = cli(*at, "import-votes", file, "--encoding", "latin-1", "--json").json
    assert [(one["name"], one["n_votes"]) for one in told["functions"]] == [("café", 2)]


def test_an_option_that_a_command_lacks_is_not_advised(cli, at: Any, tmp_path: Path) -> None:
    file = tmp_path / "probabilities.csv"
    file.write_text("uid,ham,spam,note\nr0,0.1,0.9,café\n", encoding="latin-1")
    failed = cli(*at, "audit", "--probabilities", file)
    assert failed.code == 1
    assert "Save the file as UTF-8." in failed.err
    assert "--encoding" not in failed.err
    file.write_text("uid,ham,spam\nr0,0.1,0.9,0\n")
    failed = cli(*at, "audit", "--probabilities", file)
    assert "has 4 fields, the header has 3" in failed.err
    assert "--delimiter" not in failed.err
    assert "--delimiter semicolon" in cli(*at, "import-votes", file).err


def test_indices_may_be_written_as_pandas_writes_them_beside_empty_cells(
    cli, at: Any, write_csv: Callable[..., Path]
) -> None:
    cells = {"r0": "1.0", "r1": "0.0", "r2": "", "r3": "-1.0"}
    file = write_csv("v.csv", [{"uid": uid, "lf": cell} for uid, cell in cells.items()])
    assert cli(*at, "import-votes", file).code == 0
    said = [cli(*at, "why", uid, "--json").json["votes"][0]["vote"] for uid in cells]
    assert said == ["spam", "ham", None, None]
    file = write_csv("w.csv", [{"uid": "r0", "lf": "1.5"}])
    assert "'1.5' is no vote" in cli(*at, "import-votes", file).err


def test_rows_that_are_left_out_are_not_counted(cli, at: Any, tmp_path: Path) -> None:
    file = tmp_path / "votes.csv"
    file.write_text("id,a\nr0,spam\nr1,bogus\nr1,ham\nr2,nonsense\n")
    taken = cli(*at, "import-votes", file, "--skip-bad-rows", "--json").json
    assert (taken["n_rows"], taken["functions"][0]["n_votes"]) == (2, 2)
    assert [row["row"] for row in taken["skipped"]] == [2, 4]


def test_columns_of_other_things_are_left_out_where_those_of_votes_are_named(
    cli, at: Any, write_csv: Callable[..., Path]
) -> None:
    row = {"uid": "r0", "llm": "spam", "llm_prob": "0.802", "people": "ham"}
    file = write_csv("v.csv", [row])
    refused = cli(*at, "import-votes", file)
    assert (refused.code, "name those that are: --column NAME" in refused.err) == (1, True)
    taken = cli(*at, "import-votes", file, "--column", "LLM", "--column", "llm", "--json").json
    assert [(one["name"], one["n_votes"]) for one in taken["functions"]] == [("llm", 1)]
    refused = cli(*at, "import-votes", file, "--column", "llms")
    assert "there is no column 'llms'" in refused.err
    assert "Did you mean 'llm'?" in refused.err
