from __future__ import annotations

import csv
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from workbench.errors import EmptyPoolError, MethodError
from workbench.methods.auto_strategy import MeasuredGain
from workbench.methods.cross_fitting import out_of_fold_probabilities
from workbench.methods.features import TextFeatures
from workbench.methods.sampling import STRATEGIES, propose
from workbench.methods.strategies import MAX_CLUSTERED
from workbench.methods.uncertainty import entropy, margin


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# The template: every strategy keeps these promises.


def pool(n: int = 120, k: int = 3, seed: int = 0):
    X = rng(seed).random((n, 6)).astype(np.float32)
    return X, rng(seed).dirichlet(np.full(k, 0.5), n)


def ask(X, probs, *, strategy: str, seed: int = 0, **options):
    """Propose with everything that some strategy may want."""
    scores = rng(5).random((3, X.shape[0]))
    return propose(
        X, probs=probs, strategy=strategy, rng=rng(seed), disagreement=scores[0],
        conflict=scores[1], doubt=scores[2], **options,
    )  # fmt: skip


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
            "k-centre", "facility-location", "prob-cover",
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


def templated(n_copies: int, n_others: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Fillings of one template, which a model is in doubt about, and rows that differ."""
    draws = rng(1)
    words = np.array([f"{a}{b}" for a in "bdfgklmnprst" for b in ("ala", "ero", "ino", "ulu")])
    texts = [
        f"your ticket {i} was received and will be answered by our team soon"
        for i in range(n_copies)
    ]
    texts += [" ".join(draws.choice(words, 8, replace=False)) for _ in range(n_others)]
    n = n_copies + n_others
    X = unit_rows(draws.standard_normal((n, 6)))
    X[:n_copies] = unit_rows(X[:1] + 0.01 * draws.standard_normal((n_copies, 6)))
    close = np.where(np.arange(n) < n_copies, 0.5, 0.9 + 0.05 * draws.random(n))
    return X, np.column_stack([close, 1 - close]), texts


def unit_rows(X: np.ndarray) -> np.ndarray:
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_template_with_many_fillings_does_not_starve_the_batch(strategy):
    X, probs, texts = templated(600, 120)
    chosen = ask(X, probs, n=50, texts=texts, labelled=np.arange(600, 625), strategy=strategy)
    assert len(chosen.indices) == 50
    assert chosen.notes == ()
    assert (chosen.indices < 600).sum() <= 1
    assert chosen.n_draws.sum() >= chosen.is_random.sum()


def test_where_the_rest_repeats_the_batch_is_smaller_and_says_so():
    X, probs, texts = templated(600, 10)
    chosen = propose(X, n=50, rng=rng(), probs=probs, texts=texts, labelled=[600])
    assert sorted(chosen.indices[chosen.indices >= 600]) == list(range(601, 610))
    assert len(chosen.indices) == 10
    assert chosen.notes == ("10 rows instead of 50: the other rows repeat these",)


def test_random_rows_stand_for_all_draws_that_say_the_same():
    X, _, texts = templated(600, 300)
    n_draws, of_template = [], []
    for seed in range(40):
        chosen = propose(X, n=20, rng=rng(seed), texts=texts, strategy="random")
        assert len(chosen.indices) == 20
        n_draws.append(chosen.n_draws.sum())
        of_template.append(chosen.n_draws[chosen.indices < 600].sum())
    share = np.array(of_template) / np.array(n_draws)
    assert share.mean() == pytest.approx(600 / 900, abs=0.03)
    most = int(chosen.n_draws.max())
    assert f"random control; {most} draws said the same" in chosen.reason


def test_a_class_that_is_asked_for_is_found_among_templates_too():
    X, probs, texts = templated(600, 200)
    chosen = propose(X, n=20, rng=rng(), probs=probs[:, ::-1], texts=texts, focus=0)
    assert len(chosen.indices) == 20


def test_a_class_that_is_asked_for_is_looked_for_among_its_likely_rows():
    X, probs = pool(200)
    chosen = propose(X, n=10, rng=rng(), probs=probs, focus=2, random_share=0, strategy="margin")
    likely = np.argsort(-probs[:, 2])[:50]
    assert set(chosen.indices) <= set(likely)
    never = np.tile([0.7, 0.3, 0.0], (200, 1))
    anywhere = propose(X, n=10, rng=rng(), probs=never, focus=2)
    assert len(anywhere.indices) == 10
    assert "nobody has seen one yet" in anywhere.notes[0]


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


@pytest.mark.parametrize("n_labelled", [0, 30])
@pytest.mark.parametrize("strategy", ["typicality", "doubtful-clusters", "auto"])
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


def test_auto_starts_with_typical_rows_and_turns_to_clusters_in_doubt():
    X, probs = pool()
    few = propose(X, n=10, rng=rng(), probs=probs, labelled=np.arange(19))
    enough = propose(X, n=10, rng=rng(), probs=probs, labelled=np.arange(20))
    blind = propose(X, n=10, rng=rng(), labelled=np.arange(90))
    assert [few.strategy, enough.strategy, blind.strategy] == [
        "typicality", "doubtful-clusters", "typicality",
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
    X, probs = pool()
    for trust, by_clusters in [(1.0, 18), (0.5, 9), (0.0, 0)]:
        chosen = propose(
            X, n=20, rng=rng(), probs=probs, labelled=np.arange(30), cluster_share=trust
        )
        assert chosen.chosen_by.count("doubtful-clusters") == by_clusters
        assert chosen.chosen_by.count("entropy-diversity") == 18 - by_clusters
    later = propose(X, n=20, rng=rng(), probs=probs, labelled=np.arange(60))
    assert later.chosen_by.count("doubtful-clusters") == 9


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
    assert chosen.strategy == "doubtful-clusters"
    assert margin(probs)[chosen.indices[~chosen.is_random]].mean() > 2 * margin(probs).mean()


def test_a_large_pool_is_never_copied():
    draws = np.random.default_rng(0)
    points = draws.standard_normal((40_000, 64), np.float32)
    probs = draws.dirichlet(np.ones(2), 40_000).astype(np.float32)
    tracemalloc.start()
    propose(points, n=5, rng=draws, probs=probs, strategy="margin-diversity")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < points.nbytes


@pytest.mark.parametrize(
    ("strategy", "field", "says", "nothing"),
    [
        ("disagreement", "disagreement", "models of a committee disagree", 0.0),
        ("lf-conflict", "conflict", "labeling functions contradict each other", 0.0),
        ("lf-entropy", "doubt", "the label model is in doubt", 0.004),
    ],
)
class TestStrategiesThatHaveNothingToSayOfSomeRows:
    def test_choose_the_others_alone_and_name_who_fills_the_batch(
        self, strategy, field, says, nothing
    ):
        X, probs = pool(100)
        score = np.full(100, nothing)
        score[[7, 20, 33, 41]] = [0.3, 0.9, 0.5, 0.01]
        options = {"n": 20, "strategy": strategy, "random_share": 0, field: score}
        for known, by in [(probs, "margin"), (None, "typicality")]:
            chosen = propose(X, rng=rng(), probs=known, **options)
            of = dict(zip(chosen.indices.tolist(), chosen.chosen_by, strict=True))
            assert {row for row, who in of.items() if who == strategy} == {7, 20, 33, 41}
            assert set(of.values()) == {strategy, by}
            assert len(of) == 20
            for row, reason in zip(chosen.indices, chosen.reason, strict=True):
                assert (says in reason) == (score[row] > nothing)
            assert [(share.strategy, share.n) for share in chosen.shares] == [
                ("random", 0), (strategy, 4), (by, 16),
            ]  # fmt: skip
            assert chosen.strategy == by
            assert chosen.notes == (f"only 4 rows are left where {says}; 16 by {by}",)
            assert not chosen.is_random.any()

    def test_fill_the_batch_with_the_closest_calls(self, strategy, field, says, nothing):
        X, probs = pool(100)
        score = np.full(100, nothing)
        score[[7, 20]] = 0.5
        options = {"probs": probs, "random_share": 0, field: score}
        chosen = propose(X, n=12, rng=rng(), strategy=strategy, **options)
        closest = [row for row in np.argsort(-margin(probs)) if row not in (7, 20)]
        assert set(chosen.indices) == {7, 20, *closest[:10]}

    def test_say_where_there_is_no_such_row_at_all(self, strategy, field, says, nothing):
        X, probs = pool(60)
        options = {"probs": probs, field: np.full(60, nothing)}
        chosen = propose(X, n=20, rng=rng(), strategy=strategy, **options)
        assert chosen.notes == (f"no row is left where {says}; 18 by margin",)
        assert chosen.chosen_by.count("margin") == 18
        assert chosen.is_random.sum() == 2
        assert not any(says in reason for reason in chosen.reason)
        # Where distances tell nothing either, the others are drawn, and are no yardstick.
        flat = np.ones((60, 3))
        chosen = propose(
            X, n=20, rng=rng(), strategy=strategy, geometry=flat, **{field: np.zeros(60)}
        )
        assert chosen.reason.count("drawn evenly") == 18
        assert chosen.is_random.sum() == 2

    def test_put_the_larger_part_last_and_need_no_filling_where_they_find_enough(
        self, strategy, field, says, nothing
    ):
        X, probs = pool(60)
        score = np.where(np.arange(60) < 15, 0.5, nothing)
        options = {"probs": probs, "strategy": strategy, "random_share": 0, field: score}
        chosen = propose(X, n=18, rng=rng(), **options)
        assert [share.n for share in chosen.shares] == [0, 3, 15]
        assert chosen.strategy == strategy
        assert chosen.chosen_by.count(strategy) == 15
        few = propose(X, n=10, rng=rng(), **options)
        assert few.notes == ()
        assert set(few.chosen_by) == {strategy}

    def test_look_among_the_rows_of_a_class_and_say_so(self, strategy, field, says, nothing):
        X, probs = pool(100)
        score = np.full(100, nothing)
        score[np.argmax(probs[:, 1])] = 0.5
        options = {"probs": probs, "strategy": strategy, "random_share": 0, field: score}
        chosen = propose(X, n=8, rng=rng(), focus=1, class_names=["a", "b", "c"], **options)
        among = "among the 40 rows that are likeliest b"
        assert chosen.notes == (f"only 1 row is left where {says}, {among}; 7 by margin",)
        assert chosen.shares[-1].why == f"no other row is left where {says}, {among}"


def test_a_small_score_is_never_shown_as_none():
    X, probs = pool(50)
    options = {"conflict": np.full(50, 0.002), "strategy": "lf-conflict", "random_share": 0}
    chosen = propose(X, n=5, rng=rng(), probs=probs, **options)
    assert all("contradict each other (below 0.01)" in reason for reason in chosen.reason)
