"""Verdicts of a review that were made elsewhere, from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workbench.errors import DataError, UsageError
from workbench.formats.readers import Row, unusual_delimiter
from workbench.result import Result
from workbench.services.arguments import check_annotator, count_of
from workbench.services.class_hints import class_hint
from workbench.services.consensus import refresh_consensus
from workbench.services.importing.bad_rows import (
    BadRow,
    BadRows,
    OnBadRow,
    fault_of,
    unknown_example,
)
from workbench.services.importing.decision_rows import (
    ANNOTATORS,
    ToldDecision,
    exported_label,
    seconds_taken,
)
from workbench.services.importing.exported_labels import sort_rows
from workbench.services.importing.named_columns import check_column, id_column_of
from workbench.services.importing.read_ids import ids_said
from workbench.services.importing.row_cells import Fault
from workbench.services.labels import resolve_labels
from workbench.services.project import Project
from workbench.services.review.review import (
    AMBIGUOUS,
    ReviewItem,
    index_for_review,
    refusals,
    review_queue,
    verdict_of,
)
from workbench.services.running import now, record_run, user
from workbench.store.decisions import Said

FLAG_WORDS: Final = (AMBIGUOUS, "flag")
"""What says in a file that no class fits; the other one is there where a class is called so."""


@dataclass(frozen=True, slots=True)
class ImportedReview(Result):
    """What importing verdicts brought.

    ``n_beyond`` rows wait for a review, beyond the limit; ``n_other`` rows of the file wait for
    none; ``n_exported`` of those that wait are of an export, and have the label that it wrote: no
    answer; ``skipped`` ones cannot be used. ``delimiter`` parts the columns where the file's name
    promises another.
    """

    n_rows: int
    n_kept: int
    n_relabelled: int
    n_ambiguous: int
    n_beyond: int
    n_other: int
    skipped: tuple[BadRow, ...] = ()
    delimiter: str = ""
    n_exported: int = 0


def import_review(
    project: Project,
    file: Path,
    *,
    annotator: str | None = None,
    id_column: str | None = None,
    label_column: str = "label",
    limit: int | None = None,
    encoding: str = "utf-8",
    delimiter: str | None = None,
    on_bad_row: OnBadRow = "stop",
) -> ImportedReview:
    """Record what a file says of the rows that wait for a review, in the order of the queue.

    Rows that do not wait are passed over, so that a file may hold more, and importing it again adds
    nothing. Nor do the rows of an export answer whose label nobody changed in the file: it is the
    label that the audit doubts. All is one act, which is undone as one; nothing is recorded where
    the file cannot be used.

    Parameters
    ----------
    project
        The project.
    file
        CSV, TSV, JSON Lines or Parquet: the id, and the class that the row has, or ``ambiguous``
        (or ``flag``), unless a class is called so. A column ``seconds`` says how long it took.
    annotator
        Who decided; the user by default.
    id_column, label_column
        What these columns are called; by default the id is in the project's id column, ``uid`` or
        ``id``, the first that the file has.
    limit
        So many verdicts at most, those on the first rows of the queue; all by default.
    encoding, delimiter
        Of a text file; see `workbench.formats.readers.read_blocks`.
    on_bad_row
        ``stop`` refuses the whole file; ``skip`` leaves bad rows out and lists them.

    Raises
    ------
    DataError
        If the file, a column, an id or a label cannot be used, or two rows of it contradict each
        other; it names the lines.
    """
    annotator = check_annotator(annotator or user())
    limit = None if limit is None else count_of(limit, "{n!r} verdicts")
    queue = review_queue(project)
    waiting = {item.example_id: item for item in queue}
    answers: dict[int, tuple[int, ToldDecision]] = {}
    n_rows = n_other = 0
    found_column = ""
    bad = BadRows(file, on_bad_row, "recorded")
    for row in bad.others(encoding=encoding, delimiter=delimiter):
        n_rows += 1
        if n_rows == 1:
            found_column = id_column_of(project, row.values, id_column, place=str(file))
            label_column = check_column(row.values, label_column, "--label-column", place=str(file))
        told = _told(project, row, found_column, label_column, annotator)
        if isinstance(told, Fault):
            bad.refuse(row, told)
            continue
        number, first = answers.setdefault(told.example_id, (row.number, told))
        if first.outcome != told.outcome:
            raise DataError(
                f"rows {number} and {row.number} differ on {told.uid!r}:"
                f" {first.label} and {told.label}",
                place=row.place(file),
                hint="Leave one verdict on each row; nothing was recorded.",
            )
        n_other += told.example_id not in waiting
    found = [told for example_id, (_, told) in answers.items() if example_id in waiting]
    verdicts = {told.example_id: told for told in _without_exported(project, found)}
    answered = [item for item in queue if item.example_id in verdicts]
    recorded = [(item, verdicts[item.example_id]) for item in answered[:limit]]
    kinds = _record(project, annotator, file, recorded) if recorded else []
    return ImportedReview(
        n_rows=n_rows,
        n_kept=kinds.count("keep"),
        n_relabelled=kinds.count("relabel"),
        n_ambiguous=kinds.count("flag"),
        n_beyond=len(answered) - len(recorded),
        n_other=n_other + len(recorded) - len(kinds),
        skipped=tuple(bad.rows),
        delimiter=unusual_delimiter(file, encoding=encoding, delimiter=delimiter),
        n_exported=len(found) - len(answered),
    )


def _without_exported(project: Project, rows: Sequence[ToldDecision]) -> list[ToldDecision]:
    """Leave out what an export wrote and nobody changed, whoever gave that label."""
    if not any(row.exported for row in rows):
        return list(rows)
    resolved = resolve_labels(project)
    return [
        row
        for row in sort_rows(project, rows, resolved).told
        if row.exported is None or not (row.exported.annotators or row.repeats(resolved.labels))
    ]


def _record(
    project: Project,
    annotator: str,
    file: Path,
    recorded: Sequence[tuple[ReviewItem, ToldDecision]],
) -> list[str]:
    """Record verdicts in one transaction, as one act; return their kinds.

    Rows that are no question any more, since the queue was read, are passed over.
    """
    store = project.store
    parameters = {"file": str(file), "annotator": annotator}
    counts = {"decisions": 0}
    with record_run(store, "annotate", parameters=parameters) as run, run.finish(counts):
        project.refresh_classes()
        refused = refusals(project, [item for item, _ in recorded], annotator)
        verdicts: list[Said] = []
        for item, told in recorded:
            if item.example_id in refused:
                continue
            flags = told.class_index is None
            kind, label = ("flag", None) if flags else verdict_of(project, item, told.label)
            index = None if label is None else project.classes.index(label)
            number = None if index is None else project.label_set.numbers[index]
            asked_by = item.audit_run_id
            verdicts.append(Said(kind, item.example_id, annotator, number, told.seconds, asked_by))
        counts["decisions"] = len(verdicts)
        guideline_id = store.guidelines.current_id()
        store.decisions.extend(verdicts, at=now(), run_id=run.run_id, guideline_id=guideline_id)
    refresh_consensus(project)
    return [verdict.kind for verdict in verdicts]


def _told(
    project: Project, row: Row, id_column: str, label_column: str, annotator: str
) -> ToldDecision | Fault:
    """Return what a row says, or why it says nothing."""
    [uid] = ids_said(project.store.examples, [row.values.get(id_column)])
    answer = str(row.values.get(label_column) or "").strip()
    example_id = project.store.examples.id_of(uid)
    if example_id is None:
        return unknown_example(uid, "The ids are those of the rows as imported.")
    try:
        known = project.label_set.number_of_name
        flags = [word for word in FLAG_WORDS if word not in known]
        index = None if answer in flags else index_for_review(project, answer)
    except UsageError as error:
        hint = f"{' or '.join(['A class', *flags[:1]])}. {class_hint(project.classes, answer)}"
        return Fault(error.message, hint, "an unknown class")
    try:
        seconds = seconds_taken(row.values.get("seconds"))
        exported = exported_label(row, ANNOTATORS, check_annotator)
    except UsageError as error:
        return fault_of(error)
    kind = "flag" if index is None else "label"
    return ToldDecision(
        uid, example_id, kind, answer, index, annotator, seconds, note=None, exported=exported
    )
