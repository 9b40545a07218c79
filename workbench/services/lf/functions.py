"""Labeling functions as files: load them, list them, start a new one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import FunctionError, UsageError
from workbench.functions.block import as_text
from workbench.functions.held import is_script_name
from workbench.functions.new import new_script
from workbench.functions.runner import LFInfo, LoadedFunctions, ScriptError, load_functions
from workbench.functions.starters import SUMMARIES
from workbench.methods.votes import conflict_rate, coverage, summarize
from workbench.plugins import template_names
from workbench.result import Result
from workbench.services.column_values import name_of
from workbench.services.failing import failing_words
from workbench.services.gone_votes import GoneVotes, gone_votes
from workbench.services.judges import chosen_note, picked_note, references
from workbench.services.labels import stored_votes
from workbench.services.lf.attempts import hash_of
from workbench.services.lf.prepared import lack_of, version_of
from workbench.services.lf.running import function_runner, scripts_with
from workbench.services.lf.tags import tags_in
from workbench.services.project import Project
from workbench.store.votes import LFTotals, LFVersion
from workbench.types import ABSTAIN

_MAX_SLICES = 20


@dataclass(frozen=True, slots=True)
class ScriptProblem:
    """A script, or a part of it, that could not be loaded, or not be taken as it is.

    ``script`` is the script where ``file`` is another that it uses, and that failed.
    """

    file: str
    line: int | None
    message: str
    hint: str | None
    column: int | None = None
    script: str | None = None


@dataclass(frozen=True, slots=True)
class LFRow:
    """One labeling function and what its votes do.

    ``state`` is ``current`` (its votes are up to date), ``stale`` (rows or a change wait for
    ``apply``), ``new`` (never applied), ``external`` (votes that were imported), ``broken`` (its
    script, or a part of it, cannot be loaded; the votes stay) or ``gone`` (its script no longer
    holds it; ``apply`` withdraws it). ``quarantined`` says why votes were withheld; ``is_failing``
    marks one that failed too often (`workbench.functions.quarantine.is_failing`), whose votes stay.
    Coverage, overlaps and conflicts are shares of all examples; ``accuracy`` is over the
    ``n_labelled`` examples with a human or evaluation label that it votes on, None where there are
    none; a function that votes as a person answers is measured by what everybody else says
    (`workbench.services.judges.references`), and one that ``lf suggest`` wrote not by the
    ``n_chose`` examples whose labels chose it. Nor do the ``n_picked`` labels judge it that are of
    examples picked for a doubt (`workbench.services.batch_draws.picked_rows`).
    ``is_dead`` marks one that was applied and votes on nothing, ``n_gone`` counts its votes for
    classes that were split or retired, which count for none; ``slices`` is its coverage by value
    of a column, where one was asked for; ``tags`` are the words that it is grouped by.
    """

    name: str
    kind: str
    file: str | None
    line: int | None
    version: str
    state: str
    n_errors: int
    first_error: str | None
    milliseconds_per_row: float | None
    quarantined: str | None
    source: str
    polarity: tuple[str, ...] = ()
    coverage: float = 0.0
    overlaps: float = 0.0
    conflicts: float = 0.0
    n_labelled: int = 0
    n_correct: int = 0
    accuracy: float | None = None
    accuracy_low: float | None = None
    accuracy_high: float | None = None
    n_chose: int = 0
    n_picked: int = 0
    is_dead: bool = False
    is_failing: bool = False
    n_gone: int = 0
    slices: tuple[SliceCoverage, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SliceCoverage:
    """The share of the ``n`` examples with one value of a column that a function votes on."""

    value: str
    n: int
    coverage: float


@dataclass(frozen=True, slots=True)
class LFList(Result):
    """The labeling functions of a project, and the scripts that could not be loaded.

    ``coverage`` and ``conflicts`` are those of the functions listed, together.
    ``notes`` are about scripts that do more than define functions, and about functions that need
    what the project does not have yet.
    """

    functions: tuple[LFRow, ...]
    problems: tuple[ScriptProblem, ...]
    coverage: float
    conflicts: float
    notes: tuple[ScriptProblem, ...] = ()

    @property
    def chosen_note(self) -> str | None:
        """What does not judge the functions that labels chose; None where there are none."""
        chosen = [row.name for row in self.functions if row.n_chose]
        return chosen_note(chosen) if chosen else None

    @property
    def picked_note(self) -> str | None:
        """Which functions only labels that a doubt picked could judge; None where none."""
        measured = [row.name for row in self.functions if row.n_labelled]
        return picked_note({row.name: row.n_picked for row in self.functions}, measured)


def load(project: Project, *, meanwhile: Callable[[], object] = lambda: None) -> LoadedFunctions:
    """Load the project's scripts in a worker process; ``meanwhile`` is called while it does."""
    label_set = project.label_set
    loaded = load_functions(
        project.functions_folder,
        label_set.words,
        former_names=label_set.former_words,
        left=label_set.left,
        id_column=project.config.id_column,
        meanwhile=meanwhile,
    )
    return usable_functions(project, loaded)


