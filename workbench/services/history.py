"""The runs of a project: what was done, when, by whom, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.errors import UsageError
from workbench.services.project import Project
from workbench.store.runs import Run


@dataclass(frozen=True, slots=True)
class RunDetails:
    """One run with the runs that it read, the runs that read it, and what it left."""

    run: Run
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    result: Mapping[str, Any] | None


def log(project: Project, *, kind: str | None = None, limit: int = 50) -> tuple[Run, ...]:
    """Return the newest runs, of one kind or of all."""
    return tuple(project.store.runs.newest(kind=kind, limit=limit))


def show(project: Project, run_id: int) -> RunDetails:
    """Return one run with its inputs, outputs and result.

    Raises
    ------
    UsageError
        If there is no such run.
    """
    runs = project.store.runs
    run = runs.get(run_id)
    if run is None:
        raise UsageError(f"there is no run {run_id}", hint="List them: workbench log")
    return RunDetails(
        run=run,
        inputs=tuple(runs.inputs(run_id)),
        outputs=tuple(runs.outputs(run_id)),
        result=runs.artifact(run_id, run.kind),
    )
