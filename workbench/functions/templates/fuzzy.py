"""The ``fuzzy`` template: words as people misspell them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from workbench.errors import FunctionError
from workbench.functions.block import Block
from workbench.functions.templates.base import (
    ColumnRule,
    Found,
    Template,
    Vote,
    checked_column,
    checked_label,
    checked_number,
    make_template,
)
from workbench.functions.templates.terms import checked_terms
from workbench.words import EDITION, fold_all


@dataclass(frozen=True)
class FuzzyRule(ColumnRule):
    """Votes where a part of the case-folded text is nearly one of some terms."""

    terms: tuple[str, ...]
    min_score: float

    def find(self, block: Block) -> Found:
        """Return the rows with a term or what resembles one."""
        fuzz = import_module("rapidfuzz.fuzz")

        rows = []
        for row, text in enumerate(block.texts(self.column, folded=True)):
            # A text shorter than the term would be looked for in the term.
            scores = (
                fuzz.partial_ratio(term, text, score_cutoff=self.min_score)
                if len(text) >= len(term)
                else fuzz.ratio(term, text, score_cutoff=self.min_score)
                for term in self.terms
            )
            if any(scores):
                rows.append(row)
        return Found(rows)


def fuzzy(
    name: str,
    words: Iterable[str],
    label: Vote,
    *,
    min_score: float = 85,
    column: str = "text",
    tags: Iterable[str] = (),
) -> Template:
    """Vote for a class where a part of a text resembles one of the words.

    Needs rapidfuzz: ``pip install 'workbench[fuzzy]'``.

    Parameters
    ----------
    name
        Name of the labeling function.
    words
        Words or phrases; case does not count.
    label
        Class name or index to vote for.
    min_score
        Least similarity, 0 to 100: ``rapidfuzz.fuzz.partial_ratio``, which is 100 where the word
        occurs as it is and about ``100 (1 - 1 / length)`` with one letter wrong.
    column
        The column to look in: ``text`` or a metadata column.
    tags
        Words to group labeling functions by.

    Returns
    -------
    Template
        The labeling function.

    Raises
    ------
    FunctionError
        If rapidfuzz is not installed, or an argument cannot be used.
    """
    terms = checked_terms(words)
    score = checked_number("min_score", min_score, low=1, high=100)
    if find_spec("rapidfuzz") is None:
        raise FunctionError(
            "the template 'fuzzy' needs rapidfuzz", hint="pip install 'workbench[fuzzy]'"
        )
    folded = tuple(dict.fromkeys(fold_all(terms)))
    rule = FuzzyRule(checked_label(label), checked_column(column), folded, score)
    return make_template(
        name,
        rule,
        kind="fuzzy",
        parameters={
            "words": list(terms),
            "label": rule.label,
            "min_score": min_score,
            "column": column,
        },
        content=EDITION,
        tags=tags,
    )
