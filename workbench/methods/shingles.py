"""Sets of character shingles, hashed: MinHash signatures, exact Jaccard and edit similarity.

Broder, "On the resemblance and containment of documents" (1997). Everything works on blocks of
texts at a time, so that memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.methods.buckets import sorted_unique
from workbench.methods.packed_texts import ChosenTexts

MAX_SHINGLES: Final = 4_096
"""A longer text stands with its so many smallest shingle hashes, a bottom-k sketch (Broder)."""

BLOCK_CHARACTERS: Final = 1 << 18
"""Characters handled at once: their hashes fit the second-level cache."""

_FILLER: Final = np.uint64(2**64 - 1)
"""No hash: what rows of shingles are filled up with."""

BASE: Final = np.uint64(0x9E3779B97F4A7C15)
"""Odd base of the polynomial of a shingle's characters (2^64 over the golden ratio)."""


class Shingles:
    """The hashed shingles of normalised texts, made block by block.

    Parameters
    ----------
    texts
        Normalised texts of at least `width` characters each.
    width
        Characters of a shingle.
    """

    def __init__(self, texts: Sequence[str] | ChosenTexts, width: int) -> None:
        self._texts = texts if isinstance(texts, ChosenTexts) else ChosenTexts.of(texts)
        self.lengths = self._texts.lengths
        self._width = width

    def signatures(self, n_hashes: int, *, rng: np.random.Generator) -> npt.NDArray[np.uint32]:
        """Return MinHash signatures: equal places estimate the Jaccard similarity.

        Parameters
        ----------
        n_hashes
            Length of a signature.
        rng
            Source of the hash functions: multiply-shift, on 32 bits of the well-mixed hashes.

        Returns
        -------
        ndarray
            Shape (n_hashes, n), uint32.
        """
        signatures = np.empty((n_hashes, len(self.lengths)), np.uint32)
        for block, part in self.signature_blocks(n_hashes, rng=rng):
            signatures[:, block] = part
        return signatures

    def signature_blocks(
        self, n_hashes: int, *, rng: np.random.Generator
    ) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]]:
        """Yield the texts of each block and their signatures, shape (n_hashes, n_texts)."""
        factor = rng.integers(1, 2**31, n_hashes, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
        offset = rng.integers(0, 2**32, n_hashes, dtype=np.uint32)
        for block in _blocks(self.lengths):
            hashes, starts = self._hashes(block)
            low = hashes.astype(np.uint32)
            mixed = np.empty_like(low)
            signatures = np.empty((n_hashes, len(block)), np.uint32)
            for h in range(n_hashes):
                np.multiply(low, factor[h], out=mixed)
                mixed += offset[h]
                signatures[h] = np.minimum.reduceat(mixed, starts)
            yield block, signatures

    def jaccard(self, pairs: npt.NDArray[np.signedinteger[Any]]) -> npt.NDArray[np.float64]:
        """Return the Jaccard similarity of the shingle sets of pairs of texts.

        Parameters
        ----------
        pairs
            Positions of texts, shape (n_pairs, 2).

        Returns
        -------
        ndarray
            Shape (n_pairs,), float64, in [0, 1].
        """
        similarity = np.empty(len(pairs))
        size = np.minimum(self.lengths - self._width + 1, MAX_SHINGLES)[pairs].max(
            axis=1, initial=0
        )
        # Pairs of one length stand together: rows of a few hundred hashes are sorted several times
        # faster than one long array of all.
        order = np.argsort(size, kind="stable")
        for block in _blocks(2 * size[order]):
            texts, place = np.unique(pairs[order[block]], return_inverse=True)
            left, right = place.reshape(-1, 2).T
            sets = self._sets(texts)
            sizes = (sets != _FILLER).sum(axis=1)
            both = np.concatenate([sets[left], sets[right]], axis=1)
            both.sort(axis=1)
            twice = (both[:, 1:] == both[:, :-1]) & (both[:, 1:] != _FILLER)
            shared = twice.sum(axis=1)
            similarity[order[block]] = shared / (sizes[left] + sizes[right] - shared)
        return similarity

    def edit_similarity(self, pairs: npt.NDArray[np.signedinteger[Any]]) -> npt.NDArray[np.float64]:
        """Return how little of two texts must be deleted and inserted to turn one into the other.

        One minus the edits without replacements over the length of both, the dynamic programme of
        Wagner and Fischer ("The String-to-String Correction Problem", JACM 21, 1974) for all pairs
        at once. Time grows with the square of the length: for short texts.

        Parameters
        ----------
        pairs
            Positions of texts, shape (n_pairs, 2).

        Returns
        -------
        ndarray
            Shape (n_pairs,), float64, in [0, 1]; 1 for equal texts.
        """
        similarity = np.empty(len(pairs))
        order = np.argsort(self.lengths[pairs].max(axis=1), kind="stable")
        for block in _blocks(self.lengths[pairs[order]].sum(axis=1)):
            chosen = pairs[order[block]]
            length = self.lengths[chosen]
            edits = _insertions_and_deletions(
                self._padded(chosen[:, 0]), self._padded(chosen[:, 1]), length
            )
            similarity[order[block]] = 1 - edits / length.sum(axis=1)
        return similarity

    def _padded(self, texts: npt.NDArray[np.signedinteger[Any]]) -> npt.NDArray[np.uint32]:
        """Return the code points of texts as rows of equal length, filled with 0."""
        points = _code_points(self._texts.joined(texts))
        length = self.lengths[texts]
        rows = np.zeros((len(texts), int(length.max())), np.uint32)
        rows[np.arange(rows.shape[1]) < length[:, None]] = points
        return rows

    def _sets(self, texts: npt.NDArray[np.signedinteger[Any]]) -> npt.NDArray[np.uint64]:
        """Return the distinct shingle hashes of texts as rows of equal length."""
        hashes, starts = self._hashes(texts)
        counts = np.diff(np.r_[starts, len(hashes)])
        rows = np.full((len(texts), int(counts.max())), _FILLER)
        rows[np.arange(rows.shape[1]) < counts[:, None]] = hashes >> np.uint64(1)
        rows.sort(axis=1)
        rows[:, 1:][rows[:, 1:] == rows[:, :-1]] = _FILLER
        return rows

    def _hashes(
        self, texts: npt.NDArray[np.signedinteger[Any]]
    ) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """Return the shingle hashes of texts one after the other, and where each text starts."""
        lengths = self.lengths[texts]
        if lengths.max() - self._width + 1 > MAX_SHINGLES:
            parts = [self._sketch(self._texts.joined(texts[i : i + 1])) for i in range(len(texts))]
            counts = np.fromiter(map(len, parts), np.int64, len(parts))
            hashes = np.concatenate(parts)
        else:
            hashes = _polynomial(_code_points(self._texts.joined(texts)), self._width)
            # A window that runs over the end of its text is no shingle of it.
            inside = np.ones(lengths.sum(), bool)
            ends = np.cumsum(lengths)
            for k in range(1, self._width):
                inside[ends - k] = False
            hashes = hashes[inside[: len(hashes)]]
            counts = lengths - self._width + 1
        return hashes, np.r_[0, np.cumsum(counts)[:-1]]

    def _sketch(self, text: str) -> npt.NDArray[np.uint64]:
        """Return the smallest distinct shingle hashes of a text, read piece by piece."""
        smallest = np.zeros(0, np.uint64)
        for start in range(0, len(text) - self._width + 1, BLOCK_CHARACTERS):
            piece = text[start : start + BLOCK_CHARACTERS + self._width - 1]
            hashes = _polynomial(_code_points(piece), self._width)
            smallest = sorted_unique(np.concatenate([smallest, hashes]))[:MAX_SHINGLES]
        return smallest


def mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Scramble 64 bits, one to one: the finaliser of SplitMix64 (Steele, Lea and Flood 2014).

    Parameters
    ----------
    values
        Any shape, uint64.

    Returns
    -------
    ndarray
        The same shape, uint64.
    """
    mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _polynomial(points: npt.NDArray[np.uint32], width: int) -> npt.NDArray[np.uint64]:
    """Return the hash of each run of `width` code points."""
    wide = points.astype(np.uint64)
    n_windows = len(wide) - width + 1
    hashes = wide[:n_windows].copy()
    for k in range(1, width):
        hashes *= BASE
        hashes += wide[k : k + n_windows]
    return mix(hashes)


def _insertions_and_deletions(
    first: npt.NDArray[np.uint32], second: npt.NDArray[np.uint32], length: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return the edit distance without replacements of each pair of padded rows."""
    across = np.arange(second.shape[1] + 1)
    row = np.broadcast_to(across, (len(first), len(across))).copy()
    distance = np.zeros(len(first), np.int64)
    last = length[:, 1]
    for i in range(first.shape[1]):
        matched = np.where(first[:, i : i + 1] == second, row[:, :-1], row[:, 1:] + 1)
        row[:, 1:] = np.minimum(matched, row[:, 1:] + 1)
        row[:, 0] = i + 1
        # Insertions along the row at once: least of d[k] + (j - k) over k up to j.
        row = np.minimum.accumulate(row - across, axis=1) + across
        done = np.flatnonzero(length[:, 0] == i + 1)
        distance[done] = row[done, last[done]]
    return distance


def _code_points(text: str) -> npt.NDArray[np.uint32]:
    """Return the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _blocks(costs: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Split positions into runs whose costs sum to about a block."""
    if not len(costs):
        return []
    block_of = np.cumsum(costs) // BLOCK_CHARACTERS
    return np.split(np.arange(len(costs)), np.flatnonzero(np.diff(block_of)) + 1)
