"""What the lenses have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.services.diagnose.rows_behind import Evidence
from workbench.services.diagnose.verdicts import CANNOT_TELL, MILD, NONE, SEVERE, Lens

NOTHING = "nothing to do"

SEVERE_NOISE = 0.08
"""With so large a share of doubtful labels a lens is severe."""


def worst(parts: Iterable[Lens]) -> str:
    """Return the worst verdict of some lenses; `CANNOT_TELL` only where none could tell."""
    verdicts = {part.verdict for part in parts}
    return next((v for v in (SEVERE, MILD, NONE) if v in verdicts), CANNOT_TELL)


def gravest_first(parts: Iterable[Lens]) -> list[Lens]:
    """Return the parts that found a failure: severe ones, then those that a command acts on."""
    found = [part for part in parts if part.verdict in (MILD, SEVERE)]
    return sorted(found, key=lambda part: (part.verdict != SEVERE, not part.command))


def blank_rows(blank: NDArray[np.bool_], rows: NDArray[Any], which: str) -> str:
    """Return how a finding goes on where some of the rows hold nothing to read."""
    n = int(blank[rows].sum())
    if not n:
        return ""
    of = blank[rows].size
    return (
        f"; {n:,} of {counted(of, f'{which}row')} {'holds' if n == 1 else 'hold'} nothing to read"
    )


def kept(*evidence: Evidence) -> tuple[Evidence, ...]:
    """Return the evidence that holds a row."""
    return tuple(one for one in evidence if one.n)
