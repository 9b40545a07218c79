"""The labeling functions that a module's names hold, and the files they are from (worker only)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from workbench.functions.decorator import LabelingFunction

_CONTAINERS = (list, tuple, set, frozenset, dict)
_DEPTH = 8
_MAX_MEMBERS = 10_000
"""What holds more is data: nobody has so many functions, and a script should load fast."""


def snorkels_class() -> type | None:
    """Return the class of Snorkel's labeling functions; None while nothing has imported it."""
    core = sys.modules.get("snorkel.labeling.lf.core")
    return getattr(core, "LabelingFunction", None)


def is_labeling_function(value: Any) -> bool:
    """Whether a value is a labeling function, Snorkel's too.

    Snorkel's slicing functions are below that class, but they name a part of the rows: none votes.
    Those of spaCy documents are of a class of their own, so the package tells them.
    """
    snorkels = snorkels_class()
    if isinstance(value, LabelingFunction) or snorkels is None:
        return isinstance(value, LabelingFunction)
    return isinstance(value, snorkels) and not any(
        cls.__module__.startswith("snorkel.slicing.") for cls in type(value).__mro__
    )


def members(value: object) -> Iterator[object]:
    """Yield a value, or what it holds if it is a list, tuple, set or dict, nested ones too.

    Containers with more members than are left of a budget for the whole value are passed over.
    """
    left = _MAX_MEMBERS

    def walk(value: object, depth: int) -> Iterator[object]:
        nonlocal left
        if not isinstance(value, _CONTAINERS):
            yield value
        elif depth and len(value) <= left:
            left -= len(value)
            for member in list(dict.values(value)) if isinstance(value, dict) else value:
                yield from walk(member, depth - 1)

    return walk(value, _DEPTH)


def functions_held(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield the labeling functions that the names of a module hold, each once, by first name."""
    seen: set[int] = set()
    for name, value in list(vars(module).items()):
        for one in members(value):
            if is_labeling_function(one) and id(one) not in seen:
                seen.add(id(one))
                yield name, one


def is_script_name(file: str) -> bool:
    """Whether a path from the folder of the scripts on is a script's, and no helper's."""
    return "/" not in file and not file.startswith(("_", "."))


def is_script(file: str, folder: Path) -> bool:
    """Whether a file is one of the scripts of a folder."""
    path = Path(file)
    return path.parent == folder and is_script_name(path.name)


def imported_modules(folder: Path) -> Iterator[tuple[str, ModuleType]]:
    """Yield the modules below a folder that were imported, with their files.

    Scripts that were loaded as such are none of them: they have no spec.
    """
    below = str(folder) + os.sep
    for module in list(sys.modules.values()):
        file = str(getattr(module, "__file__", None) or "")
        if file.startswith(below) and getattr(module, "__spec__", None) is not None:
            yield file, module


def files_of_snorkels(folder: Path) -> dict[int, str]:
    """Return, by id, the file below the folder that each of Snorkel's functions is from.

    That is the module that holds it and its code; or else the last that was imported of those that
    hold it, since a package comes before what it imports. What no imported module holds has none.
    """
    found: dict[int, str] = {}
    for file, module in imported_modules(folder):
        for _, function in functions_held(module):
            if not isinstance(function, LabelingFunction):
                code = getattr(function._f, "__code__", None)
                if found.get(id(function)) != getattr(code, "co_filename", ""):
                    found[id(function)] = file
    return found


def names_in_helpers(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield file and name of the labeling functions that imported helpers hold."""
    files = files_of_snorkels(folder)
    for file, module in imported_modules(folder):
        if not is_script(file, folder):
            for _, function in functions_held(module):
                origin = getattr(function, "origin", None)
                yield (
                    files.get(id(function), file) if origin is None else origin.file,
                    function.name,
                )
