"""Strategies that have nothing to say of some rows, or of any."""

from __future__ import annotations

import numpy as np
import pytest

from tests.methods.sampling_pools import pool, rng
from workbench.methods.sampling import propose
from workbench.methods.uncertainty import margin


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
