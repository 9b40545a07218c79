"""The version of a labeling function: a hash of all that its votes depend on (worker only).

The hash covers the function's syntax and, found through the values that its code reaches at run
time, the helpers, constants, resources and preprocessors that it uses, and the content of files
that they name. Code in the project's folder is followed; libraries count by name and version. It
is the same in every process, which needs ``PYTHONHASHSEED=0`` (pickles of sets depend on it);
workers are started so.
"""

from __future__ import annotations

import ast
import copy
import functools
import hashlib
import re
import sys
import threading
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    FunctionType,
    GeneratorType,
    MethodType,
    ModuleType,
)
from typing import Any, NamedTuple

from workbench.functions.decorator import LabelingFunction
from workbench.functions.excerpts import Excerpts
from workbench.functions.held import is_labeling_function
from workbench.functions.imports import imported_names, project_modules
from workbench.functions.inside import (
    attributes_of,
    enclosed,
    file_of,
    held_by,
    inside,
    is_followed,
    is_users_function,
    own_attributes,
)
from workbench.functions.libraries import from_project, in_project, library_version
from workbench.functions.named_files import NamedFiles, file_digest
from workbench.functions.source import SourceFile, global_reads, source_file
from workbench.functions.templates.base import Template

_ATOMS = (bool, int, float, complex, str, bytes, type(None), type(...), range)
_CONTAINERS = frozenset({dict, list, set, tuple})
_PLAIN = (str, bytes, int, float, complex)
_READ_BY_NAME = frozenset({"globals", "eval", "exec"})
_BELOW = "in the project"
_MAX_SHOWN = 200


class Version(NamedTuple):
    """The version of a labeling function.

    Parameters
    ----------
    version
        32 hexadecimal digits. Comments and layout do not count, nor tags but of a template.
    code
        The same without the content of files that the code names, which it may write itself.
    source
        The helpers and constants it uses, then the function itself, as they are written.
    files
        The files that it names, and the places where it looks for files: paths from the project's
        folder on, or absolute ones.
    used
        Names of the labeling functions that it uses.
    whole_files
        The files of code that count as a whole: which of their functions it uses is not known.
    """

    version: str
    code: str
    source: str
    files: tuple[str, ...] = ()
    used: frozenset[str] = frozenset()
    whole_files: frozenset[str] = frozenset()


def lf_version(function: Any, folder: Path) -> Version:
    """Return the version of a labeling function and the source that explains it.

    Parameters
    ----------
    function
        A labeling function: ours, a template, or Snorkel's.
    folder
        The scripts' folder; code in it, or in the project's folder around it, is followed.

    Returns
    -------
    Version
        Its version and the source that explains it.
    """
    walk = _Walk(folder)
    if isinstance(function, Template):
        walk.add((function.kind, dict(function.parameters), function.content))
        if not type(function.rule).__module__.startswith("workbench."):
            walk.add(type(function.rule))  # another package's: its version counts
        texts = [text for text in function.parameters.values() if isinstance(text, str)]
        files = tuple(text for text in texts if file_digest(Path(text)) is not None)
        return Version(walk.digest(), walk.digest(), function.source, files)
    if isinstance(function, LabelingFunction):
        walk.add([list(function.pre), dict(function.resources), function.function])
        if function.batch:
            walk.add("batch")
    else:
        walk.add([list(function._pre), dict(function._resources), function._f])
    if not type(function).__module__.startswith(("workbench.", "snorkel.")):  # may vote otherwise
        walk.add([type(function), own_attributes(function)])
    code = walk.digest()
    files = walk.add_named_files()
    used, whole_files = frozenset(walk.used), frozenset(walk.whole_files)
    return Version(walk.digest(), code, walk.excerpts.text(), files, used, whole_files)


