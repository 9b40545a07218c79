from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.neighbours import nearest_neighbours
from workbench.methods.outliers import ambiguity, find_outliers, outlier_scores


def test_rows_far_from_all_others_are_outliers():
    rng = np.random.default_rng(0)
    vectors = np.concatenate([rng.normal([5, 0, 0, 0], 0.3, (100, 4)), [[0, 0, 0, 1.0]] * 2])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = outlier_scores(nearest_neighbours(vectors, 10))
    assert ((scores >= 0) & (scores <= 1)).all()
    assert set(np.argsort(-scores)[:2]) == {100, 101}
    marked = find_outliers(scores)
    assert marked[100:].all()
    assert marked.mean() < 0.1


def test_even_scores_hold_no_outlier():
    assert not find_outliers(np.linspace(0, 1, 50)).any()
    assert find_outliers([]).shape == (0,)


def test_one_sure_view_settles_a_row():
    split = [[0.5, 0.5], [0.5, 0.5]]
    sure = [[0.5, 0.5], [0.95, 0.05]]
    np.testing.assert_allclose(ambiguity([split, sure]), [1, 0.1])


def test_bad_input_is_refused():
    with pytest.raises(MethodError):
        outlier_scores(nearest_neighbours(np.eye(2), 1), n_neighbors=0)
    with pytest.raises(MethodError):
        find_outliers([1.0, np.nan])
    with pytest.raises(MethodError, match="no view"):
        ambiguity([])
    with pytest.raises(MethodError, match="length"):
        ambiguity([np.eye(2), np.eye(2)[:1]])
