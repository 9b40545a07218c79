"""Functions: what each one says, how right it is, its source and its errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.widgets import DataTable, Static, TextArea

from workbench.services.import_votes import import_votes
from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp

OpenApp = Callable[..., WorkbenchApp]
Settle = Callable[[Any], Any]
SIZE = (150, 40)

BROKEN = """
from workbench import labeling_function

@labeling_function()
def fails(record):
    return "spam" if record.text.nothing else None
"""


def cells(app: WorkbenchApp, name: str) -> list[str]:
    """Return the cells of a function's row as text."""
    return [str(cell) for cell in app.screen.query_one(DataTable).get_row(name)]


def text_of(app: WorkbenchApp, selector: str) -> str:
    """Return what a line or pane shows."""
    return str(app.screen.query_one(selector, Static).render())


async def test_the_table_tells_figures_and_state(
    finished: Project, open_app: OpenApp, settle: Settle
) -> None:
    app = open_app(finished, "functions")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.screen.query_one(DataTable).row_count == 4
        name, says, coverage, *_, state = cells(app, "offers")
        assert (name, says, state.strip()) == ("offers", "spam", "current")
        assert coverage.endswith("%")


async def test_accuracy_is_a_dash_where_no_label_tells_it(
    project: Project, open_app: OpenApp, settle: Settle, write_csv: Callable[..., Path]
) -> None:
    from workbench.services.importing import import_files

    import_files(project, [write_csv("rows.csv", [{"id": "a", "text": "free"}])])
    import_votes(project, write_csv("votes.csv", [{"uid": "a", "outside": "spam"}]))
    app = open_app(project, "functions")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        row = cells(app, "outside")
        assert row[5:7] == ["–", "0"]
        assert row[-1].strip() == "external"


async def test_moving_shows_the_source_with_its_place(
    finished: Project, open_app: OpenApp, settle: Settle
) -> None:
    app = open_app(finished, "functions")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        names = [str(row.value) for row in app.screen.query_one(DataTable).rows]
        await pilot.press(*"j" * names.index("polite"))
        await pilot.pause()
        assert "def polite" in app.screen.query_one("#source", TextArea).text
        assert "first.py:" in text_of(app, "#source-head")
        await pilot.press(*"k" * 9)
        await pilot.pause()
        assert names[0] in text_of(app, "#source-head")


async def test_r_applies_what_is_new_and_shows_the_first_error(
    finished: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    (finished.functions_folder / "broken.py").write_text(BROKEN)
    app = open_app(finished, "functions")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("R")
        await settle(pilot)
        assert cells(app, "fails")[-1].strip() == "new"
        assert "1 wait for r" in text_of(app, "#status-line")
        await pilot.press("r")
        await settle(pilot)
        await settle(pilot)
        names = [str(row.value) for row in app.screen.query_one(DataTable).rows]
        app.screen.query_one(DataTable).move_cursor(row=names.index("fails"))
        await pilot.pause()
        assert "AttributeError" in text_of(app, "#source-head")
    assert "fails" in {version.name for version in finished.store.votes.in_force()}


async def test_a_script_that_cannot_be_loaded_is_named_with_its_line(
    finished: Project, open_app: OpenApp, settle: Settle
) -> None:
    (finished.functions_folder / "typo.py").write_text("x = 1\ndef oops(:\n")
    app = open_app(finished, "functions")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("R")
        await settle(pilot)
        assert "typo.py:2" in text_of(app, "#problems")


async def test_without_functions_the_view_says_how_to_begin(
    filled: Project,
    open_app: OpenApp,
    settle: Settle,
    screen_lines: Callable[..., list[str]],
) -> None:
    app = open_app(filled, "functions")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("j", "k")
        assert "writes one from a template" in "\n".join(screen_lines(app))
