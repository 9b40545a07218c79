"""Columns that an export adds: what rows came with, and whose word each label is."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import pytest

from workbench.errors import UsageError
from workbench.services.annotate import Session
from workbench.services.export.export import export_labels
from workbench.services.export.preview import DIFFER, preview_export
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.snapshots import take_snapshot


@pytest.fixture
def told(project: Project, tmp_path: Path) -> Project:
    """Five rows with metadata of all kinds; three people agree, differ two to one, and are tied."""
    rows = [
        {"id": f"r{i}", "text": f"text {i}", "n": i, "share": i / 2, "run": f"x{i}", "tags": [i]}
        for i in range(1, 6)
    ]
    rows[4]["label"] = "ham"
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    import_files(project, [file], vendor="acme", batch="b1")
    said = {"ana": "ham ham ham", "bo": "ham ham spam", "cy": "ham spam"}
    for who, labels in said.items():
        with Session(project, annotator=who) as session:
            for example_id, label in enumerate(labels.split(), start=1):
                session.label(example_id, label)
    return project


def rows_of(path: Path) -> list[dict[str, object]]:
    if path.suffix == ".parquet":
        return pyarrow.parquet.read_table(path).to_pylist()
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".jsonl":
            return [json.loads(line) for line in file]
        return list(csv.DictReader(file))


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_columns_of_the_import_and_annotators_are_the_same_in_each_format(
    told: Project, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"out.{ending}"
    result = export_labels(
        told, path, with_columns=["vendor,n", "run", "tags"], with_annotators=True
    )
    added = ("annotators", "dissenters", "vendor", "n", "meta.run", "tags")
    assert result.columns[-6:] == added
    first, second, last = rows_of(path)
    number = str if ending == "csv" else int
    assert [first[name] for name in added] == ["ana; bo; cy", "", "acme", number(1), "x1", "[1]"]
    assert (second["uid"], second["annotators"], second["dissenters"]) == ("r2", "ana; bo", "cy")
    assert (last["uid"], last["origin"], last["annotators"]) == ("r5", "given", "")


def test_all_columns_are_those_of_the_rows_that_go_out(told: Project, tmp_path: Path) -> None:
    columns = export_labels(told, tmp_path / "a.csv", with_columns=["all"]).columns
    assert columns[6:] == (
        "vendor", "batch", "source", "role", "n", "meta.run", "share", "tags",
    )  # fmt: skip
    with pytest.raises(UsageError, match="no column 'vndor'") as refused:
        export_labels(told, tmp_path / "b.csv", with_columns=["vndor"])
    assert "vendor" in str(refused.value.hint)


def test_a_column_with_a_comma_in_its_name_is_chosen_with_others(
    told: Project, tmp_path: Path
) -> None:
    file = tmp_path / "more.jsonl"
    file.write_text(json.dumps({"id": "m", "text": "more", "label": "ham", "price, €": 3, "€": 4}))
    import_files(told, [file])
    asked = ["vendor, price, €,n", "€"]
    columns = export_labels(told, tmp_path / "a.csv", with_columns=asked).columns
    assert columns[6:] == ("vendor", "price, €", "n", "€")
    with pytest.raises(UsageError, match="no column 'price'") as refused:
        export_labels(told, tmp_path / "b.csv", with_columns=["price,n"])
    assert "'price, €'" in str(refused.value.hint)


def test_the_file_of_a_snapshot_stays_as_it_was(
    told: Project, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    take_snapshot(told, "v1")
    paths = [tmp_path / name for name in ("a.parquet", "b.parquet")]
    options = {"snapshot": "v1", "with_columns": ["all"], "with_annotators": True}
    export_labels(told, paths[0], **options)
    with Session(told, annotator="di") as session:
        session.label(1, "spam")
        session.adjudicate(2, "spam")
    late = [{"id": "z", "text": "late", "label": "ham", "n": "many", "other": "x"}]
    import_files(told, [write_csv("late.csv", late)])
    export_labels(told, paths[1], **options)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    row = next(r for r in rows_of(_now(told, tmp_path)) if r["uid"] == "r2")
    assert (row["annotators"], row["dissenters"]) == ("cy; di", "ana; bo")


def _now(project: Project, folder: Path) -> Path:
    path = folder / "now.csv"
    export_labels(project, path, with_annotators=True)
    return path


def test_ties_and_labels_of_a_majority_are_told(told: Project, tmp_path: Path) -> None:
    result = export_labels(told, tmp_path / "a.csv")
    assert (result.unlabelled, result.tied, result.outvoted) == (2, 1, 1)
    assert any("majority of answers, not all" in said for said in result.notes.sentences)
    preview = preview_export(told)
    assert preview.left_out[DIFFER] == 1
    assert preview.notes.n_outvoted == 1
    with Session(told, annotator="di") as session:
        session.adjudicate(2, "ham")
        session.adjudicate(3, "ham")
    settled = export_labels(told, tmp_path / "b.csv")
    assert (settled.unlabelled, settled.tied, settled.outvoted) == (1, 0, 0)
    assert settled.n_rows == result.n_rows + 1
