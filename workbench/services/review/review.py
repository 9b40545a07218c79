"""A review of the newest audit: the queue, and how it is answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.name_lists import quoted_list
from workbench.services.annotate import Decision, Session
from workbench.services.audit.results import OUT_OF_FOLD
from workbench.services.class_hints import class_index
from workbench.services.project import Project
from workbench.services.review.reviewed_rows import ReviewedRows, not_audited, reviewed_rows
from workbench.services.review.shares import share_of, turn_of
from workbench.services.review_log import reviewed_ids, reviews
from workbench.services.suspects import asked_labels
from workbench.services.why import example_of
from workbench.store.decisions import Event
from workbench.store.queues import Proposed, Suspect
from workbench.types import NO_LABEL, Role

AMBIGUOUS: Final = "ambiguous"
"""The answer that a row fits several classes; recorded as a flag."""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A row that a review asks about.

    ``suggested`` is the likeliest other class, ``quality`` the probability that the label is right.
    ``is_control`` rows were drawn at random: whoever decides should not be told. ``rank`` is its
    place, from 1, among the suspects, or among the control rows, of the audit.
    """

    example_id: int
    given: str
    suggested: str
    quality: float
    is_control: bool
    role: str
    audit_run_id: int
    rank: int
    reason: str


def review_queue(project: Project, *, annotator: str | None = None) -> list[ReviewItem]:
    """Return the rows of the newest audit that wait for a review.

    Suspects come worst first with the control rows spread among them, so that a review that stops
    early has a fair share of both; suspects among the evaluation rows are last.

    Parameters
    ----------
    project
        The project.
    annotator
        Who is asked: where others answer just now, a share of the rows comes first for each, in
        the same order (`workbench.services.review.shares`). By default all are in the one order.
    """
    found = reviewed_rows(project)
    if found is None:
        return []
    waiting = _questions(project, found, without=reviewed_ids(project))
    if annotator is None:
        return waiting
    share, n_shares = share_of(project, found.run.run_id, annotator)
    return sorted(
        waiting,
        key=lambda item: (item.role == Role.EVALUATION, turn_of(item.rank, share, n_shares)),
    )


def question_about(project: Project, uid: str) -> ReviewItem:
    """Return what a review asks about a row, whether it was answered or waits.

    Parameters
    ----------
    project
        The project.
    uid
        The row.

    Raises
    ------
    ProjectError
        If there is no audit.
    UsageError
        If the uid is not known, or the newest audit does not ask about the row.
    """
    example_id = example_of(project, uid).example_id
    found = reviewed_rows(project)
    if found is None:
        raise not_audited()
    for item in _questions(project, found):
        if item.example_id == example_id:
            return item
    raise UsageError(
        f"the review does not ask about {uid!r}",
        hint="These rows wait: workbench review --list. To correct another one:"
        f" workbench relabel CLASS {quote(uid)}",
    )


def _questions(
    project: Project, found: ReviewedRows, *, without: Collection[int] = ()
) -> list[ReviewItem]:
    """Return the rows of an audit that can be asked about, without some, in the one order."""
    closed = project.store.examples.removed_ids() | found.decided.keys() | {*without}
    controls = [
        item
        for row in found.controls
        if row.example_id not in closed
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
    return [item for item in (*queue, *evaluation) if item.example_id not in closed]


def _suspect_item(project: Project, row: Suspect, role: Role) -> ReviewItem:
    names = project.classes
    return _item(row.example_id, names[row.given_class], names[row.suggested_class],
                 row.label_quality, row.run_id, row.rank, role=role, is_control=False)  # fmt: skip


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
                 row.score, row.run_id, row.rank, role=Role.TRAIN, is_control=True)  # fmt: skip


def _item(
    example_id: int,
    given: str,
    suggested: str,
    quality: float,
    run_id: int,
    rank: int,
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
        rank=rank,
        # Without the label quality, which would tell a control row from a suspect.
        reason=f"{given} or {suggested}?{where}",
    )


