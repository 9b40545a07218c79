"""Words and patterns are found as their plain definitions find them, by every way of searching."""

from __future__ import annotations

import re
import unicodedata
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.functions.template_rows import record, rows_of
from workbench.functions import ABSTAIN, Block, keywords, regex
from workbench.functions.translate import to_re2


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
        (["istanbul"], {}, "in İSTANBUL", True),
        (["İstanbul"], {}, "in istanbul", True),
        (["ışık"], {}, "IŞIK", True),
        (["cafe"], {}, "the cafe\u0301", False),
        (["cafe\u0301"], {}, "the cafe\u0301.", True),
        (["afe"], {}, "c\u0327afe", False),
        (["मुफ"], {}, "यह मुफ्त है", False),
        (["मुफ्त"], {}, "यह मुफ्त है", True),
        (["मुफ"], {"whole_words": False}, "यह मुफ्त है", True),
        (["free", "❤"], {}, "❤\ufe0ffree", True),
        (["❤"], {}, "love ❤\ufe0f", True),
    ],
)
def test_keywords_find_words(
    words: list[str], options: dict[str, bool], text: str, found: bool
) -> None:
    template = keywords("k", words, "spam", **options)
    assert template(record(text)) == ("spam" if found else ABSTAIN)
    assert rows_of(template, ["other", text, "x"]) == ([1] if found else [])


def plainly(words: list[str], text: str, *, whole: bool, case: bool) -> bool:
    """What `keywords` promises, written with as little cleverness as possible."""

    def touches(character: str) -> bool:
        is_mark = unicodedata.category(character) in ("Mn", "Mc") and character != "\ufe0f"
        return character.isalnum() or character == "_" or is_mark

    def folded(one: str) -> str:
        return one.casefold().replace("i\u0307", "i").replace("ı", "i")

    for word in words:
        searched, wanted = (text, word) if case else (folded(text), folded(word))
        phrase = r"\s+".join(map(re.escape, wanted.split()))
        for found in re.finditer(f"(?=({phrase}))", searched):
            beside = searched[: found.start(1)][-1:] + searched[found.end(1) :][:1]
            if not (whole and any(map(touches, beside))):
                return True
    return False


CHARACTERS = "abkKsSßſıİi\u212a é.+$ \t_1\u0301\u0307\u094d\ufe0f"


WORD = st.text(st.sampled_from(CHARACTERS), min_size=1, max_size=5).filter(str.strip)


TEXT = st.text(st.sampled_from(CHARACTERS + "\n\x00"), max_size=12)


@settings(deadline=None, max_examples=100)
@given(
    words=st.lists(WORD, min_size=1, max_size=3),
    others=st.lists(WORD, min_size=1, max_size=3),
    texts=st.lists(TEXT, max_size=8),
    whole=st.booleans(),
    case=st.booleans(),
)
def test_words_are_found_as_promised_alone_and_beside_other_templates(
    words: list[str], others: list[str], texts: list[str], whole: bool, case: bool
) -> None:
    texts = [*texts, *words, *others]
    expected = [i for i, t in enumerate(texts) if plainly(words, t, whole=whole, case=case)]
    template = keywords("k", words, "spam", whole_words=whole, case_sensitive=case)
    assert rows_of(template, [*texts]) == expected
    assert [i for i, t in enumerate(texts) if template(record(t)) == "spam"] == expected
    block = Block(len(texts), {"text": texts})
    for each in (template, keywords("o", others, 0, whole_words=whole, case_sensitive=case)):
        each.rule.expect(block)
    assert sorted(template.rule.find(block).rows) == expected


@settings(deadline=None, max_examples=30)
@given(words=st.lists(WORD, min_size=1, max_size=4), texts=st.lists(TEXT, max_size=8))
def test_a_long_list_of_words_finds_what_short_lists_find(
    words: list[str], texts: list[str]
) -> None:
    fillers = [f"zz{i}" for i in range(80)]
    long, short = keywords("l", [*words, *fillers], 1), keywords("s", words, 1)
    assert rows_of(long, [*texts, *words]) == rows_of(short, [*texts, *words])


@settings(deadline=None, max_examples=200)
@given(
    word=st.text(st.sampled_from("ısſİiIkKςσΣµμßß"), min_size=1, max_size=4),
    text=st.text(st.sampled_from("ısſİiIkKςσΣµμßß \u212a"), max_size=10),
)
def test_words_in_any_case_are_found_where_patterns_are(word: str, text: str) -> None:
    texts: list[object] = [text, word.upper(), word.lower(), word.swapcase()]
    by_pattern = rows_of(regex("r", re.escape(word), 1), texts)
    assert {*by_pattern} <= {*rows_of(keywords("k", [word], 1, whole_words=False), texts)}


