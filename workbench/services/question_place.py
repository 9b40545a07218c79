"""In what place of which list a run asked for a row, in words."""

from __future__ import annotations

from typing import Final

from workbench.figures import ordinal
from workbench.services.audit.results import CONTROL_REASON
from workbench.services.trail import Question

_LISTS: Final = {"propose": "the batch", "audit": "the suspects"}
_RANDOM: Final = "the random rows"


def question_place(question: Question) -> str:
    """Return the place of a row in what a run asked for, as ``21st of the batch``.

    Parameters
    ----------
    question
        Of the trail of the row.
    """
    is_random = question.reason == CONTROL_REASON
    asked = _RANDOM if is_random else _LISTS.get(question.kind, "the list")
    return f"{ordinal(question.rank)} of {asked}"
