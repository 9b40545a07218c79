"""What people say of rows, one by one, in files, or in one act."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workbench.api.calls import api_methods
from workbench.api.opened import Opened
from workbench.services.arguments import class_named

if TYPE_CHECKING:
    from workbench.services.agreement import AgreementResult
    from workbench.services.annotate import Decision
    from workbench.services.importing.decision_import import ImportedDecisions
    from workbench.services.relabel import Relabelled
    from workbench.services.undo import Turned


@api_methods
class PeopleMethods(Opened):
    """Decisions."""

    def annotate(
        self,
        uid: str,
        label: str | int | None,
        *,
        annotator: str | None = None,
        note: str | None = None,
    ) -> Decision:
        """Record one decision, as the command ``annotate`` does.

        Who corrected or settled the row before does that anew. Where somebody else's correction
        stands over it, or an origin that comes first in ``labels.order``, ``standing`` says so.

        Parameters
        ----------
        uid
            The row.
        label
            The name of a class, or its index from 0; None skips the row.
        annotator
            Who decides; by default you, also after an answer of somebody else.
        note
            What is noted with it.

        Raises
        ------
        UsageError
            If the uid or the class is not known.
        """
        from workbench.services.annotate import QueueItem
        from workbench.services.why import example_of

        item = QueueItem(example_of(self, uid).example_id, "")
        session = self._session_of(annotator)
        if label is None:
            return session.pass_over(item, "skip", note=note)
        return session.choose(item, class_named(self, label), note=note)

    def import_decisions(
        self,
        file: str | Path,
        *,
        annotator: str | None = None,
        id_column: str | None = None,
        label_column: str = "label",
        annotator_column: str | None = None,
        text_column: str | None = None,
        uids: Collection[str] | None = None,
        changes_only: bool = False,
        encoding: str = "utf-8",
        delimiter: str | None = None,
        on_bad_row: Literal["stop", "skip"] = "stop",
    ) -> ImportedDecisions:
        """Take decisions; see `workbench.services.importing.decision_import.import_decisions`."""
        from workbench.services.importing.decision_import import import_decisions

        return import_decisions(
            self,
            Path(file),
            annotator=annotator,
            id_column=id_column,
            label_column=label_column,
            annotator_column=annotator_column,
            text_column=text_column,
            uids=uids,
            changes_only=changes_only,
            encoding=encoding,
            delimiter=delimiter,
            on_bad_row=on_bad_row,
        )

    def relabel(
        self,
        label: str | int,
        uids: Collection[str] = (),
        *,
        labelled: str | int | None = None,
        annotator: str | None = None,
        note: str | None = None,
    ) -> Relabelled:
        """Correct the labels of many rows in one act, which is undone as one.

        Rows that have the label already are passed over.

        Parameters
        ----------
        label
            The right class: its name, or its index from 0.
        uids
            These rows.
        labelled
            And all training rows that are labelled so now.
        annotator
            Who decides; you by default.
        note
            Kept with every correction.

        Raises
        ------
        UsageError
            If a class or uid is not known, or no row is named.
        """
        from workbench.services.relabel import relabel_rows

        return relabel_rows(
            self,
            class_named(self, label),
            uids=tuple(uids),
            labelled=None if labelled is None else class_named(self, labelled),
            annotator=annotator,
            note=note,
        )

    def agreement(self, *, seed: int | None = None, n_resamples: int = 1000) -> AgreementResult:
        """Compare the annotators; see `workbench.services.agreement.annotator_agreement`."""
        from workbench.services.agreement import annotator_agreement

        return annotator_agreement(self, seed=seed, n_resamples=n_resamples)

    def undo(self, *, annotator: str | None = None) -> Turned | None:
        """Undo the newest act; see `workbench.services.undo.undo`."""
        from workbench.services.undo import undo

        return undo(self, annotator=annotator)

    def redo(self, *, annotator: str | None = None) -> Turned | None:
        """Put back what was undone; see `workbench.services.undo.redo`."""
        from workbench.services.undo import redo

        return redo(self, annotator=annotator)
