"""Whether the texts of two sets of rows differ, by several tests, and what gives it away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_texts
from workbench.methods.divergence import (
    Divergence,
    compare_values,
    jensen_shannon,
    population_stability,
)
from workbench.methods.features import MAX_CHARACTERS, reduce
from workbench.methods.mmd import MAX_ROWS, mmd
from workbench.methods.multiple_testing import benjamini_hochberg, holm
from workbench.methods.shift import MIN_ROWS, ShiftResult, discriminator, permutation_p
from workbench.words import UNSPACED

N_PERMUTATIONS = 40
N_DIMENSIONS = 32
MAX_WORDS = 40_000

_WORD = re.compile(r"\b\w+\b")

FEW_WORDS = 3
"""Where texts have fewer words on average, pairs of characters stand beside them."""


@dataclass(frozen=True, slots=True)
class ShiftTest:
    """One test of the difference between two sets of rows.

    Attributes
    ----------
    name
        ``words``, ``embeddings``, ``vocabulary``, ``length``, or ``metadata:`` and a column.
    statistic
        What `value` is: ``AUC``, ``MMD2`` or ``Jensen-Shannon``.
    value
        Higher = further apart.
    null_high
        About what 95 % of random divisions of the same rows stay below.
    p_value
        By permutations.
    adjusted_p
        Adjusted for all the tests made (Holm).
    stability_index
        Population stability index of what Jensen-Shannon compares; None for other tests, and where
        a side has nothing to count.
    """

    name: str
    statistic: str
    value: float
    null_high: float
    p_value: float
    adjusted_p: float
    stability_index: float | None = None


@dataclass(frozen=True, slots=True)
class WordShift:
    """A word that is more frequent in one of the sets.

    Attributes
    ----------
    word
        The word.
    reference_share, other_share
        Share of rows of each set that hold it.
    z
        Standardised log ratio, above 0 = more frequent in the other set.
    adjusted_p
        Adjusted for all words (Benjamini and Hochberg).
    """

    word: str
    reference_share: float
    other_share: float
    z: float
    adjusted_p: float


@dataclass(frozen=True, slots=True)
class CovariateShift:
    """Whether and how the texts of two sets of rows differ.

    Attributes
    ----------
    p_value
        The least adjusted p-value: at the level alpha, a shift is found where it is at most alpha,
        and falsely so in a share alpha of data sets without one.
    tests
        Every test made.
    discriminator
        The classifier two-sample test on words.
    words
        Words that differ by more than chance, the most telling first.
    rows
        Indices of the other rows least like the reference, the most telling first.
    divergences
        Length and metadata columns by name.
    skipped
        What could not be tested, and why.
    """

    p_value: float
    tests: tuple[ShiftTest, ...]
    discriminator: ShiftResult
    words: tuple[WordShift, ...]
    rows: npt.NDArray[np.int64]
    divergences: Mapping[str, Divergence]
    skipped: tuple[tuple[str, str], ...]


def covariate_shift(
    reference: Sequence[str],
    other: Sequence[str],
    *,
    rng: np.random.Generator,
    metadata: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]] | None = None,
    embeddings: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    n_permutations: int = N_PERMUTATIONS,
    n_shown: int = 20,
    alpha: float = 0.05,
) -> CovariateShift:
    """Test whether two sets of texts differ, and find the words and rows that tell.

    A classifier two-sample test on the presence of words, MMD on embeddings, and permutation tests
    of the Jensen-Shannon divergence of vocabulary, text length and each metadata column; p-values
    adjusted by Holm's procedure, so that the whole gives a false alarm at the level of one test.
    The comparison of Rabanser, Günnemann and Lipton, "Failing Loudly" (NeurIPS 2019), on text.

    Parameters
    ----------
    reference
        Texts, such as the training rows.
    other
        Texts, such as those met in production.
    rng
        Source of folds, permutations and the rows drawn for MMD.
    metadata
        Columns by name, each the values of the reference and of the other rows.
    embeddings
        Vectors of both sets; by default a truncated SVD of TF-IDF of up to 1,000 rows a side.
    n_permutations
        Permutations of the tests on words; smaller p-values come from their normal tail.
    n_shown
        At most so many words and rows are returned.
    alpha
        Words with an adjusted p-value up to this are returned.

    Returns
    -------
    CovariateShift
        Tests, words and rows.

    Raises
    ------
    MethodError
        Where a side has fewer than 20 rows, a row is no text, or no text has a word.
    """
    for name, texts in (("reference", reference), ("other", other)):
        check_texts(texts, name=name)
    if min(len(reference), len(other)) < MIN_ROWS:
        raise MethodError(
            f"{len(reference):,} and {len(other):,} rows are too few to tell a shift",
            hint=f"Compare sets of {MIN_ROWS} rows and more.",
        )
    n = len(reference)
    present, names = word_presence([*reference, *other])
    found: list[tuple[str, str, float, float, float]] = []
    skipped: list[tuple[str, str]] = []
    told = discriminator(present[:n], present[n:], rng=rng, n_permutations=n_permutations)
    found.append(("words", "AUC", told.auc, told.null_high, told.p_tail))
    in_words, stability = _vocabulary(present, n, n_permutations, rng)
    found.append(in_words)
    indices = {in_words[0]: stability}
    try:
        if embeddings is None:
            embeddings = _embed(present, n, rng)
        apart = mmd(*embeddings, rng=rng)
        found.append(("embeddings", "MMD2", apart.mmd2, apart.null_high, apart.p_value))
    except MethodError as error:
        skipped.append(("embeddings", error.message))
    columns: dict[str, tuple[Any, Any]] = {
        "length": (list(map(len, reference)), list(map(len, other)))
    }
    columns |= {f"metadata:{name}": pair for name, pair in (metadata or {}).items()}
    divergences = {}
    for name, (left, right) in columns.items():
        try:
            one = compare_values(left, right, rng=rng)
        except MethodError as error:
            skipped.append((name, error.message))
            continue
        divergences[name] = one
        indices[name] = one.stability_index
        found.append((name, "Jensen-Shannon", one.jensen_shannon, one.null_high, one.p_value))
    adjusted = holm([test[-1] for test in found])
    return CovariateShift(
        p_value=float(adjusted.min()),
        tests=tuple(
            ShiftTest(*test, float(p), indices.get(test[0]))
            for test, p in zip(found, adjusted, strict=True)
        ),
        discriminator=told,
        words=_words(present, n, names, told.feature_weights, n_shown, alpha),
        rows=np.argsort(-told.row_scores[n:], kind="stable")[:n_shown],
        divergences=divergences,
        skipped=tuple(skipped),
    )


def word_presence(texts: Sequence[str]) -> tuple[Any, list[str]]:
    """Return which words each text holds: a tenth of the cost of TF-IDF with character n-grams.

    Words of scripts without spaces, and all words where texts have fewer than 3 on average, stand
    beside the pairs of neighbouring characters in them.

    Parameters
    ----------
    texts
        The texts, n of them; only the first 10,000 characters of each count.

    Returns
    -------
    X
        scipy.sparse.csr_matrix, shape (n, n_words), float32, 0 or 1.
    words
        The words and pairs, lower case, each in two texts at least where there is such a word.

    Raises
    ------
    MethodError
        Where no text has a word.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    clipped = [text[:MAX_CHARACTERS] for text in texts]
    n_words = sum(len(text.split()) for text in clipped)
    has_few = n_words < FEW_WORDS * len(clipped)
    for min_df in (2, 1):
        vectorizer = CountVectorizer(
            binary=True,
            analyzer=_words_and_pairs if has_few else _words_and_unspaced_pairs,
            min_df=min_df,
            max_features=MAX_WORDS,
            dtype=np.float32,
        )
        try:
            present = vectorizer.fit_transform(clipped)
        except ValueError:  # scikit-learn's way to say that no word is left
            continue
        return present, list(vectorizer.get_feature_names_out())
    raise MethodError("no text has a word", hint="Check the text column: it looks empty.")


