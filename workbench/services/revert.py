"""Going back to how things stood after a run: all later acts undone in one go."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.services.arguments import check_annotator
from workbench.services.history import show
from workbench.services.moments import end_of
from workbench.services.project import Project
from workbench.services.running import user
from workbench.services.undo import Turned, turn_acts
from workbench.store.decisions import PROJECT_ACTS, Event


@dataclass(frozen=True, slots=True)
class Since:
    """What people did after a run had ended and that still stands: acts, and rows they reach."""

    run_id: int
    n_mine: int
    n_rows: int
    n_others: int


def undone_by_revert(project: Project, run_id: int, *, annotator: str | None = None) -> Since:
    """Count what `revert_to` would undo, and what of others would stay.

    Raises
    ------
    UsageError
        If there is no such run.
    """
    who = check_annotator(annotator or user())
    events = _later_events(project, run_id)
    mine = [event for event in events if event.annotator == who]
    return Since(
        run_id=run_id,
        n_mine=sum(event.act_id is None for event in mine),
        n_rows=len({event.example_id for event in mine if event.example_id is not None}),
        n_others=sum(event.act_id is None for event in events if event.annotator != who),
    )


def revert_to(project: Project, run_id: int, *, annotator: str | None = None) -> Turned | None:
    """Undo every act of someone that came after a run; None where there is none.

    Each act is undone by an event of its own, the newest first, all or none; what others did
    stays. One `workbench.services.undo.redo` puts all of it back.

    Parameters
    ----------
    project
        The project.
    run_id
        The run whose end is gone back to.
    annotator
        Whose acts; the user's by default.

    Raises
    ------
    UsageError
        If there is no such run, or another's act depends on one that would be undone.
    """
    who = check_annotator(annotator or user())
    mine = [
        event
        for event in _later_events(project, run_id)
        if event.annotator == who and event.act_id is None
    ]
    return turn_acts(project, "undo", mine[::-1], who, to=run_id) if mine else None


def _later_events(project: Project, run_id: int) -> list[Event]:
    """Return the acts that stand and came after a run, oldest first."""
    decisions = project.store.decisions
    then = end_of(project, show(project, run_id).run)
    events = [*decisions.active(), *decisions.active_acts(PROJECT_ACTS)]
    later = (event for event in events if event.event_id > then.event_id)
    return sorted(later, key=lambda event: event.event_id)
