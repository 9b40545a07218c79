"""The ``@labeling_function`` decorator and the object it makes; light, without Snorkel."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import islice
from types import FrameType
from typing import Any, NamedTuple

from workbench.errors import FunctionError

_MAX_NAME = 200
_MAX_SHOWN = 80
_MAX_LISTED = 10

_created: ContextVar[list[LabelingFunction] | None] = ContextVar("_created", default=None)


class Origin(NamedTuple):
    """The line of module-level code that made a labeling function."""

    file: str
    line: int


@dataclass(frozen=True, eq=False)
class LabelingFunction:
    """A named function from a record to a vote.

    A vote is a class index, a class name, or ``ABSTAIN`` (-1).

    Parameters
    ----------
    name
        Unique within the project; votes are stored under it.
    function
        Called with the record and with ``resources`` as keyword arguments.
    tags
        Words to group labeling functions by; they count for the version of a template alone.
    resources
        Keyword arguments for ``function``.
    pre
        Preprocessors, run in order; each takes a record and returns one.
    batch
        Whether ``function`` takes the `Columns` of many examples and returns one vote for each.
    """

    name: str
    function: Callable[..., object]
    tags: tuple[str, ...] = ()
    resources: Mapping[str, Any] = field(default_factory=dict)
    pre: tuple[Callable[[Any], Any], ...] = ()
    batch: bool = field(default=False, kw_only=True)
    origin: Origin | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "origin", _module_line())
        created = _created.get()
        if created is not None:
            created.append(self)

    def __call__(self, record: Any) -> object:
        """Return the vote on one record; snorkel-style records and rows work too."""
        for preprocessor in self.pre:
            record = preprocessor(record)
            if record is None:
                raise ValueError(
                    f"preprocessor {getattr(preprocessor, '__name__', preprocessor)!s} returned "
                    "None; it must return the record"
                )
        return self.function(record, **self.resources)


def labeling_function(
    name: str | None = None,
    *,
    tags: Iterable[str] = (),
    resources: Mapping[str, Any] | None = None,
    pre: Iterable[Callable[[Any], Any]] | None = None,
    batch: bool = False,
) -> Callable[[Callable[..., object]], LabelingFunction]:
    """Make a labeling function of a Python function.

    Parameters
    ----------
    name
        Its name; default the function's.
    tags
        Words to group labeling functions by.
    resources
        Keyword arguments that the function gets with each record: word lists, models.
    pre
        Preprocessors to run before, in order: functions from record to record, or Snorkel's.
    batch
        Whether the function takes many examples at once, as `workbench.functions.block.Columns`
        (``columns.text`` is a list of texts), and returns a list or array of votes. The vote on an
        example must not depend on the others: blocks may be cut anywhere.

    Returns
    -------
    Callable
        The decorator.

    Raises
    ------
    FunctionError
        If the parentheses are missing or an argument cannot be used.

    Examples
    --------
    >>> @labeling_function()
    ... def has_link(record):
    ...     return 1 if "http" in record.text else -1
    >>> has_link.name
    'has_link'
    """
    if callable(name):
        raise FunctionError(
            "@labeling_function needs parentheses", hint="write @labeling_function()"
        )
    if isinstance(tags, str):
        raise FunctionError(
            f"tags must be a list, not the text {shown(tags)}", hint=f"[{shown(tags)}]"
        )
    preprocessors = tuple(pre or ())
    for preprocessor in preprocessors:
        if not callable(preprocessor):
            raise FunctionError(f"preprocessor {shown(preprocessor)} cannot be called")

    if batch and preprocessors:
        raise FunctionError(
            "a batch function takes columns, which preprocessors do not know",
            hint="call what prepares the columns inside of the function",
        )

    def decorate(function: Callable[..., object]) -> LabelingFunction:
        return LabelingFunction(
            name=checked_name(function.__name__ if name is None else name),
            function=function,
            tags=tuple(tags),
            resources=dict(resources or {}),
            pre=preprocessors,
            batch=batch,
        )

    return decorate


def checked_name(name: object) -> str:
    """Return the name of a labeling function, or refuse it.

    Parameters
    ----------
    name
        A text of one line, not blank at either end.

    Returns
    -------
    str
        The same name.

    Raises
    ------
    FunctionError
        If it is no such text.
    """
    if not isinstance(name, str) or not name or name != name.strip() or not name.isprintable():
        raise FunctionError(
            f"{shown(name)} cannot name a labeling function",
            hint="a name is one line of text without blanks around it",
        )
    if len(name) > _MAX_NAME:
        raise FunctionError(
            f"the name {shown(name)} of a labeling function has {len(name):,} characters",
            hint=f"a name has {_MAX_NAME} at most",
        )
    return name


def shown(value: object) -> str:
    """Return a value as a script writes it, cut short."""
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"


def listed(names: Iterable[str]) -> str:
    """Return the first of some names, each cut short."""
    first = list(islice(names, _MAX_LISTED + 1))
    more = ", …" if len(first) > _MAX_LISTED else ""
    cut = (name if len(name) <= _MAX_SHOWN else name[:_MAX_SHOWN] + "…" for name in first)
    return ", ".join(list(cut)[:_MAX_LISTED]) + more


@contextmanager
def collect_created() -> Iterator[list[LabelingFunction]]:
    """Collect the labeling functions that are made while the context is open, in order.

    Yields
    ------
    list of LabelingFunction
        Grows as they are made, whether or not a name is bound to them.
    """
    created: list[LabelingFunction] = []
    token = _created.set(created)
    try:
        yield created
    finally:
        _created.reset(token)


def _module_line() -> Origin | None:
    """Find the nearest module-level line on the stack: a factory's caller, not the factory."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "<module>":
            return Origin(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return None
