"""Correcting many labels in one act, which is undone as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from workbench.errors import UsageError
from workbench.result import Result
from workbench.services.arguments import check_annotator, check_note
from workbench.services.class_hints import class_index, class_number
from workbench.services.diagnose.notice import diagnosis_notice
from workbench.services.labels import resolve_labels, roles
from workbench.services.moments import one_moment
from workbench.services.project import Project
from workbench.services.running import now, record_run, user
from workbench.services.why import example_of
from workbench.store.decisions import Said
from workbench.types import Role


@dataclass(frozen=True, slots=True)
class Relabelled(Result):
    """What a bulk correction did; ``event_id`` and ``run_id`` are None where nothing changed."""

    label: str
    n_changed: int
    n_same: int
    event_id: int | None
    run_id: int | None
    notice: str | None = None


def relabel_rows(
    project: Project,
    label: str,
    *,
    uids: Iterable[str] = (),
    example_ids: Iterable[int] = (),
    labelled: str | None = None,
    annotator: str | None = None,
    note: str | None = None,
) -> Relabelled:
    """Correct the label of many rows at once; rows that have the label already are passed over.

    Parameters
    ----------
    project
        The project.
    label
        The right class.
    uids, example_ids
        These rows, by uid or by number; a number that no row has any more is passed over.
    labelled
        And all training rows that are labelled so now.
    annotator
        Who decides; the user by default.
    note
        Kept with every correction.

    Raises
    ------
    UsageError
        If a class or uid is not known, no row is named, or the note is no text.
    """
    store = project.store
    who = check_annotator(annotator or user())
    note = check_note(note)
    with one_moment(project) as since:
        class_id = class_number(project, label)
        index = project.label_set.index_of(class_id)
        now_labels = resolve_labels(project).labels
        wanted = {example_of(project, uid).example_id for uid in uids}
        wanted |= {int(i) for i in example_ids if 0 < i <= len(now_labels)}
        if labelled is not None:
            is_labelled = now_labels == class_index(project, labelled)
            is_meant = is_labelled & (roles(project) == Role.TRAIN)
            wanted |= {int(row) + 1 for row in np.flatnonzero(is_meant)}
        if not wanted:
            raise UsageError("no row to relabel", hint="Name some uids, or --labelled CLASS.")
        changing = sorted(i for i in wanted if now_labels[i - 1] != index)
        name = project.label_set.said(class_id)
        if not changing:
            return Relabelled(name, 0, len(wanted), None, None)
        notice = diagnosis_notice(project)
    parameters = {"label": name, "labelled": labelled}
    with (
        record_run(store, "relabel", parameters=parameters, since=since) as run,
        run.finish({"decisions": len(changing)}),
    ):
        first = store.decisions.extend(
            (Said("relabel", example_id, who, class_id, note=note) for example_id in changing),
            at=now(),
            run_id=run.run_id,
            guideline_id=store.guidelines.current_id(),
        )
    n_same = len(wanted) - len(changing)
    return Relabelled(name, len(changing), n_same, first, run.run_id, notice)
