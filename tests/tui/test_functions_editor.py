"""Functions: scripts that are written in the view, and what becomes of every text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Static, TextArea

from tests.tui.screens import opened, said, screen_lines, settle, text_of
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp
from workbench.tui.drafts import Draft, Drafts

SIZE = (150, 40)


ASIDE = ".workbench/drafts/labeling_functions/first.py.replaced"


async def test_a_saved_script_is_tried_and_then_applied_to_all_rows(
    finished: Project, worker_environment: None
) -> None:
    async with opened(finished, "functions", size=(120, 40)) as (app, pilot):
        await pilot.press("e")
        area = app.screen.query_one("#source", TextArea)
        assert not area.read_only
        area.text = area.text.replace('"win"', '"golden"')
        await pilot.press("ctrl+s")
        await settle(pilot)
        await settle(pilot)
    assert '"golden"' in (finished.functions_folder / "first.py").read_text()
    in_force = {v.name: v for v in finished.store.votes.in_force()}
    assert "golden" in in_force["offers"].source


async def test_an_error_in_a_saved_script_is_shown_at_its_line_and_nothing_is_applied(
    finished: Project, worker_environment: None
) -> None:
    n_before = len(finished.store.runs.newest(kind="apply"))
    async with opened(finished, "functions", size=(120, 40)) as (app, pilot):
        await pilot.press("e")
        app.screen.query_one("#source", TextArea).text = "x = 1\ndef broken(:\n"
        await pilot.press("ctrl+s")
        await settle(pilot)
        problem = str(app.screen.query_one("#source-problem", Static).render())
        assert "line 2" in problem
        assert app.screen.query_one("#source", TextArea).cursor_location[0] == 1
    assert len(finished.store.runs.newest(kind="apply")) == n_before


async def test_the_cursor_goes_to_the_column_of_the_error(
    finished: Project, worker_environment: None
) -> None:
    async with opened(finished, "functions", size=(120, 40)) as (app, pilot):
        await pilot.press("e")
        area = app.screen.query_one("#source", TextArea)
        area.text = "def broken():\n    if 1 > 2\n        pass\n"
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert area.cursor_location == (1, len("    if 1 > 2"))
        await pilot.press("colon")
        assert area.document.get_line(1) == "    if 1 > 2:"


async def test_a_function_that_fails_in_its_trial_is_failing_and_not_applied(
    finished: Project, worker_environment: None
) -> None:
    (finished.functions_folder / "first.py").unlink()
    alone = finished.functions_folder / "alone.py"
    alone.write_text(ONE.replace("prize", "no such word"))
    apply_functions(finished)
    n_before = len(finished.store.runs.newest(kind="apply"))
    async with opened(finished, "functions", size=SIZE) as (app, pilot):
        assert "dead" in "\n".join(screen_lines(app))
        await save_instead(app, pilot, ONE.replace("record.text", "record.txt"))
        assert "160 failed" in said(app)
        assert "it was not applied" in said(app)
        assert app.screen.query_one("#source", TextArea).cursor_location == (5, 4)
        for _ in range(2):
            shown = "\n".join(screen_lines(app))
            assert "dead" not in shown
            assert "failing: 160 rows failed" in shown
            app.view.read_again()
            await settle(pilot)
        await save_instead(app, pilot, ONE)
        assert "apply took" in said(app)
        assert "failing" not in "\n".join(screen_lines(app))
    assert len(finished.store.runs.newest(kind="apply")) == n_before + 1


async def test_the_line_on_top_says_which_function_fails_and_the_command_that_tests_it(
    finished: Project, worker_environment: None
) -> None:
    """Out of date is what an apply would renew."""
    failing = ONE.replace("record.text", "record.txt")
    (finished.functions_folder / "first.py").write_text(failing)
    apply_functions(finished)
    async with opened(finished, "functions", size=SIZE) as (app, _):
        line = text_of(app, "#stale-line")
    assert line.startswith(" ! apply is failing  alone failed on 160 of 160 rows; mend it")
    assert line.endswith(" :lf test alone")


@pytest.mark.parametrize(
    ("helper", "line", "script", "told"),
    [
        ("def f(:\n", 1, "from _it import lf\n", "line 1: SyntaxError"),
        ("1 / 0\n", 1, "from _it import lf\n", "line 1: ZeroDivisionError"),
        (None, None, "from _it import lf\n1 / 0\n", "main.py:2: ZeroDivisionError"),
    ],
)
async def test_an_error_that_keeps_a_helper_from_being_used_is_shown_and_nothing_is_tried(
    finished: Project,
    worker_environment: None,
    helper: str | None,
    line: int | None,
    script: str,
    told: str,
) -> None:
    (finished.functions_folder / "first.py").unlink()
    source = "from workbench import keywords\nlf = keywords('alone', ['prize'], 'spam')\n"
    (finished.functions_folder / "_it.py").write_text(source)
    main = finished.functions_folder / "main.py"
    main.write_text("from _it import lf\n")
    apply_functions(finished)
    n_before = len(finished.store.runs.newest(kind="apply"))
    main.write_text(script)
    async with opened(finished, "functions", size=SIZE) as (app, pilot):
        await save_instead(app, pilot, source if helper is None else helper)
        assert told in text_of(app, "#source-problem")
        broken = "main.py" if helper is None else "_it.py"
        assert "nothing was applied" in said(app)
        assert f"{broken} could not be loaded" in said(app)
        assert "broken" in "\n".join(screen_lines(app))
        if line is not None:
            assert app.screen.query_one("#source", TextArea).cursor_location[0] == line - 1
    assert len(finished.store.runs.newest(kind="apply")) == n_before


async def test_a_new_script_stands_under_a_heading_of_its_own(finished: Project) -> None:
    async with opened(finished, "functions", size=SIZE) as (app, pilot):
        await pilot.press("n", *"regex", "enter")
        await settle(pilot)
        await pilot.press(*"calls", "enter")
        await settle(pilot)
        for _ in range(2):
            assert text_of(app, "#source-head").startswith("calls  calls.py  new")
            app.view.read_again()
            await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert "calls.py" not in text_of(app, "#source-head")


async def test_what_is_not_saved_is_kept_when_the_editor_is_left(finished: Project) -> None:
    before = (finished.functions_folder / "first.py").read_text()
    async with opened(finished, "functions", size=(120, 40)) as (app, pilot):
        await pilot.press("e", "x", "x", "escape")
        await pilot.pause()
        assert (finished.functions_folder / "first.py").read_text() == before
        await pilot.press("e")
        assert "xx" in app.screen.query_one("#source", TextArea).text
        await pilot.press("ctrl+s")
    assert "xx" in (finished.functions_folder / "first.py").read_text()


async def test_a_new_function_begins_with_a_template(finished: Project) -> None:
    async with opened(finished, "functions", size=(120, 40)) as (app, pilot):
        await pilot.press("n", *"regex", "enter")
        await settle(pilot)
        await pilot.press(*"calls", "enter")
        await settle(pilot)
        assert "regex" in app.screen.query_one("#source", TextArea).text
    assert "calls" in (finished.functions_folder / "calls.py").read_text()


async def test_a_draft_outlives_the_program(finished: Project) -> None:
    script = finished.functions_folder / "first.py"
    before = script.read_text()
    async with opened(finished, "functions", size=(120, 40)) as (_, pilot):
        await pilot.press("e", "x", "y", "escape", "q")
    # Closed in the midst of typing, too.
    async with opened(finished, "functions", size=(120, 40)) as (app, pilot):
        assert "not saved" in text_of(app, "#source-head")
        await pilot.press("e", "z")
    async with opened(finished, "functions", size=(120, 40)) as (app, pilot):
        await pilot.press("e")
        assert "z" + "xy" in app.screen.query_one("#source", TextArea).text
        assert script.read_text() == before
        await pilot.press("escape", "colon", *"discard", "enter")
        await settle(pilot)
        assert f"kept in {ASIDE}" in said(app)
        await pilot.press("e")
        assert app.screen.query_one("#source", TextArea).text == before
    assert "zxy" in (finished.root / ASIDE).read_text()


async def save_instead(app: WorkbenchApp, pilot: Any, source: str) -> None:
    """Replace the text of the script under the cursor, save it and wait for what follows."""
    await pilot.press("e")
    app.screen.query_one("#source", TextArea).text = source
    await pilot.press("ctrl+s")
    for _ in range(3):
        await settle(pilot)


ONE = """
from workbench import ABSTAIN, labeling_function

