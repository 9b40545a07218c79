"""Importing human decisions that were made elsewhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.formats.readers import unusual_delimiter
from workbench.result import Result
from workbench.services.arguments import check_annotator
from workbench.services.consensus import refresh_consensus
from workbench.services.importing.bad_rows import BadRow, BadRows, OnBadRow
from workbench.services.importing.decision_rows import DecisionColumns, ToldDecision, told_decisions
from workbench.services.importing.exported_labels import by_annotator, sort_rows
from workbench.services.labels import given_numbers, resolve_labels
from workbench.services.overruled import Overruled, overruled
from workbench.services.project import Project
from workbench.services.running import now, record_run, user
from workbench.services.suspects import suspects_to_review
from workbench.store.decisions import CHOOSING, CORRECTIONS, Said
from workbench.types import NO_LABEL


@dataclass(frozen=True, slots=True)
class ImportedDecisions(Result):
    """What importing decisions brought.

    ``n_changed`` counts the rows on which the file has several decisions of one annotator that
    differ: the last counts. ``read_by_index`` are the labels that were taken as the indices of
    classes, each with its class; ``read_alike`` those that differ from the name of theirs by case
    and spaces. ``n_repeated`` rows are of an export and have a label that no person gave: they are
    no decisions, and left out; so are ``n_foreign`` ones, whose label no model of this project
    gave, ``n_unchanged`` rows where only changes are taken, ``n_removed`` whose text was removed
    for good, and the ``skipped`` ones. Of the rows of an export ``n_edited`` were changed in the
    file: decisions of whoever imports it. ``by_name`` counts what was added under the names that an
    export gives, ``n_unnamed`` what people gave there, it does not say who.
    ``n_confirming`` of what was added say the label that a file or people gave the row, 0 where
    only changes are taken; the newest audit asked about ``n_doubts`` of these rows. ``delimiter``
    parts the columns where the file's name promises another. ``overruled`` are the rows that keep
    another label than the file answers.
    """

    run_id: int
    n_rows: int
    n_added: int
    n_known: int
    n_changed: int
    by_kind: dict[str, int]
    read_by_index: dict[str, str] = field(default_factory=dict)
    n_repeated: int = 0
    n_unchanged: int = 0
    n_confirming: int = 0
    read_alike: dict[str, str] = field(default_factory=dict)
    skipped: tuple[BadRow, ...] = ()
    delimiter: str = ""
    overruled: Overruled = field(default_factory=Overruled)
    n_removed: int = 0
    n_doubts: int = 0
    n_foreign: int = 0
    n_edited: int = 0
    by_name: dict[str, int] = field(default_factory=dict)
    n_unnamed: int = 0


def import_decisions(
    project: Project,
    file: Path,
    *,
    annotator: str | None = None,
    id_column: str | None = None,
    label_column: str = "label",
    annotator_column: str | None = None,
    text_column: str | None = None,
    uids: Iterable[str] | None = None,
    changes_only: bool = False,
    encoding: str = "utf-8",
    delimiter: str | None = None,
    on_bad_row: OnBadRow = "stop",
) -> ImportedDecisions:
    """Record the decisions that a file holds, all or none.

    Its columns: the id, the label (empty: skip), and where there are some ``kind`` (one of
    label, skip, flag, keep, relabel, adjudicate), ``annotator``, ``seconds`` and ``note``. Several
    decisions of one annotator on one row are in the order of the file, the last counts. What the
    annotator's newest decisions on a row say already is passed over: importing a file again adds
    nothing. What a file brings of one annotator is one act: one undo takes it back. What is said of
    a row whose text was removed for good is left out: nobody is asked about it.

    In an export, of this project or of a copy of it, labels are decisions where its column
    ``origin`` says that people gave them: of those whom its column ``annotators`` names, as
    answers, or as corrections where they are; what one of them said of a row here, and changed
    since, is not said again. What a file, a model or the default class gave is left out, unless the
    label was changed in the file (see `workbench.services.importing.exported_labels.sort_rows`).

    A file without ids is that of an import without ids, corrected: it has the name and the texts.

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
    text_column
        Of a file without ids; by default the project's.
    uids
        Only these rows; all by default.
    changes_only
        Whether to leave out what brings no other label: an empty one, the one that the row was
        imported with, and the one that it has of people. A corrected table is read so: nobody
        looked at the rest.
    encoding, delimiter
        Of a text file; see `workbench.formats.readers.read_blocks`.
    on_bad_row
        ``stop`` refuses the whole file; ``skip`` leaves bad rows out and lists them.

    Raises
    ------
    DataError
        If the file, a column, an id or a label cannot be used; it names the line.
    """
    by_default = check_annotator(annotator or user())
    text = text_column or project.config.text_column
    columns = DecisionColumns(id_column, label_column, annotator_column, text)
    wanted = None if uids is None else set(uids)
    bad = BadRows(file, on_bad_row, "recorded")
    rows = bad.others(encoding=encoding, delimiter=delimiter)
    parsed = [
        row
        for row in told_decisions(project, bad, rows, columns, by_default)
        if wanted is None or row.uid in wanted
    ]
    n_rows = len(parsed)
    removed = project.store.examples.removed_ids()
    parsed = [row for row in parsed if row.example_id not in removed]
    n_removed = n_rows - len(parsed)
    resolved = resolve_labels(project)
    trusted = np.where(resolved.is_weak, NO_LABEL, resolved.labels)
    rows_of_people = sort_rows(project, parsed, resolved)
    parsed = rows_of_people.told
    if changes_only:
        parsed = _changes(project, parsed, trusted)
    n_unchanged = len(rows_of_people.told) - len(parsed)
    parsed = list(by_annotator(parsed))
    doubts = [] if changes_only else suspects_to_review(project, resolved)
    parameters = {"file": str(file), "annotator": by_default, "changes_only": changes_only}
    with (
        record_run(project.store, "annotate", parameters=parameters) as run,
        run.finish(counts := {"rows": len(parsed)}),
    ):
        news = _news(project, parsed)
        _record(project, news, run.run_id)
        counts["decisions"] = len(news)
    refresh_consensus(project)
    named = [row for row in news if row.exported and row.exported.annotators]
    unnamed = [row for row in news if row.exported and not row.exported.annotators]
    confirming = [] if changes_only else [row for row in news if row.repeats(trusted)]
    confirming = [row for row in confirming if not row.exported]
    by_index, alike = _read_otherwise(project, parsed)
    return ImportedDecisions(
        run_id=run.run_id,
        n_rows=n_rows,
        n_repeated=rows_of_people.n_repeated,
        n_unchanged=n_unchanged,
        n_confirming=len(confirming),
        n_removed=n_removed,
        n_doubts=len({row.example_id for row in confirming} & {row.example_id for row in doubts}),
        n_added=len(news),
        n_known=rows_of_people.n_said + len(parsed) - len(news),
        n_changed=_n_changed(parsed),
        by_kind=dict(Counter(row.kind for row in news)),
        read_by_index=by_index,
        read_alike=alike,
        skipped=tuple(bad.rows),
        delimiter=unusual_delimiter(file, encoding=encoding, delimiter=delimiter),
        overruled=overruled(project, _answers(parsed)),
        n_foreign=rows_of_people.n_foreign,
        n_edited=rows_of_people.n_edited,
        by_name=dict(Counter(row.annotator for row in named)),
        n_unnamed=len(unnamed),
    )


def _record(project: Project, news: Iterable[ToldDecision], run_id: int) -> None:
    store, numbers = project.store, project.label_set.numbers
    said = (
        Said(
            row.kind,
            row.example_id,
            row.annotator,
            class_id=None if row.class_index is None else numbers[row.class_index],
            seconds=row.seconds,
            note=row.note,
        )
        for row in news
    )
    guideline_id = store.guidelines.current_id()
    store.decisions.extend(said, at=now(), run_id=run_id, guideline_id=guideline_id)


def _read_otherwise(
    project: Project, parsed: Iterable[ToldDecision]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the labels that were no names: read as indices, and but for case and spaces."""
    label_set = project.label_set
    by_index: dict[str, str] = {}
    alike: dict[str, str] = {}
    for row in sorted(parsed, key=lambda row: row.class_index or 0):
        if row.class_index is not None and row.label not in label_set.number_of_name:
            found = by_index if label_set.alike(row.label) is None else alike
            found[row.label] = project.classes[row.class_index]
    return by_index, alike


