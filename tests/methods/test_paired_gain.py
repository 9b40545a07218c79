from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.paired_gain import paired_gain


def test_a_better_prediction_gains_and_the_interval_holds_the_change():
    rng = np.random.default_rng(0)
    true = rng.integers(0, 3, 400)
    before = np.where(rng.random(400) < 0.3, (true + 1) % 3, true)
    after = np.where(rng.random(400) < 0.5, true, before)
    gain = paired_gain(true, before, after, 3, rng=rng)
    change = gain.accuracy_after - gain.accuracy_before
    assert 0 < gain.accuracy_low < change < gain.accuracy_high
    assert 0 < gain.macro_f1_low < gain.macro_f1_after - gain.macro_f1_before < gain.macro_f1_high


def test_what_both_share_cancels():
    true = np.tile([0, 1], 50)
    gain = paired_gain(true, 1 - true, 1 - true, 2, n_resamples=50, rng=np.random.default_rng(0))
    assert (gain.accuracy_before, gain.accuracy_low, gain.accuracy_high) == (0, 0, 0)
    assert (gain.macro_f1_low, gain.macro_f1_high) == (0, 0)


def test_no_rows_are_refused():
    with pytest.raises(MethodError, match="needs rows"):
        paired_gain([], [], [], 2, rng=np.random.default_rng(0))
    with pytest.raises(MethodError):
        paired_gain([0, 1], [0], [0, 1], 2, rng=np.random.default_rng(0))
