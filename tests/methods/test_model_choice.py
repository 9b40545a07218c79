from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.methods.vote_worlds import (
    Labels,
    Votes,
    accuracy_of,
    crowd_rte,
    meeting,
    synthetic,
    unipolar,
    wrench,
)
from workbench.errors import MethodError
from workbench.methods.label_model import MajorityVote, make_label_model
from workbench.methods.lf_analysis import marginal_value
from workbench.methods.model_choice import balance_of_votes, choose
from workbench.methods.snorkel_model import SnorkelModel
from workbench.methods.trusted_choice import better_on
from workbench.methods.vote_agreement import agreement_of
from workbench.methods.votes import unique_patterns


def on_topics(named: NDArray[np.generic]) -> Votes:
    """Votes of functions of one class each that mostly speak on one of three topics."""
    rng = np.random.default_rng(0)
    topic, m = rng.integers(0, 3, 1500), len(named)
    fires = rng.random((1500, m)) < np.where(np.arange(m) % 3 == topic[:, None], 0.5, 0.04)
    return np.where(fires, named.astype(np.int64), -1)


class TestChoose:
    def accuracies(
        self, votes: Votes, truth: Labels, n_classes: int = 2, **options: object
    ) -> tuple[str, dict[str, float]]:
        choice = choose(votes, n_classes, **options)
        voted = (votes >= 0).any(axis=1)
        scores = {
            name: accuracy_of(model.predict_proba(votes), truth, where=voted)
            for name, model in choice.models.items()
        }
        chosen = accuracy_of(choice.probs, truth, where=voted)
        assert chosen == pytest.approx(scores[choice.name])
        return choice.name, scores

    def test_takes_snorkel_where_its_assumptions_hold(self) -> None:
        name, scores = self.accuracies(*synthetic(5000, 10, 2, seed=0))
        assert name == "snorkel"
        assert scores["snorkel"] > scores["majority"]

    def test_finds_a_balance_that_is_far_from_even(self) -> None:
        votes, truth = synthetic(5000, 10, 2, seed=0, balance=[0.9, 0.1])
        choice = choose(votes, 2)
        assert choice.balance_from == "votes"
        assert choice.balance == pytest.approx([0.9, 0.1], abs=0.03)
        voted = (votes >= 0).any(axis=1)
        blind = make_label_model("snorkel", 2, seed=0).fit(votes).predict_proba(votes)
        majority = MajorityVote(2).fit(votes).predict_proba(votes)
        assert accuracy_of(choice.probs, truth, where=voted) > 0.95
        assert accuracy_of(blind, truth, where=voted) < accuracy_of(majority, truth, where=voted)

    def test_the_balance_found_and_what_it_is_found_with_go_together(self) -> None:
        right = []
        for seed in range(2000, 2008):
            votes, truth = synthetic(5000, 10, 2, seed=seed, balance=[0.9, 0.1])
            choice = choose(votes, 2)
            assert choice.name == "dawid-skene"
            assert choice.balance_from == "votes"
            assert "balance is used. It is Dawid-Skene's estimate" in choice.reason
            right.append(accuracy_of(choice.probs, truth, where=(votes >= 0).any(axis=1)))
        assert np.mean(right) >= 0.95

    def test_starts_where_a_hundred_epochs_are_enough(self) -> None:
        # Snorkel draws a start as small as 0.01 for seed 9, and finds nothing from there.
        votes, truth = unipolar(5000, 10, seed=0, balance=[0.9, 0.1])
        tiny = make_label_model("snorkel", 2, seed=9).fit(votes, class_balance=[0.9, 0.1])
        name, scores = self.accuracies(votes, truth, class_balance=[0.9, 0.1])
        voted = (votes >= 0).any(axis=1)
        assert name == "snorkel"
        assert scores[name] > accuracy_of(tiny.predict_proba(votes), truth, where=voted) + 0.02

    @pytest.mark.parametrize("seed", range(3))
    def test_does_not_assume_a_balance_that_dawid_skene_can_tell(self, seed: int) -> None:
        votes, truth = synthetic(3000, 8, 2, seed=seed, balance=[0.6, 0.4])
        choice = choose(votes, 2)
        assert choice.balance_from == "assumed uniform"
        name, scores = self.accuracies(votes, truth)
        assert name == "dawid-skene"
        assert scores[name] > max(scores["snorkel"], scores["majority"]) + 0.005
        assert "depend on the class balance" in choice.reason
        known, _ = self.accuracies(votes, truth, class_balance=[0.6, 0.4])
        assert known == "snorkel"

    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize(
        ("n_classes", "rate", "accuracy"), [(3, 0.7, (0.45, 0.75)), (10, 0.8, (0.3, 0.75))]
    )
    def test_of_many_classes_functions_may_be_wrong_more_often(
        self, n_classes: int, rate: float, accuracy: tuple[float, float], seed: int
    ) -> None:
        # Agreement that two classes give by chance tells a lot of ten.
        votes, truth = synthetic(3000, 8, n_classes, seed=seed, rate=rate, accuracy=accuracy)
        found = agreement_of(unique_patterns(votes), n_classes)
        assert found is not None
        assert found.accuracy < 0.7
        name, scores = self.accuracies(votes, truth, n_classes)
        assert name != "majority"
        assert scores[name] > scores["majority"]
        assert scores[name] >= max(scores.values()) - 0.01

    @pytest.mark.parametrize("n_classes", [2, 3, 10])
    def test_functions_that_mostly_guess_are_left_to_the_majority(self, n_classes: int) -> None:
        guess = 1 / n_classes
        weak = (guess, 0.3 + 0.7 * guess)
        votes, _ = synthetic(3000, 8, n_classes, seed=0, accuracy=weak)
        choice = choose(votes, n_classes)
        assert choice.name == "majority"
        assert "too little to weigh them" in choice.reason

    def test_many_classes_take_many_votes_to_weigh_such_functions(self) -> None:
        votes, _ = synthetic(1000, 4, 60, seed=0, accuracy=(0.5, 0.75))
        choice = choose(votes, 60)
        assert choice.name == "majority"
        assert "too few of their votes meet" in choice.reason
        votes, _ = synthetic(10_000, 4, 60, seed=0, accuracy=(0.5, 0.75))
        assert "too few" not in choose(votes, 60).reason

    def test_takes_snorkel_where_that_balance_is_given(self) -> None:
        votes, truth = synthetic(5000, 10, 2, seed=0, balance=[0.9, 0.1])
        name, _ = self.accuracies(votes, truth, class_balance=[0.9, 0.1])
        assert name == "snorkel"

    def test_falls_back_to_majority_where_the_balance_is_swapped(self) -> None:
        votes, truth = synthetic(5000, 10, 2, seed=0, balance=[0.9, 0.1])
        name, scores = self.accuracies(votes, truth, class_balance=[0.1, 0.9])
        assert name == "majority"
        assert scores["snorkel"] < 0.6

    @pytest.mark.parametrize("n_classes", [2, 3])
    def test_votes_for_one_class_show_no_balance(self, n_classes: int) -> None:
        votes = on_topics(np.ones(6))
        choice = choose(votes, n_classes)
        assert "all votes are for one class" in choice.reason
        assert (choice.balance, choice.balance_from) == (None, "assumed uniform")
        # What is believed of a row without a vote is what is believed of any row.
        silent = choice.probs[(votes < 0).all(axis=1)]
        assert silent == pytest.approx(np.full(silent.shape, 1 / n_classes))
        for some in (votes, np.full((5, 4), -1)):
            assert balance_of_votes(some, n_classes) == pytest.approx(1 / n_classes)

    @pytest.mark.parametrize(("n_classes", "n_seen"), [(4, 2), (10, 3)])
    def test_a_class_without_a_vote_takes_no_share_from_a_frequent_one(
        self, n_classes: int, n_seen: int
    ) -> None:
        rng = np.random.default_rng(0)
        shares = np.array([0.9, *[0.1 / (n_seen - 1)] * (n_seen - 1)])
        truth = rng.choice(n_seen, 3_000, p=shares)
        right = rng.random((3_000, 6)) < 0.8
        votes = np.where(right, truth[:, None], rng.integers(0, n_seen, (3_000, 6)))
        votes = np.where(rng.random((3_000, 6)) < 0.5, votes, -1)
        choice = choose(votes, n_classes)
        assert choice.name != "majority"
        assert "unexplained" not in choice.reason
        assert choice.balance is None or choice.balance[0] > 0.7

    @pytest.mark.parametrize("n_classes", [6, 10])
    def test_what_snorkel_leaves_unexplained_may_be_a_training_too_short(
        self, n_classes: int
    ) -> None:
        votes, _ = synthetic(3_000, 6, n_classes, seed=0, rate=0.5, accuracy=(0.73, 0.73))
        # Drawn independently given the class, as the longer training finds.
        short, long = (
            SnorkelModel(n_classes, seed=0, n_epochs=n).fit(votes).misfit_ for n in (100, 500)
        )
        assert short > 0.1
        assert long < 0.01
        reason = choose(votes, n_classes).reason
        assert f"leaves {short:.0%} of what the functions do together unexplained" in reason
        assert "depend on each other given the class, or its training is too short" in reason

    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize(
        "case",
        [
            lambda seed: synthetic(4000, 10, 2, seed=seed),
            lambda seed: synthetic(4000, 10, 5, seed=seed),
            lambda seed: synthetic(4000, 3, 2, seed=seed),
            lambda seed: synthetic(4000, 2, 2, seed=seed),
            lambda seed: synthetic(4000, 10, 2, seed=seed, balance=[0.9, 0.1]),
            lambda seed: synthetic(4000, 10, 2, seed=seed, accuracy=(0.2, 0.45)),
            lambda seed: unipolar(4000, 10, seed=seed),
            lambda seed: unipolar(4000, 10, seed=seed, balance=[0.9, 0.1]),
        ],
        ids=["good", "5 classes", "3 LFs", "2 LFs", "90/10", "worse", "unipolar", "unipolar 90/10"],
    )
    def test_is_never_worse_than_majority_vote(
        self, case: Callable[[int], tuple[Votes, Labels]], seed: int
    ) -> None:
        votes, truth = case(seed)
        name, scores = self.accuracies(votes, truth, int(truth.max()) + 1)
        assert scores[name] >= scores["majority"] - 0.005

    @pytest.mark.parametrize("seed", range(300, 304))
    @pytest.mark.parametrize(("m", "n_copies"), [(5, 1), (10, 1), (10, 4), (20, 1), (20, 4)])
    def test_a_copied_function_does_no_harm(self, m: int, n_copies: int, seed: int) -> None:
        votes, truth = synthetic(5000, m, 2, seed=seed)
        votes[:, :n_copies] = votes[:, [-1]]
        name, scores = self.accuracies(votes, truth)
        assert scores[name] >= scores["majority"] - 0.005

    @given(
        seed=st.integers(0, 1000), m=st.integers(4, 9), n_copies=st.integers(1, 4), data=st.data()
    )
    @settings(max_examples=20)
    def test_a_copy_changes_no_label(
        self, seed: int, m: int, n_copies: int, data: st.DataObject
    ) -> None:
        votes, _ = synthetic(1000, m, 2, seed=seed)
        copied = data.draw(st.integers(0, m - 1))
        more = np.hstack([votes, np.repeat(votes[:, [copied]], n_copies, axis=1)])
        before, after = choose(votes, 2), choose(more, 2)
        assert after.copy_of.tolist() == [*range(m), *[copied] * n_copies]
        assert after.name == before.name
        if after.name != "majority":  # which counts every vote, as who asks for it expects
            assert after.probs == pytest.approx(before.probs, abs=1e-6)
            model = after.models[after.name]
            evidence = model.explain(more[0])
            assert evidence[[copied, *range(m, m + n_copies)]].sum(axis=0) == pytest.approx(
                before.models[before.name].explain(votes[0])[copied]
            )
            assert marginal_value(model, more).labels_changed[[copied, -1]].tolist() == [0, 0]

    def test_functions_that_never_meet_are_left_to_the_majority(self) -> None:
        votes, truth = synthetic(3000, 10, 2, seed=0, rate=1.0)
        votes[np.arange(3000)[:, None] % 10 != np.arange(10)] = -1
        name, _ = self.accuracies(votes, truth)
        assert name == "majority"

    @pytest.mark.parametrize("n_classes", [2, 3])
    @pytest.mark.parametrize(("one", "other"), [(0.8, 0.95), (0.95, 0.8)])
    @pytest.mark.parametrize(
        ("meetings", "sides"),
        [
            ([(0, j) for j in range(1, 9)], [0, *[1] * 8]),
            ([(0, 1), (0, 2)], [0, 1, 1]),
            ([(j, j + 1) for j in range(5)], [0, 1, 0, 1, 0, 1]),
            ([(0, 1), (0, 2), (0, 3), (1, 4), (2, 5), (3, 6)], [0, 1, 1, 1, 0, 0, 0]),
            ([(i, j) for i in range(3) for j in range(3, 6)], [0, 0, 0, 1, 1, 1]),
            ([(0, 1), (0, 2), (3, 4), (3, 5)], [0, 1, 1, 0, 1, 1]),
            ([(0, 1, 2), *[(0, j % 6 + 3) for j in range(120)]], [0, *[1] * 8]),
        ],
        ids=["star", "two halves", "chain", "tree", "two sides", "stars", "hardly a triangle"],
    )
    def test_functions_on_two_sides_that_meet_across_only_are_left_to_the_majority(
        self,
        meetings: list[tuple[int, ...]],
        sides: list[int],
        one: float,
        other: float,
        n_classes: int,
    ) -> None:
        # Good functions of one side and poor ones of the other leave the votes of the reverse.
        accuracy = [(one, other)[side] for side in sides]
        votes, truth = meeting(meetings, accuracy, n=2420, n_classes=n_classes, seed=0)
        choice = choose(votes, n_classes)
        assert choice.name == "majority"
        assert "cannot be told from their votes" in choice.reason
        assert not choice.is_told[0]
        rows = np.arange(0, len(truth), 8)
        guided = choose(votes, n_classes, trusted=(rows, truth[rows]))
        if guided.name != "majority":
            assert guided.is_told.all()

    @pytest.mark.parametrize(("one", "other"), [(0.8, 0.95), (0.95, 0.8)])
    @pytest.mark.parametrize("n", [600, 3000])
    def test_functions_that_meet_three_by_three_are_weighed(
        self, one: float, other: float, n: int
    ) -> None:
        meetings = [(0, i, j) for i in range(1, 5) for j in range(1, i)]
        accuracy = [one, *[other] * 4]
        votes, _ = meeting(meetings, accuracy, n=n, n_classes=2, seed=0)
        choice = choose(votes, 2)
        assert choice.is_told.all()
        assert "cannot be told" not in choice.reason
        learnt = choice.models["dawid-skene"].weights_
        assert learnt == pytest.approx(accuracy, abs=0.06)

    def test_functions_of_one_class_that_lie_apart_beside_one_on_their_rows(self) -> None:
        votes, _ = meeting(
            [(0, j) for j in range(1, 7)], [0.8, *[0.95] * 6], n=2400, n_classes=2, seed=0
        )
        for j in range(1, 7):
            votes[(votes[:, j] != j % 2) & (votes[:, j] >= 0)] = -1
        choice = choose(votes, 2)
        assert choice.name == "majority"
        assert "cannot be told from their votes" in choice.reason
        # Those that speak independently of each other are told by how often they do so together.
        assert choose(unipolar(5000, 10, seed=0)[0], 2).is_told.all()

    def test_a_common_class_settles_what_accuracies_do_not(self) -> None:
        votes, truth = meeting(
            [(0, j) for j in range(1, 5)], [0.8, *[0.9] * 4], n=2000, n_classes=2, seed=0
        )
        rng = np.random.default_rng(0)
        keep = (truth == 0) | (rng.random(len(truth)) < 0.1)
        votes, truth = votes[keep], truth[keep]
        name, scores = self.accuracies(votes, truth, class_balance=[0.9, 0.1])
        assert name != "majority"
        assert scores[name] > scores["majority"] + 0.03

    def test_only_functions_that_vote_count(self) -> None:
        votes, _ = synthetic(500, 5, 2, seed=0)
        votes[:, 2:] = -1
        choice = choose(votes, 2)
        assert choice.name == "majority"
        assert "snorkel" not in choice.models

    @pytest.mark.parametrize("shape", [(5, 4), (5, 0)])
    def test_no_votes_at_all_give_the_balance(self, shape: tuple[int, int]) -> None:
        choice = choose(np.full(shape, -1), 2, class_balance=[0.7, 0.3])
        assert choice.probs == pytest.approx(np.tile([0.7, 0.3], (5, 1)))
        assert set(choice.disagreement.values()) == {0.0}

    def test_reports_how_far_each_model_is_from_the_majority(self) -> None:
        votes, _ = synthetic(2000, 10, 2, seed=0, balance=[0.9, 0.1])
        choice = choose(votes, 2)
        assert choice.disagreement["majority"] == 0
        assert 0 < choice.disagreement["snorkel"] < 0.1
        assert set(choice.disagreement) == set(choice.models)

    def test_trusted_labels_overrule_the_evidence(self) -> None:
        votes, truth = synthetic(5000, 10, 2, seed=0, balance=[0.9, 0.1])
        rows = np.arange(0, 5000, 10)
        blind = choose(votes, 2, class_balance=[0.3, 0.7])
        guided = choose(votes, 2, class_balance=[0.3, 0.7], trusted=(rows, 1 - truth[rows]))
        worst = {
            name: accuracy_of(model.predict_proba(votes), truth)
            for name, model in guided.models.items()
        }
        assert guided.name == min(worst, key=lambda name: worst[name]) != blind.name
        assert "trusted labels" in guided.reason

    def test_a_few_trusted_labels_do_not(self) -> None:
        votes, truth = synthetic(5000, 10, 2, seed=0)
        rows = np.arange(20)
        guided = choose(votes, 2, trusted=(rows, 1 - truth[rows]))
        assert guided.name == choose(votes, 2).name

    @pytest.mark.parametrize(
        ("n", "n_gained", "is_better"), [(29, 29, 0), (100, 3, 0), (100, 9, 1)]
    )
    def test_another_model_is_better_where_its_gain_is_beyond_noise(
        self, n: int, n_gained: int, is_better: int
    ) -> None:
        votes, truth = np.zeros((n, 2), dtype=np.int64), np.zeros(n, dtype=np.int64)
        right = np.tile([1.0, 0.0], (n, 1))
        wrong = right.copy()
        wrong[:n_gained] = [0.0, 1.0]
        probs = {"one": wrong, "other": right}
        found = better_on(votes, probs, (np.arange(n), truth), "one")
        assert found == ("other" if is_better else None)
        assert better_on(votes, probs, (np.arange(n), truth), "other") is None

    def test_refuses_trusted_rows_that_are_not_there(self) -> None:
        with pytest.raises(MethodError, match=r"outside 0\.\.2"):
            choose([[0, 1, 1]] * 3, 2, trusted=([3], [0]))

    @pytest.mark.parametrize(
        ("name", "n_classes"), [("wrench_youtube", 2), ("wrench_semeval", 9), ("crowd_rte", 2)]
    )
    def test_is_close_to_the_best_on_real_votes(
        self, datasets: Path, name: str, n_classes: int
    ) -> None:
        votes, gold = crowd_rte(datasets) if name == "crowd_rte" else wrench(datasets, name)
        chosen, scores = self.accuracies(votes, gold, n_classes)
        assert scores[chosen] >= max(scores.values()) - 0.01
        assert scores[chosen] >= scores["majority"]


