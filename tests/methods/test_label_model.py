from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from workbench.errors import MethodError, NotFittedError
from workbench.methods.dawid_skene import DawidSkene
from workbench.methods.label_model import (
    MajorityVote,
    contradicts_votes,
    expected_accuracy,
    informed,
    make_label_model,
)
from workbench.methods.model_choice import choose
from workbench.methods.pattern_model import PatternModel
from workbench.methods.snorkel_model import SnorkelModel

Votes = NDArray[np.int64]
Labels = NDArray[np.int64]
MakeModel = Callable[[int], PatternModel]

MODELS: dict[str, MakeModel] = {
    "majority": lambda K: make_label_model("majority", K, seed=3),
    "snorkel": lambda K: make_label_model("snorkel", K, seed=3),
    "dawid-skene": lambda K: make_label_model("dawid-skene", K, seed=3),
    "triplet": lambda K: make_label_model("triplet", K, seed=3),
    "dawid-skene, abstain is an outcome": lambda K: DawidSkene(K, abstain="outcome"),
}

vote_matrices = st.tuples(st.integers(1, 25), st.integers(3, 6)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(-1, 2))
)


def synthetic(
    n: int,
    m: int,
    n_classes: int,
    *,
    seed: int,
    rate: float = 0.4,
    accuracy: tuple[float, float] = (0.6, 0.95),
    balance: list[float] | None = None,
) -> tuple[Votes, Labels]:
    """Votes of independent functions that may name any class, and the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(n_classes, n, p=balance)
    right = rng.random((n, m)) < rng.uniform(*accuracy, m)
    wrong = (truth[:, None] + rng.integers(1, n_classes, (n, m))) % n_classes
    votes = np.where(right, truth[:, None], wrong)
    return np.where(rng.random((n, m)) < rate, votes, -1), truth


def unipolar(
    n: int, m: int, *, seed: int, balance: list[float] | None = None
) -> tuple[Votes, Labels]:
    """Votes of functions that name one class of two or abstain, and the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(2, n, p=balance)
    accuracy = rng.uniform(0.6, 0.95, m)
    named = np.arange(m) % 2
    fires = rng.random((n, m)) < 0.6 * np.where(truth[:, None] == named, accuracy, 1 - accuracy)
    return np.where(fires, named, -1), truth


@pytest.fixture(params=list(MODELS))
def make(request: pytest.FixtureRequest) -> MakeModel:
    return MODELS[request.param]