def problems_of(loaded: LoadedFunctions) -> tuple[ScriptProblem, ...]:
    """Return the scripts' errors as results."""
    return tuple(
        ScriptProblem(e.file, e.line, e.message, e.hint, e.column, e.script) for e in loaded.errors
    )


def notes_of(loaded: LoadedFunctions) -> tuple[ScriptProblem, ...]:
    """Return what is to be known of scripts that were loaded, as results."""
    return tuple(ScriptProblem(e.file, e.line, e.message, e.hint) for e in loaded.notes)


def notes_on_lacks(
    project: Project, infos: Iterable[LFInfo], *, but_missing: bool = False
) -> tuple[ScriptProblem, ...]:
    """Return what functions need and the project does not have, as results (`lack_of`)."""
    return tuple(
        ScriptProblem(info.file, info.line, f"{info.name!r}: {lack}", None)
        for info in infos
        if (lack := lack_of(project, info, but_missing=but_missing)) is not None
    )


def notes_on_gone(
    found: Iterable[GoneVotes], functions: Iterable[LFInfo | LFRow]
) -> tuple[ScriptProblem, ...]:
    """Return which of some functions vote for classes that are gone, as results."""
    by_name = {function.name: function for function in functions}
    return tuple(
        ScriptProblem(here.file or here.kind, here.line, one.sentence, one.remedy)
        for one in found
        if (here := by_name.get(one.name)) is not None
    )


def usable_functions(project: Project, loaded: LoadedFunctions) -> LoadedFunctions:
    """Turn functions with the name of imported votes into errors: they would replace these."""
    files = {v.name: v.file for v in project.store.votes.in_force() if v.kind == "external"}
    clashes = [info for info in loaded.infos if info.name in files]
    errors = [
        ScriptError(
            info.file,
            info.line,
            f"{info.name!r} is the name of votes that were imported from {files[info.name]}",
            "the imported votes stay; rename the function",
        )
        for info in clashes
    ]
    infos = tuple(info for info in loaded.infos if info.name not in files)
    return LoadedFunctions(infos, (*loaded.errors, *errors), loaded.notes)


def keep_votes(file: str | None, problems: Sequence[ScriptProblem]) -> bool:
    """Whether the votes of a function that is not found stay, since its script is broken.

    It is not recorded which script takes a function of a helper: any that is broken may.
    """
    broken = {problem.script or problem.file for problem in problems}
    return file in broken or (bool(broken) and file is not None and not is_script_name(file))


