from __future__ import annotations

import random
import subprocess
import sys

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from snorkel.labeling.model import LabelModel

from workbench.errors import MethodError
from workbench.methods.snorkel_model import LOW_RANK_FROM, PREC_INIT, SnorkelModel

BALANCES = {2: [0.8, 0.2], 3: [0.5, 0.3, 0.2], 5: [0.4, 0.3, 0.1, 0.1, 0.1]}


def random_votes(n: int, m: int, n_classes: int, *, rate: float, seed: int) -> NDArray[np.int64]:
    rng = np.random.default_rng(seed)
    truth = rng.choice(n_classes, n, p=BALANCES.get(n_classes))
    right = rng.random((n, m)) < rng.uniform(0.5, 0.95, m)
    votes = np.where(right, truth[:, None], rng.integers(0, n_classes, (n, m)))
    return np.where(rng.random((n, m)) < rate, votes, -1)


def snorkel(
    votes: NDArray[np.int64], n_classes: int, balance: list[float] | None, **options: float
) -> LabelModel:
    torch.set_num_threads(1)
    model = LabelModel(cardinality=n_classes, verbose=False)
    model.fit(votes, class_balance=balance, progress_bar=False, **options)
    return model


def assert_same(
    votes: NDArray[np.int64],
    n_classes: int,
    balance: list[float] | None = None,
    *,
    seed: int = 1,
    **options: float,
) -> None:
    ours = SnorkelModel(n_classes, seed=seed, **options).fit(votes, class_balance=balance)
    theirs = snorkel(votes, n_classes, balance, seed=seed, **options)
    mu = theirs.mu.detach().numpy().reshape(ours.mu_.shape)
    assert ours.mu_ == pytest.approx(mu, abs=1e-6)
    assert ours.predict_proba(votes) == pytest.approx(theirs.predict_proba(votes), abs=1e-5)
    voting = (votes >= 0).any(axis=0)
    with np.errstate(divide="ignore"):  # snorkel's weight of a function that never votes
        weights = theirs.get_weights()
    assert ours.weights_ is not None
    assert ours.weights_[voting] == pytest.approx(weights[voting], abs=1e-5)


@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize("rate", [0.02, 0.3, 0.9])
@pytest.mark.parametrize(("m", "n_classes"), [(3, 2), (10, 2), (10, 3), (6, 5), (40, 2), (25, 5)])
def test_same_parameters_and_probabilities(
    m: int, n_classes: int, rate: float, balanced: bool
) -> None:
    votes = random_votes(700, m, n_classes, rate=rate, seed=m)
    assert_same(votes, n_classes, BALANCES[n_classes] if balanced else None, seed=m)


@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_a_development_set_is_its_class_shares(n_classes: int) -> None:
    """All that Snorkel takes from ``Y_dev`` are the shares of its classes."""
    votes = random_votes(600, 8, n_classes, rate=0.4, seed=3)
    labels = np.random.default_rng(3).choice(n_classes, 90, p=BALANCES[n_classes])
    theirs = LabelModel(cardinality=n_classes, verbose=False)
    theirs.fit(votes, Y_dev=labels, progress_bar=False, seed=4)
    shares = np.bincount(labels, minlength=n_classes) / len(labels)
    ours = SnorkelModel(n_classes, seed=4).fit(votes, class_balance=shares)
    assert ours.mu_ == pytest.approx(theirs.mu.detach().numpy().reshape(ours.mu_.shape), abs=1e-6)
    assert ours.predict_proba(votes) == pytest.approx(theirs.predict_proba(votes), abs=1e-5)


@pytest.mark.parametrize("n", [1, 2, 99, 101, 2000])
def test_same_clamp_for_any_number_of_rows(n: int) -> None:
    assert_same(random_votes(n, 5, 2, rate=0.5, seed=n), 2)


def test_same_for_other_training_settings() -> None:
    votes = random_votes(500, 6, 3, rate=0.4, seed=0)
    assert_same(votes, 3, seed=7, n_epochs=250, lr=0.02)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_same_where_columns_have_to_be_permuted(seed: int) -> None:
    """Functions that are mostly wrong: training alone ends with the classes exchanged."""
    votes = random_votes(500, 5, 3, rate=0.8, seed=seed)
    assert_same(np.where(votes >= 0, (votes + 1) % 3, -1), 3, seed=seed, n_epochs=1000)


