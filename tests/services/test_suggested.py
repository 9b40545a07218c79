"""Functions that labels chose are not judged by these labels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.services.answering import WORDS, unlike
from tests.services.function_scripts import annotate, script, votes_of
from workbench.services.aggregate import aggregate_votes
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import LFList, list_functions
from workbench.services.lf.rows import function_rows
from workbench.services.lf.suggest import accept_suggestions, suggest_functions
from workbench.services.lf.trial import check_function
from workbench.services.project import Project
from workbench.services.train import train_end_model
from workbench.services.undo import undo

N_CHOSE, N_CHOSEN = 80, 6


def toss(project: Project, start: int, stop: int) -> None:
    """Annotate some rows by the toss of a coin: no word tells anything of them."""
    tosses = np.random.default_rng(11).integers(0, 2, 160)
    annotate(project, {f"r{i}": project.classes[tosses[i]] for i in range(start, stop)})


def luckiest(project: Project) -> list[tuple[str, str]]:
    """The words that are right most often on the first rows, and for which class."""
    tosses = np.random.default_rng(11).integers(0, 2, 160)[:N_CHOSE]
    texts = project.store.examples.texts()[:N_CHOSE]
    found = []
    for word in WORDS:
        with_word = tosses[[word in text.split() for text in texts]]
        share = with_word.mean()
        found.append((max(share, 1 - share), word, project.classes[int(share > 0.5)]))
    return [(word, label) for _, word, label in sorted(found)[-N_CHOSEN:]]


def lines(words: list[tuple[str, str]], tags: str = ", tags=['suggested']") -> str:
    return "\n".join(f"keywords({word!r}, [{word!r}], {label!r}{tags})" for word, label in words)


def measured(found: LFList) -> tuple[int, int]:
    """How many votes judge the functions, and how many are right."""
    rows = found.functions
    return sum(row.n_labelled for row in rows), sum(row.n_correct for row in rows)


@pytest.fixture
def tossed(project: Project, write_csv: Callable[..., Path], small_rows: Any) -> Project:
    """160 rows, 80 of them annotated by a coin, by which six words were chosen and applied."""
    import_files(project, [write_csv("rows.csv", unlike(small_rows(160)))])
    toss(project, 0, N_CHOSE)
    script(project, lines(luckiest(project)), "suggested.py")
    apply_functions(project)
    return project


def test_what_chose_functions_does_not_judge_them(tossed: Project) -> None:
    found = list_functions(tossed)
    assert measured(found) == (0, 0)
    assert {row.accuracy for row in found.functions} == {None}
    assert all(row.n_chose > 20 for row in found.functions)
    assert found.chosen_note is not None
    assert "workbench propose" in found.chosen_note
    name = found.functions[0].name
    assert function_rows(tossed, name, "wrong").n_rows == 0
    tried = check_function(tossed, name)
    assert {row.trusted for row in tried.rows} == {None}
    assert any("do not judge it" in note for note in tried.notes)


def test_untagged_they_are_flattered(tossed: Project) -> None:
    script(tossed, lines(luckiest(tossed), tags=""), "suggested.py")
    apply_functions(tossed)
    n, n_right = measured(list_functions(tossed))
    assert n_right / n > 0.57  # of coins
    assert list_functions(tossed).chosen_note is None


def test_rows_annotated_later_judge(tossed: Project) -> None:
    toss(tossed, N_CHOSE, 160)
    for row in list_functions(tossed).functions:
        later = [uid for uid in votes_of(tossed, row.name) if int(uid[1:]) >= N_CHOSE]
        assert row.n_labelled == len(later) > 0
    n, n_right = measured(list_functions(tossed))
    assert n_right / n < 0.57
    # Whoever is asked again about a row that chose them does not make a judge of it.
    toss(tossed, 0, N_CHOSE)
    assert measured(list_functions(tossed)) == (n, n_right)


def test_a_line_that_is_moved_edited_or_renamed_stays_known(tossed: Project) -> None:
    (tossed.functions_folder / "suggested.py").unlink()
    (first, label), (second, other), *_ = luckiest(tossed)
    toss(tossed, N_CHOSE, 120)
    script(
        tossed,
        f"keywords({first!r}, [{first!r}, 'nought'], {label!r}, tags=['mine', 'suggested'])\n"
        f"regex({second!r}, {second!r}, {other!r}, tags=['suggested'])\n"
        f"keywords('renamed', [{second!r}], {other!r}, tags=['suggested'])",
        "mine.py",
    )
    apply_functions(tossed)
    rows = {row.name: row for row in list_functions(tossed).functions}
    for name in (first, second):
        later = [uid for uid in votes_of(tossed, name) if N_CHOSE <= int(uid[1:]) < 120]
        assert rows[name].n_labelled == len(later) > 0
    # Under another name it counts from that apply on.
    assert (rows["renamed"].n_labelled, rows["renamed"].accuracy) == (0, None)


def withdraw(project: Project) -> None:
    script(project, "", "suggested.py")
    apply_functions(project)


def put_back(project: Project, text: str) -> None:
    script(project, text, "suggested.py")
    apply_functions(project)


def test_withdrawn_and_written_anew_it_is_judged_by_what_came_after_that(tossed: Project) -> None:
    words = luckiest(tossed)
    name, votes = words[0][0], tossed.store.votes
    first = votes.in_force_since()[name]
    put_back(tossed, lines(words[1:]))
    assert name not in votes.in_force_since()
    toss(tossed, N_CHOSE, 120)
    edited = lines(words).replace(f"[{name!r}]", f"[{name!r}, 'nought']")
    put_back(tossed, edited)
    assert votes.in_force_since()[name] > first
    rows = {row.name: row for row in list_functions(tossed).functions}
    assert rows[name].n_labelled == 0
    assert rows[words[1][0]].n_labelled > 0
    undo(tossed)
    assert name not in votes.in_force_since()


@pytest.mark.parametrize("away", [withdraw, undo])
def test_put_back_as_it_was_it_keeps_its_judges(
    tossed: Project, away: Callable[[Project], object]
) -> None:
    toss(tossed, N_CHOSE, 120)
    listed = measured(list_functions(tossed))
    assert listed[0] > 0
    first = aggregate_votes(tossed)
    away(tossed)
    assert measured(list_functions(tossed)) == (0, 0)
    put_back(tossed, lines(luckiest(tossed)))
    assert measured(list_functions(tossed)) == listed
    again = aggregate_votes(tossed)
    assert again.weights == first.weights
    # Nor is an edit of what was put back a new choice.
    put_back(tossed, lines(luckiest(tossed)).replace("], ", ", 'nought'], "))
    assert measured(list_functions(tossed)) == listed


def test_an_aggregation_is_not_used_again_where_others_judge(tossed: Project) -> None:
    toss(tossed, N_CHOSE, 120)
    withdraw(tossed)
    edited = lines(luckiest(tossed)).replace("], ", ", 'nought'], ")
    put_back(tossed, edited)
    assert {weight.n_judged for weight in aggregate_votes(tossed).weights} == {0}
    undo(tossed)
    undo(tossed)  # the withdrawal: now the edit is of what stands
    apply_functions(tossed)
    listed = {row.name: row.n_labelled for row in list_functions(tossed).functions}
    assert min(listed.values()) > 0
    later = aggregate_votes(tossed)
    assert not later.reused
    assert {weight.name: weight.n_judged for weight in later.weights} == listed
    assert aggregate_votes(tossed).reused


def test_a_label_that_chose_goes_on_to_have_chosen_when_it_is_undone(tossed: Project) -> None:
    before = [row.n_chose for row in list_functions(tossed).functions]
    for _ in range(20):
        undo(tossed, annotator="ana")
    toss(tossed, N_CHOSE - 20, N_CHOSE)
    found = list_functions(tossed)
    assert [row.n_chose for row in found.functions] == before
    assert measured(found) == (0, 0)


def test_the_log_is_read_once_however_many_applies_brought_functions(
    project: Project, write_csv: Callable[..., Path], small_rows: Any
) -> None:
    import_files(project, [write_csv("rows.csv", unlike(small_rows(160)))])
    toss(project, 0, N_CHOSE)
    read: list[int] = []
    for n in range(1, N_CHOSEN + 1):
        put_back(project, lines(luckiest(project)[:n]))
        said: list[str] = []
        project.store._connection.set_trace_callback(said.append)
        assert len(list_functions(project, load_scripts=False).functions) == n
        project.store._connection.set_trace_callback(None)
        read.append(sum(" FROM event" in statement for statement in said))
    assert len(set(read[1:])) == 1


def test_what_no_label_chose_has_no_note(
    project: Project, write_csv: Callable[..., Path], small_rows: Any
) -> None:
    import_files(project, [write_csv("rows.csv", unlike(small_rows(160)))])
    script(project, lines(luckiest(project)), "suggested.py")
    apply_functions(project)
    toss(project, 0, N_CHOSE)
    found = list_functions(project)
    assert found.chosen_note is None
    assert measured(found)[0] > 0
    tried = check_function(project, found.functions[0].name)
    assert not any("do not judge" in note for note in tried.notes)
    assert any(row.trusted for row in tried.rows)


def test_the_label_model_measures_none_and_says_so_once(tossed: Project) -> None:
    result = aggregate_votes(tossed)
    assert {(w.measured, w.n_measured, w.accuracy_gain, w.n_judged) for w in result.weights} == {
        (None, 0, None, 0)
    }
    assert sum("do not judge" in warning for warning in result.warnings) == 1
    toss(tossed, N_CHOSE, 120)
    later = aggregate_votes(tossed).weights
    assert all(0 < w.n_measured == w.n_judged < 40 for w in later)


def test_a_training_says_that_these_rows_chose_until_enough_others_judge(tossed: Project) -> None:
    aggregate_votes(tossed)
    first = train_end_model(tossed)
    assert {score.n for score in first.held_out} == {N_CHOSE}
    (told,) = [warning for warning in first.warnings if "lf suggest" in warning]
    assert "whether weak supervision pays" in told
    assert "annotate 30 rows more" in told
    toss(tossed, N_CHOSE, 120)
    aggregate_votes(tossed)
    later = train_end_model(tossed)
    assert {score.n for score in later.held_out} == {40}
    assert not [warning for warning in later.warnings if "lf suggest" in warning]


def test_accepted_suggestions_are_judged_by_evaluation_rows(
    filled: Project, write_csv: Callable[..., Path], small_rows: Any
) -> None:
    accepted = accept_suggestions(filled, suggest_functions(filled), [1, 2])
    apply_functions(filled)
    annotate(filled, {f"r{i}": "ham" for i in range(60)})  # whose own labels chose
    for row in list_functions(filled).functions:
        assert row.name in accepted.names
        of_evaluation = [uid for uid in votes_of(filled, row.name) if uid.startswith("e")]
        assert row.n_labelled == len(of_evaluation) > 0
        assert row.accuracy is not None
        assert row.n_chose > 0


def test_what_the_label_model_chose_is_judged_by_labels(
    project: Project, write_csv: Callable[..., Path], small_rows: Any
) -> None:
    rows = [row | {"label": ""} for row in small_rows(120)]
    import_files(project, [write_csv("rows.csv", rows)])
    script(
        project,
        'keywords("a", ["free", "win"], "spam")\nkeywords("b", ["lunch", "dinner"], "ham")\n'
        'keywords("c", ["claim", "call"], "spam")',
    )
    apply_functions(project)
    aggregate_votes(project)
    annotate(project, {f"r{i}": "ham" if i % 2 else "spam" for i in range(12)})
    found = suggest_functions(project)
    assert found.basis == "label model"
    accepted = accept_suggestions(project, found, [c.number for c in found.candidates])
    assert accepted.basis == "label model"
    assert "suggested" not in "".join(accepted.lines)
    apply_functions(project)
    listed = {row.name: row for row in list_functions(project).functions}
    assert sum(listed[name].n_labelled for name in accepted.names) > 0
    assert {listed[name].n_chose for name in accepted.names} == {0}
