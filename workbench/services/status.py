"""Where the project stands in the loop, what is stale, and the one next thing to do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.services.labels import Labels, resolve_labels, roles
from workbench.services.project import Project
from workbench.types import Role


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the loop.

    ``state`` is ``done``, ``stale`` (something it read has changed since) or ``open``.
    """

    name: str
    state: str
    detail: str
    command: str


@dataclass(frozen=True, slots=True)
class Status:
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


def status(project: Project) -> Status:
    """Return where the project stands and what to do next.

    Scripts are not run for this: a labeling function that changed on disk shows in ``lf list``.
    """
    store = project.store
    role = roles(project)
    labels = resolve_labels(project)
    train = role == Role.TRAIN
    labelled = train & (labels.labels >= 0)
    active = store.decisions.active()
    decided = {event.example_id for event in active}
    waiting, suspects = _queues(project, decided)
    stages = _stages(project, len(role), int(labelled.sum()), len(active))
    command, reason = _next(project, stages, waiting, suspects, train, labelled)
    return Status(
        root=str(project.root),
        classes=project.classes,
        by_role={str(r): int((role == r).sum()) for r in Role},
        n_functions=len(store.votes.in_force()),
        n_labelled=int(labelled.sum()),
        by_origin=_by_origin(labels, labelled),
        n_decisions=len(active),
        n_waiting=waiting,
        n_suspects=suspects,
        stages=stages,
        next_command=command,
        next_reason=reason,
    )


def _by_origin(labels: Labels, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> dict[str, int]:
    return {origin: int((labels.origin_is(origin) & rows).sum()) for origin in labels.order}


def _queues(project: Project, decided: set[int | None]) -> tuple[int, int]:
    """Return how many proposed rows and how many suspects wait for a person."""
    store = project.store
    waiting = suspects = 0
    run = store.runs.last_done("propose")
    if run is not None:
        waiting = sum(row.example_id not in decided for row in store.queues.proposal(run.run_id))
    run = store.runs.last_done("audit")
    if run is not None:
        reviewed = {
            event.example_id
            for event in store.decisions.active()
            if event.kind in ("keep", "relabel", "flag")
        }
        suspects = sum(row.example_id not in reviewed for row in store.queues.suspects(run.run_id))
    return waiting, suspects


def _stages(project: Project, n: int, n_labelled: int, n_decisions: int) -> tuple[Stage, ...]:
    runs, votes = project.store.runs, project.store.votes
    last = {
        kind: run.run_id if (run := runs.last_done(kind)) else 0
        for kind in ("diagnose", "aggregate", "train", "propose", "annotate", "audit", "export")
    }
    versions = votes.in_force()
    behind = [
        v.name for v in versions if v.kind != "external" and votes.extent(v.lf_version_id) < n
    ]
    # An import that added nothing, or an apply that found nothing new, makes nothing stale.
    last["import"] = project.store.examples.last_run()
    voted = max(votes.runs_in_force(), default=0)

    def stage(name: str, kind: str, command: str, *, reads: int, detail: str = "") -> Stage:
        mine = last[kind]
        if not mine:
            return Stage(name, "open", detail, command)
        return Stage(name, "stale" if mine < reads else "done", f"run {mine}", command)

    imported = Stage(
        "import", "done" if n else "open", f"{n:,} examples", "workbench import FILE --role train"
    )
    applied = Stage(
        "apply",
        "open" if not voted else "stale" if behind else "done",
        f"{len(versions)} labeling functions" + (f", {len(behind)} behind" if behind else ""),
        "workbench apply",
    )
    annotated = Stage(
        "annotate",
        "done" if n_decisions else "open",
        f"{n_decisions:,} decisions",
        "workbench annotate",
    )
    return (
        imported,
        stage("diagnose", "diagnose", "workbench diagnose", reads=last["import"]),
        applied,
        stage("aggregate", "aggregate", "workbench aggregate", reads=max(voted, last["import"])),
        stage("train", "train", "workbench train", reads=max(last["aggregate"], last["annotate"])),
        stage("propose", "propose", "workbench propose -n 50", reads=0),
        annotated,
        stage(
            "audit",
            "audit",
            "workbench audit",
            reads=max(last["aggregate"], last["import"]),
            detail=f"{n_labelled:,} labelled rows",
        ),
        stage(
            "export",
            "export",
            "workbench export FILE.csv",
            reads=max(last["aggregate"], last["annotate"], last["import"]),
        ),
    )


def _next(
    project: Project,
    stages: tuple[Stage, ...],
    waiting: int,
    suspects: int,
    train: np.ndarray[tuple[int], np.dtype[np.bool_]],
    labelled: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> tuple[str, str]:
    """Return the command that helps most now, and why."""
    by_name = {stage.name: stage for stage in stages}
    has_scripts = any(project.functions_folder.glob("*.py"))
    has_votes = by_name["apply"].state != "open"
    if by_name["import"].state == "open":
        return by_name["import"].command, "there are no examples yet"
    if by_name["diagnose"].state != "done":
        return "workbench diagnose", "look at the data before you change anything"
    if not has_votes and not labelled.any():
        if has_scripts:
            return "workbench apply", "your labeling functions have not been applied"
        return "workbench lf new NAME", "no row has a label: write a first labeling function"
    if has_scripts and by_name["apply"].state != "done":
        return "workbench apply", "rows or functions are new"
    if has_votes and by_name["aggregate"].state != "done":
        return "workbench aggregate", "the votes are newer than the label model"
    if waiting:
        return "workbench annotate", f"{waiting} proposed rows wait for you (or: workbench tui)"
    if by_name["train"].state != "done":
        return "workbench train", "the labels are newer than the end model"
    if by_name["propose"].state == "open":
        return "workbench propose -n 50", "ask which rows are worth your time"
    if by_name["audit"].state != "done":
        return "workbench audit", "the labels have not been audited since they changed"
    if suspects:
        return "workbench tui", f"{suspects} suspects wait for a review (Audit view)"
    if by_name["export"].state != "done":
        return "workbench export labels.csv", "the labels are newer than the last export"
    return "workbench propose -n 50", "everything is up to date: another round improves the labels"
