from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods import features as settings
from workbench.methods.features import TextFeatures, with_vectors
from workbench.methods.row_blocks import BLOCK_ROWS
from workbench.services.embed.stored_features import (
    WithVectors,
    keep_features,
    kept_features,
    passing_features,
)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def texts(n: int) -> list[str]:
    return ["", *(f"text {i % 97} of {i % 89}" for i in range(n - 1))]


def test_any_rows_are_read_as_from_a_matrix(tmp_path: Path):
    some = texts(BLOCK_ROWS + 10)
    stored, X = passing_features(some, tmp_path, rng=rng()), TextFeatures().fit_transform(some)
    assert stored.shape == X.shape
    assert stored.dtype == X.dtype
    for rows in (
        slice(None),
        slice(3, 9),
        np.array([], np.int64),
        np.array([7]),
        np.array([5, 6, 7, 2, 0, BLOCK_ROWS + 9, 5]),
        np.random.default_rng(0).integers(0, len(some), 5_000),
    ):
        np.testing.assert_array_equal(stored[rows].toarray(), X[rows].toarray())
    assert not list(tmp_path.iterdir())


def test_texts_that_the_vocabulary_is_not_learnt_from_are_stored_too(tmp_path: Path, monkeypatch):
    some = texts(60)
    monkeypatch.setattr(settings, "MAX_LEARNT", 30)
    stored = passing_features(some, tmp_path, rng=rng())
    np.testing.assert_array_equal(stored[:].getnnz(axis=1) > 0, [text != "" for text in some])
    np.testing.assert_array_equal(stored[np.arange(60)[::-1]].toarray(), stored[:].toarray()[::-1])


def test_vectors_stand_beside_the_features(tmp_path: Path):
    some = texts(12)
    stored = passing_features(some, tmp_path, rng=rng())
    vectors = np.eye(12, 3, dtype=np.float32)
    joined, rows = WithVectors(stored, vectors), np.array([1, 4])
    assert joined.shape == (12, stored.shape[1] + 3)
    expected = with_vectors(stored[:], vectors)[rows]
    np.testing.assert_array_equal(joined[rows].toarray(), expected.toarray())


def test_kept_features_are_found_again(tmp_path: Path):
    some = [*texts(30), "a lone surrogate \ud800"]
    made = keep_features(some, tmp_path / "x", rng=rng())
    found = kept_features(tmp_path / "x", len(some))
    assert found is not None
    assert list(found.names) == list(made.names)
    np.testing.assert_array_equal(found[:].toarray(), made[:].toarray())
    assert kept_features(tmp_path / "x", len(some) + 1) is None
    assert kept_features(tmp_path / "y", len(some)) is None


def test_a_file_that_was_cut_short_is_not_taken(tmp_path: Path):
    made = keep_features(texts(30), tmp_path / "x", rng=rng())
    file = tmp_path / "x.entries"
    file.write_bytes(file.read_bytes()[:-8])
    assert kept_features(tmp_path / "x", 30) is None
    with pytest.raises(OSError, match="cut short"):
        made[:]


def test_texts_without_a_token_leave_no_file(tmp_path: Path):
    with pytest.raises(MethodError):
        keep_features(["", " "], tmp_path / "x", rng=rng())
    assert not list(tmp_path.iterdir())
