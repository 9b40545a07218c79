"""Which labels are doubtful, their review, and the diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workbench.api.calls import api_methods
from workbench.api.opened import Opened
from workbench.services.arguments import class_named

if TYPE_CHECKING:
    from workbench.services.annotate import Decision
    from workbench.services.audit.results import AuditResult
    from workbench.services.diagnose.verdicts import DiagnoseResult
    from workbench.services.review.answers_file import ImportedReview
    from workbench.services.review.listing import ReviewListing
    from workbench.services.review.progress import ReviewProgress
    from workbench.services.review.result import ReviewReport
    from workbench.types import ProgressCallback


@api_methods
class AuditMethods(Opened):
    """Audits, reviews and diagnoses."""

    def audit(
        self,
        *,
        by: str | None = None,
        probabilities: str | Path | None = None,
        controls: int | None = None,
        seed: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> AuditResult:
        """Find suspects; see `workbench.services.audit.audit.audit_labels`."""
        from workbench.services.audit.audit import audit_labels

        path = Path(probabilities) if probabilities is not None else None
        return audit_labels(
            self, by=by, probabilities=path, controls=controls, seed=seed, progress=progress
        )

    def review_queue(
        self, *, annotator: str | None = None, limit: int | None = None
    ) -> ReviewListing:
        """List the rows that wait; see `workbench.services.review.listing.list_review`."""
        from workbench.services.review.listing import list_review

        return list_review(self, annotator=annotator, limit=limit)

    def review(
        self,
        uid: str,
        answer: str | int | None,
        *,
        annotator: str | None = None,
        seconds: float | None = None,
    ) -> Decision:
        """Answer a row of the review.

        A row that somebody else has answered, or whose label is another one by now, is refused; who
        answered it may do so anew.

        Parameters
        ----------
        uid
            A row of `review_queue`.
        answer
            The name of a class, or its index from 0: the given one keeps the label, another
            corrects it. ``ambiguous``, unless a class is called so, and None flag the row as one
            that several classes fit.
        annotator
            Who decides; you by default.
        seconds
            How long it took.

        Raises
        ------
        ProjectError
            If there is no audit.
        UsageError
            If the class is not known, or the row is no question of the review.
        """
        from workbench.services.review.review import question_about, record_review

        item = question_about(self, uid)
        said = None if answer is None else class_named(self, answer)
        return record_review(self, self._session_of(annotator), item, said, seconds=seconds)

    def import_review(
        self,
        file: str | Path,
        *,
        annotator: str | None = None,
        id_column: str | None = None,
        label_column: str = "label",
        limit: int | None = None,
        encoding: str = "utf-8",
        delimiter: str | None = None,
        on_bad_row: Literal["stop", "skip"] = "stop",
    ) -> ImportedReview:
        """Take answers of a file; see `workbench.services.review.answers_file.import_review`."""
        from workbench.services.review.answers_file import import_review

        return import_review(
            self,
            Path(file),
            annotator=annotator,
            id_column=id_column,
            label_column=label_column,
            limit=limit,
            encoding=encoding,
            delimiter=delimiter,
            on_bad_row=on_bad_row,
        )

    def review_progress(self) -> ReviewProgress | None:
        """Tell whether to go on; see `workbench.services.review.progress.review_progress`."""
        from workbench.services.review.progress import review_progress

        return review_progress(self)

    def review_report(
        self,
        *,
        by: str | None = None,
        audit: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> ReviewReport:
        """Tell what a review changed; see `workbench.services.review.report.review_report`."""
        from workbench.services.review.report import review_report

        return review_report(self, by=by, audit=audit, progress=progress)

    def diagnose(
        self,
        *,
        seed: int | None = None,
        compare: Sequence[str] | None = None,
        time_column: str | None = None,
        embeddings: bool = False,
        progress: ProgressCallback | None = None,
    ) -> DiagnoseResult:
        """Measure all failures; see `workbench.services.diagnose.diagnose.diagnose`."""
        from workbench.services.diagnose.diagnose import diagnose

        return diagnose(
            self,
            seed=seed,
            compare=None if compare is None else tuple(compare),
            time_column=time_column,
            embeddings=embeddings,
            progress=progress,
        )
