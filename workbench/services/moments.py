"""Moments of the past: how things stood when a run began or ended."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.services.project import Project
from workbench.services.running import now
from workbench.store.runs import Run


@dataclass(frozen=True, slots=True)
class Moment:
    """A time (UTC, ISO 8601) and the newest event by then."""

    at: str
    event_id: int


def moment_at(project: Project, at: str) -> Moment:
    """Return the moment of a time."""
    return Moment(at, project.store.decisions.last_event_id(at=at))


def beginning_of(project: Project, run: Run) -> Moment:
    """Return the moment when a run began: what it read."""
    return moment_at(project, run.started_at)


def end_of(project: Project, run: Run) -> Moment:
    """Return the moment when a run ended; the present while it is under way."""
    return moment_at(project, run.ended_at or now())
