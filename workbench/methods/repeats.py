"""Near-duplicates: no two in one batch, and of what is labelled only where nothing else is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.methods.duplicates import find_duplicates, normalize

SEED: Final = 0
"""Of the hashes that find near-duplicates, so that they tell the same pairs in every batch."""


class Repeats:
    """Tells which rows say what a row of the batch, or a labelled one, says already.

    Parameters
    ----------
    texts
        The n_rows texts; without them no row repeats another.
    labelled
        Rows that have labels.
    """

    def __init__(self, texts: Sequence[str] | None, labelled: npt.NDArray[np.int64]) -> None:
        self._texts = texts
        self._labelled = labelled
        self._batch = labelled[:0]
        self._normalized: list[str] | None = None

    def keep_first(
        self, rows: npt.NDArray[np.int64], *, of_labelled: bool
    ) -> npt.NDArray[np.bool_]:
        """Tell which of some new rows repeat nothing; these are in the batch from then on.

        Parameters
        ----------
        rows
            Distinct row indices, the most wanted first.
        of_labelled
            Whether a row that repeats a labelled one is a repetition too.

        Returns
        -------
        ndarray
            Mask of the shape of `rows`, bool.
        """
        kept = np.ones(len(rows), bool)
        if self._texts is not None and len(rows):
            before = np.concatenate([self._labelled, self._batch]) if of_labelled else self._batch
            everything = np.concatenate([before, rows])
            found = find_duplicates(
                [self._texts[row] for row in everything], rng=np.random.default_rng(SEED)
            )
            kept = (found.cluster == np.arange(len(everything)))[len(before) :]
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
