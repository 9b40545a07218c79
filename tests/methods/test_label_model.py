from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.methods.vote_worlds import Votes, accuracy_of, crowd_rte, synthetic, unipolar
from workbench.errors import MethodError, NotFittedError
from workbench.methods.dawid_skene import DawidSkene
from workbench.methods.label_model import (
    LABEL_MODELS,
    MajorityVote,
    contradicts_votes,
    expected_credit,
    informed,
    make_label_model,
)
from workbench.methods.pattern_model import PatternModel
from workbench.methods.snorkel_model import SnorkelModel, Solver

MakeModel = Callable[[int], PatternModel]

MODELS: dict[str, MakeModel] = {
    **{name: partial(make_label_model, name, seed=3) for name in LABEL_MODELS},
    "dawid-skene, abstain is an outcome": lambda K: DawidSkene(K, abstain="outcome"),
}

vote_matrices = st.tuples(st.integers(1, 25), st.integers(3, 6)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(-1, 2))
)


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
        accuracy = accuracy_of(make(3).fit(votes).predict_proba(votes), truth, where=voted)
        assert accuracy >= accuracy_of(majority, truth, where=voted)

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
            accuracy_of(model.fit(votes).predict_proba(votes), truth, where=voted)
            for model in (MajorityVote(2), DawidSkene(2, abstain=abstain))
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
        assert accuracy_of(probs, gold) >= 0.925


class TestInformed:
    def test_needs_a_vote_and_a_leader(self) -> None:
        votes = np.array([[0, -1], [0, 1], [-1, -1]])
        probs = np.array([[0.9, 0.1], [0.5, 0.5 + 1e-9], [0.9, 0.1]])
        assert informed(votes, probs).tolist() == [True, False, False]


def test_tied_classes_earn_their_chance() -> None:
    probs = np.array([[1.0, 0, 0], [0.5, 0.5, 0], [0.4, 0.3, 0.3]])
    assert expected_credit(probs, np.array([0, 1, 1])).tolist() == [1, 0.5, 0]


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(MethodError, match="no label model 'oracle'") as caught:
        make_label_model("oracle", 2, seed=0)
    assert ", ".join(LABEL_MODELS) in str(caught.value.hint)


@pytest.mark.parametrize("solver", ["numpy", "reference"])
def test_the_solver_that_is_asked_for_is_the_one_that_fits(solver: Solver) -> None:
    model = make_label_model("snorkel", 2, seed=0, solver=solver)
    default = make_label_model("snorkel", 2, seed=0)
    assert isinstance(model, SnorkelModel)
    assert isinstance(default, SnorkelModel)
    assert (model.solver, default.solver) == (solver, "numpy")


class TestTriplet:
    def test_is_close_to_snorkel_without_training(self) -> None:
        votes, truth = synthetic(5000, 10, 3, seed=0)
        voted = (votes >= 0).any(axis=1)
        triplet, snorkel = (
            accuracy_of(
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
            accuracy_of(
                make_label_model(name, 2, seed=0).fit(votes).predict_proba(votes),
                truth,
                where=voted,
            )
            for name in ("triplet", "majority")
        )
        assert triplet > majority

    @pytest.mark.parametrize("n_voting", [1, 2])
    def test_takes_fewer_than_three_functions_to_be_equally_good(self, n_voting: int) -> None:
        votes, _ = synthetic(500, 3, 2, seed=0)
        votes[:, n_voting:] = -1
        for kept in (votes, votes[:, :n_voting]):
            model = make_label_model("triplet", 2, seed=0).fit(kept)
            assert "Fewer than three functions vote" in model.note
            assert model.weights_ is not None
            assert model.weights_[:n_voting] == pytest.approx(0.7, abs=0.05)
            majority = make_label_model("majority", 2, seed=0).fit(kept)
            probs, counted = model.predict_proba(kept), majority.predict_proba(kept)
            clear = np.ptp(counted, axis=1) > 0.1
            assert clear.any()
            assert (probs.argmax(axis=1) == counted.argmax(axis=1))[clear].all()

    def test_three_functions_are_enough_to_learn_from(self) -> None:
        votes, _ = synthetic(500, 3, 2, seed=0)
        assert make_label_model("triplet", 2, seed=0).fit(votes).note == ""


class TestSnorkelModel:
    def test_needs_three_functions(self) -> None:
        with pytest.raises(MethodError, match="needs 3 labeling functions, not 2") as caught:
            SnorkelModel(2, seed=0).fit([[0, 1]])
        assert "majority" in str(caught.value)

    def test_lowers_a_learning_rate_that_diverges(self) -> None:
        votes, truth = synthetic(300, 164, 2, seed=0, rate=1.0)
        model = SnorkelModel(2, seed=0).fit(votes)
        assert model.lr_ < model.lr
        assert accuracy_of(model.predict_proba(votes), truth) > 0.95

    @pytest.mark.parametrize("options", [{"lr": 0.0}, {"lr": np.nan}, {"n_epochs": 0}])
    def test_refuses_to_train_without_steps(self, options: dict[str, float]) -> None:
        with pytest.raises(MethodError, match="learning rate"):
            SnorkelModel(2, seed=0, **options)


def test_a_class_that_nobody_voted_for_contradicts_the_votes() -> None:
    votes = np.array([[0, 0], [0, 1], [-1, -1], [1, -1]], dtype=np.int8)
    probs = np.array([[0.2, 0.8], [0.2, 0.8], [0.2, 0.8], [0.2, 0.8]])
    assert contradicts_votes(votes, probs).tolist() == [True, False, False, False]


def test_an_unknown_solver_is_refused() -> None:
    with pytest.raises(MethodError, match="no solver 'typo'") as caught:
        SnorkelModel(2, seed=0, solver="typo")
    assert "numpy, reference" in str(caught.value.hint)
