"""Whose labels an export holds: what models and files gave is nobody's decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.services.beliefs import beliefs_of_run, default_labels, settled_labels
from workbench.services.importing.decision_rows import ToldDecision
from workbench.services.labels import Labels, given_labels
from workbench.services.project import Project
from workbench.store.decisions import CHOOSING
from workbench.types import DEFAULT, KEPT, NO_LABEL, Origin

_KINDS: Final = {
    Origin.ANNOTATION.value: "label",
    Origin.CORRECTION.value: "relabel",
    KEPT: "keep",
}
"""What people did who gave a label, by its origin."""

_OF_MODELS: Final = frozenset({Origin.MODEL.value, DEFAULT})

_ROUNDING: Final = 2e-6
"""Exports write six digits of a confidence."""


@dataclass(frozen=True, slots=True)
class SortedRows:
    """What is left of the rows of a file once labels that nobody gave are out.

    ``told`` are decisions. Of rows that an export wrote, these hold the labels that people gave,
    and those that were changed in the file, which are of no export any more: ``n_edited``.
    ``n_repeated`` rows have the label that a file or this project's model gave; ``n_foreign`` that
    of a model that this project does not know, and that its own does not share; ``n_said`` that
    which people gave here too, and do not say who gave it there.
    """

    told: list[ToldDecision]
    n_repeated: int
    n_foreign: int
    n_edited: int
    n_said: int


def sort_rows(project: Project, rows: Iterable[ToldDecision], resolved: Labels) -> SortedRows:
    """Leave out the labels of an export that no person gave, unless they were changed in the file.

    A label was changed if the run that the row names holds another for it here: that of a model
    with the confidences that the file tells, that of an annotator under that name, or the label
    that the row came with.

    Parameters
    ----------
    project
        The project.
    rows
        What the rows of the file say.
    resolved
        The labels of now.
    """
    labels, given = resolved.labels, given_labels(project)
    by_people = resolved.origin_is(Origin.ANNOTATION, Origin.CORRECTION)
    said = np.where(by_people, labels, NO_LABEL)
    trusted = np.where(resolved.is_weak, NO_LABEL, labels)
    rows = list(rows)
    models, answers = _PastModels(project, rows), _PastAnswers(project)
    told: list[ToldDecision] = []
    n_repeated = n_foreign = n_edited = n_said = 0
    for row in rows:
        exported = row.exported
        if exported is None:
            told.append(row)
        elif row.kind != "label":
            told.append(replace(row, exported=None))
        elif exported.origin in _KINDS:
            if answers.differ(row):
                n_edited += 1
                told.append(replace(row, exported=None))
            elif not exported.annotators and row.repeats(said):
                n_said += 1
            else:
                told.append(row)
        else:
            was = int(given[row.example_id - 1])
            if exported.origin in _OF_MODELS:
                was = models.label_of(row)
            if was not in (NO_LABEL, row.class_index) and not row.repeats(trusted):
                n_edited += 1
                told.append(replace(row, exported=None))
            elif was != NO_LABEL or row.repeats(labels):
                n_repeated += 1
            else:
                n_foreign += 1
    return SortedRows(told, n_repeated, n_foreign, n_edited, n_said)


def by_annotator(rows: Iterable[ToldDecision]) -> Iterator[ToldDecision]:
    """Yield what each person decided whom a row of an export names; other rows as they are.

    Who corrected a row is not told apart from who had given it that label before.
    """
    for row in rows:
        if row.exported is None:
            yield row
            continue
        for name in row.exported.annotators or (row.annotator,):
            yield replace(row, kind=_KINDS[row.exported.origin], annotator=name)


class _PastModels:
    """The labels that models gave in runs of this project, of those that a file names.

    A copy of a project goes on with the same numbers for other runs. A run is of here if it has the
    confidence of each row of the file that names it: who corrects labels leaves that as it is, and
    models of other votes agree on it in some rows, by chance, and hardly in all.
    """

    def __init__(self, project: Project, rows: Iterable[ToldDecision]) -> None:
        self._project = project
        self._known: dict[int, tuple[NDArray[np.int64], NDArray[np.float64]] | None] = {}
        self._default = project.label_set.index_of(project.default_class)
        self._foreign: set[tuple[str, int]] = set()
        for row in rows:
            exported = row.exported
            if exported is not None and exported.origin in _OF_MODELS and row.kind == "label":
                found = self._find(exported.run_id, row.example_id)
                if found is None or not abs(found[1] - exported.confidence) <= _ROUNDING:
                    self._foreign.add((exported.origin, exported.run_id))

    def label_of(self, row: ToldDecision) -> int:
        """Return the class that the run which a row names gave it; -1 where it is none of here."""
        assert row.exported is not None
        found = self._find(row.exported.run_id, row.example_id)
        is_foreign = (row.exported.origin, row.exported.run_id) in self._foreign
        return NO_LABEL if found is None or is_foreign else found[0]

    def _find(self, run_id: int, example_id: int) -> tuple[int, float] | None:
        if run_id not in self._known:
            self._known[run_id] = self._of_run(run_id)
        known = self._known[run_id]
        if known is None or example_id > len(known[0]):
            return None
        return int(known[0][example_id - 1]), float(known[1][example_id - 1])

    def _of_run(self, run_id: int) -> tuple[NDArray[np.int64], NDArray[np.float64]] | None:
        """Return the label that a model gave each row, and its confidence."""
        store = self._project.store
        run = store.runs.get(run_id)
        if run is None or run.kind not in ("aggregate", "train") or run.outcome != "done":
            return None
        beliefs = beliefs_of_run(self._project, run)
        if beliefs is None:
            return None
        label_set, n = self._project.label_set, store.examples.count()
        labels, sure = settled_labels(self._project, beliefs, label_set, n)
        defaults, share = default_labels(self._project, beliefs, label_set, n, self._default)
        if defaults is not None and share is not None:
            falls_back = defaults != NO_LABEL
            labels, sure = np.where(falls_back, defaults, labels), np.where(falls_back, share, sure)
        return np.maximum(labels, NO_LABEL), sure


class _PastAnswers:
    """The classes that people gave rows, by the run that holds it."""

    def __init__(self, project: Project) -> None:
        self._classes: dict[tuple[int, int], list[tuple[str, int | None]]] = defaultdict(list)
        for event in project.store.decisions.active():
            if event.example_id is not None and event.kind in CHOOSING:
                index = project.label_set.index_of(event.class_id)
                self._classes[event.run_id, event.example_id].append((event.annotator, index))

    def differ(self, row: ToldDecision) -> bool:
        """Whether the people whom a row names said something else of it in the run it names."""
        assert row.exported is not None
        answers = self._classes.get((row.exported.run_id, row.example_id), ())
        theirs = {index for name, index in answers if name in row.exported.annotators}
        return bool(theirs) and row.class_index not in theirs
