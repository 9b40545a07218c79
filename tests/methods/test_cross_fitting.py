from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods import cross_fitting
from workbench.methods.cross_fitting import TooFewGroupsError, cross_fit, deal_folds


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
