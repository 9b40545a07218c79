"""Moments of the past: how things stood when a run began or ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from workbench.services.project import Project
from workbench.services.running import now
from workbench.store.runs import Run


@dataclass(frozen=True, slots=True)
class Moment:
    """A time (UTC, ISO 8601) and the newest event by then."""

    at: str
    event_id: int


@contextmanager
def one_moment(project: Project) -> Iterator[str]:
    """Read what a run needs as of one moment, which is given; the run begins there.

    Nothing can be written inside. The classes are those of the moment too.
    """
    with project.store.one_moment(now) as moment:
        project.refresh_classes()
        yield moment


def moment_at(project: Project, at: str) -> Moment:
    """Return the moment of a time."""
    return Moment(at, project.store.decisions.last_event_id(at=at))


def beginning_of(project: Project, run: Run) -> Moment:
    """Return the moment when a run began: what it read."""
    return moment_at(project, run.started_at)


def end_of(project: Project, run: Run) -> Moment:
    """Return the moment when a run ended; the present while it is under way."""
    return moment_at(project, run.ended_at or now())
