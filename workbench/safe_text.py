"""Hostile text made safe to show: what a terminal would act on becomes a visible sign."""

from __future__ import annotations

import re
from typing import Final

_C0_PICTURES: Final = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "␡"}

_INVISIBLE: Final = re.compile(
    "["
    "\x80-\x9f"  # C1 controls
    "\u00ad\u061c\u180e"  # soft hyphen, Arabic letter mark, Mongolian vowel separator
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, separators, bidi controls
    "\ufeff\ufff9-\ufffb"  # byte-order mark, interlinear annotation
    "\U000e0000-\U000e0fff"  # tags
    "\ud800-\udfff"  # halves of surrogate pairs
    "]"
)

_JOINER: Final = "\u200d"
"""Joins emoji into one; harmless, and needed to show them."""

_WORD_WIDTH: Final = 30


def safe(text: str, *, keep_lines: bool = False) -> str:
    r"""Return a text with every control, bidi and zero-width character made visible.

    Parameters
    ----------
    text
        Any text.
    keep_lines
        Keep newlines and tabs as they are; otherwise a newline becomes ``⏎`` and a tab ``␉``.

    Returns
    -------
    str
        C0 controls as their pictures (``␛``), others as ``⟨U+202E⟩``.

    Examples
    --------
    >>> safe("\x1b[31mred\n")
    '␛[31mred⏎'
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n")
    pictures = dict(_C0_PICTURES)
    if keep_lines:
        del pictures[0x0A], pictures[0x09]
    else:
        pictures[0x0A] = "⏎"
    return _INVISIBLE.sub(_name, text.translate(pictures))


def veiled(text: str) -> str:
    r"""Return a text of the same length with a visible sign for each sign that has none.

    For lines that are being edited: each place in what is shown is one in the text.

    Examples
    --------
    >>> veiled("\x1b[31mred\u202e")
    '␛[31mred␦'
    """
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub(_sign, text.translate(_C0_PICTURES))


def _sign(match: re.Match[str]) -> str:
    return match.group() if match.group() == _JOINER else "␦"


def _name(match: re.Match[str]) -> str:
    character = match.group()
    return character if character == _JOINER else f"⟨U+{ord(character):04X}⟩"


def one_line(text: str, width: int) -> str:
    """Return the beginning of a text in one safe line of at most ``width`` characters."""
    # More than the width is looked at, as folded white space gives room.
    folded = " ".join(safe(text[: 4 * width].replace("\n", " ")).split())
    is_cut = len(folded) > width or len(text) > 4 * width
    return folded[: width - 1] + "…" if is_cut and len(folded) >= width else folded


def one_word(word: str) -> str:
    """Return a word of a text as lists of words show it: a link or a block of code is cut."""
    return one_line(word, _WORD_WIDTH)
