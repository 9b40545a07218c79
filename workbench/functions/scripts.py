"""Load the scripts of a folder and find their labeling functions (in the worker only)."""

from __future__ import annotations

import importlib.util
import linecache
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from workbench.errors import FunctionError
from workbench.functions.decorator import (
    LabelingFunction,
    checked_name,
    collect_created,
    listed,
)
from workbench.functions.held import (
    files_of_snorkels,
    functions_held,
    imported_modules,
    is_script,
    members,
    names_in_helpers,
    snorkels_class,
)
from workbench.functions.idioms import compile_script
from workbench.functions.record_reads import fixed_columns_read
from workbench.functions.results import ScriptError
from workbench.functions.script_errors import compile_error, module_line, run_error
from workbench.functions.source import first_line, source_file
from workbench.functions.templates.base import Template
from workbench.functions.templates.external import LookupRule
from workbench.functions.versions import Version
from workbench.functions.vote_reader import VoteError, VoteReader

_PACKAGE = "labeling_functions"

_UNLESS_CALLED = "; or ignore this, if another function calls it"


@dataclass(frozen=True, slots=True)
class FoundFunction:
    """A labeling function and where it is defined; ``function`` is the user's object.

    ``file`` is the script, or the helper that the script has it from, relative to the folder;
    ``columns`` are those that it reads; None: any.
    """

    name: str
    file: str
    line: int
    kind: str
    tags: tuple[str, ...]
    function: Any
    columns: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class LoadedScript:
    """What one script holds; ``work_line`` is where it does more than define functions.

    ``names`` are those of all functions in it, usable or not; ``made_elsewhere`` has file and name
    of what the files that it imports made meanwhile.
    """

    functions: tuple[FoundFunction, ...]
    errors: tuple[ScriptError, ...]
    work_line: int | None = None
    names: frozenset[str] = frozenset()
    made_elsewhere: tuple[tuple[str, str], ...] = ()


def script_paths(folder: Path) -> list[Path]:
    """Return the scripts of a folder by name: its ``*.py`` files, but no ``_*.py``.

    Raises
    ------
    FunctionError
        If the folder is away or cannot be read: it is not known then that a script is gone.
    """
    try:
        with os.scandir(folder) as entries:
            paths = [folder / entry.name for entry in entries]
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FunctionError(
            "there is no folder of labeling functions",
            place=str(folder),
            hint="Bring it here from where the project comes from; until then its votes stand:"
            " workbench lf list --stored. Or begin anew, by workbench lf new NAME: apply then"
            " withdraws the votes that no script gives.",
        ) from error
    except OSError as error:
        raise FunctionError(
            f"the labeling functions cannot be read: {error.strerror}",
            place=str(folder),
            hint="Check the permissions of the folder; nothing was withdrawn.",
        ) from error
    return sorted(p for p in paths if p.name.endswith(".py") and is_script(str(p), folder))


def helper_paths(folder: Path) -> Iterator[Path]:
    """Yield the helpers of a folder: its files of code, at any depth, that are no scripts.

    Hidden ones are none, such as the copies that an editor keeps: nothing imports them.
    """
    for path in folder.rglob("*.py"):
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not is_hidden and not is_script(str(path), folder):
            yield path


def prepare_imports(folder: Path) -> None:
    """Let scripts import their siblings, as ``import words`` or ``from . import words``.

    The folder comes last on the path: a script named ``html.py`` must not hide the library's.
    """
    package = ModuleType(_PACKAGE)
    package.__path__ = [str(folder)]
    package.__spec__ = ModuleSpec(_PACKAGE, None, is_package=True)
    package.__spec__.submodule_search_locations = package.__path__
    sys.modules[_PACKAGE] = package
    sys.path.append(str(folder))


