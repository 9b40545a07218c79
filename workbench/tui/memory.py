"""What keeps the garbage collector from walking over the whole program between two keys."""

from __future__ import annotations

import functools
import gc


@functools.cache
def set_aside() -> None:
    """Let full collections pass over what is in memory now: the code and the screen; once.

    Each of them took 70 ms, which one key in twenty had to wait for.
    """
    gc.collect()
    gc.freeze()
