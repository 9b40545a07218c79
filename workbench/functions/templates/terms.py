"""The ``keywords`` and ``dictionary`` templates: a class where one of some words occurs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from workbench.errors import FunctionError
from workbench.functions.block import Block
from workbench.functions.decorator import shown
from workbench.functions.templates.base import (
    ColumnRule,
    Found,
    Template,
    Vote,
    checked_column,
    checked_flag,
    checked_label,
    checked_list,
    make_template,
)
from workbench.words import EDITION, fold_all, is_word, word_characters, words_of

_MANY_WORDS = 60
"""From here on texts are cut into words that are looked up, at a cost that does not grow."""


_PLAIN_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class TermRule(ColumnRule):
    r"""Votes where one of some terms occurs.

    A term is a word or a phrase. The blanks in a phrase stand for any run of white space. A whole
    word is one that nothing of a word touches (`workbench.words`); not ``\b``, which would never
    match around ``$100`` or ``c++``. Case is folded rather than ignored by a pattern: faster, and
    "straße" finds "STRASSE".

    Parameters
    ----------
    terms
        The terms, case-folded if ``folded``.
    folded
        Whether to search the case-folded text.
    whole_words
        Whether nothing may touch a term.
    """

    terms: tuple[str, ...]
    folded: bool
    whole_words: bool

    @cached_property
    def _words(self) -> frozenset[str]:
        """The terms that can be looked up among a text's words, if there are many."""
        words = frozenset(term for term in self.terms if is_word(term))
        return words if self.whole_words and len(words) >= _MANY_WORDS else frozenset()

    @cached_property
    def _phrases(self) -> tuple[tuple[str, ...], ...]:
        """The terms that must be searched for, cut at white space."""
        return tuple(tuple(term.split()) for term in self.terms if term not in self._words)

    @cached_property
    def _needles(self) -> tuple[str, ...]:
        """What every text with one of the phrases holds one of: their first words."""
        return tuple(dict.fromkeys(phrase[0] for phrase in self._phrases))

    @property
    def _needle_decides(self) -> bool:
        """Whether a text with a needle has a phrase for certain."""
        return not self.whole_words and all(len(phrase) == 1 for phrase in self._phrases)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Decides on ASCII texts that hold a needle, and sorts out most others."""
        return self._bounded(r"\w")

    @cached_property
    def _pattern_with_marks(self) -> re.Pattern[str]:
        """Decides on the others."""
        return self._bounded(word_characters()) if self.whole_words else self._pattern

    def _bounded(self, touching: str) -> re.Pattern[str]:
        """Return the pattern of the phrases, which none of some characters may touch."""
        alternatives = "|".join(r"\s+".join(map(re.escape, phrase)) for phrase in self._phrases)
        bounds = (f"(?<![{touching}])", f"(?![{touching}])") if self.whole_words else ("", "")
        return re.compile(f"{bounds[0]}(?:{alternatives}){bounds[1]}")

    def _has_phrase(self, text: str) -> bool:
        """Whether a text that holds a needle has a phrase."""
        # Marks only take words away: few texts are searched twice.
        if self._pattern.search(text) is None:
            return False
        return text.isascii() or self._pattern_with_marks.search(text) is not None

    @cached_property
    def _are_plain(self) -> bool:
        """Whether none of the words that are looked up has a mark."""
        return all(map(_PLAIN_WORD.fullmatch, self._words))

    def _has_word(self, text: str) -> bool:
        """Whether one of the words of a text is looked for."""
        if self._are_plain and self._words.isdisjoint(_PLAIN_WORD.findall(text)):
            return False
        return not self._words.isdisjoint(words_of(text))

    def expect(self, block: Block) -> None:
        """Let the block look for the needles of all templates in one pass."""
        block.search.expect_words(self.column, self.folded, self._needles)

    def find(self, block: Block) -> Found:
        """Return the rows in which a term occurs."""
        texts = block.texts(self.column, folded=self.folded)
        rows: Sequence[int] = []
        if self._needles:
            rows = block.search.rows_with_any(self.column, self.folded, self._needles)
            if not self._needle_decides:
                rows = [row for row in rows if self._has_phrase(texts[row])]
        if self._words:
            found = [row for row, text in enumerate(texts) if self._has_word(text)]
            rows = sorted({*rows, *found})
        return Found(rows)


def keywords(
    name: str,
    words: Iterable[str],
    label: Vote,
    *,
    column: str = "text",
    whole_words: bool = True,
    case_sensitive: bool = False,
    tags: Iterable[str] = (),
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
        Whether a word counts only where nothing of a word touches it: a letter, its accents and
        other marks, a digit, an underscore.
    case_sensitive
        Whether case must agree.
    tags
        Words to group labeling functions by.

    Returns
    -------
    Template
        The labeling function.

    Raises
    ------
    FunctionError
        If there is no word, a word is empty, or the label is neither text nor integer.
    """
    terms = checked_terms(words)
    return make_template(
        name,
        _rule(terms, label, column, whole_words, case_sensitive),
        kind="keywords",
        parameters={
            "words": list(terms),
            "label": checked_label(label),
            "column": column,
            "whole_words": whole_words,
            "case_sensitive": case_sensitive,
        },
        content=EDITION,
        tags=tags,
    )


