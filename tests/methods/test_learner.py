from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from workbench.errors import MethodError, NotFittedError
from workbench.methods.duplicates import find_duplicates
from workbench.methods.features import TextFeatures
from workbench.methods.learner import (
    SoftLabelClassifier,
    as_targets,
    assign_folds,
    out_of_fold_probabilities,
)


def blobs(n: int, n_classes: int, seed: int, spread: float = 0.4):
    """Rows around one corner a class, and their classes."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, n_classes, n)
    X = np.eye(n_classes)[labels] + spread * rng.standard_normal((n, n_classes))
    return csr_matrix(X), labels


def test_one_hot_targets_give_scikit_learns_multinomial_regression():
    from sklearn.linear_model import LogisticRegression

    X, labels = blobs(300, 3, 0)
    ours = SoftLabelClassifier(3, C=1.0).fit(X, labels).predict_proba(X)
    theirs = LogisticRegression(C=1.0, tol=1e-8, max_iter=1_000).fit(X, labels).predict_proba(X)
    np.testing.assert_allclose(ours, theirs, atol=0.01)


def test_soft_targets_equal_rows_repeated_with_weights():
    X, labels = blobs(80, 3, 1)
    soft = 0.7 * np.eye(3)[labels] + 0.1
    repeated = csr_matrix(np.repeat(X.toarray(), 3, axis=0))
    one = SoftLabelClassifier(3).fit(X, soft)
    other = SoftLabelClassifier(3).fit(
        repeated, np.tile(np.arange(3), 80), sample_weight=soft.ravel()
    )
    np.testing.assert_allclose(one.predict_proba(X), other.predict_proba(X), atol=0.01)


def test_soft_targets_are_predicted_as_soft():
    X = csr_matrix(np.ones((200, 1)))
    probs = SoftLabelClassifier(2).fit(X, np.tile([0.8, 0.2], (200, 1))).predict_proba(X[:1])
    np.testing.assert_allclose(probs, [[0.8, 0.2]], atol=1e-3)


def test_a_single_class_is_predicted_for_certain():
    X, _ = blobs(10, 3, 2)
    probs = SoftLabelClassifier(3).fit(X, np.full(10, 1)).predict_proba(X)
    np.testing.assert_array_equal(probs, np.tile([0, 1, 0], (10, 1)))


def test_absent_classes_have_probability_zero():
    X, labels = blobs(60, 2, 3)
    probs = SoftLabelClassifier(4).fit(X, 2 * labels).predict_proba(X)
    assert not probs[:, [1, 3]].any()
    np.testing.assert_allclose(probs.sum(axis=1), 1)


def test_balanced_weights_find_more_of_a_rare_class():
    X, labels = blobs(600, 2, 4, spread=0.8)
    keep = (labels == 0) | (np.random.default_rng(0).random(600) < 0.1)
    X, labels = X[np.flatnonzero(keep)], labels[keep]
    recall = [
        (
            SoftLabelClassifier(2, class_weight=weight).fit(X, labels).predict_proba(X).argmax(1)
            == 1
        )[labels == 1].mean()
        for weight in (None, "balanced")
    ]
    assert recall[1] > recall[0]


def test_rows_of_weight_zero_are_not_learnt():
    X, labels = blobs(100, 2, 5)
    weight = np.repeat([1.0, 0.0], 50)
    flipped = np.where(weight > 0, labels, 1 - labels)
    weighted = SoftLabelClassifier(2).fit(X, flipped, sample_weight=weight)
    alone = SoftLabelClassifier(2).fit(X[:50], labels[:50])
    np.testing.assert_allclose(weighted.coef_, alone.coef_, atol=1e-6)


def test_top_features_name_what_speaks_for_a_class():
    texts = ["free money", "free prize", "see you", "see me"] * 5
    features = TextFeatures()
    model = SoftLabelClassifier(2).fit(features.fit_transform(texts), np.tile([1, 1, 0, 0], 5))
    ham, spam = model.top_features(features.feature_names_, 8)
    assert "free" in dict(spam)
    assert "see" in dict(ham)
    assert all(weight > 0 for _, weight in spam)
    assert [weight for _, weight in spam] == sorted((w for _, w in spam), reverse=True)


def test_negligible_targets_are_dropped_and_the_rest_sums_to_one():
    targets = as_targets([[0.995, 0.005], [0.5, 0.5]], 2)
    np.testing.assert_array_equal(targets, [[1, 0], [0.5, 0.5]])
    flat = as_targets(np.full((1, 200), 1 / 200), 200)
    np.testing.assert_allclose(flat, 1 / 200)


@pytest.mark.parametrize(
    "targets", [[0, 1], [0, 1, 2], [0, -1, 1], [[0.5, 0.6], [1, 0], [1, 0]], np.ones((3, 3)) / 3]
)
def test_bad_targets_are_refused(targets):
    with pytest.raises(MethodError):
        SoftLabelClassifier(2).fit(csr_matrix(np.eye(3)), targets)


@pytest.mark.parametrize("weight", [[1, 1], [1, -1, 1], [1, np.nan, 1], [0, 0, 0]])
def test_bad_weights_are_refused(weight):
    with pytest.raises(MethodError):
        SoftLabelClassifier(2).fit(csr_matrix(np.eye(3)), [0, 1, 1], sample_weight=weight)


def test_an_unfitted_model_says_so():
    with pytest.raises(NotFittedError):
        SoftLabelClassifier(2).predict_proba(csr_matrix(np.eye(2)))


def test_features_of_another_width_are_refused():
    X, labels = blobs(20, 2, 0)
    model = SoftLabelClassifier(2).fit(X, labels)
    with pytest.raises(MethodError, match="features"):
        model.predict_proba(csr_matrix(np.ones((1, 5))))


@given(
    data=st.data(),
    n_groups=st.integers(2, 40),
    n_classes=st.integers(1, 4),
    seed=st.integers(0, 1_000),
)
@settings(deadline=None, max_examples=50)
def test_folds_keep_groups_whole_and_none_is_empty(data, n_groups, n_classes, seed):
    rng = np.random.default_rng(seed)
    sizes = rng.choice([1, 1, 1, 2, 5], n_groups)
    groups = rng.permutation(np.repeat(np.arange(n_groups), sizes))
    strata = rng.integers(0, n_classes, len(groups))
    n_splits = data.draw(st.integers(2, min(5, n_groups)))
    fold = assign_folds(strata, groups, n_splits, rng=rng)
    assert set(fold) == set(range(n_splits))
    assert all(len(set(fold[groups == g])) == 1 for g in range(n_groups))


def test_folds_share_each_class_out_evenly_without_groups():
    strata = np.repeat([0, 1, 2], [50, 13, 4])
    fold = assign_folds(strata, np.arange(67), 5, rng=np.random.default_rng(0))
    counts = np.array([np.bincount(fold[strata == c], minlength=5) for c in range(3)])
    assert (counts.max(axis=1) - counts.min(axis=1) <= 1).all()
    assert np.ptp(counts.sum(axis=0)) <= 1


def test_out_of_fold_probabilities_never_saw_their_row():
    rng = np.random.default_rng(0)
    X = csr_matrix(np.eye(60))  # each row has a feature of its own: nothing carries over
    labels = rng.integers(0, 2, 60)
    probs = out_of_fold_probabilities(X, labels, 2, rng=rng)
    assert SoftLabelClassifier(2).fit(X, labels).predict_proba(X)[labels == 1, 1].min() > 0.5
    assert (probs.argmax(axis=1) == labels).mean() < 0.7


def test_near_duplicates_in_one_group_do_not_leak():
    X = csr_matrix(np.repeat(np.eye(40), 2, axis=0))
    labels = np.repeat(np.random.default_rng(1).integers(0, 2, 40), 2)
    leaked = out_of_fold_probabilities(X, labels, 2, rng=np.random.default_rng(0))
    groups = np.repeat(np.arange(40), 2)
    clean = out_of_fold_probabilities(X, labels, 2, groups=groups, rng=np.random.default_rng(0))
    assert (leaked.argmax(axis=1) == labels).mean() > (clean.argmax(axis=1) == labels).mean()


@given(n=st.integers(2, 15), n_classes=st.integers(1, 4), seed=st.integers(0, 500))
@settings(deadline=None, max_examples=30)
def test_out_of_fold_rows_sum_to_one_however_few(n, n_classes, seed):
    X, _ = blobs(n, 4, seed)
    labels = np.random.default_rng(seed).integers(0, n_classes, n)
    probs = out_of_fold_probabilities(X, labels, n_classes, rng=np.random.default_rng(seed))
    assert probs.shape == (n, n_classes)
    np.testing.assert_allclose(probs.sum(axis=1), 1)
    assert (probs >= 0).all()


def test_a_class_with_one_row_gets_its_base_rate_there():
    X, labels = blobs(50, 2, 6)
    labels = labels.copy()
    labels[0] = 2
    probs = out_of_fold_probabilities(X, labels, 3, rng=np.random.default_rng(0))
    assert probs[0, 2] == pytest.approx(1 / 50)


def test_one_seed_gives_one_answer():
    X, labels = blobs(60, 3, 7)
    first, second = (
        out_of_fold_probabilities(X, labels, 3, rng=np.random.default_rng(3)) for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("groups", [[0] * 4, [0, 1]])
def test_fewer_than_two_groups_or_a_wrong_length_are_refused(groups):
    with pytest.raises(MethodError):
        out_of_fold_probabilities(
            csr_matrix(np.eye(4)), [0, 1, 0, 1], 2, groups=groups, rng=np.random.default_rng(0)
        )


def test_real_comments_are_predicted_out_of_fold(datasets: Path):
    with (datasets / "youtube_spam" / "youtube_spam.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    texts = [row["text"] for row in rows]
    labels = np.array([row["label"] == "spam" for row in rows], np.int64)
    rng = np.random.default_rng(0)
    groups = find_duplicates(texts, rng=rng).cluster
    X = TextFeatures().fit_transform(texts)
    probs = out_of_fold_probabilities(X, labels, 2, groups=groups, rng=rng)
    assert (probs.argmax(axis=1) == labels).mean() > 0.95
