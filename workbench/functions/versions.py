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
import pickle
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

from workbench.functions.decorator import LabelingFunction
from workbench.functions.excerpts import Excerpts
from workbench.functions.libraries import in_project, library_version
from workbench.functions.named_files import file_digest, named_files
from workbench.functions.source import SourceFile, global_reads, local_imports, source_file
from workbench.functions.templates.base import Template

_ATOMS = (bool, int, float, complex, str, bytes, type(None), type(...), range)
_NOT_CONTENT = frozenset({"_cache"})  # of Snorkel's memoised preprocessors
_MAX_SHOWN = 200

_pickles: dict[int, tuple[object, bytes]] = {}  # models are large and shared by functions


class Version(NamedTuple):
    """The version of a labeling function.

    Parameters
    ----------
    version
        32 hexadecimal digits. Comments, layout and tags do not count.
    code
        The same without the content of files that the code names, which it may write itself.
    source
        The helpers and constants it uses, then the function itself, as they are written.
    """

    version: str
    code: str
    source: str


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
        return Version(walk.digest(), walk.digest(), function.source)
    if isinstance(function, LabelingFunction):
        walk.add([list(function.pre), dict(function.resources), function.function])
        if function.batch:
            walk.add("batch")
    else:
        walk.add([list(function._pre), dict(function._resources), function._f])
    code = walk.digest()
    walk.add_named_files()
    return Version(walk.digest(), code, walk.excerpts.text())


@dataclass(frozen=True, slots=True)
class _Names:
    """What may name a file."""

    texts: set[str] = field(default_factory=set)
    paths: set[Path] = field(default_factory=set)


