from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.methods import shingles as module
from workbench.methods.shingles import Shingles

TEXT = st.text("abcé x", min_size=4, max_size=40)


def sets(text: str, width: int = 4) -> set[str]:
    return {text[i : i + width] for i in range(len(text) - width + 1)}


@given(first=TEXT, second=TEXT)
@settings(deadline=None, max_examples=50)
def test_jaccard_is_that_of_the_shingle_sets(first, second):
    found = Shingles([first, second, first], 4).jaccard(np.array([[0, 1], [0, 2]]))
    a, b = sets(first), sets(second)
    np.testing.assert_allclose(found, [len(a & b) / len(a | b), 1])


@given(first=TEXT, second=TEXT)
@settings(deadline=None, max_examples=50)
def test_edit_similarity_counts_what_is_not_common(first, second):
    common = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            same = common[i][j] + 1 if a == b else 0
            common[i + 1][j + 1] = max(same, common[i][j + 1], common[i + 1][j])
    expected = 2 * common[-1][-1] / (len(first) + len(second))
    pairs = np.array([[0, 1], [1, 0], [1, 1]])
    found = Shingles([first, second], 4).edit_similarity(pairs)
    np.testing.assert_allclose(found, [expected, expected, 1])


def test_signatures_estimate_the_jaccard_similarity():
    rng = np.random.default_rng(0)
    text = "".join(rng.choice(list("abcdefghijklmnop"), 400))
    other = text[:300] + "".join(rng.choice(list("abcdefghijklmnop"), 100))
    pair = Shingles([text, other], 4)
    signatures = pair.signatures(2_000, rng=rng)
    estimate = (signatures[:, 0] == signatures[:, 1]).mean()
    assert estimate == pytest.approx(pair.jaccard(np.array([[0, 1]]))[0], abs=0.04)


def test_blocks_do_not_change_the_answer(monkeypatch):
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(list("abc "), n)) for n in rng.integers(8, 60, 50)]
    pairs = rng.integers(0, 50, (80, 2))
    whole = Shingles(texts, 4)
    expected = (whole.jaccard(pairs), whole.edit_similarity(pairs))
    signatures = whole.signatures(12, rng=np.random.default_rng(1))
    monkeypatch.setattr(module, "BLOCK_CHARACTERS", 100)
    again = Shingles(texts, 4)
    np.testing.assert_array_equal(again.jaccard(pairs), expected[0])
    np.testing.assert_array_equal(again.edit_similarity(pairs), expected[1])
    np.testing.assert_array_equal(again.signatures(12, rng=np.random.default_rng(1)), signatures)


def test_no_pairs_have_no_similarity():
    empty = np.zeros((0, 2), np.int64)
    assert not len(Shingles(["abcd"], 4).jaccard(empty))
    assert not len(Shingles(["abcd"], 4).edit_similarity(empty))
