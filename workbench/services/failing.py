"""Labeling functions whose votes should not be trusted, as the last applies left them."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.functions.quarantine import is_failing
from workbench.services.project import Project


@dataclass(frozen=True, slots=True)
class Failing:
    """A labeling function in force that failed on most rows, or is in quarantine, and why so."""

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
        elif is_failing(totals.n_errors, totals.n_rows):
            failed = f"failed on {totals.n_errors:,} of {totals.n_rows:,} rows"
            found.append(Failing(version.name, failed))
    return tuple(found)
