"""The labels as audits read them: those that one of them saw, and those before any review."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.services.audit.blame import Doubts
from workbench.services.few_labels import is_few
from workbench.services.labels import Labels, resolve_labels, rows_of_role
from workbench.services.moments import beginning_of
from workbench.services.project import Project
from workbench.services.review_log import (
    decisions_but_reviews,
    flagged_ids,
    reviewed_before,
    reviewed_ids,
    reviews,
    reviews_before,
    said_since,
)
from workbench.store.decisions import Event
from workbench.store.runs import Run
from workbench.types import NO_LABEL, Role

_ANSWERED: Final = "answered"
"""The name of the document of an audit with the reviewed rows that count as doubted in a test."""

_ASKED: Final = "asked"
"""That of one with the labels which reviews answered, as they were when they were asked about.

Each is an example, the audit, the number of the class (or null) and the origin (or null).
"""


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


def labels_before_reviews(project: Project, labels: Labels, *, at: Run | None = None) -> Labels:
    """Return labels with those that reviews answered as they were when they were first asked about.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved ones of now.
    at
        An audit which read these labels instead, with the reviews before it: `labels_then`.
    """
    said = reviews(project) if at is None else reviews_before(project, at)
    first = {i: run_id for i, run_id in _first_asked(said).items() if i <= len(labels.labels)}
    found, origin = labels.labels.copy(), labels.origin.copy()
    newest = project.store.runs.last_done("audit")
    known: Any = None if newest is None else project.store.runs.artifact(newest.run_id, _ASKED)
    for i, asked_by, number, name in known or ():
        if first.get(i) == asked_by:
            index = project.label_set.index_of(number)
            found[i - 1] = NO_LABEL if index is None else index
            origin[i - 1] = labels.order.index(name) if name in labels.order else -1
            del first[i]
    # Those that were first answered since that audit are its questions, as a rule.
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


def decisions_before_reviews(project: Project, *, at: Run | None = None) -> list[Event]:
    """Return the decisions that `labels_before_reviews` rest on, without the answers to audits.

    Those on a row that reviews answered are what stood when it was first asked about: whoever
    changes their answer after that has given the label that was doubted.

    Parameters
    ----------
    project
        The project.
    at
        As it stood when this audit began; now by default.
    """
    said = reviews(project) if at is None else reviews_before(project, at)
    asked_by: dict[int | None, int] = dict(_first_asked(said).items())
    found = [e for e in decisions_but_reviews(project, at=at) if e.example_id not in asked_by]
    for run_id in sorted(set(asked_by.values())):
        stood = decisions_but_reviews(project, at=project.store.runs.get(run_id))
        found += [event for event in stood if asked_by.get(event.example_id) == run_id]
    return found


def review_documents(project: Project, before: Labels, answered: list[int]) -> dict[str, Any]:
    """Return the documents of an audit that say how what was reviewed counts where it is tested.

    Parameters
    ----------
    project
        The project.
    before
        Labels before any review: `labels_before_reviews`.
    answered
        The examples of `answered_doubts`.
    """
    numbers = project.label_set.numbers
    asked = []
    for i, run_id in _first_asked(reviews(project)).items():
        if i <= len(before.labels):
            index, code = int(before.labels[i - 1]), int(before.origin[i - 1])
            number = numbers[index] if index >= 0 else None
            asked.append((i, run_id, number, before.order[code] if code >= 0 else None))
    return {_ANSWERED: answered, _ASKED: asked}


def _first_asked(said: Iterable[Event]) -> dict[int, int]:
    """Return the examples that reviews answered, and the audit that each was first answered to."""
    first: dict[int, int] = {}
    for event in said:
        if event.example_id is not None and event.batch_run_id is not None:
            first.setdefault(event.example_id, event.batch_run_id)
    return first


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
    counts = is_doubted | (is_corrected & np.isin(rows + 1, _answered_suspects(project)))
    # A label that is flagged elsewhere waits for nobody's answer either.
    settled = reviewed_ids(project) | flagged_ids(project)
    return [int(i) for i in rows[counts & np.isin(rows + 1, list(settled))] + 1]


def _answered_suspects(project: Project) -> list[int]:
    """Return the examples whose review answered a doubt; the others were drawn at random."""
    queue = project.store.queues
    asked = {(event.batch_run_id, event.example_id) for event in reviews(project)}
    return [
        suspect.example_id
        for run_id in {run_id for run_id, _ in asked if run_id is not None}
        for suspect in queue.suspects(run_id)
        if (run_id, suspect.example_id) in asked
    ]


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
    answered: Any = project.store.runs.artifact(run.run_id, _ANSWERED)
    if answered is None:
        # One of an earlier version has kept none: what was doubted once counts.
        answered = _answered_suspects(project)
    return Doubts(
        given=labels.labels[rows],
        is_suspect=is_suspect,
        clusters=clusters,
        before=labels_before_reviews(project, labels).labels[rows],
        is_doubted=is_suspect | np.isin(rows + 1, answered),
        is_told=~np.isin(rows + 1, list(flagged_ids(project, at=run))),
    )


@dataclass(frozen=True, slots=True)
class Unseen:
    """The training labels of now that an audit did not see; masks (n,).

    Those that ``changed`` are of rows of which it saw another label; others ``came`` since. Those
    that answers to audits mended are in neither.
    """

    changed: NDArray[np.bool_]
    came: NDArray[np.bool_]


def unseen_labels(project: Project, run: Run, now: NDArray[np.int64]) -> Unseen:
    """Mark the training labels of now that an audit did not see.

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
    is_unseen = rows_of_role(project, Role.TRAIN) & (now >= 0) & (now != seen) & ~is_answered
    return Unseen(is_unseen & (seen >= 0), is_unseen & (seen < 0))


def count_unseen(project: Project, run: Run, labels: Labels | None = None) -> int:
    """Count the labels that people gave and an audit did not see; 0 where these are few.

    Few of those that it read, that is. Labels are only resolved where people have said much since.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    labels
        The resolved ones of now, where they are known.
    """
    n_read = int(run.counts.get("rows", 0))
    said = np.array(sorted(said_since(project, run)), np.int64) - 1
    then = beginning_of(project, run)
    said = said[said < project.store.past.n_examples(then.at)]
    # Other classes are a reason of their own to audit again.
    is_same = project.store.classes.state_at(then.event_id).mapping == project.label_set.mapping
    if is_few(len(said), n_read) or not is_same:
        return 0
    now = labels or resolve_labels(project)
    unseen = unseen_labels(project, run, now.labels)
    n = int(((unseen.changed | unseen.came) & ~now.is_weak)[said].sum())
    return 0 if is_few(n, n_read) else n
