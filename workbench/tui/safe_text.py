"""Hostile text as Rich text: nothing in it is interpreted, and its size is bounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rich.text import Text

from workbench.safe_text import one_line as _one_line
from workbench.safe_text import safe as _safe

PAGE_CHARACTERS: Final = 20_000
"""What a document pane lays out at once: about 250 lines of 80 columns."""

_MARKS: Final = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_PILE: Final = re.compile(f"({_MARKS}{{3}}){_MARKS}+")

_BLANKS: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u200d\u2800\u3164\ufe00-\ufe0f\uffa0"
    # Signs of format that only some scripts know.
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a]"
)
"""Signs without ink: a text of these looks empty, and terminals disagree on their width."""

_EMOJI: Final = "[#*0-9\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]"
_PRESENTATION: Final = re.compile(
    f"(?<={_EMOJI})[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d(?={_EMOJI}))?"
)
"""Joiners, variation selectors and skin tones of emoji: terminals disagree on how wide these make
a cell. Elsewhere they can only hide something, and are shown."""


def safe(text: str, *, keep_lines: bool = False) -> str:
    r"""Return a text that a terminal shows and never acts on, in cells of a known width.

    Parameters
    ----------
    text
        Any text.
    keep_lines
        Keep newlines, and tabs as spaces; otherwise a newline becomes ``⏎``.

    Returns
    -------
    str
        Controls, bidi and zero-width characters as visible signs (see `workbench.safe_text`);
        piles of accents cut to three; emoji without joiners, so that the columns stay straight.

    Examples
    --------
    >>> safe("e" + 40 * "\u0301") == "e" + 3 * "\u0301" + "⟨+37 marks⟩"
    True
    """
    text = _safe(text, keep_lines=keep_lines)
    if text.isascii():
        return text.expandtabs(4) if keep_lines else text
    text = _BLANKS.sub(lambda blank: f"⟨U+{ord(blank[0]):04X}⟩", _PRESENTATION.sub("", text))
    text = _PILE.sub(lambda pile: f"{pile[1]}⟨+{len(pile[0]) - 3} marks⟩", text)
    return text.expandtabs(4) if keep_lines else text


def one_line(text: str, width: int = 300) -> str:
    """Return the beginning of a text as one safe line."""
    return safe(_one_line(text, width))


def page(
    text: str,
    start: int = 0,
    *,
    limit: int = PAGE_CHARACTERS,
    marks: Sequence[tuple[int, int, str]] = (),
    more: str = "",
) -> Text:
    """Return a part of a text for a document pane, with a word on what is left out.

    Parameters
    ----------
    text
        The whole text.
    start
        The first character to show.
    limit
        The most characters to show.
    marks
        Parts to bring out, in order: where each begins and ends in the text, and its style.
    more
        The key that shows more, where one does.
    """
    part = text[start : start + limit]
    rest = len(text) - start - len(part)
    shown = Text(overflow="fold")
    if start:
        shown.append(f"{start:,} characters before …\n", style="dim italic")
    here = start
    for begin, end, style in marks:
        if here <= begin and end <= start + len(part):
            shown.append(safe(text[here:begin], keep_lines=True))
            shown.append(safe(text[begin:end], keep_lines=True), style=style)
            here = end
    shown.append(safe(text[here : start + len(part)], keep_lines=True))
    if not part.strip():
        shown.append("⟨no visible character⟩", style="dim italic")
    if rest > 0:
        by = f" ({more})" if more else ""
        shown.append(f"\n… {rest:,} more characters{by}", style="dim italic")
    return shown
