"""A review of the newest audit: the queue, and the decisions on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from workbench.errors import ProjectError, UsageError
from workbench.services.annotate import Decision, Session, class_index
from workbench.services.audit_results import OUT_OF_FOLD
from workbench.services.labels import Labels, resolve_labels
from workbench.services.moments import beginning_of
from workbench.services.project import Project
from workbench.services.suspects import (
    asked_labels,
    reviewed_audit_ids,
    reviewed_ids,
    reviews,
    suspects_of,
)
from workbench.store.queues import Proposed, Suspect
from workbench.store.runs import Run
from workbench.types import NO_LABEL, Role

AMBIGUOUS: Final = "ambiguous"
"""The answer that a row fits several classes; recorded as a flag."""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A row that a review asks about.

    ``suggested`` is the likeliest other class, ``quality`` the probability that the label is right.
    ``is_control`` rows were drawn at random: whoever decides should not be told.
    """

    example_id: int
    given: str
    suggested: str
    quality: float
    is_control: bool
    role: str
    audit_run_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said of a row: ``keep``, ``relabel`` or ``flag``, and the class index."""

    kind: str
    index: int | None


@dataclass(frozen=True, slots=True)
class ReviewedRows:
    """The queue of an audit, and what people said of its rows in this round, where it asked.

    ``verdicts`` holds the newest one on each example, in the order of the decisions. An answer to a
    row that several audits asked about belongs to the one in which it was shown: those to earlier
    audits settled rows of this one; those to later audits are not known in this round. The controls
    were drawn from ``n_trusted`` rows; ``control_labels`` are theirs as the audit read them.
    ``changed`` are training suspects that nobody has reviewed whose label is another one by now,
    ``n_changed`` counts those among the evaluation rows too.
    """

    run: Run
    suspects: tuple[Suspect, ...]
    evaluation: tuple[Suspect, ...]
    controls: tuple[Proposed, ...]
    control_labels: dict[int, int]
    changed: tuple[Suspect, ...]
    n_changed: int
    verdicts: dict[int, Verdict]
    n_trusted: int


def reviewed_rows(project: Project, run: Run | None = None) -> ReviewedRows | None:
    """Return the queue of an audit with the decisions on it.

    Parameters
    ----------
    project
        The project.
    run
        The audit; the newest by default.

    Returns
    -------
    ReviewedRows or None
        None before the first audit. The classes of suspects are indices in the label set; doubts
        about a class that was merged or retired since are left out, and so are rows that the review
        of an earlier audit settled, and rows without a verdict whose label has changed since, other
        than by a later review, or whose text was removed for good.
    """
    store, label_set = project.store, project.label_set
    run = run or store.runs.last_done("audit")
    if run is None:
        return None
    suspects = suspects_of(project, run)
    # The suspects among the evaluation rows follow those among the training rows.
    n_training = int(run.counts.get("suspects", len(suspects)))
    controls = store.queues.proposal(run.run_id)
    asked = {row.example_id for row in suspects} | {row.example_id for row in controls}
    verdicts: dict[int, Verdict] = {}
    settled: set[int] = set()
    later: set[int] = set()
    for event in reviews(project):
        example_id, audit_id = event.example_id, event.batch_run_id
        if example_id is None or audit_id is None or example_id not in asked:
            continue
        if audit_id != run.run_id:
            # A control that is answered because a later audit doubts it is no random row any more.
            (settled if audit_id < run.run_id else later).add(example_id)
            continue
        verdicts.pop(example_id, None)  # the newest decision comes last
        verdicts[example_id] = Verdict(event.kind, label_set.index_of(event.class_id))
    # Nobody can judge a row without its text.
    settled |= store.examples.removed_ids()
    settled -= verdicts.keys()
    suspects = [row for row in suspects if row.example_id not in settled]
    now, then = asked_labels(project), labels_then(project, run).labels
    control_labels = {row.example_id: int(then[row.example_id - 1]) for row in controls}
    was = control_labels | {row.example_id: row.given_class for row in suspects}
    told = verdicts.keys() | later
    gone = {i for i, index in was.items() if i not in told and now[i - 1] != index}
    changed = [row for row in suspects if row.example_id in gone]
    suspects = [row for row in suspects if row.example_id not in gone]
    return ReviewedRows(
        run=run,
        suspects=tuple(row for row in suspects if row.rank <= n_training),
        evaluation=tuple(row for row in suspects if row.rank > n_training),
        controls=tuple(row for row in controls if row.example_id not in settled | gone),
        control_labels=control_labels,
        changed=tuple(row for row in changed if row.rank <= n_training),
        n_changed=len(changed),
        verdicts=verdicts,
        n_trusted=int(run.counts.get("trusted", len(controls))),
    )


def review_queue(project: Project) -> list[ReviewItem]:
    """Return the rows of the newest audit that wait for a review.

    Suspects come worst first with the control rows spread among them, so that a review that stops
    early has a fair share of both; suspects among the evaluation rows are last.

    Parameters
    ----------
    project
        The project.
    """
    found = reviewed_rows(project)
    if found is None:
        return []
    settled = reviewed_ids(project) | project.store.examples.removed_ids()
    controls = [
        item
        for row in found.controls
        if row.example_id not in settled
        and (item := _control_item(project, row, found.control_labels)) is not None
    ]
    suspects = [_suspect_item(project, row, Role.TRAIN) for row in found.suspects]
    evaluation = [_suspect_item(project, row, Role.EVALUATION) for row in found.evaluation]
    place = {row.example_id: i for i, row in enumerate(found.controls)}
    step = max(len(suspects) // max(len(found.controls), 1), 1)
    due: dict[int, list[ReviewItem]] = {}
    for item in controls:
        due.setdefault(min((place[item.example_id] + 1) * step, len(suspects)), []).append(item)
    queue = []
    for position, item in enumerate([*suspects, None]):
        queue += due.get(position, [])
        if item is not None:
            queue.append(item)
    return [item for item in (*queue, *evaluation) if item.example_id not in settled]


def _suspect_item(project: Project, row: Suspect, role: Role) -> ReviewItem:
    names = project.classes
    return _item(row.example_id, names[row.given_class], names[row.suggested_class],
                 row.label_quality, row.run_id, role=role, is_control=False)  # fmt: skip


def _control_item(
    project: Project, row: Proposed, control_labels: dict[int, int]
) -> ReviewItem | None:
    """Return a control row as a question like all others; None where its class is gone."""
    given = control_labels[row.example_id]
    probs = project.store.beliefs.of_example(row.run_id, OUT_OF_FOLD, row.example_id)
    if given == NO_LABEL or probs is None:
        return None
    names, label_set = project.classes, project.label_set
    columns = project.store.label_models.columns(row.run_id, len(probs))
    others = [
        index
        for column in (-probs).argsort(kind="stable")
        if (index := label_set.index_of(int(columns[column]))) not in (None, given)
    ]
    if not others:
        return None
    return _item(row.example_id, names[given], names[others[0] or 0],
                 row.score, row.run_id, role=Role.TRAIN, is_control=True)  # fmt: skip


def _item(
    example_id: int,
    given: str,
    suggested: str,
    quality: float,
    run_id: int,
    *,
    role: Role,
    is_control: bool,
) -> ReviewItem:
    where = " (an evaluation row)" if role == Role.EVALUATION else ""
    return ReviewItem(
        example_id=example_id,
        given=given,
        suggested=suggested,
        quality=quality,
        is_control=is_control,
        role=role.value,
        audit_run_id=run_id,
        # Without the label quality, which would tell a control row from a suspect.
        reason=f"{given} or {suggested}?{where}",
    )


def record_review(
    project: Project,
    session: Session,
    item: ReviewItem,
    answer: str,
    *,
    seconds: float | None = None,
) -> Decision:
    """Record what a person says of a row: a decision that names the audit that asked.

    Nothing is recorded where the label that was asked about is another one by now.

    Parameters
    ----------
    project
        The project.
    session
        Of the annotator; it can also take the decision back.
    item
        The row.
    answer
        A class (the given one keeps the label, another corrects it), or ``AMBIGUOUS``, unless a
        class is called so.
    seconds
        How long it took.

    Raises
    ------
    UsageError
        If there is no such class, or the label has changed.
    """
    asked_by = item.audit_run_id
    check_unchanged(project, [item])
    kind, label = verdict_of(project, item, answer)
    if label is None:
        return session.flag(item.example_id, seconds=seconds, batch_run_id=asked_by)
    decide = session.keep if kind == "keep" else session.relabel
    return decide(item.example_id, label, seconds=seconds, batch_run_id=asked_by)


def verdict_of(project: Project, item: ReviewItem, answer: str) -> tuple[str, str | None]:
    """Return what an answer means for a row: the kind of decision, and the class if it names one.

    Parameters
    ----------
    project
        The project.
    item
        The row.
    answer
        See `record_review`.

    Raises
    ------
    UsageError
        If there is no such class.
    """
    if answer == AMBIGUOUS and answer not in project.label_set.number_of_name:
        return "flag", None
    label = project.classes[class_named(project, answer)]
    return "keep" if label == item.given else "relabel", label


def check_unchanged(project: Project, items: Sequence[ReviewItem]) -> None:
    """Refuse rows whose label is another one than was asked about, unless this review changed it.

    Parameters
    ----------
    project
        The project.
    items
        The rows.

    Raises
    ------
    UsageError
        If the label of one has changed.
    """
    project.refresh_classes()
    answered = {(event.example_id, event.batch_run_id) for event in reviews(project)}
    for item in items:
        if (item.example_id, item.audit_run_id) in answered:
            continue
        index = _index_now(project, item)
        if index != class_named(project, item.given):
            example = project.store.examples.get(item.example_id)
            said = "gone" if index is None else f"{project.classes[index]} by now"
            raise UsageError(
                f"the label of {example.uid if example else item.example_id} is {said},"
                f" no longer {item.given}: nothing was recorded",
                hint="The next audit looks at the label that it has now.",
            )


def _index_now(project: Project, item: ReviewItem) -> int | None:
    """Return the class that a row is labelled with now, or None."""
    if item.role == Role.EVALUATION:
        index = int(asked_labels(project)[item.example_id - 1])
        return None if index == NO_LABEL else index
    resolved = project.store.resolved.of_example(item.example_id)
    return None if resolved is None else project.label_set.index_of(resolved.class_id)


def class_named(project: Project, answer: str) -> int:
    """Return the index of a class by its name, a former one too; a number is no name.

    Elsewhere a class may be written by its index, from 0; a review shows keys, from 1.

    Raises
    ------
    UsageError
        If there is no such class.
    """
    if answer.isdecimal() and answer not in project.label_set.number_of_name:
        raise UsageError(
            f"unknown class {answer!r}",
            hint=f"A review takes the names of classes: {', '.join(project.classes)}.",
        )
    return class_index(project, answer)


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


def has_review(project: Project) -> bool:
    """Tell whether people have reviewed rows of any audit, which a report can tell of."""
    return project.store.runs.last_done("audit") is not None and bool(
        reviewed_audit(project).verdicts
    )


def reviewed_audit(project: Project, run_id: int | None = None) -> ReviewedRows:
    """Return the newest audit of which people have reviewed rows, else the newest.

    Parameters
    ----------
    project
        The project.
    run_id
        The run of another audit.

    Raises
    ------
    ProjectError
        If there is none.
    UsageError
        If this run is no audit.
    """
    audits = [run for run in project.store.runs.newest(kind="audit") if run.outcome == "done"]
    if run_id is not None:
        chosen = next((run for run in audits if run.run_id == run_id), None)
        found = None if chosen is None else reviewed_rows(project, chosen)
        if found is None:
            known = ", ".join(map(str, reviewed_audit_ids(project)))
            raise UsageError(
                f"run {run_id} is no audit",
                hint=f"Reviewed audits: {known}." if known else "Nobody has reviewed an audit yet.",
            )
        return found
    for run in audits:
        found = reviewed_rows(project, run)
        if found is not None and found.verdicts:
            return found
    newest = reviewed_rows(project)
    if newest is None:
        raise ProjectError("the labels have not been audited", hint="Run: workbench audit")
    return newest