class TestEveryLabelModel:
    """What holds for each label model, whatever it assumes."""

    @given(votes=vote_matrices, given_balance=st.booleans())
    @settings(deadline=None, max_examples=25)
    @pytest.mark.parametrize("name", list(MODELS))
    def test_probabilities_sum_to_one(self, name: str, votes: Votes, given_balance: bool) -> None:
        balance = [0.7, 0.2, 0.1] if given_balance else None
        model = MODELS[name](3).fit(votes, class_balance=balance)
        unseen = np.vstack([np.full_like(votes[:1], v) for v in range(-1, 3)])
        probs = model.predict_proba(np.vstack([votes, unseen]))
        assert probs.shape == (len(votes) + 4, 3)
        assert (probs >= 0).all()
        assert probs.sum(axis=1) == pytest.approx(1)
        if model.weights_ is not None:
            assert ((model.weights_ >= 0) & (model.weights_ <= 1)).all()

    @given(votes=vote_matrices, seed=st.integers(0, 99))
    @settings(deadline=None, max_examples=25)
    @pytest.mark.parametrize("name", list(MODELS))
    def test_the_order_of_rows_and_functions_does_not_matter(
        self, name: str, votes: Votes, seed: int
    ) -> None:
        rng = np.random.default_rng(seed)
        rows, columns = rng.permutation(len(votes)), rng.permutation(votes.shape[1])
        straight = MODELS[name](3).fit(votes).predict_proba(votes)
        shuffled = votes[rows][:, columns]
        assert MODELS[name](3).fit(shuffled).predict_proba(shuffled) == pytest.approx(
            straight[rows], abs=1e-4
        )

    def test_the_same_seed_gives_the_same_answer(self, make: MakeModel) -> None:
        votes, _ = synthetic(300, 5, 3, seed=0)
        first, second = (make(3).fit(votes).predict_proba(votes) for _ in range(2))
        assert np.array_equal(first, second)

    @pytest.mark.parametrize("balance", [None, [0.7, 0.3]])
    @pytest.mark.parametrize("row", [[-1] * 5, [0, 1, -1, 0, 1], [1] * 5, [-1, -1, 0, -1, -1]])
    def test_explanations_add_up_to_the_probability(
        self, make: MakeModel, row: list[int], balance: list[float] | None
    ) -> None:
        votes, _ = synthetic(300, 5, 2, seed=0)
        model = make(2).fit(votes, class_balance=balance)
        parts = model.explain(row)
        assert parts.shape == (6, 2)
        odds = np.exp(parts.sum(axis=0) - parts.sum(axis=0).max())
        assert odds / odds.sum() == pytest.approx(model.predict_proba([row])[0], abs=1e-12)

    def test_rows_without_a_vote_get_the_balance(self, make: MakeModel) -> None:
        votes, _ = synthetic(300, 5, 2, seed=0)
        model = make(2).fit(votes, class_balance=[0.8, 0.2])
        assert model.predict_proba([[-1] * 5])[0] == pytest.approx([0.8, 0.2])

    def test_a_matrix_of_abstains_teaches_nothing(self, make: MakeModel) -> None:
        votes = np.full((20, 4), -1)
        probs = make(3).fit(votes).predict_proba(votes)
        assert probs == pytest.approx(np.full((20, 3), 1 / 3))
        assert not informed(votes, probs).any()

    def test_unanimous_functions_of_one_class_win(self, make: MakeModel) -> None:
        votes = np.full((50, 4), 1)
        probs = make(3).fit(votes).predict_proba(votes)
        assert (probs.argmax(axis=1) == 1).all()

    def test_symmetric_votes_are_a_tie(self, make: MakeModel) -> None:
        votes = np.array([[0, 1, -1], [1, 0, -1], [-1, 0, 1], [-1, 1, 0], [0, -1, 1], [1, -1, 0]])
        probs = make(2).fit(votes).predict_proba(votes)
        assert probs == pytest.approx(0.5, abs=1e-6)
        assert not informed(votes, probs).any()

    def test_good_functions_are_weighed_better_than_equally(self, make: MakeModel) -> None:
        votes, truth = synthetic(3000, 8, 3, seed=1)
        voted = (votes >= 0).any(axis=1)
        majority = MajorityVote(3).fit(votes).predict_proba(votes)
        accuracy = expected_accuracy(make(3).fit(votes).predict_proba(votes), truth, where=voted)
        assert accuracy >= expected_accuracy(majority, truth, where=voted)

    def test_learned_weights_are_the_accuracies(self, make: MakeModel) -> None:
        votes, truth = synthetic(20_000, 8, 2, seed=2)
        model = make(2).fit(votes)
        accuracy = [(truth == v)[v >= 0].mean() for v in votes.T]
        if model.weights_ is not None:
            assert model.weights_ == pytest.approx(accuracy, abs=0.08)

    def test_predicts_votes_that_the_fit_never_saw(self, make: MakeModel) -> None:
        votes, _ = synthetic(100, 4, 2, seed=0)
        model = make(2).fit(votes)
        assert model.predict_proba(np.empty((0, 4), dtype=np.int64)).shape == (0, 2)
        with pytest.raises(MethodError, match="fitted on 4 labeling functions"):
            model.predict_proba(votes[:, :3])

    def test_is_not_fitted_before_a_fit(self, make: MakeModel) -> None:
        with pytest.raises(NotFittedError):
            make(2).predict_proba([[0, 1, 1]])
        with pytest.raises(NotFittedError):
            make(2).explain([0, 1, 1])

    def test_refuses_to_learn_from_nothing(self, make: MakeModel) -> None:
        with pytest.raises(MethodError, match="no votes"):
            make(2).fit(np.empty((0, 3), dtype=np.int64))

    @pytest.mark.parametrize("balance", [[0.5], [0.0, 1.0], [0.9, 0.9], [-0.5, 1.5], [np.nan, 0.5]])
    def test_refuses_a_balance_that_is_none(self, make: MakeModel, balance: list[float]) -> None:
        with pytest.raises(MethodError, match="class balance"):
            make(2).fit(np.zeros((3, 3), dtype=np.int64), class_balance=balance)

    def test_refuses_a_single_class(self, make: MakeModel) -> None:
        with pytest.raises(MethodError, match="number of classes"):
            make(1)

    def test_explains_one_row_at_a_time(self, make: MakeModel) -> None:
        model = make(2).fit(np.zeros((3, 3), dtype=np.int64))
        with pytest.raises(MethodError, match="one row"):
            model.explain(np.zeros((2, 3), dtype=np.int64))


