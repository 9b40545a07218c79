"""Importing rows of text: once, whole, and traceable to the file and the row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench.errors import DataError, UsageError
from workbench.figures import counted
from workbench.formats.readers import half_pair
from workbench.garbage import no_collection
from workbench.result import Result
from workbench.services.importing.bad_rows import BadRow, OnBadRow, by_cause, nothing_was
from workbench.services.importing.row_cells import Fault
from workbench.services.importing.row_reader import Columns, RowReader
from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.store.staging import Conflict, Repeat, Staging
from workbench.types import Progress, ProgressCallback, Role

if TYPE_CHECKING:
    import pandas

_REPORTED = 5
"""How many bad rows an error names."""

_AGAINST: Final[dict[str, tuple[Role, ...]]] = {
    Role.TRAIN: (Role.EVALUATION,),
    Role.EVALUATION: (Role.TRAIN,),
}
"""The roles that rows of a role must not share a text with: what trains must not judge."""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What one file brought.

    ``n_labelled`` of the rows that were not ``skipped`` have a label. Known rows stay as they
    were: ``n_other_label`` and ``n_other_role`` of them have another label
    in the file, or came in another role before; ``n_new_label`` of the former came without a
    label. ``hidden_columns`` are kept, but behind the project's own columns of their names;
    ``shadowed_columns`` are ``meta.COLUMN`` in conditions and groups, where their names are the
    project's own. ``read_by_index`` are the labels that were taken as the indices of classes, each
    with its class; ``read_alike`` those that differ from the name of theirs by case and spaces, as
    ``read_columns`` do from the names of columns. ``trimmed`` are the batches and vendors that had
    spaces around them, each without.
    ``delimiter`` parts the columns where the file's name promises another. Of the added rows,
    ``n_added_labelled`` have a label, ``n_leaked`` are evaluation rows with the text of a training
    row, or the other way round, most of them of the file ``leaked_in``;
    where ids were made, ``n_same_text`` have another text that the project had already, most of
    them from the file ``same_text_in``.
    """

    path: str
    sha256: str
    n_rows: int
    n_added: int
    n_known: int
    n_labelled: int
    skipped: tuple[BadRow, ...]
    n_other_label: int = 0
    n_new_label: int = 0
    n_other_role: int = 0
    hidden_columns: tuple[str, ...] = ()
    shadowed_columns: tuple[str, ...] = ()
    read_by_index: dict[str, str] = field(default_factory=dict)
    n_same_text: int = 0
    same_text_in: str = ""
    n_leaked: int = 0
    leaked_in: str = ""
    n_added_labelled: int = 0
    read_alike: dict[str, str] = field(default_factory=dict)
    read_columns: dict[str, str] = field(default_factory=dict)
    trimmed: dict[str, str] = field(default_factory=dict)
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class ImportResult(Result):
    """What an import brought."""

    run_id: int
    role: str
    files: tuple[ImportedFile, ...]
    n_added: int
    n_known: int