class _Walk:
    """Walks through values and code, hashing what it meets."""

    def __init__(self, folder: Path, names: _Names | None = None) -> None:
        self.excerpts = Excerpts()
        self._folder = folder
        self._project = folder.parent
        self._names = _Names() if names is None else names
        self._hash = hashlib.blake2b(digest_size=16)
        self._seen: dict[int, tuple[int, object]] = {}  # holds the values, so that ids stay theirs

    def digest(self) -> str:
        """Return the hash of all that was added."""
        return self._hash.hexdigest()

    def add(self, value: Any) -> None:
        """Add a value and what it refers to."""
        if isinstance(value, Enum):
            self._write("enum", type(value).__qualname__, value.name)
            self.add(value.value)
        elif type(value) in _ATOMS:
            self._note_texts(value)
            self._write(type(value).__name__, repr(value))
        elif id(value) in self._seen:
            self._write("again", str(self._seen[id(value)][0]))
        else:
            self._seen[id(value)] = len(self._seen), value
            self._add_new(value)

    def add_named_files(self) -> None:
        """Add the content of the files that the texts and paths met so far name."""
        for name, content in named_files(self._names.texts, self._project, self._folder):
            self._write("file", name, content)
        for path in sorted(self._names.paths):
            self._write("file", str(path), file_digest(path) or b"")

    def _write(self, *parts: str | bytes) -> None:
        """Add text to the hash; lengths keep neighbours apart."""
        for part in parts:
            data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
            self._hash.update(b"%d:" % len(data))
            self._hash.update(data)

    def _add_new(self, value: Any) -> None:
        """Add a value by its kind."""
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
            case FunctionType():
                self._add_function(value)
            case MethodType():
                self.add([value.__func__, value.__self__])
            case BuiltinFunctionType():
                self._write("builtin", value.__qualname__)
                self.add(None if isinstance(value.__self__, ModuleType) else value.__self__)
            case functools.partial():
                self.add(["partial", value.func, value.args, value.keywords])
            case type():
                self._add_class(value)
            case ModuleType():
                self._add_module(value)
            case re.Pattern():
                self.add(["pattern", value.pattern, value.flags])
            case _ if _is_plain_array(value):
                self._write("array", value.dtype.str, str(value.shape), value.tobytes())
            case Path():
                self._write("path", str(value))
                self._note_path(value)
            case _ if hasattr(value, "__wrapped__"):  # functools.cache and its like
                self.add(["wrapper", type(value).__qualname__, value.__wrapped__])
            case _:
                self._add_object(value)

    def _digest_of(self, value: object) -> str:
        """Hash a value by itself: the members of a set have no order."""
        if type(value) in _ATOMS:
            self._note_texts(value)
            return f"{type(value).__name__} {value!r}"
        walk = _Walk(self._folder, self._names)
        walk.add(value)
        return walk.digest()

    def _note_texts(self, constant: object) -> None:
        """Remember the texts of a constant: each may be the name of a file."""
        match constant:
            case str():
                self._names.texts.add(constant)
            case CodeType():
                self._note_texts(constant.co_consts)
            case tuple() | frozenset():
                for item in constant:
                    self._note_texts(item)

    def _note_path(self, path: Path) -> None:
        """Remember a path, wherever it leads; those in the project are found by name."""
        if in_project(str(path.absolute()), self._project):
            self._names.texts.add(str(path))
        else:
            self._names.paths.add(path)

    def _add_function(self, function: FunctionType) -> None:
        """Add a function: what it uses, then its own syntax."""
        code = function.__code__
        if not in_project(code.co_filename, self._project):
            self._add_library(function.__module__, function.__qualname__)
            self.add(getattr(function, "__wrapped__", None))  # the user's, behind a decorator
            return
        file = source_file(code.co_filename)
        self._add_uses(function, file)
        self._note_texts(code)
        self.add([function.__defaults__, function.__kwdefaults__])
        enclosed = _enclosed(function)
        self.add(enclosed)
        node = file.find(code)
        if node is None:
            self._write_code(code)
            return
        bare = copy.copy(node)
        if not isinstance(bare, ast.Lambda):
            bare.decorator_list = []  # what they do shows in the value that they made
        self._write("function", ast.dump(bare))
        shown = [f"# {name} = {_shown(value)}" for name, value in enclosed.items()]
        self.excerpts.add(file, node, shown)

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
        for name, attributes in global_reads(function.__code__):
            if name in function.__globals__:
                self._add_read(function.__globals__[name], attributes)
                self.excerpts.add_binding(file, name)
        for name in local_imports(function.__code__):
            sibling = Path(file.filename).with_name(f"{name}.py")
            if sibling.is_file():
                self._write("imports", source_file(str(sibling)).dump())
            else:
                self._add_library(name, "")

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
            self._write("module", source_file(filename).dump())
        else:
            self._add_library(module.__name__, "")

    def _add_class(self, cls: type) -> None:
        """Add a class: its bases, its syntax, and what its methods use."""
        filename = _file_of(cls)
        if not in_project(filename, self._project):
            self._add_library(cls.__module__, cls.__qualname__)
            return
        self.add(cls.__bases__)
        file = source_file(filename)
        definitions = file.bindings(cls.__name__)
        self._write("class", cls.__qualname__, *map(ast.dump, definitions))
        for name, value in vars(cls).items():
            function = getattr(value, "fget", getattr(value, "__func__", value))
            if isinstance(function, FunctionType):
                if function.__code__.co_filename == filename:
                    self._note_texts(function.__code__)
                    self._add_uses(function, file)
            elif not name.startswith("_"):
                self.add(value)
        self.excerpts.add_binding(file, cls.__name__)

    def _add_object(self, value: Any) -> None:
        """Add an instance: the user's and Snorkel's by their attributes, others pickled."""
        cls = type(value)
        self._write("instance")
        self._add_class(cls)
        users = any(
            in_project(_file_of(base), self._project) or base.__module__.startswith("snorkel.")
            for base in cls.__mro__
        )
        if users and hasattr(value, "__dict__"):
            self.add({k: v for k, v in vars(value).items() if k not in _NOT_CONTENT})
        else:
            self._write(_pickled(value))


def _is_plain_array(value: object) -> bool:
    """Whether a value is an array of numpy, which scripts may not have loaded, without objects."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray) and value.dtype.hasobject is False


def _pickled(value: object) -> bytes:
    """Return a short hash of a pickle; of what does not pickle, of its text without addresses."""
    if id(value) not in _pickles:
        try:
            data = pickle.dumps(value, protocol=5)
        except Exception:  # noqa: BLE001  open files, locks, generators
            data = re.sub(r" at 0x[0-9a-f]+", "", repr(value)).encode("utf-8", "replace")
        _pickles[id(value)] = value, hashlib.blake2b(data, digest_size=16).digest()
    return _pickles[id(value)][1]


def _file_of(cls: type) -> str:
    """Return the file of the module that a class says it is from, or the empty text."""
    return getattr(sys.modules.get(cls.__module__), "__file__", None) or ""


def _enclosed(function: FunctionType) -> dict[str, object]:
    """Return the variables of enclosing functions that a function uses."""
    enclosed = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            enclosed[name] = cell.cell_contents
        except ValueError:  # not bound yet
            enclosed[name] = None
    return enclosed


def _shown(value: object) -> str:
    """Return a value on one line, cut short."""
    text = getattr(value, "__qualname__", None) or repr(value).replace("\n", " ")
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"
