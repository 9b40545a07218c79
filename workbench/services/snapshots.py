"""Snapshots: named states of all labels, from which exports are the same for ever."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ProjectError, UsageError
from workbench.result import Result
from workbench.services.consensus import refresh_consensus
from workbench.services.labels import Labels, resolve_labels
from workbench.services.moments import one_moment
from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.store.snapshots import SnapshotLabels

_MAX_NAME = 100


@dataclass(frozen=True, slots=True)
class SnapshotResult(Result):
    """A snapshot that was taken."""

    name: str
    run_id: int
    n_examples: int
    n_labelled: int


@dataclass(frozen=True, slots=True)
class FrozenLabels:
    """Labels as a snapshot holds them, with what the classes were called then.

    ``labels`` index ``names``; both follow the numbers of the classes.
    """

    run_id: int
    labels: Labels
    names: tuple[str, ...]

    @property
    def class_ids(self) -> NDArray[np.int64]:
        """The class number of each label; -1 for none."""
        return self.labels.labels


def take_snapshot(project: Project, name: str) -> SnapshotResult:
    """Name the labels that the examples have now.

    Raises
    ------
    UsageError
        If the name is taken or cannot be used.
    ProjectError
        If there are no examples.
    """
    store = project.store
    name = name.strip()
    if not name or not name.isprintable() or len(name) > _MAX_NAME or name.isdecimal():
        raise UsageError(
            f"a snapshot cannot be called {name[:40]!r}",
            hint=f"1 to {_MAX_NAME} printable characters, not a number: numbers are runs.",
        )
    if store.snapshots.run_of(name) is not None:
        raise UsageError(f"there is a snapshot {name!r} already", hint="Choose another name.")
    refresh_consensus(project)
    with one_moment(project) as since:
        labels = resolve_labels(project).told
    if not len(labels.labels):
        raise ProjectError("there are no examples yet", hint="Import some: workbench import FILE")
    labelled = labels.labels >= 0
    inputs = sorted({int(run) for run in labels.run_ids[labelled]})
    frozen = SnapshotLabels(
        class_ids=project.label_set.numbers_of(labels.labels),
        confidence=labels.confidence,
        origin=labels.origin,
        run_ids=labels.run_ids,
        origins=labels.order,
        names=tuple(state.name for state in project.label_set.states),
    )
    counts = {"examples": len(labelled), "labelled": int(labelled.sum())}
    with (
        record_run(store, "snapshot", parameters={"name": name}, inputs=inputs, since=since) as run,
        run.finish(counts),
    ):
        store.snapshots.add(run.run_id, name, frozen)
    return SnapshotResult(name, run.run_id, counts["examples"], counts["labelled"])


def read_snapshot(project: Project, name: str) -> FrozenLabels:
    """Return the labels of a snapshot.

    Raises
    ------
    UsageError
        If there is no such snapshot.
    """
    run_id = project.store.snapshots.run_of(name)
    if run_id is None:
        known = ", ".join(known for known, _ in project.store.snapshots.names())
        raise UsageError(
            f"there is no snapshot {name!r}",
            hint=f"Snapshots: {known}." if known else "Take one: workbench snapshot NAME",
        )
    stored = project.store.snapshots.labels(run_id)
    labels = Labels(
        stored.class_ids, stored.confidence, stored.origin, stored.run_ids, stored.origins
    )
    return FrozenLabels(run_id, labels.untold, stored.names)
