"""Applying labeling functions: only what changed, in worker processes, block by block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from workbench.errors import ProjectError
from workbench.functions.runner import BlockResult, FunctionRunner, LFInfo, RecordBlock
from workbench.methods.votes import vote_dtype
from workbench.services.functions import (
    FailedRow,
    ScriptProblem,
    find_info,
    problems_of,
)
from workbench.services.lf_running import function_runner, record_block
from workbench.services.prepared import PreparedData, missing_uids, prepare, version_of
from workbench.services.project import Project
from workbench.services.publishing import publish, script_digests
from workbench.services.running import record_run
from workbench.store.examples import Example
from workbench.store.votes import LFVersion
from workbench.types import ABSTAIN, Progress, ProgressCallback

BLOCK = 5_000
"""Examples in a block at most: what is lost when the machine stops."""

_BLOCK_CHARACTERS = 8_000_000
"""A block of long texts ends before that."""

_KEPT_ERRORS = 20


@dataclass(frozen=True, slots=True)
class AppliedLF:
    """What an apply did with one labeling function."""

    name: str
    version: str
    n_rows: int
    n_votes: int
    n_errors: int
    seconds: float
    quarantined: str | None
    errors: tuple[FailedRow, ...]
    file: str | None = None


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What an apply did.

    ``functions`` holds every function in force, with ``n_rows`` 0 where nothing was new.
    """

    run_id: int
    n_examples: int
    functions: tuple[AppliedLF, ...]
    withdrawn: tuple[str, ...]
    problems: tuple[ScriptProblem, ...]

    @property
    def n_errors(self) -> int:
        """Rows that failed, over all functions, and scripts that could not be loaded."""
        return sum(lf.n_errors for lf in self.functions) + len(self.problems)


@dataclass(slots=True)
class _Tally:
    version: LFVersion
    n_rows: int = 0
    n_votes: int = 0
    n_errors: int = 0
    seconds: float = 0.0
    quarantined: str | None = None
    errors: list[FailedRow] = field(default_factory=list)


def apply_functions(
    project: Project,
    *,
    only: Sequence[str] = (),
    n_workers: int | None = None,
    progress: ProgressCallback | None = None,
) -> ApplyResult:
    """Bring the votes up to date: new versions on all examples, known ones on new examples.

    Finished blocks are kept when the work stops midway; the next apply goes on from there.

    Parameters
    ----------
    project
        The project.
    only
        Names of the functions to apply; all by default.
    n_workers
        Worker processes; the configuration's by default.
    progress
        Called after each block.

    Returns
    -------
    ApplyResult
        Counts, errors and what was withdrawn. Rows that failed are abstentions.

    Raises
    ------
    FunctionError
        If a function in ``only`` is not there.
    ProjectError
        If there are no examples yet.
    """
    n = project.store.examples.count()
    if n == 0:
        raise ProjectError(
            "there are no examples yet", hint="Import some: workbench import FILE --role train"
        )
    digests = script_digests(project.functions_folder)
    store = project.store
    workers = n_workers or project.config.workers
    parameters = {"only": list(only), "workers": workers, "block": BLOCK}
    inputs = store.runs.done_ids("import")
    runner = function_runner(project, n_workers=workers, max_errors_kept=_KEPT_ERRORS)
    with runner, record_run(store, "apply", parameters=parameters, inputs=inputs) as run:
        loaded = runner.functions
        infos = [find_info(loaded, name) for name in only] if only else list(loaded.infos)
        with store.transaction():
            tallies = {info.name: _Tally(_version(project, info, run.run_id)) for info in infos}
        _vote(project, runner, infos, tallies, run.run_id, progress)
        withdrawn = [] if only else _withdrawn(project, loaded.infos, problems_of(loaded))
        in_force = {version.name: version.lf_version_id for version in store.votes.in_force()}
        counts = {
            "functions": len(tallies),
            "rows": sum(t.n_rows for t in tallies.values()),
            "votes": sum(t.n_votes for t in tallies.values()),
            "errors": sum(t.n_errors for t in tallies.values()),
            "withdrawn": len(withdrawn),
            "script_problems": len(loaded.errors),
        }
        changed: dict[str, int | None] = {
            name: tally.version.lf_version_id
            for name, tally in tallies.items()
            if in_force.get(name) != tally.version.lf_version_id
        }
        changed |= dict.fromkeys(withdrawn)
        with run.finish(counts):
            if not only:
                store.scripts.add(run.run_id, digests)
            publish(project, run.run_id, changed)
            for tally in tallies.values():
                version_id = tally.version.lf_version_id
                if tally.n_rows:
                    store.votes.add_lf_run(
                        run_id=run.run_id,
                        lf_version_id=version_id,
                        n_rows=tally.n_rows,
                        n_votes=tally.n_votes,
                        n_errors=tally.n_errors,
                        seconds=tally.seconds,
                        quarantined=tally.quarantined,
                    )
    return ApplyResult(
        run_id=run.run_id,
        n_examples=n,
        functions=tuple(_applied(name, tally) for name, tally in tallies.items()),
        withdrawn=tuple(withdrawn),
        problems=(*problems_of(loaded), *_lost_neighbours(project, infos)),
    )


