"""One maths thread for small fits: on a busy machine more threads only wait for each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def single_threaded() -> Iterator[None]:
    """Hold BLAS and OpenMP to one thread within the block.

    Applies to the libraries loaded when the block is entered, so import them first.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
