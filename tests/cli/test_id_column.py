"""One rule for the column of the ids, in every command that takes a file about rows."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROWS = [
    {"COMMENT_ID": f"c{i}", "text": f"{'free prize' if i % 2 else 'see you'} {i}"}
    for i in range(40)
]


@pytest.fixture
def at(cli, tmp_path: Path, write_csv: Callable[..., Path]) -> tuple[Any, ...]:
    """A project whose files call the id COMMENT_ID, with rows."""
    root = tmp_path / "comments"
    cli("init", root, "--classes", "ham,spam", "--id-column", "COMMENT_ID")
    assert cli("-C", root, "import", write_csv("comments.csv", ROWS), "--role", "train").code == 0
    return ("-C", root)


def labelled(id_column: str, value: str, **more: str) -> list[dict[str, str]]:
    """Return three rows of a file with one more column."""
    return [{id_column: f"c{i}", value: "spam" if i % 2 else "ham"} | more for i in range(3)]


@pytest.mark.parametrize("column", ["COMMENT_ID", "uid", "id"])
@pytest.mark.parametrize("command", [("import-votes",), ("annotate", "--from")])
def test_the_projects_column_uid_and_id_are_known(
    cli, at: Any, write_csv: Callable[..., Path], command: tuple[str, ...], column: str
) -> None:
    called = cli(*at, *command, write_csv("f.csv", labelled(column, "label")), "--json")
    assert (called.code, called.json["n_rows"]) == (0, 3), called.err


@pytest.mark.parametrize("command", [("import-votes",), ("annotate", "--from")])
def test_case_and_spaces_of_columns_do_not_count(
    cli, at: Any, write_csv: Callable[..., Path], command: tuple[str, ...]
) -> None:
    called = cli(*at, *command, write_csv("f.csv", labelled("comment_id ", "Label")), "--json")
    assert (called.code, called.json["n_rows"]) == (0, 3), called.err


def test_the_projects_column_comes_first_and_the_option_before_it(
    cli, at: Any, write_csv: Callable[..., Path]
) -> None:
    both = write_csv("both.csv", labelled("COMMENT_ID", "label", id="c9", other="c7"))
    assert cli(*at, "annotate", "--from", both, "--json").json["n_added"] == 3
    assert cli(*at, "why", "c9", "--json").json["label"] is None
    named = cli(*at, "annotate", "--from", both, "--id-column", "other", "--json").json
    assert named["n_rows"] == 3
    assert cli(*at, "why", "c7", "--json").json["label"] == "ham"


@pytest.mark.parametrize("command", [("import-votes",), ("annotate", "--from")])
def test_a_file_without_ids_is_refused_with_the_option(
    cli, at: Any, write_csv: Callable[..., Path], command: tuple[str, ...]
) -> None:
    file = write_csv("f.csv", labelled("comment", "label"))
    called = cli(*at, *command, file)
    assert called.code == 1
    assert "none is called 'COMMENT_ID' or 'uid' or 'id'" in called.err
    assert "--id-column COLUMN" in called.err
    wrong = cli(*at, *command, file, "--id-column", "coment")
    assert "no column 'coment'" in wrong.err
    assert "Did you mean 'comment'? Name the right one: --id-column COLUMN" in wrong.err


def test_what_was_exported_comes_back_as_decisions(
    cli, at: Any, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    cli(*at, "annotate", "--from", write_csv("a.csv", labelled("id", "label")))
    exported = tmp_path / "labels.csv"
    assert cli(*at, "export", exported).code == 0
    same = cli(*at, "annotate", "--from", exported, "--json")
    assert (same.code, same.json["n_added"], same.json["n_known"]) == (0, 0, 3), same.err
    with exported.open(newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["label"] = "spam"
    changed = cli(*at, "annotate", "--from", write_csv("changed.csv", rows), "--json").json
    assert (changed["n_added"], changed["n_known"]) == (1, 2)
    assert cli(*at, "why", "c0", "--json").json["label"] == "spam"


def test_labels_that_no_person_gave_and_that_come_back_are_no_decisions(
    cli, voted: Any, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    at = ("-C", voted.root)
    assert cli(*at, "aggregate").code == 0
    exported = tmp_path / "labels.csv"
    assert cli(*at, "export", exported).code == 0
    with exported.open(newline="") as file:
        rows = list(csv.DictReader(file))
    of_nobody = [row for row in rows if row["origin"] in ("given", "model")]
    assert of_nobody
    told = cli(*at, "annotate", "--from", exported).out
    assert told.startswith("0 decisions recorded")
    assert f"{len(rows):,} rows left out: the file says that no person gave the label" in told
    other = next(name for name in voted.classes if name != of_nobody[0]["label"])
    of_nobody[0]["label"] = other
    changed = cli(*at, "annotate", "--from", write_csv("changed.csv", rows), "--json").json
    assert (changed["n_added"], changed["n_repeated"]) == (1, len(rows) - 1)
    shown = cli(*at, "why", of_nobody[0]["uid"], "--json").json
    assert (shown["label"], shown["origin"]) == (other, "annotation")


def test_a_review_takes_the_same_columns(cli, voted: Any, write_csv: Callable[..., Path]) -> None:
    at = ("-C", voted.root)
    for stage in ("aggregate", "train", "audit"):
        assert cli(*at, stage).code == 0
    waiting = [row["uid"] for row in cli(*at, "review", "--list", "--json").json["rows"]]
    verdicts = [{"uid": uid, "label": "spam"} for uid in waiting[:2]]
    assert cli(*at, "review", "--from", write_csv("v.csv", verdicts)).code == 0
    assert len(cli(*at, "review", "--list", "--json").json["rows"]) == len(waiting) - 2
    refused = cli(
        *at, "review", "--from", write_csv("w.csv", [{"row": waiting[2], "label": "ham"}])
    )
    assert (refused.code, "--id-column COLUMN" in refused.err) == (1, True)
    refused = cli(
        *at, "review", "--from", write_csv("x.csv", [{"uid": waiting[2], "lable": "ham"}])
    )
    assert "Did you mean 'lable'? Name the right one: --label-column COLUMN" in refused.err
