"""When a function is said to be failing."""

from __future__ import annotations

import pytest

from workbench.functions.quarantine import is_failing


@pytest.mark.parametrize(
    ("n_failed", "n_rows", "expected"),
    [(0, 0, False), (7, 7, True), (6, 7, False), (26, 50, True), (25, 50, False)],
)
def test_most_rows_fail_or_all_of_a_few(n_failed: int, n_rows: int, expected: bool) -> None:
    assert is_failing(n_failed, n_rows, 1) is expected


@pytest.mark.parametrize(
    ("n_failed", "n_rows", "n_votes", "expected"),
    [(3, 40, 0, True), (2, 40, 0, False), (3, 9_000, 0, True), (3, 9_000, 1, False)],
)
def test_what_never_votes_fails_wherever_it_would(
    n_failed: int, n_rows: int, n_votes: int, expected: bool
) -> None:
    assert is_failing(n_failed, n_rows, n_votes) is expected
