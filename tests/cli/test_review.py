"""``workbench review`` and what ``audit`` prints."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.services.project import Project
from workbench.services.review import review_queue


@pytest.fixture
def at(filled: Project, cli: Callable[..., object]) -> tuple[str, Path]:
    """A project whose rows were audited."""
    cli("-C", filled.root, "audit")
    return "-C", filled.root


def type_keys(monkeypatch: pytest.MonkeyPatch, *keys: str) -> None:
    """Answer the prompt from a pipe, one line a key."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{key}\n" for key in keys)))


def test_keys_keep_take_flag_undo_and_quit(
    cli, at, filled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = review_queue(filled)
    type_keys(monkeypatch, "y", "a", "f", "u", "1", "k", "", "q", "y")
    called = cli(*at, "review", "--annotator", "ana")
    assert called.code == 0
    events = filled.store.decisions.active()
    assert [event.kind for event in events[:2]] == ["keep", "relabel"]
    assert len(events) == 3
    assert events[2].kind == ("keep" if queue[2].given == "ham" else "relabel")
    assert "took back flag" in called.err
    assert "'k' is none of the keys" in called.err
    assert "suspects reviewed" in called.out
    assert "control" not in called.err


def test_what_undo_takes_back_of_an_earlier_sitting_is_asked_again(
    cli, at, filled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_ = review_queue(filled)
    type_keys(monkeypatch, "a", "a", "q")
    cli(*at, "review", "--annotator", "ana")
    type_keys(monkeypatch, "u", "y", "q")
    called = cli(*at, "review", "--annotator", "ana")
    uid = filled.store.examples.uids()[second.example_id - 1]
    assert f"took back {second.suggested} of {uid}" in called.err
    said = [(event.kind, event.example_id) for event in filled.store.decisions.active()]
    assert said == [("relabel", first.example_id), ("keep", second.example_id)]


def test_a_class_is_named_where_there_are_more_than_keys(
    cli, at, filled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = review_queue(filled)[0]
    type_keys(monkeypatch, "l", "letter", "l", first.suggested, "q")
    called = cli(*at, "review")
    assert "unknown class 'letter'" in called.err
    assert [event.kind for event in filled.store.decisions.active()] == ["relabel"]


def test_a_digit_is_the_class_that_the_screen_shows_at_the_name_too(
    cli, at, filled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_keys(monkeypatch, "1", "l", "1", "l", "0", "q")
    called = cli(*at, "review")
    first, second = filled.store.decisions.active()
    assert first.class_id == second.class_id == filled.label_set.number_of_name["ham"]
    assert "1=ham" in called.err
    assert called.err.count("  ham   ") == 2
    assert "unknown class '0'" in called.err


def test_the_end_of_the_input_ends_the_review(
    cli, at, filled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_keys(monkeypatch, "y")
    assert cli(*at, "review").code == 0
    assert len(filled.store.decisions.active()) == 1


def test_a_file_answers_and_the_report_follows(cli, at, filled: Project, tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    uids = filled.store.examples.uids()
    path.write_text("id,label\n" + "".join(f"{uid},ham\n" for uid in uids))
    n_waiting = len(review_queue(filled))
    progress = cli(*at, "review", "--from", path, "--json").json
    assert progress["n_waiting"] == 0
    assert len(filled.store.decisions.active()) == n_waiting
    report = cli(*at, "review", "--report", "--by", "vendor", "--json").json
    assert {group["group"] for group in report["by_group"]} == {"good", "bad"}
    shown = cli(*at, "review", "--report", "--by", "vendor")
    assert "wrong labels by vendor" in shown.out
    assert cli(*at, "review").err.startswith("no suspect waits")


def test_what_cannot_be_done_is_said_in_a_line(cli, filled: Project, tmp_path: Path) -> None:
    at = ("-C", filled.root)
    early = cli(*at, "review")
    assert (early.code, "have not been audited" in early.err) == (2, True)
    cli(*at, "audit")
    assert "add --report" in cli(*at, "review", "--by", "vendor").err
    assert "two steps" in cli(*at, "review", "--report", "--from", "x.csv").err
    for off in (("review", "-n", "-5"), ("audit", "-n", "-3"), ("audit", "--seed", "-1")):
        refused = cli(*at, *off)
        assert (refused.code, "is not in the range" in refused.err) == (2, True)
    assert "no row of the audit was reviewed" in cli(*at, "review", "--report").err
    missing = cli(*at, "review", "--from", tmp_path / "none.csv")
    assert (missing.code, "no such file" in missing.err) == (1, True)
    wrong = cli(*at, "audit", "--by", "vendr")
    assert (wrong.code, "no column 'vendr'" in wrong.err) == (2, True)
