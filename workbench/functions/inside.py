"""What is inside of values of other people's types: the user's own code among it (worker only)."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import re
import sys
from collections.abc import Iterator
from pathlib import Path, PurePath
from types import FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any, NamedTuple

from workbench.functions.decorator import LabelingFunction
from workbench.functions.libraries import from_project, in_project

_NOT_CONTENT = frozenset({"_cache"})  # of Snorkel's memoised preprocessors


class Inside(NamedTuple):
    """What a value holds: a digest of it, and the user's own values in it, which it leaves out."""

    digest: bytes
    users: tuple[object, ...]


_followed: dict[type, bool] = {}  # a worker has one project
_inside: dict[int, tuple[object, Inside]] = {}  # models are large and shared by functions


def file_of(cls: type) -> str:
    """Return the file of the module that a class says it is from, or the empty text."""
    return getattr(sys.modules.get(cls.__module__), "__file__", None) or ""


def is_followed(cls: type, project: Path) -> bool:
    """Whether the instances of a class count by class and attributes: the user's and Snorkel's."""
    if cls not in _followed:
        _followed[cls] = any(
            in_project(file_of(base), project) or base.__module__.startswith("snorkel.")
            for base in cls.__mro__
        )
    return _followed[cls]


def is_users(value: object, project: Path) -> bool:
    """Whether a value is the user's own: a function, class or module, or an instance of a class."""
    match value:
        case FunctionType():
            return is_users_function(value, project)
        case type():
            return in_project(file_of(value), project)
        case ModuleType():
            return in_project(getattr(value, "__file__", None) or "", project)
        case MethodType():
            return is_users(value.__func__, project)
    return is_followed(type(value), project)


def is_users_function(function: FunctionType, project: Path) -> bool:
    """Whether a function is of the project, or made there from a text, as a dataclass does."""
    filename = function.__code__.co_filename
    if filename.startswith("<"):
        filename = str(function.__globals__.get("__file__") or "")
    return in_project(filename, project)


def attributes_of(value: object) -> dict[str, object]:
    """Return the attributes of an instance, those in slots included."""
    state = object.__getstate__(value)  # whatever the class defines
    found, slots = state if isinstance(state, tuple) else (state, None)
    attributes = {**(found or {}), **(slots or {})}
    return {name: one for name, one in attributes.items() if name not in _NOT_CONTENT}


def own_attributes(function: Any) -> dict[str, object]:
    """Return what a labeling function of the user's class holds beside what all of them have."""
    common = LabelingFunction.__dataclass_fields__
    return {name: one for name, one in attributes_of(function).items() if name not in common}


def held_by(function: FunctionType, project: Path) -> Iterator[object]:
    """Yield the user's own code that a library's function holds: it wraps or dispatches to it.

    Attributes are looked through, and the variables of enclosing functions; of the latter not what
    is in containers, which may be caches.
    """
    for attribute in vars(function).values():
        is_table = isinstance(attribute, dict | MappingProxyType)
        for value in attribute.values() if is_table else [attribute]:
            if is_users(value, project):
                yield value
    for value in enclosed(function).values():
        if is_users(value, project):
            yield value


def enclosed(function: FunctionType) -> dict[str, object]:
    """Return the variables of enclosing functions that a function uses."""
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not bound yet
            found[name] = None
    return found


def inside(value: object, project: Path) -> Inside:
    """Look into a value of a library: by its pickle, or else by its text without addresses.

    Parameters
    ----------
    value
        The value.
    project
        The project's folder.

    Returns
    -------
    Inside
        The same object gives the same at once.
    """
    if id(value) not in _inside:
        found: list[object] = []
        file = io.BytesIO()
        try:
            _Pickler(file, found, project).dump(value)
            data = file.getvalue()
            if os.fsencode(project) in data:
                found.clear()
                _PathPickler(file := io.BytesIO(), found, project).dump(value)
                data = file.getvalue()
        except Exception:  # noqa: BLE001  open files, locks, generators
            text = re.sub(r" at 0x[0-9a-f]+", "", repr(value)).replace(f"{project}{os.sep}", "")
            data = text.encode("utf-8", "replace")
            attributes = getattr(value, "__dict__", {}).values()
            found = [
                one for one in attributes if isinstance(one, FunctionType) or is_users(one, project)
            ]
        digest = hashlib.blake2b(data, digest_size=16).digest()
        _inside[id(value)] = value, Inside(digest, tuple(found))
    return _inside[id(value)][1]


class _Pickler(pickle.Pickler):
    """Pickles a value but for the user's own values in it, which it lists instead.

    A pickle has no more of a function or a class than its name.
    """

    def __init__(self, file: io.BytesIO, found: list[object], project: Path) -> None:
        super().__init__(file, protocol=5)
        self._found = found
        self._project = project

    def reducer_override(self, value: Any) -> Any:
        """Put a sign in place of a value of the user's, and of a path in the project."""
        if isinstance(value, PurePath):
            below = from_project(str(value), self._project)
            return NotImplemented if below is None else (object, (type(value), below))
        if not is_users(value, self._project):
            return NotImplemented
        self._found.append(value)
        return object, ()


class _PathPickler(_Pickler):
    """Pickles texts that are paths in the project from there on, too; a call for each value."""

    def persistent_id(self, value: Any) -> Any:
        """Return what stands for such a text; None for any other value."""
        return from_project(value, self._project) if type(value) is str else None
