"""Where the project stands in the loop, what is stale, and the one next thing to do."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.result import Result
from workbench.services.annotate import n_decisions
from workbench.services.labels import labelled_training_rows, resolve_labels, roles
from workbench.services.moments import reads_at_once
from workbench.services.next_step import Stage, loop
from workbench.services.project import Project
from workbench.types import Role


@dataclass(frozen=True, slots=True)
class Status(Result):
    """The loop at a glance."""

    root: str
    classes: tuple[str, ...]
    by_role: dict[str, int]
    n_functions: int
    n_labelled: int
    by_origin: dict[str, int]
    n_decisions: int
    n_waiting: int
    n_suspects: int
    stages: tuple[Stage, ...]
    next_command: str
    next_reason: str


@reads_at_once
def status(project: Project) -> Status:
    """Return where the project stands and what to do next.

    Scripts are not run for this: a change of theirs shows in their bytes.
    """
    store = project.store
    role = roles(project)
    labels = resolve_labels(project)
    labelled = labelled_training_rows(project, labels)
    now = loop(project, labels)
    return Status(
        root=str(project.root),
        classes=project.classes,
        by_role={str(r): int((role == r).sum()) for r in Role},
        n_functions=len(store.votes.in_force()),
        n_labelled=len(labelled),
        by_origin=labels.by_origin(labelled),
        n_decisions=n_decisions(project),
        n_waiting=now.n_waiting,
        n_suspects=now.n_suspects,
        stages=now.stages,
        next_command=now.next_command,
        next_reason=now.next_reason,
    )
