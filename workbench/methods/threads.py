"""One maths thread for small fits: on a busy machine more threads only wait for each other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


@contextmanager
def single_threaded() -> Iterator[None]:
    """Hold BLAS and OpenMP to one thread within the block.

    Applies to the libraries loaded when the block is entered, so import them first.
    """
    with _controller(len(sys.modules)).limit(limits=1):
        yield


@lru_cache(maxsize=1)
def _controller(n_modules: int) -> ThreadpoolController:
    """Find the libraries that are loaded, which takes milliseconds.

    They come with modules: as long as there are no more of these, the libraries are the same.
    """
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
