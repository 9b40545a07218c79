from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from tests.methods.corners import blobs
from workbench.errors import MethodError
from workbench.methods import cross_fitting
from workbench.methods.cross_fitting import (
    TooFewGroupsError,
    copied_classes,
    cross_fit,
    deal_folds,
    out_of_fold_probabilities,
)
from workbench.methods.duplicates import find_duplicates
from workbench.methods.features import TextFeatures
from workbench.methods.learner import SoftLabelClassifier


def test_rows_that_may_not_be_learnt_from_change_no_answer():
    rng = np.random.default_rng(0)
    labels = np.tile([0, 1], 30)
    X = rng.standard_normal((60, 5)) + labels[:, None]
    learnt = np.arange(60) < 40
    fold = deal_folds(labels, rng=rng)
    before = cross_fit(X, labels, 2, fold, learnt=learnt, rng=rng)
    # The labels of the others count only for the shares of classes that a model has not seen.
    flipped = np.where(learnt, labels, 1 - labels)
    np.testing.assert_array_equal(before, cross_fit(X, flipped, 2, fold, learnt=learnt, rng=rng))
    np.testing.assert_allclose(before.sum(axis=1), 1)


def test_groups_stay_whole_and_every_fold_has_rows():
    groups = np.repeat(np.arange(12), 3)
    fold = deal_folds(np.tile([0, 1, 1], 12), groups=groups, rng=np.random.default_rng(0))
    assert all(len(set(fold[groups == g])) == 1 for g in range(12))
    assert set(fold) == {0, 1, 2, 3, 4}


def test_many_rows_are_dealt_to_three_folds_and_thinned(monkeypatch):
    monkeypatch.setattr(cross_fitting, "FEW_SPLITS_FROM", 100)
    monkeypatch.setattr(cross_fitting, "MAX_LEARNT", 30)
    labels = np.tile([0, 1], 60)
    fold = deal_folds(labels, rng=np.random.default_rng(0))
    assert set(fold) == {0, 1, 2}
    X = np.stack([labels, 1 - labels], axis=1).astype(float)
    first, again = (cross_fit(X, labels, 2, fold, rng=np.random.default_rng(1)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert (first.argmax(axis=1) == labels).all()


def test_bad_input_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(TooFewGroupsError):
        deal_folds(np.zeros(3, np.int64), groups=[1, 1, 1], rng=rng)
    with pytest.raises(MethodError, match="groups has shape"):
        deal_folds(np.zeros(3, np.int64), groups=[1], rng=rng)
    with pytest.raises(MethodError, match="booleans"):
        cross_fit(np.eye(2), [0, 1], 2, np.array([0, 1]), learnt=[1, 0], rng=rng)


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
    fold = deal_folds(strata, groups=groups, n_splits=n_splits, rng=rng)
    assert set(fold) == set(range(n_splits))
    assert all(len(set(fold[groups == g])) == 1 for g in range(n_groups))


def test_folds_share_each_class_out_evenly_without_groups():
    strata = np.repeat([0, 1, 2], [50, 13, 4])
    fold = deal_folds(strata, rng=np.random.default_rng(0))
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


def test_the_base_rate_of_a_class_not_met_may_be_withheld():
    X, labels = blobs(50, 2, 6)
    labels = labels.copy()
    labels[0] = 2
    rng = np.random.default_rng(0)
    probs = cross_fit(X, labels, 3, deal_folds(labels, rng=rng), fill_unseen=False, rng=rng)
    assert probs[0, 2] == 0
    np.testing.assert_allclose(probs.sum(axis=1), 1)


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


@pytest.mark.parametrize(
    ("labels", "groups", "copied"),
    [
        ([0] * 6 + [1] * 6, [0] * 6 + list(range(1, 7)), [6, 0]),
        # One text more is too little to judge by, two are not.
        ([0] * 10 + [1], [0] * 9 + [1, 2], [9, 0]),
        ([0] * 10 + [1], [0] * 8 + [1, 2, 3], [0, 0]),
        # Wrong labels of copies of another class are no rows of its own.
        ([0] * 8 + [1] * 2 + [1] * 8 + [0] * 2, [0] * 10 + [1] * 10, [8, 8]),
        # Of few rows the interval says enough.
        ([0] * 4 + [1], [0] * 4 + [1], [0, 0]),
    ],
)
def test_a_class_of_copies_cannot_be_judged(labels, groups, copied):
    assert copied_classes(np.array(labels), groups, 2).tolist() == copied


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
