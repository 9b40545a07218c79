"""What the votes that count are otherwise than before, function by function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workbench.figures import listed
from workbench.services.labels import stored_votes
from workbench.services.moments import Moment, beginning_of
from workbench.services.project import Project
from workbench.store.runs import Run
from workbench.types import ABSTAIN

_NAMED = 3
"""Labeling functions that are named."""


@dataclass(frozen=True, slots=True)
class VoteChange:
    """What the version of a function in force does otherwise than the one before; counts of rows.

    ``state`` is ``new`` (it never counted before), ``changed`` (another version), ``back`` (it had
    been withdrawn, or its apply undone) or ``gone`` (withdrawn).
    """

    name: str
    state: str
    n_before: int
    n_after: int
    n_gained: int
    n_lost: int
    n_flipped: int


def versions_in_force(project: Project) -> dict[str, int]:
    """Return the versions in force by name."""
    return {version.name: version.lf_version_id for version in project.store.votes.in_force()}


def functions_changed(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    """Return the functions that came, went, or have another version, by name.

    Parameters
    ----------
    before, after
        As of `versions_in_force`, at two moments.
    """
    return sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))


def votes_changed(project: Project, run: Run) -> str | None:
    """Say how the votes in force have changed since a run began; None where they are the same.

    Parameters
    ----------
    project
        The project.
    run
        A run that read them.
    """
    return votes_changed_since(project, beginning_of(project, run))


def votes_changed_since(project: Project, then: Moment) -> str | None:
    """Say how the votes in force have changed since a moment; see `votes_changed`."""
    was = project.store.past.lf_versions(then.at, then.event_id)
    if changed := functions_changed(was, versions_in_force(project)):
        return f"labeling functions changed: {listed(changed, _NAMED)}"
    runs = (project.store.runs.get(run_id) for run_id in project.store.votes.runs_that_voted())
    if any(voted.ended_at is None or voted.ended_at > then.at for voted in runs if voted):
        return "labeling functions have voted on more rows"
    return None


def vote_changes(
    project: Project, before: Mapping[str, int], *, run_id: int
) -> tuple[VoteChange, ...]:
    """Return the functions with another version in force than before, by name.

    Parameters
    ----------
    project
        The project.
    before
        The versions that were in force (`versions_in_force`).
    run_id
        The run that put others in force.
    """
    after = versions_in_force(project)
    names = functions_changed(before, after)
    known = project.store.votes.names_before(run_id) if names else set()
    return tuple(
        _change(project, name, before.get(name), after.get(name), was_known=name in known)
        for name in names
    )


def _change(
    project: Project, name: str, before: int | None, after: int | None, *, was_known: bool
) -> VoteChange:
    """Compare two versions of a function; None stands for one that abstains everywhere."""
    n = project.store.examples.count()
    old, new = (
        np.full(n, ABSTAIN) if version is None else stored_votes(project, [version])[:, 0]
        for version in (before, after)
    )
    voted, votes = old != ABSTAIN, new != ABSTAIN
    state = "changed"
    if before is None:
        state = "back" if was_known else "new"
    elif after is None:
        state = "gone"
    return VoteChange(
        name=name,
        state=state,
        n_before=int(voted.sum()),
        n_after=int(votes.sum()),
        n_gained=int((votes & ~voted).sum()),
        n_lost=int((voted & ~votes).sum()),
        n_flipped=int((voted & votes & (old != new)).sum()),
    )
