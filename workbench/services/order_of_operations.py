"""What to fix first, and why."""

from __future__ import annotations

from collections.abc import Sequence

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

_COMMANDS = {
    "duplicates": "workbench export FILE --without-repeats",
    "class imbalance": "workbench lf suggest",
    "label noise": "workbench review",
    "distribution shift": "workbench propose -n 50",
}

_TO_TELL = {
    "class imbalance": "workbench aggregate",
    "label noise": "workbench audit",
    "distribution shift": "workbench import FILE --role production",
}


def order_of_operations(lenses: Sequence[Lens]) -> tuple[Step, ...]:
    """Return the steps to take, the first one first.

    Duplicates lead, since every other figure rests on rows that are counted once; then what is
    severe, what is mild, and last what has to be measured yet, each in the order imbalance, noise,
    shift.

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
    for lens in sorted((one for one in lenses if one.verdict != NONE), key=rank):
        if lens.verdict == CANNOT_TELL:
            why, command = f"cannot tell yet: {lens.finding}", _TO_TELL.get(lens.name, "")
        else:
            why, command = _WHY[lens.name], "" if _needs_a_person(lens) else _COMMANDS[lens.name]
        steps.append(Step(lens.name, lens.advice, why, command))
    return tuple(steps)


def _needs_a_person(lens: Lens) -> bool:
    """Tell whether the advice is to look at repeats that hold two labels: no command mends that."""
    return any(
        part.name == "conflicting labels" and part.advice == lens.advice for part in lens.parts
    )
