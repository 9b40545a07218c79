"""Whether annotated rows were chosen by their class, and what each then counts for."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from workbench.methods.chosen_rows import trust_of_rows

Probs = NDArray[np.float64]


def world(n: int = 2000, *, seed: int = 0, share: float = 0.5) -> tuple[Probs, NDArray[np.int64]]:
    """What a model believes that is right on four rows of five, and the truth."""
    rng = np.random.default_rng(seed)
    truth = (rng.random(n) < share).astype(np.int64)
    says = np.where(rng.random(n) < 0.8, truth, 1 - truth)
    return np.where(np.arange(2) == says[:, None], 0.8, 0.2), truth


def chosen(truth: NDArray[np.int64], *counts: int, seed: int = 0) -> NDArray[np.int64]:
    rng = np.random.default_rng(seed)
    rows = [rng.choice(np.flatnonzero(truth == k), n, replace=False) for k, n in enumerate(counts)]
    return np.concatenate(rows)


@pytest.mark.parametrize("counts", [(48, 2), (2, 48), (60, 6)])
def test_rows_of_the_class_that_was_looked_for_count_less(counts: tuple[int, int]) -> None:
    believed, truth = world()
    rows = chosen(truth, *counts)
    trust = trust_of_rows(believed, rows, truth[rows])
    mass = np.bincount(truth[rows], trust)
    few, many = np.argsort(counts)
    assert mass[few] == min(counts)  # no row counts for more than one
    assert mass[many] == pytest.approx(min(counts) + 0.5, rel=0.2)


def test_drawn_rows_count_in_full() -> None:
    tempered = 0
    for seed in range(100):
        believed, truth = world(seed=seed)
        rows = np.random.default_rng(seed).choice(len(truth), 50, replace=False)
        tempered += bool((trust_of_rows(believed, rows, truth[rows]) < 1).any())
    assert tempered <= 3


def test_drawn_rows_overrule_a_model_that_is_wrong_about_the_shares() -> None:
    """It believes every fourth row to be of a class that one row of twenty has."""
    tempered = 0
    for seed in range(100):
        believed, truth = world(seed=seed, share=0.05)
        assert believed[:, 1].mean() > 0.2
        rows = np.random.default_rng(seed).choice(len(truth), 50, replace=False)
        tempered += bool((trust_of_rows(believed, rows, truth[rows]) < 1).any())
    assert tempered <= 8


def test_a_model_that_says_one_thing_shows_nothing() -> None:
    _, truth = world()
    rows = chosen(truth, 40, 3)
    assert (trust_of_rows(np.full((len(truth), 2), 0.5), rows, truth[rows]) == 1).all()


def test_classes_without_a_row_temper_the_others() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 2000)
    believed = np.where(np.arange(4) == truth[:, None], 0.7, 0.1)
    rows = chosen(truth, 25, 25, 0, 0)
    trust = trust_of_rows(believed, rows, truth[rows])
    assert trust.sum() < 3
    assert (trust > 0).all()


def test_a_class_that_the_model_cannot_tell_was_not_looked_for() -> None:
    believed, truth = world()
    rows = chosen(truth, 48, 2)
    assert (trust_of_rows(believed, rows, truth[rows], np.array([1])) == 1).all()
    same = trust_of_rows(believed, rows, truth[rows], np.array([0]))
    assert same == pytest.approx(trust_of_rows(believed, rows, truth[rows]))
