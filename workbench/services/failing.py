"""Labeling functions whose votes should not be trusted, as the last applies left them."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.functions.quarantine import is_failing
from workbench.services.project import Project
from workbench.store.votes import LFTotals

PROBLEM_PLACES = "problems"
"""The document of an apply that says where scripts could not be taken as they are, in order."""


@dataclass(frozen=True, slots=True)
class Failing:
    """A labeling function in force that fails too often, or is in quarantine, and why so."""

    name: str
    reason: str


def failing_functions(project: Project) -> tuple[Failing, ...]:
    """Return the functions to mend before anything is built on their votes; no script is run."""
    totals_of = project.store.votes.all_totals()
    found = []
    for version in project.store.votes.in_force():
        totals = totals_of.get(version.lf_version_id)
        if totals is None:
            continue
        if totals.quarantined:
            found.append(Failing(version.name, "is in quarantine"))
        elif words := failing_words(totals):
            found.append(Failing(version.name, words))
    return tuple(found)


def place_in(file: str, line: int | None) -> str:
    """Return a place in a script, as messages name it."""
    return f"{file}:{line}" if line else file


def failing_words(totals: LFTotals) -> str | None:
    """Say on how many rows a function failed, where these are too many; None in quarantine too."""
    if totals.quarantined or not is_failing(totals.n_errors, totals.n_rows, totals.n_votes):
        return None
    is_mute = totals.n_votes == 0 and totals.n_errors < totals.n_rows
    rest = " and votes on none of the others" if is_mute else ""
    return f"failed on {totals.n_errors:,} of {totals.n_rows:,} rows{rest}"
