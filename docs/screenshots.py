"""Take the pictures of the views: ``python docs/screenshots.py`` writes ``docs/screenshots/*.svg``.

They are of the real program on the data of ``workbench demo``, after one round of the loop.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from textual.pilot import Pilot

from workbench.services.aggregate import aggregate_votes
from workbench.services.audit.audit import audit_labels
from workbench.services.demo import make_demo_project
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.train import train_end_model
from workbench.tui.app import WorkbenchApp
from workbench.tui.views import VIEWS

FOLDER = Path(__file__).resolve().parent / "screenshots"

SIZES = {"": (132, 38), "-80x24": (80, 24)}

KEYS: dict[str, tuple[str, ...]] = {
    **{spec.name: () for spec in VIEWS},
    "annotate": ("a", "a", "2", "a"),
    "functions": ("j", "j", "j", "j"),
    "audit": ("s", "y", "s"),
    "data": ("slash", *"parcel", "enter", "j", "j", "j"),
}
"""What is pressed in each view before its picture is taken."""

_N_LOOKS = 4
"""How often the screen may wait for something that it has asked for."""


def make_project(folder: Path) -> Path:
    """Make a project that has been through the loop once; return its folder."""
    root = make_demo_project(folder / "shop-messages")
    with Project(root) as project:
        for name, role in (
            ("messages", "train"),
            ("evaluation", "evaluation"),
            ("production", "production"),
        ):
            import_files(project, [root / "data" / f"{name}.csv"], role=role)
        apply_functions(project)
        aggregate_votes(project)
        train_end_model(project)
        propose_batch(project, n=50)
        audit_labels(project, by="batch")
        diagnose(project)
    return root


async def take(project: Project, view: str, size: tuple[int, int], keys: Sequence[str]) -> str:
    """Return the picture of a view as SVG."""
    app = WorkbenchApp(project, "ana", view=view)
    app.patience = 10.0
    async with app.run_test(size=size) as pilot:
        await _settle(app, pilot)
        await pilot.press(*keys)
        app.poll()
        await _settle(app, pilot)
        picture = app.export_screenshot(title=f"workbench {view}", simplify=True)
        # The next picture begins where this one began.
        while project.store.decisions.active():
            await pilot.press("u")
    return picture


async def _settle(app: WorkbenchApp, pilot: Pilot[None]) -> None:
    """Wait until everything that was asked for is on the screen."""
    for _ in range(_N_LOOKS):
        while not all(worker.is_finished for worker in app.workers):
            await pilot.pause()
        await pilot.pause()


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("views", nargs="*", default=list(KEYS), metavar="VIEW")
    chosen = parser.parse_args().views
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Project(make_project(Path(folder))) as project:
        # A picture names files as they stand in anybody's own folder.
        os.environ["HOME"] = str(project.root.parent)
        os.chdir(project.root)
        for view in chosen:
            for suffix, size in SIZES.items():
                picture = asyncio.run(take(project, view, size, KEYS[view]))
                (FOLDER / f"{view}{suffix}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
