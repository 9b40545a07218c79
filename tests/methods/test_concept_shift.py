from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.concept_shift import concept_shift, labels_needed


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def rows(n: int, seed: int, rate: float = 0.5, flipped: float = 0.0, to_one: float = 0.0):
    """Words, the first five of which decide the class; the others differ in rate by set."""
    source = rng(seed)
    X = (source.random((n, 10)) < np.r_[np.full(5, 0.5), np.full(5, rate)]) * 1.0
    y = (X[:, :5].sum(axis=1) + source.normal(0, 0.7, n) > 2.5).astype(int)
    y = np.where(source.random(n) < flipped, 1 - y, y)
    return X, np.where(source.random(n) < to_one, 1, y)


def test_other_texts_with_the_same_meaning_are_no_concept_shift():
    alarms = [
        concept_shift(
            *rows(400, 2 * i), *rows(150, 2 * i + 1, rate=0.2), 2, rng=rng(i), n_bootstrap=200
        ).p_value
        for i in range(20)
    ]
    assert np.mean(np.array(alarms) <= 0.05) <= 0.2


def reviews(n: int, seed: int, site: int):
    """Words of two sites, each with one meaning; those of the second say less, and more for 1."""
    source = rng(seed)
    rate = np.where(np.arange(80) % 2 == site, 0.12, 0.05)
    X = (source.random((n, 80)) < rate) * 1.0
    slope = np.tile([2, 1, -2, -0.5], 20)
    return X, (source.random(n) < 1 / (1 + np.exp(-X @ slope))).astype(int)


@pytest.mark.parametrize("n_other", [100, pytest.param(300, marks=pytest.mark.slow)])
def test_one_rule_for_other_words_is_no_concept_shift(n_other):
    found = [
        concept_shift(
            *reviews(300, 2 * i, 0), *reviews(n_other, 2 * i + 1, 1), 2, rng=rng(i), n_bootstrap=200
        )
        for i in range(40)
    ]
    assert np.mean([one.p_value <= 0.05 for one in found]) <= 0.15
    assert abs(np.mean([one.accuracy_difference for one in found])) < 0.05
    assert abs(np.mean([one.difference[1] for one in found])) < 0.05


def rare(n: int, seed: int):
    """Words that say nothing of a class that few rows have."""
    source = rng(seed)
    return (source.random((n, 10)) < 0.5) * 1.0, (source.random(n) < 0.03).astype(int)


@pytest.mark.slow
def test_a_rare_class_that_few_other_rows_have_by_chance_is_no_concept_shift():
    found = [
        concept_shift(
            *rare(400, 2 * i), *rare(30, 2 * i + 1), 2, rng=rng(i), n_bootstrap=200
        ).p_value
        for i in range(40)
    ]
    assert np.mean(np.array(found) <= 0.05) <= 0.15


def test_a_class_that_became_likelier_is_found():
    found = concept_shift(*rows(500, 0), *rows(300, 1, to_one=0.3), 2, rng=rng())
    assert found.p_value < 0.01
    assert found.measurable
    assert found.low[1] > 0
    assert found.difference[1] == pytest.approx(0.15, abs=0.07)
    assert found.difference.sum() == pytest.approx(0, abs=1e-9)


def test_flips_both_ways_are_found_by_the_accuracy():
    found = concept_shift(*rows(500, 0), *rows(300, 1, flipped=0.3), 2, rng=rng())
    assert found.p_value < 0.01


@pytest.mark.parametrize("n", [(500, 300), (400, 400), (300, 500)])
def test_classes_that_swap_their_texts_show_in_how_often_a_model_is_right(n):
    found = concept_shift(*rows(n[0], 0), *rows(n[1], 1, flipped=1.0), 2, rng=rng())
    assert found.p_value < 0.01
    assert np.abs(found.difference).max() < 0.15
    assert found.accuracy_high < -0.5
    assert found.accuracy_low < found.accuracy_difference < found.accuracy_high


