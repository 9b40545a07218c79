"""Importing human decisions that were made elsewhere."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from workbench.errors import DataError, UsageError
from workbench.formats.readers import cell_text, read_rows
from workbench.services.annotate import check_annotator, class_index
from workbench.services.consensus import refresh_consensus
from workbench.services.labels import resolve_labels
from workbench.services.named_columns import check_column, id_column_of
from workbench.services.project import Project
from workbench.services.running import now, record_run, user
from workbench.store.decisions import CHOOSING, DECISIONS
from workbench.types import DEFAULT, Origin

_OF_NOBODY: Final = frozenset({Origin.GIVEN, Origin.MODEL, DEFAULT})
"""Origins of labels, as an export tells them, that no person gave."""


@dataclass(frozen=True, slots=True)
class ImportedDecisions:
    """What importing decisions brought.

    ``n_changed`` counts the rows on which the file has several decisions of one annotator that
    differ: the last counts. ``read_by_index`` are the labels that were taken as the indices of
    classes, each with its class. ``n_repeated`` rows are of an export and repeat a label that no
    person gave: they are no decisions, and left out.
    """

    run_id: int
    n_rows: int
    n_added: int
    n_known: int
    n_changed: int
    by_kind: dict[str, int]
    read_by_index: dict[str, str] = field(default_factory=dict)
    n_repeated: int = 0


def import_decisions(
    project: Project,
    file: Path,
    *,
    annotator: str | None = None,
    id_column: str | None = None,
    label_column: str = "label",
    annotator_column: str | None = None,
    uids: Iterable[str] | None = None,
) -> ImportedDecisions:
    """Record the decisions that a file holds, all or none.

    Its columns: the id, the label (empty: skip), and where there are some ``kind`` (one of
    label, skip, flag, keep, relabel, adjudicate), ``annotator``, ``seconds`` and ``note``. Several
    decisions of one annotator on one row are in the order of the file, the last counts. What the
    annotator's newest decisions on a row say already is passed over: importing a file again adds
    nothing. What a file brings of one annotator is one act: one undo takes it back. Where the
    column ``origin`` of an export says that a file, a model or the default class gave a label, and
    it still is the label of its row, nobody has said it, and it is left out.

    Parameters
    ----------
    project
        The project.
    file
        CSV, TSV, JSON Lines or Parquet.
    annotator
        Who decided, where the file does not say.
    id_column, label_column
        What these columns are called; by default the id is in the project's id column, ``uid`` or
        ``id``, the first that the file has.
    annotator_column
        The column of who decided, which must be there; ``annotator`` where there is one by default.
    uids
        Only these rows; all by default.

    Raises
    ------
    DataError
        If the file, a column, an id or a label cannot be used; it names the line.
    """
    by_default = check_annotator(annotator or user())
    columns = _Columns(id_column, label_column, annotator_column)
    wanted = None if uids is None else set(uids)
    parsed = [
        row
        for row in _parse_decisions(project, file, by_default, columns)
        if wanted is None or row.uid in wanted
    ]
    n_rows = len(parsed)
    parsed = _without_repeats(project, parsed)
    store = project.store
    by_kind: dict[str, int] = {}
    parameters = {"file": str(file), "annotator": by_default}
    with record_run(store, "annotate", parameters=parameters) as run:
        counts: dict[str, int] = {}
        with run.finish(counts):
            numbers, guideline_id = project.label_set.numbers, store.guidelines.current_id()
            acts: dict[str, int] = {}
            for row in _news(project, parsed):
                by_kind[row.kind] = by_kind.get(row.kind, 0) + 1
                event = store.decisions.append(
                    row.kind,
                    at=now(),
                    annotator=row.annotator,
                    run_id=run.run_id,
                    example_id=row.example_id,
                    class_id=None if row.class_index is None else numbers[row.class_index],
                    seconds=row.seconds,
                    guideline_id=guideline_id,
                    note=row.note,
                    act_id=acts.get(row.annotator),
                )
                acts.setdefault(row.annotator, event.event_id)
            counts["rows"] = len(parsed)
            counts["decisions"] = sum(by_kind.values())
    refresh_consensus(project)
    n_added = sum(by_kind.values())
    return ImportedDecisions(
        run_id=run.run_id,
        n_rows=n_rows,
        n_repeated=n_rows - len(parsed),
        n_added=n_added,
        n_known=len(parsed) - n_added,
        n_changed=_n_changed(parsed),
        by_kind=by_kind,
        read_by_index={
            row.label: project.classes[row.class_index]
            for row in sorted(parsed, key=lambda row: row.class_index or 0)
            if row.class_index is not None and row.label not in project.label_set.number_of_name
        },
    )


def _n_changed(parsed: Iterable[_ParsedDecision]) -> int:
    """Count the rows that an annotator decides in several ways."""
    outcomes: dict[tuple[str, int], set[tuple[str, int | None]]] = defaultdict(set)
    for row in parsed:
        outcomes[row.annotator, row.example_id].add(row.outcome)
    return sum(len(one) > 1 for one in outcomes.values())


@dataclass(frozen=True, slots=True)
class _Columns:
    id: str | None
    label: str
    annotator: str | None

    def check(self, project: Project, values: Mapping[str, object], place: str) -> str:
        """Return the id column; refuse a file that lacks a column that was named."""
        found = id_column_of(project, values, self.id, place=place)
        check_column(values, self.label, "--label-column", place=place)
        if self.annotator is not None:
            check_column(values, self.annotator, "--annotator-column", place=place)
        return found


@dataclass(frozen=True, slots=True)
class _ParsedDecision:
    uid: str
    example_id: int
    kind: str
    label: str
    class_index: int | None
    annotator: str
    seconds: float | None
    note: str | None
    origin: str

    @property
    def outcome(self) -> tuple[str, int | None]:
        """What it says, whoever says it and when."""
        return self.kind, self.class_index


def _without_repeats(project: Project, parsed: list[_ParsedDecision]) -> list[_ParsedDecision]:
    """Leave out labels of an export that no person gave, unless somebody has changed them since."""
    if not any(row.origin in _OF_NOBODY for row in parsed):
        return parsed
    labels = resolve_labels(project).labels
    return [
        row
        for row in parsed
        if row.origin not in _OF_NOBODY or row.outcome != ("label", int(labels[row.example_id - 1]))
    ]


def _news(project: Project, parsed: Iterable[_ParsedDecision]) -> list[_ParsedDecision]:
    """Return the decisions that the log does not end with yet, in the order of the file."""
    said: dict[tuple[str, int], list[tuple[str, int | None]]] = defaultdict(list)
    for event in project.store.decisions.active():
        if event.example_id is not None:
            index = project.label_set.index_of(event.class_id)
            said[event.annotator, event.example_id].append((event.kind, index))
    told: dict[tuple[str, int], list[tuple[int, _ParsedDecision]]] = defaultdict(list)
    for place, row in enumerate(parsed):
        before = told[row.annotator, row.example_id]
        if not before or before[-1][1].outcome != row.outcome:
            before.append((place, row))
    news = []
    for key, rows in told.items():
        outcomes = [row.outcome for _, row in rows]
        known = said[key]
        # The longest beginning of what the file tells that is the end of what is known.
        overlap = next(n for n in range(len(rows), -1, -1) if n == 0 or known[-n:] == outcomes[:n])
        news += rows[overlap:]
    return [row for _, row in sorted(news, key=lambda item: item[0])]


def _parse_decisions(
    project: Project, file: Path, annotator: str, columns: _Columns
) -> list[_ParsedDecision]:
    parsed: list[_ParsedDecision] = []
    found_column = ""
    for row in read_rows(file):
        place = row.place(file)
        if not parsed:
            found_column = columns.check(project, row.values, str(file))
        uid = str(row.values.get(found_column, ""))
        example_id = project.store.examples.id_of(uid)
        if example_id is None:
            raise DataError(
                f"row {row.number}: there is no example {uid!r}",
                place=place,
                hint="Import the rows first; nothing was recorded.",
            )
        label = cell_text(row.values.get(columns.label))
        kind = cell_text(row.values.get("kind")) or ("label" if label else "skip")
        if kind not in DECISIONS:
            raise DataError(
                f"row {row.number}: unknown kind {kind!r}",
                place=place,
                hint=f"Kinds: {', '.join(DECISIONS)}; nothing was recorded.",
            )
        names_class = kind in CHOOSING
        if names_class and not label:
            raise DataError(
                f"row {row.number}: {kind} without a class",
                place=place,
                hint=f"Fill column {columns.label!r}; nothing was recorded.",
            )
        who = cell_text(row.values.get(columns.annotator or "annotator"))
        try:
            index = class_index(project, label) if label else None
            name = check_annotator(who or annotator)
            seconds = seconds_taken(row.values.get("seconds"))
        except UsageError as error:
            raise DataError(
                f"row {row.number}: {error.message}", place=place, hint=error.hint
            ) from error
        note = cell_text(row.values.get("note"))
        parsed.append(
            _ParsedDecision(
                uid,
                example_id,
                kind,
                label,
                index if names_class else None,
                name,
                seconds,
                note or None,
                cell_text(row.values.get("origin")),
            )
        )
    if not parsed:
        raise DataError(
            "there are no rows, at most a header",
            place=str(file),
            hint="Nothing was recorded. Look at what wrote the file.",
        )
    return parsed


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
