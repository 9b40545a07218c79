"""What pages say to type in the interface does what they say."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any

from tests.tui.screens import decisions, opened
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project

FIRST_LETTERS = re.compile(
    r"press\s+`(\w)`,\s+type\s+.*?`([^`]+)`,\s+and\s+press\s+Enter", re.DOTALL
)


async def test_a_class_is_chosen_by_its_first_letters(repository: Path, tmp_path: Path) -> None:
    page = (repository / "docs" / "how-to" / "many-classes.md").read_text(encoding="utf-8")
    said = FIRST_LETTERS.search(" ".join(page.split()))
    block = re.search(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert said is not None
    assert block is not None
    names: dict[str, Any] = {}
    with contextlib.chdir(tmp_path):
        exec(block[1], names)
    with Project(init_project(tmp_path / "bank", names["intents"])) as project:
        import_files(project, [tmp_path / "queries.csv"])
        async with opened(project, size=(80, 24)) as (_, pilot):
            key, letters = said.groups()
            await pilot.press(key, *(letter if letter != " " else "space" for letter in letters))
            assert decisions(project) == []
            await pilot.press("enter")
            await pilot.pause()
        (event,) = decisions(project)
        assert event.class_id is not None
        chosen = project.classes[event.class_id]
        assert chosen.startswith(letters)
        assert sum(name.startswith(letters) for name in project.classes) == 1
        assert (event.kind, event.note) == ("label", None)
