"""What a review tells of the labels that are wrong still, for the lens of label noise."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from workbench.figures import counted, interval, percent, span
from workbench.services.diagnose.rows import PROVENANCE, DiagnosisRows
from workbench.services.diagnose.verdicts import NoiseRow
from workbench.services.review.rates import ReviewRates
from workbench.services.review.result import RateChange
from workbench.services.review.reviewed_rows import newest_reviewed


@dataclass(frozen=True, slots=True)
class WrongStill:
    """The labels that are wrong still by the newest review: all, and those of each group.

    Groups are by column and name. The estimates stand even where their intervals are wide.
    """

    audit_run_id: int
    total: RateChange
    groups: dict[tuple[str, str], RateChange]

    def join(self, row: NoiseRow) -> NoiseRow:
        """Return a row of the table of doubts with the labels of its group that are wrong still."""
        change = self.groups.get((row.column, row.group))
        if change is None:
            return row
        shown = change.if_narrow()
        return replace(
            row, wrong=shown.after, wrong_low=shown.after_low, wrong_high=shown.after_high
        )


def labels_wrong_still(data: DiagnosisRows) -> WrongStill | None:
    """Return how many labels are wrong still, by the newest review; None before the first.

    Parameters
    ----------
    data
        The rows.
    """
    project = data.project
    found = newest_reviewed(project)
    if found is None:
        return None
    rates = ReviewRates(project, found)
    groups = {
        ("class", name): rates.change(name, np.flatnonzero(rates.is_told & (rates.after == k)))
        for k, name in enumerate(project.classes)
    }
    for column in PROVENANCE:
        places = np.flatnonzero(rates.is_told)
        names = data.values(column, rates.rows[places])
        for name in np.unique(names).tolist():
            groups[column, name] = rates.change(name, places[names == name])
    total = rates.change("all", np.flatnonzero(rates.is_told))
    return WrongStill(found.run.run_id, total, groups)


def left_words(total: RateChange) -> str:
    """Say which share of the labels is wrong still, or its range.

    Parameters
    ----------
    total
        Of all labels.
    """
    low, high, after = total.after_low, total.after_high, total.if_narrow().after
    return f"{span(low, high) if after is None else interval(after, low, high)} wrong still"


def left_sentence(total: RateChange) -> str:
    """Say the same, and on how many random rows it rests.

    Parameters
    ----------
    total
        Of all labels.
    """
    if not total.n_random:
        return (
            "how many labels are wrong beside these nobody knows: none of the review's random rows"
            " was answered"
        )
    drawn = counted(total.n_random, "random row")
    were = "was" if total.n_random_wrong == 1 else "were"
    return (
        f"by the newest review {left_words(total)}"
        f" ({total.n_random_wrong:,} of its {drawn} {were} wrong)"
    )


def doubted_words(row: NoiseRow) -> str:
    """Return the share of doubted labels, with its interval while no doubt of them is answered.

    Parameters
    ----------
    row
        Of the table of doubts.
    """
    if row.wrong_low is not None:
        return percent(row.rate)
    return interval(row.rate, row.low, row.high)


def wrong_words(row: NoiseRow) -> str:
    """Return the share of labels that are wrong still, or its range; empty before a review.

    Parameters
    ----------
    row
        Of the table of doubts.
    """
    if row.wrong_low is None or row.wrong_high is None:
        return ""
    if row.wrong is None:
        return span(row.wrong_low, row.wrong_high)
    return interval(row.wrong, row.wrong_low, row.wrong_high)
