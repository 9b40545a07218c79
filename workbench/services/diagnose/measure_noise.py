"""The fourth lens: the labels that the newest audit doubts, by class and by source."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.services.audit.audited_labels import doubts_of, unseen_labels
from workbench.services.audit.blame import GroupRate, class_rates, group_rates
from workbench.services.audit.results import (
    AuditResult,
    learnt_classes,
    rows_read,
    stored_audit,
    unlearnt_classes,
)
from workbench.services.copies import audited_clusters
from workbench.services.diagnose.rows import PROVENANCE, DiagnosisRows
from workbench.services.diagnose.verdicts import NoiseRow
from workbench.services.diagnose.wrong_still import labels_wrong_still
from workbench.services.few_labels import is_few
from workbench.services.grouping import Grouping
from workbench.services.labels import resolve_labels
from workbench.services.review.audit_again import worth_another_audit
from workbench.services.review.progress import ReviewProgress, review_progress
from workbench.services.review.result import RateChange
from workbench.services.review_log import flagged_ids, n_taken_back
from workbench.services.suspects import suspects_to_review
from workbench.store.runs import Run
from workbench.types import Role

_MAX_GROUPS = 50


@dataclass(frozen=True, slots=True)
class NoiseFigures:
    """What the newest audit doubts and nobody has answered yet, worst first, and its rates.

    ``suggested`` is the class that the audit would rather have for each suspect. Of the training
    labels of now that the audit read, it could judge ``n_judged``; those that are flagged count
    neither as right nor as wrong, and ``n_unjudged`` are of classes that no model had learnt.
    ``n_changed`` are others than it read, ``n_came`` came since. ``review`` is how far its review
    is. ``due`` says why another audit is worth it, as `status` does; it is empty where none is.
    ``left`` are the labels that are wrong still, by the newest review; None before the first.
    """

    audit: AuditResult
    suspects: NDArray[np.int64]
    suggested: NDArray[np.int64]
    by_class: tuple[GroupRate, ...]
    rows: tuple[NoiseRow, ...]
    n_judged: int
    review: ReviewProgress
    n_unjudged: int = 0
    n_changed: int = 0
    n_came: int = 0
    due: str = ""
    left: RateChange | None = None

    @property
    def rate(self) -> float:
        """The share of doubted labels among those that count."""
        return len(self.suspects) / max(self.n_judged, 1)

    @property
    def learnt(self) -> str:
        """Say how many labels are wrong that no model doubts, until random rows tell."""
        trust = self.audit.trust
        if trust is None or (self.left is not None and self.left.n_random):
            return ""
        return trust.finding(self.audit.error_rate)

    @property
    def since(self) -> str:
        """Say how many labels changed and came since; empty where it saw all."""
        said = ((self.n_changed, "changed"), (self.n_came, "came since"))
        return ", ".join(f"{n:,} {how}" for n, how in said if n)


def measure_noise(data: DiagnosisRows) -> NoiseFigures | None:
    """Return what the newest audit says of the labels of now; None before the first.

    Parameters
    ----------
    data
        The rows.
    """
    project, store = data.project, data.project.store
    run = store.runs.last_done("audit")
    if run is None:
        return None
    audit = stored_audit(project, run)
    labels = resolve_labels(project)
    rows = _audited(data, run)
    # Those among the evaluation rows are in none of an audit's figures.
    waiting = [
        suspect
        for suspect in suspects_to_review(project, labels)
        if data.role[suspect.example_id - 1] == Role.TRAIN
    ]
    suspects = np.array([suspect.example_id - 1 for suspect in waiting], np.int64)
    asked = [suspect.example_id - 1 for suspect in store.queues.suspects(run.run_id)]
    clusters = audited_clusters(project, run.run_id, rows)
    doubts = doubts_of(project, run, rows, labels, np.isin(rows, asked), clusters)
    # Tests are of all that was doubted; the rates are of what is doubted still.
    flagged = np.array(sorted(flagged_ids(project)), np.int64) - 1
    doubts = replace(
        doubts,
        is_suspect=np.isin(rows, suspects),
        is_told=~np.isin(rows, np.setdiff1d(flagged, suspects)),
    )
    is_learnt = learnt_classes(project, run, audit)
    by_class = class_rates(project.classes, doubts, is_learnt)
    found = [NoiseRow("class", r.group, r.n, r.n_suspects, r.rate, r.low, r.high) for r in by_class]
    for column in PROVENANCE:
        values = data.values(column, rows).tolist()
        if 2 <= len(set(values)) <= _MAX_GROUPS:
            groups = Grouping(np.arange(len(rows)), tuple(values))
            found += [
                NoiseRow(column, r.group, r.n, r.n_suspects, r.rate, r.low, r.high, r.q_value,
                         r.stands_out, stands_out_now=r.stands_out_now)
                for r in group_rates(groups, doubts)
            ]  # fmt: skip
    left = labels_wrong_still(data)
    if left is not None and left.audit_run_id == run.run_id:
        found = [left.join(row) for row in found]
    unseen = unseen_labels(project, run, data.labels)
    n_changed, n_came = int(unseen.changed.sum()), int(unseen.came.sum())
    review = review_progress(project)
    assert review is not None  # there is an audit
    changed = "what it read has changed since"
    is_changed = not is_few(n_changed + n_came, audit.n_rows) or n_taken_back(project, run) > 0
    return NoiseFigures(
        audit=audit,
        suspects=suspects,
        suggested=np.array([suspect.suggested_class for suspect in waiting], np.int64),
        by_class=by_class,
        rows=tuple(found),
        n_judged=int((doubts.is_told & is_learnt[doubts.given]).sum()),
        review=review,
        n_unjudged=int(unlearnt_classes(project, run, audit)[doubts.given].sum()),
        n_changed=n_changed,
        n_came=n_came,
        due=changed if is_changed else worth_another_audit(project, run, labels) or "",
        left=left.total if left is not None else None,
    )


def _audited(data: DiagnosisRows, run: Run) -> NDArray[np.int64]:
    """Return the training rows that an audit read and that have a label and a text by now."""
    is_read = rows_read(data.project, run, data.n)
    return data.labelled[is_read[data.labelled]]
