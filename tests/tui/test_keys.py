"""A user's keys, and the page that lists all of them."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from textual.widgets import Static

from tests.tui.screens import open_app, opened, settle
from workbench.errors import ProjectError
from workbench.main import COMMANDS as SHELL_COMMANDS
from workbench.services.project import Project
from workbench.tui.commands import COMMANDS, PLACES
from workbench.tui.views import VIEWS


def with_keys(project: Project, table: str) -> Project:
    """Write a table of keys into the project's configuration and open it again."""
    path = project.root / "workbench.toml"
    path.write_text(f"{path.read_text()}\n[keys]\n{table}\n")
    return Project(project.root)


def test_the_page_of_the_keys_is_up_to_date(repository: Path) -> None:
    made = runpy.run_path(str(repository / "docs" / "keys.py"))["keys_page"]()
    assert (repository / "docs" / "keys.md").read_text(encoding="utf-8") == made, (
        "run: python docs/keys.py"
    )


async def test_a_users_keys_replace_ours_everywhere(finished: Project) -> None:
    table = 'annotate.accept = "y"\nannotate.label = ["w", "e"]\napp.undo = ["z", "."]\n'
    table += 'annotate.repeat = "R"'
    with with_keys(finished, table) as project:
        async with opened(project, size=(120, 30)) as (app, pilot):
            await pilot.press("a", "1", "u")
            assert project.store.decisions.active() == []
            await pilot.press("e", "w", "y")
            assert [e.class_id for e in project.store.decisions.active()][:2] == [1, 0]
            assert len(project.store.decisions.active()) == 3
            await pilot.press("full_stop", "z")
            assert len(project.store.decisions.active()) == 1
            bar = str(app.screen.query_one("#key-bar", Static).render())
            assert "y accept" in bar
            assert "w e label" in bar


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('annotate.acept = "y"', "there is no such action"),
        ('nowhere.accept = "y"', "there is no such action"),
        ('annotate.accept = "space"', "both"),
        ('annotate.accept = "u"', "both"),
        ('annotate.accept = "."', "both"),
        ("annotate.accept = 3", "keys.annotate"),
        ('accept = "y"', "keys.accept"),
        ('app.undo = "1"', "both app.undo and .*label"),
        ('app.theme = "a"', "both"),
        ('app.undo = "notakey"', "no key 'notakey'"),
        ('annotate.accept = "spcae"', "Did you mean 'space'"),
        ('annotate.accept = "g z"', "more than one key"),
        ('annotate.label = ["1","2","3","4","5","6","7","8","9","0","z"]', "11 keys"),
        ('app.go = "a"', "both"),
        ('app.undo = "shift+u"', "Write 'U'"),
        ('app.undo = "shift+colon"', "terminals send the character"),
        ('app.undo = "ctrl+Z"', "Write 'ctrl\\+z'"),
        ('app.undo = "ctrl+"', "no key"),
        ('app.undo = "hold+u"', "no key"),
        ('app.undo = "enter,z"', "no key"),
        ('app.undo = " "', "'space' is both"),
    ],
)
def test_keys_that_cannot_be_had_are_refused_with_their_place(
    finished: Project, table: str, message: str
) -> None:
    with pytest.raises(ProjectError, match=message), with_keys(finished, table) as project:
        open_app(project)


def test_the_command_line_knows_only_commands_of_the_workbench() -> None:
    assert {name.split()[0] for name in COMMANDS} <= set(SHELL_COMMANDS)
    assert set(PLACES.values()) <= {spec.name for spec in VIEWS}


async def test_a_command_with_options_runs_as_a_job(
    finished: Project, worker_environment: None
) -> None:
    async with opened(finished, size=(100, 30)) as (app, pilot):
        await pilot.press("colon", *"snapshot", "space", *"one", "enter")
        await settle(pilot)
        await pilot.press("colon", *"restore", "space", *"x", "enter")
        assert "no command" in str(app.screen.query_one("#status-line", Static).render())
    assert finished.store.snapshots.run_of("one") is not None


async def test_a_key_that_can_do_nothing_says_why_and_is_dim(filled: Project) -> None:
    async with opened(filled, "start", size=(100, 30)) as (app, pilot):
        await pilot.press("slash")
        said = str(app.screen.query_one("#status-line", Static).render())
        assert "nothing to search in this view" in said


async def test_actions_without_a_key_of_ours_take_one(finished: Project) -> None:
    with with_keys(finished, 'app.theme = "T"\napp.go-diagnose = "Z"') as project:
        async with opened(project, size=(120, 30)) as (app, pilot):
            await pilot.press("T")
            assert not app.current_theme.dark
            await pilot.press("Z")
            assert app.current_mode == "diagnose"


async def test_another_leader_key_takes_the_place_of_ours(finished: Project) -> None:
    with with_keys(finished, 'app.go = "z"\napp.go-data = "z x"') as project:
        async with opened(project, size=(120, 30)) as (app, pilot):
            await pilot.press("g", "d")
            assert app.current_mode == "annotate"
            await pilot.press("z", "d")
            assert app.current_mode == "diagnose"
            await pilot.press("z", "x")
            assert app.current_mode == "data"


async def test_digits_that_a_user_has_replaced_label_no_more(finished: Project) -> None:
    with with_keys(finished, 'annotate.label = ["z", "w"]') as project:
        async with opened(project, size=(120, 30)) as (app, pilot):
            await pilot.press("1", "3")
            assert "classes" not in str(app.screen.query_one("#status-line", Static).render())
            assert project.store.decisions.active() == []
            await pilot.press("w")
            assert [e.class_id for e in project.store.decisions.active()] == [1]
