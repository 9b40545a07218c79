"""Text features: TF-IDF of words and character n-grams, and their reduction by truncated SVD."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError, NotFittedError
from workbench.methods.row_blocks import row_blocks
from workbench.methods.row_choice import check_finite, sample_rows
from workbench.methods.terms import Terms, unit_rows
from workbench.methods.threads import single_threaded
from workbench.words import UNSPACED

MAX_CHARACTERS = 10_000
"""Only so many first characters of a text count, so that a few long texts do not set the cost."""

MAX_WORD_FEATURES = 40_000
MAX_CHARACTER_FEATURES = 40_000

MAX_LEARNT = 100_000
"""The vocabulary is learnt from at most so many texts, drawn at random, where memory matters."""

MAX_DECOMPOSED = 50_000
"""The leading directions are those of at most so many rows; the others are projected on them."""

SMALL_CORPUS = 500
"""Up to this many texts a term may occur in a single one; above, in two at least."""

CHARACTER_PREFIX = "chars:"
"""Opens the names of the character n-grams, so that they are told from words."""

_LONGEST_UNSPACED = 4
"""What is longer without a space in such a script is a sentence, or a part of one."""

_TORN = frozenset(
    ("ain", "aren", "couldn", "didn", "doesn", "don", "hadn", "hasn", "haven", "isn", "ll", "re",
     "shouldn", "ve", "wasn", "weren", "won", "wouldn")
)  # fmt: skip
"""What is left of English contractions where the apostrophe parts words."""


class TextFeatures:
    """TF-IDF of word 1-2-grams beside character 2-4-grams within words, rows of length 1.

    Characters carry what words miss: misspellings, inflections, scripts without spaces, emoji.
    Only the first 10,000 characters of a text count. A text without a token has a zero row.

    Parameters
    ----------
    max_word_features
        At most so many word n-grams are kept, the most frequent first.
    max_character_features
        The same for character n-grams.

    Attributes
    ----------
    feature_names_
        The names of the columns: words as they are, character n-grams after ``chars:``.
    """

    feature_names_: list[str]

    def __init__(
        self,
        *,
        max_word_features: int = MAX_WORD_FEATURES,
        max_character_features: int = MAX_CHARACTER_FEATURES,
    ) -> None:
        self.max_word_features = max_word_features
        self.max_character_features = max_character_features
        self._kinds: list[Terms] = []

    def fit(self, texts: Sequence[str]) -> Self:
        """Learn the vocabulary and the inverse document frequencies.

        Parameters
        ----------
        texts
            The texts, n of them.

        Returns
        -------
        TextFeatures
            Itself.

        Raises
        ------
        MethodError
            Where no text has a single token.
        """
        self._learn(texts)
        return self

    def fit_transform(self, texts: Sequence[str]) -> Any:
        """Learn the vocabulary and return the features of the same texts.

        Parameters
        ----------
        texts
            The texts, n of them.

        Returns
        -------
        scipy.sparse.csr_matrix
            Shape (n, n_features), float32, rows of Euclidean length 1, or 0 without a token.

        Raises
        ------
        MethodError
            Where no text has a single token.
        """
        return _below_each_other(list(self._weighed(self._learn(texts))))

    def fit_in_blocks(
        self, texts: Sequence[str], *, rng: np.random.Generator
    ) -> Iterator[tuple[npt.NDArray[np.int64], Any]]:
        """Learn the vocabulary and yield the features of all texts, never of many at once.

        Parameters
        ----------
        texts
            The texts, n of them. Of more than 100,000 the vocabulary is learnt from that many.
        rng
            Source of the draw of these.

        Yields
        ------
        rows : ndarray
            Indices of some texts; first come those that are learnt from, and each comes once.
        features : scipy.sparse.csr_matrix
            Their features, as of `fit_transform`.

        Raises
        ------
        MethodError
            Where no text that is learnt from has a single token.
        """
        everything = np.arange(len(texts))
        learnt = sample_rows(everything, MAX_LEARNT, rng)
        counts = self._learn([texts[row] for row in learnt])
        for block, features in zip(row_blocks(len(learnt)), self._weighed(counts), strict=True):
            yield learnt[block], features
        others = np.setdiff1d(everything, learnt, assume_unique=True)
        for block in row_blocks(len(others)):
            yield others[block], self.transform([texts[row] for row in others[block]])

    def transform(self, texts: Sequence[str]) -> Any:
        """Return the features of texts in the vocabulary learnt before.

        Parameters
        ----------
        texts
            The texts, n of them.

        Returns
        -------
        scipy.sparse.csr_matrix
            Shape (n, n_features), float32, rows of Euclidean length 1, or 0 without a known token.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        if not self._kinds:
            raise NotFittedError("the text features are not fitted", hint="Call fit first.")
        clipped = _clip(texts)
        return _side_by_side([terms.weigh(terms.count(clipped)) for terms in self._kinds])

    def _learn(self, texts: Sequence[str]) -> list[list[Any]]:
        """Learn the terms of each kind, and return their counts block by block."""
        clipped = _clip(texts)
        kinds = [
            Terms("word", self.max_word_features),
            Terms("char_wb", self.max_character_features),
        ]
        counts = [terms.learn(clipped, 1 if len(texts) <= SMALL_CORPUS else 2) for terms in kinds]
        self._kinds = [terms for terms in kinds if terms.names]
        if not self._kinds:
            raise MethodError(
                "no text holds a word or a character to learn from",
                hint="Check the text column: every text is empty or blank.",
            )
        self.feature_names_ = [
            name if terms.kind == "word" else CHARACTER_PREFIX + name
            for terms in self._kinds
            for name in terms.names
        ]
        return [blocks for blocks, terms in zip(counts, kinds, strict=True) if terms.names]

    def _weighed(self, counts: list[list[Any]]) -> Iterator[Any]:
        """Yield the features of counted blocks, which are used up."""
        for blocks in counts:
            blocks.reverse()
        while counts[0]:
            yield _side_by_side(
                [
                    terms.weigh(blocks.pop())
                    for terms, blocks in zip(self._kinds, counts, strict=True)
                ]
            )


