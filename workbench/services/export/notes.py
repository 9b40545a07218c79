"""What to know of an export before trusting it: doubts of the audit, and the export before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.services.audit.audited_labels import count_unseen
from workbench.services.audit.results import (
    AuditResult,
    rows_read,
    stored_audit,
    unlearnt_classes,
)
from workbench.services.beliefs import mix_waits
from workbench.services.labels import resolve_labels
from workbench.services.project import Project
from workbench.services.review_log import flagged_ids, reviewed_audit_ids
from workbench.services.suspects import suspects_to_review
from workbench.store.runs import Run
from workbench.types import NO_LABEL, Role


@dataclass(frozen=True, slots=True)
class ExportNotes:
    """What speaks against a file of labels.

    The newest audit, ``audit_run_id``, doubts ``n_doubted`` of its labels, which nobody has
    reviewed; of the file's that it read, ``n_unjudged`` are of classes that no model had learnt; of
    all labels, people gave ``n_unseen`` that it did not see. ``n_flagged`` of the file's are
    flagged as ambiguous, ``n_outvoted`` stand against somebody's answer. It has ``change`` rows
    more than ``before``, the run of the newest export with the same options. ``mix_waits``: the mix
    gives no labels until it is trained again. ``learnt`` tells of wrong labels that no model
    doubts, until a review has begun, which says more.
    """

    n_doubted: int
    audit_run_id: int | None
    before: int | None
    change: int
    mix_waits: bool
    n_unseen: int = 0
    n_flagged: int = 0
    n_unjudged: int = 0
    n_outvoted: int = 0
    learnt: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """The notes in words."""
        found = []
        if self.change:
            how = "more" if self.change > 0 else "fewer"
            why = ""
            if self.mix_waits and self.change < 0:
                why = ": rows that the mix labelled wait for workbench train"
            found.append(f"{counted(abs(self.change), 'row')} {how} than run {self.before}{why}")
        if self.n_doubted:
            found.append(
                f"audit run {self.audit_run_id} doubts {self.n_doubted:,} of these labels, which"
                " nobody has reviewed: workbench review"
            )
        if self.learnt:
            found.append(f"audit run {self.audit_run_id}: {self.learnt}: workbench review")
        if self.n_unseen:
            found.append(
                f"people gave {counted(self.n_unseen, 'label')} that audit run {self.audit_run_id}"
                " did not see: workbench audit"
            )
        if self.n_unjudged:
            found.append(
                f"audit run {self.audit_run_id} could not judge {self.n_unjudged:,} of these"
                " labels: no model learns their classes from so few texts (workbench audit names"
                " them)"
            )
        if self.n_outvoted:
            has, rows = ("has", "it") if self.n_outvoted == 1 else ("have", "them")
            found.append(
                f"{self.n_outvoted:,} of these labels {has} a majority of answers, not all; to"
                f" settle {rows}: workbench annotate --queue disagreement"
            )
        if self.n_flagged:
            which = "is" if self.n_flagged == 1 else "are"
            found.append(
                f"{self.n_flagged:,} of these labels {which} flagged as ambiguous or unusable: the"
                " file has them all the same"
            )
        return tuple(found)


def export_notes(
    project: Project,
    parameters: Mapping[str, str],
    written: NDArray[np.int64],
    *,
    n_outvoted: int = 0,
) -> ExportNotes:
    """Hold the rows of an export to come against the newest audit and the export before.

    Parameters
    ----------
    project
        The project.
    parameters
        The options that say which rows go out, as runs record them.
    written
        The class numbers of the rows that go out, (n,); -1 for the others.
    n_outvoted
        How many of them have the label of most annotators, not of all.
    """
    newest = project.store.runs.last_done("audit")
    labels = None if newest is None else resolve_labels(project)
    doubted = suspects_to_review(project, labels)
    numbers = project.label_set.numbers
    n_doubted = sum(
        written[suspect.example_id - 1] == numbers[suspect.given_class]
        for suspect in doubted
        if suspect.example_id <= len(written)
    )
    # What a snapshot holds is as it was then.
    is_of_now = "snapshot" not in parameters
    n_unseen = count_unseen(project, newest, labels) if newest and is_of_now else 0
    is_audited = is_of_now and parameters.get("role", Role.TRAIN) == Role.TRAIN
    n_unjudged, learnt = 0, ""
    if newest and is_audited:
        audit = stored_audit(project, newest)
        n_unjudged = _n_unjudged(project, newest, audit, written)
        if audit.trust is not None and not reviewed_audit_ids(project):
            learnt = audit.trust.finding(audit.error_rate)
    flagged = [i - 1 for i in flagged_ids(project) if i <= len(written)]
    before = _before(project, parameters)
    n_rows = int((written != NO_LABEL).sum())
    is_told = bool(n_doubted or n_unseen or n_unjudged or learnt)
    return ExportNotes(
        n_doubted=int(n_doubted),
        audit_run_id=newest.run_id if newest and is_told else None,
        before=None if before is None else before[0],
        change=0 if before is None else n_rows - before[1],
        mix_waits="snapshot" not in parameters and mix_waits(project),
        n_unseen=n_unseen,
        n_flagged=int((written[flagged] != NO_LABEL).sum()),
        n_unjudged=n_unjudged,
        n_outvoted=n_outvoted,
        learnt=learnt,
    )


def _n_unjudged(project: Project, run: Run, audit: AuditResult, written: NDArray[np.int64]) -> int:
    """Count the labels of a file that an audit read and cannot judge, as `diagnose` does."""
    is_unlearnt = unlearnt_classes(project, run, audit)
    unlearnt = np.array(project.label_set.numbers, np.int64)[is_unlearnt]
    return int((np.isin(written, unlearnt) & rows_read(project, run, len(written))).sum())


def _before(project: Project, parameters: Mapping[str, str]) -> tuple[int, int] | None:
    """Return the newest export that asked for the same rows, and how many it had."""
    wanted = _asked(parameters)
    for run in project.store.runs.newest(kind="export", outcome="done"):
        if _asked(run.parameters) == wanted:
            return run.run_id, int(run.counts["rows"])
    return None


def _asked(parameters: Mapping[str, str]) -> tuple[str | None, ...]:
    """Return the options that say which rows go out; any diagnosis may tell the duplicates."""
    names = ("role", "min_confidence", "snapshot")
    return (*(parameters.get(name) for name in names), str("without_duplicates" in parameters))
