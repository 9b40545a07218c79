"""Importing human decisions that were made elsewhere."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.formats.readers import Row, cell_text, unusual_delimiter
from workbench.services.annotate import check_annotator, class_index
from workbench.services.bad_rows import BadRow, BadRows, OnBadRow, fault_of
from workbench.services.consensus import refresh_consensus
from workbench.services.labels import given_numbers, resolve_labels
from workbench.services.made_uids import made_uid
from workbench.services.named_columns import check_column, find_id_column, id_column_of
from workbench.services.overruled import Overruled, overruled
from workbench.services.project import Project
from workbench.services.row_cells import Fault
from workbench.services.running import now, record_run, user
from workbench.services.suspects import suspects_to_review
from workbench.store.decisions import CHOOSING, CORRECTIONS, DECISIONS, Said
from workbench.store.digests import text_digests
from workbench.types import DEFAULT, NO_LABEL, Origin

_OF_NOBODY: Final = frozenset({Origin.GIVEN, Origin.MODEL, DEFAULT})
"""Origins of labels, as an export tells them, that no person gave."""

_NO_EXAMPLE: Final = "no such example"

_NAMED_FILES: Final = 5
"""So many imported files are named."""

_ROWS_AT_ONCE: Final = 1_000
"""So many rows of a file are looked up together."""


@dataclass(frozen=True, slots=True)
class ImportedDecisions:
    """What importing decisions brought.

    ``n_changed`` counts the rows on which the file has several decisions of one annotator that
    differ: the last counts. ``read_by_index`` are the labels that were taken as the indices of
    classes, each with its class; ``read_alike`` those that differ from the name of theirs by case
    and spaces. ``n_repeated`` rows are of an export and repeat a label that no
    person gave: they are no decisions, and left out; so are ``n_unchanged`` rows where only changes
    are taken, ``n_removed`` whose text was removed for good, and the ``skipped`` ones.
    ``n_confirming`` of what was added say the label that a file or people gave the row, 0 where
    only changes are taken; the newest audit asked about ``n_doubts`` of these rows. ``delimiter``
    parts the columns
    where the file's name promises another. ``overruled`` are the rows that keep another label than
    the file answers.
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
    nothing. What a file brings of one annotator is one act: one undo takes it back. Where the
    column ``origin`` of an export says that a file, a model or the default class gave a label, and
    it still is the label of its row, nobody has said it, and it is left out. So is what is said of
    a row whose text was removed for good: nobody is asked about it.

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
    columns = _Columns(id_column, label_column, annotator_column, text)
    wanted = None if uids is None else set(uids)
    bad = BadRows(file, on_bad_row, "recorded")
    rows = bad.others(encoding=encoding, delimiter=delimiter)
    parsed = [
        row
        for row in _parse_decisions(project, rows, by_default, columns, bad)
        if wanted is None or row.uid in wanted
    ]
    n_rows = len(parsed)
    removed = project.store.examples.removed_ids()
    parsed = [row for row in parsed if row.example_id not in removed]
    n_removed = n_rows - len(parsed)
    resolved = resolve_labels(project)
    labels = resolved.labels
    trusted = np.where(resolved.is_weak, NO_LABEL, labels)
    parsed = [row for row in parsed if row.origin not in _OF_NOBODY or not row.repeats(labels)]
    n_repeated = n_rows - n_removed - len(parsed)
    if changes_only:
        parsed = _changes(project, parsed, trusted)
    store = project.store
    doubts = [] if changes_only else suspects_to_review(project, resolved)
    by_kind: dict[str, int] = {}
    parameters = {"file": str(file), "annotator": by_default, "changes_only": changes_only}
    with record_run(store, "annotate", parameters=parameters) as run:
        counts: dict[str, int] = {}
        with run.finish(counts):
            news, numbers = _news(project, parsed), project.label_set.numbers
            for row in news:
                by_kind[row.kind] = by_kind.get(row.kind, 0) + 1
            confirming = [] if changes_only else [row for row in news if row.repeats(trusted)]
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
            store.decisions.extend(said, at=now(), run_id=run.run_id, guideline_id=guideline_id)
            counts["rows"] = len(parsed)
            counts["decisions"] = sum(by_kind.values())
    refresh_consensus(project)
    n_added = sum(by_kind.values())
    label_set = project.label_set
    otherwise = {
        row.label: project.classes[row.class_index]
        for row in sorted(parsed, key=lambda row: row.class_index or 0)
        if row.class_index is not None and row.label not in label_set.number_of_name
    }
    alike = {label: name for label, name in otherwise.items() if label_set.alike(label) is not None}
    return ImportedDecisions(
        run_id=run.run_id,
        n_rows=n_rows,
        n_repeated=n_repeated,
        n_unchanged=n_rows - n_removed - n_repeated - len(parsed),
        n_confirming=len(confirming),
        n_removed=n_removed,
        n_doubts=len({row.example_id for row in confirming} & {row.example_id for row in doubts}),
        n_added=n_added,
        n_known=len(parsed) - n_added,
        n_changed=_n_changed(parsed),
        by_kind=by_kind,
        read_by_index={label: name for label, name in otherwise.items() if label not in alike},
        read_alike=alike,
        skipped=tuple(bad.rows),
        delimiter=unusual_delimiter(file, encoding=encoding, delimiter=delimiter),
        overruled=overruled(project, _answers(parsed)),
    )


