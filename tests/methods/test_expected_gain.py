"""What the next labels bring: the interval holds it, and no number where nothing can be told."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.expected_gain import expected_gain
from workbench.methods.learning_curve import score
from workbench.methods.stopping import stopping_reasons


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def curve_of(spent: list[int], error_of, n: int = 4_000) -> np.ndarray:
    hardness = rng(5).random(n)
    return np.array([hardness >= error_of(m) for m in spent])


def test_the_gain_of_a_power_law_is_found():
    spent = [50, 100, 150, 200, 300, 400]
    gain = expected_gain(spent, curve_of(spent, lambda m: 0.05 + 4 / m), 100)
    assert gain is not None
    assert gain.accuracy == pytest.approx(4 / 400 - 4 / 500, abs=0.001)
    assert gain.low <= gain.accuracy <= gain.high


LAWS = [
    (0.04, 1.5, 0.5, range(30, 241, 30)),
    (0.0, 5, 0.75, range(25, 301, 25)),
    (0.12, 8, 1.0, range(30, 301, 30)),
    (0.2, 0.5, 0.2, range(50, 501, 50)),
    (0.02, 2, 0.4, range(100, 901, 100)),
    (0.05, 40, 2.0, range(20, 201, 20)),
]
"""The floor, the factor and the exponent of the error, and the labels at each point."""


QUICK = [(0, 28, 0.2), (4, 28, 0.2), (3, 200, 0.0), (5, 200, 0.0)]
"""Of laws, of how many rows judge, and of which share flips: what is enough for every change."""


@pytest.mark.parametrize(
    ("law", "n_judged", "flips"),
    [
        pytest.param(*case, marks=[pytest.mark.slow] * (case not in QUICK))
        for case in itertools.product(range(len(LAWS)), (28, 60, 200), (0.0, 0.2))
    ],
)
def test_the_interval_of_the_gain_covers_the_truth(law: int, n_judged: int, flips: float) -> None:
    """Rows turn right at their own number of labels; of a share it is drawn anew at each point."""
    floor, factor, exponent, points = LAWS[law]
    spent = np.array(points)
    error = floor + factor * spent**-exponent
    truth = error[-1] - floor - factor * (spent[-1] + 100.0) ** -exponent
    draws = rng(n_judged)
    gains = []
    for _ in range(100):
        hardness = np.tile(draws.random(n_judged), (len(spent), 1))
        flip = draws.random(n_judged) < flips
        hardness[:, flip] = draws.random((len(spent), int(flip.sum())))
        gains.append(expected_gain(spent.tolist(), hardness >= error[:, None], 100))
    covered = [gain.low <= truth <= gain.high for gain in gains if gain]
    assert len(covered) >= 99  # chance looks like a jump now and then
    assert np.mean(covered) >= 0.9
    if not flips and n_judged == 200:
        mean = np.mean([gain.accuracy for gain in gains if gain])
        assert mean == pytest.approx(truth, rel=0.3, abs=0.002)


def jumping(spent: np.ndarray, n_after: int, n_judged: int, seed: int) -> np.ndarray:
    """Half is wrong up to a jump; after that the error is 0.1 + 1.5 / sqrt(m)."""
    draws = rng(seed)
    error = 0.1 + 1.5 * spent**-0.5
    error[:-n_after] = 0.5
    hardness = np.tile(draws.random(n_judged), (len(spent), 1))
    flip = draws.random(n_judged) < 0.1
    hardness[:, flip] = draws.random((len(spent), int(flip.sum())))
    return hardness >= error[:, None]


def test_what_falls_by_even_shares_is_foretold() -> None:
    """As where what is asked brings nearly as much each time: no power law from the first label."""
    spent = np.arange(100.0, 701, 100)
    error = 0.9 * np.exp(-spent / 300)
    truth = error[-1] * (1 - np.exp(-1 / 3))
    gains = []
    for seed in range(20):
        draws = rng(seed)
        hardness = np.tile(draws.random(500), (len(spent), 1))
        flip = draws.random(500) < 0.1
        hardness[:, flip] = draws.random((len(spent), int(flip.sum())))
        gains.append(expected_gain(spent.tolist(), hardness >= error[:, None], 100))
    found = [gain for gain in gains if gain]
    assert len(found) >= 19
    assert np.mean([gain.low <= truth <= gain.high for gain in found]) >= 0.8
    assert np.mean([gain.accuracy for gain in found]) == pytest.approx(truth, rel=0.25)


@pytest.mark.parametrize("n_judged", [28, pytest.param(60, marks=pytest.mark.slow), 200])
@pytest.mark.parametrize("n_after", [3, 4, 6])
def test_of_a_curve_that_jumped_only_what_came_after_counts(n_after: int, n_judged: int) -> None:
    spent = np.arange(30.0, 301, 30)
    truth = 1.5 * (300**-0.5 - 400**-0.5)
    found = [expected_gain(spent, jumping(spent, n_after, n_judged, k), 100) for k in range(60)]
    gains = [gain for gain in found if gain]
    assert len(gains) >= 57
    assert np.mean([gain.low <= truth <= gain.high for gain in gains]) >= 0.95
    assert np.median([gain.n_before for gain in gains]) == len(spent) - n_after
    # As few rows and points tell no more, the interval is wide; what is expected is not.
    assert np.mean([gain.accuracy for gain in gains]) == pytest.approx(truth, abs=0.008)


@pytest.mark.parametrize("n_after", [1, 2])
def test_what_a_jump_that_has_just_been_leads_to_cannot_be_told(n_after: int) -> None:
    spent = np.arange(30.0, 301, 30)
    for seed in range(20):
        assert expected_gain(spent, jumping(spent, n_after, 60, seed), 100) is None


@pytest.mark.parametrize("n_wrong", [0, 1, 2, 3])
def test_no_gain_is_larger_than_what_is_left(n_wrong: int) -> None:
    """Steep steps to the very end, as no law of many labels would have them."""
    n = 30
    right = np.ones((4, n))
    for point, wrong in enumerate((9, 6, 4, n_wrong)):
        right[point, :wrong] = 0
    gain = expected_gain([20, 40, 60, 80], right, 10_000)
    now = score(1 - right[-1].astype(np.int64), np.zeros(n, np.int64), 2)
    assert gain is not None
    assert gain.low <= gain.accuracy <= gain.high
    assert gain.accuracy <= gain.high <= 1 - now.accuracy_low + 1e-9
    assert gain.low <= 1 - now.accuracy_high + 1e-9


@pytest.mark.parametrize("is_even", [True, False])
def test_a_model_that_is_wrong_on_every_row_is_no_error(is_even: bool) -> None:
    """Weights sum to 1 but for rounding, and so does the share of the wrong rows."""
    for n in range(1, 400, 6):
        weights = np.ones(n) if is_even else rng().random(n) + 0.1
        for right in (0, 1):
            gain = expected_gain([50, 100, 150], np.full((3, n), right), 100, weights=weights)
            assert gain is None or 0 <= gain.low <= gain.accuracy <= gain.high <= 1


def test_few_rows_without_an_error_do_not_rule_a_gain_out() -> None:
    right = np.ones((8, 28))
    right[0, :3] = right[:, 0] = 0
    gain = expected_gain(range(60, 281, 30)[:8], right, 100)
    assert gain is not None
    assert gain.high > 0.01
    assert not stopping_reasons([0.999] * 3, 0.5, gain)[0]


def test_what_two_rows_stand_for_may_still_be_learnt() -> None:
    """A tenth of all rows came later, and only two of the 122 that judge are of these."""
    right = np.ones((6, 122))
    right[:3, 5] = 0
    strata = np.repeat([0, 1], [120, 2])
    weights = np.where(strata == 0, 0.9 / 120, 0.1 / 2)
    spent = range(100, 601, 100)
    by_all = expected_gain(spent, right, 100, weights=weights)
    by_arrival = expected_gain(spent, right, 100, weights=weights, strata=strata)
    assert by_all is not None
    assert by_arrival is not None
    assert by_arrival.high > 1.5 * by_all.high


def test_a_flat_curve_promises_nothing_and_a_falling_one_no_loss():
    spent = [50, 100, 150, 200]
    flat = expected_gain(spent, curve_of(spent, lambda _: 0.2), 100)
    falling = expected_gain(spent, curve_of(spent, lambda m: 0.1 + m / 5e4), 100)
    assert flat is not None
    assert falling is not None
    assert flat.accuracy == pytest.approx(0, abs=0.001)
    assert falling.accuracy < 0.02
    assert falling.low >= 0


def test_a_steep_loss_is_no_curve_of_learning():
    spent = [50, 100, 150, 200]
    assert expected_gain(spent, curve_of(spent, lambda m: 0.1 + m / 1e3), 100) is None


def test_two_points_are_no_curve():
    assert expected_gain([10, 20], np.ones((2, 5)), 100) is None
    with pytest.raises(MethodError):
        expected_gain([10, 20, 30], np.ones((2, 5)), 100)
    with pytest.raises(MethodError):
        expected_gain([10, 20, 30], np.ones((3, 5)), 100, strata=[0, 1])