def import_files(
    project: Project,
    files: Sequence[Path | pandas.DataFrame],
    *,
    role: str = Role.TRAIN,
    batch: str | None = None,
    vendor: str | None = None,
    batch_column: str | None = None,
    vendor_column: str | None = None,
    text_column: str | None = None,
    id_column: str | None = None,
    label_column: str | None = None,
    labels: bool = True,
    label_index: bool = False,
    encoding: str = "utf-8",
    delimiter: str | None = None,
    on_bad_row: OnBadRow = "stop",
    progress: ProgressCallback | None = None,
) -> ImportResult:
    """Bring the rows of some files into the project, in one transaction.

    A row that the project has already (same uid, same text) is passed over, so that importing
    the same file twice adds nothing.

    Parameters
    ----------
    project
        The project.
    files
        CSV, TSV, JSON Lines or Parquet files, or DataFrames. A named index of a frame, or each
        named level of it, is a column like others.
    role
        ``train``, ``production`` (unlabelled text met in deployment) or ``evaluation`` (trusted
        labels, never trained on).
    batch, vendor
        For every row, where the file has no column for it.
    batch_column, vendor_column, text_column, id_column, label_column
        Column names, where they differ from those in ``workbench.toml``.
    labels
        False leaves the label column out: nobody will see it. Evaluation rows need the column
        otherwise: labels cannot be brought in later by another import.
    label_index
        Whether a label that is no class may be the index of one, 0 for the first (-1: no label).
        It is not by default: an import stays, and the order of the classes may be another.
    encoding
        Of text files.
    delimiter
        Between the columns of CSV and TSV files; by default what the first rows of each tell.
    on_bad_row
        ``stop`` refuses the whole import; ``skip`` leaves bad rows out and lists them.
    progress
        Called after each block of rows.

    Returns
    -------
    ImportResult
        Counts for each file, and the rows left out.

    Raises
    ------
    DataError
        If a file, column or row cannot be used; it names file, line and remedy.
    UsageError
        If the role is not known, two columns have one name, or a word is not UTF-8.
    """
    if role not in set(Role):
        raise UsageError(f"there is no role {role!r}", hint=f"Roles: {', '.join(Role)}.")
    config = project.config
    named = (text_column, id_column, label_column, batch_column, vendor_column)
    needed = [text_column or config.text_column]
    if labels and role == Role.EVALUATION:
        needed.append(label_column or config.label_column)
    columns = Columns(
        text=text_column or config.text_column,
        id=id_column or config.id_column,
        label=label_column or config.label_column,
        with_labels=labels,
        by_index=label_index,
        batch=batch_column or config.batch_column,
        vendor=vendor_column or config.vendor_column,
        required=frozenset(filter(None, (*named, *needed))),
    )
    if shared := columns.shared():
        raise UsageError(
            f"column {shared[0]!r} cannot be two things: {' and '.join(shared[1])}",
            hint=f"Name another: {columns.option(shared[0])} COLUMN, or in workbench.toml.",
        )
    cut = next((word for word in (batch, vendor, *named) if word and half_pair(word)), None)
    if cut is not None:
        raise UsageError(f"{cut!r} is not UTF-8", hint="Type it in a terminal that speaks UTF-8.")
    _check_kinds(files)
    readers = [
        RowReader(
            file,
            columns,
            project.label_set,
            project.store.examples,
            batch=batch,
            vendor=vendor,
            encoding=encoding,
            delimiter=delimiter,
        )
        for file in files
    ]
    parameters = {
        "files": [reader.name for reader in readers],
        "folder": str(Path.cwd()),
        "role": str(role),
        "batch": batch,
        "vendor": vendor,
        "columns": {
            "text": columns.text,
            "id": columns.id,
            "label": columns.label if labels else None,
            "batch": columns.batch,
            "vendor": columns.vendor,
        },
        "label_index": label_index,
        "encoding": encoding,
        "delimiter": delimiter,
        "on_bad_row": on_bad_row,
    }
    with (
        record_run(project.store, "import", parameters=parameters) as run,
        project.store.staging() as staging,
    ):
        # All is read and checked before the write lock is taken: others may be annotating.
        _stage(readers, staging, progress)
        _refuse_repeats(readers, staging.drop_repeats())
        _refuse_conflicts(readers, staging.drop_known(role))
        if on_bad_row == "stop":
            _stop_at_bad_rows(readers)
        against = _AGAINST.get(role, ())
        leaks = [staging.same_texts(file, against) for file in range(len(readers))]
        others = [other for other in Role if other not in against]
        # Whoever gives ids says which rows are the same.
        repeats = [
            staging.same_texts(file, others if reader.makes_uids else ())
            for file, reader in enumerate(readers)
        ]
        identities = [reader.identity() for reader in readers]
        counts: dict[str, int] = {}
        with run.finish(counts):
            _refuse_conflicts(readers, staging.drop_known(role))
            if on_bad_row == "stop":
                _stop_at_bad_rows(readers)
            imported = tuple(
                _imported(reader, sha256, staging, file, repeats[file], leaks[file])
                for file, (reader, (sha256, _)) in enumerate(zip(readers, identities, strict=True))
            )
            staging.move(
                [
                    project.store.examples.add_source(
                        run_id=run.run_id,
                        path=file.path,
                        sha256=sha256,
                        format=format_name,
                        role=str(role),
                        n_rows=file.n_rows,
                        n_added=file.n_added,
                    )
                    for file, (sha256, format_name) in zip(imported, identities, strict=True)
                ]
            )
            counts["rows"] = sum(file.n_rows for file in imported)
            counts["added"] = sum(file.n_added for file in imported)
            counts["known"] = sum(file.n_known for file in imported)
            counts["skipped"] = sum(len(file.skipped) for file in imported)
    return ImportResult(
        run_id=run.run_id,
        role=str(role),
        files=imported,
        n_added=counts["added"],
        n_known=counts["known"],
    )


