"""What the screens read: one example with all that speaks for it, and the newest results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.services.project import Project
from workbench.services.results import last_result
from workbench.services.trail import Belief, HumanEvent, Vote
from workbench.services.verdicts import DiagnoseResult
from workbench.services.why import beliefs_of, decisions_of, votes_of
from workbench.store.examples import Example
from workbench.store.labels import Resolved

if TYPE_CHECKING:
    from workbench.services.audit_results import AuditResult


@dataclass(frozen=True, slots=True)
class ExampleView:
    """One example as a person sees it before a decision.

    ``belief`` is that of the newest training, else of the label model; None before either.
    """

    example: Example
    resolved: Resolved | None
    votes: tuple[Vote, ...]
    beliefs: tuple[Belief, ...]
    decisions: tuple[HumanEvent, ...]

    @property
    def label(self) -> str | None:
        """The name of its class now."""
        return self.resolved.label if self.resolved else None

    @property
    def belief(self) -> Belief | None:
        """The belief to show first."""
        chosen = [b for b in self.beliefs if b.is_chosen and b.kind in ("train", "aggregate")]
        return chosen[0] if chosen else None


def view_example(project: Project, example_id: int) -> ExampleView | None:
    """Return one example with its label, votes, beliefs and decisions; None where there is none."""
    example = project.store.examples.get(example_id)
    if example is None:
        return None
    return ExampleView(
        example=example,
        resolved=label_of(project, example_id),
        votes=votes_of(project, example_id),
        beliefs=beliefs_of(project, example_id),
        decisions=decisions_of(project, example_id),
    )


def text_of(project: Project, example_id: int) -> str:
    """Return the text of an example, for a line of a list; empty where there is none."""
    example = project.store.examples.get(example_id)
    return example.text if example else ""


def label_of(project: Project, example_id: int) -> Resolved | None:
    """Return the label that an example has now, and where it comes from; None without one."""
    return project.store.resolved.of_example(example_id)


def last_audit(project: Project) -> AuditResult | None:
    """Return the newest audit, without its suspects; None before the first.

    The functions that it blames are those in force now.
    """
    from workbench.services.audit_results import stored_audit, with_functions, with_texts
    from workbench.services.audited_labels import labels_then

    run = project.store.runs.last_done("audit")
    if run is None:
        return None
    newest = with_functions(project, stored_audit(project, run), labels_then(project, run))
    return with_texts(project, newest)


def last_diagnosis(project: Project) -> DiagnoseResult | None:
    """Return the newest diagnosis; None before the first."""
    return last_result(project, "diagnose", DiagnoseResult)
