"""Lineage and history on the command line: for people and for machines."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.importing.import_votes import import_votes
from workbench.services.project import Project


@pytest.fixture
def weighed(filled: Project, tmp_path: Path) -> Project:
    """The filled project with the votes of three functions, aggregated."""
    path = tmp_path / "votes.csv"
    lines = [f"r{i},{i % 2},{'spam' if i % 2 else ''},{(i + i // 7) % 2}" for i in range(80)]
    path.write_text("uid,odd,spammy,noisy\n" + "\n".join(lines) + "\n")
    import_votes(filled, path)
    aggregate_votes(filled, model="snorkel")
    return filled


@pytest.fixture
def at(weighed: Project) -> tuple[str, Path]:
    """How commands are told where the project is."""
    return ("-C", weighed.root)


def test_why_prints_the_sum_of_the_row(cli, at: Any, weighed: Project, tmp_path: Path) -> None:
    cli(*at, "export", tmp_path / "o.csv")
    trail = cli(*at, "why", "r1", "--json").json
    evidence = trail["evidence"]
    assert [term["name"] for term in evidence["terms"]] == [
        "noisy", "odd", "spammy", "class balance",
    ]  # fmt: skip
    for k in range(2):
        total = sum(term["evidence"][k] for term in evidence["terms"])
        assert total == pytest.approx(evidence["totals"][k])
    shown = cli(*at, "why", "r1").out
    for part in [
        "the label model snorkel", "class balance", "probability (softmax)",
        "odd voted spam", "column 'odd' of", "exported as", "SHA-256", "row 2", "vendor good",
    ]:  # fmt: skip
        assert part in shown, part
    lines = [line.split() for line in shown.splitlines()]
    (total,) = [line for line in lines if line and line[0] == "sum"]
    best, second = sorted(evidence["totals"], reverse=True)
    assert [float(x) for x in total[1:]] == pytest.approx([best - second, best, second], abs=2e-3)


def test_why_prov_is_a_document_of_its_own(cli, at: Any) -> None:
    document = json.loads(cli(*at, "why", "r1", "--prov").out)
    assert {"prefix", "entity", "activity", "agent", "wasDerivedFrom"} <= document.keys()


def test_log_filters_and_show_lists_both_directions(cli, at: Any) -> None:
    runs = cli(*at, "log", "--json").json
    (aggregate,) = cli(*at, "log", "--kind", "aggregate", "--json").json
    assert aggregate["run_id"] == runs[0]["run_id"]
    user = aggregate["agent"].partition("@")[0]
    assert len(cli(*at, "log", "--agent", user, "--json").json) == len(runs)
    assert cli(*at, "log", "--agent", "nobody-here", "--json").json == []
    # A name that only begins so is another one.
    assert cli(*at, "log", "--agent", user[:-1], "--json").json == []
    assert len(cli(*at, "log", "--agent", runs[0]["agent"], "--json").json) == len(runs)
    day = aggregate["started_at"][:10]
    assert len(cli(*at, "log", "--since", day, "--until", day, "--json").json) == len(runs)
    assert cli(*at, "log", "--until", "2001-01-01", "--json").json == []
    assert cli(*at, "log", "--since", aggregate["started_at"], "--json").json == [aggregate]
    assert cli(*at, "log", "--outcome", "failed", "--json").json == []
    refused = cli(*at, "log", "--since", "yesterday")
    assert (refused.code, "is no time" in refused.err) == (2, True)
    shown = cli(*at, "show", str(aggregate["run_id"]), "--json").json
    assert [run["kind"] for run in shown["inputs"]] == ["import-votes"]
    assert shown["documents"] == ["aggregate"]
    for key in ("started_at", "ended_at", "agent", "versions", "parameters", "seed", "outcome"):
        assert shown["run"][key] is not None
    assert {"workbench", "python", "numpy", "snorkel"} <= shown["run"]["versions"].keys()
    source = cli(*at, "show", str(shown["inputs"][0]["run_id"]))
    assert f"was read by runs {aggregate['run_id']} (aggregate)" in source.out


def test_a_failed_run_keeps_its_error(cli, at: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("id,text\nx,\n")
    assert cli(*at, "import", tmp_path / "bad.csv").code == 1
    (failed,) = cli(*at, "log", "--outcome", "failed", "--json").json
    assert "column 'text' is empty" in failed["error"]


def test_relabel_undo_redo_and_diff(cli, at: Any) -> None:
    cli(*at, "snapshot", "before")
    done = cli(*at, "relabel", "spam", "r0", "r2", "r4", "--json").json
    assert done["n_changed"] == 3
    cli(*at, "snapshot", "after")
    changed = cli(*at, "diff", "before", "after", "--json").json
    assert changed["by_cause"] == {"review": 3}
    assert [row["uid"] for row in changed["rows"]] == ["r0", "r2", "r4"]
    assert "another label" in cli(*at, "diff", "before", "after").out
    taken_back = cli(*at, "undo", "--json").json
    assert (taken_back["kind"], taken_back["n_examples"]) == ("relabel", 3)
    assert cli(*at, "why", "r0", "--json").json["origin"] == "given"
    assert "put back: 3 decisions (relabel spam) → r0, r2, r4" in cli(*at, "redo").out
    assert cli(*at, "why", "r0", "--json").json["origin"] == "correction"
    assert "nothing to put back" in cli(*at, "redo").out
    refused = cli(*at, "relabel", "spam")
    assert (refused.code, "no row to relabel" in refused.err) == (2, True)
    assert cli(*at, "diff", "before", "nothing").code == 2


def test_of_many_classes_those_that_changed_are_told(cli, at: Any, weighed: Project) -> None:
    names = [f"topic{i}" for i in range(12)]
    assert cli(*at, "class", "add", *names).code == 0
    merged = cli(*at, "class", "merge", "topic1", "topic2", "--into", "topics").out
    assert "there were 14 classes and are 13 now" in merged
    assert "gone: topic1, topic2\n  new: topics\n" in merged
    assert "topic3" not in merged


def test_a_new_class_points_to_the_rows_that_were_skipped(cli, at: Any, weighed: Project) -> None:
    assert "--queue skipped" not in cli(*at, "class", "add", "news").out
    with Session(weighed, annotator="ann") as session:
        session.skip(1)
    added = " ".join(cli(*at, "class", "add", "offer").out.split())
    assert "also: workbench annotate --queue skipped (1 row that was skipped" in added


def test_the_class_commands(cli, at: Any, weighed: Project) -> None:
    assert cli(*at, "class", "add", "promo", "news", "--json").json["after"] == [
        "ham", "spam", "promo", "news",
    ]  # fmt: skip
    assert cli(*at, "class", "rename", "promo", "offers").code == 0
    assert cli(*at, "class", "merge", "news", "--into", "offers").code == 0
    assert cli(*at, "class", "split", "offers", "cheap", "dear").code == 0
    assert cli(*at, "class", "retire", "dear").code == 0
    listed = {row["name"]: row for row in cli(*at, "class", "list", "--json").json}
    assert listed["offers"] | {"n": 0} == {
        "number": 2, "name": "offers", "index": None, "counts_as": None,
        "former_names": ["promo"], "n": 0,
    }  # fmt: skip
    assert listed["cheap"]["index"] == 2
    assert "formerly" in cli(*at, "class", "list").out
    for _ in range(5):
        assert cli(*at, "undo").code == 0
    assert cli(*at, "status", "--json").json["classes"] == ["ham", "spam"]
    refused = cli(*at, "class", "retire", "ham")
    assert (refused.code, "there would be 1 class" in refused.err) == (2, True)
    assert 'classes = ["ham", "spam"]' in (weighed.root / "workbench.toml").read_text()


def test_the_guideline_commands(
    cli, at: Any, tmp_path: Path, answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no guidelines yet" in cli(*at, "guideline", "show").out
    text = tmp_path / "g.md"
    text.write_text("# Ham\n\nFriends.\n")
    assert cli(*at, "guideline", "edit", "--from", text, "--json").json["version"] == 1
    cli(*at, "annotate", "--from", _answers(tmp_path), "--annotator", "ana")
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\necho "And family." >> "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    edited = cli(*at, "guideline", "edit", "--json").json
    assert (edited["version"], edited["outdated"]) == (2, {"ham": 1, "spam": 1})
    assert "+And family." in cli(*at, "guideline", "diff").out
    assert "Friends." in cli(*at, "guideline", "show", "1").out
    assert [v["n_decisions"] for v in cli(*at, "guideline", "log", "--json").json] == [2, 0]
    stale = cli(*at, "status").out
    assert "renew with: workbench annotate --queue outdated" in stale
    answer("ham")
    asked = cli(
        *at, "annotate", "--queue", "outdated", "--class", "spam", "--annotator", "ana", "--json"
    )
    assert "ana said spam under version 1" in asked.err
    assert asked.json["decisions"] == 1
    (tmp_path / "bad.md").write_bytes(b"\xff\xfe")
    assert cli(*at, "guideline", "edit", "--from", tmp_path / "bad.md").code == 1


def _answers(folder: Path) -> Path:
    path = folder / "answers.csv"
    path.write_text("id,label\nr0,ham\nr1,spam\n")
    return path


def test_an_export_from_a_snapshot(cli, at: Any, tmp_path: Path) -> None:
    assert cli(*at, "snapshot", "v1", "--json").json["n_labelled"] > 80
    first = cli(*at, "export", tmp_path / "a.csv", "--snapshot", "v1", "--json").json
    cli(*at, "relabel", "spam", "--labelled", "ham")
    second = cli(*at, "export", tmp_path / "b.csv", "--snapshot", "v1", "--json").json
    assert first["sha256"] == second["sha256"]
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert cli(*at, "export", tmp_path / "c.csv", "--snapshot", "v2").code == 2
    assert cli(*at, "snapshot", "v1").code == 2


def test_a_crashed_run_is_found_at_the_next_opening(cli, at: Any, weighed: Project) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from workbench.services.project import Project\n"
        "from workbench.services.running import record_run\n"
        "project = Project(Path(sys.argv[1]))\n"
        "with record_run(project.store, 'train'):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(weighed.root)], check=False)
    assert done.returncode == -signal.SIGKILL
    (crashed,) = cli(*at, "log", "--outcome", "crashed", "--json").json
    assert (crashed["kind"], bool(crashed["ended_at"])) == ("train", True)
    assert "ended without a word" in cli(*at, "show", str(crashed["run_id"])).out
    stages = {s["name"]: s["state"] for s in cli(*at, "status", "--json").json["stages"]}
    assert stages["train"] == "open"


def test_undo_says_what_was_what_is_and_how_to_put_it_back(cli, at: Any, tmp_path: Path) -> None:
    cli(*at, "class", "add", "promo")
    cli(*at, "export", tmp_path / "o.csv")
    undone = cli(*at, "undo").out
    assert "3 classes (ham, spam, promo) before, 2 classes (ham, spam) now" in undone
    assert "is a record, not an act: nothing to undo" in undone
    assert "to put it back: workbench redo\n" in undone
    assert "2 classes (ham, spam) before, 3 classes" in cli(*at, "redo").out
    cli(*at, "annotate", "--from", _answers(tmp_path), "--annotator", "ann b")
    undone = cli(*at, "undo", "--annotator", "ann b").out
    assert "to put it back: workbench redo --annotator 'ann b'\n" in undone


def test_the_first_guidelines_leave_older_decisions_as_they_are(
    cli, at: Any, tmp_path: Path
) -> None:
    cli(*at, "annotate", "--from", _answers(tmp_path), "--annotator", "ana")
    text = tmp_path / "g.md"
    text.write_text("# Ham\n\nFriends.\n")
    written = cli(*at, "guideline", "edit", "--from", text).out
    assert "2 decisions before it count as made under it" in written
    assert "outdated" not in written + cli(*at, "status").out
    text.write_text("# Ham\n\nFriends and family.\n")
    assert (
        "decided under other versions: 1 ham, 1 spam"
        in cli(*at, "guideline", "edit", "--from", text).out
    )
    assert "stale annotate: 2 decisions under other guidelines;" in cli(*at, "status").out


def test_a_row_that_is_not_there_is_no_matter_of_usage(cli, at: Any) -> None:
    refused = cli(*at, "why", "nothing")
    assert refused.code == 2
    assert refused.err.startswith("error: there is no example 'nothing'")
