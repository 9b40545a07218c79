"""From a file's rows to examples: which columns, which ids, which rows cannot be used."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import DataError
from workbench.formats.readers import (
    Block,
    check_header,
    check_name,
    format_of,
    read_blocks,
    sha256_of,
    unusual_delimiter,
)
from workbench.services.class_hints import class_hint
from workbench.services.conditions import OWN_NAMES
from workbench.services.grouping import CLASS, FUNCTION, PEOPLE
from workbench.services.importing.bad_rows import BadRow
from workbench.services.importing.frame_index import with_named_index
from workbench.services.importing.made_uids import UidMaker
from workbench.services.importing.named_columns import columns_alike, listed
from workbench.services.importing.read_ids import ids_said
from workbench.services.importing.row_cells import (
    Fault,
    Faults,
    filled_column,
    half_pair_fault,
    metadata_documents,
    plain_column,
)
from workbench.store.classes import LabelSet
from workbench.store.digests import text_digests
from workbench.store.examples import OWN_COLUMNS, Examples
from workbench.store.staging import StagedBlock

if TYPE_CHECKING:
    import pandas

_PARTS = ("text", "id", "label", "batch", "vendor")

_MAX_UID = 200

_OWN_NAMES = frozenset((*OWN_NAMES, CLASS, *PEOPLE, FUNCTION))

_MAX_DIGITS = 18
"""More than those of any class index."""

_NAMED_INDICES = 3

_NO_TEXT = "no text"


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a file are called; those in ``required`` must be there.

    ``with_labels`` says whether the labels are taken; the column is no metadata in either case.
    ``by_index`` says that a label which is no class may be the index of one.
    """

    text: str
    id: str
    label: str
    batch: str
    vendor: str
    required: frozenset[str]
    with_labels: bool = True
    by_index: bool = False

    def shared(self) -> tuple[str, list[str]] | None:
        """Return a column that is named for two purposes, and these."""
        parts: dict[str, list[str]] = {}
        for part in _PARTS:
            parts.setdefault(getattr(self, part), []).append(part)
        return next(((name, of) for name, of in parts.items() if len(of) > 1), None)

    def option(self, column: str) -> str:
        """Return the option that names a column otherwise."""
        of_name = {getattr(self, part): part for part in reversed(_PARTS)}
        return f"--{of_name[column]}-column"

    def written_otherwise(self, header: Collection[str], place: str) -> dict[str, str]:
        """Return the columns that a file writes with other case or spaces, each with its name here.

        Raises
        ------
        DataError
            If several columns could be meant by one name.
        """
        names = [getattr(self, part) for part in _PARTS]
        others = [column for column in header if column not in names]
        found: dict[str, str] = {}
        for name in names:
            alike = [] if name in header else columns_alike(others, name)
            if len(alike) > 1:
                raise DataError(
                    f"there is no column {name!r}, but {' and '.join(map(repr, alike))}",
                    place=place,
                    hint=f"Name the right one: {self.option(name)} COLUMN.",
                )
            if alike:
                found.setdefault(alike[0], name)
        return found


