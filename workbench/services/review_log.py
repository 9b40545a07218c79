"""What reviews decided: the answers to the questions of audits, and the other decisions."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.services.moments import beginning_of, reads_at_once
from workbench.services.project import Project
from workbench.store.decisions import ANSWERS, CHOOSING, CORRECTIONS, FLAG, REVIEWS, Event
from workbench.store.runs import Run


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
    audits = audit_ids(project)
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
    audits = audit_ids(project)
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
    audits = audit_ids(project)
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
    audits = audit_ids(project)
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
    decisions, audits = project.store.decisions, audit_ids(project)
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


def audit_ids(project: Project) -> set[int]:
    """Return the numbers of all audits: decisions of their batches are reviews."""
    return {run.run_id for run in project.store.runs.newest(kind="audit")}