class TestMajorityVote:
    def test_ties_are_shared_among_the_tied_classes_only(self) -> None:
        votes = [[0, 1, 1], [0, 1, -1], [2, -1, -1], [0, 1, 2]]
        probs = MajorityVote(3).fit(votes).predict_proba(votes)
        assert probs.tolist() == [
            [0, 1, 0],
            [0.5, 0.5, 0],
            [0, 0, 1],
            pytest.approx([1 / 3] * 3),
        ]

    def test_works_with_a_single_function(self) -> None:
        assert MajorityVote(2).fit([[1]]).predict_proba([[1]]).tolist() == [[0, 1]]


class TestDawidSkene:
    def test_learns_the_class_balance(self) -> None:
        votes, _ = synthetic(5000, 8, 2, seed=0, balance=[0.9, 0.1])
        model = DawidSkene(2).fit(votes)
        assert np.exp(model.log_prior_) == pytest.approx([0.9, 0.1], abs=0.02)
        assert 1 < model.n_iter_ < 100

    @pytest.mark.parametrize("abstain", ["ignored", "outcome"])
    def test_a_function_of_one_class_is_heard(self, abstain: str) -> None:
        votes, truth = unipolar(5000, 10, seed=0)
        voted = (votes >= 0).any(axis=1)
        majority, dawid_skene = (
            expected_accuracy(model.fit(votes).predict_proba(votes), truth, where=voted)
            for model in (MajorityVote(2), DawidSkene(2, abstain=abstain))  # type: ignore[arg-type]
        )
        assert dawid_skene > majority + 0.01

    def test_a_single_function_is_believed(self) -> None:
        probs = DawidSkene(2).fit([[1], [0], [1], [-1]]).predict_proba([[1], [0]])
        assert probs.argmax(axis=1).tolist() == [1, 0]

    def test_refuses_no_steps(self) -> None:
        with pytest.raises(MethodError, match="EM steps"):
            DawidSkene(2, max_iter=0)

    def test_beats_the_majority_of_crowd_workers(self, datasets: Path) -> None:
        votes, gold = crowd_rte(datasets)
        probs = DawidSkene(2).fit(votes).predict_proba(votes)
        assert expected_accuracy(probs, gold) >= 0.925


class TestInformed:
    def test_needs_a_vote_and_a_leader(self) -> None:
        votes = np.array([[0, -1], [0, 1], [-1, -1]])
        probs = np.array([[0.9, 0.1], [0.5, 0.5 + 1e-9], [0.9, 0.1]])
        assert informed(votes, probs).tolist() == [True, False, False]
        assert informed(votes, probs, tolerance=1e-12).tolist() == [True, True, False]


