"""The decisions that the rows of a file tell."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.formats.readers import Row, cell_text
from workbench.services.arguments import check_annotator
from workbench.services.class_hints import class_index
from workbench.services.importing.bad_rows import NO_EXAMPLE, BadRows, fault_of, unknown_example
from workbench.services.importing.made_uids import UidMaker
from workbench.services.importing.named_columns import (
    check_column,
    find_column,
    find_id_column,
    id_column_of,
)
from workbench.services.importing.read_ids import ids_said
from workbench.services.importing.row_cells import Fault
from workbench.services.project import Project
from workbench.store.decisions import CHOOSING, DECISIONS
from workbench.store.digests import text_digests
from workbench.types import DEFAULT, KEPT, Origin

ANNOTATORS: Final = "annotators"
DISSENTERS: Final = "dissenters"
"""The columns of an export with whose word each label is, and who says something else."""

APART: Final = "; "
"""What parts the names in a cell of these."""

_ORIGINS: Final = frozenset({*Origin, DEFAULT, KEPT})

_NAMED_FILES: Final = 5
"""So many imported files are named."""

_ROWS_AT_ONCE: Final = 1_000
"""So many rows of a file are looked up together."""


@dataclass(frozen=True, slots=True)
class DecisionColumns:
    """What the columns of a file of decisions are called; None for what there may be.

    ``annotators`` is an export's column of names, ``is_named`` whether the user named another.
    """

    id: str | None
    label: str
    annotator: str | None
    text: str
    annotators: str | None = None
    is_named: bool = False

    def found_in(
        self, project: Project, values: Mapping[str, object], place: str
    ) -> DecisionColumns:
        """Return what a file calls them; no id where uids are made of the texts.

        Raises
        ------
        DataError
            If the file lacks one.
        """
        has_ids = self.id is not None or find_id_column(project, values) is not None
        text = find_column(values, self.text)
        is_made = not has_ids and text is not None
        annotator, annotators = self.annotator, None
        if annotator is not None:
            annotator = check_column(values, annotator, "--annotator-column", place=place)
        # Rows may have come with a column of the same name; with both, an export wrote them.
        if "origin" in values and ANNOTATORS in values:
            is_own = DISSENTERS in values or annotator == ANNOTATORS
            annotators = ANNOTATORS if is_own else None
        is_named = annotator is not None and annotator != annotators
        if not is_named:
            annotator = find_column(values, "annotator") or "annotator"
        return DecisionColumns(
            id=None if is_made else id_column_of(project, values, self.id, place=place),
            label=check_column(values, self.label, "--label-column", place=place),
            annotator=annotator,
            text=text or self.text,
            annotators=annotators,
            is_named=is_named,
        )


@dataclass(frozen=True, slots=True)
class Exported:
    """What a row of an export says of where its label comes from.

    ``run_id`` is 0 and ``confidence`` NaN where it does not say; ``annotators`` are those who gave
    the label, as far as it names them.
    """

    origin: str
    run_id: int
    confidence: float
    annotators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldDecision:
    """What one row says of one example; ``exported`` where it is of an export, else None."""

    uid: str
    example_id: int
    kind: str
    label: str
    class_index: int | None
    annotator: str
    seconds: float | None
    note: str | None
    exported: Exported | None = None

    @property
    def outcome(self) -> tuple[str, int | None]:
        """What it says, whoever says it and when."""
        return self.kind, self.class_index

    def repeats(self, labels: NDArray[np.int64]) -> bool:
        """Whether it is nothing but the label that the row has."""
        return self.outcome == ("label", int(labels[self.example_id - 1]))


def told_decisions(
    project: Project, bad: BadRows, rows: Iterator[Row], columns: DecisionColumns, annotator: str
) -> Iterator[ToldDecision]:
    """Yield what the rows of a file decide, in their order; those that say nothing are refused.

    Parameters
    ----------
    project
        The project.
    bad
        Takes the rows that cannot be used.
    rows
        The others of the file.
    columns
        What its columns are called.
    annotator
        Who decided, where a row does not say.

    Raises
    ------
    DataError
        If a column is missing, or bad rows stop all.
    """
    first = next(rows, None)
    if first is None:
        return
    columns = columns.found_in(project, first.values, str(bad.file))
    index_of, name_of = cache(partial(class_index, project)), cache(check_annotator)
    for row, uid, example_id in _rows_with_ids(project, chain([first], rows), columns, bad.file):
        if isinstance(example_id, Fault):
            bad.refuse(row, example_id)
            continue
        label = cell_text(row.values.get(columns.label))
        kind = cell_text(row.values.get("kind")) or ("label" if label else "skip")
        names_class = kind in CHOOSING
        if kind not in DECISIONS:
            hint = f"Kinds: {', '.join(DECISIONS)}."
            bad.refuse(row, Fault(f"unknown kind {kind!r}", hint, "an unknown kind"))
            continue
        if names_class and not label:
            hint = f"Fill column {columns.label!r}."
            bad.refuse(row, Fault(f"{kind} without a class", hint, "no class"))
            continue
        who = cell_text(row.values.get(columns.annotator or ""))
        try:
            index = index_of(label) if label else None
            name = name_of(who or annotator)
            exported = None
            if not (columns.is_named and who):
                exported = exported_label(row, columns.annotators, name_of)
            seconds = seconds_taken(row.values.get("seconds"))
        except UsageError as error:
            bad.refuse(row, fault_of(error))
            continue
        note = cell_text(row.values.get("note"))
        yield ToldDecision(
            uid,
            example_id,
            kind,
            label,
            index if names_class else None,
            name,
            seconds,
            note or None,
            exported,
        )


def exported_label(
    row: Row, annotators: str | None, name_of: Callable[[str], str]
) -> Exported | None:
    """Return what a row of an export says of its label; None for a row of anything else.

    Parameters
    ----------
    row
        A row of a file.
    annotators
        The column with whose word the label is; None where the file has none.
    name_of
        Checks the name of an annotator.

    Raises
    ------
    UsageError
        If it names annotators that cannot be called so.
    """
    origin = cell_text(row.values.get("origin"))
    if origin not in _ORIGINS:
        return None
    names = cell_text(row.values.get(annotators or ""))
    run = _number(row.values.get("run"))
    return Exported(
        origin,
        int(run) if run.is_integer() else 0,
        _number(row.values.get("confidence")),
        tuple(name_of(name) for name in names.split(APART)) if names else (),
    )


def _number(value: object) -> float:
    """Return the number in a cell, which a spreadsheet may write with a comma; NaN without one."""
    try:
        return float(cell_text(value).replace(",", "."))
    except ValueError:
        return math.nan


def _rows_with_ids(
    project: Project, rows: Iterator[Row], columns: DecisionColumns, file: Path
) -> Iterator[tuple[Row, str, int | Fault]]:
    """Yield the rows of a file, each with its id, and its example's number or why it has none."""
    column = columns.id
    made = UidMaker(file.name)
    unknown_text = cache(partial(_unknown_text, project, file))
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        if column is not None:
            cells = [row.values.get(column) for row in some]
            uids = ids_said(project.store.examples, cells)
        else:
            texts = [str(row.values.get(columns.text) or "").encode() for row in some]
            uids = [made.uid_of(digest) for digest in text_digests(texts)]
        ids = project.store.examples.ids_of(uids)
        for row, uid in zip(some, uids, strict=True):
            found: int | Fault | None = ids.get(uid)
            if found is None:
                hint = "Import the rows first."
                found = unknown_text() if column is None else unknown_example(uid, hint)
            yield row, uid, found


def _unknown_text(project: Project, file: Path) -> Fault:
    """Return why a row without an id is none of the project's: by its file's name or its text."""
    known = dict.fromkeys(Path(source.path).name for source in project.store.examples.sources())
    if file.name in known:
        reason = f"it has no id, and no row of {file.name} was imported with this text"
        hint = "Leave the texts as they were imported, or add the ids, which an export tells."
        return Fault(reason, hint, NO_EXAMPLE)
    some = ", ".join(list(known)[-_NAMED_FILES:])
    hint = (
        "Without ids, rows are known by the name of their file and their texts. Name it like the"
        f" file that was imported ({some}), or add the ids, which an export tells."
    )
    reason = f"it has no id, and no file called {file.name} was imported"
    return Fault(reason, hint if known else "Import the rows first.", NO_EXAMPLE)


def seconds_taken(value: object) -> float | None:
    """Return the time that a decision took, from a cell of a file; None where none is given.

    Raises
    ------
    UsageError
        If it is no number, or a negative one.
    """
    said = cell_text(value)
    if not said:
        return None
    try:
        seconds = float(said)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise UsageError(f"seconds is {said[:40]!r}", hint="A number that is not negative.")
    return seconds
