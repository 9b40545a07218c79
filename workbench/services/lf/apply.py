"""Applying labeling functions: only what changed, in worker processes, block by block."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ProjectError
from workbench.functions.results import RowError
from workbench.functions.runner import BlockResult, FunctionRunner, LFInfo, RecordBlock
from workbench.methods.votes import vote_dtype
from workbench.services.arguments import count_of
from workbench.services.failing import PROBLEM_PLACES, failing_words, place_in
from workbench.services.gone_votes import gone_votes
from workbench.services.labels import stored_numbers
from workbench.services.lf.apply_result import AppliedLF, ApplyResult
from workbench.services.lf.attempts import attempt_before, attempt_to_apply, why_retry
from workbench.services.lf.function_files import file_digests, unknown_rows, with_named_files
from workbench.services.lf.functions import (
    ScriptProblem,
    keep_votes,
    notes_of,
    notes_on_gone,
    notes_on_lacks,
    problems_of,
    usable_functions,
)
from workbench.services.lf.only_apply import is_stored, only_apply
from workbench.services.lf.prepared import (
    LearntFrom,
    PreparedData,
    learnt_by,
    missing_uids,
    prepare,
)
from workbench.services.lf.publishing import publish
from workbench.services.lf.running import (
    FailedRow,
    column_aliases,
    find_info,
    function_runner,
    metadata_columns,
    record_block,
)
from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.services.vote_changes import versions_in_force, vote_changes
from workbench.store.examples import Example
from workbench.store.votes import LFNeed, LFVersion
from workbench.types import ABSTAIN, Progress, ProgressCallback

BLOCK = 5_000
"""Examples in a block at most: what is lost when the machine stops."""

_LEAST_BLOCK, _BLOCKS = 500, 20
"""Small data are cut into some blocks too: each is a step of the progress, and every worker has
its share."""

_BLOCK_CHARACTERS = 8_000_000
"""A block of long texts ends before that."""

_KEPT_ERRORS = 20
_WORKERS = "{n!r} worker processes"


@dataclass(slots=True)
class _Tally:
    version: LFVersion
    before: LFVersion | None
    n_rows: int = 0
    n_kept: int = 0  # of these rows: with the vote of an earlier attempt, and not run
    n_votes: int = 0
    n_errors: int = 0
    seconds: float = 0.0
    quarantined: str | None = None
    row_by_row: str | None = None
    errors: list[FailedRow] = field(default_factory=list)


def apply_functions(
    project: Project,
    *,
    only: Sequence[str] = (),
    retry: bool = False,
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
    retry
        Whether to try again the functions that failed on rows or were quarantined: on all rows
        that they have no vote for.
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
    BusyError
        If another apply of this project is running.
    UsageError
        If ``n_workers`` is less than one.
    """
    n = project.store.examples.count()
    if n == 0:
        raise ProjectError(
            "there are no examples yet", hint="Import some: workbench import FILE --role train"
        )
    digests = file_digests(project)
    store = project.store
    workers = project.config.workers if n_workers is None else count_of(n_workers, _WORKERS)
    parameters = {"only": list(only), "retry": retry, "workers": workers, "block": BLOCK}
    inputs = store.runs.done_ids("import")
    with (
        only_apply(project),
        function_runner(project, n_workers=workers, max_errors_kept=_KEPT_ERRORS) as runner,
        record_run(store, "apply", parameters=parameters, inputs=inputs) as run,
    ):
        loaded = usable_functions(project, runner.functions)
        infos = (
            [find_info(loaded, name) for name in dict.fromkeys(only)]
            if only
            else list(loaded.infos)
        )
        digests = with_named_files(project, digests, infos, keep=bool(loaded.errors))
        with store.transaction():
            # Read here, where nobody writes, and handed on: votes are of what their version names.
            learnt = learnt_by(project, infos)
            tallies = {
                info.name: _tally(project, info, run.run_id, retry, learnt) for info in infos
            }
        _vote(project, runner, infos, tallies, learnt, run.run_id, progress)
        gone = _gone(project, loaded.infos, problems_of(loaded))
        withdrawn, orphaned = ([], gone) if only else (gone, [])
        in_force = versions_in_force(project)
        counts = {
            "functions": len(tallies),
            "rows": sum(t.n_rows - t.n_kept for t in tallies.values()),
            "votes": sum(t.n_votes - t.n_kept for t in tallies.values()),
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
        places = [place_in(problem.file, problem.line) for problem in loaded.errors]
        with run.finish(counts, artifacts={PROBLEM_PLACES: places} if places else None):
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
        functions=tuple(_applied(project, info, tallies[info.name]) for info in infos),
        withdrawn=tuple(withdrawn),
        problems=(*problems_of(loaded), *_lost_neighbours(project, infos)),
        orphaned=tuple(orphaned),
        notes=(
            *notes_of(loaded),
            *notes_on_lacks(project, infos, but_missing=True),
            *notes_on_gone(gone_votes(project, store.votes.in_force()), infos),
        ),
        n_external=sum(version.kind == "external" for version in store.votes.in_force()),
        changes=vote_changes(project, in_force, run_id=run.run_id),
    )