def test_same_for_odd_columns() -> None:
    votes = random_votes(400, 6, 4, rate=0.4, seed=0)
    votes[:, 0] = -1  # never votes
    votes[:, 1] = 2  # always votes the same
    votes[:, 2] = np.where(votes[:, 2] == 1, 1, -1)  # one class or nothing
    votes[votes == 3] = -1  # a class that nobody names
    assert_same(votes, 4)


def test_same_for_hundreds_of_functions() -> None:
    """The gradient is then computed in another way, from where the first votes are."""
    votes = random_votes(700, 300, 2, rate=0.02, seed=0)
    votes[:, 0] = -1
    votes[votes[:, 1] == 0, 1] = -1
    assert np.count_nonzero([(votes == y).any(axis=0) for y in range(2)]) >= LOW_RANK_FROM
    assert_same(votes, 2, BALANCES[2], n_epochs=30)


def test_a_function_that_never_votes_keeps_the_precision_assumed_at_first() -> None:
    votes = random_votes(400, 6, 2, rate=0.4, seed=0)
    votes[:, 3] = -1
    model = SnorkelModel(2, seed=0).fit(votes)
    assert model.weights_ is not None
    assert model.weights_[3] == PREC_INIT
    assert (model.mu_.shape, model.mu_.dtype) == ((6, 2, 2), np.float32)


def test_many_functions_do_not_underflow() -> None:
    """Snorkel's product of likelihoods is 0 / 0 here."""
    votes = np.tile([[0], [1]], (30, 400))
    votes[:, :390:2] = 1 - votes[:, :390:2]
    probs = SnorkelModel(2, seed=0, n_epochs=5).fit(votes).predict_proba(votes)
    assert probs.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("balance", [None, [0.5, 0.3, 0.2]])
def test_the_reference_solver_is_the_same_door(balance: list[float] | None) -> None:
    votes = random_votes(600, 8, 3, rate=0.3, seed=0)
    ours, reference = (
        SnorkelModel(3, seed=5, solver=solver, n_epochs=40, lr=0.02).fit(
            votes, class_balance=balance
        )
        for solver in ("numpy", "reference")
    )
    assert (ours.lr_, reference.lr_) == (0.02, 0.02)
    assert ours.mu_ == pytest.approx(reference.mu_, abs=1e-6)
    assert ours.predict_proba(votes) == pytest.approx(reference.predict_proba(votes), abs=1e-5)


def test_the_reference_solver_reports_a_divergence() -> None:
    votes = random_votes(200, 10, 2, rate=0.9, seed=0)
    with pytest.raises(MethodError, match="Loss is NaN") as caught:
        SnorkelModel(2, seed=0, lr=5.0, solver="reference").fit(votes)
    assert "numpy solver" in str(caught.value.hint)


def numpy_state() -> list[int]:
    keys: list[int] = np.random.get_state()[1].tolist()  # noqa: NPY002  Snorkel draws from it
    return keys


@pytest.mark.parametrize("solver", ["numpy", "reference"])
def test_global_random_state_and_threads_are_left_alone(solver: str) -> None:
    votes = random_votes(100, 4, 2, rate=0.5, seed=0)
    random.seed(11)
    np.random.seed(11)  # noqa: NPY002  Snorkel draws from it
    torch.manual_seed(11)
    torch.set_num_threads(2)
    expected = (random.getstate(), numpy_state(), torch.get_rng_state())
    SnorkelModel(2, seed=0, solver=solver).fit(votes)
    assert random.getstate() == expected[0]
    assert numpy_state() == expected[1]
    assert torch.equal(torch.get_rng_state(), expected[2])
    assert torch.get_num_threads() == 2


def test_the_numpy_solver_imports_neither_torch_nor_snorkel() -> None:
    code = (
        "import sys; from workbench.methods.model_choice import choose;"
        "choose([[0, 0, 1], [1, 1, 0], [1, 1, 1]], 2, class_balance=[0.5, 0.5]);"
        "sys.exit(bool({'torch', 'snorkel', 'pandas', 'sklearn'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_misfit_is_near_zero_for_independent_functions_alone() -> None:
    votes = random_votes(5000, 8, 2, rate=0.5, seed=0)
    copied = votes.copy()
    copied[:, :4] = votes[:, [0]]
    independent, dependent = (SnorkelModel(2, seed=0).fit(v).misfit_ for v in (votes, copied))
    assert 0 <= independent < 0.02
    assert dependent > 0.1
