from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.methods import buckets as module
from workbench.methods.buckets import Buckets


def met(keys: list[list[int]], standing: list[bool], touched_by: list[int] | None) -> set:
    """Who meets whom, by the definition."""
    pairs = set()
    for band in keys:
        for key in set(band):
            members = [i for i, k in enumerate(band) if k == key]
            if touched_by is not None and not set(members) & set(touched_by):
                continue
            here = [i for i in members if standing[i]]
            pairs |= {(here[0], later) for later in here[1:]}
            pairs |= set(pairwise(here)) | set(zip(here, here[2:], strict=False))
    return pairs


@settings(deadline=None, max_examples=50)
@given(
    st.integers(0, 30).flatmap(
        lambda n: st.tuples(
            st.lists(st.lists(st.integers(0, 4), min_size=n, max_size=n), min_size=1, max_size=3),
            st.lists(st.booleans(), min_size=n, max_size=n),
            st.none() | st.lists(st.integers(0, max(n - 1, 0)), max_size=min(n, 3)),
        )
    )
)
def test_each_text_meets_the_first_and_the_two_before_it(case):
    keys, standing, touched_by = case
    stored = np.array(keys, np.uint32).reshape(len(keys), -1)
    touched = None if touched_by is None else np.array(touched_by, np.int64)
    for size in (module.BLOCK, 4):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "BLOCK", size)
            blocks = list(Buckets(stored).pairs(np.array(standing, np.bool_), touched))
        pairs = [tuple(pair) for block in blocks for pair in block.tolist()]
        assert pairs == sorted(met(keys, standing, touched_by), key=lambda pair: pair[::-1])