def _lost_neighbours(project: Project, infos: Sequence[LFInfo]) -> list[ScriptProblem]:
    """Report uids that functions name and no example has."""
    return [
        ScriptProblem(
            info.file,
            info.line,
            f"{info.name!r} is near to {', '.join(map(repr, missing[:5]))},"
            f" which {'is no example' if len(missing) == 1 else 'are no examples'}",
            "check the uids; the others count",
        )
        for info in infos
        if (missing := missing_uids(project, info))
    ]


def _tally(project: Project, info: LFInfo, run_id: int, retry: bool, learnt: LearntFrom) -> _Tally:
    version = project.store.votes.version(
        run_id=run_id,
        name=info.name,
        version=attempt_to_apply(project, info, retry=retry, learnt=learnt),
        kind=info.kind,
        file=info.file,
        line=info.line,
        source=info.source,
    )
    if info.need is not None:
        project.store.votes.add_need(
            LFNeed(version.lf_version_id, info.version, info.need.kind, info.need.arguments)
        )
    return _Tally(version, attempt_before(project, version))


def _vote(
    project: Project,
    runner: FunctionRunner,
    infos: Sequence[LFInfo],
    tallies: dict[str, _Tally],
    learnt: LearntFrom,
    run_id: int,
    progress: ProgressCallback | None,
) -> None:
    """Run the functions that lack votes, those that stopped at one row together."""
    n = project.store.examples.count()
    extents = {
        name: project.store.votes.extent(tally.version.lf_version_id)
        for name, tally in tallies.items()
    }
    waiting: dict[int, list[str]] = defaultdict(list)
    again: list[str] = []
    for name, extent in extents.items():
        if extent < n:
            (waiting[extent] if tallies[name].before is None else again).append(name)
    total = sum(n - extent for extent in extents.values())
    behind = [info for info in infos if extents[info.name] < n]
    source = _BlockSource(
        project,
        metadata_columns(project, behind),
        column_aliases(project),
        prepare(project, behind, learnt),
    )
    done = 0
    if progress:
        progress(Progress("apply", done, total))
    for results in (
        *(_first(source, runner, names, extent) for extent, names in waiting.items()),
        *(_again(source, runner, name, tallies[name], extents[name]) for name in again),
    ):
        for result in results:
            _store_block(project, result, tallies, run_id)
            done += result.n * len(result.votes)
            if progress:
                progress(Progress("apply", done, total))


