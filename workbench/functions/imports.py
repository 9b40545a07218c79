"""The modules that code imports when it runs, found without importing them (in the worker only)."""

from __future__ import annotations

import contextlib
import dis
import importlib.util
import os
import re
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, PathFinder
from itertools import accumulate
from pathlib import Path
from types import CodeType
from typing import NamedTuple

from workbench.functions.libraries import in_project

_BY_NAME = frozenset({"import_module", "__import__", "modules"})
"""What code reads that gets a module by a text."""

_DOTTED = re.compile(r"\.*[^\W\d]\w*(\.[^\W\d]\w*)*")


class ProjectModule(NamedTuple):
    """A module of the project: its file, and what relative imports in it start from."""

    filename: str
    package: str


def imported_names(code: CodeType, package: str) -> Iterator[str]:
    """Yield the modules that code may import, by absolute name.

    Parameters
    ----------
    code
        The code of a function or a module; functions in it are looked through too.
    package
        What relative imports start from.

    Yields
    ------
    str
        For ``from a import b`` both ``a`` and ``a.b``, which may be a module; and the texts in code
        that gets modules by name.
    """
    instructions = [i for i in dis.get_instructions(code) if i.opname != "EXTENDED_ARG"]
    for position, instruction in enumerate(instructions):
        if instruction.opname == "IMPORT_NAME":
            level, names = (earlier.argval for earlier in instructions[position - 2 : position])
            try:
                name = importlib.util.resolve_name("." * level + instruction.argval, package)
            except ImportError:  # relative, beyond the top
                continue
            yield name
            yield from (f"{name}.{one}" for one in names or () if one != "*")
    takes_names = not _BY_NAME.isdisjoint(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from imported_names(constant, package)
        elif takes_names and isinstance(constant, str) and _DOTTED.fullmatch(constant):
            with contextlib.suppress(ImportError):  # relative, beyond the top
                yield importlib.util.resolve_name(constant, package)


def project_modules(name: str, project: Path) -> Iterator[ProjectModule]:
    """Yield the files that the import of a module runs, as far as they are the project's.

    Parameters
    ----------
    name
        Absolute name of the module.
    project
        The project's folder.

    Yields
    ------
    ProjectModule
        The packages on the way, then the module.
    """
    path: list[str] | None = None
    for dotted in accumulate(name.split("."), "{}.{}".format):
        spec = _find(dotted, path)
        if spec is None:
            return
        path = spec.submodule_search_locations
        filename = os.path.normpath(spec.origin) if spec.has_location and spec.origin else ""
        if in_project(filename, project):
            yield ProjectModule(filename, dotted if path is not None else spec.parent or "")
        if path is None or not any(in_project(folder, project) for folder in path):
            return


def _find(name: str, path: list[str] | None) -> ModuleSpec | None:
    """Find a module; ``find_spec`` would import the packages around one that is not at the top."""
    try:
        return importlib.util.find_spec(name) if path is None else PathFinder.find_spec(name, path)
    except (ImportError, AttributeError, ValueError):  # made by hand, as `__main__` is
        return None
