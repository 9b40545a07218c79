"""What the program says names the keys that its user has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Static, TextArea

import workbench.tui
from tests.tui.screens import opened, screen_lines, settle
from workbench.services.project import Project
from workbench.tui.key_names import key, spell, use_keys
from workbench.tui.views import VIEWS

KEYS = """
app.undo = "z"
app.redo = "Z"
app.escape = "Q"
app.next-step = "X"
annotate.blind = "V"
annotate.queue = "K"
annotate.label = ["y", "f2"]
annotate.more = "t"
diagnose.run = "F"
functions.new = "A"
"""


@pytest.fixture
def mapped(filled: Project) -> Project:
    """A project whose user has other keys."""
    path = filled.root / "workbench.toml"
    path.write_text(f"{path.read_text()}\n[keys]\n{KEYS}\n")
    return Project(filled.root)


def words(path: Path) -> Iterator[str]:
    """Yield the texts in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_every_key_that_a_text_names_is_of_an_action() -> None:
    use_keys({})
    scopes = "|".join(["app", *(view.name for view in VIEWS)])
    named = {
        name
        for path in Path(workbench.tui.__file__).parent.rglob("*.py")
        for text in words(path)
        for name in re.findall(rf"\{{((?:{scopes})\.[a-z-]+)\}}", text)
    }
    assert len(named) > 30
    assert all(key(name) for name in named)


def test_no_text_shows_a_call_in_place_of_a_key() -> None:
    """As where an f is missing before a literal."""
    for path in Path(workbench.tui.__file__).parent.rglob("*.py"):
        for text in words(path):
            assert not re.search(r"\{(key|spell)\(", text), (path.name, text)


def test_an_action_without_a_key_is_named_as_it_is_typed() -> None:
    use_keys({})
    assert spell("{app.undo}, then {functions.discard}") == "u, then :discard"


async def test_messages_and_first_steps_name_the_users_keys(mapped: Project) -> None:
    with mapped as project:
        async with opened(project, size=(100, 30)) as (app, pilot):
            said = app.screen.query_one("#status-line", Static)
            assert " y ham   f2 spam" in "\n".join(screen_lines(app))
            await pilot.press("y")
            assert "· z to undo" in str(said.render())
            await pilot.press("z")
            assert "· Z puts it back" in str(said.render())
            assert "X  next:" in "\n".join(screen_lines(app))
            await pilot.press("V")
            assert "V shows it" in "\n".join(screen_lines(app))
            for view, expected in (("diagnose", "F  measures"), ("functions", "A  ")):
                await app.action_go(view)
                await settle(pilot)
                assert expected in "\n".join(screen_lines(app))


async def test_the_key_that_closes_leaves_the_editor_too(finished: Project) -> None:
    path = finished.root / "workbench.toml"
    path.write_text(f'{path.read_text()}\n[keys]\napp.escape = "f9"\n')
    with Project(finished.root) as project:
        async with opened(project, "functions", size=(100, 30)) as (app, pilot):
            await pilot.press("e")
            area = app.screen.query_one("#source", TextArea)
            assert not area.read_only
            await pilot.press("f9")
            await settle(pilot)
            assert area.read_only