@labeling_function()
def alone(record):
    return "spam" if "prize" in record.text else ABSTAIN
"""


@pytest.fixture
def alone(finished: Project) -> Project:
    """The finished project with the function ``alone`` as well, in a script of its own."""
    (finished.functions_folder / "alone.py").write_text(ONE)
    apply_functions(finished)
    return finished


@pytest.mark.parametrize(
    ("source", "left"),
    [
        (ONE.replace("alone", "renamed"), {"renamed"}),
        ("LIMIT = 3\n", set()),
    ],
    ids=["renamed", "deleted"],
)
async def test_a_function_that_left_its_script_is_withdrawn_when_it_is_saved(
    alone: Project, worker_environment: None, source: str, left: set[str]
) -> None:
    async with opened(alone, "functions", size=(120, 40)) as (app, pilot):
        assert "def alone" in app.screen.query_one("#source", TextArea).text
        await save_instead(app, pilot, source)
        assert "apply took" in said(app)
    in_force = {version.name for version in alone.store.votes.in_force()}
    assert in_force == {"offers", "meals", "polite", "urgent"} | left


async def test_a_saved_script_without_a_function_is_said_to_have_none(
    alone: Project, worker_environment: None
) -> None:
    async with opened(alone, "functions", size=(120, 40)) as (app, pilot):
        await save_instead(app, pilot, "LIMIT = 3\n")
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "there is no function in it" in said(app)


@pytest.mark.parametrize("variable", ["EDITOR", "VISUAL"])
async def test_an_editor_that_cannot_be_read_is_said(
    finished: Project, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv(variable, "vim 'open")
    async with opened(finished, "functions", size=(120, 40)) as (app, pilot):
        await pilot.press("o")
        assert f"{variable} is vim 'open: its quotation" in said(app)


def test_drafts_of_scripts_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    here, there = tmp_path / "rules" / "a.py", tmp_path / "labeling_functions" / "a.py"
    drafts.keep(here, Draft("", "here"))
    drafts.keep(there, Draft("", "there"))
    assert drafts.get(here) == Draft("", "here")
    drafts.drop(here)
    assert drafts.get(there) == Draft("", "there")


def test_every_text_that_is_put_aside_is_kept(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    places = [drafts.put_aside(tmp_path / "rules" / "a.py", text) for text in ("one", "two")]
    assert [(tmp_path / place).read_text() for place in places] == ["one", "two"]
    assert [place.name for place in places] == ["a.py.replaced", "a.py.replaced-2"]


async def test_a_script_that_was_changed_outside_is_not_overwritten_unasked(
    finished: Project, worker_environment: None
) -> None:
    script = finished.functions_folder / "first.py"
    async with opened(finished, "functions", size=(120, 40)) as (app, pilot):
        await pilot.press("e")
        outside = script.read_text() + "\n# from outside\n"
        script.write_text(outside)
        await pilot.press("enter", "ctrl+s")
        await settle(pilot)
        assert script.read_text() == outside
        line = said(app)
        assert "changed outside" in line
        assert "ctrl+s once more" in line
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "# from outside" not in script.read_text()
    assert (finished.root / ASIDE).read_text() == outside


async def test_code_has_colours_for_the_ground_it_stands_on(finished: Project) -> None:
    async with opened(finished, "functions", size=(120, 40)) as (app, pilot):
        area = app.screen.query_one("#source", TextArea)
        assert area.theme == "css"
        await pilot.press("colon", *"theme", "enter")
        await settle(pilot)
        assert area.theme == "workbench-light"
