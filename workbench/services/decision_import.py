"""Importing human decisions that were made elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import DataError, UsageError
from workbench.formats.readers import read_rows
from workbench.services.annotate import check_annotator, class_index
from workbench.services.project import Project
from workbench.services.running import agent, now, record_run
from workbench.store.decisions import DECISIONS


@dataclass(frozen=True, slots=True)
class ImportedDecisions:
    """What importing decisions brought."""

    run_id: int
    n_rows: int
    n_added: int
    n_known: int
    by_kind: dict[str, int]


def import_decisions(
    project: Project,
    file: Path,
    *,
    annotator: str | None = None,
    id_column: str = "id",
    label_column: str = "label",
    uids: Iterable[str] | None = None,
) -> ImportedDecisions:
    """Record the decisions that a file holds, all or none.

    Its columns: the id, the label (empty: skip), and where there are some ``kind`` (one of
    label, skip, flag, keep, relabel), ``annotator``, ``seconds`` and ``note``. A decision that the
    same annotator has made already, with the same outcome, is passed over.

    Parameters
    ----------
    project
        The project.
    file
        CSV, TSV, JSON Lines or Parquet.
    annotator
        Who decided, where the file does not say.
    id_column, label_column
        What these columns are called.
    uids
        Only these rows; all by default.

    Raises
    ------
    DataError
        If the file, a column, an id or a label cannot be used; it names the line.
    """
    by_default = check_annotator(annotator or agent().partition("@")[0])
    wanted = None if uids is None else set(uids)
    parsed = [
        row
        for row in _parse_decisions(project, file, by_default, id_column, label_column)
        if wanted is None or row.uid in wanted
    ]
    store = project.store
    by_kind: dict[str, int] = {}
    parameters = {"file": str(file), "annotator": by_default}
    with record_run(store, "annotate", parameters=parameters) as run:
        counts: dict[str, int] = {}
        with run.finish(counts):
            standing = {
                (e.annotator, e.example_id): (e.kind, e.class_id) for e in store.decisions.active()
            }
            for row in parsed:
                key = (row.annotator, row.example_id)
                if standing.get(key) == (row.kind, row.class_id):
                    continue
                standing[key] = (row.kind, row.class_id)
                by_kind[row.kind] = by_kind.get(row.kind, 0) + 1
                store.decisions.append(
                    row.kind,
                    at=now(),
                    annotator=row.annotator,
                    run_id=run.run_id,
                    example_id=row.example_id,
                    class_id=row.class_id,
                    seconds=row.seconds,
                    note=row.note,
                )
            counts["rows"] = len(parsed)
            counts["decisions"] = sum(by_kind.values())
    n_added = sum(by_kind.values())
    return ImportedDecisions(run.run_id, len(parsed), n_added, len(parsed) - n_added, by_kind)


@dataclass(frozen=True, slots=True)
class _ParsedDecision:
    uid: str
    example_id: int
    kind: str
    class_id: int | None
    annotator: str
    seconds: float | None
    note: str | None


def _parse_decisions(
    project: Project, file: Path, annotator: str, id_column: str, label_column: str
) -> Sequence[_ParsedDecision]:
    parsed = []
    for row in read_rows(file):
        place = f"{file}:{row.line}" if row.line else f"{file}, row {row.number}"
        for column in (id_column, label_column):
            if column not in row.values:
                raise DataError(
                    f"there is no column {column!r}",
                    place=str(file),
                    hint=f"The columns are: {', '.join(row.values)}.",
                )
        uid = str(row.values[id_column])
        example_id = project.store.examples.id_of(uid)
        if example_id is None:
            raise DataError(
                f"row {row.number}: there is no example {uid!r}",
                place=place,
                hint="Import the rows first; nothing was recorded.",
            )
        label = str(row.values[label_column] or "").strip()
        kind = str(row.values.get("kind") or ("label" if label else "skip")).strip()
        if kind not in DECISIONS:
            raise DataError(
                f"row {row.number}: unknown kind {kind!r}",
                place=place,
                hint=f"Kinds: {', '.join(DECISIONS)}; nothing was recorded.",
            )
        if kind in ("label", "keep", "relabel") and not label:
            raise DataError(
                f"row {row.number}: {kind} without a class",
                place=place,
                hint=f"Fill column {label_column!r}; nothing was recorded.",
            )
        try:
            class_id = class_index(project, label) if label else None
            who = check_annotator(str(row.values.get("annotator") or annotator))
            seconds = row.values.get("seconds")
            spent = None if seconds in (None, "") else float(str(seconds))
        except (UsageError, ValueError) as error:
            hint = error.hint if isinstance(error, UsageError) else "Seconds are a number."
            raise DataError(f"row {row.number}: {error.args[0]}", place=place, hint=hint) from error
        note = row.values.get("note")
        parsed.append(
            _ParsedDecision(
                uid,
                example_id,
                kind,
                class_id if kind in ("label", "keep", "relabel") else None,
                who,
                spent,
                str(note) if note else None,
            )
        )
    return parsed
