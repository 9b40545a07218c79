"""Whoever follows the next step that is named gets through the whole loop, and to its end."""

from __future__ import annotations

import csv
import shlex
import shutil
from pathlib import Path

import pytest

from workbench.cli.app import build_app, run
from workbench.main import COMMANDS
from workbench.services.annotate import Session
from workbench.services.demo import make_demo_project
from workbench.services.next_step import Loop, loop
from workbench.services.project import Project
from workbench.services.suspects import suspects_to_review


def test_following_the_next_step_leads_through_the_loop_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    root = make_demo_project(tmp_path / "shop")
    answers = _keep_every_fourth_row(root / "data")
    mine = tmp_path / "labels.csv"  # a file of the user's, which no advice may replace
    mine.write_text("mine")
    visited = _follow(root, answers)
    assert list(dict.fromkeys(visited)) == [
        "import", "diagnose", "apply", "aggregate", "train", "propose", "annotate", "audit",
        "review", "export",
    ]  # fmt: skip
    assert visited[-1] == "export"
    assert {stage.name: stage.state for stage in _loop(root).stages}["export"] == "done"
    assert (tmp_path / "labels-2.csv").is_file()

    options = ("--with-given", "--with-annotators", "--with-columns", "vendor,channel")
    _call(root, "export", "my own.csv", "--min-confidence", "0.5", *options)
    before = (tmp_path / "my own.csv").read_bytes()
    _change_a_label(root)
    assert _follow(root, answers)[-1] == "export"
    assert (tmp_path / "my own.csv").read_bytes() != before
    with Project(root) as project:
        run = project.store.runs.last_done("export")
        assert run is not None
        assert {"min_confidence": "0.5", "given": "yes"}.items() <= run.parameters.items()
    columns = (tmp_path / "my own.csv").read_text().split("\n")[0].split(",")
    assert columns[-5:] == ["given", "annotators", "dissenters", "vendor", "channel"]
    assert mine.read_text() == "mine"

    # A file of a snapshot is meant to stay; that of the labels of now is not, but its folder went.
    (tmp_path / "gone").mkdir()
    _call(root, "export", "gone/x.csv")
    _call(root, "snapshot", "v1")
    _call(root, "export", "frozen.csv", "--snapshot", "v1")
    frozen = (tmp_path / "frozen.csv").read_bytes()
    shutil.rmtree(tmp_path / "gone")
    _change_a_label(root)
    assert _follow(root, answers)[-1] == "export"
    assert (tmp_path / "frozen.csv").read_bytes() == frozen
    assert (tmp_path / "labels-3.csv").is_file()


def _follow(root: Path, answers: dict[str, str]) -> list[str]:
    """Do what is named until all is up to date; return the commands."""
    visited: list[str] = []
    while "up to date" not in (now := _loop(root)).next_reason:
        command = shlex.split(now.next_command)[1:]
        visited.append(command[0])
        assert len(visited) < 20, f"it goes round in circles: {visited}"
        if command[0] == "import":
            for name, role in (("messages", "train"), ("evaluation", "evaluation")):
                _call(root, "import", str(root / "data" / f"{name}.csv"), "--role", role)
        elif command[0] == "annotate":
            _answer_batch(root, answers)
        elif command[0] == "review":
            _answer_suspects(root, answers)
        else:
            _call(root, *command)
    return visited


def _change_a_label(root: Path) -> None:
    with Project(root) as project, Session(project, annotator="ann") as session:
        event = project.store.decisions.active()[0]
        assert event.example_id is not None
        now = project.label_set.name_of(event.class_id)
        other = next(name for name in project.classes if name != now)
        session.relabel(event.example_id, other)


def _loop(root: Path) -> Loop:
    with Project(root) as project:
        return loop(project)


def _call(root: Path, *arguments: str) -> None:
    assert run(build_app(COMMANDS), ["-C", str(root), *arguments]) == 0


def _keep_every_fourth_row(folder: Path) -> dict[str, str]:
    for name in ("messages.csv", "evaluation.csv"):
        with (folder / name).open(newline="") as file:
            head, *rows = csv.reader(file)
        with (folder / name).open("w", newline="") as file:
            csv.writer(file).writerows([head, *rows[::4]])
    with (folder / "annotator.csv").open(newline="") as file:
        return {row["id"]: row["label"] for row in csv.DictReader(file)}


def _answer_batch(root: Path, answers: dict[str, str]) -> None:
    with Project(root) as project, Session(project, annotator="ann") as session:
        run = project.store.runs.last_done("propose")
        assert run is not None
        for row in project.store.queues.proposal(run.run_id):
            example = project.store.examples.get(row.example_id)
            assert example is not None
            session.label(row.example_id, answers[example.uid], batch_run_id=run.run_id)


def _answer_suspects(root: Path, answers: dict[str, str]) -> None:
    with Project(root) as project, Session(project, annotator="ann") as session:
        for suspect in suspects_to_review(project):
            example = project.store.examples.get(suspect.example_id)
            assert example is not None
            given, answer = project.classes[suspect.given_class], answers[example.uid]
            decide = session.keep if answer == given else session.relabel
            decide(suspect.example_id, answer, batch_run_id=suspect.run_id)
