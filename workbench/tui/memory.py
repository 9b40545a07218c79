"""What keeps the garbage collector from walking over a million rows between two keys."""

from __future__ import annotations

import gc
import time
from typing import Final

_MANY: Final = 10_000
"""Fewer objects are walked over in no time."""

_SECONDS: Final = 10.0
"""Cycles that are garbage when all is set aside stay until the end: seldom enough that few do."""

_set_aside_at = -_SECONDS


def set_aside(n_objects: int) -> None:
    """Let full collections pass over what is in memory, when that has become much.

    Parameters
    ----------
    n_objects
        How many objects were read just now.
    """
    global _set_aside_at
    if n_objects >= _MANY and time.monotonic() - _set_aside_at >= _SECONDS:
        _set_aside_at = time.monotonic()
        gc.freeze()