def load_script(path: Path, reader: VoteReader) -> LoadedScript:
    """Run a script in a fresh module and collect its labeling functions.

    Parameters
    ----------
    path
        The script.
    reader
        Checks the labels that templates vote for.

    Returns
    -------
    LoadedScript
        Its labeling functions by line, and its errors; a script that fails has no functions.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise OSError("it is no file; move it out of the folder")
        code_bytes = path.read_bytes()
        code = compile_script(code_bytes, str(path))
        lines = importlib.util.decode_source(code_bytes).splitlines(keepends=True)
    except (SyntaxError, ValueError, OSError, RecursionError) as error:
        return LoadedScript((), (compile_error(path, error),))
    # Tracebacks and versions show the text that runs, even if the file changes meanwhile.
    linecache.cache[str(path)] = (len(code_bytes), None, lines, str(path))
    module = ModuleType(f"{_PACKAGE}.{path.stem}")
    module.__file__ = str(path)
    module.__package__ = _PACKAGE
    sys.modules[module.__name__] = module
    with collect_created() as created:
        try:
            exec(code, module.__dict__)  # noqa: S102  scripts are the user's own code
        except BaseException as error:  # noqa: BLE001  sys.exit in one script must not stop the rest
            below = _is_below_functions(path, error, created, module)
            return LoadedScript((), (run_error(path, error, below=below),))
    found = _functions_of(path, module, created)
    errors = list(_replaced(path, module, found))
    usable = []
    for function in sorted(found, key=lambda f: (f.file != path.name, f.file, f.line)):
        fault = _unusable(function, reader)
        if fault is None:
            usable.append(function)
        else:
            errors.append(fault)
    return LoadedScript(
        tuple(usable),
        tuple(errors),
        _work_line(path, module, created, found),
        frozenset(function.name for function in found),
        tuple((lf.origin.file, lf.name) for lf in created if lf.origin is not None),
    )


def drop_duplicates(
    script: LoadedScript, earlier: dict[str, FoundFunction]
) -> tuple[list[FoundFunction], list[ScriptError]]:
    """Keep the first labeling function of each name; one that several scripts hold is no second.

    Parameters
    ----------
    script
        The script to look through.
    earlier
        The functions kept so far, by name; those of ``script`` are added.

    Returns
    -------
    tuple
        The functions kept of this script, and an error for each that was left out.
    """
    kept, errors = [], []
    for function in script.functions:
        first = earlier.setdefault(function.name, function)
        if first is function:
            kept.append(function)
            continue
        if first.function is function.function or _is_defined_with(first, function, kept):
            continue
        errors.append(
            ScriptError(
                function.file,
                function.line,
                f"labeling function {function.name!r} is already defined in {first.file}, line "
                f"{first.line}; the one in {function.file}, line {function.line} is left out",
                "rename one of the two",
            )
        )
    return kept, errors


def left_out(
    folder: Path, scripts: Sequence[LoadedScript], versions: Sequence[Version] = ()
) -> list[ScriptError]:
    """Say which labeling functions of helpers were imported, and none of the scripts holds or uses.

    Parameters
    ----------
    folder
        The folder with the scripts.
    scripts
        All of them; where one failed, nothing is known of what it would hold.
    versions
        Of the functions that were found: they say which others these use.

    Returns
    -------
    list of ScriptError
        One for each helper.
    """
    if any(script.errors and not script.names for script in scripts):
        return []
    known = frozenset().union(*(script.names for script in scripts), *(v.used for v in versions))
    whole_files = frozenset().union(*(version.whole_files for version in versions))
    made = [one for script in scripts for one in script.made_elsewhere]
    by_file: dict[str, dict[str, None]] = {}
    for file, name in (*names_in_helpers(folder), *made):
        if name not in known and Path(file).is_relative_to(folder) and not is_script(file, folder):
            by_file.setdefault(_in_folder(file, folder), {})[name] = None
    return [
        ScriptError(
            file,
            None,
            f"no script holds {listed(map(repr, names))} of this helper:"
            f" {'it does' if len(names) == 1 else 'they do'} not vote",
            "import it by name in the script, or put it into a list there: lfs = [...]"
            + _UNLESS_CALLED * (str(folder / file) in whole_files),
        )
        for file, names in sorted(by_file.items())
    ]


def _functions_of(
    path: Path, module: ModuleType, created: Iterable[LabelingFunction]
) -> list[FoundFunction]:
    """Return the labeling functions that a script made, or holds and no other script makes."""
    folder = path.parent
    found = [
        _describe(lf, path, folder)
        for lf in created
        if lf.origin is not None and lf.origin.file == str(path)
    ]
    files = {} if snorkels_class() is None else files_of_snorkels(folder)
    for name, function in functions_held(module):
        if isinstance(function, LabelingFunction):
            file = function.origin.file if function.origin is not None else ""
            if file == str(path):
                continue
        else:
            file = files.get(id(function), "")
            if file == str(path):  # another script imported this one before
                file = ""
        if is_script(file, folder):
            continue
        home = Path(file) if file.startswith(str(folder) + os.sep) else path
        found.append(_describe(function, home, folder, name))
    return found


def _is_defined_with(
    first: FoundFunction, second: FoundFunction, kept: Iterable[FoundFunction]
) -> bool:
    """Whether an earlier script has the same function of a helper, imported by another path."""
    place = (second.file, second.line)
    return (first.file, first.line) == place and all(first is not one for one in kept)


def _describe(function: Any, path: Path, folder: Path, bound_to: str = "") -> FoundFunction:
    """Say where a labeling function is defined, ``path``, and of which kind it is."""
    if isinstance(function, Template):
        kind, line, tags = function.kind, None, function.tags
    elif isinstance(function, LabelingFunction):
        kind, line, tags = "python", _line_of(function.function, path), function.tags
    else:
        kind, line, tags = "snorkel", _line_of(function._f, path), ()
    origin = function.origin if isinstance(function, LabelingFunction) else None
    if line is None and origin is not None and origin.file == str(path):
        line = origin.line
    if line is None:
        bindings = source_file(str(path)).bindings(bound_to)
        line = first_line(bindings[0]) if bindings else 1
    columns = (
        function.rule.columns if isinstance(function, Template) else fixed_columns_read(function)
    )
    return FoundFunction(
        function.name, _in_folder(str(path), folder), line, kind, tags, function, columns
    )


def _in_folder(file: str, folder: Path) -> str:
    """Return the path of a file from the folder of the scripts on."""
    return Path(file).relative_to(folder).as_posix()


def _line_of(function: Any, path: Path) -> int | None:
    """Return the line of a Python function if it is defined in the file."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_filename != str(path):
        return None
    line: int = code.co_firstlineno
    return line