def _answers(parsed: Iterable[_ParsedDecision]) -> dict[int, set[int]]:
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
    text: str

    def check(self, project: Project, values: Mapping[str, object], place: str) -> str:
        """Return the id column, empty where uids are made of the texts; refuse a file without."""
        has_ids = self.id is not None or find_id_column(project, values) is not None
        is_made = not has_ids and self.text in values
        found = "" if is_made else id_column_of(project, values, self.id, place=place)
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

    def repeats(self, labels: NDArray[np.int64]) -> bool:
        """Whether it is nothing but the label that the row has."""
        return self.outcome == ("label", int(labels[self.example_id - 1]))


def _changes(
    project: Project, parsed: Iterable[_ParsedDecision], labels: NDArray[np.int64]
) -> list[_ParsedDecision]:
    """Leave out examples of which nothing is said but the label that they came with, or have.

    Where something is, all that is said counts: the last of it, or what most people answer, may be
    that label.
    """
    given = project.label_set.indices(given_numbers(project))
    told = [row for row in parsed if row.kind != "skip"]
    changed = {row.example_id for row in told if not row.repeats(labels) and not row.repeats(given)}
    return [row for row in told if row.example_id in changed]


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
    project: Project, rows: Iterator[Row], annotator: str, columns: _Columns, bad: BadRows
) -> list[_ParsedDecision]:
    parsed: list[_ParsedDecision] = []
    index_of, name_of = cache(partial(class_index, project)), cache(check_annotator)
    for row, uid, example_id in _rows_with_ids(project, rows, columns, bad.file):
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
        who = cell_text(row.values.get(columns.annotator or "annotator"))
        try:
            index = index_of(label) if label else None
            name = name_of(who or annotator)
            seconds = seconds_taken(row.values.get("seconds"))
        except UsageError as error:
            bad.refuse(row, fault_of(error))
            continue
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
    return parsed


def _rows_with_ids(
    project: Project, rows: Iterator[Row], columns: _Columns, file: Path
) -> Iterator[tuple[Row, str, int | Fault]]:
    """Yield the rows of a file, each with its id, and its example's number or why it has none."""
    column: str | None = None
    n_met: Counter[bytes] = Counter()
    unknown_text = cache(partial(_unknown_text, project, file))
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        if column is None:
            column = columns.check(project, some[0].values, str(file))
        if column:
            uids = [str(row.values.get(column, "")) for row in some]
        else:
            uids = _made_uids(some, columns.text, file, n_met)
        ids = project.store.examples.ids_of(uids)
        for row, uid in zip(some, uids, strict=True):
            found: int | Fault | None = ids.get(uid)
            if found is None:
                found = _unknown_id(uid) if column else unknown_text()
            yield row, uid, found


def _unknown_id(uid: str) -> Fault:
    return Fault(f"there is no example {uid!r}", "Import the rows first.", _NO_EXAMPLE)


def _unknown_text(project: Project, file: Path) -> Fault:
    """Return why a row without an id is none of the project's: by its file's name or its text."""
    known = dict.fromkeys(Path(source.path).name for source in project.store.examples.sources())
    if file.name in known:
        reason = f"it has no id, and no row of {file.name} was imported with this text"
        hint = "Leave the texts as they were imported, or add the ids, which an export tells."
        return Fault(reason, hint, _NO_EXAMPLE)
    some = ", ".join(list(known)[-_NAMED_FILES:])
    hint = (
        "Without ids, rows are known by the name of their file and their texts. Name it like the"
        f" file that was imported ({some}), or add the ids, which an export tells."
    )
    reason = f"it has no id, and no file called {file.name} was imported"
    return Fault(reason, hint if known else "Import the rows first.", _NO_EXAMPLE)


def _made_uids(
    rows: Iterable[Row], text_column: str, file: Path, n_met: Counter[bytes]
) -> list[str]:
    """Return the uids that an import makes of texts; ``n_met`` counts each text until then."""
    texts = [str(row.values.get(text_column) or "").encode() for row in rows]
    uids = []
    for digest in text_digests(texts):
        n_met[digest] += 1
        uids.append(made_uid(file.name, digest, n_met[digest]))
    return uids


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
