from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError
from workbench.methods.confident import label_quality
from workbench.methods.label_ranking import label_trust, pool_views, rank_labels


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def views_of(true, k, strengths, rng):
    """Views that know the truth each as well as its strength, with errors of their own."""
    return [
        softmax(strength * np.eye(k)[true] + rng.standard_normal((len(true), k)))
        for strength in strengths
    ]


def auroc(is_wrong, label_quality):
    from sklearn.metrics import roc_auc_score

    return roc_auc_score(is_wrong, -label_quality)


@pytest.fixture
def noisy():
    rng = np.random.default_rng(0)
    true = rng.integers(0, 4, 3_000)
    # Class 1 is often given to rows of class 0; no other label is ever wrong but by chance.
    labels = np.where((true == 0) & (rng.random(3_000) < 0.3), 1, true)
    by_chance = rng.random(3_000) < 0.02
    labels = np.where(by_chance, rng.integers(0, 4, 3_000), labels)
    return true, labels, views_of(true, 4, (1.5, 1.2, 0), rng)


def test_pooled_views_rank_better_than_the_best_of_them(noisy):
    true, labels, views = noisy
    ranking = rank_labels(labels, views)
    is_wrong = labels != true
    ours = auroc(is_wrong, ranking.label_quality)
    for method in ("self_confidence", "normalized_margin"):
        assert ours > auroc(is_wrong, label_quality(labels, views[0], method=method)) + 0.01
    assert (ranking.suggested == true)[is_wrong].mean() > 0.6


def test_a_view_that_knows_nothing_weighs_nothing(noisy):
    _, labels, views = noisy
    _, weights = pool_views(labels, views)
    assert weights[0] > weights[1] > 0.2
    assert weights[2] < 0.05


def test_a_label_that_is_often_given_in_error_is_trusted_less(noisy):
    _, labels, _ = noisy
    rng = np.random.default_rng(1)
    probs = softmax(3 * np.eye(4)[labels] + rng.standard_normal((len(labels), 4)))
    probs[:2] = [[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0]]
    given = labels.copy()
    given[:2] = [0, 1]
    flipped = (labels == 1) & (rng.random(len(labels)) < 0.4)
    probs[flipped] = probs[flipped][:, [1, 0, 2, 3]]
    trust = label_trust(given, probs)
    # Half and half by the probabilities; by the noise, 1 is given to rows of 0 and not the reverse.
    assert trust[1] < 0.8 < 0.95 < trust[0]


@given(seed=st.integers(0, 10**6), k=st.integers(1, 6), n=st.integers(1, 60))
@settings(deadline=None, max_examples=40)
def test_quality_is_a_probability_whatever_the_labels(seed, k, n):
    rng = np.random.default_rng(seed)
    views = [rng.dirichlet(np.full(k, 0.2), n) for _ in range(3)]
    views[1][: n // 2] = 1 / k
    labels = rng.integers(0, k, n)
    ranking = rank_labels(labels, views)
    for values in (ranking.label_quality, ranking.probs):
        assert ((values >= 0) & (values <= 1)).all()
    np.testing.assert_allclose(ranking.probs.sum(axis=1), 1)
    assert (ranking.weights >= 0).all()
    assert ((ranking.suggested >= 0) & (ranking.suggested < k)).all()


def test_renaming_the_classes_changes_no_quality(noisy):
    _, labels, views = noisy
    order = np.array([2, 0, 3, 1])
    renamed = [view[:, order] for view in views]
    back = np.argsort(order)
    np.testing.assert_allclose(
        rank_labels(back[labels], renamed).label_quality,
        rank_labels(labels, views).label_quality,
        atol=1e-3,
    )


def test_the_given_label_is_suggested_where_it_ties():
    views = [[[0.5, 0.5], [0.5, 0.5]]]
    assert rank_labels([0, 1], views).suggested.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("labels", "views", "message"),
    [
        ([0], [], "no view"),
        ([0, 1], [[[1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]], "view 1 has shape"),
        ([0, 5], [[[1.0, 0.0], [0.0, 1.0]]], "the classes are 0 to 1"),
        ([0, 1], [[[1.0, np.nan], [0.0, 1.0]]], "view 0 holds NaN"),
        ([], [np.zeros((0, 2))], "no labelled rows"),
    ],
)
def test_bad_views_are_refused_by_name(labels, views, message):
    with pytest.raises(MethodError, match=message):
        rank_labels(labels, views)
