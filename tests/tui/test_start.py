"""The program starts at once: nothing heavy is imported before the first frame."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from workbench.services.project import Project
from workbench.tui.views import VIEWS

HEAVY = ("pandas", "sklearn", "scipy", "torch", "snorkel", "sqlite_utils", "pyarrow")

SCRIPT = """
import asyncio, json, sys
from pathlib import Path
from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp
from workbench.tui.views import VIEWS

heavy = set({heavy!r})
found = {{"import": sorted(heavy & set(sys.modules))}}

async def look():
    with Project(Path({root!r})) as project:
        app = WorkbenchApp(project, "ana")
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            for spec in VIEWS:
                await app.action_go(spec.name)
                while not all(worker.is_finished for worker in app.workers):
                    await pilot.pause()
                await pilot.pause()
                found[spec.name] = sorted(heavy & set(sys.modules))

asyncio.run(look())
print(json.dumps(found))
"""


@pytest.mark.usefixtures("worker_environment")
def test_nothing_heavy_is_imported_to_show_any_view(finished: Project) -> None:
    script = SCRIPT.format(heavy=HEAVY, root=str(finished.root))
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert set(found) == {"import", *(spec.name for spec in VIEWS)}
    assert not any(found.values()), found
