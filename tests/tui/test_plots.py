"""Plots of characters: nothing is cut off, and no figure is invisible."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.tui.widgets.columns import fit, width_of
from workbench.tui.widgets.plots import PlotPoint, curve, histogram, interval_bar, sparkline

shares = st.floats(0, 1)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 10_000), shares), min_size=1), st.integers(20, 120))
def test_a_curve_keeps_to_its_room_and_shows_its_points(
    values: list[tuple[int, float]], width: int
) -> None:
    points = [PlotPoint(x, y, y / 2, (1 + y) / 2) for x, y in sorted(values)]
    lines = curve(points, width=width, height=10, x_title="labels").plain.split("\n")
    assert len(lines) == 10
    assert all(len(line) <= width for line in lines)
    assert any("●" in line for line in lines)


def test_a_curve_of_one_point_has_axes() -> None:
    drawn = curve([PlotPoint(50, 0.9)], width=40, height=6).plain
    assert "90 %" in drawn
    assert drawn.count("50") == 1
    assert curve([], width=40, height=6).plain == ""


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30), st.integers(1, 6))
def test_every_count_above_none_is_seen(counts: list[int], height: int) -> None:
    lines = histogram(counts, height=height, bin_cells=1).plain.split("\n")
    assert len(lines) == height
    for i, n in enumerate(counts):
        assert (lines[-1][i] != " ") == (n > 0)
    if any(counts):
        assert "█" in lines[0]


@settings(deadline=None, max_examples=50)
@given(shares, shares, shares, st.integers(2, 40))
def test_an_interval_holds_its_dot(a: float, b: float, c: float, cells: int) -> None:
    low, value, high = sorted((a, b, c))
    drawn = interval_bar(value, low, high, cells=cells).plain
    assert len(drawn) == cells
    assert drawn.count("●") == 1
    assert set(drawn.strip("·")) <= {"─", "●"}
    assert "◆" in interval_bar(None, cells=cells, mark=value).plain


def test_a_sparkline_goes_from_the_lowest_to_the_highest() -> None:
    assert sparkline([0.1, 0.9, 0.1]) == "▁█▁"
    assert sparkline([]) == ""
    assert len(sparkline([0.5, 0.5])) == 2


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=40), st.integers(1, 20), st.booleans())
def test_a_cell_has_its_width_whatever_it_holds(text: str, width: int, right: bool) -> None:
    assert fit(text, width, right=right).cell_len == width
    assert 4 <= width_of([text]) <= 16
