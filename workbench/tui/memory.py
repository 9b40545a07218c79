"""What keeps the garbage collector from walking over the whole program between two keys."""

from __future__ import annotations

import functools
import gc
from typing import Final

_RARELY: Final = 100
"""So many collections of the younger objects come before a full one; usually it is 10."""


@functools.cache
def set_aside() -> None:
    """Let full collections pass over what is in memory now: the code and the screen; once.

    Each of them took 70 ms, which one key in twenty had to wait for.
    """
    gc.collect()
    gc.freeze()
    # Little is left to look at, of which a quarter soon is new: the usual sign for a full one.
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _RARELY)
