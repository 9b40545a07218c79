"""The loop through the command line on public data, where it is at hand."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from tests.conftest import write_rows

HERE = Path(__file__).parent


class Workbench:
    """The real command, in a process of its own each time, on one project."""

    def __init__(self, root: Path, classes: list[str]) -> None:
        self.root = root
        self("init", root, "--classes", ",".join(classes), at=False)

    def __call__(self, *arguments: object, at: bool = True) -> Any:
        where = ["-C", str(self.root)] if at else []
        words = [sys.executable, "-m", "workbench", *where, *map(str, arguments), "--json"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def videos(datasets: Path, folder: Path) -> dict[str, Path]:
    """Write one file a video; of a comment id that stands there twice the first row counts."""
    rows: dict[str, list[dict[str, str]]] = {}
    seen: set[str] = set()
    path = datasets / "youtube_spam" / "youtube_spam.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["comment_id"] not in seen:
                rows.setdefault(row["video"], []).append(row)
            seen.add(row["comment_id"])
    folder.mkdir()
    return {video: write_rows(folder / f"{video}.csv", many) for video, many in rows.items()}


def run_youtube(datasets: Path, folder: Path) -> tuple[Workbench, Path]:
    """Take the comments from the files to an export."""
    files = videos(datasets, folder)
    work = Workbench(folder / "project", ["ham", "spam"])
    shutil.copy(HERE / "youtube_functions.py", work.root / "labeling_functions")
    columns = ("--id-column", "comment_id", "--batch-column", "video")
    train = [files[video] for video in ("Psy", "KatyPerry", "LMFAO", "Eminem")]
    assert work("import", *train, *columns, "--no-labels")["n_added"] == 1584
    trusted = work("import", files["Shakira"], *columns, "--role", "evaluation")
    assert trusted["n_added"] == 369
    return work, folder / "labels.csv"


def every_label_is_traced(root: Path, rows: list[dict[str, str]]) -> None:
    """Ask of each exported label why it is what it is."""
    with wb.open(root) as project:
        for row in rows:
            trail = project.why(row["uid"])
            assert (trail.label, trail.origin, trail.run_id) == (
                row["label"],
                row["origin"],
                int(row["run"]),
            )
            assert trail.source.row > 0


@pytest.mark.slow
def test_youtube_comments_from_files_to_a_traceable_export(datasets: Path, tmp_path: Path) -> None:
    work, out = run_youtube(datasets, tmp_path / "one")
    applied = work("apply")
    assert len(applied["functions"]) == 9
    assert all(lf["n_errors"] == 0 and lf["n_votes"] > 0 for lf in applied["functions"])
    aggregated = work("aggregate")
    scores = {score["model"]: score for score in aggregated["scores"]}
    # A coin gives 0.5; the functions are plain, so only the floor is asked for.
    for model in ("majority", "snorkel"):
        assert scores[model]["n"] == 369
        assert scores[model]["accuracy"] > 0.85
        assert scores[model]["macro_f1"] > 0.8
    end = {score["model"]: score for score in work("train")["scores"]}["end"]
    assert end["coverage"] == pytest.approx(1.0, abs=0.01)
    assert end["accuracy"] > 0.85
    assert len(work("propose", "-n", 25)["rows"]) == 25
    audited = work("audit", "--by", "batch")
    assert {rate["group"] for rate in audited["by_group"]} == {
        "Psy", "KatyPerry", "LMFAO", "Eminem",
    }  # fmt: skip
    exported = work("export", out)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == exported["n_rows"] > 1000
    every_label_is_traced(work.root, rows)
    for row in rows[:: len(rows) // 4]:
        trail = work("why", row["uid"])
        assert trail["label"] == row["label"]
        assert trail["run_id"] == int(row["run"]) == aggregated["run_id"]
        assert {vote["vote"] for vote in trail["votes"]} & {row["label"]}
        assert trail["source"]["row"] > 0
        assert work("show", row["run"])["run"]["kind"] == "aggregate"

    again, second_out = run_youtube(datasets, tmp_path / "two")
    for stage in ("apply", "aggregate", "train"):
        again(stage)
    again("propose", "-n", 25)
    again("audit", "--by", "batch")
    again("export", second_out)
    assert second_out.read_bytes() == out.read_bytes()


@pytest.mark.parametrize(
    ("name", "majority_floor", "model_floor"),
    [
        ("wrench_youtube", 0.80, 0.80),
        pytest.param("wrench_semeval", 0.72, 0.72, marks=pytest.mark.slow),
    ],
)
def test_external_votes_of_a_benchmark(
    datasets: Path, tmp_path: Path, name: str, majority_floor: float, model_floor: float
) -> None:
    folder = datasets / name
    classes = list(json.loads((folder / "label.json").read_text()).values())
    work = Workbench(tmp_path / "project", classes)
    votes: list[dict[str, Any]] = []
    for split, role in (("train", "train"), ("test", "evaluation")):
        with gzip.open(folder / f"{split}.jsonl.gz", "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        texts = [
            {"id": row["id"], "text": row["text"], "label": classes[row["label"]]} for row in rows
        ]
        extra = ["--no-labels"] if role == "train" else []
        # Some comments of the benchmark are empty.
        path = write_rows(tmp_path / f"{split}.csv", texts)
        work("import", path, "--role", role, "--skip-bad-rows", *extra)
        votes += [
            {"uid": row["id"], **{f"rule_{j}": v for j, v in enumerate(row["weak_labels"])}}
            for row in rows
            if row["text"].strip()
        ]
    imported = work("import-votes", write_rows(tmp_path / "votes.csv", votes))
    assert imported["n_rows"] == len(votes)
    aggregated = work("aggregate")
    scores = {score["model"]: score for score in aggregated["scores"]}
    assert scores["majority"]["accuracy"] > majority_floor
    assert scores[aggregated["chosen"]]["accuracy"] > model_floor
    assert "snorkel" in scores
    exported = work("export", tmp_path / "labels.parquet")
    assert exported["n_rows"] == work("status")["n_labelled"] > 1000
