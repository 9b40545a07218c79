"""Functions on a metadata column that some examples have no value for, from a file to votes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.services.importing.importing import import_files
from workbench.services.labels import stored_votes
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.trial import check_function
from workbench.services.project import Project, init_project

PRICES = ["", "5", "", "30", "", "", "7 eur", "", "", ""]
SCRIPT = """
from workbench import *
from workbench import labeling_function

metadata("is_empty", "price", "is empty", label=1)
metadata("is_there", "price", "is not empty", label=1)
metadata("is", "price", "==", 5, label=1)
metadata("is_not", "price", "!=", 5, label=1)
metadata("one_of", "price", "in", [5, 30], label=1)
metadata("none_of", "price", "not in", [5, 30], label=1)
metadata("holds", "price", "contains", "eur", label=1)
keywords("words", ["eur"], 1, column="price")
regex("digits", r"^\\d+$", 1, column="price")
length("long", 1, minimum=2, column="price")
fuzzy("like", ["euro"], 1, column="price", min_score=70)

@labeling_function()
def attribute(record):
    return 1 if record.price is None else ABSTAIN

@labeling_function()
def meta(record):
    return 1 if record.meta.price is None and record.meta["price"] is None else ABSTAIN

@labeling_function()
def writes(record):
    record.price = record.price or "none"
    return 1 if record.price == "none" else ABSTAIN

@labeling_function(batch=True)
def batch(columns):
    return [1 if price is None else ABSTAIN for price in columns.price]

@labeling_function(batch=True)
def arrow(columns):
    return [1 if null else ABSTAIN for null in columns.arrow("price").is_null().to_pylist()]

from snorkel.labeling import labeling_function

@labeling_function()
def snorkels(x):
    return 1 if x.price is None and x["price"] is None else -1
"""
EMPTY = [i for i, price in enumerate(PRICES) if not price]
THERE = [i for i, price in enumerate(PRICES) if price]
EXPECTED = {
    "is_empty": EMPTY,
    "is_there": THERE,
    "is": [1],
    "is_not": [3, 6],
    "one_of": [1, 3],
    "none_of": [6],
    "holds": [6],
    "words": [6],
    "digits": [1, 3],
    "long": [3, 6],
    "like": [6],
} | dict.fromkeys(["attribute", "meta", "writes", "batch", "arrow", "snorkels"], EMPTY)


def write_csv(folder: Path) -> Path:
    path = folder / "rows.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "price"])
        writer.writerows([f"r{i}", f"text {i}", price] for i, price in enumerate(PRICES))
    return path


def write_json_lines(folder: Path) -> Path:
    """Write a null, or no such key at all, where there is no price."""
    path = folder / "rows.jsonl"
    rows = []
    for i, price in enumerate(PRICES):
        row = {"id": f"r{i}", "text": f"text {i}", "price": price or None}
        if not price and i % 4:
            del row["price"]
        rows.append(json.dumps(row))
    path.write_text("\n".join(rows))
    return path


@pytest.mark.parametrize("write", [write_csv, write_json_lines])
@pytest.mark.parametrize(("block_size", "n_workers"), [(1, 2), (7, 1), (5_000, 1)])
def test_an_empty_cell_is_none_however_blocks_are_cut(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Path], Path],
    block_size: int,
    n_workers: int,
) -> None:
    monkeypatch.setattr("workbench.services.lf.apply.BLOCK", block_size)
    with Project(init_project(tmp_path / "p", ["ham", "spam"])) as project:
        import_files(project, [write(tmp_path)])
        (project.functions_folder / "prices.py").write_text(SCRIPT)
        applied = apply_functions(project, n_workers=n_workers)
        assert applied.problems == ()
        assert {lf.name: lf.errors for lf in applied.functions if lf.errors} == {}
        assert not any(lf.failing or lf.row_by_row for lf in applied.functions)
        versions = {v.name: v.lf_version_id for v in project.store.votes.in_force()}
        votes = {
            name: [i for i, vote in enumerate(stored_votes(project, [version])[:, 0]) if vote == 1]
            for name, version in versions.items()
        }
        assert votes == EXPECTED


def test_a_trial_on_few_rows_knows_the_columns_of_all(tmp_path: Path) -> None:
    without_snorkel, *_ = SCRIPT.partition("from snorkel")
    with Project(init_project(tmp_path / "p", ["ham", "spam"])) as project:
        import_files(project, [write_csv(tmp_path)])
        (project.functions_folder / "prices.py").write_text(without_snorkel)
        for name in ("attribute", "is_empty", "words"):
            for seed in (0, 2):  # a row with a price, and one without
                result = check_function(project, name, n_sample=1, seed=seed)
                assert (result.n_errors, result.notes) == (0, ())


def test_a_column_that_no_example_has_is_an_error(tmp_path: Path) -> None:
    with Project(init_project(tmp_path / "p", ["ham", "spam"])) as project:
        import_files(project, [write_csv(tmp_path)])
        script = 'from workbench import metadata\nmetadata("m", "cost", "is empty", label=1)\n'
        (project.functions_folder / "cost.py").write_text(script)
        (applied,) = apply_functions(project).functions
        assert applied.n_errors == len(PRICES)
        assert applied.errors[0].message.startswith("no column 'cost'")
