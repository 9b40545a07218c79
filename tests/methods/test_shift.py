from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, random_array

from workbench.errors import MethodError
from workbench.methods.class_shares import bbse, label_shift_em
from workbench.methods.divergence import jensen_shannon, population_stability
from workbench.methods.features import TextFeatures
from workbench.methods.imbalance import confusion_matrix
from workbench.methods.shift import discriminator


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def texts(n: int, seed: int):
    return csr_matrix(random_array((n, 50), density=0.1, rng=rng(seed)))


def test_rows_of_one_source_cannot_be_told_apart():
    inside = [
        discriminator(texts(300, 2 * i), texts(60, 2 * i + 1), rng=rng(i)).p_value > 0.05
        for i in range(10)
    ]
    assert sum(inside) >= 8


def test_a_feature_that_one_side_has_gives_the_shift_away():
    shifted = texts(100, 1).tolil()
    shifted[:40, 7] = 1
    found = discriminator(texts(400, 0), shifted.tocsr(), rng=rng())
    assert found.auc > found.null_high > 0.5 > found.null_low
    assert found.p_value == pytest.approx(1 / 21)
    assert found.feature_weights.argmax() == 7
    assert found.feature_weights[7] > 2
    assert (found.n_reference, found.n_other) == (400, 100)


def test_sides_may_be_swapped():
    a, b = texts(200, 0), texts(50, 1)
    forth, back = discriminator(a, b, rng=rng()), discriminator(b, a, rng=rng())
    np.testing.assert_allclose(forth.feature_weights, -back.feature_weights, atol=1e-12)


def test_disjoint_vocabularies_are_wholly_different():
    a = csr_matrix(np.tile([1.0, 0.0], (30, 1)))
    b = csr_matrix(np.tile([0.0, 1.0], (30, 1)))
    assert discriminator(a, b, rng=rng()).auc == 1


def test_rows_without_features_cannot_be_told_apart():
    found = discriminator(csr_matrix((30, 5)), csr_matrix((40, 5)), rng=rng())
    assert found.auc == 0.5
    assert found.p_value == 1
    assert not found.feature_weights.any()


def test_one_seed_gives_one_answer():
    a, b = texts(100, 0), texts(80, 1)
    first, second = (discriminator(a, b, rng=rng(4)) for _ in range(2))
    assert (first.auc, first.null_low) == (second.auc, second.null_low)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (np.ones((19, 3)), np.ones((30, 3)), "too few"),
        (np.ones((30, 3)), np.ones((30, 4)), "features"),
        (np.ones((30, 3)), -np.ones((30, 3)), "negative"),
    ],
)
def test_sides_that_cannot_be_compared_are_refused(a, b, message):
    with pytest.raises(MethodError, match=message):
        discriminator(a, b, rng=rng())


SHARES = st.lists(st.floats(0, 100), min_size=3, max_size=3).filter(lambda p: sum(p) > 0.01)


@given(p=SHARES, q=SHARES)
@settings(deadline=None, max_examples=50)
def test_divergences_are_symmetric_and_zero_for_equal_shares(p, q):
    for divergence in (population_stability, jensen_shannon):
        assert divergence(p, q) >= 0
        assert divergence(p, q) == pytest.approx(divergence(q, p), abs=1e-12)
        assert divergence(p, np.multiply(p, 3)) == pytest.approx(0, abs=1e-9)
    assert jensen_shannon(p, q) <= 1


def test_divergences_of_known_shares():
    assert population_stability([50, 50], [60, 40]) == pytest.approx(0.1 * np.log(1.5))
    assert jensen_shannon([1, 0], [0, 1]) == 1
    assert np.isfinite(population_stability([1, 0], [0, 1]))


@pytest.mark.parametrize("bad", [[0, 0], [1, -1], [1, np.nan], [1, 1, 1]])
def test_what_is_no_distribution_is_refused(bad):
    for divergence in (population_stability, jensen_shannon):
        with pytest.raises(MethodError):
            divergence([1, 1], bad)


