"""How unsure a model is of each row: bounds, order, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbench.errors import MethodError
from workbench.methods.uncertainty import entropy, least_confidence, margin

UNCERTAINTIES = (least_confidence, margin, entropy)


@st.composite
def probabilities(draw):
    k = draw(st.integers(1, 5))
    shape = (draw(st.integers(1, 20)), k)
    raw = draw(arrays(np.float64, shape, elements=st.floats(0.001, 1)))
    return raw / raw.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("score", UNCERTAINTIES)
@given(probs=probabilities())
@settings(deadline=None, max_examples=25)
def test_uncertainty_lies_in_zero_to_one_and_ignores_the_order_of_classes(score, probs):
    uncertainty = score(probs)
    assert uncertainty.shape == (len(probs),)
    assert ((uncertainty >= 0) & (uncertainty <= 1)).all()
    np.testing.assert_allclose(score(probs[:, ::-1]), uncertainty, atol=1e-9)


@pytest.mark.parametrize("score", UNCERTAINTIES)
def test_flat_rows_are_asked_first_and_certain_ones_last(score):
    uncertainty = score([[1, 0, 0], [0.6, 0.3, 0.1], [1 / 3, 1 / 3, 1 / 3]])
    assert uncertainty[0] == 0
    assert uncertainty[2] == pytest.approx(1)
    assert 0 < uncertainty[1] < 1


@given(probs=probabilities().filter(lambda probs: probs.shape[1] > 1))
@settings(deadline=None, max_examples=25)
def test_margin_is_one_less_the_lead_of_the_best_class(probs):
    ranked = np.sort(probs, axis=1)
    np.testing.assert_allclose(margin(probs), 1 - (ranked[:, -1] - ranked[:, -2]), atol=1e-9)


def test_margin_looks_at_two_classes_only():
    assert margin([[0.5, 0.5, 0.0]])[0] == 1
    assert entropy([[0.5, 0.5, 0.0]])[0] < 1


@pytest.mark.parametrize("probs", [[[0.5, np.nan]], [[2.0, -1.0]], [0.5, 0.5], [["a", "b"]]])
def test_what_is_no_probability_is_refused(probs):
    with pytest.raises(MethodError):
        margin(probs)
