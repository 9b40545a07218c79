"""Hostile text becomes visible signs, of a bounded size."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from workbench.tui.safe_text import one_line, page, safe

ANY_TEXT = st.text(alphabet=st.characters(codec="utf-32"), max_size=200)


def is_dangerous(character: str) -> bool:
    """Tell whether a terminal may act on a character, or hide it."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "␛[2J"),
        ("a\x00b", "a␀b"),
        ("\x7f", "␡"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("\u202e123", "⟨U+202E⟩123"),
        ("pass\u200bword", "pass⟨U+200B⟩word"),
        ("two\nlines", "two⏎lines"),
        ("two\r\nlines", "two⏎lines"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
        ("\u3164", "⟨U+3164⟩"),
        ("包裹", "包裹"),
    ],
)
def test_what_a_terminal_would_act_on_becomes_a_visible_sign(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_newlines_are_kept_where_asked_for_and_tabs_become_spaces() -> None:
    assert safe("a\nb\tc", keep_lines=True) == "a\nb   c"


def test_piled_accents_are_cut_to_three_and_counted() -> None:
    assert safe("e" + "\u0301" * 40) == "e" + "\u0301" * 3 + "⟨+37 marks⟩"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("👩\u200d👧", "👩👧"),
        ("👩\U0001f3fd\u200d❤\ufe0f\u200d👩", "👩❤👩"),
        ("1\ufe0f\u20e3", "1\u20e3"),
    ],
)
def test_emoji_lose_their_joiners_but_stay(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pass\u200dword", "pass⟨U+200D⟩word"),
        ("a\ufe0fb", "a⟨U+FE0F⟩b"),
        ("👩\u200dx", "👩⟨U+200D⟩x"),
        ("a\U0001d173b", "a⟨U+1D173⟩b"),
    ],
)
def test_joiners_elsewhere_are_shown_as_what_they_hide(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_no_sign_of_format_is_left() -> None:
    signs = [chr(i) for i in range(0x110000) if unicodedata.category(chr(i)) == "Cf"]
    assert [sign for sign in signs if sign in safe(f"x{sign}x")] == []


@given(ANY_TEXT)
@settings(deadline=None, max_examples=50)
def test_nothing_dangerous_is_left_in_any_text(text: str) -> None:
    assert not any(is_dangerous(c) for c in safe(text))
    assert not any(is_dangerous(c) for c in safe(text, keep_lines=True) if c != "\n")


@given(ANY_TEXT, st.integers(1, 60))
@settings(deadline=None, max_examples=50)
def test_a_list_row_is_one_safe_line(text: str, width: int) -> None:
    line = one_line(text, width)
    assert "\n" not in line
    assert not any(is_dangerous(c) for c in line)


def test_a_huge_text_is_shown_up_to_the_limit_with_a_word_on_the_rest() -> None:
    shown = page("x" * 100_000, limit=1_696)
    assert shown.plain.endswith("… 98,304 more characters")
    assert cell_len(shown.plain) < 2_000


def test_the_next_page_begins_where_the_last_one_ended() -> None:
    shown = page("abcdef", 3, limit=2).plain
    assert shown == "3 characters before …\nde\n… 1 more characters"


def test_a_text_that_looks_empty_is_called_so() -> None:
    assert "no visible character" in page(" \n ").plain