def list_functions(
    project: Project,
    *,
    load_scripts: bool = True,
    by: str | None = None,
    tag: str | None = None,
    meanwhile: Callable[[], object] = lambda: None,  # as `load` calls it
) -> LFList:
    """Return every labeling function with the figures of its stored votes.

    Parameters
    ----------
    project
        The project.
    load_scripts
        Whether to run the scripts (in a worker) to see what has changed since the last apply;
        otherwise only what is stored is shown.
    by
        A column (metadata, ``batch``, ``vendor``, ``role``, ``source``) whose values part the
        examples into slices; the largest are reported.
    tag
        Only functions that have this tag.

    Raises
    ------
    UsageError
        If there is no such column, or no function has such a tag.
    """
    slices = _slices(project, by) if by else {}
    store = project.store
    loaded = load(project, meanwhile=meanwhile) if load_scripts else LoadedFunctions((), ())
    versions = store.votes.in_force()
    votes = stored_votes(project, [version.lf_version_id for version in versions])
    gone = gone_votes(project, versions)
    problems = problems_of(loaded)
    infos = {info.name: info for info in loaded.infos}
    in_force = {version.name: version for version in versions}
    by_name = {
        name: _row(project, infos.get(name), in_force.get(name), problems, load_scripts)
        for name in sorted(infos.keys() | in_force.keys())
    }
    if votes.size:
        by_name |= _measured(project, by_name, versions, votes, gone, slices)
    rows = list(by_name.values())
    if tag is not None:
        rows = _tagged(rows, tag)
    named = {row.name for row in rows}
    is_shown = [version.name in named for version in versions]
    votes = votes if all(is_shown) else votes[:, is_shown]
    return LFList(
        functions=tuple(rows),
        problems=problems,
        coverage=float(coverage(votes)) if votes.size else 0.0,
        conflicts=float(conflict_rate(votes)) if votes.size else 0.0,
        notes=(
            *notes_of(loaded),
            *notes_on_lacks(project, (info for info in loaded.infos if info.name in named)),
            *notes_on_gone(gone, rows),
        ),
    )


def _tagged(rows: Sequence[LFRow], tag: str) -> list[LFRow]:
    """Return the functions that have a tag."""
    found = [row for row in rows if tag in row.tags]
    if not found:
        known = sorted({word for row in rows for word in row.tags})
        raise UsageError(
            f"no labeling function has the tag {tag!r}",
            hint=f"Tags: {', '.join(known)}." if known else "Give it tags=[...] in its script.",
        )
    return found


def _slices(project: Project, by: str) -> dict[str, NDArray[np.int64]]:
    """Return the rows of the most frequent values of a column."""
    known = [*project.store.examples.metadata_columns(), "batch", "vendor", "role", "source"]
    if by not in known:
        raise UsageError(f"there is no column {by!r}", hint=f"Columns: {', '.join(known)}.")
    values = np.array([as_text(value) for value in project.store.examples.column(by)], dtype=str)
    found, counts = np.unique(values, return_counts=True)
    largest = sorted(zip(-counts, found, strict=True))[:_MAX_SLICES]
    return {name_of(value): np.flatnonzero(values == value) for _, value in largest}


def _row(
    project: Project,
    info: LFInfo | None,
    version: LFVersion | None,
    problems: Sequence[ScriptProblem],
    load_scripts: bool,
) -> LFRow:
    """Return a function that a script holds or that is in force, without what its votes come to."""
    store = project.store.votes
    here = info or version
    assert here is not None
    totals, first, state = LFTotals(0, 0, 0, 0.0, None), None, "new"
    # As an apply stores it: with what is prepared for the function, not its source alone.
    hashed = "" if info is None else version_of(project, info)
    if version is not None:
        hashed = hashed or hash_of(version)
        totals = store.totals(version.lf_version_id)
        if totals.n_errors and (errors := store.errors(version.lf_version_id)):
            first = f"{errors[0].uid}: {errors[0].type}: {errors[0].message}"
        is_behind = store.extent(version.lf_version_id) < project.store.examples.count()
        state = "stale" if is_behind or hashed != hash_of(version) else "current"
        if version.kind == "external":
            state = "external"
        elif load_scripts and info is None:
            state = "broken" if keep_votes(version.file, problems) else "gone"
    return LFRow(
        name=here.name,
        kind=here.kind,
        file=here.file,
        line=here.line,
        version=hashed[:12],
        state=state,
        n_errors=totals.n_errors,
        first_error=first,
        milliseconds_per_row=1000 * totals.seconds / totals.n_rows if totals.n_rows else None,
        quarantined=totals.quarantined,
        is_failing=failing_words(totals) is not None,
        source=here.source,
        tags=here.tags if isinstance(here, LFInfo) else tags_in(here.source),
    )


