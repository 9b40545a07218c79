"""What the views look like, as text, at the three sizes that they are made for."""

from __future__ import annotations

import re

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.tui.screens import open_app, screen_lines, settle
from workbench.services.project import Project
from workbench.tui.views import VIEWS

UNSTABLE = (
    (r"version [0-9a-f]{12}", "version ------------"),
    (r" \d\.\d\d( +(?:current|stale|new|gone|held))", r" -.--\1"),
    (r"\d+\.\d\d ms a row", "-.-- ms a row"),
    (r"\d{4}-\d\d-\d\d", "----------"),
    (r"\d\d:\d\d:\d\d", "--:--:--"),
    (r"\d\d-\d\d \d\d:\d\d", "----- --:--"),
    (r"\d\d:\d\d", "--:--"),
    (r"\d+\.\d+ s\b", "-.- s"),
    (r"\b[0-9a-f]{12,64}(…|\b)", "------------"),
    (r"/tmp\S*", "/…"),
    (r"\S+@\S+", "user@host"),
)
"""What differs from run to run, and what stands there instead."""


def stable(lines: list[str]) -> str:
    """Return the lines without what differs from run to run."""
    text = "\n".join(lines)
    for pattern, shown in UNSTABLE:
        text = re.sub(pattern, shown, text)
    return text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=["narrow", "middle", "wide"])
@pytest.mark.parametrize("view", [spec.name for spec in VIEWS])
async def test_a_view_looks_as_it_did(
    finished: Project, snapshot: SnapshotAssertion, size: tuple[int, int], view: str
) -> None:
    app = open_app(finished, view)
    async with app.run_test(size=size) as pilot:
        for _ in range(5):
            await settle(pilot)
        assert stable(screen_lines(app)) == snapshot
