from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from workbench.errors import MethodError
from workbench.methods.calibration import (
    check_calibration,
    expected_calibration_error,
    fit_temperature,
    log_scores,
)
from workbench.methods.softmax import softmax


def drawn(n: int, *, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Calibrated probabilities of three classes, and labels drawn from them."""
    rng = np.random.default_rng(seed)
    probs = rng.dirichlet([2, 2, 2], n)
    return probs, (probs.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)


def test_calibrated_probabilities_have_hardly_any_error() -> None:
    assert expected_calibration_error(*drawn(20_000, seed=0)) < 0.01


@pytest.mark.parametrize("n", [40, 75, 400])
def test_the_error_of_calibrated_probabilities_is_seldom_beyond_chance(n: int) -> None:
    checks = [check_calibration(*drawn(n, seed=seed)) for seed in range(100)]
    assert sum(check.is_off for check in checks) <= 12
    assert all(abs(check.excess) <= check.error + 1e-9 for check in checks)
    assert checks[0].error == pytest.approx(expected_calibration_error(*drawn(n, seed=0)))


def test_errors_both_ways_are_beyond_chance_though_no_temperature_would_mend_them() -> None:
    """Half of the rows are right less often than they are sure, half more often."""
    probs = np.repeat([[0.9, 0.1], [0.65, 0.35]], 40, axis=0)
    labels = np.array([0] * 32 + [1] * 8 + [0] * 38 + [1] * 2)
    assert 0.9 < fit_temperature(probs, labels) < 1.1
    found = check_calibration(probs, labels)
    assert found.is_off
    assert found.error == pytest.approx(0.2)
    assert found.excess == pytest.approx(-0.1)


def test_the_error_is_the_distance_of_confidence_and_accuracy() -> None:
    probs = np.tile([0.9, 0.1], (10, 1))
    assert expected_calibration_error(probs, [0] * 6 + [1] * 4) == pytest.approx(0.3)


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_the_temperature_that_distorted_probabilities_is_found(temperature: float) -> None:
    probs, labels = drawn(5000, seed=1)
    distorted = softmax(log_scores(probs) * temperature)
    assert fit_temperature(distorted, labels) == pytest.approx(temperature, rel=0.1)


def test_few_labels_hardly_move_the_temperature() -> None:
    probs = np.tile([0.9, 0.1], (2, 1))
    assert 0.8 < fit_temperature(probs, [0, 1]) < 1.25
    assert 0.8 < fit_temperature(probs, [0, 0]) < 1.25


def test_a_flat_row_scores_nothing() -> None:
    assert log_scores(np.full((2, 4), 0.25)) == pytest.approx(0)


def test_refuses_what_it_cannot_calibrate() -> None:
    with pytest.raises(MethodError, match="no labelled row"):
        fit_temperature(np.empty((0, 2)), [])
