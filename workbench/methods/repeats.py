"""Near-duplicates: no two of them in one batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.methods.duplicates import (
    DEFAULT_THRESHOLD,
    LONG_TEXT,
    MIN_SHINGLES,
    SHINGLE,
    find_duplicates,
)
from workbench.methods.folding import fold, letters_of, signs_of
from workbench.methods.shingles import Shingles

SEED: Final = 0
"""Of the hashes that find near-duplicates, so that they tell the same pairs in every batch."""

N_HASHES: Final = 24
LIKELY: Final = 1 / 3
"""Rows that share so much of their sketch with a row of the batch are held to it.

Of two texts with a similarity of 0.6, one pair in 500 shares less; of unrelated ones with 0.1, one
in 500 shares more.
"""

MIN_LETTERS: Final = MIN_SHINGLES + SHINGLE - 1
"""Shorter texts have no near-duplicates, only equals."""

SKETCH_BLOCK: Final = 1 << 14


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
        self._sketches: _Sketches | None = None

    def first_of(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return for each row the first of them that says the same.

        Parameters
        ----------
        rows
            Distinct row indices.

        Returns
        -------
        ndarray
            Positions in `rows`, the shape of these, int64; its own where a row repeats none before.
        """
        if self._texts is None or not len(rows):
            return np.arange(len(rows))
        texts = [self._texts[row] for row in rows]
        return find_duplicates(texts, rng=np.random.default_rng(SEED)).cluster

    def add(self, rows: npt.NDArray[np.int64]) -> None:
        """Put rows into the batch that repeat neither each other nor what is there."""
        self._batch = np.concatenate([self._batch, rows])

    def add_new(
        self, rows: npt.NDArray[np.int64], n: int, free: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.int64]:
        """Put the first rows that repeat nothing into the batch.

        These leave the pool, and so does every row that repeats what a rejected row repeats: it
        would be rejected too.

        Parameters
        ----------
        rows
            Distinct row indices of the pool, the most wanted first.
        n
            At most so many come into the batch.
        free
            The pool, a mask of shape (n_rows,); changed.

        Returns
        -------
        ndarray
            Positions in `rows` of those that are in the batch now, rising.
        """
        everything = np.concatenate([self._batch, rows])
        first = self.first_of(everything)
        n_before = len(self._batch)
        is_new = first[n_before:] == np.arange(n_before, len(everything))
        kept = np.flatnonzero(is_new)[:n]
        self.add(rows[kept])
        free[rows[kept]] = False
        repeated = everything[first[n_before:][~is_new]]
        is_rejected = np.isin(repeated, self._batch)
        free[rows[~is_new][is_rejected]] = False
        self._withdraw(np.unique(repeated[is_rejected]), free)
        return kept

    def _withdraw(self, repeated: npt.NDArray[np.int64], free: npt.NDArray[np.bool_]) -> None:
        """Take whatever repeats rows of the batch out of a pool."""
        if self._texts is None or not len(repeated):
            return
        if self._sketches is None:
            self._sketches = _Sketches(self._texts, free, self._batch)
        for row in repeated:
            likely, is_exact = self._sketches.likely_repeats(row, free)
            free[likely[is_exact]] = False
            near = likely[~is_exact]
            is_repeat = self._is_clearly_near(row, near)
            open_rows = near[~is_repeat]
            is_repeat[~is_repeat] = self.first_of(np.concatenate([[row], open_rows]))[1:] == 0
            free[near[is_repeat]] = False

    def _is_clearly_near(
        self, row: np.int64, others: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """Return which rows the letters and signs show to repeat a row; a mask of their shape.

        Every one of them is a near-duplicate by `find_duplicates`, which spends far more on the
        thousands of fillings of a template: it holds each to many.
        """
        assert self._texts is not None
        folded = [fold(self._texts[each]) for each in (row, *others)]
        signs = [signs_of(text) for text in folded]
        letters = [letters_of(text) for text in folded]
        comparable = [
            i
            for i in range(1, len(folded))
            if signs[i] == signs[0] and MIN_LETTERS <= len(letters[i]) <= LONG_TEXT
        ]
        is_near = np.zeros(len(others), bool)
        if comparable and MIN_LETTERS <= len(letters[0]) <= LONG_TEXT:
            pairs = np.column_stack([np.zeros(len(comparable), np.int64), comparable])
            similarity = Shingles(letters, SHINGLE).jaccard(pairs)
            is_near[pairs[:, 1] - 1] = similarity >= DEFAULT_THRESHOLD
        return is_near


class _Sketches:
    """Short MinHash signatures of a pool, an octet a hash: 32 MB for a million texts.

    Parameters
    ----------
    texts
        The n_rows texts.
    pool
        Mask of shape (n_rows,) of the rows to sketch.
    batch
        Further rows to sketch.
    """

    def __init__(
        self,
        texts: Sequence[str],
        pool: npt.NDArray[np.bool_],
        batch: npt.NDArray[np.int64],
    ) -> None:
        self._texts = texts
        self._octets = np.zeros((len(texts), N_HASHES), np.uint8)
        self._exact = np.zeros(len(texts), np.int64)
        rows = np.union1d(np.flatnonzero(pool), batch)
        for start in range(0, len(rows), SKETCH_BLOCK):
            self._sketch(rows[start : start + SKETCH_BLOCK])

    def _sketch(self, rows: npt.NDArray[np.int64]) -> None:
        folded = [fold(self._texts[row]) for row in rows]
        self._exact[rows] = np.fromiter(map(hash, folded), np.int64, len(rows))
        letters = [letters_of(text) for text in folded]
        long = np.flatnonzero([len(text) >= MIN_LETTERS for text in letters])
        if len(long):
            shingles = Shingles([letters[i] for i in long], SHINGLE)
            signatures = shingles.signatures(N_HASHES, rng=np.random.default_rng(SEED))
            self._octets[rows[long]] = (signatures >> np.uint32(12)).astype(np.uint8).T

    def likely_repeats(
        self, row: np.int64, free: npt.NDArray[np.bool_]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """Return the free rows that may repeat a sketched row, and which of them equal it."""
        rows = np.flatnonzero(free)
        is_exact = self._exact[rows] == self._exact[row]
        is_likely = is_exact.copy()
        for start in range(0, len(rows), SKETCH_BLOCK):
            part = slice(start, start + SKETCH_BLOCK)
            n_shared = (self._octets[rows[part]] == self._octets[row]).sum(axis=1)
            is_likely[part] |= n_shared >= LIKELY * N_HASHES
        return rows[is_likely], is_exact[is_likely]
