from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError
from workbench.methods.resolution import resolve
from workbench.types import DEFAULT_ORDER

LABELS = {
    "correction": [3, -1, -1, -1, -1],
    "annotation": [2, 2, -1, -1, -1],
    "given": [1, 1, 1, -1, -1],
}
MODEL = {"model": [0, 0, 0, 0, -1], "model_confidence": [0.9, 0.9, 0.9, 0.9, 0.5]}


def test_the_first_origin_with_a_label_wins():
    resolved = resolve(5, **LABELS, **MODEL)
    assert resolved.labels.tolist() == [3, 2, 1, 0, -1]
    assert resolved.origin.tolist() == [0, 1, 2, 3, -1]
    assert resolved.confidence.tolist() == [1, 1, 1, 0.9, 0]
    assert resolved.order == DEFAULT_ORDER


def test_the_order_is_a_setting_and_may_leave_origins_out():
    resolved = resolve(5, **LABELS, **MODEL, order=("model", "given"))
    assert resolved.labels.tolist() == [0, 0, 0, 0, -1]
    assert resolved.origin.tolist() == [0, 0, 0, 0, -1]
    assert resolve(5, **LABELS, order=()).labels.tolist() == [-1] * 5


def test_a_model_that_is_unsure_has_no_label():
    sure = [0.79, 0.8, 0.9]
    resolved = resolve(3, model=[0, 0, -1], model_confidence=sure, min_confidence=0.8)
    assert resolved.labels.tolist() == [-1, 0, -1]


@pytest.mark.parametrize("order", [DEFAULT_ORDER, ("model", "given"), ()])
def test_a_default_comes_after_all_that_speaks(order):
    default = {"default": [3, 3, 3, -1], "default_confidence": [0.2, 0.2, 0.2, 0]}
    resolved = resolve(
        4,
        given=[1, -2, -1, -1],
        model=[-1, -1, -1, -1],
        model_confidence=[0.9] * 4,
        min_confidence=0.5,
        order=order,
        **default,
    )
    expected = [1, -1, 3, -1] if order else [3, 3, 3, -1]
    assert resolved.labels.tolist() == expected
    assert resolved.order == (*order, "default")
    by_default = resolved.origin == len(order)
    assert by_default.tolist() == [label == 3 for label in expected]
    assert (resolved.confidence[by_default] == 0.2).all()


def test_annotators_confidence_is_kept():
    resolved = resolve(2, annotation=[1, -1], annotation_confidence=[0.7, 0.2], given=[0, 0])
    assert resolved.confidence.tolist() == [0.7, 1]


def test_nothing_resolves_to_no_label():
    assert resolve(3).labels.tolist() == [-1, -1, -1]
    assert resolve(0, model=[], model_confidence=[]).labels.shape == (0,)


@given(seed=st.integers(0, 500), n=st.integers(0, 20), order=st.permutations(DEFAULT_ORDER))
@settings(deadline=None, max_examples=50)
def test_each_label_is_that_of_its_origin_and_no_earlier_one_spoke(seed, n, order):
    rng = np.random.default_rng(seed)
    columns = {name: rng.integers(-2, 3, n) for name in ("correction", "annotation", "given")}
    columns["model"] = rng.integers(-1, 3, n)
    sure = rng.random(n)
    resolved = resolve(n, **columns, model_confidence=sure, min_confidence=0.6, order=order)
    columns["model"] = np.where(sure >= 0.6, columns["model"], -1)
    for i in range(n):
        candidates = [columns[str(name)][i] for name in order]
        first = next((label for label in candidates if label != -1), -1)
        expected = max(first, -1)
        assert resolved.labels[i] == expected
        assert resolved.is_gone[i] == (first == -2)
        assert (resolved.origin[i] >= 0) == (expected >= 0) == (resolved.confidence[i] > 0)


@pytest.mark.parametrize(
    "bad",
    [
        {"correction": [0]},
        {"given": [0, -3]},
        {"given": [0.0, 1.0]},
        {"model": [0], "model_confidence": [0.5, 0.5]},
        {"model": [0, 1], "model_confidence": [0.5]},
        {"model": [0, 1], "model_confidence": [0.5, np.nan]},
        {"model": [0, 1]},
        {"min_confidence": 1.5},
        {"annotation_confidence": [0.5, 2]},
        {"default": [0, 1]},
        {"default": [0], "default_confidence": [0.5, 0.5]},
        {"order": ("model", "oracle")},
        {"order": ("model", "model")},
    ],
)
def test_bad_arguments_are_refused(bad):
    with pytest.raises(MethodError):
        resolve(2, **bad)
