"""What an export would write, and what it would leave out and why; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.services.beliefs import model_beliefs
from workbench.services.export.export import (
    Selection,
    errors_left_of,
    no_row_goes_out,
    select_rows,
    stale_of,
)
from workbench.services.export.notes import ExportNotes, export_notes
from workbench.services.labels import Labels
from workbench.services.project import Project
from workbench.services.review.rates import ErrorsLeft
from workbench.types import Role

PREVIEWED = 200
"""How many rows of each kind are shown."""

NO_MODEL = "no label, and no label model"
UNKNOWN = "no vote speaks for a single class"
UNSURE = "the model is not sure enough"
NEWER = "imported after the label model"
NOT_FROZEN = "no label in the snapshot"
BELOW = "below the confidence asked for"
DUPLICATE = "a near-duplicate of another row"
DIFFER = "its annotators differ"
REMOVED = "its text was removed for good"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the file to come."""

    uid: str
    text: str
    label: str
    confidence: float
    origin: str
    run_id: int


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A row that would be left out; ``label`` is what it has or, if unsure, what is believed."""

    uid: str
    text: str
    label: str | None
    confidence: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class ExportPreview:
    """What an export would hold: its counts, and the first rows of each kind.

    ``left_out`` counts the rows of the role that stay behind by their reason. ``stale``, ``notes``
    and ``errors_left`` are what the export would say of its labels; ``nothing`` is why no row goes
    out, empty where some do.
    """

    n_rows: int
    left_out: dict[str, int]
    by_label: dict[str, int]
    by_origin: dict[str, int]
    rows: tuple[PreviewRow, ...]
    left_out_rows: tuple[LeftOutRow, ...]
    stale: tuple[str, ...]
    notes: ExportNotes
    nothing: str = ""
    errors_left: ErrorsLeft | None = None

    @property
    def n_left_out(self) -> int:
        """How many rows of the role stay behind."""
        return sum(self.left_out.values())


def preview_export(
    project: Project,
    *,
    role: str = Role.TRAIN,
    min_confidence: float | None = None,
    snapshot: str | None = None,
    without_duplicates: bool = False,
    known: ErrorsLeft | None = None,
) -> ExportPreview:
    """Return what `workbench.services.export.export.export_labels` would write with these options.

    Parameters
    ----------
    project
        The project.
    role
        Whose rows: ``train``, ``production``, ``evaluation`` or ``all``.
    min_confidence
        The lowest confidence that goes out.
    snapshot
        The labels of this snapshot instead of those of now.
    without_duplicates
        Whether near-duplicates of another row stay behind.
    known
        The ``errors_left`` of an earlier preview, since which nothing but the options has changed.

    Raises
    ------
    UsageError
        If the role, threshold or snapshot is off.
    ProjectError
        If no diagnosis found the near-duplicates.
    """
    selection = select_rows(
        project,
        role=role,
        min_confidence=min_confidence,
        snapshot=snapshot,
        without_duplicates=without_duplicates,
    )
    labels, chosen, told = selection.labels, selection.chosen, selection.labels.told
    behind = _Behind(project, selection, is_frozen=snapshot is not None)
    return ExportPreview(
        n_rows=int(chosen.sum()),
        left_out=behind.counts(),
        by_label={
            name: n
            for k, name in enumerate(selection.names)
            if (n := int((labels.labels[chosen] == k).sum()))
        },
        by_origin={name: n for name, n in labels.by_origin(chosen).items() if n},
        rows=tuple(
            _row(project, selection, told, row)
            for row in np.flatnonzero(chosen)[:PREVIEWED].tolist()
        ),
        left_out_rows=tuple(behind.row(row) for row in behind.rows[:PREVIEWED].tolist()),
        stale=stale_of(project, selection),
        notes=export_notes(
            project,
            selection.parameters,
            selection.written,
            n_outvoted=int(selection.outvoted.sum()),
        ),
        nothing="" if chosen.any() else no_row_goes_out(role, selection),
        errors_left=errors_left_of(project, selection, known),
    )


def _row(project: Project, selection: Selection, labels: Labels, row: int) -> PreviewRow:
    uid, text = _named(project, row)
    return PreviewRow(
        uid=uid,
        text=text,
        label=selection.names[int(labels.labels[row])],
        confidence=float(labels.confidence[row]),
        origin=labels.order[int(labels.origin[row])],
        run_id=int(labels.run_ids[row]),
    )


def _named(project: Project, row: int) -> tuple[str, str]:
    example = project.store.examples.get(row + 1)
    return ("", "") if example is None else (example.uid, example.text)


class _Behind:
    """The rows of the role that stay behind, and why."""

    def __init__(self, project: Project, selection: Selection, *, is_frozen: bool) -> None:
        self.rows = np.flatnonzero(selection.wanted & ~selection.chosen)
        self._project = project
        self._selection = selection
        self._beliefs = None if is_frozen else model_beliefs(project, "aggregate")
        self._reasons = self._find_reasons(is_frozen)

    def _find_reasons(self, is_frozen: bool) -> NDArray[np.str_]:
        """Return the reason of each row in ``rows``."""
        has_label = self._selection.labels.labels[self.rows] >= 0
        unlabelled: str | NDArray[np.str_]
        if is_frozen:
            unlabelled = NOT_FROZEN
        elif self._beliefs is None:
            unlabelled = NO_MODEL
        else:
            newer = self.rows >= self._n_believed()
            unknown = np.where(self._beliefs.informed[self.rows], UNSURE, UNKNOWN)
            unlabelled = np.where(newer, NEWER, unknown)
        unlabelled = np.where(self._selection.tied[self.rows], DIFFER, unlabelled)
        behind = np.where(self._selection.duplicates[self.rows], DUPLICATE, BELOW)
        behind = np.where(self._selection.removed[self.rows], REMOVED, behind)
        return np.where(has_label, behind, unlabelled)

    def _n_believed(self) -> int:
        """Return how many examples there were when the label model was fitted."""
        run = self._project.store.runs.last_done("aggregate")
        return 0 if run is None else int(run.counts["examples"])

    def counts(self) -> dict[str, int]:
        """Return how many rows stay behind for each reason, the most frequent first."""
        reasons, n = np.unique(self._reasons, return_counts=True)
        order = np.argsort(-n, kind="stable")
        return {str(reasons[i]): int(n[i]) for i in order}

    def row(self, row: int) -> LeftOutRow:
        """Return one row with its reason."""
        uid, text = _named(self._project, row)
        reason = str(self._reasons[np.searchsorted(self.rows, row)])
        label, confidence = self._said(row, reason)
        return LeftOutRow(uid, text, label, confidence, reason)

    def _said(self, row: int, reason: str) -> tuple[str | None, float | None]:
        """Return the label that a row has, or what the model believes of it."""
        labels = self._selection.labels
        if reason in (BELOW, DUPLICATE, REMOVED):
            return self._selection.names[int(labels.labels[row])], float(labels.confidence[row])
        if reason == UNSURE and self._beliefs is not None:
            probs = self._beliefs.probs[row]
            return self._project.classes[int(probs.argmax())], float(probs.max())
        return None, None