def dictionary(
    name: str,
    file: str,
    label: Vote,
    *,
    column: str = "text",
    whole_words: bool = True,
    case_sensitive: bool = False,
    tags: Iterable[str] = (),
) -> Template:
    """Vote for a class where any term of a file occurs.

    The cost does not grow with the number of terms that are single words.

    Parameters
    ----------
    name
        Name of the labeling function.
    file
        Text file in UTF-8 with one word or phrase a line; the path starts at the project's folder.
        Blank lines and lines that begin with ``#`` do not count.
    label
        Class name or index to vote for.
    column
        The column to look in: ``text`` or a metadata column.
    whole_words
        Whether a term counts only where nothing of a word touches it: a letter, its accents and
        other marks, a digit, an underscore.
    case_sensitive
        Whether case must agree.
    tags
        Words to group labeling functions by.

    Returns
    -------
    Template
        The labeling function; a changed file makes a new version.

    Raises
    ------
    FunctionError
        If the file cannot be read or holds no term, or the label is neither text nor integer.
    """
    lines = read_text(file).splitlines()
    stripped = [line.strip() for line in lines]
    terms = tuple(dict.fromkeys(term for term in stripped if term and not term.startswith("#")))
    if not terms:
        raise FunctionError(f"{file} holds no term", hint="write one word or phrase a line")
    return make_template(
        name,
        _rule(terms, label, column, whole_words, case_sensitive),
        kind="dictionary",
        parameters={
            "file": file,
            "label": checked_label(label),
            "column": column,
            "whole_words": whole_words,
            "case_sensitive": case_sensitive,
        },
        content=digest(EDITION, *terms),
        tags=tags,
    )


def checked_terms(words: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct words, or refuse them."""
    terms = tuple(checked_list("words", words))
    if not terms:
        raise FunctionError("there are no words to look for", hint="give at least one word")
    for term in terms:
        if not isinstance(term, str) or not term.strip():
            raise FunctionError(f"{shown(term)} is no word", hint="each word is a text, not blank")
    return terms


def read_text(file: str, example: str = "terms.txt") -> str:
    """Return the text of a file; a relative path starts at the project's folder.

    ``example`` is the name of such a file, for the message that it is not there.
    """
    if not isinstance(file, str) or not file or "\0" in file:
        raise FunctionError(
            f"{shown(file)} is no file name",
            hint=f"write its path from the project's folder: 'labeling_functions/{example}'",
        )
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FunctionError(
            f"{file} cannot be read: {error.strerror}",
            hint=f"paths start at the project's folder: 'labeling_functions/{example}'",
        ) from None
    except UnicodeDecodeError:
        raise FunctionError(f"{file} is not UTF-8", hint="save it as UTF-8") from None


def digest(*parts: str) -> str:
    """Return a short hash of texts, in order."""
    hashed = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hashed.update(b"%d:" % len(data) + data)
    return hashed.hexdigest()


def _rule(
    terms: tuple[str, ...], label: Vote, column: str, whole_words: bool, case_sensitive: bool
) -> TermRule:
    """Make the rule, with its terms folded like the text it will search."""
    checked_flag("whole_words", whole_words)
    folded = not checked_flag("case_sensitive", case_sensitive)
    searched = tuple(dict.fromkeys(fold_all(terms))) if folded else terms
    return TermRule(checked_label(label), checked_column(column), searched, folded, whole_words)
