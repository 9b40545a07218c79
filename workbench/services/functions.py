"""Labeling functions as files: list them, start a new one, try one on some rows."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast, get_args

import numpy as np

from workbench.errors import FunctionError, UsageError
from workbench.functions.new import StarterTemplate, new_script
from workbench.functions.runner import (
    FunctionRunner,
    LFInfo,
    LoadedFunctions,
    RecordBlock,
    RowError,
    load_functions,
)
from workbench.methods.votes import VoteSummary, conflict_rate, coverage, summarize, vote_dtype
from workbench.services.labels import given_labels, human_labels, roles
from workbench.services.project import Project
from workbench.store.examples import Example
from workbench.store.votes import LFError, LFTotals, LFVersion
from workbench.types import ABSTAIN, Role

STARTERS: Final[tuple[str, ...]] = get_args(StarterTemplate)


@dataclass(frozen=True, slots=True)
class ScriptProblem:
    """A script, or a part of it, that could not be loaded."""

    file: str
    line: int | None
    message: str
    hint: str | None


@dataclass(frozen=True, slots=True)
class LFRow:
    """One labeling function and what its votes do.

    ``state`` is ``current`` (its votes are up to date), ``stale`` (rows or a change wait for
    ``apply``), ``new`` (never applied), ``external`` (votes that were imported) or ``gone`` (its
    script no longer holds it). Coverage, overlaps and conflicts are shares of all examples;
    ``accuracy`` is over the ``n_labelled`` examples with a human or evaluation label that it votes
    on, None where there are none.
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


@dataclass(frozen=True, slots=True)
class LFList:
    """The labeling functions of a project, and the scripts that could not be loaded."""

    functions: tuple[LFRow, ...]
    problems: tuple[ScriptProblem, ...]
    coverage: float
    conflicts: float


@dataclass(frozen=True, slots=True)
class TestedRow:
    """A row of a trial: what the function said, beside a label that people gave."""

    uid: str
    text: str
    vote: str
    trusted: str | None


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A row that the function failed on."""

    uid: str
    type: str
    message: str
    line: int | None


@dataclass(frozen=True, slots=True)
class LFTest:
    """A trial of one labeling function on a sample; nothing of it is stored."""

    name: str
    file: str
    line: int
    n_sample: int
    n_votes: int
    n_errors: int
    milliseconds_per_row: float
    rows: tuple[TestedRow, ...]
    errors: tuple[FailedRow, ...]


def load(project: Project) -> LoadedFunctions:
    """Load the project's scripts in a worker process."""
    return load_functions(project.functions_folder, project.classes)


def problems_of(loaded: LoadedFunctions) -> tuple[ScriptProblem, ...]:
    """Return the scripts' errors as results."""
    return tuple(ScriptProblem(e.file, e.line, e.message, e.hint) for e in loaded.errors)


def record_of(example: Example) -> dict[str, Any]:
    """Return an example as the columns that a labeling function sees."""
    record: dict[str, Any] = dict(example.metadata)
    record["batch"] = example.batch
    record["vendor"] = example.vendor
    record["uid"] = example.uid
    record["text"] = example.text
    record["role"] = example.role
    return record


def list_functions(project: Project, *, load_scripts: bool = True) -> LFList:
    """Return every labeling function with the figures of its stored votes.

    Parameters
    ----------
    project
        The project.
    load_scripts
        Whether to run the scripts (in a worker) to see what has changed since the last apply;
        otherwise only what is stored is shown.
    """
    store = project.store
    loaded = load(project) if load_scripts else LoadedFunctions((), ())
    in_force = {version.name: version for version in store.votes.in_force()}
    n, n_classes = store.examples.count(), len(project.classes)
    names = sorted(in_force)
    votes = store.votes.matrix(
        [in_force[name].lf_version_id for name in names], n, vote_dtype(n_classes)
    )
    reference = _reference_labels(project)
    summary = summarize(votes, n_classes, reference) if names and n else None
    column = {name: i for i, name in enumerate(names)}
    infos = {info.name: info for info in loaded.infos}
    rows = []
    for name in sorted(infos.keys() | in_force.keys()):
        info, version = infos.get(name), in_force.get(name)
        here = info if info is not None else in_force[name]
        totals = LFTotals(0, 0, 0, 0.0, None)
        state = "new"
        if version is not None:
            totals = store.votes.totals(version.lf_version_id)
            is_behind = store.votes.extent(version.lf_version_id) < n
            state = _state(version, info, is_behind=is_behind, scripts_known=load_scripts)
        rows.append(
            _row(
                project,
                here,
                state,
                totals,
                store.votes.errors(version.lf_version_id) if version and totals.n_errors else [],
                summary,
                column.get(name),
            )
        )
    return LFList(
        functions=tuple(rows),
        problems=problems_of(loaded),
        coverage=float(coverage(votes)) if names and n else 0.0,
        conflicts=float(conflict_rate(votes)) if names and n else 0.0,
    )


def _state(version: LFVersion, info: LFInfo | None, *, is_behind: bool, scripts_known: bool) -> str:
    if version.kind == "external":
        return "external"
    if scripts_known and info is None:
        return "gone"
    if is_behind or (info is not None and info.version != version.version):
        return "stale"
    return "current"


