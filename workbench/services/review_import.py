"""Verdicts of a review that were made elsewhere, from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import DataError, UsageError
from workbench.formats.readers import Row, read_rows
from workbench.services.annotate import check_annotator
from workbench.services.class_hints import class_hint
from workbench.services.consensus import refresh_consensus
from workbench.services.decision_import import seconds_taken
from workbench.services.named_columns import check_column, id_column_of
from workbench.services.project import Project
from workbench.services.review import (
    AMBIGUOUS,
    ReviewItem,
    check_unchanged,
    index_for_review,
    review_queue,
    verdict_of,
)
from workbench.services.running import now, record_run, user


@dataclass(frozen=True, slots=True)
class ImportedReview:
    """What importing verdicts brought.

    ``n_beyond`` rows wait for a review, beyond the limit; ``n_other`` rows of the file wait for
    none.
    """

    n_rows: int
    n_kept: int
    n_relabelled: int
    n_ambiguous: int
    n_beyond: int
    n_other: int


def import_review(
    project: Project,
    file: Path,
    *,
    annotator: str | None = None,
    id_column: str | None = None,
    label_column: str = "label",
    limit: int | None = None,
) -> ImportedReview:
    """Record what a file says of the rows that wait for a review, in the order of the queue.

    Rows that do not wait are passed over, so that a file may hold more, and importing it again adds
    nothing. All is one act, which is undone as one; nothing is recorded where the file cannot be
    used.

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
        What these columns are called; by default the id is in the project's id column, ``uid`` or
        ``id``, the first that the file has.
    limit
        So many verdicts at most, those on the first rows of the queue; all by default.

    Raises
    ------
    DataError
        If the file, a column, an id or a label cannot be used, or two rows of it contradict each
        other; it names the lines.
    """
    annotator = check_annotator(annotator or user())
    queue = review_queue(project)
    waiting = {item.example_id: item for item in queue}
    answers: dict[int, _Answer] = {}
    n_rows = n_other = 0
    found_column = ""
    for row in read_rows(file):
        n_rows += 1
        if n_rows == 1:
            found_column = id_column_of(project, row.values, id_column, place=str(file))
            check_column(row.values, label_column, "--label-column", place=str(file))
        answer = _answer(project, row, file, found_column, label_column)
        first = answers.setdefault(answer.example_id, answer)
        if first.index != answer.index:
            raise DataError(
                f"rows {first.number} and {answer.number} differ on {answer.uid!r}:"
                f" {first.answer} and {answer.answer}",
                place=row.place(file),
                hint="Leave one verdict on each row; nothing was recorded.",
            )
        n_other += answer.example_id not in waiting
    answered = [item for item in queue if item.example_id in answers]
    recorded = [(item, answers[item.example_id]) for item in answered[:limit]]
    kinds = _record(project, annotator, file, recorded) if recorded else []
    return ImportedReview(
        n_rows=n_rows,
        n_kept=kinds.count("keep"),
        n_relabelled=kinds.count("relabel"),
        n_ambiguous=kinds.count("flag"),
        n_beyond=len(answered) - len(kinds),
        n_other=n_other,
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """A row of the file; ``index`` of the class, None for ambiguous."""

    number: int
    uid: str
    example_id: int
    answer: str
    index: int | None
    seconds: float | None


def _record(
    project: Project, annotator: str, file: Path, recorded: Sequence[tuple[ReviewItem, _Answer]]
) -> list[str]:
    """Record verdicts in one transaction, as one act; return their kinds."""
    store, kinds = project.store, []
    parameters = {"file": str(file), "annotator": annotator}
    with (
        record_run(store, "annotate", parameters=parameters) as run,
        run.finish({"decisions": len(recorded)}),
    ):
        check_unchanged(project, [item for item, _ in recorded])
        guideline_id = store.guidelines.current_id()
        first: int | None = None
        for item, said in recorded:
            kind, label = verdict_of(project, item, said.answer)
            index = None if label is None else project.classes.index(label)
            event = store.decisions.append(
                kind,
                at=now(),
                annotator=annotator,
                run_id=run.run_id,
                example_id=item.example_id,
                class_id=None if index is None else project.label_set.numbers[index],
                seconds=said.seconds,
                batch_run_id=item.audit_run_id,
                guideline_id=guideline_id,
                act_id=first,
            )
            first = first or event.event_id
            kinds.append(kind)
    refresh_consensus(project)
    return kinds


def _answer(project: Project, row: Row, file: Path, id_column: str, label_column: str) -> _Answer:
    """Return what a row says, or raise with the line."""
    place = row.place(file)
    uid = str(row.values.get(id_column, ""))
    answer = str(row.values.get(label_column) or "").strip()
    example_id = project.store.examples.id_of(uid)
    if example_id is None:
        raise DataError(
            f"row {row.number}: there is no example {uid!r}",
            place=place,
            hint="The ids are those of the rows as imported; nothing was recorded.",
        )
    try:
        is_class = answer != AMBIGUOUS or answer in project.label_set.number_of_name
        index = index_for_review(project, answer) if is_class else None
    except UsageError as error:
        raise DataError(
            f"row {row.number}: {error.message}",
            place=place,
            hint=f"A class or {AMBIGUOUS}; nothing was recorded."
            f" {class_hint(project.classes, answer)}",
        ) from error
    try:
        seconds = seconds_taken(row.values.get("seconds"))
    except UsageError as error:
        raise DataError(
            f"row {row.number}: {error.message}", place=place, hint=error.hint
        ) from error
    return _Answer(row.number, uid, example_id, answer, index, seconds)
