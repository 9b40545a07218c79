from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.row_choice import check_finite, sample_by_class


def test_a_sample_keeps_the_share_of_each_class():
    rows = np.arange(1_000) * 2
    classes = np.repeat([0, 1, 2], [700, 290, 10])
    drawn = sample_by_class(rows, classes, 100, np.random.default_rng(0))
    assert len(set(drawn)) == 100
    assert (np.diff(drawn) > 0).all()
    assert np.bincount(classes[drawn // 2]).tolist() == [70, 29, 1]


def test_a_sample_of_more_than_there_are_is_everything_and_of_none_nothing():
    rows, classes = np.array([5, 7]), np.array([0, 1])
    rng = np.random.default_rng(0)
    assert sample_by_class(rows, classes, 2, rng).tolist() == [5, 7]
    assert not len(sample_by_class(rows, classes, -3, rng))


def test_the_first_row_that_is_not_finite_is_named_whatever_its_block():
    X = np.zeros((5_000, 2))
    check_finite(X)
    X[[4_321, 4_999], 1] = np.nan
    with pytest.raises(MethodError, match="first in row 4,321"):
        check_finite(X)
