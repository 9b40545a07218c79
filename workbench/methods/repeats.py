"""Near-duplicates: no two of them in one batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.methods.duplicates import find_duplicates
from workbench.methods.folding import normalize

SEED: Final = 0
"""Of the hashes that find near-duplicates, so that they tell the same pairs in every batch."""


class Repeats:
    """Tells which rows say what a row of the batch says already.

    Copies of labelled rows may come up: the model is sure of them, unless they are labelled in two
    ways, which is worth knowing.

    Parameters
    ----------
    texts
        The n_rows texts; without them no row repeats another.
    """

    def __init__(self, texts: Sequence[str] | None) -> None:
        self._texts = texts
        self._batch = np.zeros(0, np.int64)
        self._normalized: list[str] | None = None

    def keep_first(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Tell which of some new rows repeat nothing; these are in the batch from then on.

        Parameters
        ----------
        rows
            Distinct row indices, the most wanted first.

        Returns
        -------
        ndarray
            Mask of the shape of `rows`, bool.
        """
        kept = np.ones(len(rows), bool)
        if self._texts is not None and len(rows):
            everything = np.concatenate([self._batch, rows])
            found = find_duplicates(
                [self._texts[row] for row in everything], rng=np.random.default_rng(SEED)
            )
            kept = (found.cluster == np.arange(len(everything)))[len(self._batch) :]
        self._batch = np.concatenate([self._batch, rows[kept]])
        return kept

    def withdraw_copies(self, repeated: npt.NDArray[np.int64], free: npt.NDArray[np.bool_]) -> None:
        """Take all copies of repeated rows out of a pool, so that they do not come up one by one.

        Parameters
        ----------
        repeated
            Rows that repeat something.
        free
            The pool, a mask of shape (n_rows,); changed.
        """
        if self._texts is None or not len(repeated):
            return
        if self._normalized is None:
            self._normalized = [normalize(text) for text in self._texts]
        said = {self._normalized[row] for row in repeated}
        rows = np.flatnonzero(free)
        free[[row for row in rows if self._normalized[row] in said]] = False