def _check_kinds(files: Sequence[object]) -> None:
    """Refuse what is neither a path nor a DataFrame."""
    for file in files:
        if isinstance(file, Path):
            continue
        import pandas

        if not isinstance(file, pandas.DataFrame):
            raise UsageError(
                f"rows cannot be imported from a {type(file).__name__}",
                hint="Give the path of a file, a DataFrame, or a list of these.",
            )


def _stage(
    readers: Sequence[RowReader], staging: Staging, progress: ProgressCallback | None
) -> None:
    with no_collection():
        for file, reader in enumerate(readers):
            for block in reader.read():
                staging.add(file, block)
                if progress:
                    progress(Progress(f"read {reader.name}", reader.n_rows))


def _refuse_repeats(readers: Sequence[RowReader], repeats: Sequence[Repeat]) -> None:
    for file, reader in enumerate(readers):
        mine = [repeat for repeat in repeats if repeat.file == file]
        lines = reader.lines_of({repeat.row for repeat in mine})
        for repeat in mine:
            reader.refuse(
                repeat.row,
                Fault(
                    f"id {repeat.uid!r} stands there twice",
                    "Ids are unique; without the column they are made from the file's name and the"
                    " text.",
                    "an id that stands there twice",
                ),
                line=lines.get(repeat.row),
                was_labelled=repeat.has_label,
            )


def _refuse_conflicts(readers: Sequence[RowReader], conflicts: Sequence[Conflict]) -> None:
    for conflict in conflicts:
        readers[conflict.file].refuse(
            conflict.row,
            Fault(
                f"id {conflict.uid!r} is there already with another text"
                f" ({conflict.source_path}, row {conflict.source_row})",
                "Give a changed text a new id. The old row stays beside it, until its text is"
                " removed: workbench forget UID.",
                "an id that is there already with another text",
            ),
            line=None,
            was_labelled=conflict.has_label,
        )


def _stop_at_bad_rows(readers: Sequence[RowReader]) -> None:
    for reader in readers:
        if reader.bad:
            raise _refusal(reader.bad)


def _imported(
    reader: RowReader,
    sha256: str,
    staging: Staging,
    file: int,
    repeats: Counter[str],
    leaks: Counter[str],
) -> ImportedFile:
    bad = sorted(reader.bad, key=lambda row: row.row)
    n_labelled = staging.n_labelled(file) if staging.n_known[file] else reader.n_labelled
    return ImportedFile(
        path=reader.name,
        sha256=sha256,
        n_rows=reader.n_rows,
        n_added=staging.n_left[file],
        n_known=staging.n_known[file],
        n_labelled=reader.n_labelled,
        skipped=tuple(bad),
        n_other_label=staging.n_other_label[file],
        n_new_label=staging.n_new_label[file],
        n_other_role=staging.n_other_role[file],
        hidden_columns=tuple(sorted(reader.hidden)),
        shadowed_columns=tuple(sorted(reader.shadowed)),
        read_by_index=dict(sorted(reader.read_by_index.items())),
        read_alike=dict(sorted(reader.read_alike.items())),
        read_columns=reader.read_columns,
        trimmed=dict(sorted(reader.trimmed.items())),
        delimiter=reader.delimiter,
        n_added_labelled=n_labelled,
        n_same_text=repeats.total(),
        same_text_in=next(iter(dict(repeats.most_common(1))), ""),
        n_leaked=leaks.total(),
        leaked_in=next(iter(dict(leaks.most_common(1))), ""),
    )


def _refusal(bad: list[BadRow]) -> DataError:
    first, *others = sorted(bad, key=lambda row: row.row)
    lines = [first.hint]
    if others:
        rows = ", ".join(str(row.row) for row in others[:_REPORTED])
        rest = f" and {len(others) - _REPORTED} more" if len(others) > _REPORTED else ""
        lines.append(f"Also bad: row {rows}{rest}.")
    if len(causes := by_cause(bad)) > 1:
        counts = ", ".join(f"{counted(len(rows), 'row')} {why}" for why, rows in causes.items())
        lines.append(f"By cause: {counts}.")
    lines.append(nothing_was("imported"))
    return DataError(f"row {first.row}: {first.reason}", place=first.place, hint="\n  ".join(lines))
