from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError
from workbench.methods.confident import (
    FILTERS,
    QUALITY_METHODS,
    class_thresholds,
    confident_joint,
    error_rates_by,
    find_label_issues,
    label_error_rates,
    label_quality,
    noise_matrices,
    suggested_labels,
)
from workbench.methods.error_rates import benjamini_hochberg

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:cleanlab")


@st.composite
def noisy_labels(draw):
    """Probabilities and labels with noise, ties, rare and absent classes."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    k = draw(st.integers(2, 7))
    n = draw(st.integers(2, 100))
    probs = rng.dirichlet(np.full(k, draw(st.sampled_from([0.1, 0.5, 2.0]))), n)
    if draw(st.booleans()):
        probs = np.round(probs * 4) + 1e-3
        probs /= probs.sum(axis=1, keepdims=True)
    if draw(st.booleans()):
        probs = probs.astype(np.float32)
    labels = np.where(rng.random(n) < 0.7, probs.argmax(axis=1), rng.integers(0, k, n))
    if draw(st.booleans()):
        labels[labels == k - 1] = 0
    labels[:2] = [0, 1]  # cleanlab wants two classes
    return labels, probs


@pytest.fixture(scope="module")
def cleanlab():
    pytest.importorskip("cleanlab")
    import cleanlab.count
    import cleanlab.filter
    import cleanlab.rank

    return cleanlab


@pytest.mark.parametrize("filter_by", FILTERS)
@given(case=noisy_labels())
@settings(deadline=None, max_examples=50)
def test_masks_are_those_of_cleanlab(cleanlab, filter_by, case):
    labels, probs = case
    theirs = cleanlab.filter.find_label_issues(labels, probs, filter_by=filter_by, n_jobs=1)
    np.testing.assert_array_equal(find_label_issues(labels, probs, filter_by=filter_by), theirs)


@pytest.mark.parametrize("method", QUALITY_METHODS)
@given(case=noisy_labels())
@settings(deadline=None, max_examples=50)
def test_scores_are_those_of_cleanlab(cleanlab, method, case):
    labels, probs = case
    ours = label_quality(labels, probs, method=method)
    theirs = cleanlab.rank.get_label_quality_scores(labels, probs, method=method)
    assert ((ours >= 0) & (ours <= 1)).all()
    # Of rows without entropy cleanlab makes 0, right or wrong: see the docstring.
    settled = (method == "confidence_weighted_entropy") & (probs.max(axis=1) > 1 - 1e-4)
    np.testing.assert_allclose(ours[~settled], theirs[~settled], atol=1e-6)


@given(case=noisy_labels())
@settings(deadline=None, max_examples=50)
def test_thresholds_and_joints_are_those_of_cleanlab(cleanlab, case):
    labels, probs = case
    np.testing.assert_allclose(
        class_thresholds(labels, probs),
        cleanlab.count.get_confident_thresholds(labels, probs),
        rtol=1e-6,
    )
    for calibrate in (True, False):
        theirs = cleanlab.count.compute_confident_joint(labels, probs, calibrate=calibrate)
        np.testing.assert_array_equal(confident_joint(labels, probs, calibrate=calibrate), theirs)


@given(case=noisy_labels())
@settings(deadline=None, max_examples=30)
def test_a_calibrated_joint_counts_the_rows_of_each_label(case):
    labels, probs = case
    joint = confident_joint(labels, probs)
    np.testing.assert_array_equal(joint.sum(axis=1), np.bincount(labels, minlength=len(joint)))


@given(case=noisy_labels())
@settings(deadline=None, max_examples=30)
def test_noise_matrices_are_probabilities_that_agree_with_the_joint(case):
    joint = confident_joint(*case)
    found = noise_matrices(joint)
    np.testing.assert_allclose(found.noise.sum(axis=0), 1)
    np.testing.assert_allclose(found.inverse_noise.sum(axis=0), 1)
    np.testing.assert_allclose(found.true_prior.sum(), 1)
    np.testing.assert_allclose(found.noise * found.true_prior, joint / joint.sum(), atol=1e-12)


def test_flips_planted_between_two_classes_are_found_and_undone():
    rng = np.random.default_rng(0)
    true = rng.integers(0, 3, 2_000)
    logits = 5 * np.eye(3)[true] + 0.7 * rng.standard_normal((2_000, 3))
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    flipped = (true == 0) & (rng.random(2_000) < 0.2)
    labels = np.where(flipped, 1, true)
    issues = find_label_issues(labels, probs)
    assert (issues & flipped).sum() > 0.7 * flipped.sum()
    assert (issues & flipped).sum() > 0.95 * issues.sum()
    assert (suggested_labels(labels, probs)[flipped] == 0).mean() > 0.9
    flip_rate = flipped.sum() / (true == 0).sum()
    noise = noise_matrices(confident_joint(labels, probs)).noise
    assert noise[1, 0] == pytest.approx(flip_rate, abs=0.05)
    assert noise[2, 0] < 0.01


def test_the_given_label_is_suggested_where_it_ties():
    assert suggested_labels([1, 0, 1], [[0.5, 0.5], [0.5, 0.5], [0.9, 0.1]]).tolist() == [1, 0, 0]


def test_certain_rows_score_by_whether_the_certain_class_is_the_given_one():
    quality = label_quality([0, 1], [[1.0, 0.0], [1.0, 0.0]], method="confidence_weighted_entropy")
    assert quality.tolist() == [1, 0]


def test_a_single_class_has_no_issues():
    probs = np.ones((5, 1))
    for filter_by in FILTERS:
        assert not find_label_issues(np.zeros(5, int), probs, filter_by=filter_by).any()
    for method in QUALITY_METHODS:
        assert label_quality(np.zeros(5, int), probs, method=method).tolist() == [1] * 5


def test_row_sums_off_by_rounding_are_scaled():
    probs = np.array([[0.700014, 0.300006], [0.2, 0.8], [0.33, 0.66]])
    labels = [0, 1, 0]
    scaled = probs / probs.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(label_quality(labels, probs), label_quality(labels, scaled))


@pytest.mark.parametrize(
    ("labels", "probs", "message"),
    [
        ([0, 1], [[0.5, np.nan], [0.5, 0.5]], "NaN"),
        ([0, 1], [[1.2, -0.2], [0.5, 0.5]], "negative"),
        ([0, 1], [[0.9, 0.9], [0.5, 0.5]], "sums to 1.8"),
        ([0, 1], [0.5, 0.5], "shape"),
        ([0, 2], [[0.5, 0.5], [0.5, 0.5]], "the classes are 0 to 1"),
        ([0, -1], [[0.5, 0.5], [0.5, 0.5]], "holds -1 in row 1"),
        ([0, 0.5], [[0.5, 0.5], [0.5, 0.5]], "whole numbers"),
        ([0], [[0.5, 0.5], [0.5, 0.5]], "shape"),
        ([], np.zeros((0, 2)), "no labelled rows"),
    ],
)
def test_bad_input_is_refused_by_name(labels, probs, message):
    for method in (find_label_issues, label_quality, confident_joint, class_thresholds):
        with pytest.raises(MethodError, match=message):
            method(labels, probs)


def test_unknown_names_are_refused():
    probs = [[0.5, 0.5], [0.5, 0.5]]
    with pytest.raises(MethodError, match="filter"):
        find_label_issues([0, 1], probs, filter_by="magic")
    with pytest.raises(MethodError, match="label quality"):
        label_quality([0, 1], probs, method="magic")


@pytest.mark.parametrize("joint", [np.zeros((2, 2)), -np.eye(2), np.ones((2, 3))])
def test_joints_that_count_nothing_are_refused(joint):
    with pytest.raises(MethodError):
        noise_matrices(joint)


def test_error_rates_count_issues_by_class():
    rates = label_error_rates([0, 0, 0, 1], np.array([True, False, False, False]), 3)
    assert rates.n.tolist() == [3, 1, 0]
    assert rates.n_issues.tolist() == [1, 0, 0]
    np.testing.assert_allclose(rates.rate, [1 / 3, 0, 0])
    assert (rates.low <= rates.rate).all()
    assert (rates.high >= rates.rate).all()
    assert rates.high[2] == 1


def test_a_group_with_more_errors_stands_out():
    rng = np.random.default_rng(0)
    vendor = np.repeat(["a", "b", "c"], 500)
    issues = rng.random(1_500) < np.where(vendor == "b", 0.15, 0.03)
    rates = error_rates_by(vendor, issues)
    assert rates.group == ("a", "b", "c")
    assert rates.ratio[1] > 3
    assert rates.q_value[1] < 1e-6
    assert (rates.q_value >= rates.p_value).all()


def test_p_values_are_those_of_the_exact_and_the_chi_squared_test():
    from scipy.stats import chi2_contingency, fisher_exact

    few = error_rates_by(["a"] * 10 + ["b"] * 10, np.arange(20) < 4)
    assert few.p_value[0] == pytest.approx(fisher_exact([[4, 6], [0, 10]]).pvalue)
    many = error_rates_by(
        ["a"] * 100 + ["b"] * 100, np.arange(200) % 100 < np.r_[[30] * 100, [10] * 100]
    )
    table = [[30, 70], [10, 90]]
    assert many.p_value[0] == pytest.approx(chi2_contingency(table, correction=False).pvalue)


@pytest.mark.parametrize(
    ("groups", "issues", "ratio"),
    [
        (["a", "a"], [True, False], [1]),
        (["a", "b"], [False, False], [1, 1]),
        (["a", "b"], [True, False], [np.inf, 0]),
        ([None, 3], [True, True], [1, 1]),
    ],
)
def test_groups_without_a_rest_or_without_errors_are_no_alarm(groups, issues, ratio):
    rates = error_rates_by(groups, np.array(issues))
    assert rates.ratio.tolist() == ratio
    assert (rates.p_value > 0.05).all()


def test_a_mask_of_the_wrong_kind_is_refused():
    with pytest.raises(MethodError):
        error_rates_by(["a", "b"], [1, 0])
    with pytest.raises(MethodError):
        label_error_rates([0, 1], np.array([True]), 2)
    with pytest.raises(MethodError):
        error_rates_by([], np.zeros(0, bool))


@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=20))
@settings(deadline=None, max_examples=50)
def test_q_values_are_those_of_scipy(p):
    from scipy.stats import false_discovery_control

    np.testing.assert_allclose(benjamini_hochberg(p), false_discovery_control(p))


def test_cifar10_masks_are_cleanlabs_and_catch_verified_errors(cleanlab, datasets: Path):
    folder = datasets / "cleanlab_cifar10"
    probs = np.load(folder / "pyx.npy", allow_pickle=False)
    labels = np.load(folder / "original_labels.npy", allow_pickle=False).astype(np.int64)
    for filter_by in FILTERS:
        theirs = cleanlab.filter.find_label_issues(labels, probs, filter_by=filter_by, n_jobs=1)
        ours = find_label_issues(labels, probs, filter_by=filter_by)
        np.testing.assert_array_equal(ours, theirs)
    confident = find_label_issues(labels, probs, filter_by="confident_learning")
    assert confident.sum() == 244
    reviewed = json.loads((folder / "mturk.json").read_text())
    verified = [row["id"] for row in reviewed if row["mturk"]["given"] < 3]
    assert (len(verified), confident[verified].sum()) == (54, 48)
