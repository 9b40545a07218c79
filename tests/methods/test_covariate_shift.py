from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.covariate_shift import covariate_shift, word_presence
from workbench.methods.divergence import compare_counts, compare_values

TOPICS = ("ticket train late platform", "pizza oven cheese crust", "goal match striker referee")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def texts(n: int, seed: int, extra: str = "") -> list[str]:
    words = np.array(" ".join(TOPICS).split())
    drawn = rng(seed).choice(words, (n, 6))
    return [f"{' '.join(row)} {extra}".strip() for row in drawn]


def real(datasets: Path, path: str, column: str) -> tuple[list[str], np.ndarray]:
    with (datasets / path).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], np.array([row[column] for row in rows])


def test_new_words_are_found_and_named():
    other = texts(180, 1) + texts(20, 2, "voucher expires")
    found = covariate_shift(texts(300, 0), other, rng=rng())
    assert found.p_value <= 0.05
    assert {word.word for word in found.words} == {"voucher", "expires"}
    assert all(word.z > 2 and word.reference_share == 0 for word in found.words)
    assert set(found.rows) == set(range(180, 200))
    assert {test.name for test in found.tests} == {"words", "vocabulary", "embeddings", "length"}
    assert all(test.adjusted_p >= test.p_value for test in found.tests)


def test_a_metadata_column_alone_can_give_the_shift_away():
    column = (["mon", "tue"] * 100, ["mon"] * 90 + ["tue"] * 10)
    numbers = (rng(3).random(200), rng(4).random(100))
    identifiers = (list(map(str, range(200))), list(map(str, range(200, 300))))
    found = covariate_shift(
        texts(200, 0),
        texts(100, 1),
        rng=rng(),
        metadata={"day": column, "size": numbers, "id": identifiers},
    )
    significant = {test.name for test in found.tests if test.adjusted_p <= 0.05}
    assert significant == {"metadata:day"}
    assert found.divergences["metadata:day"].stability_index > 0.25
    assert [name for name, _ in found.skipped] == ["metadata:id"]


def test_given_embeddings_are_compared():
    found = covariate_shift(
        texts(100, 0), texts(100, 1), embeddings=(np.zeros((100, 2)), np.ones((100, 2))), rng=rng()
    )
    assert {test.name: test.adjusted_p <= 0.05 for test in found.tests}["embeddings"]


def test_one_seed_gives_one_answer():
    first, second = (covariate_shift(texts(60, 0), texts(60, 1), rng=rng(5)) for _ in range(2))
    assert first.tests == second.tests
    assert first.words == second.words


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([], texts(30, 0), "too few"),
        (texts(3, 0), texts(30, 0), "too few"),
        ([""] * 30, ["  "] * 30, "no text has a word"),
        (["a"] * 30, [None] * 30, "other: row 0 holds None"),
        ("a" * 30, ["a"] * 30, "reference is a single text"),
    ],
)
def test_what_cannot_be_told_is_said(a, b, message):
    with pytest.raises(MethodError, match=message):
        covariate_shift(a, b, rng=rng())


def test_equal_disjoint_empty_and_huge_texts_are_compared():
    assert covariate_shift(["same text"] * 40, ["same text"] * 30, rng=rng()).p_value == 1
    assert covariate_shift(["all of this"] * 40, ["none but that"] * 40, rng=rng()).p_value < 0.01
    assert covariate_shift([""] * 40, texts(40, 0), rng=rng()).p_value < 0.01
    assert covariate_shift(["word " * 1_000_000, *texts(30, 0)], texts(30, 1), rng=rng()).tests


def test_words_that_occur_once_count_where_no_other_do():
    present, words = word_presence(["one two six", "three for ten"])
    assert words == ["for", "one", "six", "ten", "three", "two"]
    assert present.toarray().tolist() == [[0, 1, 1, 0, 0, 1], [1, 0, 0, 1, 1, 0]]


def test_pairs_of_characters_stand_for_words_where_there_are_few():
    assert word_presence(["今天 ok 今天天气 one two", "ok three four five 天气"])[1] == [
        "ok",
        "天气",
    ]
    assert {"ab", "b1"} <= set(word_presence(["ab1", "ab1x"])[1])
    assert "on" not in word_presence(["one two three", "one for three"])[1]


@pytest.mark.parametrize("scripts", [((0x4E00, 60), (0x3041, 80)), ((0x0E01, 20), (0x0E15, 20))])
def test_scripts_without_spaces_are_told_apart(scripts):
    sides = []
    for start, n in scripts:
        letters = [chr(start + i) for i in range(n)]
        sides.append(["".join(rng(start + i).choice(letters, 20)) for i in range(60)])
    found = covariate_shift(*sides, rng=rng())
    assert found.p_value < 0.001
    assert found.discriminator.auc > 0.9
    halves = covariate_shift(sides[0][::2], sides[0][1::2], rng=rng())
    assert halves.p_value > 0.01
    assert halves.discriminator.null_low < halves.discriminator.null_high


def test_histograms_are_compared_by_permutation():
    same = compare_counts([50, 50], [49, 51], rng=rng())
    assert same.p_value > 0.5
    apart = compare_counts([90, 10], [10, 90], rng=rng(), bins=["a", "b"])
    assert apart.p_value == 0.001
    assert apart.jensen_shannon > apart.null_high
    assert apart.bins == ("a", "b")
    alarms = [
        compare_values(rng(i).random(40), rng(i + 500).random(60), rng=rng(i)).p_value <= 0.05
        for i in range(100)
    ]
    assert np.mean(alarms) <= 0.1


def test_columns_are_cut_into_bins():
    missing = compare_values([np.nan] * 5, [np.nan] * 6, rng=rng())
    assert (missing.p_value, missing.bins) == (1, ("missing",))
    numbers = compare_values(np.r_[np.arange(99.0), np.nan], np.arange(100.0), rng=rng())
    assert len(numbers.bins) == 11
    assert numbers.reference.sum() == numbers.other.sum() == 100
    many = [f"v{i % 60}" for i in range(300)]
    assert compare_values(many, many, rng=rng()).bins[-1] == "(others)"
    with pytest.raises(MethodError, match="no row"):
        compare_values([], [1], rng=rng())
    with pytest.raises(MethodError):
        compare_counts([0, 0], [1, 1], rng=rng())


def test_every_pair_of_review_sites_differs(datasets: Path):
    all_texts, site = real(datasets, "sentiment_sentences/sentiment_sentences.csv", "domain")
    for a, b in combinations(np.unique(site), 2):
        sides = ([t for t, s in zip(all_texts, site, strict=True) if s == one] for one in (a, b))
        found = covariate_shift(*sides, rng=rng())
        assert found.p_value < 1e-3
        assert found.discriminator.auc > 0.8


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "column"),
    [
        ("sms_spam/sms_spam.csv", "label"),
        ("banking77/train.csv", "label"),
        ("sentiment_sentences/sentiment_sentences.csv", "domain"),
    ],
)
def test_false_alarms_on_real_splits_stay_at_the_level(datasets: Path, path, column):
    all_texts = np.array(real(datasets, path, column)[0], object)
    alarms = 0
    for seed in range(200):
        source = rng(seed)
        drawn = all_texts[source.permutation(len(all_texts))[:600]]
        found = covariate_shift(list(drawn[:300]), list(drawn[300:]), rng=source)
        alarms += found.p_value <= 0.05
    assert alarms / 200 <= 0.08
