"""The prompts of ``annotate`` and ``review``: what they show is safe; names of classes go first."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.cli.output import table
from workbench.services.classes import add_classes, rename_class
from workbench.services.importing import import_votes as module
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.review.review import review_queue
from workbench.store.decisions import Event

EVIL = "evil\x1b[31m\x9b5n\u202ex"
RAW = set("\x1b\x9b\u202e")


def said(project: Project) -> list[tuple[str, str | None]]:
    """Return the decisions that stand, with the names of their classes."""

    def words(event: Event) -> tuple[str, str | None]:
        return event.kind, project.label_set.name_of(event.class_id)

    project.refresh_classes()
    return [words(event) for event in project.store.decisions.active()]


@pytest.mark.parametrize("command", ["annotate", "review"])
def test_no_prompt_shows_a_name_of_an_earlier_version_raw(
    cli, filled: Project, tmp_path: Path, answer, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    uids = filled.store.examples.uids()
    votes = tmp_path / "votes.csv"
    lines = [f"uid,{EVIL}", *(f"{uid},ham" for uid in uids)]
    votes.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(module, "checked_name", lambda name: name)  # earlier versions took any
    import_votes(filled, votes)
    cli("-C", filled.root, "audit")
    answer("q")
    called = cli("-C", filled.root, command)
    assert "evil␛[31m" in called.err
    assert not set(called.err + called.out) & RAW


def test_a_text_is_shown_safe_and_cut_at_both_prompts(
    cli, project: Project, tmp_path: Path, answer
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text(f"id,text\n1,{EVIL}{'a' * 3_000}\n", encoding="utf-8")
    import_files(project, [rows])
    answer("q")
    told = cli("-C", project.root, "annotate").err
    assert "evil␛[31m" in told
    assert f"… {len(EVIL) + 1_000:,} more characters" in told
    assert not set(told) & RAW


def test_the_headings_of_a_table_are_safe_too(capsys: pytest.CaptureFixture[str]) -> None:
    table([f">est. {EVIL}", "class"], [("1.0 %", "ham")])
    shown = capsys.readouterr().out
    assert "est. evil␛[31m" in shown
    assert not set(shown) & RAW


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (EVIL, "cannot name a labeling function"),
        (" padded ", "cannot name a labeling function"),
        ("x" * 201, "has 201 characters"),
    ],
)
def test_a_vote_file_names_functions_as_a_script_may(
    cli, filled: Project, tmp_path: Path, name: str, told: str
) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text(f"uid,calls,{name}\nr0,ham,ham\n", encoding="utf-8")
    called = cli("-C", filled.root, "import-votes", votes)
    assert called.code == 1
    assert f"{votes}:1: column 3: " in called.err
    assert told in called.err
    assert "Rename the column" in called.err
    assert not set(called.err) & RAW
    assert filled.store.votes.in_force() == []


@pytest.fixture
def keyed(tmp_path: Path) -> Iterator[Project]:
    """Eight rows, and classes that are called as what a prompt takes for something else."""
    root = init_project(tmp_path / "keyed", ["f", "q", "u", "1"])
    rows = tmp_path / "rows.csv"
    rows.write_text("id,text\n" + "".join(f"{i},text {i}\n" for i in range(8)))
    with Project(root) as project:
        import_files(project, [rows])
        yield project


def test_annotate_takes_a_name_before_the_letter_of_a_command(cli, keyed: Project, answer) -> None:
    answer("f", "q", "u", "1", ":f", "2", ":u", "4", ":x", ":q", "2")
    called = cli("-C", keyed.root, "annotate")
    names = ["f", "q", "u", "1"]
    assert said(keyed) == [*(("label", name) for name in names), ("flag", None), ("label", "1")]
    assert "f  2=q  3=u  4=1\nor a name, or how it begins;" in called.err
    assert ":f=flag  :u=undo  :q=quit" in called.err
    assert "unknown class ':x'" in called.err


def test_a_command_is_taken_behind_a_colon_anywhere(cli, filled: Project, answer) -> None:
    answer("f", ":f", "::f", ":q", "1")
    called = cli("-C", filled.root, "annotate")
    assert said(filled) == [("flag", None)] * 3
    assert "  f=flag  u=undo  q=quit" in called.err


def test_a_class_that_comes_up_meanwhile_changes_the_keys(
    cli, filled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Renaming(io.StringIO):
        def readline(self, *_: Any) -> str:
            line = super().readline()
            if line == "1\n":
                with Project(filled.root) as other:
                    rename_class(other, "spam", "f")
            return line

    monkeypatch.setattr("sys.stdin", Renaming("1\nf\n:f\n:q\n"))
    called = cli("-C", filled.root, "annotate")
    assert said(filled) == [("label", "ham"), ("label", "f"), ("flag", None)]
    assert called.err.index("1=ham  2=spam") < called.err.index("1=ham  2=f")


def test_review_takes_a_name_before_the_letter_of_a_command(cli, filled: Project, answer) -> None:
    at = ("-C", filled.root)
    cli(*at, "audit")
    rename_class(filled, "ham", "y")
    rename_class(filled, "spam", "f")
    add_classes(filled, ["ambiguous", "2"])
    queue = review_queue(filled)
    answer("y", "f", "2", ":y", ":f", ":", "1", ":u", "l", "2", "q", "y")
    called = cli(*at, "review")
    assert said(filled) == [
        ("keep" if queue[0].given == "y" else "relabel", "y"),
        ("keep" if queue[1].given == "f" else "relabel", "f"),
        ("relabel", "2"),
        ("keep", queue[3].given),
        ("flag", None),
        ("relabel", "2"),
    ]
    assert ":y=keep  s or a=take the suggestion  1=y  f  3=ambiguous  4=2\n" in called.err
    assert "l=class by name  :f=ambiguous  space=later  u=undo  q=quit" in called.err
    assert "':' is none of the keys" in called.err


@pytest.mark.parametrize("command", ["annotate", "review"])
def test_a_line_is_a_key_or_a_whole_name_and_nothing_else_is_recorded(
    cli, filled: Project, answer, command: str
) -> None:
    at = ("-C", filled.root)
    cli(*at, "audit")
    add_classes(filled, ["sales"])
    refused = ["skip it", "quit", "undo", "yes", "12", ":flag", "pam"]
    answer(*refused, "sales", "spam", "undo", ":u", "ham", "q")
    called = cli(*at, command)
    assert [name for _, name in said(filled)] == ["sales", "ham"]
    assert called.err.count("u=undo") == 1 + len(refused) + 1


@pytest.mark.parametrize("command", ["annotate", "review"])
def test_a_class_is_told_by_how_its_name_begins(cli, filled: Project, answer, command: str) -> None:
    """As in the picker of the terminal interface; `review` asks for names behind a key."""
    at = ("-C", filled.root)
    cli(*at, "audit")
    add_classes(filled, ["pending_transfer", "pending_card", "pending"])
    typed = ["Pending T", "pend", "p", "pending card", "pending"]
    answer(*(line for one in typed for line in (["l", one] if command == "review" else [one])), "q")
    called = cli(*at, command)
    assert [name for _, name in said(filled)] == ["pending_transfer", "pending_card", "pending"]
    assert "3 classes begin with 'pend'" in called.err
    assert "Type more of: pending_transfer, pending_card, pending" in called.err
    assert "unknown class 'p'" in called.err
    assert "\n  pending_transfer\n" in called.err.replace("> ", "\n").replace("class: ", "\n")


def test_review_takes_a_former_name_as_a_whole(cli, filled: Project, answer) -> None:
    cli("-C", filled.root, "audit")
    first = review_queue(filled)[0]
    assert first.suggested != first.given
    rename_class(filled, first.given, "renamed")
    answer(first.given, "q")
    cli("-C", filled.root, "review")
    assert said(filled) == [("keep", "renamed")]


@pytest.mark.parametrize("command", ["annotate", "review"])
def test_a_question_mark_tells_the_keys_once_more(
    cli, filled: Project, answer, command: str
) -> None:
    cli("-C", filled.root, "audit" if command == "review" else "propose")
    answer("?", "q")
    told = cli("-C", filled.root, command).err
    assert told.count("q=quit  ?=keys") == 2
    assert "unknown class" not in told
    assert "none of the keys" not in told
    add_classes(filled, ["?"])
    answer(":?", "?", "q")
    assert "q=quit  :?=keys" in cli("-C", filled.root, command).err
    assert [name for _, name in said(filled)] == ["?"]
