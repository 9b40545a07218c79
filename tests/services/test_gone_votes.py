"""Functions that vote for a class that was split or retired are named, with what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.services.function_scripts import script
from workbench.services.aggregate import aggregate_votes
from workbench.services.classes import (
    add_classes,
    merge_classes,
    rename_class,
    retire_class,
    split_class,
)
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import list_functions
from workbench.services.lf.trial import check_function
from workbench.services.project import Project
from workbench.services.undo import undo


def split(project: Project) -> object:
    return split_class(project, "spam", ["scam", "advert"], annotator="lead")


def retire(project: Project) -> object:
    add_classes(project, ["promo"], annotator="lead")
    return retire_class(project, "spam", annotator="lead")


@pytest.mark.parametrize(
    ("leave", "how", "remedy"),
    [
        (split, "was split", "name one of its parts instead: scam, advert"),
        (retire, "is no class any more", "workbench class add spam"),
    ],
)
def test_each_place_says_that_votes_count_for_none(
    voted: Project, leave: Callable[[Project], Any], how: str, remedy: str
) -> None:
    n = check_function(voted, "offers").n_votes
    told = leave(voted).votes
    assert "vote for it, which counts for none: calls, offers" in told
    assert remedy in told
    sentence = f"'offers' votes for 'spam', which {how}: {n} votes count for none"
    found = list_functions(voted)
    (offers,) = [row for row in found.functions if row.name == "offers"]
    assert (offers.is_dead, offers.n_gone, offers.coverage) == (False, n, 0)
    (note,) = [note for note in found.notes if note.message == sentence]
    assert (note.file, note.line) == (offers.file, offers.line)
    assert remedy in (note.hint or "")
    assert sentence in [note.message for note in apply_functions(voted).notes]
    trial = check_function(voted, "offers")
    assert trial.n_votes == 0
    assert [note for note in trial.notes if note.startswith(sentence) and remedy in note]
    warnings = aggregate_votes(voted).warnings
    assert [one for one in warnings if one.startswith(sentence) and remedy in one]
    assert not [one for one in warnings if "never vote" in one]


def test_the_undo_of_a_split_takes_it_back(voted: Project) -> None:
    split(voted)
    undo(voted, annotator="lead")
    assert [row.n_gone for row in list_functions(voted).functions] == [0] * 4
    assert list_functions(voted).notes == ()


def test_what_a_class_was_merged_into_and_split_is_followed(voted: Project) -> None:
    merge_classes(voted, ["spam"], "junk")
    split_class(voted, "junk", ["scam", "advert"])
    rename_class(voted, "scam", "fraud")
    hints = {note.hint for note in list_functions(voted).notes}
    assert hints == {"name one of its parts instead: fraud, advert"}


def test_a_class_that_has_left_is_offered_to_nobody(voted: Project) -> None:
    split(voted)
    script(voted, "@labeling_function()\ndef odd(record):\n    return 'spamm'\n")
    error = check_function(voted, "odd").errors[0].message
    assert "classes are 0 ham, 2 scam, 3 advert" in error
