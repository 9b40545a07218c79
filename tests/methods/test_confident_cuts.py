"""Where a cut or a count is decided by a tie, a last row or a rare class."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.confident import (
    FILTERS,
    QUALITY_METHODS,
    class_health,
    class_overlap,
    confident_joint,
    confident_pass,
    find_label_issues,
    label_quality,
    noise_matrices,
    quality_of,
    suggested_labels,
)
from workbench.methods.confident_joint import learnable_classes, round_rows
from workbench.methods.confident_quality import margin_of

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:cleanlab")

PRUNING = ("prune_by_class", "prune_by_noise_rate", "both")


def assert_masks_of_cleanlab(labels, probs):
    cleanlab_filter = pytest.importorskip("cleanlab.filter", reason="cleanlab is not installed")
    for filter_by in FILTERS:
        theirs = cleanlab_filter.find_label_issues(labels, probs, filter_by=filter_by, n_jobs=1)
        ours = find_label_issues(labels, probs, filter_by=filter_by)
        np.testing.assert_array_equal(ours, theirs, err_msg=filter_by)


def on_a_grid(seed, *, n, k, steps):
    """Probabilities in few steps, so that margins tie, and labels of which half are wrong."""
    rng = np.random.default_rng(seed)
    probs = np.array([rng.multinomial(steps, p) for p in rng.dirichlet(np.full(k, 0.7), n)]) / steps
    return np.where(rng.random(n) < 0.5, probs.argmax(axis=1), rng.integers(0, k, n)), probs


@pytest.mark.parametrize("seed", range(20))
def test_ties_at_the_cut_are_cut_as_in_cleanlab(seed):
    labels, probs = on_a_grid(seed, n=50, k=4, steps=6)
    labels[:2] = [0, 1]
    assert_masks_of_cleanlab(labels, probs)


def test_a_row_that_nobody_doubts_may_take_the_place_of_one_that_ties_with_it():
    labels = np.array([0, 2, 2, 1, 0])
    probs = np.array([[1, 2, 2], [1, 2, 2], [5, 0, 0], [4, 1, 0], [0, 5, 0]]) / 5
    assert_masks_of_cleanlab(labels, probs)
    # Rows 1 and 2, given class 2, lead over it in class 1 by the same: nothing.
    assert find_label_issues(labels, probs).tolist() == [False] * 4 + [True]


def test_a_class_whose_rows_all_seem_to_be_of_others_keeps_one():
    own = np.repeat(np.arange(4), [3, 10, 10, 10])
    seem = np.r_[1, 2, 3, own[3:]]
    probs = 0.05 + 0.8 * np.eye(4)[seem]
    probs[:3] = 0.01 + 0.96 * np.eye(4)[[1, 2, 3]]
    assert confident_joint(own, probs)[0].tolist() == [0, 1, 1, 1]
    assert_masks_of_cleanlab(own, probs)
    for filter_by in PRUNING:
        assert not find_label_issues(own, probs, filter_by=filter_by)[:3].all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_more_rows_than_a_sample_are_cut_as_in_cleanlab(dtype):
    rng = np.random.default_rng(0)
    probs = rng.dirichlet(np.full(3, 0.5), 20_000).astype(dtype)
    labels = np.where(rng.random(20_000) < 0.7, probs.argmax(axis=1), rng.integers(0, 3, 20_000))
    assert_masks_of_cleanlab(labels, probs)


@pytest.mark.parametrize("k", [1, 3, 40])
def test_a_pass_keeps_what_the_rows_say(k):
    rng = np.random.default_rng(k)
    probs = rng.dirichlet(np.full(k, 0.3), 200)
    labels = np.where(rng.random(200) < 0.7, probs.argmax(axis=1), rng.integers(0, k, 200))
    labels[labels == k // 2] = 0  # a class without rows
    seen = confident_pass(labels, probs)
    own = probs[np.arange(200), labels]
    others = np.where(np.arange(k) == labels[:, None], 0, probs)
    means = np.array([own[labels == c].mean() if (labels == c).any() else 2 for c in range(k)])
    reached = np.where(probs >= means - 1e-6, probs, -1)
    np.testing.assert_array_equal(seen.labels, labels)
    np.testing.assert_array_equal(seen.counts, np.bincount(labels, minlength=k))
    np.testing.assert_array_equal(seen.self_confidence, own)
    np.testing.assert_array_equal(seen.best_other, others.max(axis=1))
    np.testing.assert_allclose(margin_of(seen), (own - others.max(axis=1) + 1) / 2)
    np.testing.assert_array_equal(seen.predicted, probs.argmax(axis=1))
    np.testing.assert_allclose(seen.thresholds, means)
    one_at_most = (reached >= 0).sum(axis=1) < 2
    counted = np.where(reached.max(axis=1) < 0, -1, reached.argmax(axis=1))
    np.testing.assert_array_equal(
        seen.confident, np.where(one_at_most, counted, probs.argmax(axis=1))
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [3, 40])
@pytest.mark.parametrize("n_behind", [0, 1, 2])
def test_the_largest_other_class_stands_before_or_behind_the_given_one(k, dtype, n_behind):
    rng = np.random.default_rng(k)
    labels = np.repeat([0, k - 1, k // 2], 2 * k)
    first = rng.integers(0, k, len(labels))
    labels[-1] = first[-1] = k - 1 - n_behind  # behind which stands little of all, or nothing
    probs = np.full((len(labels), k), 0.2 / (k - 1), dtype)
    probs[np.arange(len(labels)), first] = 0.8
    by_column = np.asfortranarray(probs)
    every_other = np.repeat(probs, 2, axis=1)[:, ::2]
    others = np.where(np.arange(k) == labels[:, None], 0, probs).max(axis=1)
    for given_as in (probs, by_column, every_other):
        np.testing.assert_array_equal(confident_pass(labels, given_as).best_other, others)
    own = probs[np.arange(len(labels)), labels]
    np.testing.assert_allclose(label_quality(labels, probs), (own - others + 1) / 2, atol=1e-6)


@pytest.mark.parametrize("k", [3, 40])
def test_beside_a_certain_class_nothing_is_left(k):
    labels = np.array([0, k - 1, k // 2])
    np.testing.assert_array_equal(confident_pass(labels, np.eye(k)[labels]).best_other, 0)


def test_more_classes_than_small_integers_number() -> None:
    k = 40_000
    probs = np.full((3, k), 0.5 / (k - 1))
    labels = np.array([k - 1, 0, 35_000])
    probs[np.arange(3), labels] = 0.5
    np.testing.assert_array_equal(confident_pass(labels, probs).predicted, labels)
    np.testing.assert_allclose(label_quality(labels, probs, method="self_confidence"), 0.5)


@pytest.mark.parametrize("k", [3, 40])
@pytest.mark.parametrize("column", [0, 1, -1])
@pytest.mark.parametrize("label", [0, 1])
def test_a_negative_entry_is_refused_wherever_it_stands(k, column, label):
    probs = np.full((50, k), 1 / k)
    probs[-1, column] -= 1.1 / k
    probs[-1, (column + 1) % k] += 1.1 / k
    for method in QUALITY_METHODS:
        with pytest.raises(MethodError, match="negative values, first in row 49"):
            label_quality([label] * 50, probs, method=method)
    with pytest.raises(MethodError, match="negative values, first in row 49"):
        confident_pass([label] * 50, probs)


def test_a_class_that_is_not_predicted_may_be_the_confident_one():
    k = 40
    probs = np.full((80, k), 1e-4)
    probs[:40, 0] = 1 - 39e-4
    probs[40:, 1] = 0.01
    probs[40:, 0] = 1 - 0.01 - 38e-4
    labels = np.repeat([0, 1], 40)
    probs[40, :4] = [0.6, 0.02, 0.2, 0.18 - 36e-4]  # the first misses its threshold, the second not
    assert confident_pass(labels, probs).confident[40] == 1


def test_what_rounding_takes_goes_to_the_entries_furthest_from_it():
    matrix = np.array([[0.4, 0.45, 0.3, 0.45, 0.4], [1.6, 1.55, 1.7, 1.55, 1.6], [3, 1, 0, 2, 9]])
    assert round_rows(matrix).tolist() == [[0, 1, 0, 1, 0], [2, 1, 2, 1, 2], [3, 1, 0, 2, 9]]


def test_classes_and_counts_are_whole_numbers():
    labels, probs = on_a_grid(0, n=30, k=3, steps=5)
    joint = confident_joint(labels, probs)
    health, overlap = class_health(joint), class_overlap(joint)
    counts = (health.n_given_in_error, health.n_missed, overlap.n_rows, joint)
    assert {a.dtype for a in (*counts, suggested_labels(labels, probs))} == {np.dtype(np.int64)}


def test_a_joint_of_shares_says_the_same_as_one_of_rows():
    joint = np.array([[5, 1, 0], [2, 6, 0], [0, 0, 0]])
    of_rows, of_shares = noise_matrices(joint), noise_matrices(joint / joint.sum())
    np.testing.assert_allclose(of_shares.noise, of_rows.noise)
    np.testing.assert_allclose(of_shares.inverse_noise, of_rows.inverse_noise)
    np.testing.assert_allclose(of_shares.true_prior, of_rows.true_prior)


def test_pairs_of_the_same_number_stand_in_the_order_of_the_classes():
    joint = np.random.default_rng(0).integers(1, 3, (40, 40))
    overlap = class_overlap(joint)
    first, second = np.triu_indices(40, k=1)
    order = np.lexsort((second, first, -(joint + joint.T)[first, second]))
    np.testing.assert_array_equal(overlap.first, first[order])
    np.testing.assert_array_equal(overlap.second, second[order])


@pytest.mark.parametrize(
    ("joint", "message"),
    [
        (np.ones((2, 3)), r"shape \(2, 3\)"),
        (np.ones(4), r"shape \(4,\)"),
        (np.zeros((2, 2)), "some positive"),
        ([[3, -1], [0, 3]], "none negative"),
        ([[3, np.nan], [0, 3]], "finite"),
        ([[3, np.inf], [0, 3]], "finite"),
    ],
)
def test_joints_are_refused_for_a_reason(joint, message):
    for method in (noise_matrices, class_health, class_overlap):
        with pytest.raises(MethodError, match=message):
            method(joint)


def strangers(n_own, n_others, *, n_unsure=0):
    """Class 1 with its own rows and those that are counted for it; class 0 with all the others."""
    sure, unsure = 100 - n_others - n_unsure, n_unsure
    labels = np.repeat([1, 0, 0, 0], [n_own, n_others, sure, unsure])
    # The class's own rows reach their mean; rows of class 0 that are unsure reach neither's.
    p_1 = np.repeat([0.5, 0.9, 0.02, 0.45], [n_own, n_others, sure, unsure])
    return labels, np.column_stack([1 - p_1, p_1])


@pytest.mark.parametrize(
    ("n_own", "n_others", "is_learnable"),
    [(4, 0, False), (5, 5, True), (5, 6, False), (19, 20, False), (20, 21, True)],
)
def test_how_many_rows_make_a_class_learnable(n_own, n_others, is_learnable):
    labels, probs = strangers(n_own, n_others)
    assert learnable_classes(labels, probs)[1] == is_learnable


@pytest.mark.parametrize("n_own", [7, 19, 20, 200])
def test_a_class_fewer_than_two_of_whose_rows_are_recognised_is_not_learnable(n_own):
    labels = np.repeat([1, 0], [n_own, 100])
    p_1 = np.repeat([0.01, 0.02], [n_own, 100])  # rows of class 1 are taken for class 0
    for n_recognised in range(3):
        p_1[:n_recognised] = 0.98
        learnable = learnable_classes(labels, np.column_stack([1 - p_1, p_1]))
        assert learnable.tolist() == [True, n_recognised == 2]
    recognised = np.arange(len(labels)) == 0
    assert not learnable_classes(labels, np.column_stack([1 - p_1, p_1]), recognised=recognised)[1]


def test_near_duplicates_are_recognised_once():
    labels, probs = strangers(20, 6)
    groups = np.arange(len(labels))
    assert learnable_classes(labels, probs, groups=groups)[1]
    groups[:20] = 0  # all are one text, which no model has met while it is asked about it
    assert not learnable_classes(labels, probs, groups=groups)[1]
    groups[19] = 1
    assert learnable_classes(labels, probs, groups=groups)[1]
    with pytest.raises(MethodError, match=r"shape \(3,\)"):
        learnable_classes(labels, probs, groups=[0, 1, 2])


def test_strangers_are_counted_and_not_scaled():
    labels, probs = strangers(8, 6, n_unsure=60)
    assert confident_joint(labels, probs)[0, 1] > 8
    assert learnable_classes(labels, probs)[1]


def test_scores_stay_within_0_and_1_where_noise_does_not():
    probs = [[1 + 1e-7, -1e-7], [0.2, 0.8]]
    for method in ("self_confidence", "normalized_margin"):
        assert label_quality([1, 1], probs, method=method)[0] == 0
        assert label_quality([0, 1], probs, method=method)[0] == 1


def test_noise_below_zero_in_one_row_leaves_the_others_alone():
    probs = np.array([[1 + 1e-7, -1e-7], [0.2, 0.8], [0.7, 0.3]])
    exact = np.array([[1, 0], [0.2, 0.8], [0.7, 0.3]])
    for labels in ([0, 1, 1], [1, 0, 0]):
        np.testing.assert_allclose(
            confident_pass(labels, probs).best_other,
            confident_pass(labels, exact).best_other,
            atol=1e-6,
        )
        np.testing.assert_allclose(
            label_quality(labels, probs), label_quality(labels, exact), atol=1e-6
        )


@pytest.mark.parametrize("filter_by", FILTERS)
def test_whole_numbers_are_probabilities_too(filter_by):
    labels, certain = [0, 1, 1, 0], [[1, 0], [0, 1], [1, 0], [1, 0]]
    of_floats = find_label_issues(labels, np.array(certain, float), filter_by=filter_by)
    np.testing.assert_array_equal(
        find_label_issues(labels, certain, filter_by=filter_by), of_floats
    )


@pytest.mark.parametrize(
    ("probs", "message"),
    [
        (np.zeros((2, 0)), "classes"),
        ([[np.inf, 0.5], [0.5, 0.5]], "NaN or infinite"),
        ([[0.5, 0.5], [0.5]], "rows of probs differ"),
    ],
)
def test_what_is_no_matrix_of_probabilities_is_refused_by_every_filter(probs, message):
    for method in QUALITY_METHODS:
        with pytest.raises(MethodError, match=message):
            label_quality([0, 0], probs, method=method)
    for filter_by in FILTERS:
        with pytest.raises(MethodError, match=message):
            find_label_issues([0, 0], probs, filter_by=filter_by)


@pytest.mark.parametrize(("dtype", "noise"), [(np.float32, 5e-5), (np.float64, 5e-7)])
def test_probabilities_are_read_where_they_are(dtype, noise):
    probs = np.array([[0.7, 0.3], [0.2, 0.8 + noise]], dtype)  # not scaled: that would move ties
    assert np.shares_memory(confident_pass([0, 1], probs).probs, probs)


def test_who_gives_labels_or_probabilities_of_another_shape_is_told_which():
    probs = np.full((2, 2, 2), 0.5)
    with pytest.raises(MethodError, match=r"probs has shape \(2, 2, 2\)"):
        confident_pass([0, 1], probs)
    with pytest.raises(MethodError, match="the rows of labels differ"):
        confident_pass([[0], [0, 1]], probs[0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [3, 40])
@pytest.mark.parametrize(
    ("values", "message"),
    [((np.inf, -np.inf), "NaN or infinite"), ((1, 1), "sums to|NaN or infinite")],
)
def test_sums_that_no_float_holds_are_refused_without_a_warning(values, message, k, dtype):
    probs = np.full((4, k), 1 / k, dtype)
    probs[1, :2] = np.array(values, dtype) * np.finfo(dtype).max
    for method in QUALITY_METHODS:
        with pytest.raises(MethodError, match=message):
            label_quality([0] * 4, probs, method=method)
    with pytest.raises(MethodError, match=message):
        confident_pass([0] * 4, probs)


def test_without_rows_one_is_told_to_label_some():
    with pytest.raises(MethodError, match="no labelled rows") as caught:
        confident_joint([], np.zeros((0, 2)))
    assert "Label some" in str(caught.value.hint)


def test_a_pass_does_not_adjust_the_entropy_either():
    seen = confident_pass([0, 1], [[0.9, 0.1], [0.2, 0.8]])
    with pytest.raises(MethodError, match="cannot be adjusted") as caught:
        quality_of(seen, "confidence_weighted_entropy", adjust=True)
    assert "normalized_margin" in str(caught.value.hint)


def test_who_asks_for_an_unknown_name_is_told_the_known_ones():
    probs = [[0.5, 0.5], [0.5, 0.5]]
    with pytest.raises(MethodError) as caught:
        find_label_issues([0, 1], probs, filter_by="magic")
    assert ", ".join(FILTERS) in str(caught.value.hint)
    with pytest.raises(MethodError) as caught:
        label_quality([0, 1], probs, method="magic")
    assert ", ".join(QUALITY_METHODS) in str(caught.value.hint)
