"""Many rows a block at a time, so that only the features of one block are held at once.

Features of all rows may be a matrix or stand in a file: whatever has a ``shape`` and gives the
features of rows by ``X[rows]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

BLOCK_ROWS: Final = 2_048
"""Short texts have 7 MB of features then, texts of 10,000 characters about 100 MB."""


def row_blocks(n_rows: int) -> Iterator[slice]:
    """Yield the slices that cut so many rows into blocks.

    Parameters
    ----------
    n_rows
        How many rows there are.
    """
    for start in range(0, n_rows, BLOCK_ROWS):
        yield slice(start, min(start + BLOCK_ROWS, n_rows))