def record_review(
    project: Project,
    session: Session,
    item: ReviewItem,
    answer: str | None,
    *,
    seconds: float | None = None,
) -> Decision:
    """Record what a person says of a row: a decision that names the audit that asked.

    Nothing is recorded where another person has answered the row meanwhile, or the label that was
    asked about is another one by now.

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
        class is called so; None is ambiguous, whatever the classes are called.
    seconds
        How long it took.

    Raises
    ------
    UsageError
        If there is no such class, another person answered, or the label has changed.
    """
    project.refresh_classes()
    kind, label = ("flag", None) if answer is None else verdict_of(project, item, answer)
    asked_by = item.audit_run_id

    def check() -> None:
        why = refusals(project, [item], session.annotator).get(item.example_id)
        if why is not None:
            raise why

    if label is None:
        return session.flag(item.example_id, seconds=seconds, batch_run_id=asked_by, check=check)
    decide = session.keep if kind == "keep" else session.relabel
    return decide(item.example_id, label, seconds=seconds, batch_run_id=asked_by, check=check)


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
    index = index_for_review(project, answer)
    kind = "keep" if index == _given_index(project, item) else "relabel"
    return kind, project.classes[index]


def refusals(
    project: Project, items: Sequence[ReviewItem], annotator: str
) -> dict[int, UsageError]:
    """Return why rows are no question to somebody any more, by example; the others are left out.

    Another person has answered it, or its label is another one than was asked about. Who answered
    it may change that.

    Parameters
    ----------
    project
        The project.
    items
        The rows.
    annotator
        Who answers.
    """
    said = {event.example_id: event for event in reviews(project)}
    # These labels are those of all rows, resolved.
    is_needed = any(i.role == Role.EVALUATION and i.example_id not in said for i in items)
    asked = asked_labels(project) if is_needed else None
    found = {}
    for item in items:
        answer = said.get(item.example_id)
        if answer is None:
            why = _changed(project, item, asked)
        else:
            why = None if answer.annotator == annotator else _answered(project, item, answer)
        if why is not None:
            found[item.example_id] = why
    return found


def _answered(project: Project, item: ReviewItem, answer: Event) -> UsageError:
    """Say what another person has answered."""
    uid = _uid(project, item)
    said = project.label_set.name_of(answer.class_id) or AMBIGUOUS
    overrule = f"workbench relabel CLASS {quote(uid)}"
    return UsageError(
        f"{answer.annotator} has reviewed {uid}: {said}",
        hint=f"Your answer is not recorded. To overrule theirs: {overrule}",
    )


def _changed(
    project: Project, item: ReviewItem, asked: NDArray[np.int64] | None
) -> UsageError | None:
    """Say what the label of a row is now, where it was asked about another one."""
    if item.role == Role.EVALUATION and asked is not None:
        label = int(asked[item.example_id - 1])
        index = None if label == NO_LABEL else label
    else:
        resolved = project.store.resolved.of_example(item.example_id)
        index = None if resolved is None else project.label_set.index_of(resolved.class_id)
    if index is not None and index == _given_index(project, item):
        return None
    now = "gone" if index is None else f"{project.classes[index]} by now"
    return UsageError(
        f"the label of {_uid(project, item)} is {now}, no longer {item.given}",
        hint="Your answer is not recorded. The next audit looks at the label that it has now.",
    )


def _uid(project: Project, item: ReviewItem) -> str:
    example = project.store.examples.get(item.example_id)
    return str(item.example_id) if example is None else example.uid


def _given_index(project: Project, item: ReviewItem) -> int | None:
    """Return the class that a row was asked about, whatever it is called now; None if retired."""
    label_set = project.label_set
    return label_set.index_of(label_set.number_of_name.get(item.given))


def index_for_review(project: Project, answer: str) -> int:
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
            hint=f"A review takes the names of classes: {quoted_list(project.classes)}.",
        )
    return class_index(project, answer)
