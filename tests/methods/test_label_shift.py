from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.class_shares import recalibrate
from workbench.methods.features import TextFeatures
from workbench.methods.label_shift import cross_scored, detect_label_shift, estimate_label_shift


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def counts(labels: np.ndarray, seed: int, extra: float = 0.0) -> np.ndarray:
    """Words of two topics, the second of class 1, and a third that no class explains."""
    rate = np.where(labels[:, None] == 1, [[0.3] * 5 + [0.6] * 5], [[0.6] * 5 + [0.3] * 5])
    return (
        rng(seed).random((len(labels), 12)) < np.c_[rate, np.full((len(labels), 2), extra)]
    ) * 1.0


def drawn(n: int, share: float, seed: int) -> np.ndarray:
    return (rng(seed).random(n) < share).astype(int)


def test_another_mixture_of_the_classes_is_found_and_explains():
    old, new = drawn(600, 0.5, 0), drawn(500, 0.2, 1)
    found = detect_label_shift(counts(old, 2), old, counts(new, 3), 2, rng=rng())
    assert found.found
    assert found.measurable
    for low, high in (
        (found.estimate.bbse_low, found.estimate.bbse_high),
        (found.estimate.em_low, found.estimate.em_high),
    ):
        assert low[1] <= new.mean() <= high[1]
        assert high[1] < 0.4


def test_the_same_mixture_is_not_found_to_shift():
    old, new = drawn(500, 0.5, 0), drawn(400, 0.5, 1)
    found = detect_label_shift(counts(old, 2), old, counts(new, 3), 2, rng=rng())
    assert not found.found
    assert found.measurable
    assert "chance" in found.reason


def test_nothing_found_without_the_power_to_find_it_is_not_measurable():
    old, new = drawn(60, 0.5, 0), drawn(60, 0.5, 1)
    few = detect_label_shift(counts(old, 2), old, counts(new, 3), 2, rng=rng())
    assert (few.found, few.measurable) == (False, False)
    assert "would matter" in few.reason
    silent = counts(np.zeros(200, int), 2)
    for labels, n_classes in ((drawn(200, 0.5, 0), 2), (np.arange(200), 200)):
        found = detect_label_shift(silent, labels, silent, n_classes, rng=rng())
        assert (found.found, found.measurable) == (False, False)
        assert "cannot tell the classes apart" in found.reason


def test_where_the_texts_differ_beyond_the_classes_nothing_is_claimed():
    old, new = drawn(500, 0.5, 0), drawn(400, 0.2, 1)
    found = detect_label_shift(counts(old, 2), old, counts(new, 3, extra=0.5), 2, rng=rng())
    assert not found.found
    assert not found.measurable
    assert "cannot be measured" in found.reason


def test_intervals_cover_the_true_shares():
    inside = np.zeros(2)
    for i in range(12):
        old, new = drawn(400, 0.5, 10 * i), drawn(300, 0.25, 10 * i + 1)
        probs = cross_scored(
            counts(old, 10 * i + 2), old, counts(new, 10 * i + 3), 2, rng=rng(i), groups=None
        )
        found = estimate_label_shift(old, *probs, rng=rng(i), n_bootstrap=100)
        inside += [
            found.bbse_low[1] <= 0.25 <= found.bbse_high[1],
            found.em_low[1] <= 0.25 <= found.em_high[1],
        ]
    assert (inside >= 9).all()


def test_recalibration_undoes_a_temperature_and_a_bias():
    labels = drawn(4_000, 0.5, 0)
    x = rng(1).standard_normal(4_000) + 2 * labels - 1
    log_odds = 2 * x

    def probs(values):
        positive = 1 / (1 + np.exp(-values))
        return np.stack([1 - positive, positive], axis=1)

    mended = recalibrate(probs(3 * log_odds + 1), labels, probs(3 * log_odds + 1))
    np.testing.assert_allclose(mended, probs(log_odds), atol=0.04)
    np.testing.assert_allclose(mended.sum(axis=1), 1)
    with pytest.raises(MethodError):
        recalibrate(np.zeros((0, 2)), [], [[0.5, 0.5]])


@pytest.mark.parametrize(
    ("labels", "n_new", "message"),
    [([0, 1] * 5, 30, "too few"), ([0, 1] * 20, 3, "too few"), ([1] * 40, 40, "single class")],
)
def test_what_cannot_be_told_is_said(labels, n_new, message):
    labels = np.array(labels)
    with pytest.raises(MethodError, match=message):
        detect_label_shift(counts(labels, 0), labels, counts(drawn(n_new, 0.5, 1), 1), 2, rng=rng())
    with pytest.raises(MethodError, match="duplicates"):
        cross_scored(
            np.ones((40, 2)), [0, 1] * 20, np.ones((40, 2)), 2, groups=np.zeros(40), rng=rng()
        )
    with pytest.raises(MethodError):
        estimate_label_shift([0], [[0.5, 0.5]], np.zeros((0, 2)), rng=rng())


def test_subsampled_spam_is_found_and_estimated(datasets: Path):
    with (datasets / "sms_spam" / "sms_spam.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    order = rng(1).permutation(len(rows))
    label = np.array([rows[i]["label"] == "spam" for i in order]).astype(int)
    X = TextFeatures(max_word_features=3_000, max_character_features=1_000).fit_transform(
        [rows[i]["text"] for i in order]
    )
    spam, ham = (1_500 + np.flatnonzero(label[1_500:] == k) for k in (1, 0))
    new = np.r_[spam[:200], ham[:400]]
    found = detect_label_shift(X[:1_500], label[:1_500], X[new], 2, rng=rng())
    assert found.found
    assert found.estimate.em_low[1] <= 1 / 3 <= found.estimate.em_high[1]
    assert found.estimate.bbse[1] == pytest.approx(1 / 3, abs=0.05)


def test_other_review_sites_are_no_label_shift(datasets: Path):
    with (datasets / "sentiment_sentences" / "sentiment_sentences.csv").open() as file:
        rows = list(csv.DictReader(file))
    X = TextFeatures(max_word_features=3_000, max_character_features=1_000).fit_transform(
        [row["text"] for row in rows]
    )
    site = np.array([row["domain"] for row in rows])
    label = np.array([row["label"] == "positive" for row in rows]).astype(int)
    for a, b in (("amazon", "imdb"), ("imdb", "yelp"), ("yelp", "amazon")):
        found = detect_label_shift(X[site == a], label[site == a], X[site == b], 2, rng=rng())
        assert not found.found
