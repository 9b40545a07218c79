"""Labeling functions from parameters alone: word lists and regular expressions."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, SupportsIndex

from workbench.errors import FunctionError
from workbench.functions.decorator import LabelingFunction, checked_name
from workbench.types import ABSTAIN

Vote = int | str
"""A class index, a class name, or `ABSTAIN`."""


@dataclass(frozen=True)
class ColumnPattern:
    """Vote ``label`` where ``pattern`` is found in a column, else abstain.

    Parameters
    ----------
    pattern
        What to search for.
    label
        The class, by index or name.
    column
        Where to search.
    folded
        Whether to search the case-folded text.
    needles
        If not empty, every match holds one of them. Looking for them first makes `batch` some
        four times faster than the pattern alone.
    """

    pattern: re.Pattern[str]
    label: Vote
    column: str
    folded: bool = False
    needles: frozenset[str] = frozenset()

    def __call__(self, record: Any) -> Vote:
        """Return the vote on one record."""
        return self.label if self.pattern.search(self._text(record)) else ABSTAIN

    def batch(self, records: Sequence[Any]) -> list[Vote]:
        """Return the votes of many records, in order."""
        texts = [self._text(record) for record in records]
        label, search = self.label, self.pattern.search
        if not self.needles:
            return [label if search(text) else ABSTAIN for text in texts]
        votes: list[Vote] = [ABSTAIN] * len(texts)
        for needle in self.needles:
            for row in [row for row, text in enumerate(texts) if needle in text]:
                if votes[row] == ABSTAIN and search(texts[row]):
                    votes[row] = label
        return votes

    def _text(self, record: Any) -> str:
        """Return the column as text; a missing value is the empty text."""
        value = getattr(record, self.column)
        if not isinstance(value, str):
            # NaN, which is not equal to itself, is an empty cell of a numeric column.
            value = "" if value is None or value != value else str(value)
        return value.casefold() if self.folded else value


@dataclass(frozen=True, eq=False)
class Template(LabelingFunction):
    """A labeling function that its parameters describe completely.

    Parameters
    ----------
    kind
        The template: ``"keywords"`` or ``"regex"``.
    parameters
        What it was made with, except its name; they are its version.
    """

    function: ColumnPattern
    kind: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)

    @property
    def label(self) -> Vote:
        """The class, by index or name, that it votes for."""
        return self.function.label

    @property
    def source(self) -> str:
        """The call that makes it."""
        arguments = ", ".join(f"{key}={value!r}" for key, value in self.parameters.items())
        return f"{self.kind}({self.name!r}, {arguments})"

    def vote(self, record: Any) -> Vote:
        """Return the vote on one record: ``label`` or `ABSTAIN`."""
        return self.function(record)

    def vote_batch(self, records: Sequence[Any]) -> list[Vote]:
        """Return the votes on many records: the same as `vote` on each, at less cost."""
        return self.function.batch(records)


def keywords(
    name: str,
    words: Iterable[str],
    label: Vote,
    *,
    column: str = "text",
    whole_words: bool = True,
    case_sensitive: bool = False,
) -> Template:
    """Vote for a class where any of the words occurs.

    A call at module level is enough: the result need not be assigned.

    Parameters
    ----------
    name
        Name of the labeling function.
    words
        Words or phrases; a blank in a phrase stands for any run of white space.
    label
        Class name or index to vote for.
    column
        The column to look in: ``text`` or a metadata column.
    whole_words
        Whether a word counts only where no letter, digit or underscore touches it.
    case_sensitive
        Whether case must agree.

    Returns
    -------
    Template
        The labeling function.

    Raises
    ------
    FunctionError
        If there is no word, a word is empty, or the label is neither text nor integer.
    """
    if isinstance(words, str):
        raise FunctionError(
            f"words must be a list, not the text {words!r}", hint=f"write [{words!r}]"
        )
    unique = tuple(dict.fromkeys(words))
    if not unique:
        raise FunctionError("there are no words to look for", hint="give at least one word")
    for word in unique:
        if not isinstance(word, str) or not word.strip():
            raise FunctionError(f"{word!r} is no word", hint="each word is a text, not blank")
    # Case is folded rather than ignored by the pattern: faster, and "straße" finds "STRASSE".
    phrases = [(word if case_sensitive else word.casefold()).split() for word in unique]
    alternatives = "|".join(r"\s+".join(map(re.escape, phrase)) for phrase in phrases)
    # Not \b: it would never match around words such as "$100" or "c++".
    expression = rf"(?<!\w)(?:{alternatives})(?!\w)" if whole_words else f"(?:{alternatives})"
    checked_label, checked_column = _checked_label(label), _checked_column(column)
    return Template(
        name=checked_name(name),
        function=ColumnPattern(
            re.compile(expression),
            checked_label,
            checked_column,
            folded=not case_sensitive,
            needles=frozenset(phrase[0] for phrase in phrases),
        ),
        kind="keywords",
        parameters={
            "words": list(unique),
            "label": checked_label,
            "column": column,
            "whole_words": whole_words,
            "case_sensitive": case_sensitive,
        },
    )


def regex(
    name: str,
    pattern: str,
    label: Vote,
    *,
    column: str = "text",
    case_sensitive: bool = False,
) -> Template:
    """Vote for a class where a regular expression is found (`re.search`).

    A call at module level is enough: the result need not be assigned.

    Parameters
    ----------
    name
        Name of the labeling function.
    pattern
        Regular expression in Python's `re` syntax.
    label
        Class name or index to vote for.
    column
        The column to look in: ``text`` or a metadata column.
    case_sensitive
        Whether case must agree.

    Returns
    -------
    Template
        The labeling function.

    Raises
    ------
    FunctionError
        If the pattern is empty or does not compile, or the label is neither text nor integer.
    """
    if not isinstance(pattern, str) or not pattern:
        raise FunctionError(f"{pattern!r} is no regular expression", hint="write it as a text")
    try:
        compiled = re.compile(pattern, 0 if case_sensitive else re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise FunctionError(
            f"the regular expression {pattern!r} does not compile: {error}"
        ) from None
    checked_label, checked_column = _checked_label(label), _checked_column(column)
    return Template(
        name=checked_name(name),
        function=ColumnPattern(compiled, checked_label, checked_column),
        kind="regex",
        parameters={
            "pattern": pattern,
            "label": checked_label,
            "column": column,
            "case_sensitive": case_sensitive,
        },
    )


def _checked_column(column: object) -> str:
    """Refuse what names no column."""
    if not isinstance(column, str) or not column:
        raise FunctionError(f"{column!r} is no column name")
    return column


def _checked_label(label: object) -> Vote:
    """Refuse labels that are neither a class name nor a class index."""
    if isinstance(label, str) and label:
        return label
    if isinstance(label, bool) or not isinstance(label, SupportsIndex):
        raise FunctionError(
            f"{label!r} is no label", hint="a label is a class name or a class index (0, 1, ...)"
        )
    value = operator.index(label)
    if value < 0:
        raise FunctionError(
            f"{value} is no label: a template abstains by itself where nothing is found",
            hint="give the class to vote for",
        )
    return value
