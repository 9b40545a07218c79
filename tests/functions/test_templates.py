"""Keyword and regular-expression templates, and the decorator's refusals."""

from __future__ import annotations

import re
from enum import IntEnum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import FunctionError
from workbench.functions import ABSTAIN, Record, Template, keywords, labeling_function, regex


def record(text: object, **columns: object) -> Record:
    return Record(uid="1", text=text, role="train", **columns)


class Label(IntEnum):
    SPAM = 1


@pytest.mark.parametrize(
    ("words", "options", "text", "found"),
    [
        (["free"], {}, "FREE money", True),
        (["free"], {}, "freedom", False),
        (["free"], {"whole_words": False}, "freedom", True),
        (["free"], {"case_sensitive": True}, "FREE money", False),
        (["check out"], {}, "check \n out this", True),
        (["$100", "c++"], {}, "win $100!", True),
        (["$100", "c++"], {}, "win $1000", False),
        (["c++"], {}, "I like C++.", True),
        (["a.c"], {}, "abc", False),
        (["straße"], {}, "Straße 5", True),
        (["straße"], {}, "STRASSE 5", True),
        (["ΟΔΟΣ"], {}, "οδος", True),
        (["free"], {}, "", False),
    ],
)
def test_keywords_find_words(
    words: list[str], options: dict[str, bool], text: str, found: bool
) -> None:
    template = keywords("k", words, "spam", **options)
    assert template.vote(record(text)) == ("spam" if found else ABSTAIN)


def test_regex_searches_a_column_and_ignores_case_unless_told() -> None:
    assert regex("r", r"^\d+ eur$", 1, column="price").vote(record("", price="12 EUR")) == 1
    assert regex("r", "EUR", 1, case_sensitive=True).vote(record("12 eur")) == ABSTAIN


def test_numbers_are_searched_as_text_and_missing_values_never_match() -> None:
    template = regex("r", r"^1", 1, column="price")
    votes = [template.vote(record("", price=price)) for price in (12, None, float("nan"))]
    assert votes == [1, ABSTAIN, ABSTAIN]
    assert regex("r", "n", 1, column="price").vote(record("", price=float("nan"))) == ABSTAIN


@settings(deadline=None, max_examples=50)
@given(
    words=st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=4),
    texts=st.lists(st.text(), max_size=8),
    whole=st.booleans(),
    case=st.booleans(),
)
def test_the_batch_path_gives_the_votes_of_the_row_path(
    words: list[str], texts: list[str], whole: bool, case: bool
) -> None:
    records = [record(text) for text in [*texts, *words]]
    for template in (
        keywords("k", words, "spam", whole_words=whole, case_sensitive=case),
        regex("r", "|".join(map(re.escape, words)), 1, case_sensitive=case),
    ):
        assert template.vote_batch(records) == [template.vote(r) for r in records]


@settings(deadline=None, max_examples=50)
@given(st.text(min_size=1).filter(str.strip))
def test_a_word_is_found_in_itself(word: str) -> None:
    assert keywords("k", [word], 0, whole_words=False).vote(record(f"x {word} y")) == 0


@pytest.mark.parametrize("label", [1, np.int64(1), Label.SPAM])
def test_integer_labels_of_any_kind_become_plain_indices(label: int) -> None:
    assert type(regex("r", "a", label).label) is int


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: keywords("k", [], 1), "no words"),
        (lambda: keywords("k", ["a", " "], 1), "is no word"),
        (lambda: keywords("k", [1], 1), "is no word"),
        (lambda: keywords("k", "free", 1), "must be a list"),
        (lambda: keywords("k", ["a"], True), "is no label"),
        (lambda: keywords("k", ["a"], 1.0), "is no label"),
        (lambda: keywords("k", ["a"], None), "is no label"),
        (lambda: keywords("k", ["a"], ABSTAIN), "abstains by itself"),
        (lambda: keywords("k", ["a"], ""), "is no label"),
        (lambda: keywords("k", ["a"], 1, column=""), "no column name"),
        (lambda: keywords(" k", ["a"], 1), "cannot name"),
        (lambda: keywords("k\n", ["a"], 1), "cannot name"),
        (lambda: regex("r", "(", 1), "does not compile"),
        (lambda: regex("r", "", 1), "no regular expression"),
        (lambda: regex("r", re.compile("a"), 1), "no regular expression"),
        (lambda: labeling_function(len), "needs parentheses"),
        (lambda: labeling_function(tags="spam"), "must be a list"),
        (lambda: labeling_function(pre=[3]), "cannot be called"),
        (lambda: labeling_function("")(len), "cannot name"),
    ],
)
def test_bad_arguments_are_refused_where_they_are_given(make: object, message: str) -> None:
    with pytest.raises(FunctionError, match=message):
        make()  # type: ignore[operator]


def test_a_template_shows_the_call_that_makes_it() -> None:
    template = keywords("k", ["free", "win"], "spam", column="title")
    twin: Template = eval(template.source, {"keywords": keywords})
    assert dict(twin.parameters) == dict(template.parameters)
    assert (twin.name, twin.kind) == ("k", "keywords")


def test_a_decorated_function_runs_its_preprocessors_and_gets_its_resources() -> None:
    def lower(x: Record) -> Record:
        return Record(**{**vars(x), "text": x.text.lower()})

    @labeling_function(resources={"words": {"free"}}, pre=[lower])
    def has_word(x: Record, words: set[str]) -> int:
        return 1 if words & set(x.text.split()) else ABSTAIN

    assert has_word(record("FREE money")) == 1
    assert has_word.name == "has_word"
