from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.duplicates import find_duplicates
from workbench.methods.features import TextFeatures
from workbench.methods.leakage import conflicting, leaked, score_inflation, survivors
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.semantic_duplicates import find_semantic_duplicates
from workbench.methods.splitting import split


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_clusters_with_two_classes_are_suspects():
    marked = conflicting([0, 0, 2, 2, 2, 5], [0, 1, 1, -1, 1, 0], 2)
    assert marked.tolist() == [True, True, False, False, False, False]


def test_scored_rows_with_a_training_twin_leak():
    train, scored = [1, 0, 0, 1, 0], [0, 1, 1, 0, 0]
    assert leaked([0, 0, 2, 3, 0], train, scored).tolist() == [False, True, False, False, False]


def test_one_row_a_cluster_survives_the_human_label_first():
    assert survivors([0, 0, 2, 0, 2], [0, 1, 0, 1, 0]).tolist() == [False, True, True, False, False]
    assert not len(survivors([], []))


def test_one_row_of_each_label_survives_where_a_cluster_contradicts_itself():
    kept = survivors([0, 0, 0, 0, 4, 4], [1, 1, 2, 0, 0, 0], labels=[0, 1, 1, -1, -1, -1])
    assert kept.tolist() == [True, False, True, False, True, False]
    kept = survivors([0, 0, 2], [1, 1, 1], labels=[0, 1, 1], always=[True, False, False])
    assert kept.tolist() == [True, False, True]


def test_inflation_is_the_difference_that_leaked_rows_make():
    correct = np.r_[np.ones(100), np.ones(60), np.zeros(40)]
    is_leaked = np.repeat([True, False], 100)
    found = score_inflation(correct, is_leaked, rng=rng())
    assert (found.accuracy, found.clean_accuracy) == (0.8, 0.6)
    assert found.inflation == pytest.approx(0.2)
    assert 0 < found.low < 0.2 < found.high
    assert (found.n_rows, found.n_leaked) == (200, 100)


def test_without_leakage_nothing_is_inflated():
    found = score_inflation([1, 0, 1], [0, 0, 0], rng=rng())
    assert (found.inflation, found.low, found.high) == (0, 0, 0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: score_inflation([1, 1], [1, 1], rng=rng()),
        lambda: score_inflation([1, 1], [1], rng=rng()),
        lambda: score_inflation([1, 1], [0, 1], clusters=[1], rng=rng()),
        lambda: survivors([0, 1], [np.nan, 0]),
        lambda: survivors([0, 1], [0, 0], labels=[1]),
        lambda: leaked([0, 1], [True], [False, True]),
        lambda: conflicting([[0]], [0], 2),
    ],
)
def test_what_does_not_fit_is_refused(call):
    with pytest.raises(MethodError):
        call()


def test_embeddings_that_point_one_way_are_semantic_duplicates():
    base = rng().standard_normal((40, 16))
    vectors = np.concatenate([base, 3 * base[:10] + 0.01, np.zeros((2, 16))])
    found = find_semantic_duplicates(vectors, threshold=0.98)
    assert found.cluster[40:50].tolist() == list(range(10))
    assert found.cluster[:40].tolist() == list(range(40))
    assert found.cluster[50:].tolist() == [50, 51]
    assert (found.similarity <= 1).all()
    with pytest.raises(MethodError):
        find_semantic_duplicates([[np.nan]])
    with pytest.raises(MethodError):
        find_semantic_duplicates([[1.0]], threshold=0)


def test_semantic_duplicates_are_the_same_across_blocks(monkeypatch):
    vectors = rng().standard_normal((90, 3))
    whole = find_semantic_duplicates(vectors, threshold=0.9)
    monkeypatch.setattr("workbench.methods.semantic_duplicates.BLOCK", 7)
    np.testing.assert_array_equal(
        whole.similarity >= 0.9, find_semantic_duplicates(vectors, threshold=0.9).similarity >= 0.9
    )


def test_a_random_split_of_comments_leaks_and_a_clustered_one_does_not(datasets: Path):
    with (datasets / "youtube_spam" / "youtube_spam.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    texts = [row["text"] for row in rows]
    labels = np.array([row["label"] == "spam" for row in rows]).astype(int)
    clusters = find_duplicates(texts, rng=rng()).cluster
    X = TextFeatures().fit_transform(texts)
    careless = rng().random(len(texts)) < 0.7
    bad = leaked(clusters, careless, ~careless)[~careless]
    predicted = (
        SoftLabelClassifier(2).fit(X[careless], labels[careless]).predict_proba(X[~careless])
    )
    found = score_inflation(predicted.argmax(1) == labels[~careless], bad, rng=rng())
    assert found.n_leaked > 50
    assert found.inflation > 0
    part = split(labels, clusters, (0.7, 0.3), n_classes=2, rng=rng())
    assert not leaked(clusters, part == 0, part == 1).any()
