"""The cleaned set: every label with its confidence, its origin and its run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ProjectError, UsageError
from workbench.formats.readers import sha256_of
from workbench.formats.writers import refuse_existing, writable_format, write_rows
from workbench.result import Result
from workbench.services.consensus import refresh_consensus
from workbench.services.diagnose.notice import diagnosis_notice
from workbench.services.disputes import rows_differed_on
from workbench.services.export.columns import (
    PEOPLE_COLUMNS,
    imported_cells,
    imported_columns,
    whose_words,
)
from workbench.services.export.duplicates import duplicates_to_leave_out
from workbench.services.export.notes import ExportNotes, export_notes
from workbench.services.labels import Labels, given_numbers, resolve_labels, roles, texts_present
from workbench.services.moments import Moment, beginning_of, one_moment
from workbench.services.next_step import loop
from workbench.services.project import Project
from workbench.services.review.rates import ErrorsLeft, errors_left
from workbench.services.running import record_run
from workbench.services.snapshots import read_snapshot
from workbench.services.split import last_split
from workbench.services.staleness import stale_labels
from workbench.types import NO_LABEL, Origin, Role

COLUMNS = {
    "uid": "string",
    "text": "string",
    "label": "string",
    "confidence": "float",
    "origin": "string",
    "run": "int",
}


_NOBODY = ("", "")


@dataclass(frozen=True, slots=True)
class ExportResult(Result):
    """A file that was written, and what was left out of it.

    ``unlabelled`` rows have no label; ``below`` rows have one whose confidence is too low;
    ``duplicates`` say what another row says; of ``removed`` rows the text was removed for good.
    ``stale`` says what was out of date of what made the labels; it is empty for a snapshot, which
    stays as it is. ``notes`` hold the file against the newest audit and the export before;
    ``errors_left`` says how many labels are wrong still, None where no audit reads such labels.
    ``duplicates_by_people`` of the duplicates have a label that a person gave. Of the unlabelled
    rows ``tied`` have answers that differ, which nobody has settled; of the labels ``outvoted``
    stand against somebody's answer. ``columns`` are those of the file.
    """

    run_id: int
    path: str
    sha256: str
    format: str
    role: str
    n_rows: int
    unlabelled: int
    below: int
    duplicates: int
    by_label: dict[str, int]
    by_origin: dict[str, int]
    notes: ExportNotes
    errors_left: ErrorsLeft | None = None
    notice: str | None = None
    stale: tuple[str, ...] = ()
    removed: int = 0
    duplicates_by_people: int = 0
    tied: int = 0
    outvoted: int = 0
    columns: tuple[str, ...] = tuple(COLUMNS)


def export_labels(
    project: Project,
    path: Path,
    *,
    format: str | None = None,
    role: str = Role.TRAIN,
    min_confidence: float | None = None,
    replace: bool = False,
    snapshot: str | None = None,
    with_split: bool = False,
    with_given: bool = False,
    with_columns: Sequence[str] = (),
    with_annotators: bool = False,
    without_duplicates: bool = False,
) -> ExportResult:
    """Write the labelled rows of a role to a file, in the order of their import.

    From a snapshot, with the same format, role, threshold, split and diagnosis, the bytes are the
    same for ever; unless a text is removed for good, whose row goes into no file any more.

    Parameters
    ----------
    project
        The project.
    path
        The file.
    format
        ``csv``, ``jsonl`` or ``parquet``; by the file's ending where it is not said.
    role
        Whose rows: ``train``, ``production``, ``evaluation`` or ``all``.
    min_confidence
        Leave out labels below it, whatever their origin. Without it the configuration's threshold
        for the label model holds.
    replace
        Whether to replace a file that is there.
    snapshot
        The labels of this snapshot instead of those of now.
    with_split
        Whether to add a column with the part of each row in the newest split.
    with_given
        Whether to add a column with the label that each row came with, which tells what a review or
        an annotator changed; empty where it came without one, or with one that is gone.
    with_columns
        Columns that the rows came with, to add: ``vendor``, ``batch``, ``source``, ``role`` and the
        columns of the imported files, or ``all``. One that is called as another of the file is
        becomes ``meta.NAME``. Numbers stay numbers, everything else is text.
    with_annotators
        Whether to add two columns: ``annotators``, whose word each label is, and ``dissenters``,
        who says something else of the row; several with ``; `` between them.
    without_duplicates
        Whether to leave out near-duplicates of another row, as the newest diagnosis found; see
        `workbench.services.export.duplicates`.

    Returns
    -------
    ExportResult
        Counts and the file's digest.

    Raises
    ------
    UsageError
        If the format, role, threshold or a column is off, or the file exists.
    ProjectError
        If there is nothing to write, no split, or no diagnosis that found the near-duplicates.
    """
    chosen = writable_format(path, format)
    if project.owns(path):
        raise UsageError(
            "this file is part of the project", place=str(path), hint="Name another file."
        )
    if not replace:
        refuse_existing(path)
    refresh_consensus(project)
    with one_moment(project) as since:
        parts = last_split(project) if with_split else None
        if with_split and parts is None:
            raise ProjectError("the rows are not split yet", hint="Split them: workbench split")
        selection = select_rows(
            project,
            role=role,
            min_confidence=min_confidence,
            snapshot=snapshot,
            without_duplicates=without_duplicates,
        )
        words = None
        if with_annotators:
            words = whose_words(project, selection.written, _frozen_at(project, selection))
    labels, labelled, sure = selection.labels, selection.labelled, selection.chosen
    if not sure.any():
        now = loop(project)
        raise ProjectError(
            no_row_goes_out(role, selection),
            hint=f"Next: {now.next_command} ({now.next_reason}); all stages: workbench status",
        )
    parameters = {"path": str(path), "format": chosen, **selection.parameters}
    made_by = sorted({int(run) for run in labels.run_ids[sure]})
    stale = stale_of(project, selection)
    inputs = list(selection.inputs or made_by)
    if selection.duplicates_run is not None:
        inputs.append(selection.duplicates_run)
    columns = COLUMNS
    if with_given:
        parameters["given"] = "yes"
        columns = columns | {"given": "string"}
    if parts is not None:
        parameters["split"] = str(parts[0])
        inputs.append(parts[0])
        columns = columns | {"split": "string"}
    if words is not None:
        parameters["annotators"] = "yes"
        columns = columns | PEOPLE_COLUMNS
    came = imported_columns(project, with_columns, sure, columns)
    if came:
        parameters["columns"] = json.dumps(list(with_columns))
        columns = columns | {column.title: column.kind for column in came}
    notes = export_notes(
        project, selection.parameters, selection.written, n_outvoted=int(selection.outvoted.sum())
    )
    with record_run(
        project.store, "export", parameters=parameters, inputs=inputs, since=since
    ) as run:
        given = _given_names(project, selection) if with_given else None
        cells = imported_cells(project, came, sure) if came else repeat(())
        rows = _rows(project, selection, given, None if parts is None else parts[1], words, cells)
        write_rows(path, columns, rows, format=chosen, replace=replace)
        digest = sha256_of(path)
        with run.finish({"rows": int(sure.sum())}):
            project.store.exports.add(
                run.run_id,
                path=str(path.resolve()),
                sha256=digest,
                format=chosen,
                labels=selection.written,
            )
    return ExportResult(
        run_id=run.run_id,
        path=str(path),
        sha256=digest,
        format=chosen,
        role=str(role),
        n_rows=int(sure.sum()),
        unlabelled=int((selection.wanted & (labels.labels < 0)).sum()),
        below=int((labelled & ~selection.duplicates & ~sure).sum()),
        duplicates=int(selection.duplicates.sum()),
        by_label={
            name: int((labels.labels[sure] == k).sum()) for k, name in enumerate(selection.names)
        },
        by_origin=labels.by_origin(sure),
        removed=int((selection.removed & (labels.labels >= 0)).sum()),
        notice=diagnosis_notice(project),
        stale=stale,
        notes=notes,
        errors_left=errors_left_of(project, selection),
        duplicates_by_people=int(
            (labels.origin_is(Origin.ANNOTATION, Origin.CORRECTION) & selection.duplicates).sum()
        ),
        tied=int(selection.tied.sum()),
        outvoted=notes.n_outvoted,
        columns=tuple(columns),
    )


def _frozen_at(project: Project, selection: Selection) -> Moment | None:
    """Return when the labels of a snapshot were frozen; None for those of now."""
    if not selection.inputs:
        return None
    run = project.store.runs.get(selection.inputs[0])
    return None if run is None else beginning_of(project, run)


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that an export takes; arrays of shape (n,).

    ``wanted`` rows are of the role, ``labelled`` ones of these have a label and their text,
    ``chosen`` ones go out. ``labels`` index ``names``, ``class_ids`` are the numbers of their
    classes; ``inputs`` is the run that froze them, empty for those of now.
    ``duplicates`` are left out as such, of those that ``duplicates_run`` found; ``removed`` rows
    because their text was removed for good. ``tied`` rows have no label, and answers that differ;
    ``outvoted`` ones go out with the label of most annotators, not all. ``parameters`` are the
    options that say which rows, as a run records them.
    """

    labels: Labels
    names: tuple[str, ...]
    class_ids: NDArray[np.int64]
    inputs: tuple[int, ...]
    wanted: NDArray[np.bool_]
    labelled: NDArray[np.bool_]
    chosen: NDArray[np.bool_]
    duplicates: NDArray[np.bool_]
    duplicates_run: int | None
    removed: NDArray[np.bool_]
    tied: NDArray[np.bool_]
    outvoted: NDArray[np.bool_]
    parameters: dict[str, str]

    @property
    def written(self) -> NDArray[np.int64]:
        """The class numbers of the rows that go out, (n,); -1 for the others."""
        return np.where(self.chosen, self.class_ids, NO_LABEL)