class RowReader:
    """Reads one file (or DataFrame) into rows that can be staged.

    The columns of a block are checked as wholes; only where that fails is it looked at row by row.

    Parameters
    ----------
    file
        A path or a DataFrame.
    columns
        Its column names.
    label_set
        The classes; a former name of one is as good as its name.
    examples
        The rows that are there already.
    batch, vendor
        For rows without one of their own.
    encoding, delimiter
        Of a text file; see `workbench.formats.readers.read_blocks`.

    Attributes
    ----------
    bad : list of BadRow
        The rows that cannot be used, after `read`.
    n_rows, n_labelled : int
        Rows read, and usable rows with a label.
    hidden : set of str
        Columns that are kept, but behind the project's own ones of their names.
    shadowed : set of str
        Columns that conditions and groups call ``meta.COLUMN``: the names are the project's own.
    read_by_index : dict
        The labels that were taken as the indices of classes, each with its class.
    read_alike : dict
        The labels that differ from the name of a class by case and spaces only, each with it.
    read_columns : dict
        The columns that differ from their name so, each with it.
    trimmed : dict
        The batches and vendors that had spaces around them, each without.
    """

    def __init__(
        self,
        file: Path | pandas.DataFrame,
        columns: Columns,
        label_set: LabelSet,
        examples: Examples,
        *,
        batch: str | None,
        vendor: str | None,
        encoding: str,
        delimiter: str | None,
    ) -> None:
        if isinstance(file, Path):
            check_name(file)
        self.name = str(file) if isinstance(file, Path) else "DataFrame"
        self.bad: list[BadRow] = []
        self.n_rows = 0
        self.n_labelled = 0
        self.hidden: set[str] = set()
        self.shadowed: set[str] = set()
        self.read_by_index: dict[str, str] = {}
        self.read_alike: dict[str, str] = {}
        self.read_columns: dict[str, str] = {}
        self.trimmed: dict[str, str] = {}
        self._file = file
        self._columns = columns
        self._label_set = label_set
        self._examples = examples
        self._classes = label_set.number_of_name
        self._batch = (batch or "").strip() or None
        self._vendor = (vendor or "").strip() or None
        self._written = {"encoding": encoding, "delimiter": delimiter}
        self._made = UidMaker(Path(self.name).name)

    @property
    def makes_uids(self) -> bool:
        """Whether a row had no id, so that one was made."""
        return self._made.made_any

    @property
    def delimiter(self) -> str:
        """What parts the columns, where the file's name promises another; empty otherwise."""
        return (
            unusual_delimiter(self._file, **self._written) if isinstance(self._file, Path) else ""
        )

    def read(self) -> Iterator[StagedBlock]:
        """Read the file to its end.

        Raises
        ------
        DataError
            If the file cannot be read at all, lacks a column, or has no rows.
        """
        for block in self._blocks():
            otherwise = self._columns.written_otherwise(block.columns, self.name)
            self.read_columns |= otherwise
            columns = {otherwise.get(name, name): v for name, v in block.columns.items()}
            if self.n_rows == 0:
                self._check_header(columns, block.columns)
            self.n_rows += block.n
            yield self._staged(replace(block, columns=columns))
        if self.n_rows == 0:
            raise DataError(
                "there are no rows, at most a header",
                place=self.name,
                hint="Nothing was imported. Look at what wrote the file, or leave it out.",
            )

    def refuse(
        self, row: int, fault: Fault, *, line: int | None, was_labelled: bool = False
    ) -> None:
        """Add a row to the bad ones; one that was counted as labelled is not any more."""
        self.n_labelled -= was_labelled
        place = f"{self.name}:{line}" if line else self.name
        self.bad.append(BadRow(row, place, fault.reason, fault.hint, fault.cause))

    def lines_of(self, rows: set[int]) -> dict[int, int]:
        """Return the lines that some rows end on, by reading the file once more."""
        found: dict[int, int] = {}
        for block in self._blocks() if rows else ():
            for row in rows.intersection(range(block.first, block.first + block.n)):
                if block.lines:
                    found[row] = block.lines[row - block.first]
        return found

    def identity(self) -> tuple[str, str]:
        """Return the file's SHA-256 and format."""
        if isinstance(self._file, Path):
            return sha256_of(self._file), format_of(self._file)
        digest = hashlib.sha256()
        for block in self._blocks():
            for row in block.rows():
                digest.update(repr([*row.values.items()]).encode("utf-8", "backslashreplace"))
        return digest.hexdigest(), "dataframe"

    def _blocks(self) -> Iterator[Block]:
        if isinstance(self._file, Path):
            yield from read_blocks(self._file, **self._written)
            return
        frame = with_named_index(self._file)
        check_header(map(str, frame.columns), self.name)
        columns = {
            str(name): [
                value if is_there else None
                for value, is_there in zip(column.tolist(), column.notna(), strict=True)
            ]
            for name, column in frame.items()
        }
        if len(frame):
            yield Block(1, len(frame), None, columns)

    def _check_header(self, found: Collection[str], values: Collection[str]) -> None:
        missing = sorted(self._columns.required.difference(found))
        if missing:
            near = difflib.get_close_matches(missing[0], list(values), n=1)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            option = self._columns.option(missing[0])
            is_label = missing[0] == self._columns.label
            raise DataError(
                f"there is no column {missing[0]!r}",
                place=self.name,
                hint=f"{listed(values)}{guess} Name the right one:"
                f" {option} COLUMN{', or say that there is none: --no-labels' * is_label}.",
            )

    def _staged(self, block: Block) -> StagedBlock:
        names = self._columns
        faults: Faults = {}
        others = {n: plain_column(n, values, faults) for n, values in block.columns.items()}
        texts = others.pop(names.text, None) or [None] * block.n
        digests = text_digests(self._encoded(texts, faults))
        uids = self._uids(others.pop(names.id, None), digests, faults)
        labels = others.pop(names.label, None)
        if not names.with_labels:
            labels = None
        classes = self._classes_of(labels, faults)
        batches, trimmed = filled_column(names.batch, others, self._batch, block.n, faults)
        self.trimmed |= trimmed
        vendors, trimmed = filled_column(names.vendor, others, self._vendor, block.n, faults)
        self.trimmed |= trimmed
        self.hidden.update(others.keys() & OWN_COLUMNS)
        self.shadowed.update(others.keys() & _OWN_NAMES)
        metadata = metadata_documents(others, faults)
        rows: Sequence[int] = range(block.first, block.first + block.n)
        columns: list[Any] = [rows, uids, texts, digests, classes, batches, vendors, metadata]
        if faults:
            for i, fault in sorted(faults.items()):
                line = block.lines[i] if block.lines else None
                self.refuse(rows[i], fault, line=line)
            columns = [
                column and [value for i, value in enumerate(column) if i not in faults]
                for column in columns
            ]
        staged = StagedBlock(*columns)
        if staged.classes is not None:
            self.n_labelled += sum(k is not None for k in staged.classes)
        return staged

    def _encoded(self, texts: list[Any], faults: Faults) -> list[bytes]:
        """Return the texts in UTF-8."""
        try:
            if all(map(str.strip, texts)):
                return [text.encode("utf-8") for text in texts]
        except (TypeError, UnicodeEncodeError):
            pass
        encoded = []
        for i, text in enumerate(texts):
            fault = self._text_fault(text)
            if fault:
                faults.setdefault(i, fault)
            encoded.append(b"" if fault else text.encode("utf-8"))
        return encoded

    def _text_fault(self, text: Any) -> Fault | None:
        column = self._columns.text
        if text is None or (isinstance(text, str) and not text.strip()):
            return Fault(f"column {column!r} is empty", "Each row needs a text.", _NO_TEXT)
        if not isinstance(text, str):
            return Fault(
                f"column {column!r} holds {type(text).__name__}, not text",
                "Each row needs a text.",
                _NO_TEXT,
            )
        return half_pair_fault(column, text)

    def _uids(self, values: list[Any] | None, digests: list[bytes], faults: Faults) -> list[str]:
        """Return the user's ids; where there is none, one from the file's name and the text."""
        if values is None:
            return [self._made.uid_of(digest) for digest in digests]
        uids = values
        if set(map(type, values)) != {str} or not all(values):
            uids = [
                uid or self._made.uid_of(digest)
                for uid, digest in zip(ids_said(self._examples, values), digests, strict=True)
            ]
        if not (all(map(str.isprintable, uids)) and max(map(len, uids), default=0) <= _MAX_UID):
            for i, uid in enumerate(uids):
                if not uid.isprintable() or len(uid) > _MAX_UID:
                    reason = f"id {uid[:40]!r} is too long or holds control characters"
                    hint = f"An id has at most {_MAX_UID} printable characters."
                    fault = Fault(reason, hint, "an id that cannot be one")
                    faults.setdefault(i, half_pair_fault(self._columns.id, uid) or fault)
        return uids

    def _classes_of(self, labels: list[Any] | None, faults: Faults) -> list[int | None] | None:
        if labels is None or all(label is None or label == "" for label in labels):
            return None
        classes: list[int | None] = []
        for i, label in enumerate(labels):
            if isinstance(label, float) and label.is_integer():  # beside empty cells of a frame
                label = int(label)
            name = "" if label is None else str(label).strip()
            class_id = self._classes.get(name)
            if class_id is None and name:
                class_id = self._label_set.alike(name)
                if class_id is not None:
                    self.read_alike[name] = self._label_set.said(class_id)
                elif self._columns.by_index and self._is_index(name):
                    class_id = self._class_at(name)
                else:
                    faults.setdefault(i, self._class_fault(name))
            classes.append(class_id)
        return classes

    def _is_index(self, name: str) -> bool:
        """Whether a label may be the index of a class, or -1 for none, as in Snorkel."""
        return name == "-1" or (
            name.isdecimal()
            and len(name) <= _MAX_DIGITS
            and int(name) < len(self._label_set.numbers)
        )

    def _class_at(self, name: str) -> int | None:
        if name == "-1":
            return None
        self.read_by_index[name] = self._label_set.names[int(name)]
        return self._label_set.numbers[int(name)]

    def _class_fault(self, name: str) -> Fault:
        hint = class_hint(self._label_set.names, name)
        if self._is_index(name):
            names = self._label_set.names
            first = ", ".join(f"{i} as {one}" for i, one in enumerate(names[:_NAMED_INDICES]))
            more = ", …" * (len(names) > _NAMED_INDICES)
            hint += f" If these are indices: --label-index takes {first}{more}."
        reason = f"unknown class {name!r} in column {self._columns.label!r}"
        return Fault(reason, hint, "an unknown class")
