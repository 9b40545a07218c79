"""The words that functions look for, and those that go with a belief, without running any code."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError
from workbench.methods.class_words import words_of_classes
from workbench.services.highlights import NO_WORDS, ModelWords, highlights
from workbench.services.trail import Vote

CLASSES = ("ham", "spam")

KEYWORDS = "keywords('offers', words=['free', 'big prize'], label='spam', column='text')"
REGEX = r"regex('calls', pattern='call\\s+\\d+', label='spam', column='text')"
PYTHON = '''
@labeling_function(tags=["about"])
def polite(record):
    """Says you."""
    if re.search(r"thank(s| you)", record.text):
        return "ham"
    return "ham" if "dinner" in record.text else ABSTAIN
'''


def vote(source: str, said: str | None = "spam") -> Vote:
    """Return a vote of a function with a source."""
    return Vote("f", said, said, True, "1", "python", "f.py", 1, source, 1)


def marked(text: str, *sources: str, words: ModelWords = NO_WORDS) -> list[str]:
    """Return the parts of a text that are brought out."""
    found = highlights(text, [vote(source) for source in sources], words, CLASSES)
    return [text[mark.start : mark.end] for mark in found]


def test_words_and_patterns_of_templates_are_found_in_any_case() -> None:
    assert marked("A FREE thing, a big prize", KEYWORDS) == ["FREE", "big prize"]
    assert marked("call  5556 now, offers for text", REGEX) == ["call  5556"]


def test_literals_and_patterns_of_a_function_are_found_but_not_names_or_docstrings() -> None:
    text = "thanks for dinner, ham and spam, about polite: Says you."
    assert marked(text, PYTHON) == ["thanks", "dinner"]


def test_a_function_that_abstains_has_nothing_to_show() -> None:
    assert highlights("free", [vote(KEYWORDS, None)], NO_WORDS, CLASSES) == []


def test_words_of_the_belief_are_left_out_where_a_function_has_them_and_by_class() -> None:
    words = ModelWords(1, {"free": "spam", "lunch": "ham"})
    assert marked("free lunch", KEYWORDS, words=words) == ["free", "lunch"]
    only = highlights("free lunch", [], words, CLASSES, believed=["ham"])
    assert [(mark.label, mark.by) for mark in only] == [("ham", None)]


@pytest.mark.timeout(60)
def test_a_pattern_that_may_take_for_ever_is_not_tried() -> None:
    assert marked("a" * 5_000, "regex('x', pattern='(a+)+$b', label='spam')") == []
    assert marked("a" * 5_000, "regex('x', pattern='a*a*a*b', label='spam')") == []


@given(st.text(max_size=60), st.text(max_size=60))
@settings(deadline=None, max_examples=50)
def test_any_source_and_text_give_parts_in_order_that_do_not_overlap(
    source: str, text: str
) -> None:
    found = highlights(text, [vote(source), vote(KEYWORDS), vote(PYTHON)], NO_WORDS, CLASSES)
    ends = [0, *(mark.end for mark in found)]
    assert all(end <= mark.start < mark.end for end, mark in zip(ends, found, strict=False))
    assert ends[-1] <= len(text)


def test_words_that_go_with_a_class_are_found_and_common_ones_are_not() -> None:
    texts = ["the cheap pill", "the nice lunch"] * 40
    probs = np.array([[0.1, 0.9], [0.9, 0.1]] * 40)
    words = words_of_classes(texts, probs)
    assert {word: k for word, (k, _) in words.items()} == {
        "cheap": 1,
        "pill": 1,
        "nice": 0,
        "lunch": 0,
    }


def test_beliefs_that_say_nothing_have_no_words() -> None:
    assert words_of_classes(["one two"] * 50, np.full((50, 2), 0.5)) == {}
    assert words_of_classes([], np.empty((0, 2))) == {}
    with pytest.raises(MethodError):
        words_of_classes(["one"], np.empty((2, 2)))
