"""The labels that an audit doubts: those that are still a question, and those that wait."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.services.labels import Labels, resolve_labels, roles, trusted_labels
from workbench.services.moments import beginning_of, reads_at_once
from workbench.services.project import Project
from workbench.services.review_log import audit_ids, reviewed_ids
from workbench.store.decisions import CHOOSING
from workbench.store.labels import Resolved
from workbench.store.queues import Suspect
from workbench.store.runs import Run
from workbench.types import Origin, Role

CONTROL_LABELS: Final = "control_labels"
"""The document of an audit with the classes, as numbers, that it read of its random rows."""


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
            # As a rule classes have the numbers of their indices, and there are many suspects.
            if (given, suggested) != (suspect.given_class, suspect.suggested_class):
                suspect = replace(suspect, given_class=given, suggested_class=suggested)
            found.append(suspect)
    return found


@dataclass(frozen=True, slots=True)
class ToReview:
    """What the newest audit asks people: suspects as of `suspects_of`, and a number of random rows.

    Rows whose label is another one by now are left out: it is not the one that was doubted. So are
    those that people have reviewed or decided elsewhere, and those whose text was removed for good.
    """

    suspects: list[Suspect]
    n_controls: int


@reads_at_once
def to_review(project: Project, labels: Labels | None = None) -> ToReview:
    """Return what the newest audit asks people still; nothing before the first.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved ones of now, where they are known.
    """
    run = project.store.runs.last_done("audit")
    if run is None:
        return ToReview([], 0)
    resolved = labels or resolve_labels(project)
    settled, asked = _settled(project, run, resolved), asked_labels(project, resolved)
    controls = project.store.queues.proposal(run.run_id)
    read = project.store.runs.artifact(run.run_id, CONTROL_LABELS) or [None] * len(controls)
    index_of = project.label_set.index_of
    return ToReview(
        suspects=[
            suspect
            for suspect in suspects_of(project, run)
            if suspect.example_id not in settled
            and asked[suspect.example_id - 1] == suspect.given_class
        ],
        n_controls=sum(
            row.example_id not in settled
            and (number is None or index_of(number) == asked[row.example_id - 1])
            for row, number in zip(controls, read, strict=True)
        ),
    )


def suspects_to_review(project: Project, labels: Labels | None = None) -> list[Suspect]:
    """Return the suspects of the newest audit that are a question still: see `to_review`."""
    return to_review(project, labels).suspects


def _settled(project: Project, run: Run, labels: Labels) -> set[int]:
    """Return the examples that a review of an audit need not ask about any more."""
    settled = reviewed_ids(project) | project.store.examples.removed_ids()
    return settled | decided_elsewhere(project, run, labels).keys()


def doubt_about(project: Project, example_id: int, label: Resolved) -> Suspect | None:
    """Return the doubt of the newest audit about the label of one row, where nobody reviewed it.

    Parameters
    ----------
    project
        The project.
    example_id
        The example's number.
    label
        The one that it has now.

    Returns
    -------
    Suspect or None
        Its classes are numbers, as stored.
    """
    run = project.store.runs.last_done("audit")
    if run is None or example_id in reviewed_ids(project):
        return None
    index_of = project.label_set.index_of
    index = index_of(label.class_id)
    for suspect in project.store.queues.suspicions_of(example_id):
        is_same = suspect.run_id == run.run_id and index_of(suspect.given_class) == index
        if is_same and index_of(suspect.suggested_class) not in (None, index):
            is_persons = label.origin in (Origin.ANNOTATION, Origin.CORRECTION)
            is_decided = is_persons and _said_elsewhere(project, run, example_id=example_id)
            return None if is_decided else suspect
    return None


def decided_elsewhere(
    project: Project,
    run: Run,
    labels: Labels,
    *,
    until: Run | None = None,
) -> dict[int, int]:
    """Return the examples whose label people decided since an audit began, other than by a review.

    By an annotation, a correction in bulk or a file, whether it changed the label or not. What was
    said counts where the label is that of a person: not where annotators differ, say.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    labels
        The resolved labels of the moment that is looked at.
    until
        Before this later audit began; until now by default.

    Returns
    -------
    dict of int
        The newest event on each example.
    """
    said = _said_elsewhere(project, run, until=until)
    if not said:
        return said
    decided = labels.origin_is(Origin.ANNOTATION, Origin.CORRECTION)
    return {i: event for i, event in said.items() if i <= len(decided) and decided[i - 1]}


def _said_elsewhere(
    project: Project, run: Run, *, until: Run | None = None, example_id: int | None = None
) -> dict[int, int]:
    """Return the newest event on each example for which people named a class in a round."""
    audits = audit_ids(project)
    since = beginning_of(project, run).event_id
    last = None if until is None else beginning_of(project, until).event_id
    return {
        event.example_id: event.event_id
        for event in project.store.decisions.active(example_id=example_id)
        if event.example_id is not None
        and since < event.event_id
        and (last is None or event.event_id <= last)
        and event.kind in CHOOSING
        and event.batch_run_id not in audits
    }


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
def asked_labels(project: Project, labels: Labels | None = None) -> NDArray[np.int64]:
    """Return the labels that an audit reads now, (n,): resolved ones, trusted ones for evaluation.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved ones, where they are known: of a moment of the past too, in which evaluation
        rows have the labels of now.
    """
    resolved = (labels or resolve_labels(project)).labels
    n = len(resolved)
    is_evaluation = roles(project)[:n] == Role.EVALUATION
    if not is_evaluation.any():
        return resolved
    return np.where(is_evaluation, trusted_labels(project)[:n], resolved)
