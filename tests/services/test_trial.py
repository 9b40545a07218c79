"""Trials of one labeling function, which store nothing."""

from __future__ import annotations

import os

import pytest

from tests.services.function_scripts import annotate, script
from workbench.errors import FunctionError
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import list_functions
from workbench.services.lf.running import scripts_with
from workbench.services.lf.trial import check_function
from workbench.services.next_step import loop
from workbench.services.project import Project


def test_a_trial_of_each_kind_stores_nothing(voted: Project) -> None:
    script(voted, 'neighbours("near", ["r1"], "spam", min_similarity=0.5)')
    runs = len(voted.store.runs.done_ids("apply"))
    for name in ("offers", "polite", "near"):
        result = check_function(voted, name, n_rows=3)
        assert (result.n_sample, result.n_errors) == (voted.store.examples.count(), 0)
        assert 0 < len(result.rows) <= 3 < result.n_votes
    assert len(voted.store.runs.done_ids("apply")) == runs
    with pytest.raises(FunctionError, match="no labeling function 'nobody'"):
        check_function(voted, "nobody")


def test_a_trial_shows_what_people_said_beside_the_votes(voted: Project) -> None:
    annotate(voted, {"r1": "ham"})
    rows = {row.uid: row for row in check_function(voted, "offers", n_rows=100).rows}
    assert (rows["r1"].vote, rows["r1"].trusted) == ("spam", "ham")
    assert rows["er1"].trusted == "spam"
    assert rows["r9"].trusted is None


def test_a_trial_says_which_uids_and_annotators_are_not_known(voted: Project) -> None:
    script(voted, 'neighbours("near", ["r1", "gone"], "spam")\nannotator("by_ana", "ana")')
    assert "these uids are no examples: gone" in check_function(voted, "near").notes
    assert check_function(voted, "by_ana").notes == ("there is no decision by 'ana' yet",)
    annotate(voted, {"r1": "ham"})
    assert check_function(voted, "by_ana").notes == ()


def test_a_trial_loads_only_the_script_of_its_function(voted: Project) -> None:
    script(voted, "raise SystemExit", "other.py")
    assert check_function(voted, "offers").n_votes > 0


def test_answers_that_mean_nothing_are_told(filled: Project) -> None:
    rows = ["r1,yes", "r2,maybe", "r3,maybe", "r4,", "r5,No"]
    (filled.root / "answers.csv").write_text("\n".join(["uid,label", *rows]))
    script(filled, 'external("llm", "answers.csv", answers={"yes": "spam"})')
    told = "answers that are not in `answers` abstain: 'maybe' (2), 'No' (1)"
    assert check_function(filled, "llm").notes == (told,)


def test_the_type_of_an_error_is_said_once(filled: Project) -> None:
    script(
        filled,
        "class Odd(Exception):\n    pass\n\n"
        "@labeling_function()\ndef odd(record):\n    raise Odd('so it is')\n",
    )
    error = check_function(filled, "odd").errors[0]
    assert (error.type, error.message) == ("Odd", "so it is")


def test_a_trial_says_how_a_function_was_run(filled: Project) -> None:
    script(filled, "regex('behind', r'(?<=a)b', 'spam')\nregex('plain', 'b', 'spam')\n")
    assert "row by row" in check_function(filled, "behind").notes[0]
    assert check_function(filled, "plain").notes == ()


def test_a_pipe_among_the_scripts_holds_nobody_up(voted: Project) -> None:
    os.mkfifo(voted.functions_folder / "pipe.py")
    assert check_function(voted, "offers").n_votes > 0
    assert loop(voted).next_command