class TestExpectedAccuracy:
    def test_ties_earn_their_chance(self) -> None:
        probs = np.array([[1.0, 0, 0], [0.5, 0.5, 0], [0.4, 0.3, 0.3], [0, 0, 1]])
        assert expected_accuracy(probs, [0, 1, 1, -1]) == pytest.approx(0.5)
        where = np.array([True, True, False, True])
        assert expected_accuracy(probs, [0, 1, 1, -1], where=where) == pytest.approx(0.75)

    def test_needs_a_label(self) -> None:
        with pytest.raises(MethodError, match="no labelled row"):
            expected_accuracy(np.array([[0.5, 0.5]]), [-1])


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(MethodError, match="no label model 'oracle'"):
        make_label_model("oracle", 2, seed=0)


class TestChoose:
    def accuracies(
        self, votes: Votes, truth: Labels, n_classes: int = 2, *, seed: int = 0, **options: object
    ) -> tuple[str, dict[str, float]]:
        choice = choose(votes, n_classes, seed=seed, **options)  # type: ignore[arg-type]
        voted = (votes >= 0).any(axis=1)
        scores = {
            name: expected_accuracy(model.predict_proba(votes), truth, where=voted)
            for name, model in choice.models.items()
        }
        chosen = expected_accuracy(choice.probs, truth, where=voted)
        assert chosen == pytest.approx(scores[choice.name])
        return choice.name, scores

    def test_takes_snorkel_where_its_assumptions_hold(self) -> None:
        name, scores = self.accuracies(*synthetic(5000, 10, 2, seed=0))
        assert name == "snorkel"
        assert scores["snorkel"] > scores["majority"]

    def test_finds_a_balance_that_is_far_from_even(self) -> None:
        votes, truth = synthetic(5000, 10, 2, seed=0, balance=[0.9, 0.1])
        choice = choose(votes, 2, seed=0)
        assert choice.balance_from == "votes"
        assert choice.balance == pytest.approx([0.9, 0.1], abs=0.03)
        voted = (votes >= 0).any(axis=1)
        blind = make_label_model("snorkel", 2, seed=0).fit(votes).predict_proba(votes)
        majority = MajorityVote(2).fit(votes).predict_proba(votes)
        assert expected_accuracy(choice.probs, truth, where=voted) > 0.95
        assert expected_accuracy(blind, truth, where=voted) < expected_accuracy(
            majority, truth, where=voted
        )

    def test_takes_snorkel_where_that_balance_is_given(self) -> None:
        votes, truth = synthetic(5000, 10, 2, seed=0, balance=[0.9, 0.1])
        name, _ = self.accuracies(votes, truth, class_balance=[0.9, 0.1])
        assert name == "snorkel"

    def test_falls_back_to_majority_where_the_balance_is_swapped(self) -> None:
        votes, truth = synthetic(5000, 10, 2, seed=0, balance=[0.9, 0.1])
        name, scores = self.accuracies(votes, truth, class_balance=[0.1, 0.9])
        assert name == "majority"
        assert scores["snorkel"] < 0.6

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

    def test_a_copied_function_does_no_harm(self) -> None:
        votes, truth = synthetic(5000, 10, 2, seed=0)
        votes[:, :4] = votes[:, [-1]]
        name, scores = self.accuracies(votes, truth)
        assert scores[name] >= scores["majority"] - 0.005

    def test_functions_that_never_meet_are_left_to_the_majority(self) -> None:
        votes, truth = synthetic(3000, 10, 2, seed=0, rate=1.0)
        votes[np.arange(3000)[:, None] % 10 != np.arange(10)] = -1
        name, _ = self.accuracies(votes, truth)
        assert name == "majority"

    def test_only_functions_that_vote_count(self) -> None:
        votes, _ = synthetic(500, 5, 2, seed=0)
        votes[:, 2:] = -1
        choice = choose(votes, 2, seed=0)
        assert choice.name == "majority"
        assert "snorkel" not in choice.models

    @pytest.mark.parametrize("shape", [(5, 4), (5, 0)])
    def test_no_votes_at_all_give_the_balance(self, shape: tuple[int, int]) -> None:
        choice = choose(np.full(shape, -1), 2, seed=0, class_balance=[0.7, 0.3])
        assert choice.probs == pytest.approx(np.tile([0.7, 0.3], (5, 1)))
        assert set(choice.disagreement.values()) == {0.0}

    def test_reports_how_far_each_model_is_from_the_majority(self) -> None:
        votes, _ = synthetic(2000, 10, 2, seed=0, balance=[0.9, 0.1])
        choice = choose(votes, 2, seed=0)
        assert choice.disagreement["majority"] == 0
        assert 0 < choice.disagreement["snorkel"] < 0.1
        assert set(choice.disagreement) == set(choice.models)

    def test_trusted_labels_overrule_the_evidence(self) -> None:
        votes, truth = synthetic(5000, 10, 2, seed=0, balance=[0.9, 0.1])
        rows = np.arange(0, 5000, 10)
        blind = choose(votes, 2, seed=0, class_balance=[0.3, 0.7])
        guided = choose(votes, 2, seed=0, class_balance=[0.3, 0.7], trusted=(rows, 1 - truth[rows]))
        worst = {
            name: expected_accuracy(model.predict_proba(votes), truth)
            for name, model in guided.models.items()
        }
        assert guided.name == min(worst, key=lambda name: worst[name]) != blind.name
        assert "trusted labels" in guided.reason

    def test_a_few_trusted_labels_do_not(self) -> None:
        votes, truth = synthetic(5000, 10, 2, seed=0)
        rows = np.arange(20)
        guided = choose(votes, 2, seed=0, trusted=(rows, 1 - truth[rows]))
        assert guided.name == choose(votes, 2, seed=0).name

    def test_refuses_trusted_rows_that_are_not_there(self) -> None:
        with pytest.raises(MethodError, match=r"outside 0\.\.2"):
            choose([[0, 1, 1]] * 3, 2, seed=0, trusted=([3], [0]))

    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize(
        ("name", "n_classes"), [("wrench_youtube", 2), ("wrench_semeval", 9), ("crowd_rte", 2)]
    )
    def test_is_close_to_the_best_on_real_votes(
        self, datasets: Path, name: str, n_classes: int, seed: int
    ) -> None:
        votes, gold = crowd_rte(datasets) if name == "crowd_rte" else wrench(datasets, name)
        chosen, scores = self.accuracies(votes, gold, n_classes, seed=seed)
        assert scores[chosen] >= max(scores.values()) - 0.01
        assert scores[chosen] >= scores["majority"]


