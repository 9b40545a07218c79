"""The command line: actions and stages by name, and nothing by accident."""

from __future__ import annotations

from typing import Any

import click
import pytest
from textual.pilot import Pilot

from tests.tui.screens import decisions, opened, said, screen_lines, settle
from workbench.cli.app import build_app
from workbench.main import COMMANDS as SHELL_COMMANDS
from workbench.services.guidelines import set_guidelines
from workbench.services.project import Project
from workbench.tui.commands import COMMANDS, READS
from workbench.tui.widgets.picker import Picker
from workbench.tui.widgets.text_pane import TextPane


async def test_the_command_line_runs_actions_by_name(finished: Project) -> None:
    async with opened(finished, size=(80, 24)) as (app, pilot):
        await pilot.press("colon", *"flag", "enter")
        await pilot.pause()
        assert [e.kind for e in finished.store.decisions.active()] == ["flag"]
        await pilot.press("colon", *"go-dia", "tab", "enter")
        await pilot.pause()
        assert app.current_mode == "diagnose"


async def test_the_command_line_runs_stages_by_name(
    finished: Project, worker_environment: None
) -> None:
    stages = ("apply", "aggregate")
    newest = {stage: finished.store.runs.newest(kind=stage)[0].run_id for stage in stages}
    (finished.functions_folder / "more.py").write_text(
        'from workbench import keywords\n\nkeywords("more", ["later"], "ham")\n'
    )
    async with opened(finished, size=(120, 30)) as (_, pilot):
        for stage in stages:
            await pilot.press("colon", *stage, "enter")
            await settle(pilot)
            run = finished.store.runs.newest(kind=stage)[0]
            assert (run.run_id > newest[stage], run.outcome) == (True, "done"), stage
    assert "more" in {version.name for version in finished.store.votes.in_force()}


async def enter_line(pilot: Pilot[Any], line: str) -> None:
    """Type a line into the command line and enter it."""
    await pilot.press("colon", *("space" if sign == " " else sign for sign in line), "enter")


async def test_what_a_command_prints_is_shown_to_be_read(
    finished: Project, worker_environment: None
) -> None:
    lines = ("# Spam", "It [bold]sells[/].\x1b[2J", *["a line"] * 40, "the end")
    set_guidelines(finished, "\n".join(lines))
    async with opened(finished, size=(80, 24)) as (app, pilot):
        for line, shown in (
            ("class list", "counts as"),
            ("agreement", "no answers yet"),
            ("guideline log", "in force"),
            ("audit --help", "Usage: workbench audit"),
            ("guideline show", "It [bold]sells[/]."),
        ):
            await enter_line(pilot, line)
            await settle(pilot)
            text = "\n".join(screen_lines(app))
            assert shown in text
            assert f"{line} · esc closes" in text
            assert "\x1b" not in text
        await pilot.press("space", "space", "space", "space")
        assert "the end" in "\n".join(screen_lines(app))
        assert decisions(finished) == []
        await pilot.press("escape")
        assert "the end" not in "\n".join(screen_lines(app))
        await pilot.press("1")
        assert len(decisions(finished)) == 1


async def test_a_key_that_decides_closes_what_is_read_first(
    finished: Project, worker_environment: None
) -> None:
    async with opened(finished, size=(120, 40)) as (app, pilot):
        await enter_line(pilot, "class list")
        await settle(pilot)
        assert app.screen.query_one(TextPane).is_open
        await pilot.press("1")
        assert not app.screen.query_one(TextPane).is_open
        assert decisions(finished) == []
        await pilot.press("1")
        assert len(decisions(finished)) == 1


async def test_a_group_alone_completes_to_its_commands(
    finished: Project, worker_environment: None
) -> None:
    async with opened(finished, size=(100, 30)) as (app, pilot):
        await enter_line(pilot, "guideline")
        shown = "\n".join(screen_lines(app))
        assert all(f"guideline {name}" in shown for name in ("show", "log", "diff", "edit"))
        assert app.screen.query_one(Picker).is_open
        await pilot.press(*"lo", "enter")
        await settle(pilot)
        assert "guideline log · esc closes" in "\n".join(screen_lines(app))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("guideline write", "guideline: show, log, diff, edit"),
        ("lf watch", "lf: list, rows, suggest, test, new"),
        ("guideline edit", "Type :guideline edit --from FILE, or use a shell."),
        ("class --all", "class: list, add, rename, merge, split, retire"),
    ],
)
async def test_what_cannot_be_done_here_is_refused_with_what_can(
    finished: Project, line: str, told: str
) -> None:
    async with opened(finished, size=(160, 30)) as (app, pilot):
        await enter_line(pilot, line)
        assert app.job_command is None
        assert told in said(app)


def test_each_command_of_a_group_is_one_of_the_shell() -> None:
    app = build_app(SHELL_COMMANDS)
    context = click.Context(app)
    for name in COMMANDS:
        group, _, member = name.partition(" ")
        if member:
            command = app.get_command(context, group)
            assert isinstance(command, click.Group)
            assert member in command.commands
    assert all(name in COMMANDS for name in READS)


async def test_the_command_line_takes_every_letter_and_escape_closes_it(finished: Project) -> None:
    async with opened(finished, size=(80, 24)) as (app, pilot):
        await pilot.press("colon", *"1agqu?")
        assert app.screen.query_one(Picker).is_open
        assert decisions(finished) == []
        await pilot.press("enter")
        assert app.screen.query_one(Picker).is_open
        await pilot.press("escape", "1")
        assert not app.screen.query_one(Picker).is_open
        assert len(decisions(finished)) == 1


async def test_enter_on_an_empty_command_line_closes_it_and_does_nothing(finished: Project) -> None:
    async with opened(finished, size=(80, 24)) as (app, pilot):
        await pilot.press("colon", "enter")
        assert not app.screen.query_one(Picker).is_open
        assert decisions(finished) == []
        await pilot.press("colon", "down", "enter")
        assert not app.screen.query_one(Picker).is_open
