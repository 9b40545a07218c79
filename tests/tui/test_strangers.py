"""What somebody meets who has never seen the program: no false word, no dead end, no silent key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App, ComposeResult
from textual.events import Paste
from textual.widgets import Input

from tests.tui.screens import opened, said, screen_lines, settle, text_of
from workbench.services.lf.functions import list_functions
from workbench.services.project import Project
from workbench.services.status import status
from workbench.tui.widgets.frame import StaleLine
from workbench.tui.widgets.function_table import FunctionTable
from workbench.tui.widgets.prompt import Prompt

NARROW = (80, 24)


async def test_a_refused_answer_stays_open_to_be_mended(finished: Project) -> None:
    async with opened(finished, "functions", size=NARROW) as (app, pilot):
        await pilot.press("n", *"regex", "enter")
        await settle(pilot)
        await pilot.press(*"my", "space", *"calls", "enter")
        await settle(pilot)
        assert "cannot name" in said(app)
        prompt = app.screen.query_one(Prompt)
        assert prompt.is_open
        assert prompt.line.value == "my calls"
        # What is typed next is no key of the view.
        await pilot.press(*["backspace"] * len(" calls"), *"_run", "enter")
        await settle(pilot)
        assert not prompt.is_open
        assert "save and apply" in text_of(app, "#key-bar")
    assert "my_run" in (finished.functions_folder / "my_run.py").read_text()


async def test_what_a_command_leaves_open_is_typed_over(finished: Project) -> None:
    async with opened(finished, "start", size=NARROW) as (app, pilot):
        await app.do_command("workbench import FILE --role train")
        await pilot.press(*"a.csv")
        assert app.screen.query_one("#picker Input", Input).value == "import a.csv --role train"


async def test_a_command_that_failed_is_offered_again(
    finished: Project, worker_environment: None
) -> None:
    async with opened(finished, "start", size=NARROW) as (app, pilot):
        line = app.screen.query_one("#picker Input", Input)
        await pilot.press("colon", *"import", "space", *"gone.csv", "enter")
        await settle(pilot)
        assert "gone.csv" in said(app)
        await pilot.press("colon")
        assert line.value == "import gone.csv"
        await pilot.press(*"class", "space", *"list", "enter")
        await settle(pilot)
        await pilot.press("escape", "colon")
        assert line.value == ""


async def test_ctrl_c_tells_how_to_leave_and_closes_nothing(finished: Project) -> None:
    async with opened(finished, size=NARROW) as (app, pilot):
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app.is_running
        assert said(app).strip().startswith("q quits")


@pytest.mark.parametrize(
    ("view", "size", "why"),
    [
        ("annotate", (160, 48), "all panes are in sight"),
        ("model", (160, 48), "all panes are in sight"),
        ("data", (160, 48), "in sight"),
        ("annotate", (40, 12), "no room"),
    ],
)
async def test_the_key_for_another_pane_says_why_it_does_nothing(
    finished: Project, view: str, size: tuple[int, int], why: str
) -> None:
    async with opened(finished, view, size=size) as (app, pilot):
        await pilot.press("p")
        assert why in said(app)


async def test_the_tab_of_the_view_is_in_sight_on_a_narrow_screen(finished: Project) -> None:
    async with opened(finished, "start", size=(40, 12)) as (app, pilot):
        for key, title in (("s", "Start"), ("t", "Data"), ("e", "Export")):
            await pilot.press("g", key)
            await settle(pilot)
            assert f" {title}" in screen_lines(app)[0]


async def test_all_lines_of_what_is_pasted_are_taken(finished: Project) -> None:
    async with opened(finished, size=NARROW) as (app, pilot):
        await pilot.press("c")
        line = app.screen.query_one("#prompt-line", Input)
        line.post_message(Paste("one\ntwo\r\nthree\n"))
        await pilot.pause()
        assert line.value == "one two three"


class _TableApp(App[None]):
    def compose(self) -> ComposeResult:
        """Make the table."""
        yield FunctionTable(id="table")


@pytest.mark.parametrize("width", [80, 120])
async def test_no_digit_of_a_count_is_cut_off(finished: Project, width: int) -> None:
    row = replace(list_functions(finished).functions[0], n_errors=123_895, n_labelled=45_678)
    app = _TableApp()
    async with app.run_test(size=(width, 10)) as pilot:
        app.query_one(FunctionTable).show([row], row.name)
        await pilot.pause()
        shown = app.query_one(FunctionTable).get_row_at(0)
        widths = [column.width for column in app.query_one(FunctionTable).ordered_columns]
    cells = {cell.plain: width for cell, width in zip(shown, widths, strict=True)}
    assert cells["123,895"] > len("123,895")


async def test_the_command_that_mends_is_in_sight_however_long_the_reason(
    finished: Project,
) -> None:
    async with opened(finished, "model", size=NARROW) as (app, pilot):
        now = status(finished)
        stages = tuple(
            replace(stage, state="failing", command="workbench lf test alone", reasons=("x" * 99,))
            if stage.name == "apply"
            else stage
            for stage in now.stages
        )
        line = app.screen.query_one(StaleLine)
        line.show_status(replace(now, stages=stages), ("apply",))
        await pilot.pause()
        (shown,) = [text for text in screen_lines(app) if "apply is failing" in text]
    assert shown.endswith("…   :lf test alone")


async def test_a_change_of_the_classes_is_told_with_the_key_that_takes_it_back(
    finished: Project, worker_environment: None
) -> None:
    async with opened(finished, size=(120, 30)) as (app, pilot):
        await pilot.press("colon", *"class", "space", *"rename", "space", *"ham", "space", *"mail")
        await pilot.press("enter")
        await settle(pilot)
        assert "the classes are mail, spam · u to undo" in said(app)
