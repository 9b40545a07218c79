"""The labels as audits read them: those that one of them saw, and those before any review."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.services.blame import Doubts
from workbench.services.labels import Labels, resolve_labels, roles
from workbench.services.moments import beginning_of
from workbench.services.project import Project
from workbench.services.suspects import flagged_ids, reviewed_before, reviewed_ids, reviews
from workbench.store.runs import Run
from workbench.types import NO_LABEL, Role

ANSWERED: Final = "answered"
"""The name of the document of an audit with the reviewed rows that count as doubted in a test."""


def labels_then(project: Project, run: Run) -> Labels:
    """Return the labels that an audit read, as classes count now.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    """
    moment = beginning_of(project, run)
    labels = resolve_labels(project, moment=moment)
    then = project.store.classes.state_at(moment.event_id)
    now = [project.label_set.index_of(number) for number in then.numbers]
    table = np.array([*(NO_LABEL if index is None else index for index in now), NO_LABEL])
    return replace(labels, labels=table[labels.labels])


def labels_before_reviews(project: Project, labels: Labels) -> Labels:
    """Return labels with those that reviews answered as they were when they were first asked about.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved ones of now.
    """
    first: dict[int, int] = {}
    for event in reviews(project):
        if event.example_id is not None and event.batch_run_id is not None:
            first.setdefault(event.example_id, event.batch_run_id)
    found, origin = labels.labels.copy(), labels.origin.copy()
    for run_id in sorted(set(first.values())):
        run = project.store.runs.get(run_id)
        if run is None:
            continue
        then = labels_then(project, run)
        rows = np.array([i - 1 for i, asked_by in first.items() if asked_by == run_id])
        rows = rows[rows < len(then.labels)]
        # The order of the origins may have been another one.
        code = [labels.order.index(name) if name in labels.order else -1 for name in then.order]
        found[rows], origin[rows] = then.labels[rows], np.array([*code, -1])[then.origin[rows]]
    # An evaluation row has no label of its own in what is resolved.
    is_known = found >= 0
    return replace(
        labels,
        labels=np.where(is_known, found, labels.labels),
        origin=np.where(is_known, origin, labels.origin),
    )


def answered_doubts(
    project: Project,
    rows: NDArray[np.int64],
    is_doubted: NDArray[np.bool_],
    is_corrected: NDArray[np.bool_],
) -> list[int]:
    """Return the examples that count as doubted where groups are compared, though people answered.

    Those that models doubt still, and those whose suspicion proved right.

    Parameters
    ----------
    project
        The project.
    rows
        Positions of the audited rows, (n,).
    is_doubted
        Which labels models doubt, whatever a review said, (n,).
    is_corrected
        Which have another label than before the reviews, (n,).
    """
    queue = project.store.queues
    asked = {(event.batch_run_id, event.example_id) for event in reviews(project)}
    suspected = {
        suspect.example_id
        for run_id in {run_id for run_id, _ in asked if run_id is not None}
        for suspect in queue.suspects(run_id)
        if (run_id, suspect.example_id) in asked
    }
    counts = is_doubted | (is_corrected & np.isin(rows + 1, list(suspected)))
    is_reviewed = np.isin(rows + 1, list(reviewed_ids(project)))
    return [int(i) for i in rows[counts & is_reviewed] + 1]


def doubts_of(
    project: Project,
    run: Run,
    rows: NDArray[np.int64],
    labels: Labels,
    is_suspect: NDArray[np.bool_],
    clusters: NDArray[np.int64],
) -> Doubts:
    """Return what a stored audit doubts, and what is compared.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    rows
        Positions of its rows, (n,).
    labels
        The resolved ones.
    is_suspect
        Which of its rows it doubts, (n,).
    clusters
        Which are near-duplicates, (n,).
    """
    answered: Any = project.store.runs.artifact(run.run_id, ANSWERED)
    return Doubts(
        given=labels.labels[rows],
        is_suspect=is_suspect,
        clusters=clusters,
        before=labels_before_reviews(project, labels).labels[rows],
        is_doubted=is_suspect | np.isin(rows + 1, list(answered or ())),
        is_told=~np.isin(rows + 1, list(flagged_ids(project, at=run))),
    )


def unseen_labels(project: Project, run: Run, now: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the training labels of now that an audit did not see; answers to audits are not any.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    now
        The labels of now, (n,).
    """
    then = labels_then(project, run).labels
    seen = np.full(len(now), NO_LABEL)
    seen[: len(then)] = then
    is_answered = np.zeros(len(now), np.bool_)
    # Reviews that were taken back since are another reason to audit again.
    is_answered[[i - 1 for i in reviewed_ids(project) | reviewed_before(project, run)]] = True
    is_unseen: NDArray[np.bool_] = (roles(project) == Role.TRAIN) & (now >= 0) & (now != seen)
    return is_unseen & ~is_answered
