"""Functions that refuse what is not the text, path, number or list that their hints say."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Collection
from functools import wraps
from numbers import Integral, Real
from types import NoneType
from typing import Any, Final, ParamSpec, TypeVar

from workbench.errors import UsageError
from workbench.services.arguments import as_text, kind_of

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_KINDS: Final[dict[str, type]] = {"str": str, "Path": os.PathLike, "None": NoneType}
"""The hints that are checked; an argument that may be something else is left to its service."""
_NUMBERS: Final[dict[str, tuple[type, str, str]]] = {
    "int": (Integral, "a whole number", "an int"),
    "float": (Real, "a number", "a float"),
}
_LISTS: Final = ("Sequence[str]", "Sequence[float]", "Collection[str]")
"""A ``Sequence`` has an order that says something: a set is none."""


def checked(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Make a function refuse arguments of another kind than its hints say.

    Its module needs ``from __future__ import annotations``: hints are read as they are written.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def call(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        for name, value in signature.bind(*args, **kwargs).arguments.items():
            _check(value, name, str(signature.parameters[name].annotation))
        return function(*args, **kwargs)

    return call


def _check(value: Any, name: str, hint: str) -> None:
    """Refuse a value that is not of its hint, or that cannot be stored or name a file."""
    kinds = hint.split(" | ")
    number = next((kind for kind in kinds if kind in _NUMBERS), "")
    if number and "str" not in kinds:
        _check_number(value, name, number, may_be_none="None" in kinds)
    elif kinds == ["bool"]:
        _check_flag(value, name)
    elif hint.startswith(_LISTS) and {*kinds[1:]} <= {"None"}:
        if value is not None or len(kinds) == 1:
            _check_list(value, name, hint)
    elif isinstance(value, str):
        if "Path" in kinds:
            _check_path(value, name)
        else:
            as_text(value, name)
    elif _KINDS.keys() >= {*kinds} and not isinstance(value, tuple(_KINDS[k] for k in kinds)):
        if "Path" in kinds:
            raise UsageError(
                f"{name} is a path, not {kind_of(value)}", hint="Give a str or a Path."
            )
        as_text(value, name)


def _check_number(value: Any, name: str, kind: str, *, may_be_none: bool) -> None:
    """Refuse what is no number, True and False too; how large it may be is for its service."""
    abstract, called, given = _NUMBERS[kind]
    if isinstance(value, abstract) and not isinstance(value, bool):
        return
    if not (may_be_none and value is None):
        raise UsageError(f"{name} is {called}, not {value!r}", hint=f"Give {given}.")


def _check_flag(value: Any, name: str) -> None:
    """Refuse what is neither True nor False: any text would pass for True."""
    if type(value).__name__ not in ("bool", "bool_"):
        raise UsageError(f"{name} is True or False, not {value!r}", hint="Give a bool.")


def _check_list(value: Any, name: str, hint: str) -> None:
    """Refuse a text, whose characters would pass for members, and what is no collection.

    An iterator is none: a look at its members would use them up.
    """
    if isinstance(value, str | bytes):
        raise UsageError(f"{name} is a list, not {value!r}", hint=f"Give [{value!r}].")
    if not isinstance(value, Collection):
        raise UsageError(f"{name} is a list, not {kind_of(value)}", hint="Give a list.")
    if hint.startswith("Sequence") and isinstance(value, set | frozenset):
        raise UsageError(f"{name} is a list, not a set, which has no order", hint="Give a list.")
    if "[str]" in hint:
        for i, member in enumerate(value):
            as_text(member, f"{name}[{i}]")


def _check_path(path: str, name: str) -> None:
    """Refuse a text that no file can be called."""
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        is_name = False
    else:
        is_name = "\0" not in path
    if not is_name:
        raise UsageError(f"{name}: no file can be called {path!a}", hint="Look at the path.")
