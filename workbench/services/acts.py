"""What someone did in a while, and what comes next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import takewhile

from workbench.services.next_step import loop
from workbench.services.project import Project
from workbench.services.running import user


@dataclass(frozen=True, slots=True)
class Acts:
    """How often someone did what, undo and redo among it, and the one next thing to do."""

    annotator: str
    counts: dict[str, int]
    next_command: str
    next_reason: str


def newest_act(project: Project) -> int:
    """Return the number of the newest event, from which `acts_since` counts; 0 before the first."""
    return project.store.decisions.last_event_id()


def acts_since(project: Project, event_id: int, *, annotator: str | None = None) -> Acts:
    """Return what someone did after an event.

    Parameters
    ----------
    project
        The project.
    event_id
        Events up to this one do not count.
    annotator
        Who; the user by default.
    """
    who = annotator or user()
    newer = takewhile(lambda e: e.event_id > event_id, project.store.decisions.newest_of(who))
    # One act on many rows is an event for each.
    counts = Counter(event.kind for event in newer)
    now = loop(project)
    return Acts(who, dict(sorted(counts.items())), now.next_command, now.next_reason)
