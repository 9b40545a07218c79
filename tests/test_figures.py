"""Figures as people read them: one form for each kind, wherever they stand."""

from __future__ import annotations

import pytest

from workbench.figures import (
    counted,
    interval,
    number,
    ordinal,
    p_value,
    percent,
    points,
    score,
    score_change,
    small,
    tallied,
    times,
)


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
    assert small(None) == number(None) == score(None) == points(None) == percent(None) == "-"


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1st"), (2, "2nd"), (11, "11th"), (113, "113th"), (1_023, "1,023rd")]
)
def test_places_in_an_order(n: int, said: str) -> None:
    assert ordinal(n) == said


@pytest.mark.parametrize(("n", "said"), [(0, "0 rows"), (1, "1 row"), (1_234, "1,234 rows")])
def test_one_thing_or_many(n: int, said: str) -> None:
    assert counted(n, "row") == said


def test_a_score_has_three_places_and_a_share_is_of_a_hundred() -> None:
    assert score(0.7486) == "0.749"
    assert score(0.7486, 0.7, 0.8) == "0.749 [0.700, 0.800]"
    assert percent(0.1094) == "10.9 %"
    assert interval(0.1094, 0.08, 0.1399) == "10.9 % [8.0, 14.0]"


def test_a_change_tells_its_direction_and_its_unit() -> None:
    assert points(0.0449) == "+4.5 points"
    assert points(-0.0449, -0.08, 0.0012) == "-4.5 points [-8.0, +0.1]"
    assert score_change(0.0449, -0.001, 0.0901) == "+0.045 [-0.001, +0.090]"


@pytest.mark.parametrize(
    ("ratio", "said"),
    [(None, "-"), (0, "0.0"), (0.004, "< 0.01"), (0.03, "0.03"), (0.12, "0.1"), (32.61, "32.6")],
)
def test_a_ratio_that_is_not_0_never_reads_so(ratio: float | None, said: str) -> None:
    assert times(ratio) == said


def test_counts_of_a_run_are_told_without_what_is_no_news() -> None:
    counts = {"functions": 1, "classes": 1, "votes": 0, "errors": 0, "script_problems": 1_200}
    assert tallied(counts) == ["1 function", "1 class", "0 votes", "1,200 script problems"]
