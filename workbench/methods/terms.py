"""The n-grams of texts, counted and weighed by TF-IDF block by block.

As scikit-learn's ``TfidfVectorizer`` with ``sublinear_tf``, to the last bit. That one holds every
count as a Python object until the last text is read, which costs more memory than the result.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from workbench.methods.row_blocks import row_blocks

WORD: Final = r"(?u)\b\w+\b"


class Terms:
    """The n-grams of one kind, and how telling each of them is.

    Parameters
    ----------
    kind
        ``word`` for words and pairs of words, ``char_wb`` for 2 to 4 characters within words.
    limit
        At most so many are kept, the most frequent first.

    Attributes
    ----------
    names
        The n-grams in order; none where no text that was learnt from has any.
    """

    names: list[str]

    def __init__(self, kind: Literal["word", "char_wb"], limit: int) -> None:
        from sklearn.feature_extraction.text import CountVectorizer

        self.kind = kind
        self._limit = limit
        is_word = kind == "word"
        self._analyze = CountVectorizer(
            analyzer=kind,
            ngram_range=(1, 2) if is_word else (2, 4),
            token_pattern=WORD if is_word else None,
        ).build_analyzer()

    def learn(self, texts: Sequence[str], least: int) -> list[Any]:
        """Learn the n-grams and how many texts hold each.

        Parameters
        ----------
        texts
            The texts, n of them.
        least
            An n-gram has to be in so many texts, unless none is.

        Returns
        -------
        list of scipy.sparse.csr_matrix
            The counts of the texts, one block of `row_blocks` after the other.
        """
        numbers: defaultdict[str, int] = defaultdict()
        numbers.default_factory = numbers.__len__
        blocks = [
            _counts(map(Counter, map(self._analyze, texts[block])), numbers)
            for block in row_blocks(len(texts))
        ]
        n_terms = len(numbers)
        n_texts, n_times = np.zeros(n_terms, np.int64), np.zeros(n_terms, np.int64)
        for counts in blocks:
            n_texts += np.bincount(counts.indices, minlength=n_terms)
            n_times += np.bincount(counts.indices, counts.data, n_terms).astype(np.int64)
        terms = sorted(numbers)
        order = np.fromiter(map(numbers.__getitem__, terms), np.int64, n_terms)
        kept = self._kept(n_texts[order], n_times[order], least)
        self.names = [terms[i] for i in kept]
        self._numbers = {name: i for i, name in enumerate(self.names)}
        self._weight = _inverse_frequency(n_texts[order[kept]], len(texts))
        renumbered = np.full(n_terms, -1, np.int32)
        renumbered[order[kept]] = np.arange(len(kept), dtype=np.int32)
        for i, counts in enumerate(blocks):
            blocks[i] = _renumber(counts, renumbered, len(kept))
        return blocks

    def _kept(
        self, n_texts: npt.NDArray[np.int64], n_times: npt.NDArray[np.int64], least: int
    ) -> npt.NDArray[np.int64]:
        """Return which terms are kept."""
        common = np.flatnonzero(n_texts >= least)
        if not len(common):
            common = np.arange(len(n_texts))
        if len(common) > self._limit:
            # Ties as scikit-learn breaks them.
            frequent = (-n_times[common].astype(np.float32)).argsort()[: self._limit]
            common = np.sort(common[frequent])
        return common

    def count(self, texts: Sequence[str]) -> Any:
        """Return how often texts hold each n-gram, shape (n, n_terms), uint16, sparse."""
        known = self._numbers
        counters = (Counter(filter(known.__contains__, self._analyze(text))) for text in texts)
        return _counts(counters, known)

    def weigh(self, counts: Any) -> Any:
        """Turn counts into TF-IDF with rows of length 1, float32."""
        from scipy.sparse import csr_matrix

        weights = np.log(counts.data, dtype=np.float32)
        weights += 1
        weights *= self._weight[counts.indices]
        return unit_rows(csr_matrix((weights, counts.indices, counts.indptr), counts.shape))


def unit_rows(X: Any) -> Any:
    """Give the rows of a sparse matrix length 1, in place; those of 0 stay."""
    from sklearn.preprocessing import normalize

    return normalize(X, copy=False)


def _counts(counters: Iterable[Counter[str]], numbers: dict[str, int]) -> Any:
    """Return counted terms as a sparse matrix, shape (n, n_terms), rows in order."""
    from scipy.sparse import csr_matrix

    # A clipped text holds no term 65,536 times.
    counted = list(counters)
    ends = np.cumsum([0, *map(len, counted)])
    columns = np.fromiter(
        map(numbers.__getitem__, chain.from_iterable(counted)), np.int32, ends[-1]
    )
    values = np.fromiter(chain.from_iterable(map(Counter.values, counted)), np.uint16, ends[-1])
    counts = csr_matrix((values, columns, ends), shape=(len(counted), len(numbers)))
    counts.sort_indices()
    return counts


def _renumber(counts: Any, renumbered: npt.NDArray[np.int32], n_terms: int) -> Any:
    """Return counts with other numbers of the terms; those of -1 are left out."""
    from scipy.sparse import csr_matrix

    columns = renumbered[counts.indices]
    is_kept = columns >= 0
    ends = np.concatenate([[0], np.cumsum(is_kept)])[counts.indptr]
    return csr_matrix(
        (counts.data[is_kept], columns[is_kept], ends), shape=(counts.shape[0], n_terms)
    )


def _inverse_frequency(n_texts: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.float32]:
    """Return the smoothed inverse document frequency of each term."""
    weight: npt.NDArray[np.float32] = np.full(len(n_texts), n + 1, np.float32)
    weight /= n_texts.astype(np.float32) + np.float32(1)
    np.log(weight, out=weight)
    weight += 1
    return weight
