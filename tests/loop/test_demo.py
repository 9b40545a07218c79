"""The demonstration tells its story on one screen a stage, with the truth beside the claim."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from workbench.cli.app import build_app, run
from workbench.main import COMMANDS
from workbench.services.browse import last_diagnosis
from workbench.services.demo_truth import read_truth
from workbench.services.model_report import last_training
from workbench.services.project import Project

SCREEN = (80, 24)


def _demo(capfd: pytest.CaptureFixture[str], root: Path, *options: str) -> str:
    assert run(build_app(COMMANDS), ["demo", str(root), *options]) == 0
    return capfd.readouterr().out


@pytest.mark.slow
def test_the_demonstration_holds_its_claims_against_the_truth(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(SCREEN[0]))
    root = tmp_path / "demo"
    stages = _demo(capfd, root).split("\n\n")[1:]
    assert [stage.partition(".")[0] for stage in stages[:9]] == [str(i) for i in range(1, 10)]
    assert len(stages) == 11
    for stage in stages:
        lines = stage.splitlines()
        assert len(lines) < SCREEN[1], stage
        # Only what is there to be copied may be longer: it wraps.
        assert all(len(line) <= SCREEN[0] or str(root) in line for line in lines), stage

    report = json.loads(_demo(capfd, root, "--yes", "--json"))
    with Project(root) as project:
        diagnosis = last_diagnosis(project)
    assert diagnosis is not None
    claimed = {finding["name"]: finding["n_claimed"] for finding in report["findings"]}
    assert claimed["near-duplicates"] == diagnosis.duplicates.n_rows
    assert claimed["evaluation rows leaked"] == diagnosis.duplicates.leaked_evaluation_rows
    assert claimed["production rows leaked"] == diagnosis.duplicates.leaked_production_rows
    for finding in report["findings"]:
        assert 0 < finding["n_found"] <= min(finding["n_planted"], finding["n_claimed"])

    truth = read_truth().labels
    with Path(report["export"]).open(encoding="utf-8", newline="") as file:
        exported = {row["uid"]: row["label"] for row in csv.DictReader(file)}
    last = report["steps"][-1]
    assert last["n_labelled"] == len(exported)
    assert last["n_right"] == sum(truth[uid] == label for uid, label in exported.items())
    assert last["n_right"] == report["steps"][0]["n_right"] + sum(
        step["gained"] for step in report["steps"][1:]
    )
    # What is said of a model is what the table of its training says of it.
    with Project(root) as project:
        trained = last_training(project)
    assert trained is not None
    scores = {score.model: score.accuracy for score in trained.scores}
    assert (last["end_model"], last["mix"]) == (scores["end"], scores["mix"])
    assert report["steps"][1]["mix"] is None
    assert report["accuracy_given"] < report["accuracy_given_after"]
    claims = {claim["name"]: claim for claim in report["claims"]}
    assert claims["wrong labels of batch quick-2"]["truth"] == 0.25
    assert claims["labels of mix that are right"]["claimed"] == scores["mix"]
    assert set(report["drift_planted"]) & set(report["drift_claimed"]) >= {"words", "channel"}
