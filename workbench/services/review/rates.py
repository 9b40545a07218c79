"""The shares of wrong labels before and after a review: of all labels, and of any group of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.figures import interval, span
from workbench.methods.review_estimates import Estimate, errors_unseen, recalibrate, summed
from workbench.services.audit.audited_labels import (
    decisions_before_reviews,
    labels_before_reviews,
)
from workbench.services.audit.results import OUT_OF_FOLD
from workbench.services.grouping import PEOPLE, Grouping, group_rows
from workbench.services.labels import Labels
from workbench.services.project import Project
from workbench.services.review.result import RateChange, leaves_open, open_words
from workbench.services.review.reviewed_rows import ReviewedRows, newest_reviewed
from workbench.services.review_log import flagged_ids
from workbench.types import NO_LABEL


@dataclass(frozen=True, slots=True)
class ErrorsLeft:
    """The share of labels that are wrong still, as far as the review of an audit can tell.

    Of the labels that audit ``audit_run_id`` read, in ``total`` and ``by_origin``, the origin that
    they had then; None and none where nobody has reviewed one, which the newest waits for.
    """

    audit_run_id: int | None = None
    total: RateChange | None = None
    by_origin: tuple[RateChange, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is known in words, and the command that tells more."""
        if self.total is None:
            then = "" if self.audit_run_id else "workbench audit, then "
            return (
                "how many of these labels are wrong nobody knows before a review:"
                f" {then}workbench review",
            )
        groups = "; ".join(f"{change.group} {_left(change)}" for change in self.by_origin)
        has_groups = len(self.by_origin) > 1
        return (
            f"wrong still, of the labels that audit run {self.audit_run_id} read, after its review:"
            f" {_left(self.total)}",
            *([f"by the origin that they had: {groups}"] if has_groups else []),
            "by any other column, with what the review changed: workbench review --report --by"
            " COLUMN",
        )


def errors_left(project: Project, labels: Labels | None = None) -> ErrorsLeft:
    """Estimate how many labels are wrong still, from the newest audit that people reviewed.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved ones of now, where they are known.
    """
    found = newest_reviewed(project, labels)
    if found is None:
        run = project.store.runs.last_done("audit")
        return ErrorsLeft(None if run is None else run.run_id)
    review = ReviewRates(project, found)
    origin = review.labels.origin[review.rows]
    return ErrorsLeft(
        found.run.run_id,
        review.change("all", np.flatnonzero(review.is_told)).if_narrow(),
        tuple(
            review.change(name, np.flatnonzero(review.is_told & (origin == code))).if_narrow()
            for code, name in enumerate(review.labels.order)
            if (review.is_told & (origin == code)).any()
        ),
    )


def _left(change: RateChange) -> str:
    """Return the share of a group that is wrong still, and of how many labels."""
    low, high = change.after_low, change.after_high
    if leaves_open(low, high):
        return f"{open_words(low * change.n, high * change.n)} in {change.n:,}"
    shown = span(low, high) if change.after is None else interval(change.after, low, high)
    return f"{shown} of {change.n:,}"


