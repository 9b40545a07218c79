from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.drift import drift
from workbench.methods.slices import score_intervals, slice_reports


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def texts(n: int, seed: int) -> np.ndarray:
    return (rng(seed).random((n, 30)) < 0.2) * 1.0


def test_rows_of_one_time_after_another_without_change_do_not_drift():
    alarms = [
        drift(texts(200, i), np.arange(200), rng=rng(i), n_windows=3, n_permutations=20).p_value
        <= 0.05
        for i in range(25)
    ]
    assert np.mean(alarms) <= 0.15


def test_the_first_window_that_changed_is_named():
    X = texts(600, 0)
    X[400:, 3:6] = 1
    shuffled = rng(1).permutation(600)
    labels = np.where(np.arange(600) < 400, 0, 1)
    found = drift(
        X[shuffled], shuffled * 60.0, rng=rng(), labels=labels[shuffled], n_classes=2, n_windows=6
    )
    assert found.p_value < 0.01
    assert found.first_changed == 4
    assert [window.n_rows for window in found.windows] == [100] * 6
    assert [window.class_shares[1] for window in found.windows] == [0, 0, 0, 0, 1, 1]
    assert found.windows[5].auc > 0.9 > found.windows[5].null_high
    assert found.windows[0].end < found.windows[1].start


def test_rows_of_one_time_stay_together_and_undated_ones_are_counted():
    times = np.r_[np.repeat([1.0, 2.0, 3.0], 50), [np.nan] * 7]
    found = drift(texts(157, 0), times, rng=rng(), n_windows=10)
    assert [(w.start, w.end) for w in found.windows] == [(1, 1), (2, 2), (3, 3)]
    assert found.n_undated == 7
    assert not len(found.windows[0].class_shares)


@pytest.mark.parametrize("times", [np.zeros(100), np.full(100, np.nan), np.arange(30)])
def test_times_that_make_no_windows_are_refused(times):
    with pytest.raises(MethodError, match="two windows"):
        drift(texts(len(times), 0), times, rng=rng())


def test_lengths_that_differ_are_refused():
    with pytest.raises(MethodError):
        drift(texts(50, 0), np.arange(49), rng=rng())
    with pytest.raises(MethodError):
        drift(texts(50, 0), np.arange(50), labels=[0], rng=rng())


def test_the_worst_slice_comes_first_and_is_told_from_chance():
    true = np.tile([0, 1], 150)
    predicted = true.copy()
    predicted[:60] = 0
    slices = np.repeat(["bad", "good", "fine"], 100)
    found = slice_reports(true, predicted, slices, 2)
    assert found[0].name == "bad"
    assert found[0].report.accuracy == pytest.approx(0.7)
    assert found[0].difference == pytest.approx(-0.3)
    assert found[0].adjusted_p < 1e-6
    assert {one.name for one in found[1:]} == {"good", "fine"}


def test_one_slice_is_as_good_as_itself():
    (only,) = slice_reports([0, 1], [0, 0], ["a", "a"], 2)
    assert (only.difference, only.adjusted_p) == (0, 1)


def test_columns_to_slice_by_have_few_values_and_one_a_row():
    with pytest.raises(MethodError, match="too many"):
        slice_reports(np.zeros(300), np.zeros(300), np.arange(300), 2)
    with pytest.raises(MethodError, match="shape"):
        slice_reports([0, 1], [0, 1], ["a"], 2)


def test_intervals_hold_the_scores_and_narrow_with_rows():
    from workbench.methods.imbalance import class_report

    widths = []
    for n in (100, 2_000):
        true = np.arange(n) % 4 // 3
        predicted = np.where(rng(0).random(n) < 0.8, true, 1 - true)
        found = score_intervals(true, predicted, 2, rng=rng())
        report = class_report(true, predicted, 2)
        assert found.macro_f1_low < report.macro_f1 < found.macro_f1_high
        low, high = found.balanced_accuracy_low, found.balanced_accuracy_high
        assert low < report.balanced_accuracy < high
        assert ((found.f1_low < report.f1) & (report.f1 < found.f1_high)).all()
        widths.append(found.macro_f1_high - found.macro_f1_low)
    assert widths[0] > 3 * widths[1]
    with pytest.raises(MethodError):
        score_intervals([], [], 2, rng=rng())


def test_few_rows_leave_the_score_of_a_class_open():
    found = score_intervals([0] * 4 + [1] * 4, [0] * 4 + [0] * 4, 3, rng=rng())
    assert found.f1_low[1] == pytest.approx(0)
    assert found.f1_high[1] > 0.5
    assert found.f1_high[0] - found.f1_low[0] > 0.4
    assert np.isnan([found.f1_low[2], found.f1_high[2]]).all()


def test_the_intervals_of_a_class_hold_its_score_as_often_as_they_say():
    held = []
    for seed in range(400):
        draw = rng(seed)
        true = (draw.random(60) < 0.2).astype(int)
        wrong = draw.random(60) < np.where(true == 1, 0.3, 0.1)
        found = score_intervals(true, np.where(wrong, 1 - true, true), 2, rng=draw, n_bootstrap=1)
        # Of 100 rows 14 are hits, 6 are missed and 8 are taken for it.
        held.append(found.f1_low[1] <= 28 / 42 <= found.f1_high[1])
    assert np.mean(held) >= 0.93
