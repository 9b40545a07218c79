"""Votes that were made elsewhere: one column for each labeling function."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, FunctionError, ProjectError
from workbench.formats.readers import cell_text, sha256_of, unusual_delimiter
from workbench.functions.decorator import checked_name
from workbench.functions.vote_reader import without_fraction
from workbench.methods.votes import vote_dtype
from workbench.result import Result
from workbench.services.class_hints import class_hint
from workbench.services.importing.bad_rows import BadRow, BadRows, OnBadRow, unknown_example
from workbench.services.importing.named_columns import check_column, id_column_of
from workbench.services.importing.read_ids import ids_said
from workbench.services.importing.row_cells import Fault
from workbench.services.labels import stored_votes
from workbench.services.lf.publishing import publish
from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.store.votes import LFVersion
from workbench.types import ABSTAIN

_ABSTENTIONS = {"", "-1", "abstain", "none"}

_MAX_DIGITS = 18
"""More than those of any class index."""


@dataclass(frozen=True, slots=True)
class ImportedVotes:
    """What one column brought."""

    name: str
    version: str
    n_votes: int


@dataclass(frozen=True, slots=True)
class ReplacedVotes:
    """What an earlier file had said, and counts no more.

    ``n_votes`` votes of ``n_functions`` functions on ``n_rows`` rows; the new file leaves
    ``n_left_out`` of these rows out.
    """

    file: str
    n_functions: int
    n_votes: int
    n_rows: int
    n_left_out: int


@dataclass(frozen=True, slots=True)
class ImportVotesResult(Result):
    """What a file of votes brought; rows that it does not name abstain.

    ``read_by_index`` are the votes that were taken as the indices of classes, each with its class;
    ``read_alike`` those that differ from the name of theirs by case and spaces; ``skipped`` rows
    cannot be used; ``delimiter`` parts the columns where the file's name promises another;
    ``replaced`` is what the columns had brought before, for each file.
    """

    run_id: int
    path: str
    n_rows: int
    functions: tuple[ImportedVotes, ...]
    read_by_index: dict[str, str] = field(default_factory=dict)
    replaced: tuple[ReplacedVotes, ...] = ()
    read_alike: dict[str, str] = field(default_factory=dict)
    skipped: tuple[BadRow, ...] = ()
    delimiter: str = ""


def import_votes(
    project: Project,
    file: Path,
    *,
    id_column: str | None = None,
    columns: Collection[str] = (),
    encoding: str = "utf-8",
    delimiter: str | None = None,
    on_bad_row: OnBadRow = "stop",
) -> ImportVotesResult:
    """Take the votes of a file as those of external labeling functions.

    A vote is a class name, a class index, or empty (also ``-1``): abstain. A column whose name an
    external function has already replaces its votes from now on, all of them: rows that the file
    leaves out abstain. What is in two files goes into one.

    Parameters
    ----------
    project
        The project.
    file
        CSV, TSV, JSON Lines or Parquet: an id column and one column for each function.
    id_column
        What the id column is called; by default it is the project's id column, ``uid`` or ``id``,
        the first that the file has.
    columns
        Those of votes; by default all others.
    encoding, delimiter
        Of a text file; see `workbench.formats.readers.read_blocks`.
    on_bad_row
        ``stop`` refuses the whole file; ``skip`` leaves bad rows out and lists them.

    Raises
    ------
    DataError
        If the file, an id or a vote cannot be used; it names line and column.
    ProjectError
        If a column has the name of one of the project's own functions.
    UsageError
        If the encoding is not known.
    """
    n, dtype = project.store.examples.count(), vote_dtype(len(project.label_set.states))
    read: dict[str, Any] = {}
    seen: dict[str, int] = {}
    is_named = np.zeros(n, dtype=np.bool_)
    otherwise: dict[str, str] = {}
    bad = BadRows(file, on_bad_row, "imported")
    found_column = ""
    for row in bad.others(encoding=encoding, delimiter=delimiter):
        if not read:
            found_column = id_column_of(project, row.values, id_column, place=str(file))
            names = _names(project, file, list(row.values), found_column, columns)
            read = {name: np.full(n, ABSTAIN, dtype=dtype) for name in names}
        [uid] = ids_said(project.store.examples, [row.values.get(found_column)])
        example_id = project.store.examples.id_of(uid)
        if example_id is None:
            bad.refuse(row, unknown_example(uid, "Import the texts first."))
            continue
        if uid in seen:
            reason = f"{uid!r} stands there twice, first in row {seen[uid]}"
            cause = "an id that stands there twice"
            bad.refuse(row, Fault(reason, "One row for each example.", cause))
            continue
        told = [_vote(project, row.values.get(name), name, otherwise) for name in read]
        if fault := next((vote for vote in told if isinstance(vote, Fault)), None):
            bad.refuse(row, fault)
            continue
        seen[uid] = row.number
        is_named[example_id - 1] = True
        for votes, vote in zip(read.values(), told, strict=True):
            votes[example_id - 1] = vote
    parameters = {"file": str(file), "sha256": sha256_of(file), "id_column": found_column}
    inputs = project.store.runs.done_ids("import")
    store = project.store.votes
    found = []
    with (
        record_run(project.store, "import-votes", parameters=parameters, inputs=inputs) as run,
        run.finish({"rows": len(seen), "functions": len(read)}),
    ):
        in_force = {version.name: version for version in store.in_force()}
        changed: dict[str, int | None] = {}
        for name, votes in read.items():
            digest = hashlib.sha256(votes.tobytes()).hexdigest()
            n_votes = int((votes != ABSTAIN).sum())
            version = store.version(
                run_id=run.run_id,
                name=name,
                version=digest,
                kind="external",
                file=file.name,
                line=None,
                source=f"column {name!r} of {file} (SHA-256 {parameters['sha256']})",
            )
            if version.run_id == run.run_id:
                store.add_block(version.lf_version_id, 1, votes, run_id=run.run_id)
                store.add_lf_run(
                    run_id=run.run_id,
                    lf_version_id=version.lf_version_id,
                    n_rows=len(seen),
                    n_votes=n_votes,
                    n_errors=0,
                    seconds=0.0,
                    quarantined=None,
                )
            if in_force.get(name) != version:
                changed[name] = version.lf_version_id
            found.append(ImportedVotes(name, digest[:12], n_votes))
        replaced = _replaced(
            project, [in_force[name] for name in changed if name in in_force], is_named
        )
        publish(project, run.run_id, changed)
    by_index = {said: name for said, name in otherwise.items() if said.isdecimal()}
    return ImportVotesResult(
        run.run_id,
        str(file),
        len(seen),
        tuple(found),
        read_by_index=dict(sorted(by_index.items())),
        replaced=replaced,
        read_alike=dict(sorted(otherwise.items() - by_index.items())),
        skipped=tuple(bad.rows),
        delimiter=unusual_delimiter(file, encoding=encoding, delimiter=delimiter),
    )


def _replaced(
    project: Project, versions: Sequence[LFVersion], is_named: NDArray[np.bool_]
) -> tuple[ReplacedVotes, ...]:
    """Count the votes of versions that others replace, for each file that brought some."""
    by_file: dict[str, list[int]] = defaultdict(list)
    for version in versions:
        by_file[version.file or ""].append(version.lf_version_id)
    replaced = []
    for file, version_ids in by_file.items():
        has_vote = stored_votes(project, version_ids) != ABSTAIN
        rows = has_vote.any(axis=1)
        if rows.any():
            n_left_out = int((rows & ~is_named).sum())
            n_votes, n_rows = int(has_vote.sum()), int(rows.sum())
            replaced.append(ReplacedVotes(file, len(version_ids), n_votes, n_rows, n_left_out))
    return tuple(replaced)


def _names(
    project: Project, file: Path, header: list[str], id_column: str, wanted: Collection[str]
) -> list[str]:
    """Return the columns of votes, each a labeling function's name."""
    others = [name for name in header if name != id_column]
    found = (check_column(others, name, "--column", place=str(file)) for name in wanted)
    names = list(dict.fromkeys(found)) or others
    if not names:
        raise DataError(
            "there is no column of votes", place=str(file), hint="Each is one labeling function."
        )
    if not all(name.strip() for name in names):
        raise DataError(
            f"column {1 + [bool(name.strip()) for name in header].index(False)} has no name",
            place=f"{file}:1",
            hint="A column is named after its labeling function.",
        )
    for name in names:
        try:
            checked_name(name)
        except FunctionError as error:
            raise DataError(
                f"column {1 + header.index(name)}: {error.message}",
                place=f"{file}:1",
                hint=f"Rename the column: {error.hint}.",
            ) from None
    own = {v.name for v in project.store.votes.in_force() if v.kind != "external"}
    clash = [name for name in names if name in own]
    if clash:
        raise ProjectError(
            f"{clash[0]!r} is a labeling function of the project",
            place=str(file),
            hint="Rename the column.",
        )
    return names


def _vote(project: Project, value: Any, column: str, otherwise: dict[str, str]) -> int | Fault:
    """Return the class number of a vote; note what was read otherwise than by a name."""
    text, label_set = cell_text(value), project.label_set
    if text not in label_set.number_of_name:
        text = without_fraction(text)
    if text in label_set.number_of_name:
        return label_set.number_of_name[text]
    if text.lower() in _ABSTENTIONS:
        return ABSTAIN
    alike = label_set.alike(text)
    if alike is not None:
        otherwise[text] = label_set.said(alike)
        return alike
    if text.isdecimal() and len(text) <= _MAX_DIGITS and int(text) < len(project.classes):
        otherwise[text] = project.classes[int(text)]
        return label_set.numbers[int(text)]
    return Fault(
        f"column {column!r}: {text[:40]!r} is no vote",
        f"A class, its index 0..{len(project.classes) - 1}, or empty to abstain."
        f" {class_hint(project.classes, text)} Where not all columns are of votes, name those that"
        " are: --column NAME.",
        "no vote",
    )
