"""What every call of the Python API goes through."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

from workbench.errors import WorkbenchError
from workbench.services.call_checks import checked

if TYPE_CHECKING:
    from workbench.api.opened import Opened

_Class = TypeVar("_Class", bound="type[Opened]")
_Function = TypeVar("_Function", bound=Callable[..., Any])

_ARGUMENTS: Final = {
    "--yes": ("replace", "replace=True"),
    "--skip-bad-rows": ("on_bad_row", 'on_bad_row="skip"'),
    "--no-labels": ("labels", "labels=False"),
    "--column": ("columns", "columns"),
    "--from": ("source", "source"),
    "--with": ("name", "name"),
    "-C DIR": ("path", "path"),
}
"""Options that an argument of another name stands for: the argument, and what is said of it."""

_COMMAND: Final = re.compile(r"workbench (?:(?![.,;)](?:\s|$)).)*")
"""A command that a person is told to run, to its last option."""

_OPTION: Final = re.compile(r"(?<![\w-])(?:-C DIR|--[a-z]+(?:-[a-z]+)*)")


def api_call(function: _Function) -> _Function:
    """Make a function refuse arguments of another kind, and its errors name arguments."""
    arguments = inspect.signature(function).parameters.keys()
    guarded = checked(function)

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return guarded(*args, **kwargs)
        except WorkbenchError as error:
            error.message = in_python(error.message, arguments)
            if error.hint is not None:
                error.hint = in_python(error.hint, arguments)
            raise

    return call  # type: ignore[return-value]


def api_methods(cls: _Class) -> _Class:
    """Make each public method of a class an `api_call` that has the project for itself."""
    for name, method in list(vars(cls).items()):
        if inspect.isfunction(method) and not name.startswith("_"):
            setattr(cls, name, _alone(api_call(method)))
    return cls


def _alone(method: _Function) -> _Function:
    @wraps(method)
    def call(self: Opened, *args: Any, **kwargs: Any) -> Any:
        with self.lock:
            return method(self, *args, **kwargs)

    return call  # type: ignore[return-value]


def in_python(text: str, arguments: Collection[str]) -> str:
    """Return what an error says with the names of arguments in place of those of options.

    Parameters
    ----------
    text
        What it says to who uses the command line. Commands in it stay as they are.
    arguments
        What the function that was called takes; other options stay.
    """

    def argument(option: re.Match[str]) -> str:
        by_rule = option[0].removeprefix("--").replace("-", "_")
        name, said = _ARGUMENTS.get(option[0], (by_rule, by_rule))
        return said if name in arguments else option[0]

    told, end = "", 0
    for command in _COMMAND.finditer(text):
        told += _OPTION.sub(argument, text[end : command.start()]) + command[0]
        end = command.end()
    return told + _OPTION.sub(argument, text[end:])
