"""Functions that refuse what is neither the text nor the path that their hints say."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from functools import wraps
from types import NoneType
from typing import Any, Final, ParamSpec, TypeVar

from workbench.errors import UsageError
from workbench.services.arguments import as_text, kind_of

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")
_Class = TypeVar("_Class", bound=type)

_KINDS: Final[dict[str, type]] = {"str": str, "Path": os.PathLike, "None": NoneType}
"""The hints that are checked; an argument that may be something else is left to its service."""


def checked(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Make a function refuse arguments that are neither the text nor the path of its hints.

    Its module needs ``from __future__ import annotations``: hints are read as they are written.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def call(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        for name, value in signature.bind(*args, **kwargs).arguments.items():
            _check(value, name, str(signature.parameters[name].annotation))
        return function(*args, **kwargs)

    return call


def checked_methods(cls: _Class) -> _Class:
    """Make each public method of a class `checked`, and how it is made."""
    for name, method in list(vars(cls).items()):
        if inspect.isfunction(method) and (name == "__init__" or not name.startswith("_")):
            setattr(cls, name, checked(method))
    return cls


def _check(value: Any, name: str, hint: str) -> None:
    """Refuse a value that is not of its hint, or that cannot be stored or name a file."""
    kinds = hint.split(" | ")
    if isinstance(value, str):
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
