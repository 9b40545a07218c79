"""What the screens read: one example with all that speaks for it, and the newest results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.services.project import Project
from workbench.services.results import from_json
from workbench.services.why import (
    Belief,
    HumanEvent,
    Vote,
    beliefs_of,
    decisions_of,
    votes_of,
)
from workbench.store.examples import Example
from workbench.store.labels import Resolved
from workbench.store.queues import Suspect

if TYPE_CHECKING:
    from workbench.services.audit import AuditResult
    from workbench.services.verdicts import DiagnoseResult


@dataclass(frozen=True, slots=True)
class ExampleView:
    """One example as a person sees it before a decision.

    ``belief`` is that of the end model, else of the label model in use; None before either.
    """

    example: Example
    label: str | None
    resolved: Resolved | None
    votes: tuple[Vote, ...]
    beliefs: tuple[Belief, ...]
    decisions: tuple[HumanEvent, ...]

    @property
    def belief(self) -> Belief | None:
        """The belief to show first."""
        in_use = [b for b in self.beliefs if b.is_in_use and b.kind in ("train", "aggregate")]
        return in_use[0] if in_use else None


def view_example(project: Project, example_id: int) -> ExampleView | None:
    """Return one example with its label, votes, beliefs and decisions; None where there is none."""
    example = project.store.examples.get(example_id)
    if example is None:
        return None
    resolved = project.store.resolved.of_example(example_id)
    return ExampleView(
        example=example,
        label=project.classes[resolved.class_id] if resolved else None,
        resolved=resolved,
        votes=votes_of(project, example_id),
        beliefs=beliefs_of(project, example_id),
        decisions=decisions_of(project, example_id),
    )


def suspects_to_review(project: Project) -> list[Suspect]:
    """Return the suspects of the newest audit that nobody has reviewed, worst first.

    Their classes are indices in the label set.
    """
    run = project.store.runs.last_done("audit")
    if run is None:
        return []
    reviewed = {
        event.example_id
        for event in project.store.decisions.active()
        if event.kind in ("keep", "relabel", "flag")
    }
    label_set = project.label_set
    waiting = []
    for suspect in project.store.queues.suspects(run.run_id):
        given = label_set.index_of(suspect.given_class)
        suggested = label_set.index_of(suspect.suggested_class)
        # A doubt about a class that was merged or retired since is no question any more.
        if suspect.example_id in reviewed or given is None or suggested in (None, given):
            continue
        waiting.append(replace(suspect, given_class=given, suggested_class=suggested))
    return waiting


def last_audit(project: Project) -> AuditResult | None:
    """Return the newest audit, without its rows; None before the first."""
    from workbench.services.audit import AuditResult

    run = project.store.runs.last_done("audit")
    if run is None:
        return None
    return from_json(AuditResult, project.store.runs.artifact(run.run_id, "audit"))


def last_diagnosis(project: Project) -> DiagnoseResult | None:
    """Return the newest diagnosis; None before the first."""
    from workbench.services.verdicts import DiagnoseResult

    run = project.store.runs.last_done("diagnose")
    if run is None:
        return None
    return from_json(DiagnoseResult, project.store.runs.artifact(run.run_id, "diagnose"))
