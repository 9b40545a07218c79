"""Conditions on rows, such as ``vendor = 'b' and length > 20``: read, never run as SQL or Python.

::

    condition  := and-part ("or" and-part)*
    and-part   := part ("and" part)*
    part       := "not" part | "(" condition ")" | test
    test       := column ("=" | "!=" | "<" | "<=" | ">" | ">=") value
                | column "contains" text
                | column ["not"] "in" "(" value ("," value)* ")"
                | column "is" ["not"] "null"

A column is a metadata column, or ``text``, ``length`` (in characters), ``uid``, ``role``,
``batch``, ``vendor``, ``source`` or ``given``; in double quotes where its name is no plain word.
``meta.COLUMN`` is always the metadata column, also where it has one of these names. A value is a
number (``-1``, ``.5``, ``1e3``) or a text in single quotes, in which ``''`` is one quote. Texts are
compared as they are, numbers as numbers: a value that is no number differs from each, and is
neither above nor below it. Above or below a text is refused where a column holds numbers only. A
class that ``given`` is compared with goes by a former name too, or by that of one merged into it.

A row without a value meets neither a test nor its opposite, as in SQL: ``a != 1``, ``a not in (1)``
and ``not a = 1`` are one. Only ``is null`` meets it, so that ``a is null or a != 1`` is every row
but those of 1.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.services.class_hints import class_number
from workbench.services.column_values import number_of
from workbench.services.grouping import IMPORTED
from workbench.services.project import Project

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<quoted>"[^"]+")|"""
    r"""(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])"""
    r"""|(?P<word>(?:meta\.)?\w+)|(?P<sign><=|>=|!=|<>|=|<|>|\(|\)|,))"""
)
_DIFFERS = ("!=", "<>")
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

OWN_NAMES = ("text", "length", "uid", "role", "batch", "vendor", "source", "given")
"""What is the project's own by these names, whatever columns were imported."""

_MAX_DEPTH = 50

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Answer:
    """Which rows meet a condition, and which do not; of the others it cannot be told."""

    yes: Mask
    no: Mask

    def __or__(self, other: _Answer) -> _Answer:
        return _Answer(self.yes | other.yes, self.no & other.no)

    def __and__(self, other: _Answer) -> _Answer:
        return _Answer(self.yes & other.yes, self.no | other.no)

    def __invert__(self) -> _Answer:
        return _Answer(self.no, self.yes)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: str
    at: int


def rows_where(project: Project, condition: str) -> Mask:
    """Return which examples meet a condition.

    Parameters
    ----------
    project
        The project.
    condition
        See the module.

    Returns
    -------
    ndarray
        Mask of shape (n,), bool.

    Raises
    ------
    UsageError
        If the condition cannot be read, or names a column that is not there.
    """
    return _Parser(project, condition).parse()