def no_row_goes_out(role: str, selection: Selection) -> str:
    """Say that no row goes out: none has a label, or none is labelled surely enough."""
    return f"no row of role {role} has a label{' so sure' if selection.labelled.any() else ''}"


def select_rows(
    project: Project,
    *,
    role: str = Role.TRAIN,
    min_confidence: float | None = None,
    snapshot: str | None = None,
    without_duplicates: bool = False,
) -> Selection:
    """Return which rows an export with these options takes; see `export_labels`.

    Raises
    ------
    UsageError
        If the role, threshold or snapshot is off.
    ProjectError
        If no diagnosis found the near-duplicates.
    """
    if role not in (*Role, "all"):
        raise UsageError(f"there is no role {role!r}", hint=f"Roles: {', '.join(Role)}, all.")
    if min_confidence is not None and not 0 <= min_confidence <= 1:
        raise UsageError(f"a confidence of {min_confidence}", hint="It goes from 0 to 1.")
    inputs: tuple[int, ...] = ()
    if snapshot is None:
        labels, names = resolve_labels(project), project.classes
        class_ids = project.label_set.numbers_of(labels.labels)
    else:
        frozen = read_snapshot(project, snapshot)
        labels, names, class_ids = frozen.labels, frozen.names, frozen.class_ids
        inputs = (frozen.run_id,)
    wanted = np.ones(len(labels.labels), dtype=np.bool_)
    if role != "all":
        wanted = roles(project)[: len(wanted)] == role
    removed = wanted & ~texts_present(project)[: len(wanted)]
    labelled = wanted & (labels.labels >= 0) & ~removed
    chosen = labelled
    if min_confidence is not None:
        chosen = labelled & (labels.confidence >= min_confidence)
    duplicates, duplicates_run = np.zeros(len(chosen), dtype=np.bool_), None
    if without_duplicates:
        duplicates_run, duplicates = duplicates_to_leave_out(project, labels, chosen)
    chosen = chosen & ~duplicates
    # What a snapshot holds is as it was then.
    differ = np.zeros(len(wanted), dtype=np.bool_)
    if snapshot is None:
        differ[[row - 1 for row in rows_differed_on(project)]] = True
    options = {
        "role": str(role),
        "min_confidence": None if min_confidence is None else repr(min_confidence),
        "snapshot": snapshot,
        "without_duplicates": None if duplicates_run is None else str(duplicates_run),
    }
    return Selection(
        labels=labels,
        names=names,
        class_ids=class_ids,
        inputs=inputs,
        wanted=wanted,
        labelled=labelled,
        chosen=chosen,
        duplicates=duplicates,
        duplicates_run=duplicates_run,
        removed=removed,
        tied=wanted & ~removed & (labels.labels < 0) & differ,
        outvoted=chosen & labels.origin_is(Origin.ANNOTATION) & differ,
        parameters={name: value for name, value in options.items() if value is not None},
    )


