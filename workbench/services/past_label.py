"""The label of one example as it is, and as an export took it from the state of then."""

from __future__ import annotations

import math
from dataclasses import dataclass

from workbench.services.labels import resolve_labels
from workbench.services.moments import beginning_of
from workbench.services.project import Project
from workbench.services.snapshots import read_snapshot
from workbench.store.runs import Run


@dataclass(frozen=True, slots=True)
class PastLabel:
    """A label that an example has, or had.

    ``number`` is that of the class, ``name`` what it was called then, ``until`` the newest event
    that it took into account.
    """

    number: int
    name: str
    confidence: float
    origin: str
    run_id: int
    until: int

    def is_same(self, other: PastLabel) -> bool:
        """Tell whether two moments have one label: of the same class, from the same run."""
        return (
            (self.number, self.origin, self.run_id) == (other.number, other.origin, other.run_id)
        ) and math.isclose(self.confidence, other.confidence, abs_tol=1e-3)


def label_now(project: Project, example_id: int) -> PastLabel | None:
    """Return the label that an example has now; None without one."""
    resolved = project.store.resolved.of_example(example_id)
    if resolved is None:
        return None
    return PastLabel(
        number=resolved.class_id,
        name=resolved.label,
        confidence=resolved.confidence,
        origin=resolved.origin,
        run_id=resolved.run_id,
        until=project.store.decisions.last_event_id(),
    )


def source_of_export(project: Project, run: Run) -> Run:
    """Return the run whose beginning an export shows: that of its snapshot, or itself.

    Parameters
    ----------
    project
        The project.
    run
        The export.
    """
    name = run.parameters.get("snapshot")
    snapshot = None if name is None else project.store.snapshots.run_of(name)
    frozen = None if snapshot is None else project.store.runs.get(snapshot)
    return frozen or run


def label_of_export(project: Project, run: Run, example_id: int) -> PastLabel | None:
    """Return the label that an export gave an example; None where it had none.

    Parameters
    ----------
    project
        The project.
    run
        The export.
    example_id
        The example's number.
    """
    moment = beginning_of(project, source_of_export(project, run))
    label_set = project.store.classes.state_at(moment.event_id)
    name = run.parameters.get("snapshot")
    if name is None:
        labels = resolve_labels(project, moment=moment)
        class_ids = label_set.numbers_of(labels.labels)
    else:
        frozen = read_snapshot(project, name)
        labels, class_ids = frozen.labels, frozen.class_ids
    row = example_id - 1
    if row >= len(class_ids) or class_ids[row] < 0:
        return None
    number = int(class_ids[row])
    return PastLabel(
        number=number,
        name=label_set.said(number),
        confidence=float(labels.confidence[row]),
        origin=labels.order[int(labels.origin[row])],
        run_id=int(labels.run_ids[row]),
        until=moment.event_id,
    )
