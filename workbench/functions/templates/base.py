"""What every template is: a rule that finds rows, the labels it votes for, and its parameters."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, Protocol, SupportsIndex, runtime_checkable

from workbench.errors import FunctionError
from workbench.functions.block import Block
from workbench.functions.decorator import LabelingFunction, checked_name, shown
from workbench.functions.needs import Need
from workbench.types import ABSTAIN

Vote = int | str
"""A class index, a class name, or `ABSTAIN`."""


class Found(NamedTuple):
    """The rows that a rule votes on.

    Parameters
    ----------
    rows
        Rows of the block, each once; a list, or an array of integers.
    labels
        For each of them the position of its label in `Rule.labels`; None: always the first.
    """

    rows: Sequence[int]
    labels: Sequence[int] | None = None


@runtime_checkable
class Rule(Protocol):
    """What a template does. A row's vote must depend on that row alone, not on its block."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""

    @property
    def labels(self) -> tuple[Vote, ...]:
        """The classes that it may vote for, by index or name."""

    @property
    def need(self) -> Need | None:
        """What a project has to prepare for it, if anything."""

    def expect(self, block: Block) -> None:
        """Say what it will search, so that a block can search for several templates at once."""

    def find(self, block: Block) -> Found:
        """Return the rows that it votes on."""


@dataclass(frozen=True)
class ColumnRule:
    """Base of rules that read one column and vote for one class.

    Parameters
    ----------
    label
        The class, by index or name.
    column
        ``text`` or a metadata column.
    """

    label: Vote
    column: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    @property
    def labels(self) -> tuple[Vote, ...]:
        """The class."""
        return (self.label,)

    @property
    def need(self) -> Need | None:
        """Nothing."""
        return None

    def expect(self, block: Block) -> None:
        """Expect nothing of the search."""


@dataclass(frozen=True, eq=False)
class Template(LabelingFunction):
    """A labeling function that its parameters describe completely; see `make_template`.

    Parameters
    ----------
    rule
        What it does.
    kind
        The name of the template: ``"keywords"``, ``"regex"``, ...
    parameters
        What it was made with, except its name; with ``content`` they are its version. Its tags
        are among them, if it has any: a version that is in force keeps what it was tagged with.
    content
        What else its votes depend on, such as the hash of a file.
    maker
        The function that makes it.
    """

    rule: Rule = field(kw_only=True)
    kind: str = field(kw_only=True)
    parameters: Mapping[str, object] = field(kw_only=True)
    content: str = field(kw_only=True)
    maker: str = field(kw_only=True)

    @property
    def source(self) -> str:
        """The call that makes it."""
        arguments = ", ".join(f"{key}={value!r}" for key, value in self.parameters.items())
        return f"{self.maker}({self.name!r}, {arguments})"


def make_template(
    name: str,
    rule: Rule,
    *,
    kind: str,
    parameters: Mapping[str, object],
    content: str = "",
    maker: str | None = None,
    tags: Iterable[str] = (),
) -> Template:
    """Make a labeling function of a rule.

    Parameters
    ----------
    name
        Its name.
    rule
        What it does.
    kind
        The name of the template.
    parameters
        What it was made with, except its name: the keyword arguments of a call that makes it
        again. With ``content`` they are its version.
    content
        What else its votes depend on, such as the hash of a file.
    maker
        The function that makes it, as a script calls it; ``kind`` by default.
    tags
        Words to group labeling functions by.

    Returns
    -------
    Template
        The labeling function.

    Raises
    ------
    FunctionError
        If the name or the tags cannot be used.
    """
    words = checked_list("tags", tags)
    if words:
        parameters = {**parameters, "tags": words}
    return Template(
        name=checked_name(name),
        function=partial(_vote, rule),
        tags=tuple(words),
        rule=rule,
        kind=kind,
        parameters=parameters,
        content=content,
        maker=maker or kind,
    )


def _vote(rule: Rule, record: Any) -> Vote:
    """Return the vote on one record, or row of a DataFrame: a label or `ABSTAIN`."""
    columns = {name: [getattr(record, name)] for name in rule.columns}
    rows, labels = rule.find(Block(1, columns))
    if len(rows) == 0:
        return ABSTAIN
    return rule.labels[labels[0] if labels else 0]


def checked_column(column: object) -> str:
    """Refuse what names no column."""
    if not isinstance(column, str) or not column:
        raise FunctionError(
            f"{shown(column)} is no column name", hint="write 'text', or a metadata column"
        )
    return column


def checked_flag(name: str, value: object) -> bool:
    """Refuse what is neither True nor False."""
    if not isinstance(value, bool):
        raise FunctionError(f"{name} is {shown(value)}", hint="it is True or False")
    return value


def checked_list(name: str, values: object) -> list[Any]:
    """Refuse what is no list, or holds what cannot be told apart; each value once."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise FunctionError(
            f"{name} must be a list, not {shown(values)}",
            hint=f"write [{shown(values)}]" if isinstance(values, str) else None,
        )
    try:
        return list(dict.fromkeys(values))
    except TypeError as error:
        raise FunctionError(
            f"{name} holds what it cannot: {error}", hint="each of its values is a text"
        ) from None


def checked_label(label: object) -> Vote:
    """Refuse labels that are neither a class name nor a class index."""
    if isinstance(label, str) and label:
        return str.__str__(label)  # of an Enum, too, as a call can be written that makes it again
    if isinstance(label, bool) or not isinstance(label, SupportsIndex):
        raise FunctionError(
            f"{shown(label)} is no label",
            hint="a label is a class name or a class index (0, 1, ...)",
        )
    value = operator.index(label)
    if value < 0:
        raise FunctionError(
            f"{value} is no label: a template abstains by itself where nothing is found",
            hint="give the class to vote for",
        )
    return value


def checked_number(name: str, value: object, *, low: float, high: float = float("inf")) -> float:
    """Refuse what is no number between two others, both allowed."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        limit = f"from {low:g} on" if high == float("inf") else f"from {low:g} to {high:g}"
        raise FunctionError(f"{name} is {shown(value)}", hint=f"it is a number {limit}")
    return value
