"""Every command, on a small project: for people and for machines."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from workbench.main import COMMANDS
from workbench.services.classes import rename_class
from workbench.services.project import Project


@pytest.mark.parametrize("command", [*COMMANDS, "lf list", "lf new", "lf test"])
def test_every_command_has_help(cli, command: str) -> None:
    called = cli(*command.split(), "--help")
    assert called.code == 0
    assert "Usage: workbench" in called.out


def test_the_loop_from_init_to_export(
    cli, tmp_path: Path, write_csv, small_rows, script: str
) -> None:
    root = tmp_path / "p"
    at = ("-C", root)
    assert cli("init", root, "--classes", "ham,spam", "--json").json["classes"] == ["ham", "spam"]
    assert cli(*at, "status", "--json").json["next_command"].startswith("workbench import")
    rows = small_rows(80)
    for row in rows[::4]:
        row["label"] = ""
    trusted = [row | {"id": f"e{row['id']}"} for row in small_rows(60) if row["vendor"] == "good"]
    train, evaluation = write_csv("train.csv", rows), write_csv("evaluation.csv", trusted)
    imported = cli(*at, "import", train, "--json").json
    assert (imported["n_added"], imported["files"][0]["n_labelled"]) == (80, 60)
    assert cli(*at, "import", evaluation, "--role", "evaluation").code == 0
    assert cli(*at, "status", "--json").json["next_command"] == "workbench diagnose"
    verdicts = {lens["name"] for lens in cli(*at, "diagnose", "--json").json["lenses"]}
    assert verdicts == {"duplicates", "class imbalance", "label noise", "distribution shift"}

    (root / "labeling_functions" / "first.py").write_text(script)
    assert cli(*at, "status", "--json").json["next_command"] == "workbench apply"
    listed = cli(*at, "lf", "list", "--json").json
    assert {f["name"]: f["state"] for f in listed["functions"]} == dict.fromkeys(
        ["calls", "meals", "offers", "polite"], "new"
    )
    tried = cli(*at, "lf", "test", "offers", "-n", "3", "--json").json
    assert len(tried["rows"]) == 3
    assert {row["vote"] for row in tried["rows"]} == {"spam"}
    applied = cli(*at, "apply", "--json").json
    assert {f["n_errors"] for f in applied["functions"]} == {0}
    assert cli(*at, "lf", "list", "--json").json["coverage"] > 0.5

    aggregated = cli(*at, "aggregate", "--json").json
    assert {score["model"] for score in aggregated["scores"]} >= {"majority", "snorkel"}
    assert all({"accuracy", "macro_f1", "coverage", "n"} <= set(s) for s in aggregated["scores"])
    trained = cli(*at, "train", "--json").json
    assert trained["scores"][0]["model"] == "end"
    assert trained["scores"][0]["n"] == len(trusted)

    batch = cli(*at, "propose", "-n", "7", "--json").json
    assert len({row["uid"] for row in batch["rows"]}) == 7
    assert all(row["reason"] for row in batch["rows"])
    answers = tmp_path / "answers.csv"
    answers.write_text(
        "id,label,annotator\n"
        + "".join(
            f"{row['uid']},{'spam' if i % 2 else ''},ana\n" for i, row in enumerate(batch["rows"])
        )
    )
    recorded = cli(*at, "annotate", "--from", answers, "--json").json
    assert recorded["by_kind"] == {"skip": 4, "label": 3}
    again = cli(*at, "annotate", "--from", answers, "--json").json
    assert (again["n_added"], again["n_known"]) == (0, 7)

    audited = cli(*at, "audit", "--by", "vendor", "--json").json
    assert {"uid", "given", "suggested", "quality"} <= set(audited["suspects"][0])
    assert audited["by_group"][0]["group"] == "bad"
    out = tmp_path / "out.jsonl"
    exported = cli(*at, "export", out, "--json").json
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert exported["n_rows"] == len(lines)
    assert set(lines[0]) == {"uid", "text", "label", "confidence", "origin", "run"}
    for line in lines[::9]:
        trail = cli(*at, "why", line["uid"], "--json").json
        assert (trail["label"], trail["origin"], trail["run_id"]) == (
            line["label"], line["origin"], line["run"],
        )  # fmt: skip
        assert trail["exports"][0]["label"] == line["label"]
    kinds = [run["kind"] for run in cli(*at, "log", "--json").json]
    assert kinds[0] == "export"
    assert {"init", "import", "apply", "aggregate", "train", "propose", "annotate"} <= set(kinds)
    shown = cli(*at, "show", str(exported["run_id"]), "--json").json
    assert shown["run"]["outcome"] == "done"
    assert shown["inputs"]


def test_what_people_read_is_safe_and_fits(cli, project: Project, tmp_path: Path) -> None:
    evil = "\x1b[31mred\x07 [bold]x[/] \u202etxet\x9b5n \x00"
    path = tmp_path / "a.jsonl"
    rows = [{"id": f"i{i}", "text": f"{evil} {i}", "label": "ham"} for i in range(30)]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    at = ("-C", project.root)
    assert cli(*at, "import", path).code == 0
    for call in (["propose", "-n", "3"], ["why", "i3"], ["status"], ["log"], ["lf", "list"]):
        called = cli(*at, *call)
        assert called.code == 0
        assert not set(called.out) & set("\x1b\x07\x9b\x00\u202e"), call
    assert "[bold]x[/]" in cli(*at, "why", "i3").out


def test_votes_from_a_file_count_like_functions(cli, filled: Project, tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    with votes.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["uid", "a", "b", "c"])
        for i in range(80):
            writer.writerow([f"r{i}", "spam" if i % 2 else "", i % 2, -1 if i % 3 else "ham"])
    at = ("-C", filled.root)
    result = cli(*at, "import-votes", votes, "--json").json
    assert {f["name"]: f["n_votes"] for f in result["functions"]} == {"a": 40, "b": 80, "c": 27}
    listed = cli(*at, "lf", "list", "--json").json["functions"]
    assert {f["state"] for f in listed} == {"external"}
    assert cli(*at, "aggregate", "--json").json["n_functions"] == 3
    trail = cli(*at, "why", "r1", "--json").json
    assert {v["lf"]: v["vote"] for v in trail["votes"]} == {"a": "spam", "b": "spam", "c": None}


def test_aggregate_accounts_for_every_row_with_a_vote(cli, voted: Project) -> None:
    at = ("-C", voted.root, "aggregate")
    told = cli(*at, "--class-balance", "spam=0.3,ham=0.7").out
    assert "class balance: ham 70.0 %, spam 30.0 % (given)" in told
    twice = cli(*at, "--class-balance", "spam=0.9,ham=0.1,spam=0.3,ham=0.7")
    assert (twice.code, "'spam' has two shares" in twice.err) == (2, True)
    config = voted.root / "workbench.toml"
    config.write_text(config.read_text().replace("min_confidence = 0.5", "min_confidence = 1.0"))
    told = cli(*at).out
    found = cli(*at, "--json").json
    assert found["unsure"] > 0
    assert f"{found['unsure']:,} where it is less sure than min_confidence (1)" in told
    assert "! min_confidence = 1 in workbench.toml leaves" in told


def test_the_prompt_labels_skips_and_undoes(cli, filled: Project, answer) -> None:
    answer("2", "ham", "u", "1", "nonsense", "", "f", "q")
    called = cli("-C", filled.root, "annotate", "--annotator", "ana", "--json")
    assert called.code == 0
    assert called.json["decisions"] == 4  # what was undone does not count
    assert "unknown class 'nonsense'" in called.err
    events = filled.store.decisions.active()
    assert [(e.kind, e.example_id, e.class_id) for e in events] == [
        ("label", 1, 1),
        ("label", 2, 0),
        ("skip", 3, None),
        ("flag", 4, None),
    ]


def test_undo_at_the_prompt_leaves_an_act_that_is_no_decision(cli, filled: Project, answer) -> None:
    at = ("-C", filled.root)
    answer("spam", "q")
    cli(*at, "annotate", "--annotator", "ana")
    with Project(filled.root) as other:
        rename_class(other, "ham", "fine", annotator="ana")
    answer("u", "q")
    told = cli(*at, "annotate", "--annotator", "ana").err
    newest = "the newest act is class-rename fine; to undo it: workbench undo --annotator ana"
    assert newest in told
    assert len(filled.store.decisions.active()) == 1
    assert cli(*at, "undo", "--annotator", "ana").code == 0
    answer("u", "u", "q")
    told = cli(*at, "annotate", "--annotator", "ana").err
    assert "nothing to undo" in told.split("undone: label spam → r0", 1)[1]
    assert filled.store.decisions.active() == []


@pytest.mark.parametrize("command", ["annotate", "review"])
def test_undo_at_a_prompt_withdraws_no_labeling_function(
    cli, voted: Project, answer, command: str
) -> None:
    at = ("-C", voted.root)
    cli(*at, "audit")
    in_force = voted.store.votes.in_force()
    n_runs = len(voted.store.runs.newest())
    answer("u", "q")
    told = " ".join(cli(*at, command).err.split())
    assert re.search(
        r"newest act is the labeling functions that run \d+ put in force; to undo it: workbench"
        r" undo\b(?! --)",
        told,
    )
    assert voted.store.votes.in_force() == in_force
    assert len(voted.store.runs.newest()) == n_runs


def test_a_second_run_exports_the_same_bytes(cli, voted: Project, tmp_path: Path) -> None:
    at = ("-C", voted.root)
    digests = []
    for name in ("one.csv", "two.csv"):
        for stage in ("apply", "aggregate", "train", "audit"):
            assert cli(*at, stage).code == 0
        digests.append(cli(*at, "export", tmp_path / name, "--json").json["sha256"])
    assert digests[0] == digests[1]
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_an_export_does_not_replace_a_file_unasked(cli, filled: Project, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("precious")
    at = ("-C", filled.root)
    refused = cli(*at, "export", tmp_path / "mine.csv")
    assert (refused.code, "--yes" in refused.err) == (2, True)
    assert (tmp_path / "mine.csv").read_text() == "precious"
    assert cli(*at, "export", tmp_path / "mine.csv", "--yes").code == 0
    assert list(tmp_path.glob(".*.part")) == []


def test_parquet_export_reads_back(cli, filled: Project, tmp_path: Path) -> None:
    import pandas

    cli("-C", filled.root, "export", tmp_path / "o.parquet", "--role", "all")
    frame = pandas.read_parquet(tmp_path / "o.parquet")
    assert len(frame) == filled.store.examples.count()
    assert frame["label"].isin(["ham", "spam"]).all()
