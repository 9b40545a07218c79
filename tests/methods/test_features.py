from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError, NotFittedError
from workbench.methods import features as module
from workbench.methods.features import (
    MAX_CHARACTERS,
    TextFeatures,
    reduce,
    shown_word,
    tells_topic,
)
from workbench.methods.row_blocks import BLOCK_ROWS

TEXTS = ["free money now", "call me tonight", "free call now", "win money tonight"]


def lengths(X) -> np.ndarray:
    dense = X.toarray() if hasattr(X, "toarray") else X
    return np.linalg.norm(dense, axis=1)


def test_rows_have_length_one_and_float32_values():
    X = TextFeatures().fit_transform(TEXTS)
    assert X.dtype == np.float32
    np.testing.assert_allclose(lengths(X), 1, rtol=1e-5)


def test_transforming_the_fitted_texts_gives_the_fitted_features():
    features = TextFeatures().fit(TEXTS)
    again = TextFeatures().fit_transform(TEXTS)
    np.testing.assert_allclose(features.transform(TEXTS).toarray(), again.toarray(), rtol=1e-6)


def test_every_column_has_a_name_and_characters_are_told_from_words():
    features = TextFeatures()
    X = features.fit_transform(TEXTS)
    names = features.feature_names_
    assert len(names) == len(set(names)) == X.shape[1]
    assert "free money" in names
    assert "chars:fre" in names


def test_texts_without_a_token_have_zero_rows():
    X = TextFeatures().fit_transform([*TEXTS, "", " \n\t "])
    assert lengths(X)[-2:].tolist() == [0, 0]


@pytest.mark.parametrize("texts", [[], [""], [" ", "\n"]])
def test_a_corpus_without_a_token_is_refused(texts):
    with pytest.raises(MethodError, match="no text holds a word"):
        TextFeatures().fit(texts)


def test_texts_of_emoji_alone_have_features():
    X = TextFeatures().fit_transform(["👍👍", "😡", "👍"])
    assert (lengths(X) > 0).all()


def test_only_the_first_characters_of_a_long_text_count():
    long = "spam eggs " * (MAX_CHARACTERS // 10)
    features = TextFeatures().fit([*TEXTS, long + "zebra"])
    assert "zebra" not in features.feature_names_
    X = features.transform([long, long + "free money" * 10_000])
    assert (X[0] != X[1]).nnz == 0


def test_large_corpora_drop_terms_that_occur_once_unless_all_do():
    many = [f"unique{i} common" for i in range(600)]
    assert "unique7" not in TextFeatures().fit(many).feature_names_
    apart = [chr(0x4E00 + i) for i in range(600)]
    assert len(TextFeatures().fit(apart).feature_names_) >= 600


def test_a_missing_text_is_refused():
    with pytest.raises(MethodError, match="not a string"):
        TextFeatures().fit(["a", None])


def test_transform_needs_a_fit():
    with pytest.raises(NotFittedError):
        TextFeatures().transform(TEXTS)


def many_texts(n: int) -> list[str]:
    words = ["call", "money", "tonight", "ünder", "日本語", "A.B", "👍", "foo_bar", "win", ""]
    rng = np.random.default_rng(0)
    return [" ".join(rng.choice(words, rng.integers(0, 9))) for _ in range(n)]


@pytest.mark.parametrize("n", [40, BLOCK_ROWS + 3])
def test_features_are_those_of_scikit_learn_to_the_last_bit(n):
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    texts = many_texts(n)
    shared = {"sublinear_tf": True, "dtype": np.float32, "min_df": 1 if n <= 500 else 2}
    theirs = [
        TfidfVectorizer(
            ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", max_features=30, **shared
        ),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), max_features=50, **shared),
    ]
    ours = TextFeatures(max_word_features=30, max_character_features=50)
    fitted = normalize(hstack([one.fit_transform(texts) for one in theirs], format="csr"))
    np.testing.assert_array_equal(ours.fit_transform(texts).toarray(), fitted.toarray())
    again = normalize(hstack([one.transform(texts[:20]) for one in theirs], format="csr"))
    np.testing.assert_array_equal(ours.transform(texts[:20]).toarray(), again.toarray())


