"""Start tells what the project holds, however small the screen is."""

from __future__ import annotations

import pytest

from tests.tui.screens import opened, screen_lines
from workbench.services.project import Project


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_start_shows_all_counts_without_scrolling(
    finished: Project, size: tuple[int, int]
) -> None:
    async with opened(finished, "start", size=size) as (app, _):
        shown = "\n".join(screen_lines(app))
    for part in ("120", "40", "ham, spam", "functions", "decisions", "you decide as"):
        assert part in shown
