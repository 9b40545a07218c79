"""The ``length`` and ``metadata`` templates: a class by what a column's value is."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal, get_args

from workbench.errors import FunctionError
from workbench.functions.block import Block, as_text, is_empty
from workbench.functions.decorator import shown
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

Unit = Literal["characters", "words"]
"""What a length is counted in; words are what white space separates."""

Operator = Literal[
    "==", "!=", "<", "<=", ">", ">=", "in", "not in", "contains", "is empty", "is not empty"
]
"""How a value is compared."""

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class CellError(TypeError):
    """A cell that does not compare: the same at each attempt, until the data are others."""


@dataclass(frozen=True)
class LengthRule(ColumnRule):
    """Votes where a text's length lies between two bounds, both allowed."""

    minimum: float
    maximum: float
    unit: Unit

    def find(self, block: Block) -> Found:
        """Return the rows of such length."""
        texts = block.texts(self.column)
        lengths = map(len, texts if self.unit == "characters" else map(str.split, texts))
        low, high = self.minimum, self.maximum
        return Found([row for row, length in enumerate(lengths) if low <= length <= high])


@dataclass(frozen=True)
class ValueRule(ColumnRule):
    """Votes where a column's value passes a test; an empty cell passes only tests of emptiness."""

    operator: Operator
    value: Any

    def find(self, block: Block) -> Found:
        """Return the rows that pass."""
        values, test = block.values(self.column), self._test()
        if self.operator == "is empty":
            return Found([row for row, value in enumerate(values) if is_empty(value)])
        rows = (row for row, value in enumerate(values) if not is_empty(value))
        return Found([row for row in rows if test(values[row])])

    def _test(self) -> Callable[[Any], bool]:
        """Return the test of one value that is not empty."""
        wanted = self.value
        match self.operator:
            case "==":
                return lambda value: bool(_alike(value, wanted) == wanted)
            case "!=":
                return lambda value: bool(_alike(value, wanted) != wanted)
            case "in":
                return lambda value: any(_alike(value, one) == one for one in wanted)
            case "not in":
                return lambda value: all(_alike(value, one) != one for one in wanted)
            case "contains":
                return lambda value: wanted in as_text(value)
            case "is empty" | "is not empty":
                return lambda value: True
        return self._compare

    def _compare(self, value: Any) -> bool:
        """Tell on which side of the number or text a value is that is not empty."""
        try:
            return bool(_ORDER[self.operator](_alike(value, self.value), self.value))
        except TypeError:
            raise CellError(
                f"{shown(value)} in the column {self.column!r} is no number, to compare with"
                f" {shown(self.value)}"
            ) from None


def length(
    name: str,
    label: Vote,
    *,
    minimum: float = 0,
    maximum: float = float("inf"),
    unit: Unit = "characters",
    column: str = "text",
    tags: Iterable[str] = (),
) -> Template:
    """Vote for a class where a text is so long.

    Parameters
    ----------
    name
        Name of the labeling function.
    label
        Class name or index to vote for.
    minimum, maximum
        Bounds of the length; both lengths count.
    unit
        ``"characters"`` or ``"words"``, which are what white space separates.
    column
        The column to measure: ``text`` or a metadata column.
    tags
        Words to group labeling functions by.

    Returns
    -------
    Template
        The labeling function.

    Raises
    ------
    FunctionError
        If there is no bound, no length lies between them, or an argument cannot be used.
    """
    low = checked_number("minimum", minimum, low=0)
    high = checked_number("maximum", maximum, low=0)
    if low > high or (low == 0 and high == float("inf")):
        raise FunctionError(
            f"no length tells classes apart from {low:g} to {high:g}",
            hint="give minimum, maximum, or both, the smaller first",
        )
    if unit not in get_args(Unit):
        raise FunctionError(
            f"there is no unit {shown(unit)}", hint=f"units: {_listed(get_args(Unit))}"
        )
    rule = LengthRule(checked_label(label), checked_column(column), low, high, unit)
    bounds = {"minimum": minimum} if high == float("inf") else {"minimum": minimum, "maximum": high}
    return make_template(
        name,
        rule,
        kind="length",
        parameters={"label": rule.label, **bounds, "unit": unit, "column": column},
        tags=tags,
    )


def metadata(
    name: str,
    column: str,
    operator: Operator,
    value: Any = None,
    *,
    label: Vote,
    tags: Iterable[str] = (),
) -> Template:
    """Vote for a class where a column's value compares so with another.

    Parameters
    ----------
    name
        Name of the labeling function.
    column
        The column: metadata, ``batch``, ``vendor``, ``role`` or ``text``.
    operator
        ``==``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``in``, ``not in`` (the value is a list),
        ``contains`` (a text), ``is empty`` or ``is not empty`` (no value).
    value
        What to compare with. A number compares with cells that hold one, even as text ("12");
        True and False are 1 and 0 there. A text compares with cells as text, so that "9" comes
        after "10", and dates are in order only where they are written as 2024-01-31.
    label
        Class name or index to vote for.
    tags
        Words to group labeling functions by.

    Returns
    -------
    Template
        The labeling function. It abstains where the cell is empty, but for ``is empty``; a cell
        that does not compare (a word, or "7,50", with a number, by ``<``) is an error of its row.

    Raises
    ------
    FunctionError
        If there is no such operator, or the value does not suit it.
    """
    if operator not in get_args(Operator):
        raise FunctionError(
            f"there is no operator {shown(operator)}",
            hint=f"operators: {_listed(get_args(Operator))}",
        )
    wanted = _checked_value(operator, value)
    rule = ValueRule(checked_label(label), checked_column(column), operator, wanted)
    given = {} if operator in ("is empty", "is not empty") else {"value": value}
    return make_template(
        name,
        rule,
        kind="metadata",
        parameters={"column": column, "operator": operator, **given, "label": rule.label},
        tags=tags,
    )


def _checked_value(operator: Operator, value: Any) -> Any:
    """Refuse a value that the operator cannot use."""
    if operator in ("is empty", "is not empty"):
        if value is not None:
            raise FunctionError(
                f"{operator!r} takes no value, not {shown(value)}", hint="leave the value out"
            )
        return None
    if operator in ("in", "not in"):
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise FunctionError(
                f"{operator!r} needs a list, not {shown(value)}", hint=f"write [{shown(value)}]"
            )
        values = tuple(value)
        for one in values:
            _checked_value("==", one)
        return values
    if operator == "contains" and not (isinstance(value, str) and value):
        raise FunctionError(
            f"'contains' needs a text, not {shown(value)}",
            hint="numbers, too, are looked for as text: '1'",
        )
    if not isinstance(value, str | Real) or is_empty(value):
        raise FunctionError(
            f"{shown(value)} is no value to compare with", hint="a text or a number"
        )
    return value


def _alike(value: Any, wanted: Any) -> Any:
    """Return a cell as the kind of value that it is compared with."""
    if isinstance(wanted, str):
        return as_text(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))
