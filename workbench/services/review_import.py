"""Verdicts of a review that were made elsewhere, from a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.errors import DataError, UsageError
from workbench.formats.readers import Row, read_rows
from workbench.services.annotate import Session, check_annotator, class_index
from workbench.services.decision_import import seconds_taken
from workbench.services.project import Project
from workbench.services.review import AMBIGUOUS, record_review, review_queue


@dataclass(frozen=True, slots=True)
class ImportedReview:
    """What importing verdicts brought; ``n_other`` rows of the file wait for no review."""

    n_rows: int
    n_kept: int
    n_relabelled: int
    n_ambiguous: int
    n_other: int


def import_review(
    project: Project,
    file: Path,
    *,
    annotator: str | None = None,
    id_column: str = "id",
    label_column: str = "label",
    limit: int | None = None,
) -> ImportedReview:
    """Record what a file says of the rows that wait for a review, in the order of the queue.

    Rows that do not wait are passed over, so that a file may hold more, and importing it again adds
    nothing. Nothing is recorded where the file cannot be used.

    Parameters
    ----------
    project
        The project.
    file
        CSV, TSV, JSON Lines or Parquet: the id, and the class that the row has, or ``ambiguous``.
        A column ``seconds`` says how long it took.
    annotator
        Who decided; the user by default.
    id_column, label_column
        What these columns are called.
    limit
        So many rows of the queue; all by default.

    Raises
    ------
    DataError
        If the file, a column, an id or a label cannot be used; it names the line.
    """
    if annotator is not None:
        check_annotator(annotator)
    queue = review_queue(project)[:limit]
    waiting = {item.example_id: item for item in queue}
    answers: dict[int, tuple[str, float | None]] = {}
    n_rows = 0
    for row in read_rows(file):
        n_rows += 1
        example_id, answer, seconds = _answer(project, row, file, id_column, label_column)
        if example_id in waiting:
            answers[example_id] = answer, seconds
    with Session(project, annotator=annotator) as session:
        kinds = [
            record_review(project, session, item, answer, seconds=seconds).kind
            for item in queue
            if item.example_id in answers
            for answer, seconds in [answers[item.example_id]]
        ]
    return ImportedReview(
        n_rows=n_rows,
        n_kept=kinds.count("keep"),
        n_relabelled=kinds.count("relabel"),
        n_ambiguous=kinds.count("flag"),
        n_other=n_rows - len(kinds),
    )


def _answer(
    project: Project, row: Row, file: Path, id_column: str, label_column: str
) -> tuple[int, str, float | None]:
    """Return the example of a row, the answer and its seconds, or raise with the line."""
    place = row.place(file)
    for column in (id_column, label_column):
        if column not in row.values:
            raise DataError(
                f"there is no column {column!r}",
                place=str(file),
                hint=f"The columns are: {', '.join(row.values)}.",
            )
    uid, answer = str(row.values[id_column]), str(row.values[label_column] or "").strip()
    example_id = project.store.examples.id_of(uid)
    if example_id is None:
        raise DataError(
            f"row {row.number}: there is no example {uid!r}",
            place=place,
            hint="The ids are those of the rows as imported; nothing was recorded.",
        )
    try:
        if answer != AMBIGUOUS:
            class_index(project, answer)
    except UsageError as error:
        raise DataError(
            f"row {row.number}: {error.message}",
            place=place,
            hint=f"A class ({', '.join(project.classes)}) or {AMBIGUOUS}; nothing was recorded.",
        ) from error
    try:
        seconds = seconds_taken(row.values.get("seconds"))
    except UsageError as error:
        raise DataError(
            f"row {row.number}: {error.message}", place=place, hint=error.hint
        ) from error
    return example_id, answer, seconds
