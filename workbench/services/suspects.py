"""The labels that an audit doubts: those that are still a question, and those that wait."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.services.labels import resolve_labels, roles, trusted_labels
from workbench.services.moments import reads_at_once
from workbench.services.project import Project
from workbench.store.decisions import CORRECTIONS, REVIEWS, Event
from workbench.store.queues import Suspect
from workbench.store.runs import Run
from workbench.types import Role


@reads_at_once
def suspects_of(project: Project, run: Run) -> list[Suspect]:
    """Return the suspects of an audit, worst first, those among the evaluation rows last.

    Their classes are indices in the label set; a doubt about a class that was merged or retired
    since is no question any more.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    """
    label_set = project.label_set
    found = []
    for suspect in project.store.queues.suspects(run.run_id):
        given = label_set.index_of(suspect.given_class)
        suggested = label_set.index_of(suspect.suggested_class)
        if given is not None and suggested not in (None, given):
            found.append(replace(suspect, given_class=given, suggested_class=suggested))
    return found


@reads_at_once
def suspects_to_review(project: Project) -> list[Suspect]:
    """Return the suspects of the newest audit that nobody has reviewed, as `suspects_of` does.

    Those whose label is another one by now are left out: it is not the one that was doubted. So are
    those whose text was removed for good.

    Parameters
    ----------
    project
        The project.
    """
    run = project.store.runs.last_done("audit")
    if run is None:
        return []
    settled = reviewed_ids(project) | project.store.examples.removed_ids()
    labels = asked_labels(project)
    return [
        suspect
        for suspect in suspects_of(project, run)
        if suspect.example_id not in settled
        and labels[suspect.example_id - 1] == suspect.given_class
    ]


def doubt_about(project: Project, example_id: int, class_id: int) -> Suspect | None:
    """Return the doubt of the newest audit about the label of one row, where nobody reviewed it.

    Parameters
    ----------
    project
        The project.
    example_id
        The example's number.
    class_id
        The number of the class that it is labelled with.

    Returns
    -------
    Suspect or None
        Its classes are numbers, as stored.
    """
    run = project.store.runs.last_done("audit")
    if run is None or example_id in reviewed_ids(project):
        return None
    index_of = project.label_set.index_of
    index = index_of(class_id)
    for suspect in project.store.queues.suspicions_of(example_id):
        is_same = suspect.run_id == run.run_id and index_of(suspect.given_class) == index
        if is_same and index_of(suspect.suggested_class) not in (None, index):
            return suspect
    return None


def suspects_words(n: int, n_evaluation: int) -> str:
    """Say how many suspects there are, in the one way that all faces share.

    Parameters
    ----------
    n
        All of them.
    n_evaluation
        Those among the evaluation rows.
    """
    of_them = f" ({n_evaluation:,} among the evaluation rows)" if n_evaluation else ""
    return f"{counted(n, 'suspect')}{of_them}"


@reads_at_once
def asked_labels(project: Project) -> NDArray[np.int64]:
    """Return the labels that an audit reads now, (n,): resolved ones, trusted ones for evaluation.

    Parameters
    ----------
    project
        The project.
    """
    is_evaluation = roles(project) == Role.EVALUATION
    return np.where(is_evaluation, trusted_labels(project), resolve_labels(project).labels)


def reviewed_ids(project: Project, *, before_audit: int | None = None) -> set[int]:
    """Return the examples that somebody has kept, relabelled or flagged, at any time.

    No audit doubts them, and no review asks for them again.

    Parameters
    ----------
    project
        The project.
    before_audit
        The run of an audit: only answers to earlier ones.
    """
    return {
        event.example_id
        for event in reviews(project)
        if event.example_id is not None
        and (before_audit is None or (event.batch_run_id or 0) < before_audit)
    }


def reviewed_audit_ids(project: Project) -> list[int]:
    """Return the runs of the audits that people have answered, oldest first: one a round.

    Parameters
    ----------
    project
        The project.
    """
    return sorted({event.batch_run_id for event in reviews(project) if event.batch_run_id})


@reads_at_once
def reviews(project: Project) -> list[Event]:
    """Return what reviews said that still counts, oldest first.

    A review answers an audit: a correction in bulk or from a file is a label like any other, which
    nobody has held against the doubt. Where one came after a review and says something else, that
    review counts no more. Nor does a verdict for a class that was retired since.

    Parameters
    ----------
    project
        The project.
    """
    label_set = project.label_set
    audits = {run.run_id for run in project.store.runs.newest(kind="audit")}
    said: list[Event] = []
    corrected: dict[int | None, int | None] = {}
    for event in reversed(project.store.decisions.active()):
        index = label_set.index_of(event.class_id)
        if event.kind in REVIEWS and event.batch_run_id in audits:
            if corrected.get(event.example_id, index) == index and (
                event.class_id is None or index is not None
            ):
                said.append(event)
        elif event.kind in CORRECTIONS:
            corrected.setdefault(event.example_id, index)
    return said[::-1]
