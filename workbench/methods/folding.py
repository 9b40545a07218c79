"""The forms of a text in which duplicates are looked for: folded, its letters, its signs."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)
_WIDE_SEPARATORS = re.compile(r"(?:(?![\x00-\x7f])\W)+")
_ASCII_SEPARATORS = {i: " " for i in range(128) if not chr(i).isalnum()}

_SIGNS: Final = {"Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Cf"}
"""Categories of Unicode: punctuation, symbols, and the tags that name a flag; marks spell."""

_RUN = re.compile(r"[^\w\s]+")
_CLOSING: Final = ".,;:!…。、।॥؛،۔'\"“”‘’»›)]"
_OPENING: Final = "'\"“”„‚‘’«‹([¿¡"
_WITHIN: Final = frozenset(_CLOSING + _OPENING + "`-‐‑–—/@")
_ALONE: Final = frozenset(".,!…。-‐–—")
_TRAILING: Final = ".,!…。"


def fold(text: str) -> str:
    """Fold what no reader sees: NFKC, case, white space, characters without a glyph.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        The folded text, with every symbol.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    seen = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return " ".join(unicodedata.normalize("NFKC", seen.casefold()).split())


def letters_of(folded: str) -> str:
    """Reduce a folded text to its letters and digits; all else becomes one space.

    Combining marks that spell a letter stay.

    Parameters
    ----------
    folded
        As of `fold`.

    Returns
    -------
    str
        The letters; empty where there is no letter or digit.
    """
    if "_" not in folded and _RUN.search(folded) is None:
        return folded
    spaced = folded.translate(_ASCII_SEPARATORS)
    if not folded.isascii():
        spaced = _WIDE_SEPARATORS.sub(_keep_marks, spaced)
    return " ".join(spaced.split())


def signs_of(folded: str) -> str:
    """Return the symbols that say something: emoji, operators, currencies, question marks.

    Punctuation of prose says next to nothing: full stops, commas, quotes, a hyphen, a trailing
    exclamation mark. A symbol beyond ASCII counts once however often it is repeated in a row.

    Parameters
    ----------
    folded
        As of `fold`.

    Returns
    -------
    str
        The symbols in their order.
    """
    kept: list[str] = []
    for match in _RUN.finditer(folded):
        for sign in _without_punctuation(folded, match):
            is_repeated = bool(kept) and kept[-1] == sign and sign > "\x7f"
            if not is_repeated and unicodedata.category(sign) in _SIGNS:
                kept.append(sign)
    return "".join(kept)


def _keep_marks(match: re.Match[str]) -> str:
    """Return what stays of a run without letters and digits: marks, and a space for the rest."""
    return "".join(c if unicodedata.category(c).startswith("M") else " " for c in match.group())


def _without_punctuation(text: str, match: re.Match[str]) -> str:
    """Return a run of symbols without the marks that prose has at such a place."""
    run, start, end = match.group(), match.start(), match.end()
    follows_word = start > 0 and not text[start - 1].isspace()
    meets_word = end < len(text) and not text[end].isspace()
    if follows_word and meets_word:
        is_prose = _WITHIN.issuperset(run) and not (
            text[start - 1].isdigit() and text[end].isdigit()
        )
        return "" if is_prose else run
    if follows_word:
        return run.rstrip(_CLOSING)
    if meets_word:
        return run.lstrip(_OPENING)
    # Between two numbers a dash is an operator.
    is_prose = _ALONE.issuperset(run) and not (
        text[max(start - 2, 0) : start - 1].isdigit() and text[end + 1 : end + 2].isdigit()
    )
    return "" if is_prose else run.rstrip(_TRAILING)