class TestSizes:
    """Numbers of functions and classes at the ends of what is met."""

    @pytest.mark.parametrize("m", [0, 1, 2])
    def test_few_functions(self, m: int) -> None:
        votes, _ = synthetic(200, max(m, 1), 2, seed=0)
        choice = choose(votes[:, :m], 2)
        assert choice.name == "majority"
        assert choice.probs.sum(axis=1) == pytest.approx(1)

    @pytest.mark.slow
    def test_two_thousand_functions(self) -> None:
        votes, truth = synthetic(200, 2000, 2, seed=0, rate=0.01)
        choice = choose(votes, 2)
        assert accuracy_of(choice.probs, truth) > 0.95

    def test_150_classes(self) -> None:
        votes, truth = synthetic(300, 3, 150, seed=0, rate=0.9, accuracy=(0.7, 0.9))
        choice = choose(votes, 150)
        assert choice.probs.shape == (300, 150)
        majority = MajorityVote(150).fit(votes).predict_proba(votes)
        assert accuracy_of(choice.probs, truth) >= accuracy_of(majority, truth) - 0.005

    def test_one_class_only(self) -> None:
        votes = np.where(np.random.default_rng(0).random((300, 5)) < 0.4, 1, -1)
        choice = choose(votes, 2)
        voted = (votes >= 0).any(axis=1)
        assert (choice.probs[voted].argmax(axis=1) == 1).all()
