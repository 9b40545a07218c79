"""What services do with labeling functions: lists, rows, prepared data, suggestions, watching."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.services.function_scripts import annotate, script, votes_of
from workbench.errors import FunctionError, UsageError
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import list_functions, new_function
from workbench.services.lf.rows import function_row_ids, function_rows
from workbench.services.lf.suggest import accept_suggestions, suggest_functions
from workbench.services.lf.trial import check_function
from workbench.services.lf.watch import watch_functions
from workbench.services.next_step import loop
from workbench.services.project import Project


def test_queues_hold_the_rows_behind_the_figures(voted: Project) -> None:
    row = next(row for row in list_functions(voted).functions if row.name == "offers")
    queues = {
        which: function_rows(voted, "offers", which)
        for which in ("right", "wrong", "missed", "conflicting", "uncovered")
    }
    assert queues["right"].n_rows == row.n_correct > 0
    assert queues["right"].n_rows + queues["wrong"].n_rows == row.n_labelled
    assert all(r.vote == r.label == "spam" for r in queues["right"].rows)
    assert queues["missed"].n_rows > 0
    assert all(r.vote is None and r.label == "spam" for r in queues["missed"].rows)
    assert queues["conflicting"].n_rows == round(row.conflicts * voted.store.examples.count())
    assert all("ham" in r.others for r in queues["conflicting"].rows)
    assert all(not r.others and r.vote is None for r in queues["uncovered"].rows)
    for which, queue in queues.items():
        ids = function_row_ids(voted, "offers", which)
        assert len(ids) == queue.n_rows
        shown = [voted.store.examples.get(i).uid for i in ids[: len(queue.rows)]]
        assert shown == [row.uid for row in queue.rows]


def test_queues_refuse_what_is_not_there(voted: Project) -> None:
    with pytest.raises(FunctionError, match="no labeling function 'offer' has been applied"):
        function_rows(voted, "offer", "right")
    with pytest.raises(UsageError, match="no queue 'left'"):
        function_rows(voted, "offers", "left")


def test_dead_functions_and_slices_are_named(voted: Project) -> None:
    script(voted, 'keywords("dead", ["zebra"], "spam")')
    apply_functions(voted)
    rows = {row.name: row for row in list_functions(voted, by="role").functions}
    assert [name for name, row in rows.items() if row.is_dead] == ["dead"]
    slices = {part.value: part for part in rows["offers"].slices}
    assert {value: part.n for value, part in slices.items()} == {"train": 80, "evaluation": 32}
    overall = sum(part.n * part.coverage for part in slices.values()) / 112
    assert overall == pytest.approx(rows["offers"].coverage)
    with pytest.raises(UsageError, match="no column 'colour'"):
        list_functions(voted, by="colour")


def test_neighbours_are_near_and_new_texts_make_a_new_version(voted: Project) -> None:
    script(voted, 'neighbours("near", ["r1", "gone"], "spam", min_similarity=0.5)')
    result = apply_functions(voted)
    assert [p.message for p in result.problems] == ["'near' is near to 'gone', which is no example"]
    near = function_rows(voted, "near", "conflicting", limit=100)
    assert all("free prize" not in row.text for row in near.rows)
    assert votes_of(voted, "near")["er1"] == "spam"
    versions = {lf.name: lf.version for lf in result.functions}
    assert {row.name: row.version for row in list_functions(voted).functions} == versions
    stored = list_functions(voted, load_scripts=False).functions
    assert {row.name: row.version for row in stored} == versions
    more = voted.root / "more.csv"
    more.write_text("id,text\nx1,free prize call now number 7\n")
    import_files(voted, [more])
    again = {lf.name: lf for lf in apply_functions(voted).functions}
    assert again["near"].version != versions["near"]
    assert (again["near"].n_rows, again["offers"].n_rows) == (voted.store.examples.count(), 1)


def test_a_classifier_learns_from_annotations_and_is_measured_out_of_fold(voted: Project) -> None:
    script(voted, 'classifier("model", min_probability=0.6)')
    first = {lf.name: lf for lf in apply_functions(voted).functions}["model"]
    assert first.n_votes == 0
    labels = {f"r{i}": "spam" if i % 2 else "ham" for i in range(0, 40)}
    annotate(voted, labels)
    listed = {row.name: row for row in list_functions(voted).functions}
    assert (listed["model"].state, listed["offers"].state) == ("stale", "current")
    second = {lf.name: lf for lf in apply_functions(voted).functions}
    assert second["model"].version == listed["model"].version
    assert second["model"].version != first.version
    assert second["model"].n_votes > 50
    assert second["offers"].n_rows == 0
    # Out of fold: labels without a pattern cannot be learnt by heart.
    rng = np.random.default_rng(0)
    annotate(voted, {f"r{i}": str(rng.choice(["ham", "spam"])) for i in range(40)}, "ana")
    apply_functions(voted)
    row = next(row for row in list_functions(voted).functions if row.name == "model")
    assert row.accuracy is None or row.accuracy < 0.9


def test_an_annotator_votes_as_she_decided_last(voted: Project) -> None:
    script(voted, 'annotator("ana", "ana")\nannotator("nobody", "nobody")')
    annotate(voted, {"r1": "ham", "r2": "ham", "er2": "ham"})
    annotate(voted, {"r1": "spam"})
    annotate(voted, {"r4": "spam"}, "bob")
    result = {lf.name: lf for lf in apply_functions(voted).functions}
    assert (result["ana"].n_votes, result["nobody"].n_votes) == (3, 0)
    assert votes_of(voted, "ana") == {"r1": "spam", "r2": "ham", "er2": "ham"}


def test_suggestions_name_the_words_of_the_classes_and_become_lines(
    filled: Project, write_csv: Callable[..., Path], small_rows: Callable[[int], Any]
) -> None:
    right = [row | {"id": f"m{row['id']}"} for row in small_rows(40) if row["vendor"] == "good"]
    import_files(filled, [write_csv("more.csv", right)])
    found = suggest_functions(filled, limit=4)
    assert found == suggest_functions(filled, limit=4)
    assert (found.basis, found.n_labelled) == ("annotations", 112)
    assert {candidate.label for candidate in found.candidates} == {"ham", "spam"}
    first = found.candidates[0]
    assert first.precision_low <= first.precision <= 1
    assert first.new_coverage == first.coverage > 0
    accepted = accept_suggestions(filled, found, [1, 2])
    assert accepted.lines == tuple(c.line for c in found.candidates[:2])
    applied = apply_functions(filled)
    assert {lf.name for lf in applied.functions} == set(accepted.names)
    votes = {lf.name: lf.n_votes for lf in applied.functions}
    assert list(votes.values()) == [round(c.coverage * 144) for c in found.candidates[:2]]
    with pytest.raises(FunctionError, match="already"):
        accept_suggestions(filled, found, [1])
    with pytest.raises(UsageError, match="no suggestion 9"):
        accept_suggestions(filled, found, [9])
    assert accept_suggestions(filled, found, [3]).names
    apply_functions(filled)
    # Nor is a copy, or a part, of what is there suggested: all of it can be accepted.
    later = suggest_functions(filled)
    assert later.candidates
    assert {c.term for c in later.candidates}.isdisjoint(c.term for c in found.candidates[:3])
    assert accept_suggestions(filled, later, [c.number for c in later.candidates]).names


def test_suggestions_go_into_a_script_of_any_state(filled: Project) -> None:
    found = suggest_functions(filled, limit=3)
    path = filled.functions_folder / "suggested.py"
    path.write_text("import workbench as wb\n\nwb.length('brief', 'ham', maximum=3)")
    for number in (1, 2):
        accept_suggestions(filled, found, [number])
    assert path.read_text().count("import keywords") == 1
    applied = apply_functions(filled)
    assert not applied.problems
    assert len(applied.functions) == 3
    path.write_text("def broken(:\n")
    with pytest.raises(FunctionError, match="not Python"):
        accept_suggestions(filled, found, [3])
    assert path.read_text() == "def broken(:\n"


def test_watching_applies_on_each_save_and_says_what_changed(voted: Project) -> None:
    path = script(voted, 'keywords("w", ["free"], "spam")')
    saves = iter(
        [
            lambda: None,
            lambda: script(voted, 'keywords("w", ["free", "lunch"], "spam")'),
            lambda: script(voted, 'keywords("w", ["free"], "ham")'),
            lambda: script(voted, "keywords("),
            path.unlink,
        ]
    )

    def wait() -> bool:
        save = next(saves, None)
        if save is not None:
            save()
        return save is not None

    steps = list(watch_functions(voted, wait))
    changes = [
        [(c.name, c.state, c.n_gained, c.n_lost, c.n_flipped) for c in s.changes] for s in steps
    ]
    free = steps[0].changes[0].n_after
    gained = steps[1].changes[0].n_after - free
    assert changes[0] == [("w", "new", free, 0, 0)]
    assert changes[1] == [("w", "changed", gained, 0, 0)]
    assert changes[2] == [("w", "changed", 0, gained, free)]
    assert changes[3] == []
    assert steps[3].applied is not None
    assert steps[3].applied.problems[0].file == "more.py"
    assert changes[4] == [("w", "gone", 0, free, 0)]
    assert steps[4].files == ("more.py",)


def test_starters_of_every_template_are_known_and_others_refused(filled: Project) -> None:
    new_function(filled, "by_length", template="length")
    assert [lf.name for lf in apply_functions(filled).functions] == ["by_length"]
    with pytest.raises(UsageError, match="no template 'magic'"):
        new_function(filled, "f", template="magic")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("import not_installed_anywhere", "No module named"),
        ("def f(:", "SyntaxError"),
        ('keywords("offers", ["x"], "ham")', "already defined in first.py"),
        ('keywords("new", ["x"], "eggs")', "cannot vote"),
        ('template("nowhere")("n")', "no installed package offers"),
    ],
)
def test_a_script_that_cannot_be_used_is_a_problem_and_the_others_are_applied(
    voted: Project, content: str, message: str
) -> None:
    path = script(voted, content, "zz.py")
    if content.startswith("template"):
        path.write_text(f"from workbench import template\n{content}\n")
    result = apply_functions(voted)
    assert [message in problem.message for problem in result.problems] == [True]
    assert result.problems[0].file == "zz.py"
    assert len(result.functions) == 4
    assert result.withdrawn == ()


def test_a_function_of_a_broken_script_is_not_gone(voted: Project) -> None:
    def states() -> set[str]:
        return {row.state for row in list_functions(voted).functions}

    (path,) = voted.functions_folder.glob("*.py")
    content = path.read_text()
    path.write_text("def broken(:")
    assert states() == {"broken"}
    apply_functions(voted)
    assert states() == {"broken"}  # its votes stay, as before
    path.write_text(content)
    assert states() == {"current"}
    path.unlink()
    assert states() == {"gone"}


def test_a_new_script_takes_no_name_of_a_function_elsewhere(voted: Project) -> None:
    script(voted, 'keywords("not_yet_applied", ["free"], "spam")')
    for name in ("offers", "not_yet_applied"):
        with pytest.raises(FunctionError, match=f"function '{name}' already"):
            new_function(voted, name)
        assert not (voted.functions_folder / f"{name}.py").exists()
    assert new_function(voted, "offer").exists()


def test_a_helpers_function_keeps_its_name_and_its_votes(voted: Project) -> None:
    helper = script(voted, 'one = keywords("helped", ["free"], "spam")', "_more.py")
    script(voted, "import _more\nlfs = [_more.one]", "main.py")
    apply_functions(voted)
    n = len(votes_of(voted, "helped"))
    with pytest.raises(FunctionError, match="function 'helped' already") as refused:
        new_function(voted, "helped")
    assert refused.value.place == "_more.py"
    script(voted, 'keywords("of_main", ["win"], "spam")\nimport _more', "main.py")
    helper.write_text(helper.read_text() + "1 / 0\n")
    script(voted, "import _more\nlfs = [_more.one]", "other.py")
    applied = apply_functions(voted)
    assert [(one.file, one.line, one.script) for one in applied.problems] == [
        ("_more.py", 4, "main.py"),
        ("_more.py", 4, "other.py"),
    ]
    assert "_more.py:4 is wrong; mend" in loop(voted).next_reason
    assert (len(votes_of(voted, "helped")), applied.withdrawn) == (n, ())
    states = {row.name: row.state for row in list_functions(voted).functions}
    assert (states["helped"], states["offers"]) == ("broken", "current")


def test_a_script_that_fails_in_a_helper_keeps_its_votes(voted: Project) -> None:
    script(voted, "import _words\nkeywords('by_words', _words.WORDS, 'spam')", "main.py")
    script(voted, "WORDS = ['free']", "_words.py")
    apply_functions(voted)
    n = len(votes_of(voted, "by_words"))
    script(voted, "WORDS = [", "_words.py")
    assert "main.py, line 3, imports it" in apply_functions(voted).problems[0].message
    assert len(votes_of(voted, "by_words")) == n > 0
    with pytest.raises(FunctionError, match=r"main.py gave none: .*never closed") as broken:
        check_function(voted, "by_words")
    assert broken.value.place == "_words.py:3"


def test_metadata_reaches_the_functions_that_read_it_and_no_others(
    project: Project, tmp_path: Path
) -> None:
    rows = [{"id": f"r{i}", "text": f"free {i}", "tags": ["a"] * (i % 3)} for i in range(9)]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    import_files(project, [path])
    plain = (
        "@labeling_function()\ndef plain(record):\n    return 'spam' if '1' in record.text else -1"
    )
    script(project, plain)
    (alone,) = apply_functions(project).functions
    assert alone.n_votes == 1
    script(
        project,
        f"{plain}\n@labeling_function()\ndef spoils(record):\n"
        "    record.tags.append('x')\n    return len(record.tags) % 2\n"
        "@labeling_function()\ndef tags(record):\n"
        "    return 'spam' if record.meta.tags == ['a', 'a'] else -1",
    )
    applied = {lf.name: lf for lf in apply_functions(project).functions}
    assert [lf.n_errors for lf in applied.values()] == [0, 0, 0]
    assert (applied["plain"].n_rows, applied["tags"].n_votes) == (0, 3)
    assert check_function(project, "plain").n_votes == 1
    assert check_function(project, "tags").n_votes == 3
