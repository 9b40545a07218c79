"""What to fix first, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.services.lens_parts import NOTHING
from workbench.services.verdicts import CANNOT_TELL, MILD, NONE, SEVERE, Lens, Step

_LEAST_FIRST = (NONE, CANNOT_TELL, MILD, SEVERE)

_WHY = {
    "duplicates": "duplicates before diversity: repeated rows fill a batch, and leaked ones flatter"
    " every score that you would judge the other steps by",
    "class imbalance": "imbalance before review: effort spent on a majority class that the model"
    " handles already is lost on the class that it misses",
    "label noise": "noise before a bigger model: it would learn the wrong labels better",
    "distribution shift": "shift before trust: scores on older rows do not speak for these",
}


def order_of_operations(lenses: Sequence[Lens]) -> tuple[Step, ...]:
    """Return the steps to take, the first one first.

    Duplicates lead, since every other figure rests on rows that are counted once; then what is
    severe, what is mild, and last what has to be measured yet, each in the order imbalance, noise,
    shift. A lens that found nothing as far as it can tell asks for what the first of its parts
    lacks.

    Parameters
    ----------
    lenses
        The verdicts.
    """
    places = list(_WHY)

    def rank(lens: Lens) -> tuple[bool, int, int]:
        is_first = lens.name == "duplicates" and lens.verdict != CANNOT_TELL
        return not is_first, -_LEAST_FIRST.index(lens.verdict), places.index(lens.name)

    steps = []
    for lens in sorted(filter(None, map(_to_act_on, lenses)), key=rank):
        is_open = lens.verdict == CANNOT_TELL
        why = f"cannot tell yet: {lens.finding}" if is_open else _WHY[lens.name]
        steps.append(Step(lens.name, lens.advice, why, lens.command))
    return tuple(steps)


def _to_act_on(lens: Lens) -> Lens | None:
    """Return a lens that asks for something; of one that found no failure, what it cannot tell."""
    if lens.verdict != NONE:
        return lens
    asks = (p for p in lens.parts if p.verdict == CANNOT_TELL and p.advice != NOTHING)
    part = next(asks, None)
    return None if part is None else replace(part, name=lens.name)