def tells_topic(name: str) -> bool:
    """Tell whether the name of a feature says to people what texts are about.

    Character n-grams do not, nor do English stop words, single letters and torn contractions.

    Parameters
    ----------
    name
        One of `TextFeatures.feature_names_`.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    if name.startswith(CHARACTER_PREFIX):
        return False
    words = name.split()
    is_torn = any(word in _TORN or (len(word) == 1 and word.isascii()) for word in words)
    return not is_torn and not all(word in ENGLISH_STOP_WORDS for word in words)


def shown_word(name: str) -> str | None:
    """Return the word that a feature tells people, or None where it tells them nothing.

    Character n-grams tell nothing but in scripts without spaces, where words of more than 4
    characters are sentences; numbers tell of single texts.

    Parameters
    ----------
    name
        One of `TextFeatures.feature_names_`.
    """
    if name.startswith(CHARACTER_PREFIX):
        word = name.removeprefix(CHARACTER_PREFIX).strip()
        is_word = len(word) > 1 and all(UNSPACED.match(character) for character in word)
        return word if is_word else None
    for word in name.split():
        is_number = not any(character.isalpha() for character in word)
        if is_number or (len(word) > _LONGEST_UNSPACED and UNSPACED.search(word)):
            return None
    return name


def reduce(X: Any, n_components: int, *, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Project features on their leading directions: a truncated SVD, rows of length 1.

    Randomised (Halko, Martinsson and Tropp, "Finding structure with randomness", SIAM Review
    2011, algorithm 4.4). Of more than 50,000 rows that many, drawn at random, give the directions,
    on which the others are projected. Cosine similarity in the result stands for topical
    similarity.

    Parameters
    ----------
    X
        Features of shape (n, n_features), sparse or dense, or what gives them by ``X[rows]``.
    n_components
        How many directions to keep, at least 1.
    rng
        Source of the rows drawn and of the random test matrix.

    Returns
    -------
    ndarray
        Shape (n, min(n_components, n, n_features)), float32; rows of length 1, zero rows stay zero.

    Raises
    ------
    MethodError
        Where there are no rows or columns, values are not finite, or `n_components` is below 1.
    """
    if n_components < 1:
        raise MethodError(f"n_components is {n_components}, but must be at least 1")
    if min(X.shape) < 1:
        raise MethodError(f"features of shape {X.shape} cannot be reduced")
    check_finite(X)
    from sklearn.utils.extmath import randomized_svd

    everything = np.arange(X.shape[0])
    drawn = sample_rows(everything, MAX_DECOMPOSED, rng)
    kept = min(n_components, len(drawn), X.shape[1])
    with single_threaded():
        left, singular, directions = randomized_svd(
            X[drawn], kept, random_state=int(rng.integers(2**31))
        )
        # A row that is zero up to float noise must not be blown up to length 1.
        noise = 1e-6 * max(float(singular.max()), 1e-30)
        reduced = np.empty((len(everything), kept), np.float32)
        for block in row_blocks(len(drawn)):
            reduced[drawn[block]] = _of_length_one(left[block] * singular, noise)
        others = np.setdiff1d(everything, drawn, assume_unique=True)
        for block in row_blocks(len(others)):
            reduced[others[block]] = _of_length_one(X[others[block]] @ directions.T, noise)
    return reduced


def _of_length_one(vectors: Any, noise: float) -> npt.NDArray[np.float64]:
    """Give rows length 1, and those up to a length 0."""
    projected = np.asarray(vectors, np.float64)
    length = np.sqrt(np.einsum("ij,ij->i", projected, projected))
    projected[length <= noise] = 0
    return np.asarray(projected / np.maximum(length, noise)[:, None])


def with_vectors(X: Any, vectors: npt.NDArray[np.float32]) -> Any:
    """Put dense vectors, such as embeddings, to the right of features at equal weight.

    Parameters
    ----------
    X
        Features of shape (n, d), sparse, rows of length 1.
    vectors
        Shape (n, e), rows of length 1.

    Returns
    -------
    scipy.sparse.csr_matrix
        Shape (n, d + e), float32; each half holds half of the row's square length.
    """
    from scipy.sparse import csr_matrix, hstack

    joined = hstack([X, csr_matrix(vectors)], format="csr", dtype=np.float32)
    return joined * np.float32(np.sqrt(0.5))


def _clip(texts: Sequence[str]) -> list[str]:
    """Cut each text to the characters that count."""
    try:
        return [text[:MAX_CHARACTERS] for text in texts]
    except TypeError as error:
        raise MethodError("a text is not a string", hint="Fill or drop missing texts.") from error


def _side_by_side(blocks: list[Any]) -> Any:
    """Join feature blocks and give each row length 1."""
    from scipy.sparse import hstack

    return unit_rows(hstack(blocks, format="csr", dtype=np.float32))


def _below_each_other(blocks: list[Any]) -> Any:
    """Join blocks of rows."""
    from scipy.sparse import vstack

    return vstack(blocks, format="csr")
