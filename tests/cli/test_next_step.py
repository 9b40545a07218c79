"""What commands say to do next: of the loop, and after an import that leaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench.services.project import Project
from workbench.services.review.review import review_queue


def _next_of(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if line.startswith("next: ")]


def test_every_command_of_the_loop_says_the_next_thing_that_status_says(
    cli: Callable[..., Any], filled: Project, script: str, tmp_path: Path
) -> None:
    at = ("-C", filled.root)
    answers = tmp_path / "answers.csv"
    answers.write_text("id,label\n" + "".join(f"r{i},ham\n" for i in range(0, 24, 2)))
    verdicts = tmp_path / "verdicts.csv"
    commands: list[tuple[str | Path, ...]] = [
        ("lf", "list"),  # before the diagnosis, which comes first
        ("lf", "test", "offers"),
        ("diagnose",),
        ("apply",),
        ("lf", "list"),
        ("aggregate",),
        ("train",),
        ("propose", "-n", "5"),
        ("annotate", "--from", answers),
        ("undo",),
        ("redo",),
        ("lf", "suggest", "--accept", "1"),
        ("apply",),
        ("audit",),
        ("audit", "--by", "vendor"),
        ("review", "--list"),
        ("review", "--from", verdicts),
        ("train",),
        ("review", "--report"),
        ("export", tmp_path / "labels.csv"),
    ]
    (filled.functions_folder / "first.py").write_text(script)
    said = {}
    for command in commands:
        if verdicts in command:
            uids = filled.store.examples.uids()
            waiting = [uids[item.example_id - 1] for item in review_queue(filled)]
            verdicts.write_text("id,label\n" + "".join(f"{uid},ham\n" for uid in waiting))
        called = cli(*at, *command)
        assert called.code == 0, called.err
        expected = _next_of(cli(*at, "status").out)
        assert _next_of(called.out) == expected, command
        assert len(expected) == 1
        said[command] = expected[0]
    assert len(set(said.values())) > 5  # or it would agree with anything


def test_without_the_folder_of_scripts_the_votes_stand_and_no_apply_is_asked_for(
    cli: Callable[..., Any], filled: Project, script: str, tmp_path: Path
) -> None:
    """As where a project is handed on as its database and its configuration."""
    at = ("-C", filled.root)
    (filled.functions_folder / "first.py").write_text(script)
    for command in ("diagnose", "apply"):
        assert cli(*at, command).code == 0
    n = len(filled.store.votes.in_force())
    filled.functions_folder.rename(tmp_path / "elsewhere")
    late = tmp_path / "late.csv"
    late.write_text("id,text\nlate,one more\n")
    assert "next: workbench aggregate" in cli(*at, "import", late).out
    status = cli(*at, "status").out
    assert f"{n} functions, no scripts " in status
    assert "is gone" not in status
    for command in (("apply",), ("lf", "list"), ("lf", "test", "shouts")):
        refused = cli(*at, *command)
        assert refused.code == 1
        assert "Bring it here" in refused.err
    assert len(cli(*at, "lf", "list", "--stored", "--json").json["functions"]) == n
    (tmp_path / "elsewhere").rename(filled.functions_folder)
    assert "next: workbench apply" in cli(*at, "status").out


def test_imported_votes_are_not_said_to_lack_a_script(
    cli: Callable[..., Any], filled: Project, tmp_path: Path
) -> None:
    at = ("-C", filled.root)
    votes = tmp_path / "votes.csv"
    votes.write_text(f"id,crowd\n{filled.store.examples.uids()[0]},ham\n")
    assert cli(*at, "import-votes", votes).code == 0
    filled.functions_folder.rename(tmp_path / "elsewhere")
    status = cli(*at, "status").out
    assert "1 labeling function " in status
    assert "no scripts" not in status


def test_an_import_of_evaluation_rows_says_which_leak_and_what_to_do(
    cli: Callable[..., Any], filled: Project, tmp_path: Path
) -> None:
    text = next(iter(filled.store.examples.iterate())).text
    path = tmp_path / "more.csv"
    path.write_text(f"id,text,label\nx1,{text},ham\nx2,what nobody has said,ham\n")
    said = cli("-C", filled.root, "import", path, "--role", "evaluation").out
    told = " ".join(said.split())
    assert "1 row has the text of training rows (from " in told
    assert "a leak" in told
    assert "--without-duplicates" in told
    assert "count twice" not in told
