"""The ``regex`` template."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

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
    make_template,
)
from workbench.functions.translate import to_re2


@dataclass(frozen=True)
class PatternRule(ColumnRule):
    """Votes where a regular expression is found.

    Parameters
    ----------
    pattern
        The expression, compiled.
    """

    pattern: re.Pattern[str]

    may_hang: ClassVar[bool] = True
    """One text may take for ever: the time limit of a row holds for a whole block."""

    @property
    def note(self) -> str | None:
        """How it is searched, where that is slower than with RE2."""
        if to_re2(self.pattern.pattern, self.pattern.flags) is None:
            return "RE2 has no such pattern; it is searched row by row with Python's re"
        return None

    def expect(self, block: Block) -> None:
        """Let the block look for the patterns of all templates in one pass."""
        block.search.expect_pattern(self.column, self.pattern)

    def find(self, block: Block) -> Found:
        """Return the rows in whose column the expression is found."""
        return Found(block.search.rows_matching(self.column, self.pattern))


def regex(
    name: str,
    pattern: str,
    label: Vote,
    *,
    column: str = "text",
    case_sensitive: bool = False,
    tags: Iterable[str] = (),
) -> Template:
    r"""Vote for a class where a regular expression is found (`re.search`).

    A call at module level is enough: the result need not be assigned. Large blocks are searched
    with RE2, in linear time. Patterns with lookaround, back references, atomic groups or ``\B``
    are searched with `re`, and so are those texts that are not ASCII, or end with a newline, and
    may match. The votes are the same.

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
    tags
        Words to group labeling functions by.

    Returns
    -------
    Template
        The labeling function.

    Raises
    ------
    FunctionError
        If the pattern is empty or does not compile, or the label is neither text nor integer.
    """
    if not isinstance(pattern, str):
        raise FunctionError(f"{shown(pattern)} is no regular expression", hint="write it as a text")
    if not pattern:
        raise FunctionError("the regular expression is empty", hint="every text would match it")
    try:
        flags = 0 if checked_flag("case_sensitive", case_sensitive) else re.IGNORECASE
        compiled = re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise FunctionError(
            f"the regular expression {shown(pattern)} does not compile: {error}"
        ) from None
    rule = PatternRule(checked_label(label), checked_column(column), compiled)
    return make_template(
        name,
        rule,
        kind="regex",
        parameters={
            "pattern": pattern,
            "label": rule.label,
            "column": column,
            "case_sensitive": case_sensitive,
        },
        tags=tags,
    )