def _row(
    project: Project,
    here: LFInfo | LFVersion,
    state: str,
    totals: LFTotals,
    errors: Sequence[LFError],
    summary: VoteSummary | None,
    column: int | None,
) -> LFRow:
    row = LFRow(
        name=here.name,
        kind=here.kind,
        file=here.file,
        line=here.line,
        version=here.version[:12],
        state=state,
        n_errors=totals.n_errors,
        first_error=f"{errors[0].uid}: {errors[0].type}: {errors[0].message}" if errors else None,
        milliseconds_per_row=1000 * totals.seconds / totals.n_rows if totals.n_rows else None,
        quarantined=totals.quarantined,
        source=here.source,
    )
    if summary is None or column is None:
        return row
    n_labelled = int(summary.n_labelled[column])
    return replace(
        row,
        polarity=tuple(project.classes[c] for c in summary.polarity[column]),
        coverage=float(summary.coverage[column]),
        overlaps=float(summary.overlaps[column]),
        conflicts=float(summary.conflicts[column]),
        n_labelled=n_labelled,
        n_correct=int(summary.n_correct[column]),
        accuracy=float(summary.accuracy[column]) if n_labelled else None,
        accuracy_low=float(summary.accuracy_low[column]) if n_labelled else None,
        accuracy_high=float(summary.accuracy_high[column]) if n_labelled else None,
    )


def _reference_labels(project: Project) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the labels that functions are measured against: people's, and evaluation rows'."""
    human = human_labels(project)
    reference = np.where(roles(project) == Role.EVALUATION, given_labels(project), -1)
    reference = np.where(human.annotation >= 0, human.annotation, reference)
    return np.where(human.correction >= 0, human.correction, reference)


def new_function(project: Project, name: str, *, template: str = "python") -> Path:
    """Write a commented starter script; return its path.

    Raises
    ------
    FunctionError
        If the name cannot be used or the file exists.
    UsageError
        If there is no such template.
    """
    if template not in STARTERS:
        raise UsageError(
            f"there is no template {template!r}", hint=f"Templates: {', '.join(STARTERS)}."
        )
    project.functions_folder.mkdir(exist_ok=True)
    return new_script(
        project.functions_folder,
        name,
        template=cast(StarterTemplate, template),
        class_names=project.classes,
    )


def find_info(loaded: LoadedFunctions, name: str) -> LFInfo:
    """Return the function of a name.

    Raises
    ------
    FunctionError
        If no script holds it; it says what there is, and which scripts could not be loaded.
    """
    for info in loaded.infos:
        if info.name == name:
            return info
    if loaded.errors:
        error = loaded.errors[0]
        raise FunctionError(
            f"no function {name!r}; {error.file} could not be loaded: {error.message}",
            place=f"{error.file}:{error.line}" if error.line else error.file,
            hint=error.hint,
        )
    names = [info.name for info in loaded.infos]
    near = difflib.get_close_matches(name, names, n=1)
    guess = f" Did you mean {near[0]!r}?" if near else ""
    listed = ", ".join(names[:10]) or "none yet: workbench lf new NAME"
    raise FunctionError(
        f"there is no labeling function {name!r}", hint=f"There are: {listed}.{guess}"
    )


def check_function(
    project: Project, name: str, *, n_rows: int = 20, n_sample: int = 2_000, seed: int | None = None
) -> LFTest:
    """Try one labeling function on a sample of the rows; nothing is stored.

    Parameters
    ----------
    project
        The project.
    name
        The function's name.
    n_rows
        How many of the rows that it votes on to return.
    n_sample
        How many rows to try, drawn evenly from all.
    seed
        For the draw; the project's by default.

    Raises
    ------
    FunctionError
        If there is no such function.
    """
    if n_rows < 0 or n_sample < 1:
        raise UsageError("a trial needs at least one row")
    info = find_info(load(project), name)
    n = project.store.examples.count()
    rng = np.random.default_rng(project.config.seed if seed is None else seed)
    ids = np.arange(1, n + 1)
    if n > n_sample:
        ids = np.sort(rng.choice(ids, n_sample, replace=False))
    examples = [e for e in (project.store.examples.get(int(i)) for i in ids) if e is not None]
    reference = _reference_labels(project)
    rows: list[TestedRow] = []
    errors: list[RowError] = []
    n_votes = n_errors = 0
    seconds = 0.0
    runner = FunctionRunner(
        project.functions_folder, project.classes, row_timeout=project.config.row_timeout
    )
    with runner:
        for result in runner.apply([info.name], _one_block(examples)):
            votes = result.votes[name]
            fired = np.flatnonzero(votes != ABSTAIN)
            n_votes += len(fired)
            n_errors += result.n_errors.get(name, 0)
            errors += result.errors.get(name, ())
            seconds += result.seconds.get(name, 0.0)
            for row in fired[: max(0, n_rows - len(rows))]:
                example = examples[result.start - 1 + int(row)]
                known = int(reference[example.example_id - 1])
                rows.append(
                    TestedRow(
                        uid=example.uid,
                        text=example.text,
                        vote=project.classes[int(votes[row])],
                        trusted=project.classes[known] if known >= 0 else None,
                    )
                )
    return LFTest(
        name=name,
        file=info.file,
        line=info.line,
        n_sample=len(examples),
        n_votes=n_votes,
        n_errors=n_errors,
        milliseconds_per_row=1000 * seconds / max(1, len(examples)),
        rows=tuple(rows),
        errors=tuple(FailedRow(e.uid, e.type, e.message, e.line) for e in errors[:n_rows]),
    )


def _one_block(examples: list[Example]) -> Iterator[RecordBlock]:
    for start in range(0, len(examples), 500):
        yield RecordBlock(start + 1, [record_of(e) for e in examples[start : start + 500]])