def _measured(
    project: Project,
    rows: Mapping[str, LFRow],
    versions: Sequence[LFVersion],
    votes: NDArray[np.signedinteger[Any]],
    gone: Sequence[GoneVotes],
    slices: Mapping[str, NDArray[np.int64]],
) -> dict[str, LFRow]:
    """Return the functions in force, by name, with what their votes (n, m) come to."""
    ids = [version.lf_version_id for version in versions]
    known = references(project, versions)
    chose = known.chose_column(ids)
    summary = summarize(votes, len(project.classes), known.labels, apart=known.by_column(ids))
    n_gone = Counter[str]()
    for one in gone:
        n_gone[one.name] += one.n
    found = {}
    for j, version in enumerate(versions):
        row, voted, polarity = rows[version.name], votes[:, j] != ABSTAIN, summary.polarity[j]
        n_labelled = int(summary.n_labelled[j])
        has_run = project.store.votes.totals(version.lf_version_id).n_rows > 0
        found[row.name] = replace(
            row,
            is_dead=has_run and not polarity and not n_gone[row.name],
            polarity=tuple(project.classes[c] for c in polarity),
            coverage=float(summary.coverage[j]),
            overlaps=float(summary.overlaps[j]),
            conflicts=float(summary.conflicts[j]),
            n_labelled=n_labelled,
            n_correct=int(summary.n_correct[j]),
            accuracy=float(summary.accuracy[j]) if n_labelled else None,
            accuracy_low=float(summary.accuracy_low[j]) if n_labelled else None,
            accuracy_high=float(summary.accuracy_high[j]) if n_labelled else None,
            n_chose=int(voted[chose[j]].sum()) if j in chose else 0,
            n_picked=int(voted[known.is_picked].sum()),
            n_gone=n_gone[row.name],
            slices=tuple(
                SliceCoverage(value, len(some), float(voted[some].mean()))
                for value, some in slices.items()
            ),
        )
    return found


def _refuse_known(project: Project, name: str) -> None:
    """Refuse the name of a function of another script, or of votes that were imported."""
    in_force = project.store.votes.in_force()
    files = [one.file for one in in_force if (one.name, one.kind) == (name, "external")]
    if scripts := [file for file in scripts_with(project, name) if file != f"{name}.py"]:
        with function_runner(project, only=scripts) as runner:
            files += [info.file for info in runner.functions.infos if info.name == name]
    if files:
        raise FunctionError(
            f"there is a labeling function {name!r} already",
            place=files[0],
            hint="choose another name",
        )


def templates() -> dict[str, str]:
    """Return what a new script can be made from: name and, in a few words, what it makes."""
    return SUMMARIES | dict.fromkeys(template_names(), "of an installed package")


def new_function(project: Project, name: str, *, template: str = "python") -> Path:
    """Write a commented starter script; return its path.

    Raises
    ------
    FunctionError
        If the name cannot be used or is that of another function, or the file exists.
    UsageError
        If there is no such template.
    """
    known = templates()
    if template not in known:
        raise UsageError(
            f"there is no template {template!r}", hint=f"Templates: {', '.join(known)}."
        )
    project.functions_folder.mkdir(exist_ok=True)
    _refuse_known(project, name)
    return new_script(
        project.functions_folder,
        name,
        template=template,
        installed=known,
        # By number: the constants of a script mean the same for ever.
        class_names=[state.name for state in project.label_set.states],
    )
