from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.mmd import mmd
from workbench.methods.multiple_testing import benjamini_hochberg, holm


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def vectors(n: int, seed: int, shift: float = 0.0):
    return rng(seed).standard_normal((n, 5)) + shift


def test_one_distribution_is_rarely_called_two():
    alarms = [
        mmd(vectors(60, 2 * i), vectors(40, 2 * i + 1), rng=rng(i), n_permutations=99).p_value
        for i in range(60)
    ]
    assert np.mean(np.array(alarms) <= 0.05) <= 0.13
    assert 0.3 < np.mean(alarms) < 0.7


def test_a_moved_mean_and_another_spread_are_found():
    moved = mmd(vectors(200, 0), vectors(150, 1, 0.5), rng=rng())
    assert moved.p_value == pytest.approx(1 / 500)
    assert moved.mmd2 > moved.null_high > 0
    assert (moved.n_reference, moved.n_other) == (200, 150)
    assert mmd(vectors(200, 0), 2 * vectors(200, 1), rng=rng()).p_value < 0.01


def test_the_statistic_is_the_unbiased_one():
    a, b = vectors(25, 0), vectors(30, 1, 1.0)
    both = np.concatenate([a, b])
    squared = ((both[:, None] - both[None]) ** 2).sum(-1)
    kernel = np.exp(-squared / np.median(squared[np.triu_indices(55, 1)]))
    np.fill_diagonal(kernel, 0)
    expected = (
        kernel[:25, :25].sum() / (25 * 24)
        + kernel[25:, 25:].sum() / (30 * 29)
        - 2 * kernel[:25, 25:].mean()
    )
    assert mmd(a, b, rng=rng()).mmd2 == pytest.approx(expected, rel=1e-4)


def test_equal_rows_cannot_be_told_apart():
    assert mmd(np.ones((30, 3)), np.ones((40, 3)), rng=rng()).p_value == 1


def test_of_many_rows_some_are_drawn():
    found = mmd(vectors(500, 0), vectors(90, 1), rng=rng(), max_rows=100)
    assert (found.n_reference, found.n_other) == (100, 90)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.ones((5, 2)), np.ones((40, 2))),
        (np.ones((40, 2)), np.ones((40, 3))),
        (np.full((40, 2), np.nan), np.ones((40, 2))),
        (np.ones(40), np.ones((40, 2))),
    ],
)
def test_vectors_that_cannot_be_compared_are_refused(a, b):
    with pytest.raises(MethodError):
        mmd(a, b, rng=rng())


def test_adjusted_p_values_of_known_cases():
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06])
    np.testing.assert_allclose(benjamini_hochberg([0.01, 0.04, 0.03]), [0.03, 0.04, 0.04])
    assert not len(holm([]))
    assert not len(benjamini_hochberg([]))
    for adjust in (holm, benjamini_hochberg):
        with pytest.raises(MethodError):
            adjust([0.5, 1.5])
        with pytest.raises(MethodError):
            adjust([np.nan])
