"""In what place of which list a run asked for a row, in words."""

from __future__ import annotations

from typing import Final

from workbench.figures import ordinal
from workbench.services.trail import Question

_LISTS: Final = {"propose": "the batch", "audit": "the suspects"}


def question_place(question: Question) -> str:
    """Return the place of a row in what a run asked for, as ``21st of the batch``.

    Parameters
    ----------
    question
        Of the trail of the row.
    """
    return f"{ordinal(question.rank)} of {_LISTS.get(question.kind, 'the list')}"
