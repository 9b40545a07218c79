"""What to fix first, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workbench.services.diagnose.lens_parts import NOTHING
from workbench.services.diagnose.verdicts import CANNOT_TELL, MILD, NONE, SEVERE, Lens, Step

SHOWN_STEPS: Final = 6
"""So many steps are shown where there is little room."""

_LEAST_FIRST = (NONE, CANNOT_TELL, MILD, SEVERE)

_LENSES = ("duplicates", "class imbalance", "label noise", "distribution shift")

_WHY = {
    "leakage": "leaks before scores: leaked rows flatter every score that you would judge the other"
    " steps by",
    "near-duplicates": "duplicates before diversity: repeated rows fill a batch, and count twice in"
    " every figure",
    "conflicting labels": "contradictions before doubts: one of two labels of a text is wrong,"
    " whatever a model says",
    "class imbalance": "imbalance before review: effort spent on a majority class that the model"
    " handles already is lost on the class that it misses",
    "label noise": "noise before a bigger model: it would learn the wrong labels better",
    "covariate shift": "shift before trust: scores on older rows do not speak for these",
    "concept shift": "meaning before more labels: no model can learn two answers to one text",
    "label shift": "shares before thresholds: a model expects the class shares that it has seen",
    "drift in time": "the newest rows are most like those to come",
}
"""The parts of the lenses in the order to act on them, and the usual reason of each."""


def order_of_operations(lenses: Sequence[Lens]) -> tuple[Step, ...]:
    """Return the steps to take, the first one first: one a part that found a failure.

    Duplicates lead, since every other figure rests on rows that are counted once; then what is
    severe, what is mild, and last what has to be measured yet, each in the order imbalance, noise,
    shift. Within a lens what a command does at once precedes what takes a person. A lens that found
    nothing as far as it can tell asks for what the first of its parts lacks.

    Parameters
    ----------
    lenses
        The verdicts.
    """
    parts = list(_WHY)

    def rank(found: tuple[str, Lens]) -> tuple[bool, int, int, bool, int]:
        lens, part = found
        is_first = lens == "duplicates" and part.verdict != CANNOT_TELL
        severity = _LEAST_FIRST.index(part.verdict)
        return (
            not is_first,
            -severity,
            _LENSES.index(lens),
            not part.command,
            parts.index(part.name),
        )

    steps = []
    every = ((lens.name, part) for lens in lenses for part in _to_act_on(lens))
    for lens, part in sorted(every, key=rank):
        is_open = part.verdict == CANNOT_TELL
        why = f"cannot tell yet: {part.finding}" if is_open else part.why or _WHY[part.name]
        steps.append(Step(lens, part.advice, why, part.command))
    return tuple(steps)


def _to_act_on(lens: Lens) -> list[Lens]:
    """Return the parts that found a failure; without any, the first that cannot tell."""
    asking = [part for part in lens.parts or (lens,) if part.advice != NOTHING]
    found = [part for part in asking if part.verdict in (MILD, SEVERE)]
    return found or [part for part in asking if part.verdict == CANNOT_TELL][:1]
