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


def test_what_both_share_cancels_and_the_interval_keeps_a_width():
    true = np.tile([0, 1], 50)
    gain = paired_gain(true, 1 - true, 1 - true, 2, n_resamples=50, rng=np.random.default_rng(0))
    assert gain.accuracy_before == gain.accuracy_after == 0
    # 1.96^2 / (100 + 1.96^2), as Tango's interval is where no row differs.
    assert gain.accuracy_high == -gain.accuracy_low == pytest.approx(0.036994, abs=1e-6)
    assert (gain.macro_f1_low, gain.macro_f1_high) == (gain.accuracy_low, gain.accuracy_high)


@pytest.mark.parametrize(("fixed", "broken"), [(0.005, 0.0), (0.03, 0.01), (0.05, 0.0)])
@pytest.mark.parametrize("n", [40, 150])
def test_the_intervals_cover_where_few_predictions_change(n, fixed, broken):
    rng = np.random.default_rng(n)
    n_held = 0
    for _ in range(300):
        true, draw = rng.integers(0, 2, n), rng.random(n)
        before = np.where(draw < 0.94, true, 1 - true)
        after = np.where(draw < broken, 1 - true, np.where(draw > 1 - fixed, true, before))
        gain = paired_gain(true, before, after, 2, n_resamples=1, rng=rng)
        n_held += gain.accuracy_low <= fixed - broken <= gain.accuracy_high
    assert n_held >= 0.92 * 300


def test_no_rows_are_refused():
    with pytest.raises(MethodError, match="needs rows"):
        paired_gain([], [], [], 2, rng=np.random.default_rng(0))
    with pytest.raises(MethodError):
        paired_gain([0, 1], [0], [0, 1], 2, rng=np.random.default_rng(0))