class TestTriplet:
    def test_is_close_to_snorkel_without_training(self) -> None:
        votes, truth = synthetic(5000, 10, 3, seed=0)
        voted = (votes >= 0).any(axis=1)
        triplet, snorkel = (
            expected_accuracy(
                make_label_model(name, 3, seed=0).fit(votes).predict_proba(votes),
                truth,
                where=voted,
            )
            for name in ("triplet", "snorkel")
        )
        assert triplet >= snorkel - 0.01

    def test_hears_functions_of_one_class(self) -> None:
        votes, truth = unipolar(5000, 10, seed=0)
        voted = (votes >= 0).any(axis=1)
        triplet, majority = (
            expected_accuracy(
                make_label_model(name, 2, seed=0).fit(votes).predict_proba(votes),
                truth,
                where=voted,
            )
            for name in ("triplet", "majority")
        )
        assert triplet > majority

    def test_needs_three_functions(self) -> None:
        with pytest.raises(MethodError, match="needs 3 labeling functions, not 2"):
            make_label_model("triplet", 2, seed=0).fit([[0, 1]])


class TestSizes:
    """Numbers of functions and classes at the ends of what is met."""

    @pytest.mark.parametrize("m", [0, 1, 2])
    def test_few_functions(self, m: int) -> None:
        votes, _ = synthetic(200, max(m, 1), 2, seed=0)
        choice = choose(votes[:, :m], 2, seed=0)
        assert choice.name == "majority"
        assert choice.probs.sum(axis=1) == pytest.approx(1)

    def test_two_thousand_functions(self) -> None:
        votes, truth = synthetic(200, 2000, 2, seed=0, rate=0.01)
        choice = choose(votes, 2, seed=0)
        assert expected_accuracy(choice.probs, truth) > 0.95

    def test_150_classes(self) -> None:
        votes, truth = synthetic(300, 3, 150, seed=0, rate=0.9, accuracy=(0.7, 0.9))
        choice = choose(votes, 150, seed=0)
        assert choice.probs.shape == (300, 150)
        majority = MajorityVote(150).fit(votes).predict_proba(votes)
        assert expected_accuracy(choice.probs, truth) >= expected_accuracy(majority, truth) - 0.005

    def test_one_class_only(self) -> None:
        votes = np.where(np.random.default_rng(0).random((300, 5)) < 0.4, 1, -1)
        choice = choose(votes, 2, seed=0)
        voted = (votes >= 0).any(axis=1)
        assert (choice.probs[voted].argmax(axis=1) == 1).all()


