"""The space of texts is kept on the disk, and made anew where what is kept is broken."""

from __future__ import annotations

import numpy as np

from workbench.services.embed.text_space import text_space
from workbench.services.project import Project
from workbench.services.propose import propose_batch


def test_a_broken_cache_is_worked_out_anew(bare: Project) -> None:
    first = propose_batch(bare, n=10)
    files = sorted((bare.root / ".cache").glob("tfidf-*"))
    assert [file.suffix for file in files] == [".entries", ".npy", ".npz"]
    for content in (b"", b"nonsense", b"PK\x03\x04 half of a zip file"):
        for file in files:
            file.write_bytes(content)
        again = propose_batch(bare, n=10)
        assert [row.uid for row in again.rows] == [row.uid for row in first.rows]


def test_the_cache_and_a_fresh_start_give_the_same_space(bare: Project) -> None:
    made, kept = text_space(bare), text_space(bare)
    np.testing.assert_array_equal(made.geometry, kept.geometry)
    assert (made.features[:] != kept.features[:]).nnz == 0