def test_features_in_blocks_are_those_of_all_texts_at_once():
    texts = many_texts(BLOCK_ROWS + 3)
    found = np.zeros((len(texts), 0))
    learner = TextFeatures()
    for rows, features in learner.fit_in_blocks(texts, rng=np.random.default_rng(0)):
        if not found.size:
            found = np.full((len(texts), features.shape[1]), np.nan)
        found[rows] = features.toarray()
    np.testing.assert_array_equal(found, TextFeatures().fit_transform(texts).toarray())


def test_of_very_many_texts_some_give_the_vocabulary_and_all_have_features(monkeypatch):
    monkeypatch.setattr(module, "MAX_LEARNT", 100)
    texts = [f"common word{i}" for i in range(300)]
    learner = TextFeatures()
    blocks = list(learner.fit_in_blocks(texts, rng=np.random.default_rng(0)))
    assert len(blocks[0][0]) == 100
    assert sorted(np.concatenate([rows for rows, _ in blocks])) == list(range(300))
    assert all((lengths(features) > 0.999).all() for _, features in blocks)
    learnt = {name for name in learner.feature_names_ if name.startswith("word")}
    assert learnt == {f"word{i}" for i in blocks[0][0]}


@given(n=st.integers(1, 12), d=st.integers(1, 12), k=st.integers(1, 40), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_reduced_rows_have_length_one_or_zero_whatever_the_shape(n, d, k, seed):
    X = np.random.default_rng(seed).random((n, d))
    X[::3] = 0
    reduced = reduce(X, k, rng=np.random.default_rng(seed))
    assert reduced.shape == (n, min(n, d, k))
    assert reduced.dtype == np.float32
    zero = ~X.any(axis=1)
    np.testing.assert_allclose(lengths(reduced)[zero], 0)
    if k >= min(n, d):
        np.testing.assert_allclose(lengths(reduced)[~zero], 1, rtol=1e-4)


def test_full_reduction_keeps_cosine_similarity():
    X = TextFeatures().fit_transform(TEXTS)
    reduced = reduce(X, 4, rng=np.random.default_rng(0))
    np.testing.assert_allclose(reduced @ reduced.T, (X @ X.T).toarray(), atol=1e-4)


def test_rows_beside_those_decomposed_are_projected_on_their_directions(monkeypatch):
    X = np.random.default_rng(0).normal(size=(400, 5)) @ np.diag([9, 5, 3, 0.1, 0.1])
    whole = reduce(X, 3, rng=np.random.default_rng(0))
    monkeypatch.setattr(module, "MAX_DECOMPOSED", 200)
    in_part = reduce(X, 3, rng=np.random.default_rng(0))
    assert np.abs(whole @ whole.T - in_part @ in_part.T).max() < 0.1


def test_the_same_seed_reduces_alike():
    X = TextFeatures().fit_transform(TEXTS)
    first, second = (reduce(X, 2, rng=np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_zero_features_reduce_to_zero():
    assert not reduce(np.zeros((5, 4)), 2, rng=np.random.default_rng(0)).any()


@pytest.mark.parametrize(("shape", "k"), [((0, 3), 2), ((3, 0), 2), ((3, 3), 0)])
def test_shapes_that_cannot_be_reduced_are_refused(shape, k):
    with pytest.raises(MethodError):
        reduce(np.zeros(shape), k, rng=np.random.default_rng(0))


def test_real_comments_give_finite_features(datasets: Path):
    with (datasets / "youtube_spam" / "youtube_spam.csv").open(encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    X = TextFeatures().fit_transform(texts)
    assert X.shape[0] == len(texts)
    assert X.shape[1] <= 80_000
    assert np.isfinite(X.data).all()


@pytest.mark.parametrize("name", ["refund", "my refund", "out of stock", "late", "你"])
def test_words_that_tell_what_texts_are_about(name):
    assert tells_topic(name)


@pytest.mark.parametrize("name", ["t", "don", "don t", "i don", "the", "of the", "chars:efu", "s"])
def test_stop_words_and_torn_contractions_tell_nothing(name):
    assert not tells_topic(name)


@pytest.mark.parametrize("name", ["refund", "my order", "claim 2x", "жалоба", "投诉", "chars:投诉"])
def test_words_are_shown(name: str) -> None:
    assert shown_word(name) == name.removeprefix("chars:")


@pytest.mark.parametrize(
    "name", ["827", "my 827", "非常好的产品推荐大家购买", "好的 109", "chars:ref", "chars: 好", "_"]
)
def test_numbers_sentences_and_pieces_of_words_are_not_shown(name: str) -> None:
    assert shown_word(name) is None