class TestSnorkelModel:
    def test_needs_three_functions(self) -> None:
        with pytest.raises(MethodError, match="needs 3 labeling functions, not 2") as caught:
            SnorkelModel(2, seed=0).fit([[0, 1]])
        assert "majority" in str(caught.value)

    def test_lowers_a_learning_rate_that_diverges(self) -> None:
        votes, truth = synthetic(300, 164, 2, seed=0, rate=1.0)
        model = SnorkelModel(2, seed=0).fit(votes)
        assert model.lr_ < model.lr
        assert expected_accuracy(model.predict_proba(votes), truth) > 0.95

    @pytest.mark.parametrize("options", [{"lr": 0.0}, {"lr": np.nan}, {"n_epochs": 0}])
    def test_refuses_to_train_without_steps(self, options: dict[str, float]) -> None:
        with pytest.raises(MethodError, match="learning rate"):
            SnorkelModel(2, seed=0, **options)  # type: ignore[arg-type]


def crowd_rte(datasets: Path) -> tuple[Votes, Labels]:
    """Votes of 164 workers on 800 text pairs, and the experts' labels."""
    folder = datasets / "crowd_rte"
    with (folder / "items.csv").open(encoding="utf-8", newline="") as file:
        gold = {row["item_id"]: int(row["gold"] == "entailed") for row in csv.DictReader(file)}
    row_of = {item: i for i, item in enumerate(gold)}
    votes = np.full((len(gold), 164), -1)
    with (folder / "annotations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            worker = int(row["worker_id"].removeprefix("w")) - 1
            votes[row_of[row["item_id"]], worker] = row["label"] == "entailed"
    return votes, np.array(list(gold.values()))


def wrench(datasets: Path, name: str) -> tuple[Votes, Labels]:
    """Votes and gold labels of the training split."""
    with gzip.open(datasets / name / "train.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return np.array([r["weak_labels"] for r in rows]), np.array([r["label"] for r in rows])


def test_a_class_that_nobody_voted_for_contradicts_the_votes() -> None:
    votes = np.array([[0, 0], [0, 1], [-1, -1], [1, -1]], dtype=np.int8)
    probs = np.array([[0.2, 0.8], [0.2, 0.8], [0.2, 0.8], [0.2, 0.8]])
    assert contradicts_votes(votes, probs).tolist() == [True, False, False, False]
