"""Text features: TF-IDF of words and character n-grams, and their reduction by truncated SVD."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError, NotFittedError
from workbench.methods.row_choice import check_finite
from workbench.methods.threads import single_threaded

MAX_CHARACTERS = 10_000
"""Only so many first characters of a text count, so that a few long texts do not set the cost."""

MAX_WORD_FEATURES = 40_000
MAX_CHARACTER_FEATURES = 40_000

SMALL_CORPUS = 500
"""Up to this many texts a term may occur in a single one; above, in two at least."""

CHARACTER_PREFIX = "chars:"
"""Opens the names of the character n-grams, so that they are told from words."""


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
        self._vectorizers: list[Any] = []

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
        self.fit_transform(texts)
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
        clipped = _clip(texts)
        fitted = [self._fit_block(clipped, kind) for kind in ("word", "char_wb")]
        blocks = [(vectorizer, matrix) for vectorizer, matrix in fitted if vectorizer is not None]
        if not blocks:
            raise MethodError(
                "no text holds a word or a character to learn from",
                hint="Check the text column: every text is empty or blank.",
            )
        self._vectorizers = [vectorizer for vectorizer, _ in blocks]
        self.feature_names_ = [
            name if vectorizer.analyzer == "word" else CHARACTER_PREFIX + name
            for vectorizer in self._vectorizers
            for name in vectorizer.get_feature_names_out()
        ]
        return _side_by_side([matrix for _, matrix in blocks])

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
        if not self._vectorizers:
            raise NotFittedError("the text features are not fitted", hint="Call fit first.")
        clipped = _clip(texts)
        return _side_by_side([vectorizer.transform(clipped) for vectorizer in self._vectorizers])

    def _fit_block(self, texts: list[str], kind: str) -> tuple[Any, Any]:
        """Fit one vectorizer, with rare terms again where dropping them leaves nothing."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        is_word = kind == "word"
        for min_df in (1,) if len(texts) <= SMALL_CORPUS else (2, 1):
            vectorizer = TfidfVectorizer(
                analyzer=kind,
                ngram_range=(1, 2) if is_word else (2, 4),
                token_pattern=r"(?u)\b\w+\b" if is_word else None,
                min_df=min_df,
                max_features=self.max_word_features if is_word else self.max_character_features,
                sublinear_tf=True,
                dtype=np.float32,
            )
            try:
                return vectorizer, vectorizer.fit_transform(texts)
            except ValueError:  # scikit-learn's way to say that no term is left
                continue
        return None, None


def reduce(X: Any, n_components: int, *, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Project features on their leading directions: a truncated SVD, rows of length 1.

    Randomised (Halko, Martinsson and Tropp, "Finding structure with randomness", SIAM Review
    2011, algorithm 4.4). Cosine similarity in the result stands for topical similarity.

    Parameters
    ----------
    X
        Features of shape (n, n_features), sparse or dense.
    n_components
        How many directions to keep, at least 1.
    rng
        Source of the random test matrix.

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

    kept = min(n_components, *X.shape)
    with single_threaded():
        left, singular, _ = randomized_svd(X, kept, random_state=int(rng.integers(2**31)))
    projected = np.asarray(left * singular, np.float64)
    # A row that is zero up to float noise must not be blown up to length 1.
    noise = 1e-6 * max(float(singular.max()), 1e-30)
    length = np.sqrt(np.einsum("ij,ij->i", projected, projected))
    projected[length <= noise] = 0
    return np.asarray(projected / np.maximum(length, noise)[:, None], np.float32)


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
    from sklearn.preprocessing import normalize

    return normalize(hstack(blocks, format="csr", dtype=np.float32), copy=False)
