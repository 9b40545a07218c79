r"""What counts as one word, and as one spelling of it, wherever words are looked for.

A word is a run of letters, digits, underscores and the marks that continue a letter: ``\w`` leaves
the marks out, so that it ends "cafe\N{COMBINING ACUTE ACCENT}" before its accent and most words of
Hindi in their middle. Variation selectors are no such marks: they follow emoji.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from typing import Final

EDITION: Final = "words 2"
"""Goes into the versions of functions that look for words: change it with what this module says."""

UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Scripts that put no space between words: Thai, Lao, Burmese, Khmer, kana, Han."""

_ASCII_WORD: Final = re.compile(r"\w+")
_ASCII_BREAK: Final = re.compile(r"[^\w\s]+")
_MARKS = frozenset({"Mn", "Mc"})
_VARIATION = frozenset({*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})
_LAST_MARK: Final = 0x1FFFF
"""All marks but variation selectors lie before."""

_DOTTED_I, _DOTLESS_I = "i\u0307", "\u0131"
"""What case folding makes of the capital of "i" in Turkish, and the small letter of "I"."""


def fold_all(texts: Iterable[str]) -> list[str]:
    """Return texts in which case does not count, in whatever language.

    It is Unicode's case folding, and the letters i of Turkish are one, as in `re.IGNORECASE`:
    what that finds of a text without white space is found in the folded text, too.
    """
    return [
        # The same for ASCII, and faster.
        text.lower()
        if text.isascii()
        else text.casefold().replace(_DOTTED_I, "i").replace(_DOTLESS_I, "i")
        for text in texts
    ]


def words_of(text: str) -> list[str]:
    """Return the words of a text, in order."""
    return (_ASCII_WORD if text.isascii() else _any_word()).findall(text)


def is_word(text: str) -> bool:
    """Whether a text is one word and nothing else."""
    return (_ASCII_WORD if text.isascii() else _any_word()).fullmatch(text) is not None


def pieces_of(text: str) -> list[str]:
    """Return a text cut at all that is neither of a word nor white space."""
    return (_ASCII_BREAK if text.isascii() else _any_break()).split(text)


@cache
def word_characters() -> str:
    r"""Return what a word is made of, to stand in the brackets of a pattern of `re`.

    For ASCII texts ``\w`` says the same, and is faster.
    """
    categories = map(unicodedata.category, map(chr, range(_LAST_MARK + 1)))
    codes = [
        code
        for code, category in enumerate(categories)
        if category in _MARKS and code not in _VARIATION
    ]
    runs = [list(run) for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0])]
    return r"\w" + "".join(f"{chr(run[0][1])}-{chr(run[-1][1])}" for run in runs)


@cache
def _any_word() -> re.Pattern[str]:
    return re.compile(f"[{word_characters()}]+")


@cache
def _any_break() -> re.Pattern[str]:
    return re.compile(rf"[^{word_characters()}\s]+")