def test_a_classifier_without_enough_annotations_says_so(voted: Project) -> None:
    script(voted, 'classifier("clf")')
    (nothing,) = check_function(voted, "clf").notes
    assert "2 or more each of two classes, and there are none; annotate some" in nothing
    annotate(voted, {"r1": "ham", "r2": "ham", "r3": "spam"})
    (one_class,) = check_function(voted, "clf").notes
    assert "2 rows of 'ham'" in one_class
    assert "1 row of 'spam'" in one_class
    told = [f"'clf': {one_class}"]
    assert [note.message for note in apply_functions(voted).notes] == told
    assert [note.message for note in list_functions(voted).notes] == told
    annotate(voted, {"r4": "spam"})
    assert check_function(voted, "clf").notes == ()
    assert apply_functions(voted).notes == ()


def test_a_name_that_no_script_holds_accuses_no_script_that_was_loaded(voted: Project) -> None:
    script(voted, 'keywords("offers", ["no"], "spam")\nkeywords("more", ["win"], "spam")', "z.py")
    with pytest.raises(FunctionError, match="no labeling function 'nope'") as caught:
        check_function(voted, "nope")
    assert caught.value.place is None
    assert "already defined" not in str(caught.value)
    script(voted, "import nowhere_to_be_found", "broken.py")
    with pytest.raises(FunctionError, match=r"'nope'.*; broken\.py gave none: .*nowhere"):
        check_function(voted, "nope")


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (
            {
                "_more.py": 'one = keywords("helped", ["free"], "spam")',
                "main.py": "from _more import *",
            },
            "helped",
        ),
        ({"main.py": 'keywords("made_" + "up", ["free"], "spam")'}, "made_up"),
    ],
)
def test_a_broken_script_that_has_the_name_in_a_comment_hides_no_function(
    voted: Project, files: dict[str, str], name: str
) -> None:
    for file, text in files.items():
        script(voted, text, file)
    script(voted, f"1 / 0  # {name}", "broken.py")
    assert check_function(voted, name).n_votes > 0


def test_what_is_wrong_with_its_own_script_is_told_before_what_is_with_others(
    voted: Project,
) -> None:
    script(voted, "1 / 0", "aaa.py")
    script(voted, "\n\nkeywords('mine', ['free'", "mine.py")
    with pytest.raises(FunctionError, match=r"mine.py gave none: .*never closed") as broken:
        check_function(voted, "mine")
    assert (broken.value.place or "").startswith("mine.py:")


def test_hidden_copies_of_a_script_are_no_helpers(voted: Project) -> None:
    hidden = voted.functions_folder / ".ipynb_checkpoints"
    hidden.mkdir()
    script(voted, 'keywords("mine", ["free"], "spam")', "mine.py")
    (hidden / "mine-checkpoint.py").write_text('keywords("mine", ["free"], "spam")')
    assert scripts_with(voted, "mine") == ["mine.py"]


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        ('keywords("k", ["numbe"], "spam")', True),
        ('keywords("k", ["NUMBE"], "spam", case_sensitive=True)', False),
        ('keywords("k", ["zebra"], "spam")', False),
        ('keywords("k", ["zebra"], "spam", whole_words=False)', False),
        ('dictionary("k", "terms.txt", "spam")', True),
    ],
)
def test_a_trial_without_a_vote_says_where_words_hide_in_longer_ones(
    filled: Project, call: str, hint: bool
) -> None:
    (filled.root / "terms.txt").write_text("numbe\nzebra\n")
    script(filled, call)
    n = sum("numbe" in text.lower() for text in filled.store.examples.texts())
    result = check_function(filled, "k")
    assert result.n_votes == 0
    expected = [f"its words are parts of longer ones in {n} rows; to count them"] * hint
    assert [note.split(",")[0] for note in result.notes] == expected


@pytest.mark.parametrize(
    "call",
    [
        'import numpy as np\nkeywords("k", np.array(["numbe"]), "spam")',
        "from enum import Enum\n"
        "Word = Enum('Word', {'NUMBER': 'numbe'}, type=str)\n"
        'keywords("k", list(Word), "spam")',
    ],
)
def test_texts_of_other_types_are_tried_too(filled: Project, call: str) -> None:
    script(filled, call)
    result = check_function(filled, "k")
    assert (result.n_votes, result.n_errors, result.notes) == (0, 0, ())
