r"""Python regular expressions in the syntax of RE2, which matches in linear time.

RE2 (https://github.com/google/re2/wiki/Syntax) agrees with Python on what a concatenation, an
alternation and a repetition match, but not on ``\s``, ``\b``, ``$`` or case beyond ASCII. A
translation is made from Python's own parse: what a single character may be is asked of Python's
matcher, character by character, and written out. There are two: one that is exact for ASCII texts
without a newline at the end, and a loose one that finds all of any other text that Python finds,
and more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import import_module
from itertools import groupby
from typing import Any

_MAX_REPEAT = 1000
"""RE2 refuses larger counts."""

_MAX_LENGTH = 20_000

_NEVER = r"[^\x00-\x{10FFFF}]"
_BEYOND_ASCII = r"\x{80}-\x{10FFFF}"
_CASES_OF_ASCII = "\u0130\u0131\u017f\u212a"
"""All characters beyond ASCII that a letter of ASCII may match where case is ignored."""
_ONE_CHARACTER = frozenset({"LITERAL", "NOT_LITERAL", "IN", "ANY"})


class _UntranslatableError(Exception):
    """The pattern holds what RE2 lacks, or does otherwise."""


@lru_cache(maxsize=1024)
def to_re2(pattern: str, flags: int, *, loose: bool = False) -> str | None:
    r"""Translate a pattern.

    Parameters
    ----------
    pattern
        A regular expression that compiles in `re`.
    flags
        Its flags.
    loose
        Whether the translation is for any text.

    Returns
    -------
    str or None
        RE2 finds it in an ASCII text without a newline at the end where, and only where,
        `re.search` finds the original; if loose, in any text where `re.search` finds the original,
        and perhaps in others. None where there is no such pattern: lookaround, back references,
        atomic groups, ``\B``, huge counts.
    """
    try:
        tree = import_module("re._parser").parse(pattern, flags)
        translated = _Translation(loose).sequence(tree, tree.state.flags)
    except (_UntranslatableError, ImportError, AttributeError, RecursionError):
        return None
    return translated if len(translated) <= _MAX_LENGTH else None


class _Translation:
    """Writes the nodes of a parsed pattern as RE2; ``flags`` are those of the innermost group."""

    def __init__(self, loose: bool) -> None:
        self._loose = loose
        self._characters: dict[tuple[str, int], str] = {}
        self._write: dict[str, Callable[[Any, int], str]] = {
            "BRANCH": lambda value, flags: self._alternation(value[1], flags),
            "SUBPATTERN": self._group,
            "MAX_REPEAT": self._repeat,
            "MIN_REPEAT": self._repeat,
            "AT": self._position,
        }

    def sequence(self, nodes: Any, flags: int) -> str:
        """Write nodes one after the other."""
        return "".join(self._node(str(code), value, flags) for code, value in nodes)

    def _node(self, code: str, value: Any, flags: int) -> str:
        """Write one node."""
        if code in _ONE_CHARACTER:
            key = (f"{code} {value!r}", flags)
            if key not in self._characters:
                self._characters[key] = _character_class(code, value, flags, self._loose)
            return self._characters[key]
        if code not in self._write:
            raise _UntranslatableError
        return self._write[code](value, flags)

    def _alternation(self, branches: Iterable[Any], flags: int) -> str:
        return "(?:" + "|".join(self.sequence(branch, flags) for branch in branches) + ")"

    def _group(self, value: Any, flags: int) -> str:
        _, added, removed, nodes = value
        return f"(?:{self.sequence(nodes, (flags | added) & ~removed)})"

    def _repeat(self, value: Any, flags: int) -> str:
        low, high, nodes = value
        unbounded = str(high) == "MAXREPEAT"
        if low > _MAX_REPEAT or (not unbounded and high > _MAX_REPEAT):
            raise _UntranslatableError
        return f"(?:{self.sequence(nodes, flags)}){{{low},{'' if unbounded else high}}}"

    def _position(self, value: Any, flags: int) -> str:
        is_multiline = bool(flags & re.MULTILINE)
        match str(value):
            case "AT_BEGINNING":
                return "(?m:^)" if is_multiline else r"\A"
            case "AT_BEGINNING_STRING":
                return r"\A"
            case "AT_END" if is_multiline:
                return "(?m:$)"
            case "AT_END":  # it matches before a newline at the end, too
                return "" if self._loose else r"\z"
            case "AT_END_STRING":
                return r"\z"
            case "AT_BOUNDARY":
                return "" if self._loose else r"\b"
        raise _UntranslatableError


def _character_class(code: str, value: Any, flags: int, loose: bool) -> str:
    """Write the characters that a node matches: ASCII, found by trying each; loosely, others."""
    parser, compiler = import_module("re._parser"), import_module("re._compiler")
    state = parser.State()
    state.flags, state.str = flags, ""
    constants = import_module("re._constants")
    node = parser.SubPattern(state, [(getattr(constants, code), value)])
    matches = compiler.compile(node, flags).fullmatch
    codes = [number for number in range(128) if matches(chr(number))]
    beyond = ""
    if loose and (code != "LITERAL" or value > 127 or any(map(matches, _CASES_OF_ASCII))):
        beyond = _BEYOND_ASCII
    if not codes and not beyond:
        return _NEVER
    runs = [list(run) for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0])]
    spans = [(run[0][1], run[-1][1]) for run in runs]
    if len(codes) == 1 and not beyond:
        return rf"\x{codes[0]:02x}"
    written = (
        rf"\x{first:02x}" + (rf"-\x{last:02x}" if last > first else "") for first, last in spans
    )
    return f"[{''.join(written)}{beyond}]"


@lru_cache(maxsize=1024)
def literals(texts: tuple[str, ...]) -> str:
    """Return a pattern of RE2 that finds any of some texts, in any text."""
    return "|".join("".join(map(_literal, text)) for text in texts)


def _literal(character: str) -> str:
    """Write one character so that it stands for itself."""
    if character.isalnum() or not character.isascii():
        return character
    return rf"\x{ord(character):02x}"
