"""Selected rows of a list."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.tui.selection import Selection

ROWS = st.integers(0, 40)


@given(st.lists(st.one_of(ROWS, st.lists(ROWS, min_size=1))))
def test_a_selection_is_a_set_of_rows(steps: list[int | list[int]]) -> None:
    selection, expected = Selection(), set[int]()
    for step in steps:
        if isinstance(step, int):
            selection.toggle(step)
            expected ^= {step}
        else:
            selection.toggle_all(np.array(step))
            expected = set() if set(step) <= expected else expected | set(step)
        assert selection.ids() == sorted(expected)
        assert len(selection) == len(expected)
        assert all((row in selection) == (row in expected) for row in range(50))
