"""Which rows, in a few words: ``free prize label:spam confidence<0.6 sort:confidence``."""

from __future__ import annotations

import difflib
import re
import shlex
from dataclasses import dataclass, field, replace
from typing import Final

from workbench.errors import UsageError
from workbench.words import UNSPACED

FIELDS: Final = {
    "label": "the class that the row has now, or none",
    "origin": "where the label comes from: correction, annotation, given, model, default, or none",
    "given": "the class that came with the row, or none",
    "role": "train, production or evaluation",
    "batch": "the batch it was imported with",
    "vendor": "who delivered it",
    "lf": "a labeling function that votes on it, or none",
    "vote": "a class that some labeling function votes for",
    "is": "decided, undecided, flagged, suspect, duplicate, proposed or conflict",
    "uid": "the row's uid, or how it begins",
    "where": "a condition on any column, as for propose: where:\"price > 5 and channel = 'app'\"",
    "sort": "order, confidence, length, label or id; with - in front the other way round",
}
"""What can be asked for as ``name:value``, and what it means."""

STATES: Final = (
    "decided",
    "undecided",
    "flagged",
    "suspect",
    "duplicate",
    "proposed",
    "conflict",
)
ORDERS: Final = ("order", "confidence", "length", "label", "uid")
NONE: Final = "none"

_NUMBER = re.compile(r"(confidence|length)(<=|>=|<|>)([0-9.]+)")
_WORD = re.compile(r"\w", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``confidence`` or ``length`` (in characters) against a number; ``sign`` is <, <=, > or >=."""

    what: str
    sign: str
    number: float


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows, and in which order; all that is said must hold.

    ``words`` are searched in the texts, ``-word`` must not be there, ``"two words"`` stand side by
    side. ``wanted`` are pairs of a name in `FIELDS` and a value; several values of one name are
    alternatives.
    """

    words: tuple[str, ...] = ()
    wanted: tuple[tuple[str, str], ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    sort: str = "order"
    text: str = field(default="", compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether it asks for every row."""
        return not (self.words or self.wanted or self.comparisons)

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values that are asked for under a name."""
        return tuple(value for key, value in self.wanted if key == name)

    def sorted_by(self, order: str) -> RowFilter:
        """Return the same rows in another order."""
        kept = [part for part in self.text.split() if not part.startswith("sort:")]
        text = " ".join([*kept, *([f"sort:{order}"] if order != "order" else [])])
        return replace(self, sort=order, text=text)


def parse_filter(text: str) -> RowFilter:
    """Return what a line asks for.

    Parameters
    ----------
    text
        Words, ``name:value`` and ``confidence<0.6``, in any order.

    Raises
    ------
    UsageError
        If a name, a state or an order is not known, or a quotation is not closed.
    """
    try:
        parts = list(_parts(text))
    except ValueError as error:
        raise UsageError("a quotation is not closed", hint='As in: "two words"') from error
    words: list[str] = []
    wanted: list[tuple[str, str]] = []
    comparisons: list[Comparison] = []
    sort = "order"
    for part in parts:
        number = _NUMBER.fullmatch(part)
        name, colon, value = part.partition(":")
        if number is not None:
            comparisons.append(Comparison(number[1], number[2], _number(number[3])))
        elif colon and value and name.isalpha() and name.islower():
            _check(name, value)
            if name == "sort":
                sort = value
            else:
                wanted.append((name, value))
        else:
            words.append(part)
    return RowFilter(tuple(words), tuple(wanted), tuple(comparisons), sort, text.strip())


def _parts(text: str) -> shlex.shlex:
    """Split at blanks outside of double quotes; nothing else is special, as it is in shells."""
    parts = shlex.shlex(text, posix=True)
    parts.whitespace_split, parts.commenters = True, ""
    parts.quotes, parts.escape = '"', ""
    return parts


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no number") from error


def _check(name: str, value: str) -> None:
    if name not in FIELDS:
        near = difflib.get_close_matches(name, FIELDS, n=1)
        guess = f"Did you mean {near[0]}:? " if near else ""
        raise UsageError(
            f"there is nothing called {name!r} to filter by",
            hint=f'{guess}There are {", ".join(FIELDS)}; for a colon in a text write "{name} …".',
        )
    allowed = {"is": STATES, "sort": ORDERS}.get(name)
    if allowed and value.removeprefix("-") not in allowed:
        raise UsageError(f"{name}:{value} is not known", hint=f"{name}: {', '.join(allowed)}.")


def fts_queries(words: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
    """Return what must hold and what must not, as queries of FTS5, and what is found as it stands.

    Each word also finds those that begin with it. What holds no letter or digit, or is of a script
    that writes no blanks, is looked for as it stands.

    Parameters
    ----------
    words
        From a `RowFilter`.
    """
    wanted, refused, plain = [], [], []
    for word in words:
        bare = word.removeprefix("-")
        if not _WORD.search(bare) or UNSPACED.search(bare):
            plain.append(word)
            continue
        quoted = '"' + bare.replace('"', '""').replace("\x00", " ") + '"'
        if word.startswith("-"):
            refused.append(quoted)
        else:
            wanted.append(quoted + ("*" if bare[-1].isalnum() else ""))
    return " AND ".join(wanted), " OR ".join(refused), tuple(plain)