class ReviewRates:
    """The audited training rows with their labels before the review and after it.

    Arrays are of shape (n_rows,): ``rows`` are positions, ``before`` and ``after`` class indices.
    Those that are ``is_told`` are in the shares: a label that was flagged when the audit began is
    neither right nor wrong, unless somebody decided it since.
    """

    def __init__(self, project: Project, found: ReviewedRows) -> None:
        self._project, self._run = project, found.run
        audited = project.store.beliefs.informed(found.run.run_id, OUT_OF_FOLD)
        self.labels = found.read
        n = len(self.labels.labels)
        is_audited = np.zeros(n, np.bool_) if audited is None else audited[:n]
        self.rows = np.flatnonzero(is_audited & (self.labels.labels >= 0))
        self.before = self.labels.labels[self.rows]
        place = np.full(n + 1, -1)
        place[self.rows + 1] = np.arange(len(self.rows))

        def places(example_ids: Collection[int]) -> NDArray[np.int64]:
            """Return where some examples are among the rows; -1 for others."""
            ids = np.fromiter(example_ids, np.int64, len(example_ids))
            return np.asarray(place[np.where(ids <= n, ids, 0)])

        def marked(example_ids: Collection[int]) -> NDArray[np.bool_]:
            found = places(example_ids)
            is_marked = np.zeros(len(self.rows), np.bool_)
            is_marked[found[found >= 0]] = True
            return is_marked

        def put(into: NDArray[Any], known: Mapping[int, float]) -> None:
            found = places(known.keys())
            values = np.fromiter(known.values(), into.dtype, len(known))
            into[found[found >= 0]] = values[found >= 0]

        clear = {i: v.index for i, v in found.verdicts.items() if v.index is not None}
        doubted = (*found.suspects, *found.changed)
        self.after = self.before.copy()
        put(self.after, clear)
        put(self.after, {i: one.index for i, one in found.decided.items()})
        self.is_clear = marked(clear.keys())
        self._is_reviewed = marked(found.verdicts.keys())
        self._is_decided = marked(found.decided.keys())
        self._is_wrong = self.after != self.before
        is_flagged = marked(flagged_ids(project, at=found.run))
        self.is_told = ~is_flagged | self._is_reviewed | self._is_decided
        self._quality = np.full(len(self.rows), np.nan)
        put(self._quality, {row.example_id: row.label_quality for row in doubted})
        # No person judges these any more: a model gave them other labels.
        self._is_lost = marked([row.example_id for row in found.changed])
        self._is_lost |= marked([row.example_id for row in found.changed_controls])
        self._is_sampled = marked(found.sampled)
        # What people had looked at before the audit is known, and no control row was drawn of it.
        self._is_settled = marked(found.settled)
        # Nor of what was known then, and is no more.
        self._is_unsettled = marked(found.unsettled)
        # The verdict stands, but somebody who answered otherwise since may be right.
        other = np.full(len(self.rows), NO_LABEL)
        put(other, found.contested)
        self._may_be_wrong = other != NO_LABEL
        self._was_wrong_for_sure = self._is_wrong & (other != self.before)
        self._may_have_been_wrong = self._is_wrong | self._may_be_wrong

    def grouped(self, by: str) -> Grouping:
        """Group the rows by a column; people by the labels that the audit compares them by.

        Those who gave a label that the audit read, not who reviewed it in an earlier round; what
        they decided after the audit began changes nothing.
        """
        project, run = self._project, self._run
        labels = self.labels
        if by in PEOPLE:
            labels = labels_before_reviews(project, labels, at=run)
        said = decisions_before_reviews(project, at=run)
        found = group_rows(project, by, self.rows, labels, said)
        is_told = self.is_told[found.places]
        names = tuple(compress(found.names, is_told))
        return replace(found, places=found.places[is_told], names=names)

    def n_settled(self, places: NDArray[np.int64]) -> int:
        """Count the rows of some that earlier rounds settled."""
        return int(self._is_settled[np.unique(places)].sum())

    @property
    def n_flagged(self) -> int:
        """Rows that are in no share: flagged when the audit began, and not decided since."""
        return int((~self.is_told).sum())

    @property
    def n_unseen(self) -> int:
        """Rows that another round could draw at random: nobody has looked at them."""
        seen = self._is_reviewed | self._is_decided | self._is_settled
        return int((self.is_told & ~seen & np.isnan(self._quality)).sum())

    @property
    def n_contested(self) -> int:
        """Rows with a verdict on which somebody answered another class since."""
        return int(self._may_be_wrong.sum())

    @property
    def n_controls(self) -> int:
        """Control rows whose verdicts tell of other rows."""
        return int(self._is_sampled.sum())

    def change(self, name: str, places: NDArray[np.int64]) -> RateChange:
        """Return the error rates of some rows before and after, from what was seen of them."""
        n = len(places)
        if not n:
            return RateChange(name, 0, 0, 0, 0, None, 0.0, 1.0, None, 0.0, 1.0)
        wrong, quality = self._is_wrong[places], self._quality[places]
        is_suspect = ~np.isnan(quality)
        is_judged = self.is_clear[places] & is_suspect
        is_left = ~self._is_reviewed[places] & ~self._is_decided[places]
        is_lost = self._is_lost[places]
        is_unsettled = self._is_unsettled[places] & ~is_suspect
        learnt = recalibrate(wrong[is_judged], quality[is_judged])
        waiting = learnt.errors_among(quality[is_suspect & is_left & ~is_lost])
        is_sampled = self._is_sampled[places]
        n_random, n_random_wrong = int(is_sampled.sum()), int(wrong[is_sampled].sum())
        unseen = errors_unseen(
            n_random_wrong,
            n_random,
            int((~is_suspect & is_left & ~self._is_settled[places] & ~is_unsettled).sum()),
            n_lost=int((is_lost & ~is_suspect).sum()),
        )
        left = summed([waiting, unseen])
        lost = quality[is_suspect & is_lost]
        # A model may have changed them because they are wrong: any number of them may be.
        doubtful = learnt.errors_among(lost)
        n_open = len(lost) + int(is_unsettled.sum())
        left = Estimate(left.value + doubtful.value, left.low, left.high + n_open)
        mended = int(wrong.sum())
        n_contested = int(self._may_be_wrong[places].sum())
        least = int(self._was_wrong_for_sure[places].sum())
        most = int(self._may_have_been_wrong[places].sum())
        return RateChange(
            group=name,
            n=n,
            n_corrected=mended,
            n_random=n_random,
            n_random_wrong=n_random_wrong,
            before=(left.value + mended) / n,
            before_low=(left.low + least) / n,
            before_high=min((left.high + most) / n, 1.0),
            after=left.value / n,
            after_low=left.low / n,
            after_high=min((left.high + n_contested) / n, 1.0),
        )

    def changes(self, grouping: Grouping | None) -> tuple[RateChange, ...]:
        """Return the error rates of each group, by name."""
        if grouping is None or not grouping.names:
            return ()
        names, group = np.unique(np.array(grouping.names), return_inverse=True)
        order = np.argsort(group, kind="stable")
        ends = np.cumsum(np.bincount(group, minlength=len(names)))
        members = np.split(grouping.places[order], ends[:-1])
        return tuple(
            self.change(name, places) for name, places in zip(names.tolist(), members, strict=True)
        )
