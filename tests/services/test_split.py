"""Parts of the training rows: whole clusters, even classes, and a trail."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import workbench
from workbench.errors import MethodError, ProjectError, UsageError
from workbench.methods.duplicates import find_duplicates
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.export.export import export_labels
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.split import last_split, split_rows

WriteCsv = Callable[..., Path]


def test_no_cluster_straddles_and_classes_keep_their_shares(
    project: Project, write_csv: WriteCsv
) -> None:
    rng = np.random.default_rng(0)
    words = [f"word{i}" for i in range(400)]
    rows = []
    for i in range(400):
        text = " ".join(rng.choice(words, 8))
        label = "spam" if i % 5 == 0 else "ham"
        copies = 3 if i % 10 == 0 else 1
        rows += [{"id": f"r{i}-{k}", "text": text + "!" * k, "label": label} for k in range(copies)]
    import_files(project, [write_csv("a.csv", rows)])
    result = split_rows(project, shares=(60, 20, 20))
    found = last_split(project)
    assert found is not None
    run_id, parts = found
    assert run_id == result.run_id
    cluster = find_duplicates([row["text"] for row in rows], rng=rng).cluster
    assert all(len(set(parts[cluster == c])) == 1 for c in np.unique(cluster))
    assert (result.n_rows, result.n_clusters) == (480, 400)
    for part, wanted in zip(result.parts, (0.6, 0.2, 0.2), strict=True):
        assert part.share == pytest.approx(wanted, abs=0.01)
        assert part.class_counts["spam"] / part.n == pytest.approx(160 / 480, abs=0.02)


def test_an_export_shows_the_part_of_each_row(filled: Project, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="not split"):
        export_labels(filled, tmp_path / "before.csv", with_split=True)
    result = split_rows(filled, shares=(50, 50))
    exported = export_labels(filled, tmp_path / "labels.csv", with_split=True, role="all")
    with (tmp_path / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[-1] == "split"
    counts = {name: sum(row["split"] == name for row in rows) for name in ("train", "test", "")}
    assert counts == {"train": result.parts[0].n, "test": result.parts[1].n, "": 32}
    assert result.run_id in filled.store.runs.inputs(exported.run_id)
    export_labels(filled, tmp_path / "plain.csv")
    assert "split" not in (tmp_path / "plain.csv").read_text().splitlines()[0]


def test_the_api_splits_and_exports(filled: Project, tmp_path: Path) -> None:
    with workbench.open(filled.root) as project:
        assert [part.name for part in project.split((70, 30), seed=3).parts] == ["train", "test"]
        assert project.export(tmp_path / "labels.csv", with_split=True).n_rows == 80


def test_rows_imported_later_have_no_part(filled: Project, write_csv: WriteCsv) -> None:
    split_rows(filled)
    import_files(
        filled, [write_csv("more.csv", [{"id": "x1", "text": "late one", "label": "ham"}])]
    )
    found = last_split(filled)
    assert found is not None
    assert found[1][-1] == ""


def test_the_seed_decides(project: Project, write_csv: WriteCsv) -> None:
    rows = [{"id": f"r{i}", "text": f"number {i * 7919}", "label": "ham"} for i in range(60)]
    import_files(project, [write_csv("a.csv", rows)])
    parts = []
    for seed in (1, 1, 2):
        split_rows(project, seed=seed)
        found = last_split(project)
        assert found is not None
        parts.append(tuple(found[1]))
    assert parts[0] == parts[1] != parts[2]


def test_training_rows_that_evaluation_rows_repeat_are_counted(filled: Project) -> None:
    # Each evaluation row repeats training rows in other numbers.
    result = split_rows(filled, shares=(50, 50))
    assert 0 < result.leaked_evaluation <= result.parts[0].n


def test_the_split_of_undiagnosed_data_says_so(filled: Project) -> None:
    assert "workbench diagnose" in (split_rows(filled, shares=(1, 1)).notice or "")
    diagnose(filled)
    assert split_rows(filled, shares=(1, 1)).notice is None


@pytest.mark.parametrize(
    "shares", [(100,), (80, 10, 10, 0), (80, -10, 30), (float("inf"), 1), 80, None, "80 20", ["80"]]
)
def test_shares_that_make_no_split_are_refused(filled: Project, shares: Any) -> None:
    with pytest.raises(UsageError, match="cannot split"):
        split_rows(filled, shares=shares)


def test_fewer_texts_than_parts_are_refused(project: Project, write_csv: WriteCsv) -> None:
    with pytest.raises(ProjectError, match="no training rows"):
        split_rows(project)
    rows = [{"id": f"r{i}", "text": "all the same", "label": "ham"} for i in range(9)]
    import_files(project, [write_csv("a.csv", rows)])
    with pytest.raises(MethodError, match="1 distinct text cannot"):
        split_rows(project)
    assert last_split(project) is None