class _Walk:
    """Walks through values and code, hashing what it meets."""

    def __init__(self, folder: Path) -> None:
        self.excerpts = Excerpts()
        self._folder = folder
        self._project = folder.parent
        self._names = NamedFiles(self._project, folder)
        self._hash = hashlib.blake2b(digest_size=16)
        self._seen: dict[int, tuple[int, object]] = {}  # holds the values, so that ids stay theirs
        self.used: set[str] = set()
        self.whole_files: set[str] = set()

    def digest(self) -> str:
        """Return the hash of all that was added."""
        return self._hash.hexdigest()

    def add(self, value: Any) -> None:
        """Add a value and what it refers to."""
        if type(value) in _ATOMS:
            self._write(*self._atom(type(value), value))
        elif id(value) in self._seen:
            self._write("again", str(self._seen[id(value)][0]))
        else:
            self._seen[id(value)] = len(self._seen), value
            self._add_new(value)

    def add_named_files(self) -> tuple[str, ...]:
        """Add the content of the files that the texts and paths met so far name.

        Returns these, and the places where files were looked for.
        """
        named, places = self._names.found()
        for name, content in named.items():
            self._write("file", name, content)
        return (*named, *places)

    def _atom(self, kind: Any, value: Any) -> tuple[str, str]:
        """Note a value of a plain kind; return the kind's name, and what of the value counts.

        Of a text that is a path in the project that is the part below the project's folder.
        """
        self._names.note(value)
        below = from_project(value, self._project) if kind is str else None
        return (kind.__name__, kind.__repr__(value)) if below is None else (_BELOW, below)

    def _write(self, *parts: str | bytes) -> None:
        """Add text to the hash; lengths keep neighbours apart."""
        for part in parts:
            data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
            self._hash.update(b"%d:" % len(data))
            self._hash.update(data)

    def _add_new(self, value: Any) -> None:
        """Add a value by its kind; of the user's and Snorkel's types also class and attributes."""
        if is_labeling_function(value):
            self.used.add(value.name)
        if isinstance(value, Enum):
            self._write("enum", type(value).__qualname__, value.name)
            self.add([type(value), value.value])
            return
        cls = type(value)
        is_value = cls not in _CONTAINERS and not isinstance(value, type)
        if is_own := is_value and is_followed(cls, self._project):
            self._write("instance")
            self.add([cls, attributes_of(value)])
        match value:
            case list() | tuple():
                self._write(type(value).__qualname__, str(len(value)))
                for item in value:
                    self.add(item)
            case set() | frozenset():
                self._write(type(value).__qualname__, *sorted(map(self._digest_of, value)))
            case Mapping():
                self._write(type(value).__qualname__, str(len(value)))
                for key, item in value.items():
                    self.add(key)
                    self.add(item)
                self.add(getattr(value, "default_factory", None))
            case FunctionType():
                self._add_function(value)
            case GeneratorType():
                self._add_generator(value)
            case MethodType():
                self.add([value.__func__, value.__self__])
            case BuiltinFunctionType():
                self._write("builtin", value.__qualname__)
                self.add(None if isinstance(value.__self__, ModuleType) else value.__self__)
            case functools.partial() | functools.partialmethod():
                self.add(["partial", value.func, value.args, value.keywords])
            case property():
                self.add(["property", value.fget, value.fset, value.fdel])
            case staticmethod() | classmethod():
                self.add([type(value).__name__, value.__func__])
            case type():
                self._add_class(value)
            case ModuleType():
                self._add_module(value)
            case re.Pattern():
                self.add(["pattern", value.pattern, value.flags])
            case _ if _is_plain_array(value):
                self._write("array", value.dtype.str, str(value.shape), value.tobytes())
            case Path():
                below = from_project(str(value), self._project)
                self._write("path", *([str(value)] if below is None else [_BELOW, below]))
                self._names.note_path(value)
            case threading.local():
                self.add(["local", vars(value)])
            case _ if is_own:
                for base in _PLAIN:
                    if isinstance(value, base):
                        self._write(*self._atom(base, value))
            case _ if hasattr(value, "__wrapped__"):  # functools.cache and its like
                self.add(["wrapper", type(value).__qualname__, value.__wrapped__])
            case _:
                self._write("instance")
                self.add(type(value))
                found = inside(value, self._project)
                self._write(found.digest)
                self.add(found.users)

    def _digest_of(self, value: object) -> str:
        """Hash a member of a set by itself: members have no order."""
        if type(value) in _ATOMS:
            return " ".join(self._atom(type(value), value))
        outer, n_seen = self._hash, len(self._seen)
        self._hash = hashlib.blake2b(digest_size=16)
        self.add(value)
        digest, self._hash = self.digest(), outer
        while len(self._seen) > n_seen:
            self._seen.popitem()
        return digest

    def _add_function(self, function: FunctionType) -> None:
        """Add a function: what it uses, then its own syntax."""
        code = function.__code__
        if not is_users_function(function, self._project):
            self._add_library(function.__module__, function.__qualname__)
            self.add(getattr(function, "__wrapped__", None))
            for value in held_by(function, self._project):
                self.add(value)
            return
        file = source_file(code.co_filename)
        self._add_uses(function, file)
        self._names.note(code)
        self.add([function.__defaults__, function.__kwdefaults__])
        variables = enclosed(function)
        self.add([variables, vars(function)])
        node = file.find(code)
        if node is None:
            self._write_code(code)
            return
        bare = copy.copy(node)
        if not isinstance(bare, ast.Lambda):
            bare.decorator_list = []  # what they do shows in the value that they made
        self._write("function", ast.dump(bare))
        shown = [f"# {name} = {_shown(value)}" for name, value in variables.items()]
        self.excerpts.add(file, node, shown)

    def _add_generator(self, generator: GeneratorType[Any, Any, Any]) -> None:
        """Add a generator: its code, as a function, and what it holds, if it has not ended."""
        frame, code = generator.gi_frame, generator.gi_code
        if frame is None:
            self._write("generator")
            return
        variables = dict(frame.f_locals)
        cells = tuple(CellType(variables.get(name)) for name in code.co_freevars)
        self.add([FunctionType(code, frame.f_globals, closure=cells), variables])

    def _write_code(self, code: CodeType) -> None:
        """Add code that has no source: its instructions and constants."""
        self._write("code", code.co_code, *code.co_names)
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                self._write_code(constant)
            else:
                self.add(constant)

    def _add_uses(self, function: FunctionType, file: SourceFile) -> None:
        """Add the globals that a function reads, and the modules that it imports itself."""
        package = str(function.__globals__.get("__package__") or "")
        for name, attributes in global_reads(function.__code__):
            if name in function.__globals__:
                value = function.__globals__[name]
                self._add_read(value, attributes)
                if value is sys and attributes[:1] == ("modules",):  # its own may be meant
                    self._add_file(file.filename, package)
                self.excerpts.add_binding(file, name)
            elif name in _READ_BY_NAME:  # any global of the file may be meant
                self._add_file(file.filename, package)
        self._add_imports(function.__code__, package)

    def _add_imports(self, code: CodeType, package: str) -> None:
        """Add the modules that code imports when it runs."""
        for name in imported_names(code, package):
            modules = list(project_modules(name, self._project))
            for module in modules:
                self._add_file(module.filename, module.package)
            if not modules:
                self._add_library(name, "")

    def _add_file(self, filename: str, package: str) -> None:
        """Add a file of code as a whole, and what it imports in turn."""
        if filename in self.whole_files:
            return
        self.whole_files.add(filename)
        file = source_file(filename)
        compiled = b"" if filename.endswith(".py") else file_digest(Path(filename)) or b""
        self._write("module", file.dump(), compiled)
        self._names.note(file.code)
        self._add_imports(file.code, package)

    def _add_read(self, value: Any, attributes: Iterable[str]) -> None:
        """Add a global or, of the user's own modules, the attribute that is read."""
        for attribute in attributes:
            filename = getattr(value, "__file__", None)
            if not (isinstance(value, ModuleType) and filename and hasattr(value, attribute)):
                break
            if not in_project(filename, self._project):
                break
            value = getattr(value, attribute)
            self.excerpts.add_binding(source_file(filename), attribute)
        self.add(value)

    def _add_library(self, module: str | None, name: str) -> None:
        """Add something of a library: by name and version."""
        self._write("library", module or "", name, library_version(module or ""))

    def _add_module(self, module: ModuleType) -> None:
        """Add a module as a whole."""
        filename = getattr(module, "__file__", None) or ""
        if in_project(filename, self._project):
            self._add_file(filename, module.__package__ or "")
        else:
            self._add_library(module.__name__, "")

    def _add_class(self, cls: type) -> None:
        """Add a class: its bases, its syntax, and what it holds."""
        filename = file_of(cls)
        if not in_project(filename, self._project):
            self._add_library(cls.__module__, cls.__qualname__)
            return
        self.add([type(cls), cls.__bases__])
        file = source_file(filename)
        definitions = file.bindings(cls.__name__)
        self._write("class", cls.__qualname__, *map(ast.dump, definitions))
        self.excerpts.cover(file, definitions)
        for name, value in vars(cls).items():
            # Else what Python itself keeps there, such as the name of the module.
            if not (name.startswith("__") and name.endswith("__")) or _is_code(value):
                self._write(name)
                self.add(value)
        self.excerpts.add_binding(file, cls.__name__)


def _is_plain_array(value: object) -> bool:
    """Whether a value is an array of numpy, which scripts may not have loaded, without objects."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray) and value.dtype.hasobject is False


def _is_code(value: object) -> bool:
    """Whether a value of a class is a method, or does what one does."""
    return callable(value) or isinstance(value, classmethod | property)


def _shown(value: object) -> str:
    """Return a value on one line, cut short."""
    text = getattr(value, "__qualname__", None) or repr(value).replace("\n", " ")
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"
