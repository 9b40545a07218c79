"""What train says to who has labels and no labeling function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import small_rows
from workbench.services.project import Project

NO_LABELS = "the end model gives no labels: no labeling function votes"


def right(row: dict[str, str]) -> str:
    """Return the label that a row should have."""
    return "spam" if int(row["id"].removeprefix("r")) % 2 else "ham"


@pytest.fixture
def at(cli, project: Project, write_csv: Callable[..., Path]) -> tuple[Any, ...]:
    """A project of 1,200 training rows without labels, 1,000 judging ones, 60 annotations."""
    at = ("-C", project.root)
    train = [{"id": row["id"], "text": row["text"]} for row in small_rows(1200)]
    judging = [
        {"id": f"e{row['id']}", "text": f"{row['text']} too", "label": right(row)}
        for row in small_rows(1000)
    ]
    said = [{"id": row["id"], "label": right(row)} for row in train[:60]]
    cli(*at, "import", write_csv("train.csv", train), "--role", "train")
    cli(*at, "import", write_csv("judging.csv", judging), "--role", "evaluation")
    assert cli(*at, "annotate", "--from", write_csv("said.csv", said)).code == 0
    return at


def test_nothing_is_said_of_votes_where_there_are_none(cli, at: Any) -> None:
    told = cli(*at, "train").out
    assert "weak supervision does not pay" not in told
    assert "annotations alone" not in told
    assert [score["model"] for score in cli(*at, "train", "--json").json["scores"]] == ["end"]


def test_rows_that_stay_without_a_label_are_counted_and_what_to_do(
    cli, at: Any, tmp_path: Path
) -> None:
    told = cli(*at, "train").out
    assert f"! {NO_LABELS}. 1,140 training rows have no label" in told
    assert "workbench lf suggest" in told
    exported = cli(*at, "export", tmp_path / "labels.csv", "--json").json
    assert exported["n_rows"] == 60
    shown = cli(*at, "why", "r100").out
    assert "gives no labels without an aggregation of votes" in shown
    assert "nothing that is sure enough" not in shown


def test_given_labels_count_as_labels(
    cli, project: Project, write_csv: Callable[..., Path]
) -> None:
    at = ("-C", project.root)
    rows = [row | {"label": row["label"] if i >= 5 else ""} for i, row in enumerate(small_rows(80))]
    cli(*at, "import", write_csv("train.csv", rows), "--role", "train")
    assert f"! {NO_LABELS}. 5 training rows have no label" in cli(*at, "train").out
    said = [{"id": row["id"], "label": right(row)} for row in rows[:40]]
    cli(*at, "annotate", "--from", write_csv("said.csv", said))
    result = cli(*at, "train", "--json").json
    assert not any("gives no labels" in warning for warning in result["warnings"])
    # It learnt the given labels too, so that the annotations alone are another model.
    assert [score["model"] for score in result["scores"]] == ["end", "annotations alone"]
    assert not any("does not pay" in warning for warning in result["warnings"])


def test_votes_that_wait_for_an_aggregation_are_named(
    cli, at: Any, project: Project, script: str
) -> None:
    (project.functions_folder / "first.py").write_text(script)
    cli(*at, "apply")
    told = cli(*at, "train").out
    assert "the end model gives no labels: no votes are aggregated" in told
    assert "workbench aggregate" in told
    cli(*at, "aggregate")
    assert "gives no labels" not in cli(*at, "train").out


def test_where_votes_are_not_needed_figures_have_their_comma(
    cli, at: Any, project: Project
) -> None:
    (project.functions_folder / "bad.py").write_text(
        "from workbench import regex\n"
        'regex("calls", r"call|claim|urgent", "ham")\n'
        'regex("meals", r"lunch|dinner|noon", "spam")\n'
    )
    for stage in ("apply", "aggregate"):
        cli(*at, stage)
    told = cli(*at, "train").out
    assert "weak supervision does not pay here: the 60 annotated rows alone score" in told
    assert "on the 1,000 evaluation rows" in told


def test_functions_that_vote_on_no_row_are_not_to_be_aggregated(
    cli, at: Any, project: Project
) -> None:
    (project.functions_folder / "none.py").write_text(
        "from workbench import keywords\nkeywords('never', ['xyzzy'], 'spam')\n"
    )
    assert cli(*at, "apply").code == 0
    told = cli(*at, "train").out
    assert "the labeling functions vote on no row" in told
    assert "workbench lf list" in told
    assert "no votes are aggregated" not in told
