"""The runs of a project: what was done, when, by whom, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from workbench.errors import UsageError
from workbench.result import Result
from workbench.services.arguments import count_of
from workbench.services.project import Project
from workbench.store.queues import Export
from workbench.store.runs import Run

_N_FILES: Final = 3
"""So many of the files that were written last are listed."""


@dataclass(frozen=True, slots=True)
class LinkedRun:
    """A run at the other end of the lineage graph's edge."""

    run_id: int
    kind: str
    outcome: str


@dataclass(frozen=True, slots=True)
class RunDetails(Result):
    """One run with the runs that it read, the runs that read it, and what it left.

    ``result`` is what the command reported; ``documents`` names all that it kept.
    """

    run: Run
    inputs: tuple[LinkedRun, ...]
    outputs: tuple[LinkedRun, ...]
    documents: tuple[str, ...]
    result: Mapping[str, Any] | None


def written_files(project: Project) -> tuple[Export, ...]:
    """Return the files that were written last, newest first, by their whole paths."""
    return tuple(project.store.exports.newest(_N_FILES))


def log(
    project: Project,
    *,
    kind: str | None = None,
    since: str | None = None,
    until: str | None = None,
    agent: str | None = None,
    outcome: str | None = None,
    limit: int = 50,
) -> tuple[Run, ...]:
    """Return the newest runs.

    Parameters
    ----------
    project
        The project.
    kind
        Only runs of this kind.
    since, until
        Only runs that began in this span, ends included; UTC, ISO 8601: a day, or down to the
        microsecond.
    agent
        Only runs of this ``user`` or ``user@host``.
    outcome
        Only ``done``, ``failed``, ``cancelled``, ``crashed`` or ``running``.
    limit
        The most to return.

    Raises
    ------
    UsageError
        If a time cannot be read, or the limit is less than 1.
    """
    return tuple(
        project.store.runs.newest(
            kind=kind,
            since=_time(since),
            until=_time(until),
            agent=agent,
            outcome=outcome,
            limit=count_of(limit, "{n!r} runs"),
        )
    )


def _time(text: str | None) -> str | None:
    """Return a time as runs store it; of a day alone, the day."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no time", hint="Write 2026-01-31 or 2026-01-31T12:00 (UTC)."
        ) from error
    if moment.tzinfo is not None:
        return moment.astimezone(UTC).isoformat(timespec="microseconds")
    return text.strip().replace(" ", "T")


def has_run(project: Project, kind: str) -> bool:
    """Tell whether a run of a kind was done yet."""
    return project.store.runs.last_done(kind) is not None


def find_run(project: Project, run_id: int) -> Run | None:
    """Return one run; None where there is none."""
    return project.store.runs.get(run_id)


def show(project: Project, run_id: int) -> RunDetails:
    """Return one run with its inputs, outputs and result.

    Raises
    ------
    UsageError
        If there is no such run.
    """
    runs, run = project.store.runs, find_run(project, run_id)
    if run is None:
        raise UsageError(f"there is no run {run_id}", hint="List them: workbench log")
    return RunDetails(
        run=run,
        inputs=_linked(project, runs.inputs(run_id)),
        outputs=_linked(project, runs.outputs(run_id)),
        documents=tuple(runs.artifact_names(run_id)),
        result=runs.artifact(run_id, run.kind),
    )


def _linked(project: Project, run_ids: list[int]) -> tuple[LinkedRun, ...]:
    found = [find_run(project, run_id) for run_id in run_ids]
    return tuple(LinkedRun(run.run_id, run.kind, run.outcome) for run in found if run is not None)