def gaussian_probs(n: int, share: float, seed: int):
    """Calibrated probabilities under even classes, of rows with another share of class 1."""
    labels = (rng(seed).random(n) < share).astype(int)
    x = rng(seed + 1).standard_normal(n) + 2 * labels - 1
    positive = 1 / (1 + np.exp(-2 * x))
    return np.stack([1 - positive, positive], axis=1), labels


def test_em_finds_the_new_shares():
    probs, labels = gaussian_probs(5_000, 0.1, 0)
    estimate = label_shift_em(probs, [0.5, 0.5])
    assert estimate.sum() == pytest.approx(1)
    assert estimate[1] == pytest.approx(labels.mean(), abs=0.02)
    assert probs[:, 1].mean() - labels.mean() > 0.05  # what averaging would have said


def test_em_leaves_classes_of_prior_zero_out():
    estimate = label_shift_em([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]], [1, 1, 0])
    np.testing.assert_allclose(estimate, [0.5, 0.5, 0])


def test_bbse_finds_the_new_shares():
    old_probs, old_labels = gaussian_probs(5_000, 0.5, 10)
    new_probs, new_labels = gaussian_probs(5_000, 0.1, 20)
    confusion = confusion_matrix(old_labels, old_probs.argmax(axis=1), 2)
    predicted = np.bincount(new_probs.argmax(axis=1), minlength=2)
    estimate = bbse(confusion, predicted)
    assert estimate.sum() == pytest.approx(1)
    assert estimate[1] == pytest.approx(new_labels.mean(), abs=0.03)


@given(seed=st.integers(0, 200), k=st.integers(1, 5))
@settings(deadline=None, max_examples=40)
def test_bbse_sees_no_shift_in_the_shares_it_was_made_with(seed, k):
    confusion = rng(seed).integers(0, 20, (k, k)) + 5 * np.eye(k, dtype=int)
    estimate = bbse(confusion, confusion.sum(axis=0))
    np.testing.assert_allclose(estimate, confusion.sum(axis=1) / confusion.sum(), atol=1e-9)


def test_bbse_keeps_shares_that_it_cannot_tell_apart():
    estimate = bbse([[50, 0, 0], [0, 15, 15], [0, 10, 10]], [20, 40, 40])
    np.testing.assert_allclose(estimate, [0.2, 0.48, 0.32], atol=1e-9)


def test_bbse_cuts_negative_shares():
    estimate = bbse([[40, 10], [10, 40]], [0, 1])
    assert estimate.min() >= 0
    assert estimate.sum() == pytest.approx(1)


def test_label_shift_of_unfit_shapes_is_refused():
    with pytest.raises(MethodError):
        label_shift_em(np.zeros((0, 2)), [1, 1])
    with pytest.raises(MethodError):
        label_shift_em([[0.5, 0.5]], [1, 1, 1])
    with pytest.raises(MethodError):
        bbse(np.eye(3), [1, 1])
    with pytest.raises(MethodError):
        bbse(np.zeros((2, 2)), [1, 1])


def test_reviews_of_other_domains_shift_in_words_not_in_labels(datasets: Path):
    path = datasets / "sentiment_sentences" / "sentiment_sentences.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    X = TextFeatures().fit_transform([row["text"] for row in rows])
    domain = np.array([row["domain"] for row in rows])
    label = np.array([row["label"] for row in rows])
    found = discriminator(X[domain == "amazon"], X[domain == "imdb"], rng=rng())
    assert found.auc > 0.8 > found.null_high
    counts = [
        np.unique(label[domain == name], return_counts=True)[1] for name in ("amazon", "imdb")
    ]
    assert population_stability(*counts) == 0
    halves = rng().permutation(np.flatnonzero(domain == "amazon"))
    same = discriminator(X[halves[:500]], X[halves[500:]], rng=rng())
    assert same.p_value > 0.05
