"""The fourth lens: the labels that the newest audit doubts, by class and by source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.services.audit_results import OUT_OF_FOLD, AuditResult, stored_audit
from workbench.services.audited_labels import doubts_of, unseen_labels
from workbench.services.blame import group_rates
from workbench.services.copies import audited_clusters
from workbench.services.diagnosis_rows import PROVENANCE, DiagnosisRows
from workbench.services.grouping import Grouping
from workbench.services.labels import resolve_labels
from workbench.services.verdicts import NoiseRow

_MAX_GROUPS = 50


@dataclass(frozen=True, slots=True)
class NoiseFigures:
    """The newest audit with its suspects, worst first, and its rates by group.

    Of the training labels of now, ``n_changed`` are others than it read, ``n_came`` came since.
    """

    audit: AuditResult
    suspects: NDArray[np.int64]
    rows: tuple[NoiseRow, ...]
    n_changed: int = 0
    n_came: int = 0

    @property
    def since(self) -> str:
        """Say how many labels changed and came since; empty where it saw all."""
        said = ((self.n_changed, "changed"), (self.n_came, "came since"))
        return ", ".join(f"{n:,} {how}" for n, how in said if n)


def measure_noise(data: DiagnosisRows) -> NoiseFigures | None:
    """Return what the newest audit says; None before the first.

    Parameters
    ----------
    data
        The rows.
    """
    store = data.project.store
    run = store.runs.last_done("audit")
    if run is None:
        return None
    audit = stored_audit(data.project, run)
    queue = store.queues.suspects(run.run_id)
    # Those among the evaluation rows come last; the audit's figures leave them out.
    suspects = np.array([s.example_id - 1 for s in queue[: audit.n_suspects]], np.int64)
    suspects = suspects[data.present[suspects]]
    found = [
        NoiseRow("class", r.group, r.n, r.n_suspects, r.rate, r.low, r.high) for r in audit.by_class
    ]
    blocks = store.beliefs.blocks(run.run_id, OUT_OF_FOLD)
    rows = np.array(
        [i for b in blocks for i in np.flatnonzero(b.informed) + b.rows.start], dtype=np.int64
    )
    rows = rows[data.labels[rows] >= 0] if len(rows) else data.labelled
    labels = resolve_labels(data.project)
    clusters = audited_clusters(data.project, run.run_id, rows)
    doubts = doubts_of(data.project, run, rows, labels, np.isin(rows, suspects), clusters)
    for column in PROVENANCE:
        values = data.values(column, rows).tolist()
        if 2 <= len(set(values)) <= _MAX_GROUPS:
            groups = Grouping(np.arange(len(rows)), tuple(values))
            found += [
                NoiseRow(column, r.group, r.n, r.n_suspects, r.rate, r.low, r.high, r.q_value,
                         r.stands_out)
                for r in group_rates(groups, doubts)
            ]  # fmt: skip
    unseen = unseen_labels(data.project, run, data.labels)
    n_changed, n_came = int(unseen.changed.sum()), int(unseen.came.sum())
    return NoiseFigures(audit, suspects, tuple(found), n_changed, n_came)
