from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError
from workbench.methods.imbalance import (
    class_counts,
    class_report,
    confusion_matrix,
    effective_classes,
    imbalance_ratio,
)


def test_counts_leave_rows_without_a_label_out():
    assert class_counts([0, 2, 2, -1], 4).tolist() == [1, 0, 2, 0]


def test_ratio_and_effective_classes_of_even_and_uneven_classes():
    assert imbalance_ratio([5, 5, 5]) == 1
    assert imbalance_ratio([5, 5, 5, 0]) == np.inf
    assert effective_classes([5, 5, 5, 0]) == pytest.approx(3)
    assert imbalance_ratio([90, 10]) == 9
    assert 1 < effective_classes([90, 10]) < 2
    assert effective_classes([7, 0]) == 1


@given(counts=st.lists(st.integers(0, 1_000), min_size=1, max_size=8).filter(any))
@settings(deadline=None, max_examples=50)
def test_effective_classes_lie_between_one_and_the_classes_that_occur(counts):
    assert 1 - 1e-9 <= effective_classes(counts) <= np.count_nonzero(counts) + 1e-9
    assert effective_classes(counts) == pytest.approx(effective_classes(counts[::-1]))


@pytest.mark.parametrize("counts", [[], [0, 0], [1, -1], [1, np.nan], [[1, 2]]])
def test_counts_without_rows_are_refused(counts):
    with pytest.raises(MethodError):
        effective_classes(counts)
    with pytest.raises(MethodError):
        imbalance_ratio(counts)


def test_confusion_has_true_classes_in_rows():
    assert confusion_matrix([0, 0, 1], [0, 1, 1], 3).tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 0]]


@given(
    pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60),
)
@settings(deadline=None, max_examples=50)
def test_figures_are_those_of_scikit_learn(pairs):
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    true, predicted = np.array(pairs).T
    report = class_report(true, predicted, 4)
    precision, recall, f1, support = precision_recall_fscore_support(
        true, predicted, labels=range(4), zero_division=np.nan
    )
    np.testing.assert_allclose(report.precision, precision)
    np.testing.assert_allclose(report.recall, recall)
    np.testing.assert_allclose(report.f1, f1)
    np.testing.assert_array_equal(report.support, support)
    assert report.accuracy == pytest.approx(accuracy_score(true, predicted))
    occurring = sorted(set(true) | set(predicted))
    assert report.macro_f1 == pytest.approx(f1[occurring].mean())
    assert report.balanced_accuracy == pytest.approx(recall[sorted(set(true))].mean())
    for share, low, high, n in (
        (report.precision, report.precision_low, report.precision_high, report.predicted),
        (report.recall, report.recall_low, report.recall_high, report.support),
    ):
        is_known = n > 0
        assert ((low <= share) & (share <= high))[is_known].all()
        assert np.isnan([share, low, high])[:, ~is_known].all()
    assert report.accuracy_low <= report.accuracy <= report.accuracy_high
    assert report.majority_baseline == support.max() / len(true)


def test_always_guessing_the_majority_scores_its_baseline():
    true = np.repeat([0, 1], [90, 10])
    report = class_report(true, np.zeros(100, int), 2)
    assert report.accuracy == report.majority_baseline == 0.9
    assert report.balanced_accuracy == 0.5
    # Nothing was predicted as the other class: its precision was not measured.
    assert np.isnan([report.precision[1], report.precision_low[1], report.precision_high[1]]).all()
    assert (report.recall[1], report.f1[1]) == (0, 0)


@pytest.mark.parametrize(
    ("true", "predicted"), [([], []), ([0], [0, 1]), ([0], [2]), ([-1], [0]), ([0.5], [0])]
)
def test_labels_that_cannot_be_compared_are_refused(true, predicted):
    with pytest.raises(MethodError):
        class_report(true, predicted, 2)
