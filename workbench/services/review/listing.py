"""The queue of a review as a list that tells why each row is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.result import Result
from workbench.services.arguments import count_of
from workbench.services.moments import reads_at_once
from workbench.services.project import Project
from workbench.services.review.review import review_queue
from workbench.services.review.reviewed_rows import not_audited
from workbench.types import Role

SUSPECT: Final = "suspect"
CONTROL: Final = "control sample"
"""Where a row of the queue comes from: the audit doubts it, or drew it at random."""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row that waits for a review; ``quality`` is the probability that its label is right.

    ``origin`` is ``suspect``, or ``control sample`` for a row that was drawn at random among the
    labels that the audit trusts.
    """

    uid: str
    given: str
    suggested: str
    quality: float
    origin: str
    role: str
    text: str


@dataclass(frozen=True, slots=True)
class ReviewListing(Result):
    """The rows that wait for a review, in the order in which they are asked.

    ``rows`` are the first of ``n_waiting``, which ``n_suspects`` and ``n_controls`` add up to;
    ``n_evaluation`` of the suspects are evaluation rows.
    """

    audit_run_id: int
    n_waiting: int
    n_suspects: int
    n_controls: int
    rows: tuple[WaitingRow, ...]
    n_evaluation: int = 0


@reads_at_once
def list_review(
    project: Project, *, annotator: str | None = None, limit: int | None = None
) -> ReviewListing:
    """List the rows of the newest audit that wait for a review, each with its origin.

    Whoever decides should not know the origin: see `workbench.services.review.review.review_queue`.

    Parameters
    ----------
    project
        The project.
    annotator
        Who is asked: where others answer just now, a share of the rows comes first for each.
    limit
        Rows to list at most; all by default.

    Raises
    ------
    ProjectError
        If there is no audit.
    UsageError
        If the limit is less than 1.
    """
    limit = None if limit is None else count_of(limit, "{n!r} rows to list")
    run = project.store.runs.last_done("audit")
    if run is None:
        raise not_audited()
    queue = review_queue(project, annotator=annotator)
    rows = []
    for item in queue[:limit]:
        example = project.store.examples.get(item.example_id)
        if example is not None:
            rows.append(
                WaitingRow(
                    uid=example.uid,
                    given=item.given,
                    suggested=item.suggested,
                    quality=item.quality,
                    origin=CONTROL if item.is_control else SUSPECT,
                    role=item.role,
                    text=example.text,
                )
            )
    n_controls = sum(item.is_control for item in queue)
    return ReviewListing(
        audit_run_id=run.run_id,
        n_waiting=len(queue),
        n_suspects=len(queue) - n_controls,
        n_controls=n_controls,
        rows=tuple(rows),
        n_evaluation=sum(item.role == Role.EVALUATION for item in queue),
    )
