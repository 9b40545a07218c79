from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.probability_rows import align_rows, check_related


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
        (["a"], ["a"], "1 uids"),
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