class _Parser:
    """A recursive descent over the tokens of one condition."""

    def __init__(self, project: Project, condition: str) -> None:
        self._project = project
        self._condition = condition
        self._tokens = self._read_tokens()
        self._next = 0
        self._depth = 0
        self._columns: dict[str, list[Any]] = {}

    def parse(self) -> Mask:
        """Return the mask of the whole condition."""
        answer = self._any()
        if self._peek() is not None:
            raise self._wrong("and, or, or the end")
        return answer.yes

    def _read_tokens(self) -> list[_Token]:
        tokens, at = [], 0
        while rest := self._condition[at:].strip():
            found = _TOKEN.match(self._condition, at)
            if found is None:
                raise self._error("cannot be read", self._condition.index(rest, at))
            kind = str(found.lastgroup)
            tokens.append(_Token(kind, found.group(kind), found.start(kind)))
            at = found.end()
        return tokens

    def _any(self) -> _Answer:
        answer = self._all()
        while self._take("word", "or"):
            answer = answer | self._all()
        return answer

    def _all(self) -> _Answer:
        answer = self._part()
        while self._take("word", "and"):
            answer = answer & self._part()
        return answer

    def _part(self) -> _Answer:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._error("is nested too deep", 0)
        try:
            if self._take("word", "not"):
                return ~self._part()
            if self._take("sign", "("):
                answer = self._any()
                if not self._take("sign", ")"):
                    raise self._wrong("a closing bracket")
                return answer
            return self._test()
        finally:
            self._depth -= 1

    def _test(self) -> _Answer:
        token = self._peek()
        if token is None or token.kind not in ("word", "quoted"):
            raise self._wrong("a column")
        self._next += 1
        name = token.value.strip('"')
        values = self._column(name, token.at)
        sign = self._peek()
        if sign is not None and sign.value in _ORDER:
            self._next += 1
            return self._ordered(values, _ORDER[sign.value])
        if sign is not None and (sign.value == "=" or sign.value in _DIFFERS):
            self._next += 1
            answer = self._equal(name, values)
            return ~answer if sign.value in _DIFFERS else answer
        if self._take("word", "contains"):
            part = str(self._value()).casefold()
            return _answer(values, lambda value: part in str(value).casefold())
        if self._take("word", "is"):
            is_not = self._take("word", "not")
            if not self._take("word", "null"):
                raise self._wrong("null")
            is_null = np.array([value is None for value in values], bool)
            answer = _Answer(is_null, ~is_null)
            return ~answer if is_not else answer
        is_not = self._take("word", "not")
        if not self._take("word", "in"):
            raise self._wrong("=, !=, <, <=, >, >=, in, contains or is null")
        answer = self._within(name, values)
        return ~answer if is_not else answer

    def _ordered(self, values: list[Any], compare: Callable[[Any, Any], bool]) -> _Answer:
        """Return the rows above or below the next value."""
        token = self._peek()
        wanted = self._value()
        if token is not None and isinstance(wanted, str):
            self._check_order(values, wanted, token)
        return _compared(values, compare, wanted)

    def _equal(self, name: str, values: list[Any]) -> _Answer:
        """Return the rows that have the next value."""
        token = self._peek()
        wanted = self._value()
        if token is not None and name == "given" and isinstance(wanted, str):
            try:
                wanted = str(self._project.label_set.name_of(class_number(self._project, wanted)))
            except UsageError as error:
                raise self._error(error.message, token.at, error.hint) from error
        return _compared(values, operator.eq, wanted)

    def _check_order(self, values: list[Any], wanted: str, token: _Token) -> None:
        """Raise where numbers would be put in the order of texts, in which 3 is above 20."""
        there = [value for value in values if value is not None]
        if there and all(number_of(value) is not None for value in there):
            number = wanted.strip()
            bare = f"Leave out the quotes: {number}" if number_of(number) is not None else None
            raise self._error(
                "the column holds numbers, and a text in quotes is none", token.at, bare
            )

    def _within(self, name: str, values: list[Any]) -> _Answer:
        """Return the rows that have one of the values of a list."""
        if not self._take("sign", "("):
            raise self._wrong("a list in brackets")
        answer = self._equal(name, values)
        while self._take("sign", ","):
            answer = answer | self._equal(name, values)
        if not self._take("sign", ")"):
            raise self._wrong("a comma or a closing bracket")
        return answer

    def _value(self) -> str | float:
        token = self._peek()
        if token is None or token.kind not in ("text", "number"):
            raise self._wrong("a number, or a text in single quotes")
        self._next += 1
        if token.kind == "number":
            return float(token.value)
        return token.value[1:-1].replace("''", "'")

    def _column(self, name: str, at: int) -> list[Any]:
        if name not in self._columns:
            self._columns[name] = self._load(name, at)
        return self._columns[name]

    def _load(self, name: str, at: int) -> list[Any]:
        examples = self._project.store.examples
        if name == "text":
            return list(examples.texts())
        if name == "length":
            return [len(text) for text in examples.texts()]
        if name == "uid":
            return list(examples.uids())
        if name == "given":
            numbers = examples.column("given_class")
            return [self._project.label_set.name_of(number) for number in numbers]
        imported = examples.metadata_columns()
        # A column may be called meta.x itself.
        if name not in imported and name.removeprefix(IMPORTED) in imported:
            return examples.metadata_column(name.removeprefix(IMPORTED))
        known = [*OWN_NAMES, *(f"{IMPORTED}{n}" if n in OWN_NAMES else n for n in imported)]
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            guess = f"Did you mean {near[0]!r}? " if near else ""
            raise self._error(
                f"there is no column {name[:80]!r}", at, f"{guess}Columns: {', '.join(known)}."
            )
        return examples.column(name)

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, kind: str, value: str) -> bool:
        token = self._peek()
        is_next = token is not None and token.kind == kind and token.value.lower() == value
        self._next += is_next
        return is_next

    def _wrong(self, expected: str) -> UsageError:
        token = self._peek()
        at = len(self._condition) if token is None else token.at
        return self._error(f"{expected} is expected", at)

    def _error(self, message: str, at: int, hint: str | None = None) -> UsageError:
        return UsageError(
            f"{self._condition[:80]!r}: {message}",
            place=f"the condition, character {at + 1}",
            hint=hint or "For example: vendor = 'b' and length > 20",
        )


def _compared(
    values: list[Any], compare: Callable[[Any, Any], bool], wanted: str | float
) -> _Answer:
    """Compare values with a number as numbers, and with a text as texts."""
    if isinstance(wanted, str):
        return _answer(values, lambda value: compare(_as_text(value), wanted))

    def meets(value: Any) -> bool:
        number = number_of(value)
        return number is not None and compare(number, wanted)

    return _answer(values, meets)


def _answer(values: list[Any], test: Callable[[Any], bool]) -> _Answer:
    """Test the values that are there."""
    is_there = np.array([value is not None for value in values], bool)
    yes = np.array([value is not None and test(value) for value in values], bool)
    return _Answer(yes, is_there & ~yes)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