def _unusable(found: FoundFunction, reader: VoteReader) -> ScriptError | None:
    """Check what can be checked before the first vote: the name, and a template's label."""
    try:
        checked_name(found.name)
        if isinstance(found.function, Template):
            rule = found.function.rule
            if isinstance(rule, LookupRule):
                rule.check(found.name, reader)
            reader.read_labels(rule.labels)
    except FunctionError as error:
        return ScriptError(found.file, found.line, error.message, error.hint)
    except VoteError as error:
        message = str(error).replace("returned ", "the label is ", 1)
        return ScriptError(found.file, found.line, f"{found.name!r} cannot vote: {message}")
    return None


def _replaced(
    path: Path, module: ModuleType, found: Sequence[FoundFunction]
) -> Iterator[ScriptError]:
    """Report Snorkel's functions that a later one of the same Python name replaces."""
    snorkels = [one for one in found if one.kind == "snorkel"]
    by_id = {id(one.function): one for one in snorkels}
    n_at = Counter((one.file, one.line) for one in snorkels)
    modules = {**dict(imported_modules(path.parent)), str(path): module} if snorkels else {}
    for file in dict.fromkeys(one.file for one in snorkels):
        home = str(path.parent / file)
        source = source_file(home)
        for name, line, earlier in source.repeated_functions():
            yield ScriptError(
                file,
                line,
                f"{name!r} is defined in line {earlier} and in line {line}; Python keeps the last",
                "rename one of the two",
            )
        for name, line in source.bound_in_loops():
            last = by_id.get(id(getattr(modules.get(home), name, None)))
            if last is not None and n_at[last.file, last.line] == 1:
                yield ScriptError(
                    file,
                    line,
                    f"{name!r} is made anew in each pass of a loop; Python keeps the last,"
                    f" {last.name!r}",
                    f"keep them all: lfs = [] before the loop, lfs.append({name}) in it",
                )


def _work_line(
    path: Path,
    module: ModuleType,
    created: Iterable[LabelingFunction],
    found: Sequence[FoundFunction],
) -> int | None:
    """Return the first line behind the functions that calls something and makes no function."""
    last = max((function.line for function in found if function.file == path.name), default=None)
    if last is None:
        return None
    origins = [lf.origin for lf in created if lf.origin is not None]
    making = {origin.line for origin in origins if origin.file == str(path)}
    functions = {id(function.function) for function in found}
    for line, end, names in source_file(str(path)).calling_statements():
        held = [one for name in names for one in members(vars(module).get(name))]
        is_making = not making.isdisjoint(range(line, end + 1))
        if line > last and not is_making and functions.isdisjoint(map(id, held)):
            return line
    return None


def _is_below_functions(
    path: Path, error: BaseException, created: Iterable[LabelingFunction], module: ModuleType
) -> bool:
    """Whether a script failed behind labeling functions that it had defined by then."""
    line = module_line(path, error)
    found = _functions_of(path, module, created)
    return line is not None and any(f.file == path.name and f.line < line for f in found)
