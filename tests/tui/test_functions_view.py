"""Functions: what each one says, how right it is, its source and its errors."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import DataTable, Static, TextArea

from workbench.services.apply import apply_functions
from workbench.services.import_votes import import_votes
from workbench.services.lf_rows import function_rows
from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp
from workbench.tui.drafts import Draft, Drafts
from workbench.tui.widgets.row_list import RowList

OpenApp = Callable[..., WorkbenchApp]
Settle = Callable[[Any], Any]
SIZE = (150, 40)
ASIDE = ".workbench/drafts/labeling_functions/first.py.replaced"

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


async def test_a_saved_script_is_tried_and_then_applied_to_all_rows(
    finished: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    app = open_app(finished, "functions")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
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
    finished: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    app = open_app(finished, "functions")
    n_before = len(finished.store.runs.newest(kind="apply"))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("e")
        app.screen.query_one("#source", TextArea).text = "x = 1\ndef broken(:\n"
        await pilot.press("ctrl+s")
        await settle(pilot)
        problem = str(app.screen.query_one("#source-problem", Static).render())
        assert "line 2" in problem
        assert app.screen.query_one("#source", TextArea).cursor_location[0] == 1
    assert len(finished.store.runs.newest(kind="apply")) == n_before


async def test_what_is_not_saved_is_kept_when_the_editor_is_left(
    finished: Project, open_app: OpenApp, settle: Settle
) -> None:
    before = (finished.functions_folder / "first.py").read_text()
    app = open_app(finished, "functions")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("e", "x", "x", "escape")
        await pilot.pause()
        assert (finished.functions_folder / "first.py").read_text() == before
        await pilot.press("e")
        assert "xx" in app.screen.query_one("#source", TextArea).text
        await pilot.press("ctrl+s")
    assert "xx" in (finished.functions_folder / "first.py").read_text()


async def test_a_new_function_begins_with_a_template(
    finished: Project, open_app: OpenApp, settle: Settle
) -> None:
    app = open_app(finished, "functions")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("n", *"regex", "enter")
        await settle(pilot)
        await pilot.press(*"calls", "enter")
        await settle(pilot)
        assert "regex" in app.screen.query_one("#source", TextArea).text
    assert "calls" in (finished.functions_folder / "calls.py").read_text()


@pytest.mark.parametrize(
    ("key", "which"),
    [
        ("c", "conflicting"),
        ("y", "right"),
        ("w", "wrong"),
        ("v", "uncovered"),
        ("m", "missed"),
    ],
)
async def test_the_rows_of_a_function_are_one_key_away(
    finished: Project, open_app: OpenApp, settle: Settle, key: str, which: str
) -> None:
    app = open_app(finished, "functions")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        name = sorted(v.name for v in finished.store.votes.in_force())[0]
        expected = function_rows(finished, name, which, limit=1_000)
        await pilot.press(key)
        await settle(pilot)
        if expected.n_rows:
            assert app.current_mode == "annotate"
            ids = [int(i) for i in app.screen.query_one("#rows", RowList).ids]
            uids = [finished.store.examples.get(i).uid for i in ids]
            assert uids == [row.uid for row in expected.rows]
        else:
            assert "there are no" in str(app.screen.query_one("#status-line", Static).render())


async def test_t_tries_the_function_and_stores_nothing(
    finished: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    in_force, runs = finished.store.votes.in_force(), len(finished.store.runs.newest())
    app = open_app(finished, "functions")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("t")
        await settle(pilot)
        assert re.search(
            r"meals: \d+ votes on 160 rows, .* ms a row, 0 failed", text_of(app, "#status-line")
        )
    assert finished.store.votes.in_force() == in_force
    assert len(finished.store.runs.newest()) == runs


async def test_s_orders_the_table_by_each_column_in_turn(
    finished: Project, open_app: OpenApp, settle: Settle
) -> None:
    app = open_app(finished, "functions")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        table = app.screen.query_one(DataTable)
        seen = {}
        while (order := text_of(app, "#status-line").rpartition("ordered by ")[2]) not in seen:
            seen[order] = [str(row.value) for row in table.rows]
            await pilot.press("s")
        assert seen["name"] == sorted(seen["name"])
        share = {name: float(cells(app, name)[2].rstrip("%")) for name in seen["name"]}
        assert seen["coverage"] == sorted(share, key=lambda name: -share[name])


async def test_a_suggestion_is_accepted_into_a_script(
    finished: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    app = open_app(finished, "functions")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("i")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
    assert (finished.functions_folder / "suggested.py").exists()


async def test_a_draft_outlives_the_program(
    finished: Project, open_app: OpenApp, settle: Settle
) -> None:
    script = finished.functions_folder / "first.py"
    before = script.read_text()
    async with open_app(finished, "functions").run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("e", "x", "y", "escape", "q")
    # Closed in the midst of typing, too.
    async with open_app(finished, "functions").run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "not saved" in text_of(pilot.app, "#source-head")
        await pilot.press("e", "z")
    async with open_app(finished, "functions").run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("e")
        assert "z" + "xy" in pilot.app.screen.query_one("#source", TextArea).text
        assert script.read_text() == before
        await pilot.press("escape", "colon", *"discard", "enter")
        await settle(pilot)
        assert "kept in .workbench/drafts/labeling_functions/first.py.replaced" in text_of(
            pilot.app, "#status-line"
        )
        await pilot.press("e")
        assert pilot.app.screen.query_one("#source", TextArea).text == before
    assert "zxy" in (finished.root / ASIDE).read_text()


async def save_instead(app: WorkbenchApp, pilot: Any, settle: Settle, source: str) -> None:
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
    alone: Project,
    open_app: OpenApp,
    settle: Settle,
    worker_environment: None,
    source: str,
    left: set[str],
) -> None:
    app = open_app(alone, "functions")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "def alone" in app.screen.query_one("#source", TextArea).text
        await save_instead(app, pilot, settle, source)
        assert "apply took" in text_of(app, "#status-line")
    in_force = {version.name for version in alone.store.votes.in_force()}
    assert in_force == {"offers", "meals", "polite", "urgent"} | left


async def test_a_saved_script_without_a_function_is_said_to_have_none(
    alone: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    app = open_app(alone, "functions")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await save_instead(app, pilot, settle, "LIMIT = 3\n")
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "there is no function in it" in text_of(app, "#status-line")


async def test_commands_that_try_nothing_leave_the_view_as_it_is(
    finished: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    app = open_app(finished, "functions")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.run_line("lf suggest")
        await settle(pilot)
        assert app.is_running


@pytest.mark.parametrize("variable", ["EDITOR", "VISUAL"])
async def test_an_editor_that_cannot_be_read_is_said(
    finished: Project,
    open_app: OpenApp,
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv(variable, "vim 'open")
    app = open_app(finished, "functions")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("o")
        assert f"{variable} is vim 'open: its quotation" in text_of(app, "#status-line")


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
    finished: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    script = finished.functions_folder / "first.py"
    app = open_app(finished, "functions")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("e")
        outside = script.read_text() + "\n# from outside\n"
        script.write_text(outside)
        await pilot.press("enter", "ctrl+s")
        await settle(pilot)
        assert script.read_text() == outside
        said = text_of(app, "#status-line")
        assert "changed outside" in said
        assert "ctrl+s once more" in said
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "# from outside" not in script.read_text()
    assert (
        finished.root / ".workbench/drafts/labeling_functions/first.py.replaced"
    ).read_text() == outside


async def test_code_has_colours_for_the_ground_it_stands_on(
    finished: Project, open_app: OpenApp, settle: Settle
) -> None:
    app = open_app(finished, "functions")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        area = app.screen.query_one("#source", TextArea)
        assert area.theme == "css"
        await pilot.press("colon", *"theme", "enter")
        await settle(pilot)
        assert area.theme == "workbench-light"


async def test_the_source_begins_with_the_function_even_on_a_small_screen(
    finished: Project,
    open_app: OpenApp,
    settle: Settle,
    screen_lines: Callable[..., list[str]],
) -> None:
    helpers = "\n".join(f"LIST_{i} = {['word'] * 12}" for i in range(20))
    used = ", ".join(f"LIST_{i}" for i in range(20))
    (finished.functions_folder / "long.py").write_text(
        f"from workbench import labeling_function\n\n{helpers}\n\n"
        f"@labeling_function()\ndef lengthy(record):\n    return len(({used})) and None\n"
    )
    app = open_app(finished, "functions")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("R")
        await settle(pilot)
        names = [str(row.value) for row in app.screen.query_one(DataTable).rows]
        app.screen.query_one(DataTable).move_cursor(row=names.index("lengthy"))
        await pilot.pause()
        await pilot.pause()
        assert "def lengthy(record):" in "\n".join(screen_lines(app))


async def test_escape_gives_up_on_scripts_that_never_load_and_q_does_not_wait(
    finished: Project, open_app: OpenApp
) -> None:
    (finished.functions_folder / "endless.py").write_text("while True:\n    pass\n")
    app = open_app(finished, "functions")
    async with app.run_test(size=(80, 24)) as pilot:
        app.simulate_key("R")
        while not [w for w in app.workers if w.group == "functions" and w.is_running]:
            await pilot.pause()
        app.simulate_key("escape")
        await pilot.pause()
        assert "gave up" in text_of(app, "#status-line")
        assert all(w.is_finished for w in app.workers if w.group == "functions")
    # The interpreter's end waits for threads that are no daemons.
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "reader")