def _answers(parsed: Iterable[ToldDecision]) -> dict[int, set[int]]:
    """Return the classes that people answer on each example, but for what is corrected below."""
    answers: dict[int, dict[str, int]] = defaultdict(dict)
    for row in parsed:
        answered = answers[row.example_id]
        if row.kind in CORRECTIONS:
            answered.clear()
        elif row.class_index is None:
            answered.pop(row.annotator, None)
        else:
            answered[row.annotator] = row.class_index
    return {example_id: set(said.values()) for example_id, said in answers.items() if said}


def _n_changed(parsed: Iterable[ToldDecision]) -> int:
    """Count the rows that an annotator decides in several ways."""
    outcomes: dict[tuple[str, int], set[tuple[str, int | None]]] = defaultdict(set)
    for row in parsed:
        outcomes[row.annotator, row.example_id].add(row.outcome)
    return sum(len(one) > 1 for one in outcomes.values())


def _changes(
    project: Project, parsed: Iterable[ToldDecision], labels: NDArray[np.int64]
) -> list[ToldDecision]:
    """Leave out examples of which nothing is said but the label that they came with, or have.

    Where something is, all that is said counts: the last of it, or what most people answer, may be
    that label.
    """
    given = project.label_set.indices(given_numbers(project))
    told = [row for row in parsed if row.kind != "skip"]
    changed = {row.example_id for row in told if not row.repeats(labels) and not row.repeats(given)}
    return [row for row in told if row.example_id in changed]


def _news(project: Project, parsed: Iterable[ToldDecision]) -> list[ToldDecision]:
    """Return the decisions that the log does not end with yet, in the order of the file.

    An export may be older than what the log says: of what it tells, that is known which the log has
    anywhere.
    """
    said: dict[tuple[str, int], list[tuple[str, int | None]]] = defaultdict(list)
    for event in project.store.decisions.active():
        if event.example_id is not None:
            index = project.label_set.index_of(event.class_id)
            said[event.annotator, event.example_id].append((event.kind, index))
    told: dict[tuple[str, int], list[tuple[int, ToldDecision]]] = defaultdict(list)
    for place, row in enumerate(parsed):
        if row.exported is not None and _is_said(row, said[row.annotator, row.example_id]):
            continue
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


def _is_said(row: ToldDecision, said: Iterable[tuple[str, int | None]]) -> bool:
    """Whether somebody has given a row this class at some time, or corrected it so."""
    kinds = CORRECTIONS if row.kind in CORRECTIONS else CHOOSING
    return any(kind in kinds and index == row.class_index for kind, index in said)
