"""Results that are read back: what a stage stored is what it has returned."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.services import reviewing
from workbench.services.aggregate import aggregate_votes
from workbench.services.audit.audit import audit_labels
from workbench.services.audit.blame import NONE_DOUBTED, rates_notes
from workbench.services.diagnose.diagnose import DiagnoseResult, diagnose
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.results import as_json, from_json, last_result
from workbench.services.train import train_end_model

COLUMNS = (None, "class", "vendor", "function", "batch", "true")

AUDITS: list[tuple[str, Callable[[Project], Any]]] = [
    (f"audit by {by}", lambda project, by=by: audit_labels(project, by=by)) for by in COLUMNS
]

# The votes of the label model change what an audit doubts.
STAGES = [*AUDITS, ("aggregate", aggregate_votes), ("train", train_end_model), *AUDITS]

WRONG = {
    "nowhere": lambda row: False,
    "in one class, of one vendor": lambda row: row["true"] == "refund" and row["vendor"] == "b",
    "everywhere": lambda row: True,
}
"""In which rows labels may be wrong: what is compared with a rest without errors has no ratio."""


@pytest.fixture(params=WRONG)
def rated(
    request: pytest.FixtureRequest, tmp_path: Path, write_csv: Callable[..., Path]
) -> Iterator[Project]:
    """240 rows of two classes; a third class has none. Three functions, one votes for all rows."""
    rows = reviewing.rows(240, 0, wrong=0.15)
    for row in rows:
        if not WRONG[request.param](row):
            row["label"] = row["true"]
    votes = ["uid,all,wrong,none"]
    votes += [
        f"{row['id']},{row['label']},{row['label'] if row['label'] != row['true'] else ''},"
        for row in rows
    ]
    path = tmp_path / "votes.csv"
    path.write_text("\n".join(votes))
    with Project(init_project(tmp_path / "p", [*reviewing.CLASSES, "other"])) as project:
        import_files(project, [write_csv("t.csv", rows)])
        import_votes(project, path)
        yield project


def test_a_result_that_is_read_back_is_what_was_returned_first(rated: Project) -> None:
    for name, stage in STAGES:
        first = stage(rated)
        again = stage(rated)
        assert again.reused, name
        assert replace(again, reused=False) == replace(first, reused=False), name
        # Reused or not, it is written whole: nothing turns to null on the way.
        assert from_json(type(first), json.loads(json.dumps(as_json(first)))) == first, name


def test_a_diagnosis_that_is_read_back_is_what_was_returned(rated: Project) -> None:
    for _ in ("before an audit", "after it"):
        found = diagnose(rated)
        assert last_result(rated, "diagnose", DiagnoseResult) == found
        audit_labels(rated)


@pytest.mark.parametrize("rated", ["in one class, of one vendor"], indirect=True)
def test_against_a_rest_without_a_doubt_there_is_no_ratio_but_a_word(rated: Project) -> None:
    result = audit_labels(rated, by="vendor")
    vendors = {rate.group: rate for rate in result.by_group}
    assert vendors["a"].n_suspects == 0 < vendors["b"].n_suspects
    assert vendors["b"].ratio is None
    assert vendors["b"].q_value is not None
    assert vendors["b"].stands_out
    assert vendors["b"].reason == NONE_DOUBTED
    assert rates_notes(result.by_group) == ("no ratio (1 of 2): none of the rest was doubted",)
    assert "wrong" in {rate.name for rate in result.functions if rate.is_blamed}
    assert {rate.name: rate.reason for rate in result.functions} == {
        "all": "it votes for all rows of its classes",
        "wrong": NONE_DOUBTED,
    }
