"""Labeling functions by tag."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from workbench.services.project import Project

Cli = Callable[..., Any]


TAGGED = """
from workbench import keywords, labeling_function, regex

keywords("money", ["free", "win"], "spam", tags=["offers", "words"])
regex("link", "https?://", "spam", tags=["links"])

@labeling_function(tags=["words"])
def short(record):
    return "ham" if len(record.text) < 30 else -1

@labeling_function()
def other(record):
    return -1
"""


@pytest.mark.parametrize("stored", [(), ("--stored",)], ids=["loaded", "stored"])
def test_functions_are_listed_by_tag(cli: Cli, filled: Project, stored: tuple[str, ...]) -> None:
    (filled.functions_folder / "first.py").write_text(TAGGED)
    assert cli("-C", filled.root, "apply").code == 0
    everything = cli("-C", filled.root, "lf", "list", "--json", *stored).json
    tags = {row["name"]: row["tags"] for row in everything["functions"]}
    assert tags == {
        "link": ["links"], "money": ["offers", "words"], "other": [], "short": ["words"],
    }  # fmt: skip
    called = cli("-C", filled.root, "lf", "list", "--tag", "words", *stored)
    assert [name in called.out for name in tags] == [False, True, False, True]
    assert "offers, words" in called.out
    some = cli("-C", filled.root, "lf", "list", "--tag", "links", "--json", *stored).json
    (row,) = some["functions"]
    assert some["coverage"] == row["coverage"] < everything["coverage"]
    assert some["conflicts"] == 0
    refused = cli("-C", filled.root, "lf", "list", "--tag", "nonsense", *stored)
    assert refused.code == 2
    assert "Tags: links, offers, words." in refused.err


def test_functions_with_a_tag_may_have_no_votes_yet(cli: Cli, voted: Project) -> None:
    (voted.functions_folder / "new.py").write_text(
        "from workbench import annotator, keywords\n"
        "keywords('n', ['zzz'], 'spam', tags=['new'])\nannotator('m', 'nobody')\n"
    )
    assert "'m': there is no decision" in str(cli("-C", voted.root, "lf", "list", "--json").json)
    called = cli("-C", voted.root, "lf", "list", "--tag", "new", "--json")
    assert [row["state"] for row in called.json["functions"]] == ["new"]
    assert (called.json["coverage"], called.json["notes"]) == (0, [])
