from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.neighbours import nearest_neighbours
from workbench.methods.noise_structure import noise_structure

K = 3


def clouds(rng, n=450):
    """Three classes, each a cloud of unit vectors."""
    true = rng.integers(0, K, n)
    vectors = 2 * np.eye(12)[true] + rng.standard_normal((n, 12)) * 0.6
    return true, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def conditional(true, vectors, rng):
    """Each class has its own rate and its own favourite mistake."""
    rate = np.array([0.1, 0.2, 0.3])[true]
    return np.where(rng.random(len(true)) < rate, (true + 1) % K, true)


def in_a_slice(true, vectors, rng):
    """All errors lie near one row of each class."""
    labels = true.copy()
    for c in range(K):
        rows = np.flatnonzero(true == c)
        near = rows[np.argsort(-vectors[rows] @ vectors[rng.choice(rows)])[: len(rows) * 2 // 5]]
        labels[near[rng.random(len(near)) < 0.5]] = (c + 1) % K
    return labels


def structure(labels, vectors, rng, **options):
    """Test with the probabilities of a coarse model: the similarity to the mean of each class."""
    means = np.array([vectors[labels == c].mean(axis=0) for c in range(K)])
    probs = np.exp(8 * vectors @ means.T)
    probs /= probs.sum(axis=1, keepdims=True)
    near = nearest_neighbours(vectors, 15)
    return noise_structure(labels, probs, vectors, near, rng=rng, **options)


def test_errors_in_a_slice_raise_the_alarm_and_class_conditional_ones_do_not():
    alarms = {conditional: 0, in_a_slice: 0}
    for plant in alarms:
        for seed in range(20):
            rng = np.random.default_rng(seed)
            true, vectors = clouds(rng)
            found = structure(plant(true, vectors, rng), vectors, rng, n_permutations=99)
            alarms[plant] += found.depends_on_text
    assert alarms[conditional] <= 3  # 1 is expected; more than 3 is once in 60 such tests
    assert alarms[in_a_slice] >= 18


def test_the_slice_holds_the_errors():
    rng = np.random.default_rng(3)
    true, vectors = clouds(rng, 900)
    labels = in_a_slice(true, vectors, rng)
    found = structure(labels, vectors, rng)
    is_wrong = labels != true
    assert found.depends_on_text
    assert found.excess_links > 1.2
    assert is_wrong[found.slice].mean() > 1.5 * is_wrong.mean()


def test_p_values_are_even_where_nothing_depends_on_anything():
    p_values = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        true, vectors = clouds(rng, 200)
        near = nearest_neighbours(vectors, 10)
        labels = np.where(rng.random(200) < 0.2, (true + 1) % K, true)
        probs = 0.8 * np.eye(K)[true] + 0.2 / K
        found = noise_structure(labels, probs, vectors, near, n_permutations=39, rng=rng)
        p_values.append(found.p_value)
    assert np.mean(np.array(p_values) <= 0.25) < 0.45
    assert np.mean(np.array(p_values) <= 0.75) > 0.55


def test_few_errors_say_nothing():
    rng = np.random.default_rng(0)
    true, vectors = clouds(rng, 100)
    found = structure(true, vectors, rng)
    assert found.n_errors < 15
    assert found.p_value == 1
    assert not found.slice.any()


def test_the_same_seed_gives_the_same_answer():
    true, vectors = clouds(np.random.default_rng(0), 200)
    labels = conditional(true, vectors, np.random.default_rng(1))
    first, second = (structure(labels, vectors, np.random.default_rng(2)) for _ in range(2))
    assert first.p_value == second.p_value
    np.testing.assert_array_equal(first.concentration, second.concentration)


def test_input_of_differing_lengths_is_refused():
    rng = np.random.default_rng(0)
    _, vectors = clouds(rng, 10)
    near = nearest_neighbours(vectors, 2)
    probs = np.full((10, 2), 0.5)
    labels = np.zeros(10, int)
    with pytest.raises(MethodError, match="differ in length"):
        noise_structure(labels, probs, vectors[:5], near, rng=rng)
    with pytest.raises(MethodError, match="n_permutations"):
        noise_structure(labels, probs, vectors, near, n_permutations=0, rng=rng)
    with pytest.raises(MethodError, match="labels has shape"):
        noise_structure(labels[:4], probs, vectors, near, rng=rng)
