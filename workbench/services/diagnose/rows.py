"""What a diagnosis reads: texts, roles, labels, and the columns that rows may be told apart by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workbench.figures import named
from workbench.methods.features import MAX_CHARACTERS
from workbench.services.column_values import (
    MISSING,
    day_first_in,
    is_missing,
    name_of,
    seconds_of,
    written_either_way,
)
from workbench.services.labels import Labels, roles, texts_present
from workbench.services.project import Project
from workbench.types import NO_LABEL, Role

if TYPE_CHECKING:
    from workbench.services.diagnose.rows_behind import Evidence

PROVENANCE = ("vendor", "batch", "source")
"""Columns that say where a row came from: they differ between sources by their nature."""

FIRST_CHARACTERS = f"first {MAX_CHARACTERS:,} characters"
"""What is read of a long text where words are compared."""

_MAX_SHOWN = 100
_MAX_VALUE = 60
_TIME_SAMPLE = 200
_TIME_SHARE = 0.95


@dataclass(slots=True)
class DiagnosisRows:
    """The rows of a project as the lenses look at them; arrays of shape (n,).

    Rows whose text was removed for good have no role, no label and no part in anything: ``present``
    marks the others. ``labels`` are the resolved ones, -1 for none; ``is_human`` marks those that
    did not come from a label model, ``is_decided`` those that a person labelled, skipped or
    flagged, and ``standing`` is as of `workbench.services.labels.Labels`.
    """

    project: Project
    texts: list[str]
    role: NDArray[np.str_]
    labels: NDArray[np.int64]
    is_human: NDArray[np.bool_]
    standing: NDArray[np.int64]
    is_decided: NDArray[np.bool_]
    present: NDArray[np.bool_]
    _columns: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """The number of rows, those without a text included."""
        return len(self.texts)

    @property
    def n_present(self) -> int:
        """The number of rows whose text is there."""
        return int(self.present.sum())

    @property
    def n_classes(self) -> int:
        """K, the number of classes."""
        return len(self.project.classes)

    @property
    def labelled(self) -> NDArray[np.int64]:
        """The labelled training rows."""
        return np.flatnonzero((self.role == Role.TRAIN) & (self.labels >= 0))

    @property
    def n_long(self) -> int:
        """The number of texts of which only the first characters are read for their words."""
        return sum(len(text) > MAX_CHARACTERS for text in self.texts)

    def column(self, name: str) -> list[Any]:
        """Return a column as it is stored; read once."""
        if name not in self._columns:
            self._columns[name] = self.project.store.examples.column(name)
        return self._columns[name]

    def values(self, name: str, rows: NDArray[np.int64]) -> NDArray[np.str_]:
        """Return the beginnings of a column's values as texts, `MISSING` where there is none."""
        column = self.column(name)
        # An array of texts has room for the longest in every place.
        return np.array(
            [MISSING if is_missing(column[i]) else name_of(column[i])[:_MAX_VALUE] for i in rows]
        )

    def evidence(
        self,
        name: str,
        thing: str,
        which: str,
        rows: NDArray[np.int64],
        *,
        predicted: NDArray[np.int64] | None = None,
        clusters: NDArray[np.int64] | None = None,
    ) -> Evidence:
        """Name the rows behind a figure, in the order given.

        Parameters
        ----------
        name
            Of the list.
        thing, which
            What each row is, in the singular, and which of them the list holds.
        rows
            The rows, those of one cluster together where there are ``clusters``.
        predicted
            The class that a model predicts of each of these rows, -1 for none.
        clusters
            The cluster of each row of the project.
        """
        # Not for those who ask what is next.
        from workbench.services.diagnose.rows_behind import Evidence, whole_clusters

        groups = np.arange(len(rows)) if clusters is None else clusters[rows]
        shown = rows[: whole_clusters(groups.tolist(), _MAX_SHOWN)]
        examples = [self.project.store.examples.get(int(i) + 1) for i in shown]
        there = [place for place, example in enumerate(examples) if example is not None]

        def names(classes: NDArray[np.int64]) -> tuple[str, ...]:
            return tuple(
                self.project.classes[classes[k]] if classes[k] != NO_LABEL else "" for k in there
            )

        return Evidence(
            name,
            f"{named(len(rows), thing)} {which}",
            len(rows),
            tuple(example.uid for example in examples if example is not None),
            labels=names(self.labels[shown]),
            predicted=() if predicted is None else names(predicted[: len(shown)]),
            clusters=() if clusters is None else tuple(int(groups[k]) for k in there),
        )

    def time_columns(self) -> list[str]:
        """Return the metadata columns that hold dates, the one that most rows have first."""
        found = []
        for name in self.project.store.examples.metadata_columns():
            known = [value for value in self.column(name) if not is_missing(value)]
            step = max(1, len(known) // _TIME_SAMPLE)
            sample = known[::step]
            first = day_first_in(known)
            dated = sum(isinstance(v, str) and seconds_of(v, first) is not None for v in sample)
            if sample and dated >= _TIME_SHARE * len(sample):
                found.append((-len(known), name))
        return [name for _, name in sorted(found)]

    def written_either_way(self) -> tuple[str, str] | None:
        """Return a column of dates such as 03/04/2024 that tell no day from a month, and one."""
        for name in self.project.store.examples.metadata_columns():
            known = [value for value in self.column(name) if not is_missing(value)]
            unclear = [value for value in known if written_either_way(value)]
            if unclear and len(unclear) >= _TIME_SHARE * len(known) and day_first_in(known) is None:
                return name, str(unclear[0])
        return None


def read_rows(project: Project, labels: Labels) -> DiagnosisRows:
    """Read what the lenses need of a project.

    Parameters
    ----------
    project
        The project.
    labels
        Its resolved labels.
    """
    is_decided = np.zeros(len(labels.labels), np.bool_)
    for event in project.store.decisions.active():
        if event.example_id is not None:
            is_decided[event.example_id - 1] = True
    present = texts_present(project)
    return DiagnosisRows(
        project=project,
        texts=project.store.examples.texts(),
        role=np.where(present, roles(project), ""),
        labels=np.where(present, labels.labels, NO_LABEL),
        is_human=present & (labels.labels >= 0) & ~labels.is_weak,
        standing=labels.standing,
        is_decided=is_decided,
        present=present,
    )


def draw(
    rows: NDArray[np.int64], limit: int, rng: np.random.Generator, shortcuts: list[str], what: str
) -> NDArray[np.int64]:
    """Return at most so many rows, drawn at random and in order; say so where some are left out."""
    if len(rows) <= limit:
        return rows
    shortcuts.append(f"{what}: {limit:,} of {len(rows):,} rows, drawn at random")
    return np.sort(rng.choice(rows, limit, replace=False))