PIECE = st.sampled_from(
    ["a", "K", "s", "1", " ", "é", "\u212a", ".", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"\b",
     "^", "$", r"\Z", "[a-k]", "[^s1]", r"[\w.]", r"[^\d\s]", "(?i:k)", "(?s:.)", "(?-i:k)", r"\n",
     r"\.", r"\\", "(a|b1)", "(?m:^)", "(?m:$)", "(?:)"]
)  # fmt: skip


QUANTIFIER = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,3}", "*?", "{0,}"])


@st.composite
def patterns(draw: st.DrawFn) -> str:
    """Regular expressions of all that is translated."""
    parts = [f"(?:{draw(PIECE)}){draw(QUANTIFIER)}" for _ in range(draw(st.integers(1, 4)))]
    branches = ["".join(parts), draw(PIECE)]
    return "|".join(branches[: draw(st.integers(1, 2))])


@settings(deadline=None, max_examples=200)
@given(
    pattern=patterns(),
    texts=st.lists(
        st.text(st.sampled_from("akKsS1b_ .\\\n\t\x0b\x1c\x00é\u212aſıéX"), max_size=8), max_size=12
    ),
    case=st.booleans(),
)
def test_patterns_are_found_where_re_finds_them(pattern: str, texts: list[str], case: bool) -> None:
    template = regex("r", pattern, 1, case_sensitive=case)
    compiled = re.compile(pattern, 0 if case else re.IGNORECASE)
    expected = [i for i, text in enumerate([*texts, "", "a\n"]) if compiled.search(text)]
    assert to_re2(pattern, compiled.flags) is not None
    assert to_re2(pattern, compiled.flags, loose=True) is not None
    assert rows_of(template, [*texts, "", "a\n"]) == expected


@settings(deadline=None, max_examples=30)
@given(texts=st.lists(st.text(st.sampled_from("ab1 é\n"), max_size=60), min_size=2, max_size=20))
def test_many_patterns_in_one_pass_are_found_where_re_finds_them(texts: list[str]) -> None:
    patterns = [
        "a", "b+", r"a.*b", r"\d", r"1.*a", r"^b", r"\bab\b", r"a{2,40}", r"b.*1", r" .*é", r"é.*1",
        r"a.*a", r"b.*b", r"(?=a)b", r"1.*1", r"\s$", "é", r"(a|1)\1",
    ]  # fmt: skip
    templates = [regex(f"r{i}", pattern, 1) for i, pattern in enumerate(patterns)]
    block = Block(len(texts), {"text": texts})
    for template in templates:
        template.rule.expect(block)
    for pattern, template in zip(patterns, templates, strict=True):
        compiled = re.compile(pattern, re.IGNORECASE)
        expected = [i for i, text in enumerate(texts) if compiled.search(text)]
        assert list(template.rule.find(block).rows) == expected


@pytest.mark.parametrize(
    ("pattern", "is_translated"),
    [
        (r"https?://\S+", True),
        (r"\b07\d{7,}\b", True),
        (r"£\s?\d+", True),
        (r"(?i)free|win\b.*call", True),
        (r"a(?=b)", False),
        (r"(a)\1", False),
        (r"(?<!\w)a", False),
        (r"\Ba", False),
        (r"(?>a+)b", False),
        (r"a++b", False),
        (r"a{2000}", False),
    ],
)
def test_what_re2_lacks_is_left_to_python(pattern: str, is_translated: bool) -> None:
    assert (to_re2(pattern, re.compile(pattern).flags) is not None) == is_translated
    texts = ["aab", "ab", "aa", "http://x", "0712345678", "a" * 2000, "£ 5", "win! call"]
    compiled = re.compile(pattern, re.IGNORECASE)
    expected = [i for i, text in enumerate(texts) if compiled.search(text)]
    assert rows_of(regex("r", pattern, 1), [*texts]) == expected


@pytest.mark.slow
def test_no_other_character_is_a_case_of_an_ascii_letter() -> None:
    letters = re.compile("[a-z]", re.IGNORECASE)
    assert [chr(c) for c in range(128, 0x110000) if letters.match(chr(c))] == [
        "\u0130", "\u0131", "\u017f", "\u212a"
    ]  # fmt: skip


def test_lone_surrogates_are_searched_too() -> None:
    texts: list[object] = ["\ud800 free", "free", "x"]
    assert rows_of(keywords("k", ["free"], 1), texts) == [0, 1]
    assert rows_of(regex("r", "fre+", 1), texts) == [0, 1]


def test_a_pattern_that_backtracks_for_ever_is_linear_in_a_block() -> None:
    assert rows_of(regex("r", r"^(a+)+$", 1), ["a" * 60 + "b", "aaa"]) == [1]


def test_a_block_that_was_searched_goes_at_once_and_waits_for_no_collector() -> None:
    block = Block(2, {"text": ["free", "other"]})
    assert len(block.records) == 2
    assert block.search.rows_with_any("text", True, ["free"]) == [0]
    gone = weakref.ref(block)
    del block
    assert gone() is None