def _lost_neighbours(project: Project, infos: Sequence[LFInfo]) -> list[ScriptProblem]:
    """Report uids that functions name and no example has."""
    return [
        ScriptProblem(
            info.file,
            info.line,
            f"{info.name!r} is near to {', '.join(map(repr, missing[:5]))}, which are no examples",
            "check the uids; the others count",
        )
        for info in infos
        if (missing := missing_uids(project, info))
    ]


def _version(project: Project, info: LFInfo, run_id: int) -> LFVersion:
    return project.store.votes.version(
        run_id=run_id,
        name=info.name,
        version=version_of(project, info),
        kind=info.kind,
        file=info.file,
        line=info.line,
        source=info.source,
    )


def _vote(
    project: Project,
    runner: FunctionRunner,
    infos: Sequence[LFInfo],
    tallies: dict[str, _Tally],
    run_id: int,
    progress: ProgressCallback | None,
) -> None:
    """Run the functions that lack votes, those that stopped at one row together."""
    n = project.store.examples.count()
    waiting: dict[int, list[str]] = defaultdict(list)
    for name, tally in tallies.items():
        extent = project.store.votes.extent(tally.version.lf_version_id)
        if extent < n:
            waiting[extent].append(name)
    total = sum((n - extent) * len(names) for extent, names in waiting.items())
    names_waiting = {name for names in waiting.values() for name in names}
    prepared = prepare(project, [info for info in infos if info.name in names_waiting])
    done = 0
    for extent, names in sorted(waiting.items()):
        for result in runner.apply(names, _blocks(project, prepared, extent + 1)):
            _store_block(project, result, tallies, run_id)
            done += result.n * len(names)
            if progress:
                progress(Progress("apply", done, total))


def _blocks(project: Project, prepared: PreparedData, start: int) -> Iterator[RecordBlock]:
    """Cut the examples from an id on into blocks of bounded length."""
    waiting: list[Example] = []
    n_characters = 0
    for example in project.store.examples.iterate(start):
        waiting.append(example)
        n_characters += len(example.text)
        if len(waiting) == BLOCK or n_characters >= _BLOCK_CHARACTERS:
            yield _block(waiting, prepared)
            waiting, n_characters = [], 0
    if waiting:
        yield _block(waiting, prepared)


def _block(examples: Sequence[Example], prepared: PreparedData) -> RecordBlock:
    start, stop = examples[0].example_id, examples[-1].example_id + 1
    return record_block(start, examples, prepared.part(start, stop))


def _store_block(
    project: Project, result: BlockResult, tallies: dict[str, _Tally], run_id: int
) -> None:
    votes_store = project.store.votes
    label_set = project.label_set
    dtype = vote_dtype(len(label_set.states))
    with project.store.transaction():
        for name, votes in result.votes.items():
            tally = tallies[name]
            version_id = tally.version.lf_version_id
            votes_store.add_block(
                version_id,
                result.start,
                label_set.numbers_of_words(np.asarray(votes)).astype(dtype),
                run_id=run_id,
            )
            errors = result.errors.get(name, ())[: max(0, _KEPT_ERRORS - len(tally.errors))]
            votes_store.add_errors(
                run_id,
                version_id,
                [(result.start + e.row, e.type, e.message, e.line, e.traceback) for e in errors],
            )
            tally.errors += [FailedRow(e.uid, e.type, e.message, e.line) for e in errors]
            tally.n_rows += result.n
            tally.n_votes += int((np.asarray(votes) != ABSTAIN).sum())
            tally.n_errors += result.n_errors.get(name, 0)
            tally.seconds += result.seconds.get(name, 0.0)
            tally.quarantined = result.quarantined.get(name, tally.quarantined)


def _withdrawn(
    project: Project, infos: Sequence[LFInfo], problems: Sequence[ScriptProblem]
) -> list[str]:
    """Return the functions in force that no script holds; a broken script keeps its own."""
    here = {info.name for info in infos}
    broken = {problem.file for problem in problems}
    return [
        version.name
        for version in project.store.votes.in_force()
        if version.kind != "external" and version.name not in here and version.file not in broken
    ]


def _applied(name: str, tally: _Tally) -> AppliedLF:
    return AppliedLF(
        name=name,
        version=tally.version.version[:12],
        n_rows=tally.n_rows,
        n_votes=tally.n_votes,
        n_errors=tally.n_errors,
        seconds=tally.seconds,
        quarantined=tally.quarantined,
        errors=tuple(tally.errors),
        file=tally.version.file,
    )
