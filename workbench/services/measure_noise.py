"""The fourth lens: the labels that the newest audit doubts, by class and by source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.methods.error_rates import error_rates_by
from workbench.services.audit import OUT_OF_FOLD, AuditResult
from workbench.services.diagnosis_rows import PROVENANCE, DiagnosisRows
from workbench.services.results import from_json
from workbench.services.verdicts import NoiseRow

_MAX_GROUPS = 50


@dataclass(frozen=True, slots=True)
class NoiseFigures:
    """The newest audit with its suspects, worst first, and its rates by group."""

    audit: AuditResult
    suspects: NDArray[np.int64]
    rows: tuple[NoiseRow, ...]


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
    audit = from_json(AuditResult, store.runs.artifact(run.run_id, "audit"))
    suspects = np.array([s.example_id - 1 for s in store.queues.suspects(run.run_id)], np.int64)
    found = [
        NoiseRow("class", r.group, r.n, r.n_suspects, r.rate, r.low, r.high) for r in audit.by_class
    ]
    blocks = store.beliefs.blocks(run.run_id, OUT_OF_FOLD)
    rows = np.array(
        [i for b in blocks for i in np.flatnonzero(b.informed) + b.rows.start], dtype=np.int64
    )
    if not len(rows):
        rows = data.labelled
    is_suspect = np.isin(rows, suspects)
    for column in PROVENANCE:
        values = data.values(column, rows).tolist()
        if 2 <= len(set(values)) <= _MAX_GROUPS:
            found += _rates(column, values, is_suspect, data.labels[rows])
    return NoiseFigures(audit, suspects, tuple(found))


def _rates(
    column: str,
    values: Sequence[Any],
    is_suspect: NDArray[np.bool_],
    classes: NDArray[np.int64],
) -> list[NoiseRow]:
    """Return the rates by group, the highest first; no group is accused of its classes."""
    rates = error_rates_by(values, is_suspect, strata=classes.tolist())
    accused = rates.is_accused
    rows = [
        NoiseRow(
            column,
            str(rates.group[i]),
            int(rates.n[i]),
            int(rates.n_issues[i]),
            float(rates.rate[i]),
            float(rates.low[i]),
            float(rates.high[i]),
            float(rates.q_value[i]),
            bool(accused[i]),
        )
        for i in range(len(rates.group))
    ]
    return sorted(rows, key=lambda row: (-row.rate, row.group))
