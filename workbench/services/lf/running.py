"""Running a project's labeling functions: workers under its limits, examples as columns."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import FunctionError
from workbench.functions.block import RecordBlock
from workbench.functions.runner import FunctionRunner, LFInfo, LoadedFunctions
from workbench.functions.scripts import helper_paths, script_paths
from workbench.services.project import Project
from workbench.store.examples import OWN_COLUMNS, Example

_BLOCK_TIMEOUT = 300.0
"""Seconds for a block of up to 5,000 examples: enough for a model at 60 ms a text."""

_LEAST_MEMORY = 8 << 30
"""Torch alone maps several gigabytes."""

_LISTED = 10

_PARTS = {"text": "text", "id": "uid", "batch": "batch", "vendor": "vendor"}
"""Our own columns, by what the configuration and an import call them."""


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A row that the function failed on."""

    uid: str
    type: str
    message: str
    line: int | None


def function_runner(project: Project, **options: Any) -> FunctionRunner:
    """Return a runner of the project's functions, under its limits; open it with ``with``."""
    return FunctionRunner(
        project.functions_folder,
        project.label_set.words,
        former_names=project.label_set.former_words,
        left=project.label_set.left,
        id_column=project.config.id_column,
        row_timeout=project.config.row_timeout,
        block_timeout=_BLOCK_TIMEOUT,
        memory_limit=_memory_limit(),
        **options,
    )


def _memory_limit() -> int:
    """Return the address space of a worker in bytes: half of the memory, but room for libraries."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(_LEAST_MEMORY, physical // 2)


def metadata_columns(project: Project, infos: Iterable[LFInfo]) -> list[str]:
    """Return the metadata columns to hand to labeling functions.

    Those of the whole project, since votes must not depend on what a block happens to hold; none
    where no function could read one.
    """
    if all(info.columns is not None and set(info.columns) <= {*OWN_COLUMNS} for info in infos):
        return []
    return project.store.examples.metadata_columns()


def column_aliases(project: Project) -> dict[str, str]:
    """Return what the project's own columns are called in its files, each with its name here.

    A labeling function may use either: scripts that were written for a file run unchanged.
    """
    found = {getattr(project.config, f"{part}_column"): own for part, own in _PARTS.items()}
    for run_id in project.store.runs.done_ids("import"):
        run = project.store.runs.get(run_id)
        named = {} if run is None else run.parameters.get("columns", {})
        for part, own in _PARTS.items():
            found.setdefault(named.get(part) or own, own)
    return {name: own for name, own in found.items() if name not in OWN_COLUMNS}


def record_block(
    start: int,
    examples: Sequence[Example],
    names: Iterable[str],
    prepared: Mapping[str, Any],
    aliases: Mapping[str, str],
) -> RecordBlock:
    """Return examples as the columns that labeling functions see.

    Parameters
    ----------
    start
        Id of the first.
    examples
        The examples.
    names
        The metadata columns; an example without a value for one has None there.
    prepared
        What was prepared for them, by key.
    aliases
        From `column_aliases`.
    """
    columns: dict[str, list[Any]] = {
        name: [example.metadata.get(name) for example in examples] for name in names
    }
    for name in OWN_COLUMNS:
        columns[name] = [getattr(example, name) for example in examples]
    return RecordBlock(start, columns, prepared, aliases)


def scripts_with(project: Project, name: str) -> list[str]:
    """Return the scripts that hold a name, so that slow imports of others need not run.

    They are all of them where a helper holds it: any script may have its functions from there.
    """
    folder, word = project.functions_folder, name.encode()
    scripts = [path for path in script_paths(folder) if path.is_file()]
    is_in_helper = any(_may_hold(path, word) for path in helper_paths(folder))
    return [path.name for path in scripts if is_in_helper or word in path.read_bytes()]


def _may_hold(helper: Path, word: bytes) -> bool:
    """Whether a helper holds a word, as far as it can be read."""
    try:
        return word in helper.read_bytes()
    except OSError:
        return helper.is_file()


def find_info(loaded: LoadedFunctions, name: str) -> LFInfo:
    """Return the function of a name.

    Raises
    ------
    FunctionError
        If no script holds it; it says what there is, which helper has it, or which script gave no
        function.
    """
    for info in loaded.infos:
        if info.name == name:
            return info
    has_functions = {info.file for info in loaded.infos}
    if lost := [one for one in loaded.errors if (one.script or one.file) not in has_functions]:
        error = lost[0]
        raise FunctionError(
            f"there is no labeling function {name!r} in the scripts that could be loaded;"
            f" {error.script or error.file} gave none: {error.message}",
            place=f"{error.file}:{error.line}" if error.line else error.file,
            hint=error.hint,
        )
    if untaken := [note for note in loaded.notes if repr(name) in note.message]:
        raise FunctionError(
            f"there is no labeling function {name!r}: {untaken[0].message}",
            place=untaken[0].file,
            hint=untaken[0].hint,
        )
    names = sorted(info.name for info in loaded.infos)
    near = [one for one in names if name in one] or difflib.get_close_matches(name, names, n=1)
    if near:
        hint = f"Did you mean {near[0]}? All of them: workbench lf list"
    elif names:
        more = ", …" if len(names) > _LISTED else ""
        hint = f"There are: {', '.join(names[:_LISTED])}{more}. All of them: workbench lf list"
    else:
        hint = "There is none yet: workbench lf new NAME"
    raise FunctionError(f"there is no labeling function {name!r}", hint=hint)
