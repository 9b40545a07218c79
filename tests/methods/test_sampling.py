"""Choosing a batch: what every strategy promises, and what each is for."""

from __future__ import annotations

import csv
import itertools
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from tests.methods.sampling_pools import ask, pool, rng, templated
from workbench.errors import EmptyPoolError, MethodError
from workbench.methods import strategies
from workbench.methods.auto_strategy import MeasuredGain
from workbench.methods.coverage import cover_by_weight
from workbench.methods.cross_fitting import out_of_fold_probabilities
from workbench.methods.features import TextFeatures
from workbench.methods.sampling import STRATEGIES, propose
from workbench.methods.strategies import MAX_CLUSTERED
from workbench.methods.uncertainty import entropy, margin


@pytest.mark.parametrize("strategy", STRATEGIES)
class TestEveryStrategy:
    def test_gives_n_distinct_rows_of_the_pool_with_reasons(self, strategy):
        X, probs = pool()
        labelled = np.arange(25, 40)
        chosen = ask(X, probs, n=20, pool=np.arange(30, 100), labelled=labelled, strategy=strategy)
        assert len(set(chosen.indices)) == 20
        assert set(chosen.indices) <= set(range(40, 100))
        for values in (chosen.reason, chosen.score, chosen.is_random, chosen.chosen_by):
            assert len(values) == 20
        assert all(chosen.reason)
        assert ((chosen.score >= 0) & (chosen.score <= 1)).all()
        assert sum(share.n for share in chosen.shares) == 20
        assert ((chosen.rank >= 1) & (chosen.rank <= 60)).all()

    def test_repeats_itself_for_a_seed(self, strategy):
        X, probs = pool()
        first, second = (ask(X, probs, n=15, seed=7, strategy=strategy) for _ in range(2))
        np.testing.assert_array_equal(first.indices, second.indices)
        assert first.reason == second.reason

    def test_returns_the_whole_pool_where_it_is_small(self, strategy):
        X, probs = pool(8)
        chosen = ask(X, probs, n=50, strategy=strategy)
        assert sorted(chosen.indices) == list(range(8))

    def test_refuses_an_empty_pool(self, strategy):
        X, probs = pool(8)
        with pytest.raises(EmptyPoolError):
            ask(X, probs, n=5, labelled=np.ones(8, bool), strategy=strategy)

    @pytest.mark.parametrize("X", [np.zeros((30, 4)), np.ones((30, 4)), csr_matrix((30, 4))])
    def test_survives_equal_rows_and_a_single_class_and_says_so(self, strategy, X):
        chosen = ask(X, np.ones((30, 1)), n=10, strategy=strategy)
        assert len(set(chosen.indices)) == 10
        by_distance = {
            "auto", "typicality", "doubtful-clusters", "margin-diversity", "entropy-diversity",
            "doubtful-cover", "k-centre", "facility-location", "prob-cover",
        }  # fmt: skip
        assert any("distances tell nothing" in n for n in chosen.notes) == (strategy in by_distance)

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    def test_refuses_features_that_are_not_finite(self, strategy, bad):
        X, probs = pool(20)
        X[7, 2] = bad
        with pytest.raises(MethodError, match="first in row 7"):
            ask(X, probs, n=5, strategy=strategy)
        with pytest.raises(MethodError, match="first in row 7"):
            ask(csr_matrix(X), probs, n=5, strategy=strategy)

    def test_serves_150_classes(self, strategy):
        X, probs = pool(60, 150)
        assert len(ask(X, probs, n=12, labelled=np.arange(20), strategy=strategy).indices) == 12

    def test_works_once_a_single_class_was_seen(self, strategy):
        X, _ = pool(40)
        probs = np.tile([1.0, 0.0, 0.0], (40, 1))
        assert len(ask(X, probs, n=9, labelled=[3], strategy=strategy).indices) == 9

    def test_marks_its_random_rows(self, strategy):
        X, probs = pool()
        chosen = ask(X, probs, n=20, strategy=strategy, random_share=0.25)
        assert chosen.is_random.sum() == (20 if strategy == "random" else 5)
        marked = [reason == "random control" for reason in chosen.reason]
        np.testing.assert_array_equal(marked, chosen.is_random)
        np.testing.assert_array_equal(marked, [by == "random" for by in chosen.chosen_by])

    def test_never_asks_for_two_near_duplicates(self, strategy):
        topics = ("refund", "card", "transfer", "pin", "cash", "limit", "fee", "account")
        texts = [
            f"please help me with the {topics[i // 5]} today{'!' * (i % 5)}" for i in range(40)
        ]
        X = np.repeat(rng().random((8, 6)), 5, axis=0).astype(np.float32)
        probs = rng().dirichlet(np.ones(3), 40)
        chosen = ask(X, probs, n=20, texts=texts, strategy=strategy)
        assert len({index // 5 for index in chosen.indices}) == len(chosen.indices) <= 8
        assert "repeat" in chosen.notes[-1]


def test_a_class_that_is_asked_for_is_looked_for_among_its_likely_rows():
    X, probs = pool(200)
    chosen = propose(X, n=10, rng=rng(), probs=probs, focus=2, random_share=0, strategy="margin")
    likely = np.argsort(-probs[:, 2])[:50]
    assert set(chosen.indices) <= set(likely)
    never = np.tile([0.7, 0.3, 0.0], (200, 1))
    anywhere = propose(X, n=10, rng=rng(), probs=never, focus=2)
    assert len(anywhere.indices) == 10
    assert anywhere.notes == (
        "no row is believed to be class 2, so the batch is chosen from all rows",
    )


def test_where_random_rows_and_what_repeats_them_are_all_nothing_is_said_of_a_class() -> None:
    X = np.ones((30, 4), np.float32)
    chosen = propose(
        X, n=10, rng=rng(), probs=np.full((30, 3), 1 / 3), focus=2, texts=["same text"] * 30
    )
    assert len(chosen.indices) == 1
    assert not any("believed" in note for note in chosen.notes)


def test_before_anything_is_known_a_class_is_looked_for_among_all_rows():
    X, _ = pool(50)
    chosen = propose(X, n=10, rng=rng(), focus=1)
    assert len(chosen.indices) == 10
    assert "nothing is known yet" in chosen.notes[0]


def test_a_strategy_without_a_model_asks_for_the_class_that_is_missing():
    X, _ = pool(50)
    for labelled, classes in [(None, "of two classes"), ([1, 2], "of a second class")]:
        for strategy in ("margin", "disagreement"):
            with pytest.raises(MethodError) as caught:
                propose(X, n=5, rng=rng(), labelled=labelled, strategy=strategy)
            assert f"Annotate rows {classes} first" in str(caught.value)


def test_distances_tell_nothing_only_where_they_were_asked():
    X, probs = pool(40)
    level = np.ones((40, 3))
    said = [
        propose(X, n=8, rng=rng(), probs=probs, geometry=level, strategy=s, pool=rows).notes
        for s, rows in [("typicality", None), ("margin", None), ("typicality", [4])]
    ]
    assert said == [("all rows are in one place: distances tell nothing here",), (), ()]


def test_where_all_rows_are_in_one_place_they_are_drawn_and_say_so():
    X, _ = pool(40)
    chosen = propose(X, n=8, rng=rng(), geometry=np.ones((40, 3)), strategy="k-centre")
    assert chosen.indices.tolist() != list(range(8))
    by_centre = [r for r, by in zip(chosen.reason, chosen.chosen_by, strict=True) if by != "random"]
    assert set(by_centre) == {"drawn evenly"}
    assert chosen.is_random.sum() == 1


@pytest.mark.parametrize(
    "options",
    [
        {"n": 2.5},
        {"n": "many"},
        {"n": True},
        {"focus": "a", "probs": np.full((9, 2), 0.5)},
        {"rng": 3},
        {"texts": ["one"]},
        {"features": [1, 2]},
        {"features": [["a"], ["b"]]},
        {"features": np.full((9, 2), 1e300)},
    ],
)
def test_bad_arguments_are_named(options):
    arguments = {"features": np.eye(9), "n": 3, "rng": rng(), **options}
    with pytest.raises(MethodError):
        propose(arguments.pop("features"), **arguments)


def test_lists_are_features_and_large_numbers_are_not_called_infinite():
    assert len(propose(np.eye(9).tolist(), n=3, rng=rng()).indices) == 3
    with pytest.raises(MethodError, match="beyond the largest float32"):
        propose(np.eye(9) * 1e300, n=3, rng=rng())


def test_a_certain_row_is_not_called_a_close_call():
    probs = np.tile([0.99, 0.01], (30, 1))
    chosen = propose(
        np.random.default_rng(0).random((30, 3)), n=5, rng=rng(), probs=probs,
        strategy="margin-diversity", random_share=0,
    )  # fmt: skip
    assert not any("close call" in reason for reason in chosen.reason)


def test_a_row_stands_for_the_rows_of_its_cluster_that_have_no_label():
    X = np.repeat(np.eye(2), [30, 5], axis=0)
    probs = np.full((35, 2), 0.5)
    for strategy in ("typicality", "doubtful-clusters"):
        chosen = propose(
            X, n=23, rng=rng(), probs=probs, labelled=np.arange(12), strategy=strategy,
            random_share=0,
        )  # fmt: skip
        in_first = chosen.indices < 30
        assert set(chosen.stands_for[in_first]) == {18}
        assert set(chosen.stands_for[~in_first]) == {5}


@pytest.mark.parametrize(
    ("strategy", "n_labelled"),
    [*itertools.product(["typicality", "doubtful-clusters"], [0, 30]), ("auto", 0)],
)
def test_in_a_pool_too_large_to_cluster_a_row_stands_for_all_rows_of_its_cluster(
    strategy, n_labelled
):
    sizes = np.array([36_000, 5_000])
    assert sizes.sum() > MAX_CLUSTERED
    X = np.repeat(np.eye(2), sizes, axis=0)
    chosen = propose(
        X, n=20, rng=rng(), probs=np.full((len(X), 2), 0.5), labelled=np.arange(n_labelled),
        strategy=strategy, class_names=["a", "b"],
    )  # fmt: skip
    in_second = chosen.indices >= sizes[0]
    by_clusters = np.isin(chosen.chosen_by, ["typicality", "doubtful-clusters"])
    assert by_clusters.any()
    # The other rows of the batch were chosen before.
    left = sizes - [n_labelled, 0] - np.bincount(in_second[~by_clusters], minlength=2)
    np.testing.assert_array_equal(
        chosen.stands_for[by_clusters], left[in_second[by_clusters].astype(int)]
    )
    for i in np.flatnonzero(by_clusters):
        assert f"stands for a cluster of {chosen.stands_for[i]:,} rows" in chosen.reason[i]


def test_shares_are_what_was_chosen():
    X, probs, texts = templated(600, 10)
    chosen = propose(X, n=50, rng=rng(), probs=probs, texts=texts, labelled=[600])
    assert sum(share.n for share in chosen.shares) == len(chosen.indices)
    for share in chosen.shares:
        assert share.n == chosen.chosen_by.count(share.strategy)


def test_auto_starts_with_typical_rows_and_turns_to_rows_in_doubt():
    X, probs = pool()
    few = propose(X, n=10, rng=rng(), probs=probs, labelled=np.arange(19))
    enough = propose(X, n=10, rng=rng(), probs=probs, labelled=np.arange(20))
    blind = propose(X, n=10, rng=rng(), labelled=np.arange(90))
    assert [few.strategy, enough.strategy, blind.strategy] == [
        "typicality", "doubtful-cover", "typicality",
    ]  # fmt: skip


def test_auto_gives_random_rows_half_of_the_batch_once_they_have_taught_more():
    X, probs = pool()
    options = {"n": 20, "probs": probs, "labelled": np.arange(30)}
    lost = MeasuredGain(chosen=0.001, random=0.01, noise=0.002)
    won = MeasuredGain(chosen=0.01, random=0.001, noise=0.002)
    assert propose(X, rng=rng(), gain=lost, **options).is_random.sum() == 10
    assert propose(X, rng=rng(), gain=won, **options).is_random.sum() == 2
    asked = propose(X, rng=rng(), gain=lost, strategy="margin", **options)
    assert asked.is_random.sum() == 2


def test_auto_divides_the_batch_by_how_far_clusters_can_be_trusted():
    X, _ = pool()
    probs = rng(1).dirichlet(np.ones(40), len(X))
    for trust, by_clusters in [(1.0, 18), (0.5, 9), (0.0, 0)]:
        chosen = propose(
            X, n=20, rng=rng(), probs=probs, labelled=np.arange(40), cluster_share=trust
        )
        assert chosen.chosen_by.count("doubtful-clusters") == by_clusters
        assert chosen.chosen_by.count("doubtful-cover") == 18 - by_clusters


def test_auto_leaves_clusters_once_there_are_more_labels_than_classes():
    X, _ = pool()
    probs = rng(1).dirichlet(np.ones(30), len(X))
    for n_labelled, by_clusters in [(30, 18), (60, 9)]:
        chosen = propose(X, n=20, rng=rng(), probs=probs, labelled=np.arange(n_labelled))
        assert chosen.chosen_by.count("doubtful-clusters") == by_clusters
        assert chosen.chosen_by.count("doubtful-cover") == 18 - by_clusters


def test_reasons_name_the_classes_and_the_rank():
    X = rng().random((4, 2))
    probs = [[0.51, 0.49], [0.9, 0.1], [0.8, 0.2], [0.99, 0.01]]
    chosen = propose(
        X, n=1, rng=rng(), probs=probs, strategy="margin", random_share=0,
        class_names=["spam", "ham"],
    )  # fmt: skip
    assert chosen.indices.tolist() == [0]
    assert chosen.reason == ("close call: spam 0.51 / ham 0.49, rank 1 of 4",)


def test_margin_takes_the_closest_calls_in_order():
    X, probs = pool()
    chosen = propose(X, n=10, rng=rng(), probs=probs, strategy="margin", random_share=0)
    expected = np.argsort(-margin(probs), kind="stable")[:10]
    np.testing.assert_array_equal(chosen.indices, expected)


@pytest.mark.parametrize("strategy", ["margin-diversity", "entropy-diversity"])
def test_doubtful_rows_of_a_batch_differ_from_each_other(strategy):
    X = np.repeat(np.eye(5), 20, axis=0)
    probs = np.tile([0.5, 0.5], (100, 1))
    chosen = propose(X, n=5, rng=rng(), probs=probs, strategy=strategy, random_share=0)
    assert len(set(chosen.indices // 20)) == 5


def test_entropy_diversity_asks_for_rows_that_may_be_of_any_class():
    """Of rows between two classes and rows between all, the second are the more doubtful."""
    X = rng().random((60, 4))
    probs = np.tile([0.5, 0.5, 0.0, 0.0], (60, 1))
    probs[::2] = [0.4, 0.2, 0.2, 0.2]
    options = {"n": 6, "probs": probs, "random_share": 0}
    by_entropy = propose(X, rng=rng(), strategy="entropy-diversity", **options)
    by_margin = propose(X, rng=rng(), strategy="margin-diversity", **options)
    assert (by_entropy.indices % 2 == 0).all()
    assert (by_margin.indices % 2 == 1).all()
    np.testing.assert_allclose(by_entropy.score, entropy(probs)[by_entropy.indices])


@pytest.mark.parametrize(
    "bad",
    [
        {"n": 0},
        {"n": 5, "strategy": "clever"},
        {"n": 5, "strategy": "margin"},
        {"n": 5, "random_share": 1.5},
        {"n": 5, "random_share": "x"},
        {"n": 5, "cluster_share": None},
        {"n": 5, "cluster_share": -0.1},
        {"n": 5, "pool": [99]},
        {"n": 5, "pool": [True, False]},
        {"n": 5, "labelled": [0.5]},
        {"n": 5, "probs": np.ones((3, 1))},
        {"n": 5, "probs": np.ones((10, 1)), "class_names": ["a", "b"]},
    ],
)
def test_bad_arguments_are_refused(bad):
    with pytest.raises(MethodError):
        propose(np.eye(10), rng=rng(), **bad)


def test_real_comments_close_calls_have_small_margins(datasets: Path):
    with (datasets / "youtube_spam" / "youtube_spam.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[:600]
    labels = np.array([row["label"] == "spam" for row in rows], np.int64)
    X = TextFeatures().fit_transform([row["text"] for row in rows])
    probs = out_of_fold_probabilities(X, labels, 2, rng=rng())
    chosen = propose(X, n=30, rng=rng(), probs=probs, labelled=np.arange(20))
    assert chosen.strategy == "doubtful-cover"
    assert margin(probs)[chosen.indices[~chosen.is_random]].mean() > 2 * margin(probs).mean()


def test_a_large_batch_covers_its_most_doubtful_rows_and_takes_the_next_ones(monkeypatch):
    """Every pair of them is compared: of a batch of 40,000 rows that would be gigabytes."""
    n_covered = []

    def cover(X, weights, n):
        n_covered.append(X.shape[0])
        return cover_by_weight(X, weights, n)

    monkeypatch.setattr(strategies, "cover_by_weight", cover)
    monkeypatch.setattr(strategies, "MAX_COVERED", 30)
    X, probs = pool()
    chosen = ask(X, probs, strategy="doubtful-cover", n=80, random_share=0)
    assert n_covered == [30]
    by_doubt = np.argsort(probs.max(axis=1))
    assert set(chosen.indices[:30]) == set(by_doubt[:30])
    assert chosen.indices[30:].tolist() == by_doubt[30:80].tolist()


def test_a_large_pool_is_never_copied():
    draws = np.random.default_rng(0)
    points = draws.standard_normal((40_000, 64), np.float32)
    probs = draws.dirichlet(np.ones(2), 40_000).astype(np.float32)
    tracemalloc.start()
    propose(points, n=5, rng=draws, probs=probs, strategy="margin-diversity")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < points.nbytes


def test_a_small_score_is_never_shown_as_none():
    X, probs = pool(50)
    options = {"conflict": np.full(50, 0.002), "strategy": "lf-conflict", "random_share": 0}
    chosen = propose(X, n=5, rng=rng(), probs=probs, **options)
    assert all("contradict each other (below 0.01)" in reason for reason in chosen.reason)


@pytest.mark.parametrize("strategy", ["typicality", "doubtful-clusters"])
def test_copies_that_rounding_tells_apart_are_one_cluster(strategy: str) -> None:
    X = np.repeat(np.eye(2), [60, 30], axis=0)
    X = (X + rng().normal(0, 3e-7, X.shape)).astype(np.float32)
    chosen = propose(
        X, n=10, rng=rng(), probs=np.full((90, 2), 0.5), labelled=[0], strategy=strategy,
        random_share=0,
    )  # fmt: skip
    size = np.where(chosen.indices < 60, 59, 30)
    assert chosen.stands_for.tolist() == size.tolist()
    assert chosen.indices[0] >= 60 or strategy != "typicality"  # the other kind has a label


@pytest.mark.parametrize(("first", "said"), [(0.55, "close call"), (0.75, "believed")])
def test_only_classes_that_are_nearly_level_are_a_close_call(first: float, said: str) -> None:
    probs = np.array([[first, 1 - first]])
    (reason,) = propose(np.eye(1), n=1, rng=rng(), probs=probs, strategy="margin").reason
    assert reason.startswith(said)