@dataclass(frozen=True, slots=True)
class _BlockSource:
    """The examples in blocks, with the metadata columns and prepared data that functions need."""

    project: Project
    columns: Sequence[str]
    aliases: Mapping[str, str]
    prepared: PreparedData

    def cut(self, start: int) -> Iterator[Sequence[Example]]:
        """Cut the examples from an id on into blocks, none of them too long."""
        examples = self.project.store.examples
        n_left = examples.count() - start + 1
        size = min(BLOCK, max(_LEAST_BLOCK, n_left // _BLOCKS))
        waiting: list[Example] = []
        n_characters = 0
        for example in examples.iterate(start, with_metadata=bool(self.columns)):
            waiting.append(example)
            n_characters += len(example.text)
            if len(waiting) == size or n_characters >= _BLOCK_CHARACTERS:
                yield waiting
                waiting, n_characters = [], 0
        if waiting:
            yield waiting

    def block(self, examples: Sequence[Example], rows: NDArray[np.intp]) -> RecordBlock:
        """Return some rows of a block of examples."""
        start, stop = examples[0].example_id, examples[-1].example_id + 1
        part = {key: array[rows] for key, array in self.prepared.part(start, stop).items()}
        chosen = [examples[row] for row in rows]
        return record_block(start, chosen, self.columns, part, self.aliases)


def _first(
    source: _BlockSource, runner: FunctionRunner, names: Sequence[str], extent: int
) -> Iterator[BlockResult]:
    """Run functions on all examples from one on; votes are classes by number."""
    blocks = (
        source.block(examples, np.arange(len(examples))) for examples in source.cut(extent + 1)
    )
    for result in runner.apply(names, blocks):
        votes = {name: _numbers(source.project, votes) for name, votes in result.votes.items()}
        yield replace(result, votes=votes)


def _again(
    source: _BlockSource, runner: FunctionRunner, name: str, tally: _Tally, extent: int
) -> Iterator[BlockResult]:
    """Run a function on the examples that an earlier attempt has no vote for; as `_first`.

    Failed rows are stored as abstentions, and so are more of them than are described.
    """
    assert tally.before is not None
    project = source.project
    kept = stored_numbers(project, [tally.before.lf_version_id])[:, 0]
    waiting: deque[tuple[int, NDArray[np.signedinteger], NDArray[np.intp]]] = deque()

    def blocks() -> Iterator[RecordBlock]:
        for examples in source.cut(extent + 1):
            start = examples[0].example_id
            votes = kept[start - 1 : examples[-1].example_id]
            rows = np.flatnonzero(votes == ABSTAIN)
            tally.n_kept += len(votes) - len(rows)
            waiting.append((start, votes, rows))
            if len(rows):
                yield source.block(examples, rows)

    def finished() -> Iterator[BlockResult]:
        """Yield the next blocks that have nothing to run."""
        while waiting and not len(waiting[0][2]):
            start, votes, _ = waiting.popleft()
            yield BlockResult(start, len(votes), {name: votes}, {}, {}, {}, {}, {})

    for result in runner.apply([name], blocks()):
        yield from finished()
        _, votes, rows = waiting.popleft()
        votes[rows] = _numbers(project, result.votes[name])
        errors = tuple(replace(error, row=int(rows[error.row])) for error in result.errors[name])
        yield replace(result, n=len(votes), votes={name: votes}, errors={name: errors})
    yield from finished()


def _numbers(project: Project, votes: Any) -> NDArray[np.signedinteger]:
    """Return votes as classes by number, as they are stored."""
    label_set = project.label_set
    numbers = label_set.numbers_of_words(np.asarray(votes))
    return numbers.astype(vote_dtype(len(label_set.states)))


def _store_block(
    project: Project, result: BlockResult, tallies: dict[str, _Tally], run_id: int
) -> None:
    votes_store = project.store.votes
    with project.store.transaction():
        for name, votes in result.votes.items():
            tally = tallies[name]
            version_id = tally.version.lf_version_id
            if is_stored(project, tally.version, result, anew=tally.before is None):
                continue
            votes_store.add_block(version_id, result.start, votes, run_id=run_id)
            errors = _to_keep(result.errors.get(name, ()), tally.errors)
            votes_store.add_errors(
                run_id,
                version_id,
                [(result.start + e.row, e.type, e.message, e.line, e.traceback) for e in errors],
            )
            tally.errors += [FailedRow(e.uid, e.type, e.message, e.line) for e in errors]
            tally.n_rows += result.n
            tally.n_votes += int((votes != ABSTAIN).sum())
            tally.n_errors += result.n_errors.get(name, 0)
            tally.seconds += result.seconds.get(name, 0.0)
            tally.quarantined = result.quarantined.get(name, tally.quarantined)
            tally.row_by_row = tally.row_by_row or result.row_by_row.get(name)


def _to_keep(found: Iterable[RowError], kept: Sequence[FailedRow]) -> list[RowError]:
    """Return the errors to keep behind others: the first of all, and the first of each type."""
    types, n = {error.type for error in kept}, len(kept)
    keeping: list[RowError] = []
    for error in found:
        n_now = n + len(keeping)
        if n_now < _KEPT_ERRORS or (error.type not in types and n_now < 2 * _KEPT_ERRORS):
            keeping.append(error)
            types.add(error.type)
    return keeping


def _gone(
    project: Project, infos: Sequence[LFInfo], problems: Sequence[ScriptProblem]
) -> list[str]:
    """Return the functions in force that no script holds; a broken script keeps its own."""
    here = {info.name for info in infos}
    return [
        version.name
        for version in project.store.votes.in_force()
        if version.kind != "external"
        and version.name not in here
        and not keep_votes(version.file, problems)
    ]


def _applied(project: Project, info: LFInfo, tally: _Tally) -> AppliedLF:
    totals = project.store.votes.totals(tally.version.lf_version_id)
    return AppliedLF(
        name=info.name,
        version=tally.version.version[:12],
        n_rows=tally.n_rows - tally.n_kept,
        n_votes=tally.n_votes - tally.n_kept,
        n_errors=tally.n_errors,
        seconds=tally.seconds,
        quarantined=tally.quarantined,
        errors=tuple(tally.errors),
        file=tally.version.file,
        failing=failing_words(totals) if tally.n_rows else None,
        row_by_row=tally.row_by_row,
        unknown_rows=unknown_rows(project, info) if tally.n_rows else None,
        unknown_answers=info.note if tally.n_rows and info.votes_file else None,
        retry=None if tally.n_rows else why_retry(project, tally.version),
    )
