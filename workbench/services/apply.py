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
    load,
    problems_of,
    record_of,
)
from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.store.votes import LFVersion
from workbench.types import ABSTAIN, Progress, ProgressCallback

BLOCK = 2_000
"""Examples in a block: what is lost at most when the machine stops."""

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
    loaded = load(project)
    infos = [find_info(loaded, name) for name in only] if only else list(loaded.infos)
    store = project.store
    workers = n_workers or project.config.workers
    parameters = {"only": list(only), "workers": workers, "block": BLOCK}
    inputs = store.runs.done_ids("import")
    with record_run(store, "apply", parameters=parameters, inputs=inputs) as run:
        with store.transaction():
            tallies = {info.name: _Tally(_version(project, info, run.run_id)) for info in infos}
        _vote(project, tallies, run.run_id, n, workers, progress)
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
        with run.finish(counts):
            for name, tally in tallies.items():
                version_id = tally.version.lf_version_id
                if in_force.get(name) != version_id:
                    store.votes.put_in_force(run.run_id, name, version_id)
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
            for name in withdrawn:
                store.votes.put_in_force(run.run_id, name, None)
    return ApplyResult(
        run_id=run.run_id,
        n_examples=n,
        functions=tuple(_applied(name, tally) for name, tally in tallies.items()),
        withdrawn=tuple(withdrawn),
        problems=problems_of(loaded),
    )


def _version(project: Project, info: LFInfo, run_id: int) -> LFVersion:
    return project.store.votes.version(
        run_id=run_id,
        name=info.name,
        version=info.version,
        kind=info.kind,
        file=info.file,
        line=info.line,
        source=info.source,
    )


def _vote(
    project: Project,
    tallies: dict[str, _Tally],
    run_id: int,
    n: int,
    workers: int,
    progress: ProgressCallback | None,
) -> None:
    """Run the functions that lack votes, those that stopped at one row together."""
    waiting: dict[int, list[str]] = defaultdict(list)
    for name, tally in tallies.items():
        extent = project.store.votes.extent(tally.version.lf_version_id)
        if extent < n:
            waiting[extent].append(name)
    if not waiting:
        return
    total = sum((n - extent) * len(names) for extent, names in waiting.items())
    done = 0
    runner = FunctionRunner(
        project.functions_folder,
        project.classes,
        n_workers=workers,
        row_timeout=project.config.row_timeout,
        max_errors_kept=_KEPT_ERRORS,
    )
    with runner:
        for extent, names in sorted(waiting.items()):
            for result in runner.apply(names, _blocks(project, extent + 1, n)):
                _store_block(project, result, tallies, run_id)
                done += result.n * len(names)
                if progress:
                    progress(Progress("apply", done, total))


def _blocks(project: Project, start: int, n: int) -> Iterator[RecordBlock]:
    for first in range(start, n + 1, BLOCK):
        stop = min(first + BLOCK, n + 1)
        examples = project.store.examples.iterate(first, stop)
        yield RecordBlock(first, [record_of(example) for example in examples])


def _store_block(
    project: Project, result: BlockResult, tallies: dict[str, _Tally], run_id: int
) -> None:
    votes_store = project.store.votes
    dtype = vote_dtype(len(project.classes))
    with project.store.transaction():
        for name, votes in result.votes.items():
            tally = tallies[name]
            version_id = tally.version.lf_version_id
            votes_store.add_block(
                version_id, result.start, np.asarray(votes, dtype=dtype), run_id=run_id
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
    )
