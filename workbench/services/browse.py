"""What the screens read: one example with all that speaks for it, and the newest results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.services.batches import batch_belief
from workbench.services.diagnose.verdicts import DiagnoseResult
from workbench.services.project import Project
from workbench.services.results import last_result
from workbench.services.staleness import stale
from workbench.services.trail import Belief, HumanEvent, Vote
from workbench.services.why import beliefs_of, decisions_of, votes_of
from workbench.store.examples import Example
from workbench.store.labels import Resolved

if TYPE_CHECKING:
    from workbench.services.audit.results import AuditResult


@dataclass(frozen=True, slots=True)
class ExampleView:
    """One example as a person sees it before a decision.

    ``belief`` is the one to show first, and to accept: see `newest_belief`; None before any.
    """

    example: Example
    resolved: Resolved | None
    votes: tuple[Vote, ...]
    beliefs: tuple[Belief, ...]
    belief: Belief | None
    decisions: tuple[HumanEvent, ...]

    @property
    def label(self) -> str | None:
        """The name of its class now."""
        return self.resolved.label if self.resolved else None


def view_example(project: Project, example_id: int) -> ExampleView | None:
    """Return one example with its label, votes, beliefs and decisions; None where there is none."""
    example = project.store.examples.get(example_id)
    if example is None:
        return None
    beliefs = beliefs_of(project, example_id)
    return ExampleView(
        example=example,
        resolved=label_of(project, example_id),
        votes=votes_of(project, example_id),
        beliefs=beliefs,
        belief=newest_belief(project, example_id, beliefs),
        decisions=decisions_of(project, example_id),
    )


def newest_belief(project: Project, example_id: int, beliefs: Sequence[Belief]) -> Belief | None:
    """Return the newest belief about an example, and how old it is; None before any.

    That is the one of the newest training, else of the label model; of a row that a later batch
    asked for the one that chose the batch, where labels had come that no training had seen.

    Parameters
    ----------
    project
        The project.
    example_id
        The example.
    beliefs
        What the newest models believe of it: `workbench.services.why.beliefs_of`.
    """
    chosen = next((b for b in beliefs if b.is_chosen and b.kind in ("train", "aggregate")), None)
    asked = batch_belief(project, example_id, after=chosen.run_id if chosen else 0)
    if asked is not None or chosen is None:
        return asked
    return replace(chosen, age="out of date") if stale(project, (chosen.kind,)) else chosen


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
    from workbench.services.audit.audited_labels import labels_then
    from workbench.services.audit.results import stored_audit, with_functions, with_texts

    run = project.store.runs.last_done("audit")
    if run is None:
        return None
    newest = with_functions(project, stored_audit(project, run), labels_then(project, run))
    return with_texts(project, newest)


def last_diagnosis(project: Project) -> DiagnoseResult | None:
    """Return the newest diagnosis; None before the first."""
    return last_result(project, "diagnose", DiagnoseResult)
