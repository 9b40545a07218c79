from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError
from workbench.methods.confident import (
    FILTERS,
    QUALITY_METHODS,
    among_classes,
    class_health,
    class_overlap,
    class_thresholds,
    confident_joint,
    confident_pass,
    find_label_issues,
    issues_of,
    label_quality,
    learnable_classes,
    noise_matrices,
    quality_of,
    suggested_labels,
)

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:cleanlab")

SMAPS = Path("/proc/self/smaps")


@st.composite
def noisy_labels(draw):
    """Probabilities and labels with noise, ties, rare and absent classes, K above and below n."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    k = draw(st.sampled_from([2, 3, 5, 7, 10, 31, 32, 33, 34, 63, 100]))
    n = draw(st.integers(2, 150))
    probs = rng.dirichlet(np.full(k, draw(st.sampled_from([0.05, 0.1, 0.5, 2.0]))), n)
    if draw(st.booleans()):
        probs = np.round(probs * 4) + 1e-3
        probs /= probs.sum(axis=1, keepdims=True)
    if draw(st.booleans()):
        probs = probs.astype(np.float32)
    if draw(st.booleans()):
        probs = np.asfortranarray(probs)
    labels = np.where(rng.random(n) < 0.7, probs.argmax(axis=1), rng.integers(0, k, n))
    if draw(st.booleans()):
        labels[labels == k - 1] = 0
    labels[:2] = [0, 1]  # cleanlab wants two classes
    return labels, probs


@pytest.fixture(scope="module")
def cleanlab():
    pytest.importorskip("cleanlab", reason="cleanlab is not installed")
    import cleanlab.count
    import cleanlab.dataset
    import cleanlab.filter
    import cleanlab.rank

    return cleanlab


@given(case=noisy_labels())
@settings(deadline=None, max_examples=60)
def test_masks_are_those_of_cleanlab(cleanlab, case):
    labels, probs = case
    for filter_by in FILTERS:
        theirs = cleanlab.filter.find_label_issues(labels, probs, filter_by=filter_by, n_jobs=1)
        ours = find_label_issues(labels, probs, filter_by=filter_by)
        np.testing.assert_array_equal(ours, theirs, err_msg=filter_by)


def weighted_entropy(case):
    """Return the normalised entropy of each row over the probability of its label."""
    labels, probs = case
    logs = np.log(np.maximum(probs, np.finfo(probs.dtype).tiny))
    entropy = -(probs * logs).sum(axis=1) / np.log(probs.shape[1])
    return np.maximum(entropy, 0) / np.maximum(probs[np.arange(len(labels)), labels], 1e-6)


@given(case=noisy_labels())
@settings(deadline=None, max_examples=60)
def test_scores_are_those_of_cleanlab(cleanlab, case):
    labels, probs = case
    exact = 1e-9 if probs.dtype == np.float64 else 1e-5
    for method in QUALITY_METHODS:
        ours = label_quality(labels, probs, method=method)
        theirs = cleanlab.rank.get_label_quality_scores(labels, probs, method=method)
        assert ((ours >= 0) & (ours <= 1)).all()
        # Of next to certain rows cleanlab makes less, right or wrong: see the docstring.
        settled = (method == "confidence_weighted_entropy") & (weighted_entropy(case) < 1e-6)
        np.testing.assert_allclose(ours[~settled], theirs[~settled], rtol=0, atol=exact)
        own = probs[np.arange(len(labels)), labels]
        np.testing.assert_array_equal(ours[settled], own[settled] > 0.5)
    for method in ("normalized_margin", "self_confidence"):
        ours = label_quality(labels, probs, method=method, adjust=True)
        theirs = cleanlab.rank.get_label_quality_scores(
            labels, probs, method=method, adjust_pred_probs=True
        )
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=exact)


@given(case=noisy_labels())
@settings(deadline=None, max_examples=30)
def test_a_shared_pass_gives_what_the_single_calls_give(case):
    labels, probs = case
    before = probs.copy()
    seen = confident_pass(labels, probs)
    for filter_by in FILTERS:
        np.testing.assert_array_equal(
            issues_of(seen, filter_by), find_label_issues(labels, probs, filter_by=filter_by)
        )
    for method in QUALITY_METHODS:
        np.testing.assert_array_equal(
            quality_of(seen, method), label_quality(labels, probs, method=method)
        )
    np.testing.assert_array_equal(
        quality_of(seen, "normalized_margin", adjust=True),
        label_quality(labels, probs, adjust=True),
    )
    np.testing.assert_array_equal(probs, before)


@pytest.mark.parametrize("k", [4, 40])
def test_a_memory_mapped_file_is_read_as_the_array_is(tmp_path, k, monkeypatch):
    from workbench.methods import confident_blocks as module

    monkeypatch.setattr(module, "BLOCK_ENTRIES", 1 << 9)  # many blocks, pages given back
    rng = np.random.default_rng(0)
    probs = rng.dirichlet(np.full(k, 0.3), 3_000)
    labels = np.where(rng.random(3_000) < 0.8, probs.argmax(axis=1), rng.integers(0, k, 3_000))
    np.save(tmp_path / "probs.npy", probs)
    mapped = np.load(tmp_path / "probs.npy", mmap_mode="r")
    for filter_by in FILTERS:
        np.testing.assert_array_equal(
            find_label_issues(labels, mapped, filter_by=filter_by),
            find_label_issues(labels, probs, filter_by=filter_by),
        )
    for method in QUALITY_METHODS:
        np.testing.assert_array_equal(
            label_quality(labels, mapped, method=method),
            label_quality(labels, probs, method=method),
        )
    copied = np.load(tmp_path / "probs.npy", mmap_mode="c")
    copied[0] = np.eye(k)[labels[0]]  # a private change, which giving pages back would lose
    assert label_quality(labels, copied)[0] == 1
    label_quality(labels, copied)
    np.testing.assert_array_equal(copied[0], np.eye(k)[labels[0]])


def resident(path):
    """Return how many bytes of a mapped file this process has in memory, as Linux tells."""
    maps = re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", SMAPS.read_text(), flags=re.MULTILINE)
    sizes = re.findall(r"^Rss: +(\d+) kB", "".join(m for m in maps if str(path) in m), re.MULTILINE)
    return sum(map(int, sizes)) * 1024


@pytest.mark.skipif(not SMAPS.exists(), reason="only Linux tells which pages are in memory")
def test_little_of_a_memory_mapped_file_is_in_memory_at_once(tmp_path, monkeypatch):
    from workbench.methods import confident_blocks as module

    k, entries, path = 64, 1 << 16, tmp_path / "probs.npy"
    monkeypatch.setattr(module, "BLOCK_ENTRIES", entries)
    n_blocks = 4 * module.RELEASE_EVERY
    labels = np.zeros(n_blocks * entries // k, int)
    np.save(path, np.full((len(labels), k), 1 / k))
    mapped = np.load(path, mmap_mode="r")[:]  # a view of the file
    assert mapped.sum() == pytest.approx(len(labels))
    if resident(path) < mapped.nbytes:
        pytest.skip("this system does not tell which pages are in memory")
    module.gather(mapped, np.arange(len(labels)), 0)
    assert resident(path) < mapped.nbytes // 2
    seen = [resident(path) for _ in module.checked_blocks(mapped)]
    assert len(seen) == n_blocks
    # A quarter, and the large pages that the system fills on the way.
    assert max(seen) < mapped.nbytes // 2
    label_quality(labels, mapped, method="self_confidence")
    assert resident(path) < mapped.nbytes // 2


def test_probabilities_may_lie_in_memory_of_another_kind(monkeypatch):
    from workbench.methods import confident_blocks as module

    monkeypatch.setattr(module, "BLOCK_ENTRIES", 1 << 6)
    labels = np.tile([0, 1, 1], 300)
    probs = np.tile([[0.8, 0.2], [0.1, 0.9], [0.7, 0.3]], (300, 1))
    lent = np.frombuffer(probs.tobytes()).reshape(probs.shape)
    for filter_by in FILTERS:
        np.testing.assert_array_equal(
            find_label_issues(labels, lent, filter_by=filter_by),
            find_label_issues(labels, probs, filter_by=filter_by),
        )


@given(case=noisy_labels())
@settings(deadline=None, max_examples=30)
def test_thresholds_joints_and_class_health_are_those_of_cleanlab(cleanlab, case):
    labels, probs = case
    np.testing.assert_allclose(
        class_thresholds(labels, probs),
        cleanlab.count.get_confident_thresholds(labels, probs),
        rtol=1e-6,
    )
    for calibrate in (True, False):
        theirs = cleanlab.count.compute_confident_joint(labels, probs, calibrate=calibrate)
        np.testing.assert_array_equal(confident_joint(labels, probs, calibrate=calibrate), theirs)
    joint = confident_joint(labels, probs)
    health = class_health(joint)
    theirs = cleanlab.dataset.rank_classes_by_label_quality(
        joint=joint / joint.sum(), num_examples=len(labels)
    ).sort_values("Class Index")
    np.testing.assert_allclose(health.label_quality, theirs["Label Quality Score"])
    np.testing.assert_allclose(health.label_noise, theirs["Label Noise"], atol=1e-9)
    np.testing.assert_allclose(health.inverse_label_noise, theirs["Inverse Label Noise"], atol=1e-9)
    np.testing.assert_array_equal(health.n_given_in_error, theirs["Label Issues"])
    np.testing.assert_array_equal(health.n_missed, theirs["Inverse Label Issues"])
    overlap = class_overlap(joint)
    theirs = cleanlab.dataset.find_overlapping_classes(
        joint=joint / joint.sum(), num_examples=len(labels)
    )
    theirs = theirs[theirs["Joint Probability"] > 0]
    np.testing.assert_array_equal(overlap.n_rows, theirs["Num Overlapping Examples"])
    np.testing.assert_allclose(overlap.share, theirs["Joint Probability"])
    pairs = zip(theirs["Class Index A"], theirs["Class Index B"], strict=True)
    assert set(zip(overlap.first, overlap.second, strict=True)) == set(pairs)


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


def test_rows_off_by_rounding_are_scaled_and_mapped_ones_too(tmp_path):
    probs = np.array([[0.700014, 0.300006], [0.2, 0.8], [0.33, 0.66], [1.00002, 0.0]])
    labels = [0, 1, 0, 1]
    scaled = probs / probs.sum(axis=1, keepdims=True)
    np.save(tmp_path / "probs.npy", probs)
    for read in (probs, np.load(tmp_path / "probs.npy", mmap_mode="r")):
        for method in QUALITY_METHODS:
            np.testing.assert_allclose(
                label_quality(labels, read, method=method),
                label_quality(labels, scaled, method=method),
            )
        assert find_label_issues(labels, read, filter_by="predicted_neq_given").tolist() == [
            False,
            False,
            True,
            True,
        ]


def test_noise_below_zero_is_tolerated():
    probs = [[1 + 1e-7, -1e-7], [0.2, 0.8]]
    assert label_quality([0, 1], probs, method="self_confidence").tolist() == [1, 0.8]
    assert not find_label_issues([0, 1], probs).any()


def test_a_class_with_a_single_row_is_never_pruned():
    probs = np.array([[0.9, 0.1, 0], [0.8, 0.2, 0], [0.1, 0.9, 0], [0.9, 0.05, 0.05]])
    for filter_by in ("prune_by_class", "prune_by_noise_rate", "both"):
        assert not find_label_issues([0, 0, 1, 2], probs, filter_by=filter_by)[3]


def test_the_entropy_cannot_be_adjusted():
    with pytest.raises(MethodError, match="cannot be adjusted"):
        label_quality([0], [[1.0, 0.0]], method="confidence_weighted_entropy", adjust=True)


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


def test_cifar10_masks_are_cleanlabs_and_catch_verified_errors(cleanlab, datasets: Path):
    folder = datasets / "cleanlab_cifar10"
    probs = np.load(folder / "pyx.npy", allow_pickle=False)
    labels = np.load(folder / "original_labels.npy", allow_pickle=False).astype(np.int64)
    for filter_by in FILTERS:
        theirs = cleanlab.filter.find_label_issues(labels, probs, filter_by=filter_by, n_jobs=1)
        ours = find_label_issues(labels, probs, filter_by=filter_by)
        np.testing.assert_array_equal(ours, theirs)
    for method in QUALITY_METHODS:
        theirs = cleanlab.rank.get_label_quality_scores(labels, probs, method=method)
        np.testing.assert_allclose(
            label_quality(labels, probs, method=method), theirs, rtol=0, atol=1e-9
        )
    confident = find_label_issues(labels, probs, filter_by="confident_learning")
    assert confident.sum() == 244
    reviewed = json.loads((folder / "mturk.json").read_text())
    verified = [row["id"] for row in reviewed if row["mturk"]["given"] < 3]
    assert (len(verified), confident[verified].sum()) == (54, 48)


def test_classes_of_few_rows_that_others_reach_are_not_learnable():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2, 3], [100, 100, 8, 8])
    probs = 0.1 + 0.7 * np.eye(5)[labels] + 0.01 * rng.random((216, 5))
    probs[labels == 3] = [0.6, 0.3, 0.04, 0.03, 0.03]  # no model has learnt class 3
    probs /= probs.sum(axis=1, keepdims=True)
    assert learnable_classes(labels, probs).tolist() == [True, True, True, False, False]
    few = np.r_[0:100, 200:204]
    assert learnable_classes(labels[few], probs[few]).tolist() == [True, *[False] * 4]
    kept = np.array([True, True, True, False, False])
    among = among_classes(probs, kept)
    np.testing.assert_allclose(among.sum(axis=1), 1)
    assert not among[:, 3:].any()
    np.testing.assert_allclose(among[:, 0] / among[:, 1], probs[:, 0] / probs[:, 1])
    assert among_classes(np.eye(5)[[3]], kept)[0].tolist() == pytest.approx([1 / 3] * 3 + [0, 0])


@pytest.mark.parametrize(
    ("probs", "message"),
    [
        ([[0.5, 0.7, -0.2], [0.5, 0.5, 0]], "negative"),
        ([[0.5, 0.5], [0.5]], "differ in length"),
        (np.array([[0.5, 0.5], [0.5, 0.5]], complex), "complex"),
    ],
)
@pytest.mark.parametrize("method", QUALITY_METHODS)
def test_values_that_are_no_probabilities_are_refused_by_every_score(method, probs, message):
    with pytest.raises(MethodError, match=message):
        label_quality([0, 0], probs, method=method)
