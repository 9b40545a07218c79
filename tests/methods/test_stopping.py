"""When a curve says to stop: models that agree, little doubt, a gain that is surely small."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from workbench.errors import MethodError
from workbench.methods.expected_gain import ExpectedGain
from workbench.methods.stopping import prediction_stability, stability_partners, stopping_reasons


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_small_gain_that_may_be_a_large_one_is_no_sign_to_stop():
    stop, reasons = stopping_reasons([0.999] * 3, 0.5, ExpectedGain(0.001, 0.0, 0.03))
    assert not stop
    assert reasons[-1].endswith("too few judged rows to be sure")
    assert stopping_reasons([0.999] * 3, 0.5, ExpectedGain(0.001, 0.0, 0.009))[0]


def test_a_small_gain_on_the_rows_that_were_answered_is_no_sign_to_stop():
    little = ExpectedGain(0.001, 0.0, 0.002)
    stop, reasons = stopping_reasons([0.999] * 3, 0.5, little, is_of_all=False)
    assert not stop
    assert reasons[-1].endswith("on rows like those that judge")
    assert stopping_reasons([0.999] * 3, 0.05, little, is_of_all=False)[0]
    assert stopping_reasons([0.999] * 3, 0.5, little)[0]


def test_stability_is_cohens_kappa():
    before, after = rng(1).integers(0, 4, 200), rng(2).integers(0, 4, 200)
    after[:150] = before[:150]
    assert prediction_stability(before, after) == pytest.approx(cohen_kappa_score(before, after))
    assert prediction_stability([1, 1], [1, 1]) == 1
    with pytest.raises(MethodError):
        prediction_stability([], [])


def test_models_are_compared_over_a_step_of_some_size():
    assert stability_partners([20, 40, 70, 100]) == [None, None, 0, 1]
    assert stability_partners([1000, 1400, 1800, 1820, 2000]) == [None, 0, 1, 1, 2]


def test_two_signs_make_a_hint_to_stop():
    little = ExpectedGain(0.001, 0.0, 0.002)
    much = ExpectedGain(0.05, 0.01, 0.09)
    assert stopping_reasons([0.995, 0.99, 0.999], 0.05, much)[0]
    assert stopping_reasons([0.9, 0.9, 0.9], 0.05, little)[0]
    stop, reasons = stopping_reasons([0.9, 0.9, 0.9], 0.5, little)
    assert not stop
    assert len(reasons) == 3
    assert stopping_reasons([0.999], None, None) == (False, ())


@pytest.mark.parametrize(("gain", "said"), [(0.0052, "hardly anything"), (0.0056, "something")])
def test_a_gain_is_as_small_as_it_is_shown(gain: float, said: str) -> None:
    _, (reason,) = stopping_reasons([], None, ExpectedGain(gain, 0.0, 0.008))
    assert f"bring {said}: {100 * gain:+.1f} points" in reason
