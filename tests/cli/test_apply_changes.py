"""What ``workbench apply`` says of functions that count otherwise than before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.services.function_scripts import annotate, script
from workbench.services.project import Project
from workbench.services.undo import undo

Cli = Callable[..., Any]

UP_TO_DATE = "nothing was new: all votes are up to date"


def test_votes_that_are_gone_or_count_again_are_told(cli: Cli, filled: Project) -> None:
    at = ("-C", filled.root)
    script(filled, 'annotator("as_ana", "ana")\nkeywords("free", ["free"], "spam")')
    cli(*at, "apply")
    assert UP_TO_DATE in cli(*at, "apply").out
    annotate(filled, {"r1": "spam", "r2": "ham"})
    assert "as_ana" in cli(*at, "apply").out
    undo(filled, annotator="ana")
    undo(filled, annotator="ana")
    said = cli(*at, "apply").out
    assert UP_TO_DATE not in said
    assert "no row was new, but other versions count from now on" in said
    assert "as_ana  changed             2    0       0     2            0" in said
    # Both applies that put `as_ana` in force otherwise, and the first.
    for _ in range(3):
        cli(*at, "undo")
    said = cli(*at, "apply").out
    assert UP_TO_DATE not in said
    assert "as_ana  back" in said
    assert "free    back" in said


def test_beside_a_broken_script_not_all_votes_are_up_to_date(cli: Cli, filled: Project) -> None:
    at = ("-C", filled.root)
    script(filled, 'keywords("free", ["free"], "spam")')
    broken = script(filled, 'keywords("prize", ["prize"], "spam")', "broken.py")
    cli(*at, "apply")
    broken.write_text("def broken(:\n")
    said = cli(*at, "apply").out
    assert UP_TO_DATE not in said
    assert "nothing was new: all votes of what could be loaded are up to date" in said
