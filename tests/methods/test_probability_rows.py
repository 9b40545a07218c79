from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.probability_rows import (
    align_rows,
    check_related,
    class_columns,
    unrelated_stretch,
)


def related(n, rng):
    labels = rng.integers(0, 3, n)
    logits = 1.5 * np.eye(3)[labels] + rng.standard_normal((n, 3))
    return labels, np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def test_rows_are_put_in_the_order_of_the_examples():
    probs = np.arange(6).reshape(3, 2)
    assert align_rows(probs, ["a", "b", "c"], ["c", "a"]).tolist() == [[4, 5], [0, 1]]


@pytest.mark.parametrize(
    ("probs_uids", "uids", "message"),
    [
        (
            ["a", "b"],
            ["a", "x", "y", "z", "w"],
            "4 of 5 examples have no probabilities: x, y, z, …",
        ),
        (["a", "a"], ["a"], "several rows: a"),
        (["a"], ["a"], "1 uid "),
    ],
)
def test_uids_that_do_not_match_are_named(probs_uids, uids, message):
    with pytest.raises(MethodError, match=message):
        align_rows(np.eye(2), probs_uids, uids)


def test_probabilities_of_other_rows_are_refused():
    rng = np.random.default_rng(0)
    labels, probs = related(200, rng)
    check_related(labels, probs)
    with pytest.raises(MethodError, match="other rows"):
        check_related(labels, rng.permutation(probs))
    with pytest.raises(MethodError, match="other rows"):
        check_related(labels, probs[:, [1, 2, 0]])


def test_the_standard_error_is_that_of_random_matching():
    rng = np.random.default_rng(1)
    labels, probs = related(300, rng)
    refused = 0
    for _ in range(300):
        try:
            check_related(labels, rng.permutation(probs))
        except MethodError:
            refused += 1
    assert refused >= 297


def test_nothing_is_said_of_one_class_or_of_flat_probabilities():
    check_related([0, 0, 0], [[1.0], [1.0], [1.0]])
    check_related([0, 1, 0], np.full((3, 2), 0.5))


def test_a_stretch_of_other_rows_is_found_with_its_offset():
    rng = np.random.default_rng(0)
    labels, probs = related(2_000, rng)
    lost = np.concatenate([probs[:1_500], probs[1_501:], probs[1_500:1_501]])
    found = unrelated_stretch(labels, lost)
    assert found.first >= 1_400
    assert found.end - found.first >= 128
    assert found.offset == -1
    swapped = np.concatenate([probs[:400], probs[1_200:], probs[400:1_200]])
    assert unrelated_stretch(labels, swapped).offset in (-800, 800)
    mixed = np.concatenate([probs[:600], rng.permutation(probs[600:1_200]), probs[1_200:]])
    found = unrelated_stretch(labels, mixed)
    assert 500 <= found.first < found.end <= 1_300
    assert found.offset is None
    assert unrelated_stretch(labels[:60], probs[:60]) is None


def test_right_files_are_not_out_of_place_for_weak_models_noise_drift_or_rare_classes():
    rng = np.random.default_rng(1)
    out_of_place = unrelated = 0
    for shares, strength, wrong, is_sorted in (
        ((0.4, 0.3, 0.3), 1.5, 0.0, False),
        ((0.4, 0.3, 0.3), 0.3, 0.2, False),
        ((0.97, 0.03), 2.0, 0.05, False),
        ((0.4, 0.3, 0.3), 2.0, 0.1, True),
    ):
        k = len(shares)
        for _ in range(50):
            true = rng.choice(k, 1_500, p=shares)
            true = np.sort(true) if is_sorted else true
            logits = strength * np.eye(k)[true] + rng.standard_normal((1_500, k))
            probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
            # One vendor, whose rows stand together, is wrong in half of them.
            is_wrong = rng.random(1_500) < np.where(np.arange(1_500) < 300, 0.5, wrong)
            given = np.where(is_wrong, rng.integers(0, k, 1_500), true)
            stretch = unrelated_stretch(given, probs)
            out_of_place += stretch is not None and stretch.offset is not None
            unrelated += stretch is not None and stretch.first >= 300
    assert (out_of_place, unrelated) == (0, 0)


def rare(n, rng):
    """Return labels, 7 of 100 wrong, and probabilities of two classes; one is 15 of 100."""
    true = (rng.random(n) < 0.15).astype(int)
    labels = np.where(rng.random(n) < 0.07, 1 - true, true)
    second = np.clip(np.where(true == 1, 0.85, 0.12) + 0.1 * rng.standard_normal(n), 0.01, 0.99)
    return labels, np.stack([1 - second, second], axis=1)


@pytest.mark.parametrize("n_right", [400, 600, 1_500])
def test_a_stretch_is_found_where_it_is_most_of_the_file_and_a_class_is_rare(n_right):
    rng = np.random.default_rng(0)
    for _ in range(10):
        labels, probs = rare(2_000, rng)
        assert unrelated_stretch(labels, probs) is None
        mixed = np.concatenate([probs[:n_right], rng.permutation(probs[n_right:])])
        found = unrelated_stretch(labels, mixed)
        assert found.offset is None
        assert found.first >= n_right - 64
        assert found.end - found.first >= 0.4 * (2_000 - n_right)


def test_right_files_that_are_sorted_by_class_are_seldom_warned_of():
    """In the rows of one class the labels of the others are wrong ones, which fit no row."""
    rng, n_warned = np.random.default_rng(4), 0
    for shares in ((0.85, 0.15), (0.5, 0.5), (0.4, 0.3, 0.3)):
        k = len(shares)
        for _ in range(20):
            true = np.sort(rng.choice(k, 2_000, p=shares))
            logits = 3 * np.eye(k)[true] + rng.standard_normal((2_000, k))
            probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
            is_wrong = rng.random(2_000) < 0.07
            given = np.where(is_wrong, (true + rng.integers(1, k, 2_000)) % k, true)
            n_warned += unrelated_stretch(given, probs) is not None
    assert n_warned <= 10


@pytest.mark.parametrize("order", [[0, 1, 2], [1, 0, 2], [1, 2, 0]])
def test_the_column_of_each_class_is_found(order):
    labels, probs = related(300, np.random.default_rng(2))
    assert class_columns(labels, probs[:, np.argsort(order)]).tolist() == order


def test_columns_that_know_nothing_or_are_never_said_stay_in_place():
    rng = np.random.default_rng(3)
    for _ in range(200):
        # The model tells class 0 from the rest; labels of class 1 are those of class 2, mostly.
        labels, probs = related(300, rng)
        blind = np.stack([probs[:, 0], *(0.5 * (1 - probs[:, [0]].T))], axis=1)
        blind = np.concatenate([blind, blind[:, [1]]], axis=1)
        blind[:, 1:] += 0.01 * rng.standard_normal((300, 1)) * [1, -1]
        blind = np.abs(blind) / np.abs(blind).sum(axis=1, keepdims=True)
        assert class_columns(labels, blind).tolist() == [0, 1, 2]
        never = np.where(np.arange(3) == 1, 1e-9 * rng.random((300, 1)), probs)
        never /= never.sum(axis=1, keepdims=True)
        given = np.where((labels == 2) & (rng.random(300) < 0.2), 1, labels)
        given = np.where(labels == 1, 0, given)
        assert class_columns(given, never).tolist() == [0, 1, 2]
