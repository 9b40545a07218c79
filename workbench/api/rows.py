"""Rows that come in and go out, and the label set."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workbench.api.calls import api_methods
from workbench.api.opened import Opened

if TYPE_CHECKING:
    import pandas

    from workbench.services.classes import ClassChange, ListedClass
    from workbench.services.export.export import ExportResult
    from workbench.services.importing.import_votes import ImportVotesResult
    from workbench.services.importing.importing import ImportResult
    from workbench.services.split import SplitResult
    from workbench.types import ProgressCallback


@api_methods
class RowMethods(Opened):
    """Import, export and the classes."""

    def import_(
        self,
        files: str | Path | pandas.DataFrame | Sequence[str | Path | pandas.DataFrame],
        *,
        role: str = "train",
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
        on_bad_row: Literal["stop", "skip"] = "stop",
        progress: ProgressCallback | None = None,
    ) -> ImportResult:
        """Bring rows of text in; see `workbench.services.importing.importing.import_files`."""
        from workbench.services.importing.importing import import_files

        many = files if isinstance(files, (list, tuple)) else [files]
        paths = [Path(file) if isinstance(file, str) else file for file in many]
        return import_files(
            self,
            paths,
            role=role,
            batch=batch,
            vendor=vendor,
            batch_column=batch_column,
            vendor_column=vendor_column,
            text_column=text_column,
            id_column=id_column,
            label_column=label_column,
            labels=labels,
            label_index=label_index,
            encoding=encoding,
            delimiter=delimiter,
            on_bad_row=on_bad_row,
            progress=progress,
        )

    def import_votes(
        self,
        file: str | Path,
        *,
        id_column: str | None = None,
        columns: Collection[str] = (),
        encoding: str = "utf-8",
        delimiter: str | None = None,
        on_bad_row: Literal["stop", "skip"] = "stop",
    ) -> ImportVotesResult:
        """Take external votes; see `workbench.services.importing.import_votes.import_votes`."""
        from workbench.services.importing.import_votes import import_votes

        return import_votes(
            self,
            Path(file),
            id_column=id_column,
            columns=columns,
            encoding=encoding,
            delimiter=delimiter,
            on_bad_row=on_bad_row,
        )

    def labels(self) -> pandas.DataFrame:
        """Return every example with its label; see `workbench.services.label_table.label_table`."""
        from workbench.services.label_table import label_table

        return label_table(self)

    def split(
        self,
        shares: Sequence[float] = (80.0, 10.0, 10.0),
        *,
        seed: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> SplitResult:
        """Deal the training rows to parts; see `workbench.services.split.split_rows`."""
        from workbench.services.split import split_rows

        return split_rows(self, shares=shares, seed=seed, progress=progress)

    def export(
        self,
        path: str | Path,
        *,
        format: str | None = None,
        role: str = "train",
        min_confidence: float | None = None,
        replace: bool = False,
        snapshot: str | None = None,
        with_split: bool = False,
        with_given: bool = False,
        with_columns: Sequence[str] = (),
        with_annotators: bool = False,
        without_duplicates: bool = False,
    ) -> ExportResult:
        """Write the cleaned set; see `workbench.services.export.export.export_labels`."""
        from workbench.services.export.export import export_labels

        return export_labels(
            self,
            Path(path),
            format=format,
            role=role,
            min_confidence=min_confidence,
            replace=replace,
            snapshot=snapshot,
            with_split=with_split,
            with_given=with_given,
            with_columns=with_columns,
            with_annotators=with_annotators,
            without_duplicates=without_duplicates,
        )

    def list_classes(self) -> tuple[ListedClass, ...]:
        """List the classes; see `workbench.services.classes.list_classes`."""
        from workbench.services.classes import list_classes

        return list_classes(self)

    def add_classes(self, names: Sequence[str], *, annotator: str | None = None) -> ClassChange:
        """Add classes; see `workbench.services.classes.add_classes`."""
        from workbench.services.classes import add_classes

        return add_classes(self, tuple(names), annotator=annotator)

    def rename_class(self, old: str, new: str, *, annotator: str | None = None) -> ClassChange:
        """Rename a class; see `workbench.services.classes.rename_class`."""
        from workbench.services.classes import rename_class

        return rename_class(self, old, new, annotator=annotator)

    def merge_classes(
        self, names: Collection[str], into: str, *, annotator: str | None = None
    ) -> ClassChange:
        """Merge classes; see `workbench.services.classes.merge_classes`."""
        from workbench.services.classes import merge_classes

        return merge_classes(self, tuple(names), into, annotator=annotator)

    def split_class(
        self, name: str, into: Sequence[str], *, annotator: str | None = None
    ) -> ClassChange:
        """Split a class; see `workbench.services.classes.split_class`."""
        from workbench.services.classes import split_class

        return split_class(self, name, tuple(into), annotator=annotator)

    def retire_class(self, name: str, *, annotator: str | None = None) -> ClassChange:
        """Retire a class; see `workbench.services.classes.retire_class`."""
        from workbench.services.classes import retire_class

        return retire_class(self, name, annotator=annotator)
