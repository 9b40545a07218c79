from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods import neighbours as module
from workbench.methods.neighbours import nearest_neighbours


def points(n, rng):
    vectors = rng.standard_normal((n, 8)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_neighbours_are_those_of_an_exhaustive_search(monkeypatch):
    vectors = points(200, np.random.default_rng(0))
    found = nearest_neighbours(vectors, 5)
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -np.inf)
    np.testing.assert_array_equal(found.rows, np.argsort(-similarity, axis=1)[:, :5])
    monkeypatch.setattr(module, "BLOCK_ENTRIES", 700)
    np.testing.assert_array_equal(nearest_neighbours(vectors, 5).rows, found.rows)


def test_a_row_has_no_neighbour_in_its_own_group():
    vectors = points(30, np.random.default_rng(1))
    groups = np.arange(30) // 3
    found = nearest_neighbours(vectors, 4, groups=groups)
    assert (groups[found.rows] != groups[:, None]).all()


def test_missing_neighbours_are_marked():
    found = nearest_neighbours(np.eye(3), 4, groups=[0, 0, 1])
    assert found.rows.tolist() == [[2, -1, -1, -1], [2, -1, -1, -1], [0, 1, -1, -1]]
    assert (found.similarity[:, 2:] == 0).all()
    assert nearest_neighbours(np.zeros((0, 2)), 3).rows.shape == (0, 3)


@pytest.mark.parametrize(
    ("vectors", "k", "groups"),
    [([1.0, 2.0], 1, None), ([[np.nan]], 1, None), ([[1.0]], 0, None), ([[1.0]], 1, [1, 2])],
)
def test_bad_vectors_are_refused(vectors, k, groups):
    with pytest.raises(MethodError):
        nearest_neighbours(vectors, k, groups=groups)
