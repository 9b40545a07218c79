"""Moments of the past: how things stood when a run began or ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from workbench.services.project import Project
from workbench.services.running import now
from workbench.store.runs import Run

P = ParamSpec("P")
T = TypeVar("T")
AnyProject = TypeVar("AnyProject", bound=Project)


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


@contextmanager
def reading(project: Project) -> Iterator[None]:
    """Read everything as of one moment, whatever others commit meanwhile; the classes too.

    Within `one_moment`, a transaction or another such block it is the moment of that one. Nothing
    can be written inside.
    """
    with project.store.reading():
        project.refresh_classes()
        yield


def reads_at_once(
    service: Callable[Concatenate[AnyProject, P], T],
) -> Callable[Concatenate[AnyProject, P], T]:
    """Let a service that only reads see its project as of one moment: `reading`."""

    @wraps(service)
    def read(project: AnyProject, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with reading(project):
            return service(project, *args, **kwargs)

    return read


def moment_at(project: Project, at: str) -> Moment:
    """Return the moment of a time."""
    return Moment(at, project.store.decisions.last_event_id(at=at))


def beginning_of(project: Project, run: Run) -> Moment:
    """Return the moment when a run began: what it read."""
    return moment_at(project, run.started_at)


def end_of(project: Project, run: Run) -> Moment:
    """Return the moment when a run ended; the present while it is under way."""
    return present(project) if run.ended_at is None else moment_at(project, run.ended_at)


def present(project: Project) -> Moment:
    """Return the present moment."""
    return moment_at(project, project.store.clock.moment(now()))
