"""What the views look like, as text, at the two sizes that they are made for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp
from workbench.tui.views import VIEWS

OpenApp = Callable[..., WorkbenchApp]


def stable(lines: list[str]) -> str:
    """Return the lines without what differs from run to run."""
    text = "\n".join(lines)
    text = re.sub(r"version [0-9a-f]{12}", "version ------------", text)
    return re.sub(r"\d+\.\d\d ms a row", "-.-- ms a row", text)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=["narrow", "wide"])
@pytest.mark.parametrize("view", [spec.name for spec in VIEWS])
async def test_a_view_looks_as_it_did(
    finished: Project,
    open_app: OpenApp,
    settle: Callable[[Any], Any],
    screen_lines: Callable[..., list[str]],
    snapshot: SnapshotAssertion,
    size: tuple[int, int],
    view: str,
) -> None:
    app = open_app(finished, view)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await settle(pilot)
        assert stable(screen_lines(app)) == snapshot