def _words_and_unspaced_pairs(text: str) -> list[str]:
    """Return the words of a text, and the pairs of characters of those without spaces between."""
    words = _WORD.findall(text.lower())
    if text.isascii() or UNSPACED.search(text) is None:
        return words
    return words + _pairs(word for word in words if UNSPACED.search(word))


def _words_and_pairs(text: str) -> list[str]:
    """Return the words of a text, and the pairs of characters in each."""
    words = _WORD.findall(text.lower())
    return words + _pairs(words)


def _pairs(words: Iterable[str]) -> list[str]:
    return [word[i : i + 2] for word in words for i in range(len(word) - 1)]


def _embed(
    present: Any, n: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the leading directions of the TF-IDF of rows drawn from each side."""
    from sklearn.feature_extraction.text import TfidfTransformer

    sides = [np.arange(n), np.arange(n, present.shape[0])]
    drawn = [rng.choice(side, min(len(side), MAX_ROWS), replace=False) for side in sides]
    weighted = TfidfTransformer().fit_transform(present[np.concatenate(drawn)])
    vectors = reduce(weighted, N_DIMENSIONS, rng=rng)
    return vectors[: len(drawn[0])], vectors[len(drawn[0]) :]


def _vocabulary(
    present: Any, n: int, n_permutations: int, rng: np.random.Generator
) -> tuple[tuple[str, str, float, float, float], float | None]:
    """Test the divergence of the vocabularies, and return its stability index, too.

    Whole texts are dealt, for words come together.
    """
    total = np.asarray(present.sum(axis=0), np.float64).ravel()
    is_other = np.zeros(present.shape[0], np.float32)
    is_other[n:] = 1

    def divergence(side: npt.NDArray[np.float32]) -> float:
        count = np.asarray(present.T @ side, np.float64)
        if not count.any() or not (total - count).any():
            return 0.0  # a side without a word has no vocabulary to compare
        return jensen_shannon(total - count, count)

    observed = divergence(is_other)
    null = np.array([divergence(rng.permutation(is_other)) for _ in range(n_permutations)])
    _, p = permutation_p(observed, null)
    count = np.asarray(present.T @ is_other, np.float64)
    has_words = bool(count.any() and (total - count).any())
    stability = population_stability(total - count, count) if has_words else None
    high = float(np.quantile(null, 0.95))
    return ("vocabulary", "Jensen-Shannon", observed, high, p), stability


def _words(
    present: Any,
    n: int,
    names: list[str],
    z: npt.NDArray[np.float64],
    n_shown: int,
    alpha: float,
) -> tuple[WordShift, ...]:
    """Return the words that differ by more than chance, the most telling first."""
    from scipy.stats import norm

    adjusted = benjamini_hochberg(2 * norm.sf(np.abs(z)))
    left, right = (np.asarray(part.mean(axis=0)).ravel() for part in (present[:n], present[n:]))
    telling = [j for j in np.argsort(-np.abs(z), kind="stable")[:n_shown] if adjusted[j] <= alpha]
    return tuple(
        WordShift(names[j], float(left[j]), float(right[j]), float(z[j]), float(adjusted[j]))
        for j in telling
    )
