"""The labels that an audit doubts: those that are still a question, and those that wait."""

from __future__ import annotations

from dataclasses import replace

from workbench.services.project import Project
from workbench.store.decisions import REVIEWS, Event
from workbench.store.queues import Suspect
from workbench.store.runs import Run


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


def suspects_to_review(project: Project) -> list[Suspect]:
    """Return the suspects of the newest audit that nobody has reviewed, as `suspects_of` does.

    Parameters
    ----------
    project
        The project.
    """
    run = project.store.runs.last_done("audit")
    if run is None:
        return []
    reviewed = reviewed_ids(project)
    return [suspect for suspect in suspects_of(project, run) if suspect.example_id not in reviewed]


def reviewed_ids(project: Project) -> set[int]:
    """Return the examples that somebody has kept, relabelled or flagged, at any time.

    No audit doubts them, and no review asks for them again.

    Parameters
    ----------
    project
        The project.
    """
    return {event.example_id for event in reviews(project) if event.example_id is not None}


def reviews(project: Project) -> list[Event]:
    """Return what reviews said that still counts, oldest first.

    A verdict for a class that was retired since says nothing any more.

    Parameters
    ----------
    project
        The project.
    """
    label_set = project.label_set
    return [
        event
        for event in project.store.decisions.active()
        if event.kind in REVIEWS
        and (event.class_id is None or label_set.index_of(event.class_id) is not None)
    ]
