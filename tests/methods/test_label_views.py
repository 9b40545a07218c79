from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.confident import label_quality
from workbench.methods.features import TextFeatures, reduce
from workbench.methods.label_ranking import rank_labels
from workbench.methods.label_views import (
    audit_probabilities,
    label_views,
    neighbour_probabilities,
    undisputed_probabilities,
)
from workbench.methods.neighbours import Neighbours, nearest_neighbours

WORDS = (
    ("refund", "money", "return", "broken", "back"),
    ("parcel", "courier", "late", "street", "door"),
    ("login", "password", "account", "email", "reset"),
)


@pytest.fixture(scope="module")
def messages():
    """Texts of three classes, the features, and labels of which a fifth is wrong."""
    rng = np.random.default_rng(0)
    true = rng.integers(0, 3, 400)
    common = [f"word{i}" for i in range(60)]
    texts = [
        " ".join([*rng.choice(WORDS[c], 2), *rng.choice(WORDS[rng.integers(3)], 1)])
        + " "
        + " ".join(rng.choice(common, 6))
        for c in true
    ]
    labels = np.where(rng.random(400) < 0.2, (true + rng.integers(1, 3, 400)) % 3, true)
    X = TextFeatures().fit_transform(texts)
    return true, labels, X


def test_views_rank_planted_errors_better_than_self_confidence_and_margin(messages):
    from sklearn.metrics import average_precision_score

    true, labels, X = messages
    rng = np.random.default_rng(1)
    probs = audit_probabilities(X, labels, 3, n_repeats=1, rng=rng)
    near = nearest_neighbours(reduce(X, 20, rng=rng), 15)
    views = label_views(X, labels, probs, near, rng=rng)
    assert [view.shape for view in views] == [(400, 3)] * 3
    for view in views:
        np.testing.assert_allclose(view.sum(axis=1), 1)
    is_wrong = labels != true
    ours = average_precision_score(is_wrong, -rank_labels(labels, views).label_quality)
    for method in ("self_confidence", "normalized_margin"):
        theirs = average_precision_score(is_wrong, -label_quality(labels, probs, method=method))
        assert ours > theirs


def test_repeated_probabilities_are_the_same_for_a_seed_and_calibrated(messages):
    _, labels, X = messages
    first, second = (
        audit_probabilities(X, labels, 3, rng=np.random.default_rng(3)) for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
    once = audit_probabilities(X, labels, 3, n_repeats=1, rng=np.random.default_rng(3))
    assert np.abs(first - once).max() > 1e-3
    # Calibrated in the large: each class is expected as often as it is given.
    np.testing.assert_allclose(first.mean(axis=0), np.bincount(labels) / 400, atol=0.01)


def test_near_duplicates_share_a_fold_so_that_none_vouches_for_another():
    # Each text comes twice; its second copy has a wrong label that only the first could teach.
    rng = np.random.default_rng(0)
    X = np.repeat(np.eye(40), 2, axis=0)
    labels = np.repeat(rng.integers(0, 2, 40), 2)
    groups = np.repeat(np.arange(40), 2)
    alone = undisputed_probabilities(X, labels, np.full((80, 2), 0.5), groups=groups, rng=rng)
    assert np.abs(alone - 0.5).max() < 0.2


def test_neighbours_vote_by_similarity_and_a_row_without_any_has_the_shares():
    near = Neighbours(
        np.array([[1, 2], [0, 2], [-1, -1]]),
        np.array([[0.9, 0.3], [0.9, -0.5], [0, 0]], np.float32),
    )
    probs = neighbour_probabilities([0, 1, 1], near, 2)
    np.testing.assert_allclose(probs[0], [(1 / 3) / 2.2, (1.2 + 2 / 3) / 2.2], rtol=1e-6)
    np.testing.assert_allclose(probs[2], [1 / 3, 2 / 3])
    assert probs[1, 0] > 0.6


def test_a_fold_without_undisputed_rows_keeps_the_probabilities():
    probs = np.tile([0.9, 0.1], (6, 1))
    found = undisputed_probabilities(
        np.eye(6), np.ones(6, int), probs, rng=np.random.default_rng(0)
    )
    np.testing.assert_array_equal(found, probs)


def test_bad_repeats_and_groups_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(MethodError, match="n_repeats"):
        audit_probabilities(np.eye(4), [0, 1, 0, 1], 2, n_repeats=0, rng=rng)
    with pytest.raises(MethodError, match="groups"):
        undisputed_probabilities(np.eye(2), [0, 1], np.eye(2), groups=[1], rng=rng)
