from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from workbench.errors import MethodError
from workbench.methods.neighbours import nearest_neighbours
from workbench.methods.outliers import ambiguity, find_outliers, outlier_scores


def test_rows_far_from_all_others_are_outliers():
    rng = np.random.default_rng(0)
    vectors = np.concatenate([rng.normal([5, 0, 0, 0], 0.3, (100, 4)), [[0, 0, 0, 1.0]] * 2])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = outlier_scores(csr_matrix(vectors), nearest_neighbours(vectors, 10))
    assert ((scores >= 0) & (scores <= 1)).all()
    assert set(np.argsort(-scores)[:2]) == {100, 101}
    marked = find_outliers(scores)
    assert marked[100:].all()
    assert marked.mean() < 0.1


def test_even_scores_hold_no_outlier():
    assert not find_outliers(np.linspace(0.1, 0.9, 50)).any()
    assert not find_outliers(np.ones(50)).any()
    assert find_outliers([]).shape == (0,)


def test_scores_near_their_end_are_still_told_apart():
    """Short texts are far from each other: a fence on the scale of the scores lies beyond 1."""
    rng = np.random.default_rng(0)
    scores = np.append(rng.normal(0.75, 0.08, 500).clip(0.3, 0.88), [0.97, 1.0])
    lower, upper = np.quantile(scores, (0.25, 0.75))
    assert upper + 3 * (upper - lower) > 1
    assert np.flatnonzero(find_outliers(scores)).tolist() == [500, 501]


@pytest.mark.parametrize("alike", [0.6, 0.75, 0.85, 0.92])
def test_what_differs_from_many_that_are_alike_is_not_far_out_for_that(alike):
    """Lines of a log: the upper quartile of the scores is their median, or next to it."""
    rng = np.random.default_rng(0)
    scores = np.full(1_000, 0.3) + rng.normal(0, 1e-4, 1_000)
    n_others = round(1_000 * (1 - alike))
    scores[:n_others] += rng.exponential(0.05, n_others).clip(0, 0.5)
    assert find_outliers(scores).mean() < 0.05
    assert find_outliers(np.append(scores, [0.99, 0.995]))[-2:].all()


def test_words_of_no_other_row_count_though_the_leading_directions_lack_them():
    X = np.zeros((40, 45))
    X[:, :3] = 1
    X[39] = 0
    X[39, [0, 40, 41, 42, 43]] = (0.1, 1, 1, 1, 1)
    leading = np.eye(3, dtype=np.float32)[np.zeros(40, int)]
    scores = outlier_scores(csr_matrix(X), nearest_neighbours(leading, 20))
    assert scores[39] > 0.9
    assert scores[:39].max() < 0.2


def test_one_sure_view_settles_a_row():
    split = [[0.5, 0.5], [0.5, 0.5]]
    sure = [[0.5, 0.5], [0.95, 0.05]]
    np.testing.assert_allclose(ambiguity([split, sure]), [1, 0.1])


def test_bad_input_is_refused():
    with pytest.raises(MethodError):
        outlier_scores(csr_matrix(np.eye(2)), nearest_neighbours(np.eye(2), 1), n_neighbors=0)
    with pytest.raises(MethodError, match="3 rows and candidates of 2"):
        outlier_scores(csr_matrix(np.eye(3)), nearest_neighbours(np.eye(2), 1))
    with pytest.raises(MethodError):
        find_outliers([0.5, 1.5])
    with pytest.raises(MethodError):
        find_outliers([1.0, np.nan])
    with pytest.raises(MethodError, match="no view"):
        ambiguity([])
    with pytest.raises(MethodError, match="length"):
        ambiguity([np.eye(2), np.eye(2)[:1]])
