"""Which labels can stand for the rows of a group: those that nobody chose the rows of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.services.batch_draws import batch_draws, first_answers, were_drawn
from workbench.services.diagnose.commands import rows_meeting
from workbench.services.diagnose.comparison_groups import Group
from workbench.services.diagnose.rows import DiagnosisRows
from workbench.services.labels import given_numbers


def drawn_labels(data: DiagnosisRows, group: Group) -> NDArray[np.int64]:
    """Return the labelled rows of a group that count as drawn from it, in order.

    Those are the rows whose labels came with them, those that nobody chose to annotate, and the
    random rows of batches (`were_drawn`). What a strategy, a condition on a part of the group, a
    review or somebody who opened a list chose is no draw: shares and scores on it are those of what
    is doubtful. Where every row of the group has a label, all count.

    Parameters
    ----------
    data
        The rows.
    group
        Some of them.
    """
    labelled = group.rows[data.is_human[group.rows]]
    if len(labelled) == len(group.rows):
        return labelled
    has_given = given_numbers(data.project) >= 0
    drawn = has_given | _drawn(data, group.rows[~has_given[group.rows]])
    return labelled[drawn[labelled]]


def _drawn(data: DiagnosisRows, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which annotated rows were drawn from `rows`, or asked by no batch, (n,)."""
    drawn = np.zeros(data.n, np.bool_)
    answers = first_answers(data.project)
    answered = {row: answers[row] for row in rows.tolist() if row in answers}
    if not answered:
        return drawn

    def leaves_none_out(role: str, where: str) -> bool:
        """Tell whether all rows of the group meet a condition, which is that of the group then."""
        met = rows_meeting(data.project, where)
        return met is not None and bool(met[rows[data.role[rows] == role]].all())

    draws = batch_draws(data.project, None, leaves_none_out=leaves_none_out)
    drawn[[row for row, is_drawn in were_drawn(draws, answered).items() if is_drawn]] = True
    return drawn
