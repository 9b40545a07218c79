"""What three views look like, colours and all, as pictures; look at them before renewing them."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension

from tests.tui.screens import open_app, settle
from workbench.services.project import Project


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compare with a picture in a file of its own."""
    return snapshot.use_extension(SVGImageSnapshotExtension)


@pytest.mark.parametrize(
    ("view", "size", "is_dark"),
    [
        ("annotate", (80, 24), True),
        ("diagnose", (120, 40), False),
        ("audit", (160, 48), True),
    ],
    ids=["annotate-80x24-dark", "diagnose-120x40-light", "audit-160x48-dark"],
)
async def test_a_view_is_drawn_as_it_was(
    finished: Project, picture: SnapshotAssertion, view: str, size: tuple[int, int], is_dark: bool
) -> None:
    app = open_app(finished, view)
    async with app.run_test(size=size) as pilot:
        if not is_dark:
            app.action_theme()
        for _ in range(5):
            await settle(pilot)
        assert app.export_screenshot(title=f"workbench {view}", simplify=True) == picture
