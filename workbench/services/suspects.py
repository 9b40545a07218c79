"""The labels that an audit doubts: those that are still a question, and those that wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.services.labels import Labels, resolve_labels, roles, trusted_labels
from workbench.services.moments import beginning_of, reads_at_once
from workbench.services.project import Project
from workbench.store.decisions import ANSWERS, CHOOSING, CORRECTIONS, FLAG, REVIEWS, Event
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


@reads_at_once
def suspects_to_review(project: Project, labels: Labels | None = None) -> list[Suspect]:
    """Return the suspects of the newest audit that nobody has reviewed, as `suspects_of` does.

    Those whose label is another one by now are left out: it is not the one that was doubted. So are
    those that people decided elsewhere, and those whose text was removed for good.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved ones of now, where they are known.
    """
    run = project.store.runs.last_done("audit")
    if run is None:
        return []
    resolved = labels or resolve_labels(project)
    settled = _settled(project, run, resolved)
    asked = asked_labels(project, resolved)
    return [
        suspect
        for suspect in suspects_of(project, run)
        if suspect.example_id not in settled
        and asked[suspect.example_id - 1] == suspect.given_class
    ]


@reads_at_once
def count_controls(project: Project, labels: Labels | None = None) -> int:
    """Count the random rows of the newest audit that nobody has reviewed, or decided elsewhere.

    Those whose label is another one by now are left out, as suspects are.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved ones of now, where they are known.
    """
    run = project.store.runs.last_done("audit")
    if run is None:
        return 0
    resolved = labels or resolve_labels(project)
    settled, asked = _settled(project, run, resolved), asked_labels(project, resolved)
    controls = project.store.queues.proposal(run.run_id)
    read = project.store.runs.artifact(run.run_id, CONTROL_LABELS) or [None] * len(controls)
    return sum(
        row.example_id not in settled
        and (number is None or project.label_set.index_of(number) == asked[row.example_id - 1])
        for row, number in zip(controls, read, strict=True)
    )


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
    audits = _audit_ids(project)
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


def said_since(project: Project, run: Run) -> set[int]:
    """Return the examples for which people named a class since an audit, or took one back.

    By what they did alone, so that it is cheap: their labels may be the ones that it read. Rows
    that a review answered, now or when it began, are left out.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    """
    decisions, since = project.store.decisions, beginning_of(project, run).event_id
    if decisions.last_decision_id() == decisions.last_decision_id(until=since):
        return set()
    was, now = decisions.active(until=since), decisions.active()
    stood, stand = ({event.event_id for event in events} for events in (was, now))
    audits = _audit_ids(project)
    changed = (
        event
        for events, others in ((was, stand), (now, stood))
        for event in events
        if event.event_id not in others
        and event.kind in CHOOSING
        and event.batch_run_id not in audits
    )
    answered = _uncorrected(project, now) + _uncorrected(project, was)
    return _examples_of(changed) - _examples_of(answered)


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


def reviewed_ids(project: Project) -> set[int]:
    """Return the examples that somebody has kept, relabelled or flagged, at any time.

    No audit doubts them, and no review asks for them again.

    Parameters
    ----------
    project
        The project.
    """
    return _examples_of(reviews(project))


def flagged_ids(project: Project, *, at: Run | None = None) -> set[int]:
    """Return the examples that a person's newest word on them flags as ambiguous or unusable.

    Wherever it was given: in a review, in Annotate or by a file. Whoever names a class after it
    decides the row. A skip takes back what the same person answered, and says nothing of what
    others did. They may have no label at all.

    Parameters
    ----------
    project
        The project.
    at
        As it stood when this audit began; now by default.
    """
    said: dict[tuple[int | None, str], str] = {}
    for event in _standing(project, at):
        by_whom = event.example_id, event.annotator
        if event.kind == FLAG or event.kind in CHOOSING:
            said.pop(by_whom, None)  # the newest word comes last
            said[by_whom] = event.kind
        elif event.kind in ANSWERS and said.get(by_whom) in ANSWERS:
            del said[by_whom]
    newest = {example_id: kind for (example_id, _), kind in said.items()}
    return {i for i, kind in newest.items() if i is not None and kind == FLAG}


def decisions_but_reviews(project: Project, *, at: Run | None = None) -> list[Event]:
    """Return the decisions that stand, without the answers to audits.

    Parameters
    ----------
    project
        The project.
    at
        As it stood when this audit began; now by default.
    """
    audits = _audit_ids(project)
    return [
        event
        for event in _standing(project, at)
        if event.kind not in REVIEWS or event.batch_run_id not in audits
    ]


def _standing(project: Project, at: Run | None) -> list[Event]:
    """Return the decisions that stand, or stood when an audit began; oldest first."""
    until = None if at is None else beginning_of(project, at).event_id
    return project.store.decisions.active(until=until)


def reviewed_before(project: Project, run: Run) -> set[int]:
    """Return the examples that an audit took as settled by a review, when it began.

    It doubts none of them, and no control row was drawn among them.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    """
    return _examples_of(reviews_before(project, run))


def reviews_before(project: Project, run: Run) -> list[Event]:
    """Return what reviews had said that counted when an audit began, oldest first: see `reviews`.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    """
    return _uncorrected(project, _standing(project, run))


def _examples_of(events: Iterable[Event]) -> set[int]:
    return {event.example_id for event in events if event.example_id is not None}


def reviewed_audit_ids(project: Project) -> list[int]:
    """Return the runs of the audits that people have answered, oldest first: one a round.

    Parameters
    ----------
    project
        The project.
    """
    audits = _audit_ids(project)
    events = project.store.decisions.active()
    said = {event.batch_run_id for event in events if event.kind in REVIEWS and event.batch_run_id}
    return sorted(said & audits)


@reads_at_once
def reviews(project: Project, *, until: Run | None = None) -> list[Event]:
    """Return what reviews said that still counts, oldest first.

    A review answers an audit: a correction in bulk or from a file is a label like any other, which
    nobody has held against the doubt. Where one came after a review and says something else, that
    review counts no more. Nor does a verdict for a class that was retired since.

    Parameters
    ----------
    project
        The project.
    until
        What came after this audit began takes no review back: another round had begun.
    """
    last = None if until is None else beginning_of(project, until).event_id
    return _uncorrected(project, project.store.decisions.active(), last)


def _uncorrected(project: Project, events: list[Event], last: int | None = None) -> list[Event]:
    """Return those of some events that are reviews which no other one takes back, see `reviews`.

    Parameters
    ----------
    project
        The project.
    events
        Oldest first.
    last
        Only those up to this one take a review back; by default all do.
    """
    label_set = project.label_set
    audits = _audit_ids(project)
    said: list[Event] = []
    corrected: dict[int | None, int | None] = {}
    for event in reversed(events):
        index = label_set.index_of(event.class_id)
        if event.kind in REVIEWS and event.batch_run_id in audits:
            if corrected.get(event.example_id, index) == index and (
                event.class_id is None or index is not None
            ):
                said.append(event)
        elif event.kind in CORRECTIONS and (last is None or event.event_id <= last):
            corrected.setdefault(event.example_id, index)
    return said[::-1]


def n_taken_back(project: Project, run: Run) -> int:
    """Count the rows that an audit took as settled by a review or flag which was taken back since.

    See `reviewed_before` and `flagged_ids`. Those that a review settled again are not counted, nor
    those whose text was removed, nor flagged ones that somebody decided.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    """
    decisions, audits = project.store.decisions, _audit_ids(project)
    then = beginning_of(project, run).event_id
    if decisions.last_decision_id() == decisions.last_decision_id(until=then):
        return 0
    # A review that was corrected since is not taken back: people know the label.
    now = _examples_of(
        event
        for event in decisions.active()
        if event.kind in REVIEWS and event.batch_run_id in audits
    )
    decided = _examples_of(
        event for event in decisions.active() if event.event_id > then and event.kind in CHOOSING
    )
    gone = reviewed_before(project, run) | (
        flagged_ids(project, at=run) - flagged_ids(project) - decided
    )
    return len(gone - now - project.store.examples.removed_ids())


def _audit_ids(project: Project) -> set[int]:
    return {run.run_id for run in project.store.runs.newest(kind="audit")}
