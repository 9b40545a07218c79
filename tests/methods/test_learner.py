from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from tests.methods.corners import blobs
from workbench.errors import MethodError, NotFittedError
from workbench.methods import kernel_logistic, learner, row_blocks
from workbench.methods.features import TextFeatures
from workbench.methods.learner import SoftLabelClassifier, as_targets


def test_one_hot_targets_give_scikit_learns_multinomial_regression():
    from sklearn.linear_model import LogisticRegression

    X, labels = blobs(300, 3, 0)
    ours = SoftLabelClassifier(3, C=1.0).fit(X, labels).predict_proba(X)
    theirs = LogisticRegression(C=1.0, tol=1e-8, max_iter=1_000).fit(X, labels).predict_proba(X)
    np.testing.assert_allclose(ours, theirs, atol=0.01)


def test_rows_in_more_dimensions_than_rows_give_scikit_learns_regression(monkeypatch):
    """They are fitted in their span, sparse ones a block of inner products at a time."""
    from sklearn.linear_model import LogisticRegression

    monkeypatch.setattr(kernel_logistic, "BLOCK", 32)
    draws = np.random.default_rng(0)
    labels = np.arange(120) % 4
    X = draws.standard_normal((120, 400)).astype(np.float32) / 20
    X[np.arange(120), labels] += 1
    X[:10] = X[10:20]  # equal rows
    theirs = LogisticRegression(C=10.0, tol=1e-8, max_iter=5_000).fit(X, labels)
    expected = theirs.predict_proba(X)
    for features in (X, csr_matrix(X)):
        ours = SoftLabelClassifier(4, C=10.0).fit(features, labels)
        np.testing.assert_allclose(ours.predict_proba(features), expected, atol=0.01)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-15, 1.0, 1e15])
@pytest.mark.parametrize("C", [0.1, 1.0])
def test_few_dense_features_of_any_size_give_scikit_learns_regression(C, size, dtype):
    """Features that nearly repeat each other, one that says nothing, and rare classes."""
    from sklearn.linear_model import LogisticRegression

    draws = np.random.default_rng(2)
    labels = np.minimum(draws.geometric(0.3, 400), 8) - 1
    X = draws.standard_normal((8, 20))[labels] / 2 + draws.standard_normal((400, 20))
    X[:, 1] = X[:, 0] + 1e-3 * draws.standard_normal(400)
    X[:, 2] = 0
    weight = draws.choice([0.0, 0.25, 1.0, 4.0], 400)
    theirs = LogisticRegression(C=C, tol=1e-8, max_iter=5_000).fit(X, labels, weight)
    # Features of another size under a penalty of another strength are the same task.
    features = (X * size).astype(dtype)
    ours = SoftLabelClassifier(8, C=C / size**2).fit(features, labels, sample_weight=weight)
    np.testing.assert_allclose(ours.predict_proba(features), theirs.predict_proba(X), atol=0.02)


@pytest.mark.parametrize("C", [0.1, 10.0, 100.0])
@pytest.mark.parametrize("n_common", [10, 500])
def test_the_span_of_rows_gives_the_probabilities_of_all_features(monkeypatch, C, n_common):
    """Rows of words, some common and most rare, of many classes and uneven weight."""
    monkeypatch.setattr(kernel_logistic, "N_COMMON", n_common)
    monkeypatch.setattr(kernel_logistic, "BLOCK", 64)
    draws = np.random.default_rng(1)
    labels = draws.integers(0, 12, 240)
    words = np.minimum(draws.zipf(1.3, (240, 12)), 800) - 1
    X = np.zeros((240, 900), np.float32)
    np.put_along_axis(X, words, np.float32(0.2), axis=1)
    X[np.arange(240), 800 + 3 * labels + draws.integers(0, 3, 240)] = 0.5
    weight = draws.choice([0.0, 0.25, 1.0, 20.0], 240)
    in_span = SoftLabelClassifier(12, C=C).fit(csr_matrix(X), labels, sample_weight=weight)
    monkeypatch.setattr(learner, "MAX_SPAN_ROWS", 0)
    monkeypatch.setattr(learner, "SOLVER", {"maxiter": 5_000, "gtol": 1e-8, "ftol": 1e-12})
    in_full = SoftLabelClassifier(12, C=C).fit(csr_matrix(X), labels, sample_weight=weight)
    learnt = X[weight > 0]
    expected = in_full.predict_proba(learnt)
    np.testing.assert_allclose(in_span.predict_proba(learnt), expected, atol=0.015)


@pytest.mark.parametrize("value", [0.0, 0.1])
def test_rows_that_say_nothing_leave_the_base_rates(value):
    X = csr_matrix(np.full((30, 100), value, np.float32))
    probs = SoftLabelClassifier(3).fit(X, np.repeat([0, 1, 2], [15, 10, 5])).predict_proba(X)
    np.testing.assert_allclose(probs, np.tile([1 / 2, 1 / 3, 1 / 6], (30, 1)), atol=2e-3)


def test_two_rows_of_two_classes_are_enough():
    X = csr_matrix(np.eye(2, 50, dtype=np.float32))
    assert SoftLabelClassifier(2).fit(X, [0, 1]).predict_proba(X).argmax(axis=1).tolist() == [0, 1]


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


def test_rows_are_predicted_alike_alone_and_in_blocks(monkeypatch):
    X, labels = blobs(90, 3, 4)
    model = SoftLabelClassifier(3).fit(X, labels)
    whole = model.predict_proba(X)
    monkeypatch.setattr(row_blocks, "BLOCK_ROWS", 7)
    np.testing.assert_array_equal(model.predict_proba(X), whole)
    rows = np.array([80, 3, 4, 5, 3])
    np.testing.assert_array_equal(model.predict_proba(X, rows), whole[rows])


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
