"""Figures as people read them: one form for each kind, wherever they stand."""

from __future__ import annotations

import pytest

from workbench.figures import counted, number, ordinal, p_value, small


@pytest.mark.parametrize(
    ("p", "said", "cell"),
    [
        (0.048, "p = 0.048", "0.048"),
        (0.001, "p = 0.001", "0.001"),
        (0.0004, "p < 0.001", "< 0.001"),
        (0.0, "p < 0.001", "< 0.001"),
        (1.0, "p = 1.000", "1.000"),
    ],
)
def test_a_small_probability_is_said_to_be_small(p: float, said: str, cell: str) -> None:
    assert p_value(p) == said
    assert small(p) == cell


def test_what_is_not_there_is_a_dash() -> None:
    assert small(None) == number(None) == "-"


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1st"), (2, "2nd"), (11, "11th"), (113, "113th"), (1_023, "1,023rd")]
)
def test_places_in_an_order(n: int, said: str) -> None:
    assert ordinal(n) == said


@pytest.mark.parametrize(("n", "said"), [(0, "0 rows"), (1, "1 row"), (1_234, "1,234 rows")])
def test_one_thing_or_many(n: int, said: str) -> None:
    assert counted(n, "row") == said