def stale_of(project: Project, selection: Selection) -> tuple[str, ...]:
    """Say what is out of date of all that made the labels that go out; a snapshot never is."""
    if "snapshot" in selection.parameters:
        return ()
    labels, chosen = selection.labels, selection.chosen
    origins = [labels.order[code] for code in np.unique(labels.origin[chosen])]
    run_ids = np.unique(labels.run_ids[chosen]).tolist()
    return tuple(item.sentence for item in stale_labels(project, origins, run_ids))


def errors_left_of(
    project: Project, selection: Selection, known: ErrorsLeft | None = None
) -> ErrorsLeft | None:
    """Say how many labels are wrong still; None for a snapshot and for rows that no audit reads.

    That goes by the labels, and not by which rows are chosen: what is ``known`` of them stands.
    """
    is_audited = selection.parameters["role"] == Role.TRAIN
    if not is_audited or "snapshot" in selection.parameters:
        return None
    return known or errors_left(project, selection.labels)


def _given_names(project: Project, selection: Selection) -> list[str | None]:
    """Return what the labels that came with the rows are called, (n,); None without one."""
    numbers = given_numbers(project)[: len(selection.chosen)]
    # A snapshot knows the classes by number; now, a merged class counts as its successor.
    is_frozen = "snapshot" in selection.parameters
    indices = numbers if is_frozen else project.label_set.indices(numbers)
    return [selection.names[k] if k >= 0 else None for k in indices.tolist()]


def _rows(
    project: Project,
    selection: Selection,
    given: list[str | None] | None,
    parts: NDArray[np.str_] | None,
    words: dict[int, tuple[str, str]] | None,
    cells: Iterator[tuple[Any, ...]],
) -> Iterator[tuple[Any, ...]]:
    labels, chosen = selection.labels.told, selection.chosen
    for example_id, uid, text in project.store.examples.uids_and_texts(len(chosen) + 1):
        row = example_id - 1
        if chosen[row]:
            yield (
                uid,
                text,
                selection.names[int(labels.labels[row])],
                round(float(labels.confidence[row]), 6),
                labels.order[int(labels.origin[row])],
                int(labels.run_ids[row]),
                *(() if given is None else (given[row],)),
                *(() if parts is None else (str(parts[row]),)),
                *(() if words is None else words.get(example_id, _NOBODY)),
                *next(cells),
            )