@pytest.mark.parametrize("n_other", [0, 5])
def test_without_labels_it_is_not_measurable_and_says_how_many_would_do(n_other):
    X, y = rows(n_other, 1)
    found = concept_shift(*rows(1_000, 0), X, y, 2, rng=rng())
    assert not found.measurable
    assert found.p_value is None
    assert 60 < found.labels_needed < 250
    assert f"{n_other} labels" in found.reason


def apart(share: float) -> tuple[np.ndarray, np.ndarray]:
    """Other rows of which a share has words of their own."""
    X, _ = rows(300, 1)
    strange = np.arange(300) < 300 * share
    return np.c_[X * ~strange[:, None], np.repeat(strange[:, None], 40, axis=1)]


def test_labels_that_would_do_are_told_by_the_texts_that_overlap():
    X, y = rows(1_000, 0)
    source = np.c_[X, np.zeros((1_000, 40))]
    none = (np.zeros((0, 50)), [])
    needed = [
        concept_shift(source, y, *none, 2, rng=rng(), X_unlabelled=apart(share)).labels_needed
        for share in (0, 0.5)
    ]
    assert 1.3 * needed[0] < needed[1]
    found = concept_shift(source, y, *none, 2, rng=rng(), X_unlabelled=apart(1))
    assert found.labels_needed is None
    assert "in common" in found.reason
    few = concept_shift(source[:60], y[:60], *none, 2, rng=rng(), X_unlabelled=apart(0))
    assert few.labels_needed is None
    assert "the 60 of the source" in few.reason


def test_what_is_drawn_does_not_depend_on_the_rows_without_labels():
    draws = []
    for X_unlabelled in (None, rows(100, 2)[0]):
        source = rng()
        concept_shift(*rows(100, 0), *rows(5, 1), 2, rng=source, X_unlabelled=X_unlabelled)
        draws.append(source.random())
    assert draws[0] == draws[1]


def vague(n: int, seed: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows of which half do not tell their class."""
    source = rng(seed)
    y = (source.random(n) < share).astype(int)
    told = source.random(n) < 0.5
    X = (source.random((n, 10)) < 0.3) * 1.0
    X[:, :2] = told[:, None] * np.eye(2)[y]
    return X, y


def test_what_class_shares_alone_would_do_is_told_apart():
    shares = concept_shift(*vague(600, 0, 0.5), *vague(600, 1, 0.9), 2, rng=rng())
    assert shares.p_value < 0.05
    assert shares.difference[1] > 0.1
    assert shares.by_shares[1] == pytest.approx(shares.difference[1], abs=0.08)
    swapped = concept_shift(*rows(500, 0), *rows(500, 1, flipped=1.0), 2, rng=rng())
    assert swapped.accuracy_difference < -0.5
    assert abs(swapped.accuracy_by_shares) < 0.1


def test_few_labels_say_how_many_more_would_do():
    found = concept_shift(*rows(1_000, 0), *rows(40, 1), 2, rng=rng())
    assert not found.measurable
    assert found.labels_needed > 40


def test_texts_without_overlap_are_not_measurable():
    a, y = rows(200, 0)
    b, z = rows(200, 1)
    apart = np.c_[a, np.full((200, 40), 1.0)], np.c_[b, np.zeros((200, 40))]
    found = concept_shift(apart[0], y, apart[1], z, 2, rng=rng())
    assert not found.measurable
    assert found.labels_needed is None
    assert "in common" in found.reason


def test_one_class_in_the_source_is_not_measurable():
    X, _ = rows(100, 0)
    assert not concept_shift(X, np.zeros(100), *rows(100, 1), 2, rng=rng()).measurable


def test_smaller_differences_need_more_labels():
    needed = [labels_needed(0.25, 10_000, difference) for difference in (0.2, 0.1, 0.05)]
    assert needed == sorted(needed)
    assert needed[1] == pytest.approx(200, abs=10)
    assert labels_needed(0.25, 100, 0.05) is None


def test_a_difference_out_of_range_is_refused():
    with pytest.raises(MethodError):
        concept_shift(*rows(50, 0), *rows(50, 1), 2, rng=rng(), difference=0)
