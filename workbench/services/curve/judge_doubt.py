"""How far the labels of rows that judge models may be wrong, by the answers that differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.methods.answer_trust import LabelDoubt, shared_error
from workbench.services.project import Project
from workbench.services.standing import by_example, settling, standing_answers

MIN_COMPARED = 10
"""Of fewer rows with several answers it is not told how often these are wrong."""

SHARE_COMPARED = 0.25
"""Where fewer rows have several answers they may be chosen, and tell nothing of the others."""


@dataclass(frozen=True, slots=True)
class JudgeDoubt:
    """What is known of the labels of judged rows: ``of_rows`` has an item for each, in order.

    The answers to ``n_disputed`` of them differ, and nobody has settled which is right.
    """

    of_rows: LabelDoubt
    n_disputed: int


def judge_doubt(
    project: Project,
    rows: NDArray[np.int64],
    labels: NDArray[np.int64],
    contested: NDArray[np.int64],
) -> JudgeDoubt | None:
    """Return how far the labels of judged rows may be wrong; None where no dispute tells.

    Parameters
    ----------
    project
        The project.
    rows
        Judged rows, (n,), one or more times each.
    labels
        Their labels, (n,).
    contested
        Rows that would judge, if they had a label: answers to these count as well.
    """
    label_set, active = project.label_set, by_example(project.store.decisions.active())
    lead, other = np.full(len(rows), np.inf), np.full(len(rows), -1, np.int64)
    is_disputed, is_single = np.zeros((2, len(rows)), np.bool_)
    n_pairs = n_differing = n_compared = n_answered = 0
    found: dict[int, Counter[int]] = {}
    for row in np.union1d(rows, contested).tolist():
        events = active.get(row + 1, [])
        said = standing_answers(events).values()
        tally = Counter(label_set.index_or_gone(event.class_id) for event in said)
        n = tally.total()
        n_pairs += n * (n - 1) // 2
        n_differing += (n * n - sum(m * m for m in tally.values())) // 2
        n_answered += n > 0
        n_compared += n > 1
        if n and settling(events) is None:
            found[row] = tally
    for i, (row, label) in enumerate(zip(rows.tolist(), labels.tolist(), strict=True)):
        if row not in found:
            continue
        n_for = found[row][label]
        against = [(n, index) for index, n in found[row].items() if index != label]
        n_next, other[i] = max(against, default=(0, -1))
        other[i] = max(other[i], -1)  # a class that is gone is none
        # Who weighs answers may follow the fewer ones.
        lead[i] = max(n_for - n_next, 1)
        is_disputed[i], is_single[i] = bool(against), found[row].total() == 1
    if not n_differing or n_compared < MIN_COMPARED:
        return None
    if n_compared < SHARE_COMPARED * n_answered:
        lead[is_single] = np.inf
    doubt = LabelDoubt(lead, other, shared_error(n_pairs, n_differing))
    return JudgeDoubt(doubt, len(np.unique(rows[is_disputed])))
